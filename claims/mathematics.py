"""Mathematics: what a page's formulas claim, decided, and remembered until one of them changes."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from claims.block import python_of
from claims.cache import keep, kept
from claims.formula import check_formulas, dollar_spans
from claims.formula.plain import plain_mathematics
from claims.page import Page
from claims.problem import PageError, Problem
from claims.record import surroundings
from claims.run import Run

Namespaces = Callable[[int], Mapping[str, object]]
PROSE = "¶¶¶¶¶"  # what stands in an essence for words between formulas


@dataclass(frozen=True)
class Decided:
    """What became of a page's formulas."""

    problems: tuple[Problem, ...] = ()
    verified: int = 0
    skipped: tuple[str, ...] = ()


def decide(page: Page, root: Path, namespaces: Namespaces | None = None) -> Decided:
    """Decide every formula of a page; notes that tie a letter to code need its names at a line."""
    code = None
    with suppress(PageError):  # what cannot be included is told elsewhere
        code = _code(page, root)
    report = check_formulas(page.path, page.source, namespaces, code)
    return Decided(tuple(report.problems), report.counts["verified"], tuple(report.skipped))


def decide_anew(page: Page, root: Path, namespaces: Namespaces) -> Decided:
    """As `decide`, and remember it for `decided`."""
    found = decide(page, root, namespaces)
    with suppress(PageError):
        keep("formulas", _made_from(page, root), _told(page, found))
    return found


def decided(page: Page, root: Path) -> Decided:
    """As `decide`, but an edit of prose decides nothing again; without SymPy nothing is decided."""
    if find_spec("sympy") is None:
        return Decided()

    def make() -> bytes:
        names = Run(page, root).names_at if _ties(page) else None
        return _told(page, decide(page, root, names))

    try:
        told, verified, skipped = json.loads(kept("formulas", _made_from(page, root), make))
    except PageError:
        return Decided()  # told elsewhere; its names cannot be had
    lines = _essence(page)[1]
    problems = [Problem(page.path, lines[place], message) for place, message in told]
    plain = plain_mathematics(page.path, page.source)  # it is in the words, and quickly found
    problems = sorted([*problems, *plain], key=lambda problem: problem.line)
    return Decided(tuple(problems), verified, tuple(skipped))


def _ties(page: Page) -> bool:
    """Whether a note ties a letter to the page's code."""
    return any(" is " in note.text for note in page.notes if note.mark == "math")


def _made_from(page: Page, root: Path) -> list[object]:
    """What a decision depends on: mathematics, the code beside it, and the reader of both."""
    around = surroundings(page, root) if _ties(page) else ""  # the page's code may be a snippet
    return [_essence(page)[0], _code(page, root), around, _reader()]


def _code(page: Page, root: Path) -> list[str]:
    """The Python of a page: its blocks, and the expressions of its notes."""
    return python_of(page, root) + [note.text for note in page.notes if note.mark != "math"]


def _told(page: Page, found: Decided) -> bytes:
    """A decision with its lines counted in the page's essence."""
    lines, plain = _essence(page)[1], plain_mathematics(page.path, page.source)
    told = [[bisect_right(lines, p.line) - 1, p.message] for p in found.problems if p not in plain]
    return json.dumps([told, found.verified, found.skipped]).encode()


def _essence(page: Page) -> tuple[str, list[int]]:
    """A page without its words: headings, formulas, notes, tables; and its lines' numbers in the page."""
    text, lines, last = "", [1], 0
    for start, end in _kept_ranges(page):
        gap = page.source[last:start]
        if "\n" in gap:
            text += PROSE + ("\n\n" if "\n\n" in gap else "\n")
            lines += [page.line_of(start)] * (2 if "\n\n" in gap else 1)
        elif gap:
            text += PROSE
        text += page.source[start:end]
        first = page.line_of(start)
        lines += range(first + 1, first + 1 + page.source.count("\n", start, end))
        last = end
    return text, lines


def _kept_ranges(page: Page) -> Iterator[tuple[int, int]]:
    """The parts of a page that say something mathematical, in order, none overlapping."""
    place, parts = 0, [(s.start, s.end) for s in dollar_spans(page.source, page.path)]
    parts += [(note.start, note.end) for note in page.notes if note.mark == "math"]
    for line in page.prose.split("\n"):
        if line.lstrip().startswith(("#", "|")):
            parts.append((place, place + len(line)))
        place += len(line) + 1
    reached = 0
    for start, end in sorted(parts, key=lambda part: (part[0], -part[1])):
        if start >= reached:
            yield start, end
            reached = end


@cache
def _reader() -> str:
    """What decides: the formula reader and its SymPy."""
    files = sorted((Path(__file__).parent / "formula").glob("*.py"))
    return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest() + version("sympy")
