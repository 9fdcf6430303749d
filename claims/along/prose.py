"""Prose: a page's Markdown as a notebook shows it, where boxes, tabs and notes mean nothing.

A box becomes a quotation, a fold `<details>`, a tab a heading; a fence is a place that says
which; links are absolute, formulas inside boxes on one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from claims.claim import Claim
from claims.number import numbers_in
from claims.page import FRONT_MATTER, Edit, Image, Page, edited
from claims.publish.published import note_edit, spelled
from claims.run import steps_of
from claims.widget import widgets_of

FENCE = re.compile(r"⟦fence (\d+)⟧")
BOX = re.compile(
    r'(?P<mark>!!!|\?\?\?\+?|===) (?:(?P<kind>[\w-]+)(?: "(?P<title>.*)")?|"(?P<tab>.*)")'
)
LINK = re.compile(r"\]\((?:(?P<file>[\w./-]+)\.(?:md|py))?(?P<anchor>#[^)\s]*)?\)")


@dataclass(frozen=True)
class Box:
    """Part of a page: a box, a fold or a tab with what stands in it; the page itself is one."""

    mark: str
    kind: str
    title: str
    parts: tuple[str | int | Box, ...]  # Markdown, the number of a fence, a box

    def fences(self) -> Iterator[int]:
        """The fences in it."""
        for part in self.parts:
            if isinstance(part, int):
                yield part
            elif isinstance(part, Box):
                yield from part.fences()


def prose_of(page: Page, address: str) -> Box:
    """A page as boxes of Markdown.

    Args:
        page: the page.
        address: where its HTML is; links are made from there.
    """
    edits: list[Edit] = [note_edit(page, note.start, note.end) for note in page.notes]
    for step in steps_of(page):
        if isinstance(step, Claim) and step.number:
            edits.append((step.number.start, step.number.end, spelled(step.number.text)))
    edits += [_image_edit(image) for image in page.images]
    edits += [(f.start, f.end, f"{f.indent}⟦fence {i}⟧") for i, f in enumerate(page.fences)]
    edits += [*_link_edits(page, address), *_formula_edits(page), *_widget_edits(page, address)]
    front = FRONT_MATTER.match(page.source)
    text = edited(page.source, _apart(edits))[front.end() if front else 0 :]
    return Box("", "", "", tuple(_parts(text.split("\n"))))


def _parts(lines: Sequence[str]) -> Iterator[str | int | Box]:
    """What stands one after the other, boxes with what is indented below them."""
    words: list[str] = []
    at = 0
    while at < len(lines):
        fence, box = FENCE.fullmatch(lines[at].strip()), BOX.fullmatch(lines[at].rstrip())
        if not (fence or box):
            words.append(lines[at])
            at += 1
            continue
        yield from _words(words)
        words = []
        at += 1
        if fence:
            yield int(fence[1])
        elif box:
            end = next((i for i in range(at, len(lines)) if _outside(lines[i])), len(lines))
            inside = tuple(_parts([line[4:] for line in lines[at:end]]))
            title = box["tab"] or box["title"] or (box["kind"] or "").capitalize()
            yield Box(box["mark"].rstrip("+"), box["kind"] or "", title, inside)
            at = end
    yield from _words(words)


def _outside(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("    ")


def _words(lines: Sequence[str]) -> Iterator[str]:
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n")
    if text:
        yield text


def _image_edit(image: Image) -> Edit:
    """A caption below the cell that draws; what is no figure of the page stays an image."""
    if image.figure is None:
        return image.start, image.end, f"![{image.description}]({image.target})"
    numbers = numbers_in(image.description)
    caption = edited(image.description, [(n.start, n.end, spelled(n.text)) for n in numbers])
    return image.start, image.end, f"*{caption}*"


def _link_edits(page: Page, address: str) -> Iterator[Edit]:
    for link in LINK.finditer(page.source):
        if _quoted(page, link.start()) or not (link["file"] or link["anchor"]):
            continue
        file = f"{link['file']}.html" if link["file"] else address
        file = urljoin(address, file) if "://" in address else file
        yield link.start(), link.end(), f"]({file}{link['anchor'] or ''})"


def _quoted(page: Page, place: int) -> bool:
    """Whether a place is in code."""
    spans = [(span.start, span.end) for span in page.spans if span.kind == "code"]
    spans += [(fence.start, fence.end) for fence in page.fences]
    return any(start <= place < end for start, end in spans)


def _formula_edits(page: Page) -> Iterator[Edit]:
    """A notebook reads a formula before it reads the quotation, and would typeset its marks."""
    for span in page.spans:
        text = page.source[span.start : span.end]
        line = page.source[page.source.rfind("\n", 0, span.start) + 1 : span.start]
        if span.kind == "display" and line.startswith(" ") and "\n" in text:
            yield span.start, span.end, " ".join(text.split())


def _widget_edits(page: Page, address: str) -> Iterator[Edit]:
    """An element leaves its figure, and a link to where it moves."""
    for widget in widgets_of(page):
        yield *widget.opening, ""
        yield *widget.closing, f"[Move it on the page.]({address}#{widget.id})"


def _apart(edits: Sequence[Edit]) -> list[Edit]:
    """The edits that stand in no other: a link in a caption is the caption's."""
    found: list[Edit] = []
    for start, end, text in sorted(edits, key=lambda edit: (edit[0], -edit[1])):
        if not found or start >= found[-1][1]:
            found.append((start, end, text))
    return found
