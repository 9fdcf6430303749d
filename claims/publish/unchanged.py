"""Unchanged: a page is rendered, indexed and looked through again only if it has changed.

MkDocs renders and indexes every page at every build; this gives back what the last
rendering of the same Markdown made. A page that was warned about is never remembered.
"""

from __future__ import annotations

import hashlib
import json
import logging
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from claims.cache import installed, keep, kept, remembered
from claims.publish.search import indexed
from claims.record import checker

MADE = ("content", "toc", "_title_from_render", "present_anchor_ids")
T = TypeVar("T")
DOCSTRINGS = "\n::: "  # rendering these also fills objects.inv, for other sites to link to


def made_with(config: Any, files: Any) -> str:
    """A digest of what renders the pages of a build, and of the pages there are to link to."""
    root = Path(config.config_file_path).parent
    known = hashlib.sha256(f"{checker()}{installed()}{config.site_url}{config.repo_url}".encode())
    for name in ("mkdocs.yml", "package-lock.json"):
        if (root / name).is_file():
            known.update((root / name).read_bytes())
    known.update("\n".join(sorted(file.src_uri for file in files)).encode())
    return known.hexdigest()


def render_if_changed(page: Any, markdown: str, around: str, made_with: str, serving: bool) -> None:
    """Let a MkDocs page render itself only if its Markdown, or what renders it, is new."""
    remembers = serving or DOCSTRINGS not in markdown
    render = page.render
    made_from = [page.file.src_uri, markdown, around, made_with]

    def again(config: Any, files: Any) -> None:
        if remembers and (known := remembered("rendered", made_from)):
            made, links = pickle.loads(known)
            page.__dict__.update(made)
            page.links_to_anchors = {files.get_file_from_path(to): links[to] for to in links}
        elif not _warnings(lambda: render(config, files)):
            made = {name: page.__dict__[name] for name in MADE}
            links = {to.src_uri: links for to, links in (page.links_to_anchors or {}).items()}
            keep("rendered", made_from, pickle.dumps((made, links)))

    page.render = again


def index_if_changed(page: Any, index: Any, made_with: str) -> Callable[[], None]:
    """Have the search index take a page as it took it before; what this gives remembers it."""
    made_from = [page.file.src_uri, page.title, page.content, made_with]
    before = len(index.entries)
    if known := remembered("indexed", made_from):
        index.entries += json.loads(known)
        page.content = ""
        return lambda: None
    page.content = indexed(page.content)
    return lambda: keep("indexed", made_from, json.dumps(index.entries[before:]).encode())


def looked_for(kind: str, html: str, given: object, look: Callable[[], T]) -> T:
    """What is looked for in a built page; found again only if the page, or what looks, has changed.

    Args:
        kind: the directory under `.cache/`.
        html: the page.
        given: what else the answer depends on.
        look: finds it.
    """
    made_from = [hashlib.sha256(html.encode()).hexdigest(), given, checker()]
    found: T = pickle.loads(kept(kind, made_from, lambda: pickle.dumps(look())))
    return found


class _Counter(logging.Handler):
    """Counts what is told."""

    told = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Count it."""
        self.told += 1


def _warnings(render: Callable[[], None]) -> int:
    """How many warnings a rendering gave."""
    counter, log = _Counter(logging.WARNING), logging.getLogger("mkdocs")
    log.addHandler(counter)
    try:
        render()
    finally:
        log.removeHandler(counter)
    return counter.told
