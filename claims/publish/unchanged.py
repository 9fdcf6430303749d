"""Unchanged: under `make serve`, a page whose Markdown did not change is not rendered again.

MkDocs renders every page at every rebuild; this gives back what the last
rendering of the same Markdown made.
"""

from __future__ import annotations

from typing import Any

MADE = ("content", "toc", "_title_from_render", "present_anchor_ids", "links_to_anchors")
_rendered: dict[str, tuple[str, dict[str, Any]]] = {}


def render_if_changed(page: Any, markdown: str, depends_on: str = "") -> None:
    """Let a MkDocs page render itself only if its Markdown, or what it depends on, is new."""
    key = f"{depends_on}\n{markdown}"
    render = page.render

    def again(config: Any, files: Any) -> None:
        known, made = _rendered.get(page.file.src_uri, ("", {}))
        if known == key:
            page.__dict__.update(made)
            return
        render(config, files)
        made = {name: page.__dict__[name] for name in MADE if name in page.__dict__}
        _rendered[page.file.src_uri] = (key, made)

    page.render = again
