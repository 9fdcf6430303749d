"""Errata: every erratum that a chapter teaches, gathered on one page and linked both ways.

An erratum has one home, a box of its chapter: `!!! erratum "E53 · What is true"`.
The page that says `[ERRATA]` lists them by number, each with its rendered box.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from claims.page import Page
from claims.publish.nested import end_of
from claims.publish.table import elsewhere

PLACE = "[ERRATA]"
BOX = re.compile(r'^(?P<indent> *)!!! erratum "(?P<number>[A-Z]\d\d) · (?P<title>.+)"$', re.M)
MARK = "⟦erratum {} of {}⟧"
ADMONITION = re.compile(r'<div class="admonition erratum">')
TITLE = re.compile(r'<p class="admonition-title">.*?</p>\s*', re.S)


@dataclass(frozen=True)
class Erratum:
    """A box of a chapter: its number, what is true, and where it stands."""

    number: str
    title: str
    file: str
    chapter: str
    line: int


def errata_of(page: Page, file: str) -> list[Erratum]:
    """The errata that a page teaches, in its order; `file` is its address in the docs."""
    heading = re.search(r"^# (.+)$", page.prose, re.M)
    chapter = page.source[heading.start(1) : heading.end(1)] if heading else file
    return [
        Erratum(box["number"], box["title"], file, chapter, page.line_of(box.start()))
        for box in BOX.finditer(page.source)
    ]


def linked(markdown: str, home: str) -> str:
    """A chapter's Markdown, the number of each box a place and a link to the page that lists it."""
    return BOX.sub(
        lambda box: (
            f'{box["indent"]}!!! erratum "[{box["number"]}]({home}#{box["number"].lower()})'
            f'{{: #{box["number"].lower()} }} · {box["title"]}"'
        ),
        markdown,
    )


def listed(markdown: str, errata: Sequence[Erratum]) -> str:
    """The errata page: a section an erratum, by number, with a mark where its box goes."""
    sections: list[str] = []
    known: set[str] = set()
    for erratum in sorted(errata, key=lambda e: e.number):
        number = erratum.number
        if number in known:
            sections.append(f"**Also: {erratum.title}**")
        else:
            sections.append(f"## {number} · {erratum.title} {{ #{number.lower()} }}")
        known.add(number)
        sections.append(
            f"Taught in [{erratum.chapter}]({erratum.file}#{number.lower()}){{: .taught }}"
        )
        sections.append(MARK.format(number, erratum.file))
    return markdown.replace(PLACE, "\n\n".join(sections))


def boxes_of(rendered: str, errata: Sequence[Erratum]) -> dict[str, str]:
    """What stands in each box of a rendered chapter, by the mark it will replace."""
    return {
        MARK.format(erratum.number, erratum.file): elsewhere(
            box, erratum.file.replace(".md", ".html")
        )
        for erratum, box in zip(errata, _boxes(rendered), strict=True)
    }


def place_boxes(rendered: str, boxes: dict[str, str]) -> str:
    """The rendered errata page, each mark replaced by its box."""
    for mark, box in boxes.items():
        rendered = rendered.replace(f"<p>{mark}</p>", f'<div class="erratum-box">{box}</div>')
    return rendered


def _boxes(rendered: str) -> Iterator[str]:
    for start in ADMONITION.finditer(rendered):
        end = end_of(rendered, start.start(), "div") - len("</div>")
        yield TITLE.sub("", rendered[start.end() : end], count=1)
