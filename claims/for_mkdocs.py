"""For MkDocs: the events of a build, each handed to a plain function.

A false page stops a build. Under `mkdocs serve` it is shown, with what became
false at its head, so that its author sees both.
"""

from __future__ import annotations

import html
import logging
import os
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.plugins import CombinedEvent, event_priority

from claims.along.beside import COMMIT, Along, along, last_commit, marked, offered
from claims.page import Page
from claims.problem import PageError, Problem
from claims.publish.archive import write_archive
from claims.publish.checked import Checked, check_ahead, checked, shown
from claims.publish.description import described
from claims.publish.edition import EDITION, Part, write_edition
from claims.publish.gathered import Gathered
from claims.publish.link import link_problems
from claims.publish.looked import look_ahead
from claims.publish.node import ensure_packages
from claims.publish.plain import Words, write_plain
from claims.publish.script import write_scripts
from claims.publish.style import write_assets
from claims.publish.template import keep_compiled
from claims.publish.unchanged import index_if_changed, made_with, render_if_changed
from claims.publish.worker import dismiss
from claims.reading import load_page
from claims.record import surroundings
from claims.widget import place_widgets, widget_problems

WITH = "claims.made_with"
SERVING = "serving"  # no zip and no printed edition is made, and none is offered
log = logging.getLogger("mkdocs.claims")
serving = False
read: dict[str, Page] = {}
around: dict[str, str] = {}
ready: dict[str, Checked] = {}
whole: dict[str, str] = {}
ahead: dict[str, Future[object]] = {}
looks: list[Future[object]] = []
remember: list[Callable[[], None]] = []
gathered = Gathered()
taken: dict[str, Along] = {}
parts: list[Part] = []
words: dict[str, Words] = {}


def on_startup(command: str, dirty: bool) -> None:
    """Remember whether an author is watching."""
    global serving
    serving = command == "serve"


def on_config(config: Any) -> Any:
    """Have what formulas need, a date that does not move, and an eye on the snippets."""
    root = _root(config)
    ensure_packages()
    # builds of one commit are the same to the byte, whenever they are made
    os.environ.setdefault("SOURCE_DATE_EPOCH", last_commit(root, "%ct") or "0")
    config.extra[COMMIT] = last_commit(root, "%h")
    config.extra[SERVING] = serving
    if (root / "snippets").is_dir():
        config.watch.append(str(root / "snippets"))
    if reference := config.plugins.get("mkdocstrings"):
        keep_compiled(reference.handlers.get_handler("python").env)
    return config


def on_files(files: Any, config: Any) -> Any:
    """Check what is new, and have the pages that collect made last."""
    global gathered
    gathered = Gathered()
    for known in (read, around, ready, taken, words):  # of pages that may be gone
        known.clear()
    config.extra[WITH] = made_with(config, files)
    root, site, asked = _root(config), config.site_url or "", []
    for file in files.documentation_pages():
        page = read[file.src_uri] = load_page(Path(file.abs_src_path), root)
        around[file.src_uri] = surroundings(page, root)
        asked.append((page, around[file.src_uri], file.dest_uri))
    ahead.update(check_ahead(asked, root, site))
    return gathered.ordered(files)


def on_nav(nav: Any, config: Any, files: Any) -> Any:
    """Remember the parts of the book; its landing page is for the screen."""
    whole = [Part(item.title if item.is_section else "", (*_files_of(item),)) for item in nav.items]
    parts[:] = [part for part in whole if part.files]
    return nav


