"""Each erratum is a test of its chapter, listed once by number, and linked both ways."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from claims.claim import claims_of
from claims.page import Page
from claims.publish.errata import BOX, boxes_of, errata_of, linked, listed, place_boxes
from claims.reading import load_page, read_page

from .conftest import Published

ROOT = Path(__file__).parents[1]
PAGES = [load_page(file, ROOT) for file in sorted((ROOT / "docs").glob("*.md"))]
TAUGHT = [(page, erratum) for page in PAGES for erratum in errata_of(page, Path(page.path).name)]
KNOWN = {f"E{i:02}" for i in range(1, 59)} | {f"F{i:02}" for i in range(1, 11)}
QUOTATIONS = {"E10", "E11"}  # no run decides who said what; no page prints a quotation instead
OWED = 0  # of the known; lower it when one finds its chapter, never raise it


def decides(page: Page, start: int) -> bool:
    """Whether the box that begins here holds something that can turn red."""
    indent = start - page.source.rfind("\n", 0, start) - 1
    inside = re.compile(rf"[^\n]*\n(?:[ ]{{{indent + 4}}}[^\n]*\n|[ ]*\n)*").match(
        page.source, start
    )
    assert inside
    checked = [f.start for f in page.fences if f.language == "python"]
    checked += [claim.note.start for claim in claims_of(page)[0]]
    return any(start < place < inside.end() for place in checked)


def test_the_errata_are_those_known() -> None:
    taught = {erratum.number for _, erratum in TAUGHT}
    assert taught <= KNOWN
    assert len(KNOWN - taught) == OWED, (
        f"owed are {sorted(KNOWN - taught)}: say {len(KNOWN - taught)}"
    )


@pytest.mark.parametrize("chapter", PAGES, ids=lambda chapter: chapter.path)
def test_every_erratum_holds_the_run_that_decides(chapter: Page) -> None:
    for box in BOX.finditer(chapter.source):
        if box["number"] in QUOTATIONS:
            continue
        line = chapter.line_of(box.start())
        assert decides(chapter, box.start()), f"{chapter.path}:{line}: nothing decides"


@pytest.mark.parametrize("chapter", PAGES, ids=lambda chapter: chapter.path)
def test_every_box_has_a_number_and_no_number_twice(chapter: Page) -> None:
    numbers = [box["number"] for box in BOX.finditer(chapter.source)]
    assert len(numbers) == len(set(numbers))
    assert chapter.source.count("!!! erratum") == len(numbers)


@pytest.mark.parametrize("chapter", PAGES, ids=lambda chapter: chapter.path)
def test_no_page_prints_a_quotation(chapter: Page) -> None:
    assert not re.search(r"^ *>|^ *[—–] [A-Z]", chapter.prose, re.M)


def test_the_errata_page_and_the_chapters_link_to_each_other(published: Published) -> None:
    home = (published.folder / "errata.html").read_text(encoding="utf-8")
    for _, erratum in TAUGHT:
        place = erratum.number.lower()
        file = erratum.file.replace(".md", ".html")
        chapter = (published.folder / file).read_text(encoding="utf-8")
        assert f'id="{place}"' in home
        assert f'href="{file}#{place}"' in home
        assert f'href="errata.html#{place}"' in chapter
        assert f'id="{place}"' in chapter
    assert home.count('class="erratum-box"') == len(TAUGHT)
    assert "⟦" not in home


CHAPTER = """\
# Measure $x$

!!! erratum "E02 · A bowl"

    Text.

    ??? note "Deeper"

        More.

!!! erratum "E01 · A check"

    Other.
"""


def test_boxes_are_listed_by_number_and_hold_what_the_chapter_shows() -> None:
    errata = errata_of(read_page("docs/a.md", CHAPTER), "a.md")
    assert [(e.number, e.title, e.chapter, e.line) for e in errata] == [
        ("E02", "A bowl", "Measure $x$", 3),
        ("E01", "A check", "Measure $x$", 11),
    ]
    text = listed("# Errata\n\n[ERRATA]\n", errata)
    assert text.index("## E01 · A check { #e01 }") < text.index("## E02 · A bowl { #e02 }")
    assert "(a.md#e01)" in text
    rendered = (
        '<div class="admonition erratum"><p class="admonition-title">E02</p><p>Text.</p><div><p>More.</p></div></div>'
        '<p>Between.</p><div class="admonition erratum"><p class="admonition-title">E01</p>Other.</div>'
    )
    placed = place_boxes(
        "<p>⟦erratum E02 of a.md⟧</p><p>⟦erratum E01 of a.md⟧</p>", boxes_of(rendered, errata)
    )
    assert placed == (
        '<div class="erratum-box"><p>Text.</p><div><p>More.</p></div></div><div class="erratum-box">Other.</div>'
    )


def test_the_number_of_a_box_links_to_the_list() -> None:
    assert '!!! erratum "[E01](errata.md#e01){: #e01 } · A check"' in linked(CHAPTER, "errata.md")
