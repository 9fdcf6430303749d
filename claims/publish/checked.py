"""Checked: a page made ready for the site, once; and all pages of a build side by side.

What is true is kept until the page, the snippets, the lock or the versions change, so that
a build and every rebuild of `make serve` look again only at what is new. What is false is
never kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from claims.along.beside import along
from claims.cache import is_kept, keep, remembered
from claims.mathematics import decided
from claims.needed import required
from claims.page import Page
from claims.problem import PageError, Problem
from claims.publish.link import missing_pages
from claims.publish.published import figures_of, place_figures, published
from claims.publish.shown import shown_problems
from claims.publish.worker import hand_out
from claims.reading import load_page
from claims.record import recorded
from claims.verdict import locked_figures, page_problems


@dataclass(frozen=True)
class Checked:
    """A page that was checked: its Markdown for the site, its figures, and what is false on it."""

    markdown: str | None
    figures: dict[str, str]
    problems: list[Problem] = field(default_factory=list)


def checked(page: Page, root: Path, around: str) -> Checked:
    """Check a page and make it ready.

    Args:
        page: the page.
        root: the repository.
        around: its `surroundings`.
    """
    lock = locked_figures(root).get(page.path, {})
    made_from = _made_from(page, lock, around)
    if made := remembered("checked", made_from):
        return Checked(**json.loads(made))
    given = recorded(page, root, around)
    problems = page_problems(page, root, given, lock, decided(page, root))
    problems += missing_pages(page, root)
    markdown = None
    with suppress(PageError):  # what it includes is not there: told among the problems
        markdown = published(page, root, given)
    figures = figures_of(page, given)
    if not problems:
        keep("checked", made_from, json.dumps({"markdown": markdown, "figures": figures}).encode())
    return Checked(markdown, figures, problems)


def shown(
    rendered: str, page: Page, figures: dict[str, str], root: Path, around: str
) -> tuple[str, list[Problem]]:
    """A rendered page with its figures in place, and where it does not show what was run."""
    made_from = [rendered, page.path, page.source, figures, around]
    if made := remembered("shown", made_from):
        return made.decode(), []
    placed = place_figures(rendered, figures)
    problems = shown_problems(page, placed, root)
    if not problems:
        keep("shown", made_from, placed.encode())
    return placed, problems


def check_ahead(
    pages: Iterable[tuple[Page, str, str]], root: Path, site: str
) -> dict[str, Future[object]]:
    """Have workers check the pages that are new, if they are many, and make what goes along.

    Args:
        pages: each with its `surroundings` and its address in the site.
        root: the repository.
        site: the site's own address.

    Returns:
        what to wait for, by the page's path; then `checked` and `along` know the page.
    """
    locks = locked_figures(root)
    new = [
        (page.path, root, around, name, site)
        for page, around, name in pages
        if not is_kept("checked", _made_from(page, locks.get(page.path, {}), around))
    ]
    # the longest first, the others in the order in which they are waited for
    new.sort(key=lambda asked: not asked[0].endswith(".py"))
    return {path: future for (path, *_), future in zip(new, hand_out(_check, new), strict=False)}


def _check(path: str, root: Path, around: str, name: str, site: str) -> None:
    page = load_page(root / path, root)
    if not checked(page, root, around).problems:
        with suppress(PageError):  # told when the page is made
            along(page, root, around, name, site)


def _made_from(page: Page, lock: dict[str, str], around: str) -> list[object]:
    told = [
        str(problem) for problem in page.problems
    ]  # a lab's script may be wrong, its Markdown right
    return [page.path, page.source, told, lock, around, required()]
