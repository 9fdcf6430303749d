r"""Page: the formulas of a Markdown page in order, with headings, notes and table rows between."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from claims.reading import read_page

HEADING = re.compile(r"^(#{1,6})[ \t]+(.*)$", re.M)
ROW = re.compile(r"^[ \t]*\|.*\|[ \t]*$", re.M)
RULE = re.compile(r"[\s|:-]+")
NUMBER = re.compile(
    r"[-+−]?\s*(?:\d{1,3}(?:(?:\{,\}|,)\d{3})+|\d+)?(?:\.\d+)?\s*(?:(?:\\times|\\cdot)?\s*10\^(?:\{[-−+]?\d+\}|\d))?\s*(?:\\?%)?"
)


@dataclass(frozen=True)
class Span:
    """A formula between dollars: where it is, and what it says without them."""

    line: int
    start: int
    end: int
    latex: str
    display: bool

    @property
    def is_number(self) -> bool:
        r"""Whether it is a bare number such as $6$ or $10^{-8}$, which is prose."""
        return bool(NUMBER.fullmatch(self.latex))


@dataclass(frozen=True)
class MathNote:
    """A note `<!-- math: … -->`."""

    line: int
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Row:
    """A row of a table: its formulas, and those of its function and derivative cells."""

    line: int
    spans: tuple[Span, ...]
    header: tuple[str, ...] = ()
    function: Span | None = None
    derivative: Span | None = None
    incomplete: bool = False


@dataclass
class Section:
    """What stands between one heading and the next."""

    level: int
    line: int
    items: list[Span | MathNote | Row] = field(default_factory=list)


def dollar_spans(source: str, path: str = "") -> list[Span]:
    """The formulas of a page; dollars in fences, code spans and comments are none."""
    page = read_page(path, source)
    return [
        Span(
            page.line_of(s.start),
            s.start,
            s.end,
            _latex(source[s.start : s.end]),
            s.kind == "display",
        )
        for s in page.spans
        if s.kind in ("display", "formula")
    ]


def _latex(span: str) -> str:
    return span[2:-2] if span.startswith("$$") else span[1:-1]


def sections(path: str, source: str) -> list[Section]:
    """A page in sections, in the order of its source."""
    page = read_page(path, source)
    spans = dollar_spans(source, path)
    notes = [MathNote(n.line, n.start, n.end, n.text) for n in page.notes if n.mark == "math"]
    headings = [(m.start(), len(m[1])) for m in HEADING.finditer(page.prose)]
    rows = _rows(page.prose, source, spans, notes)
    inside = {span for _, row in rows for span in row.spans}
    events: list[tuple[int, Span | MathNote | Row | int]] = [
        *((place, level) for place, level in headings),
        *((s.start, s) for s in spans if s not in inside),
        *((n.start, n) for n in notes),
        *rows,
    ]
    found = [Section(0, 1)]
    for place, event in sorted(events, key=lambda e: e[0]):
        if isinstance(event, int):
            found.append(Section(event, source.count("\n", 0, place) + 1))
        else:
            found[-1].items.append(event)
    return found


# Tables


FUNCTION = re.compile(r"function|loss|expression|f\([a-zA-Z]\)|identity|activation", re.I)
DERIVATIVE = re.compile(
    r"derivative|gradient|slope|f'\([a-zA-Z]\)|∂.+/∂.+|d.?/d[a-z]|\\partial|\\frac\{d|\\nabla", re.I
)


def _rows(
    prose: str, source: str, spans: list[Span], notes: list[MathNote]
) -> list[tuple[int, Row]]:
    """The rows of all tables that hold formulas."""
    found: list[tuple[int, Row]] = []
    header: tuple[str, ...] = ()
    end = -2
    for match in re.finditer(r"^[ \t]*\|[^\n]*$", source, re.M):
        if not prose[match.start() : match.end()].strip():
            continue
        cells = _cells(match[0], match.start(), spans)
        texts = tuple(source[a:b].strip() for a, b in cells)
        if match.start() != end + 1:
            header = texts
        elif not all(RULE.fullmatch(t) for t in texts):
            found.append(
                (match.start(), _row(source, match.start(), match.end(), cells, header, spans))
            )
        end = match.end()
    return [(place, row) for place, row in found if row.spans or row.incomplete]


def _cells(line: str, start: int, spans: list[Span]) -> list[tuple[int, int]]:
    """Where the cells of a row begin and end; a bar inside a formula divides nothing."""
    bars = [
        start + i
        for i, char in enumerate(line)
        if char == "|"
        and line[i - 1 : i] != "\\"
        and not any(s.start < start + i < s.end for s in spans)
    ]
    return [(a + 1, b) for a, b in pairwise(bars)]


def _row(
    source: str,
    start: int,
    end: int,
    cells: list[tuple[int, int]],
    header: tuple[str, ...],
    spans: list[Span],
) -> Row:
    inside = tuple(s for s in spans if start <= s.start < end)
    line = source.count("\n", 0, start) + 1
    columns = _columns(header)
    if columns is None or max(columns) >= len(cells):
        return Row(line, inside, header)
    first, second = ([s for s in inside if cells[c][0] <= s.start < cells[c][1]] for c in columns)
    if len(first) != 1 or len(second) < 1:
        return Row(line, inside, header, incomplete=True)
    return Row(line, inside, header, first[0], second[0])


def _columns(header: tuple[str, ...]) -> tuple[int, int] | None:
    """Which columns hold functions and their derivatives."""
    derivative = next(
        (i for i, t in enumerate(header) if i and DERIVATIVE.search(t.replace("$", ""))), None
    )
    function = next(
        (
            i
            for i, t in enumerate(header)
            if i != derivative and FUNCTION.search(t.replace("$", ""))
        ),
        None,
    )
    return None if derivative is None or function is None else (function, derivative)
