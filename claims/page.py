"""Page: one Markdown file, read into fences, notes and images with their places."""

from __future__ import annotations

import re
from dataclasses import dataclass

from claims.problem import Problem

FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.S)


Edit = tuple[int, int, str]  # start, end, and what is to stand there


def edited(source: str, edits: list[Edit]) -> str:
    """A source with its edits made, the last first, so that places stay right."""
    for start, end, text in sorted(edits, reverse=True):
        source = source[:start] + text + source[end:]
    return source


@dataclass(frozen=True)
class Fence:
    """A fenced block: `body` is what it holds, its indentation removed."""

    line: int
    start: int
    end: int
    indent: str
    ticks: str
    language: str
    options: dict[str, str]
    body: tuple[str, ...]

    @property
    def text(self) -> str:
        """The body as one text."""
        return "\n".join(self.body)


@dataclass(frozen=True)
class Note:
    """An invisible note; `mark` is one of = < > check math."""

    line: int
    start: int
    end: int
    mark: str
    text: str


@dataclass(frozen=True)
class Image:
    """An image; `figure` is the name of the page's own figure, if it shows one."""

    line: int
    start: int
    end: int
    description: str
    target: str
    note: Note | None = None
    figure: str | None = None


@dataclass(frozen=True)
class Span:
    """A code span or a formula: prose looks through it only if it is a bare number."""

    kind: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, eq=False)
class Page:
    """A page as it is read, before anything of it is run.

    `prose` is the source with everything that is not prose blanked, so that a
    place in one is the same place in the other. Pages are compared by identity:
    what is worked out about one is remembered.
    """

    path: str
    source: str
    prose: str
    fences: tuple[Fence, ...]
    notes: tuple[Note, ...]
    images: tuple[Image, ...]
    spans: tuple[Span, ...]
    problems: tuple[Problem, ...]

    def line_of(self, place: int) -> int:
        """The line, from 1, of a place in the source."""
        return self.source.count("\n", 0, place) + 1

    @property
    def is_lab(self) -> bool:
        """Whether it is a percent script: what its cells print is put below them, not compared."""
        return self.path.endswith(".py")

    def section(self, place: int) -> tuple[int, int]:
        """Start and end of the second-level section around a place."""
        starts = [
            0,
            *(m.start() for m in re.finditer(r"^##? ", self.prose, re.M)),
            len(self.source),
        ]
        inside = max(i for i, start in enumerate(starts[:-1]) if start <= place)
        return starts[inside], starts[inside + 1]