def on_env(env: Any, config: Any, files: Any) -> Any:
    """Keep what Jinja compiles from one rebuild to the next."""
    keep_compiled(env)
    return env


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Check a page and give the Markdown to publish.

    A lab came by mkdocs-jupyter, which makes a script a page; from here on it is one like any other.
    """
    vars(page).pop("render", None)  # as mkdocs-jupyter would, with Jupyter's own style sheet
    root, name = _root(config), page.file.src_uri
    ours = read[name]
    if ours.path in ahead:
        ahead.pop(ours.path).result()
        log.info("%s is checked; %d to go", ours.path, len(ahead))
    found = checked(ours, root, around[name])
    found = ready[name] = replace(found, problems=found.problems + widget_problems(ours, root))
    _stop_or_warn(found.problems)
    if found.markdown is not None:
        markdown = gathered.markdown(found.markdown, ours, name)
    render_if_changed(page, markdown, around[name], config.extra[WITH], serving)
    return markdown


def on_page_content(rendered: str, page: Any, config: Any, files: Any) -> str:
    """Put the figures in place and see that what is shown is what was run."""
    root, name = _root(config), page.file.src_uri
    if name not in ready:
        return rendered
    ours, found = read[name], ready[name]
    placed, unlike = shown(rendered, ours, found.figures, root, around[name])
    problems = found.problems or unlike
    if not found.problems:
        _stop_or_warn(unlike)
    placed, missing = gathered.content(place_widgets(placed, ours, root), ours, name)
    _leave_states(page)
    taken.pop(name, None)
    if not problems:  # what is false does not go along
        site = config.site_url or ""
        try:
            took = taken[name] = along(ours, root, around[name], page.file.dest_uri, site)
            placed = marked(placed, took)
        except PageError as error:
            missing = [*missing, *error.problems]
    _stop_or_warn(missing)
    page.meta.setdefault("description", described(placed) or config.site_description)
    words[name] = Words(page.markdown, page.meta["description"])
    return _banner(problems + missing) + placed


@event_priority(100)
def _hide_formulas(context: Any, page: Any, config: Any, nav: Any) -> Any:
    """Show the search plugin, which comes next, the page without its typeset formulas."""
    whole[page.file.src_uri] = page.content
    index = next(p.search_index for p in config.plugins.values() if hasattr(p, "search_index"))
    remember.append(index_if_changed(page, index, config.extra[WITH]))
    return context


@event_priority(-100)
def _show_formulas(context: Any, page: Any, config: Any, nav: Any) -> Any:
    remember.pop()()
    took = taken.get(page.file.src_uri, Along({}, []))
    page.content = offered(whole.pop(page.file.src_uri), page, config, took.downloads)
    return context


on_page_context = CombinedEvent(_hide_formulas, _show_formulas)


def on_post_page(output: str, page: Any, config: Any) -> str:
    """Have what is looked for in all pages found in this one."""
    looks.extend(look_ahead(output, page.file.dest_uri, parts))
    return output


def on_post_build(config: Any) -> None:
    """Write fonts, styles and scripts, what else is made of the pages, then follow every address."""
    site = Path(config.site_dir)
    for took in taken.values():
        for name, text in took.files.items():
            (site / name).write_text(text, encoding="utf-8")
    while looks:
        looks.pop().result()
    if (site / "checked.css").is_file():
        write_assets(site)
        write_scripts(site)
    dismiss()
    if serving:
        return
    base, root = config.site_url or "", _root(config)
    write_plain(site, words, parts, root, config.site_name, config.site_description or "", base)
    problems = _write_edition(site, config)
    write_archive(site)
    problems += link_problems(site, base, {EDITION})
    if problems:
        raise PluginError("\n".join(map(str, problems)))


def on_build_error(error: Exception) -> None:
    """End what still works for a build that stops."""
    ahead.clear()
    looks.clear()
    dismiss()


def _leave_states(page: Any) -> None:
    """MkDocs knows no place #widget?state; `link_problems` follows it in the built page."""
    for anchors in (page.links_to_anchors or {}).values():
        for anchor in [anchor for anchor in anchors if "?" in anchor]:
            del anchors[anchor]


def _write_edition(site: Path, config: Any) -> list[Problem]:
    """Write the book for paper, if the theme has a page for it."""
    root = _root(config)
    template = root / "docs" / "theme" / "edition.html"
    if not template.is_file():
        return []
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    said = {
        "name": config.site_name,
        "description": config.site_description,
        "version": project["version"],
        "site_url": f" · {config.site_url}" if config.site_url else "",
        "copyright": config.copyright,
    }
    return write_edition(site, parts, template.read_text(encoding="utf-8"), said)


def _files_of(item: Any) -> Iterator[str]:
    """The files of a page, or of the pages of a section."""
    if item.is_page and not item.is_homepage:
        yield item.file.dest_uri
    for child in item.children or []:
        yield from _files_of(child)


def _stop_or_warn(problems: list[Problem]) -> None:
    """Problems end a build; under `serve` they are warnings."""
    if problems and not serving:
        raise PluginError(_told(problems))
    if problems:
        log.warning("%s", _told(problems))


def _banner(problems: list[Problem]) -> str:
    """What became false, for the head of the page."""
    text = html.escape(_told(problems))
    return f'<pre class="claim-broken" role="alert">{text}</pre>' if problems else ""


def _told(problems: list[Problem]) -> str:
    return "\n\n".join(map(str, problems))


def _root(config: Any) -> Path:
    return Path(config.config_file_path).resolve().parent
