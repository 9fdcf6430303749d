r"""Symbol: the letters that a page's formulas use, each with its decoration: x, \hat{y}, \mathbf{w}."""

from __future__ import annotations

import string

from claims.formula.page import dollar_spans
from claims.formula.refusal import Refusal
from claims.formula.statement import read_formula
from claims.formula.tree import Name

CALLED = frozenset(
    string.ascii_letters
)  # q(t) may be a product or a value: the letters are the same


def symbols_of(source: str, path: str = "") -> dict[str, int]:
    r"""The letters of a page's formulas, each with the line of its first use.

    A difference such as Δx is its Δ and its letter; a formula that cannot be read
    (it is refused elsewhere, or skipped with a reason) has none.
    """
    found: dict[str, int] = {}
    for span in dollar_spans(source, path):
        for letter in symbols_in(span.latex):
            found.setdefault(letter, span.line)
    return found


def symbols_in(latex: str) -> list[str]:
    """The letters of one formula, in its order."""
    try:
        formula = read_formula(latex, CALLED)
    except Refusal:
        return []
    letters = [node.letter for node in formula.walk() if isinstance(node, Name)]
    return [
        part for letter in letters for part in letter.replace(r"\Delta ", "\\Delta\0").split("\0")
    ]
