"""Widget: a custom element of a page, wrapped around a static figure, which shows its first state.

The figure is what paper, a folder and a browser without JavaScript show. So what the element
begins with, its attributes, must be said in the figure's description, whose numbers are computed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from claims.number import DIGITS
from claims.page import Edit, Image, Page
from claims.problem import Problem

ELEMENTS = "docs/widgets"
TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-z][a-z0-9]*(?:-[a-z0-9]+)+)\b(?P<rest>[^>]*)>")
ATTRIBUTE = re.compile(r'\s+([a-z][\w-]*)="([^"]*)"')
RESERVED = re.compile(r"static reserved = \[([\d.]+), ([\d.]+)\]")
PLACE = "⟦{}widget {}⟧"


@dataclass(frozen=True)
class Widget:
    """An element of a page: its opening tag, its closing tag, and what stands between."""

    name: str
    attributes: dict[str, str]
    line: int
    opening: tuple[int, int]
    closing: tuple[int, int]
    images: tuple[Image, ...]

    @property
    def id(self) -> str:
        """What links to it name: its own id, or the element's name."""
        return self.attributes.get("id", self.name)

    @property
    def state(self) -> dict[str, str]:
        """What it begins with."""
        return {key: value for key, value in self.attributes.items() if key not in ("id", "room")}


def widgets_of(page: Page) -> list[Widget]:
    """The elements of a page that are opened and closed, in order."""
    return [found for found in _read(page) if isinstance(found, Widget)]


def widget_problems(page: Page, root: Path) -> list[Problem]:
    """Elements that nobody wrote, that wrap no figure, or begin otherwise than described."""
    read = _read(page)
    problems = [found for found in read if isinstance(found, Problem)]
    widgets = [found for found in read if isinstance(found, Widget)]
    for i, widget in enumerate(widgets):
        said = _wrongs(widget, root, {other.id for other in widgets[:i]})
        problems += [Problem(page.path, widget.line, message) for message in said]
    return sorted(problems, key=lambda problem: problem.line)


def mark_edits(page: Page) -> list[Edit]:
    """Tags become marks: Python-Markdown would tear an element apart that it does not know."""
    return [
        (start, end, f"\n{PLACE.format(slash, number)}\n")
        for number, widget in enumerate(widgets_of(page))
        for slash, (start, end) in (("", widget.opening), ("/", widget.closing))
    ]


def place_widgets(rendered: str, page: Page, root: Path) -> str:
    """The rendered page with each element's tags in place of the marks."""
    for number, widget in enumerate(widgets_of(page)):
        given = "".join(f' {key}="{value}"' for key, value in widget.state.items())
        opening = f'<{widget.name} class="widget" id="{widget.id}"{given}{_room(widget, root)}>'
        for slash, tag in (("", opening), ("/", f"</{widget.name}>")):
            rendered = rendered.replace(f"<p>{PLACE.format(slash, number)}</p>", tag, 1)
    return rendered


def _read(page: Page) -> list[Widget | Problem]:
    """The page's elements, and what is wrong with their tags."""
    found: list[Widget | Problem] = []
    opened: re.Match[str] | None = None
    for tag in _tags(page):
        line, shown = page.line_of(tag.start()), tag[0]
        if not _stands_alone(tag, page):
            found.append(
                Problem(page.path, line, f'{shown} must stand alone on its line, key="value" in it')
            )
        elif opened and tag["end"] and tag["name"] == opened["name"]:
            found.append(_widget(opened, tag, page))
            opened = None
        elif opened:
            found.append(_unclosed(opened, page))
            opened = None if tag["end"] else tag
        elif tag["end"]:
            found.append(Problem(page.path, line, f"{shown} closes what was not opened"))
        else:
            opened = tag
    return [*found, *([_unclosed(opened, page)] if opened else [])]


def _tags(page: Page) -> Iterator[re.Match[str]]:
    """Tags of custom elements, but for those that code quotes."""
    code = [(f.start, f.end) for f in page.fences] + [(s.start, s.end) for s in page.spans]
    for tag in TAG.finditer(page.source):
        if not any(start <= tag.start() < end for start, end in code):
            yield tag


def _stands_alone(tag: re.Match[str], page: Page) -> bool:
    line = page.source.splitlines()[page.line_of(tag.start()) - 1]
    return line.strip() == tag[0] and not ATTRIBUTE.sub("", tag["rest"]).strip()


def _widget(opened: re.Match[str], closed: re.Match[str], page: Page) -> Widget:
    inside = [i for i in page.images if opened.end() <= i.start < closed.start()]
    return Widget(
        opened["name"],
        dict(ATTRIBUTE.findall(opened["rest"])),
        page.line_of(opened.start()),
        opened.span(),
        closed.span(),
        tuple(inside),
    )


def _unclosed(tag: re.Match[str], page: Page) -> Problem:
    line = page.line_of(tag.start())
    return Problem(page.path, line, f"{tag[0]} is not closed: write </{tag['name']}> below it")


def _wrongs(widget: Widget, root: Path, taken: set[str]) -> Iterator[str]:
    file = f"{ELEMENTS}/{widget.name}.js"
    if not (root / file).is_file():
        yield f"<{widget.name}>: there is no {file}"
    elif not RESERVED.search((root / file).read_text(encoding="utf-8")):
        yield f"{file} does not say what room its controls take: static reserved = [6, 10]; // rem"
    if "room" in widget.attributes and not _room(widget, root):
        yield f'room="{widget.attributes["room"]}" is no room, wide and narrow in rem: room="6, 10"'
    if widget.id in taken:
        yield f'two elements are called {widget.id}: give this one an id="…" of its own'
    figures = [image for image in widget.images if image.figure]
    if len(figures) != 1 or len(widget.images) != 1:
        yield f"<{widget.name}> wraps {len(widget.images)} images; it needs one figure of the page"
        return
    for key, value in widget.state.items():
        if re.fullmatch(DIGITS, value) and not _says(figures[0], key, value):
            yield f'{key}="{value}" is not what its figure is said to show: write {key} = {value}'


def _says(figure: Image, key: str, value: str) -> bool:
    """Whether a description states a value: "rate = 0.1", its number computed by the note."""
    stated = re.escape(value.replace("−", "-")).replace(r"\-", "[-−]")
    said = re.search(rf"(?<!\w){re.escape(key)} = {stated}(?![\w.]?\d)", figure.description)
    return bool(figure.note and said)


def _room(widget: Widget, root: Path) -> str:
    """The room that an element's controls take, wide and narrow, so that nothing moves as it loads."""
    file = root / ELEMENTS / f"{widget.name}.js"
    says = file.read_text(encoding="utf-8") if file.is_file() else ""
    if "room" in widget.attributes:  # one of an element whose number of controls differs
        says = f"static reserved = [{widget.attributes['room']}]"
    said = RESERVED.search(says)
    return f' style="--room: {said[1]}rem; --room-narrow: {said[2]}rem"' if said else ""
