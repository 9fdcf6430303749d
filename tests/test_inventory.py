"""Every row of what the site must cover has its place, and what is owed only falls."""

from __future__ import annotations

import functools
import re
import tomllib
from pathlib import Path

import pytest
from markdown.extensions.toc import slugify

from claims.claim import claims_of
from claims.page import Page
from claims.reading import load_page, read_page

ROOT = Path(__file__).parents[1]
ROWS = {
    f"S{text}.{row}" for text, rows in enumerate((23, 47, 43, 38, 33)) for row in range(1, rows + 1)
}
PLACES: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).parent / "inventory.toml").read_text(encoding="utf-8")
)
TAUGHT = [
    (page, row, place) for page, rows in PLACES.items() for row, place in rows.items() if place
]
OWED = {row for rows in PLACES.values() for row, place in rows.items() if not place}
ALLOWED = 0  # every row has its place: keep it so
WORDS = 30  # fewer words teach nothing


@functools.cache
def sections(page: Page) -> dict[str, tuple[int, int]]:
    """Start and end in the source of what stands under each heading, by its anchor."""
    headings = [*re.finditer(r"^(?P<level>#+) (?P<text>.+)$", page.prose, re.M)]
    found = {}
    for heading in headings:
        text = re.sub(r"[`*$]", "", page.source[heading.start("text") : heading.end("text")])
        level = len(heading["level"])
        ends = (
            h.start() for h in headings if h.start() > heading.end() and len(h["level"]) <= level
        )
        found[slugify(text, "-")] = (heading.end(), next(ends, len(page.source)))
    return found


def wanting(page: Page, anchor: str) -> str | None:
    """What a section lacks to teach anything; None if it does."""
    if anchor not in sections(page):
        return f"{page.path} has no section #{anchor}; it has {', '.join(sections(page))}"
    start, end = sections(page)[anchor]
    words = len(page.prose[start:end].split())
    if words < WORDS:
        return f"{page.path}#{anchor} holds {words} words"
    checked = [*page.fences, *claims_of(page)[0], *(s for s in page.spans if s.kind != "code")]
    if not any(start <= (c.note if hasattr(c, "note") else c).start < end for c in checked):
        return f"{page.path}#{anchor} holds nothing that is checked"
    return None


@pytest.mark.parametrize(("chapter", "row", "place"), TAUGHT)
def test_a_row_is_taught_where_it_is_said_to_be(chapter: str, row: str, place: str) -> None:
    assert wanting(load_page(ROOT / "docs" / f"{chapter}.md", ROOT), place) is None


def test_every_row_has_a_place_or_is_owed() -> None:
    assert {row for rows in PLACES.values() for row in rows} == ROWS


def test_what_is_owed_only_falls() -> None:
    assert len(OWED) == ALLOWED, f"owed are {sorted(OWED)}: say {len(OWED)} here"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("# T\n\n## Other\n\n" + "word " * 40, "no section #here"),
        ("# T\n\n## Here\n\n## Next\n\n" + "word " * 40, "holds 0 words"),
        ("# T\n\n## Here\n\n" + "word " * 40, "nothing that is checked"),
        ("# T\n\n## Here\n\n" + "word " * 40 + "\n\n## Next\n\n$x = x$", "nothing that is checked"),
        ("# T\n\n## Here\n\n" + "word " * 40 + "\n\n### Deeper\n\n$x = x$", None),
    ],
)
def test_a_missing_or_empty_section_is_told(source: str, told: str | None) -> None:
    wrong = wanting(read_page("docs/page.md", source), "here")
    assert told in wrong if told and wrong else told == wrong
