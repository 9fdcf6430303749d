"""Every symbol of every page is in the table of symbols, with the page that uses it first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from claims.formula.symbol import symbols_in, symbols_of
from claims.reading import load_page

ROOT = Path(__file__).parents[1]
NAV = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:")[2].partition("\n\n")[0]
PAGES = re.findall(r"- (\w+\.md|labs/\w+\.py)", NAV)
CHAPTERS = [
    name
    for name in PAGES
    if name not in ("index.md", "notation.md", "formula_card.md", "errata.md")
]
NOTATION = (ROOT / "docs" / "notation.md").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Row:
    """A row of the table of symbols."""

    symbols: frozenset[str]
    code: tuple[str, ...]
    first: str


def rows(source: str) -> list[Row]:
    """The rows of the table whose first column is headed Symbol."""
    found = []
    table = re.search(r"^\| Symbol \|.*\n\|[-| ]+\n((?:\|.*\n)+)", source, re.M)
    for line in table[1].splitlines() if table else []:
        cells = re.split(r"(?<!\\)\|(?![^$]*\$[^$|]*\|)", line)[1:-1]
        latex = re.findall(r"\$([^$]+)\$", cells[0])
        first = re.search(r"\]\((\w+\.md)\)", cells[-1])
        found.append(
            Row(
                frozenset(letter for formula in latex for letter in symbols_in(formula)),
                tuple(re.findall(r"`(\w+)`", cells[2])),
                first[1] if first else "",
            )
        )
    return found


ROWS = rows(NOTATION)
KNOWN = frozenset().union(*(row.symbols for row in ROWS))


@cache
def used(name: str) -> dict[str, int]:
    """The symbols of a page, with the line of the first of each."""
    return symbols_of(load_page(ROOT / "docs" / name, ROOT).source)


@pytest.mark.of_pages("name", pages=["notation"])
@pytest.mark.parametrize(("name", "file"), [(file.partition(".")[0], file) for file in CHAPTERS])
def test_a_page_uses_no_symbol_that_the_notation_leaves_out(name: str, file: str) -> None:
    unknown = {letter: line for letter, line in used(file).items() if letter not in KNOWN}
    told = [f"docs/{file}:{line}: ${letter}$" for letter, line in unknown.items()]
    assert told == [], "no row of docs/notation.md has these symbols: say what they mean there"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(sorted(row.symbols)))
def test_a_symbol_is_first_used_where_the_table_says(row: Row) -> None:
    users = [name for name in CHAPTERS if row.symbols & used(name).keys()]
    assert row.first == (users or ["no page uses it"])[0]


def test_no_symbol_stands_in_two_rows() -> None:
    alone = [row.symbols for row in ROWS]
    assert sum(map(len, alone)) == len(KNOWN)


def test_the_code_names_are_names_of_the_code() -> None:
    files = [*(ROOT / "snippets").glob("*.py"), *(ROOT / "docs" / name for name in CHAPTERS)]
    code = "\n".join(file.read_text(encoding="utf-8") for file in files)
    unknown = [name for row in ROWS for name in row.code if not re.search(rf"\b{name}\b", code)]
    assert unknown == []


def test_a_page_with_another_letter_is_told() -> None:
    assert symbols_of("# T\n\n$x = 1$\n\n$\\zeta + q(\\hat{y}) = \\Delta x$\n") == {
        "x": 3,
        "\\zeta": 5,
        "q": 5,
        "\\hat{y}": 5,
        "\\Delta": 5,
    }
