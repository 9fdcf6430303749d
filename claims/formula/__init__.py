r"""Formula: the mathematics of a page, read and decided. `check_formulas` is the way in.

From the page to the verdict, each a file:

    page       which formulas, notes and table rows a page holds, section by section
    token      LaTeX into tokens
    reader     tokens into a tree: sums, products, parentheses. What follows a command is in
               differential (\frac, d/dx, ∂, ∇), operator (\lim, \sum, \int, \max),
               environment (matrices, cases), script (names, indices, primes, powers, calls)
    statement  relations, conditions, ⇒ and aligned rows: a whole formula as a tree
    tree       the parts a formula can have
    evidence   what the formulas of a section show of their letters
    shape      which letters are vectors and matrices; infer finds their dimensions
    scope      what names mean in a section
    meaning    a tree into SymPy; function (calls), derivation (d/dx, ∇), dotted (x₁, …, xₙ),
               unknown (functions nothing defines), matrix, unit, code (the page's own functions)
    decide     which relations define and which claim; each claim under its conditions
    compare    whether two sides are equal, close or ordered; value computes them to 80 digits
    section    one section from top to bottom; table its tables of derivatives
    plain      mathematics in prose outside dollars
    report     what became of each formula
    mutant     small changes to formulas, which must all be caught

Whatever is not known is refused with a reason, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from claims.formula.page import Span, dollar_spans
from claims.formula.report import Checked, FormulaReport

__all__ = ["Checked", "FormulaReport", "Span", "check_formulas", "dollar_spans"]


def check_formulas(
    path: str, source: str, namespaces: Callable[[int], Mapping[str, object]] | None = None
) -> FormulaReport:
    """Read every formula of a page and decide what it claims.

    Args:
        path: the page's name in messages.
        source: its Markdown.
        namespaces: the page's Python names as they are at a line, for notes that tie a
            letter to code (`<!-- math: \\sigma is sigmoid -->`).

    Returns:
        Every formula with its verdict; as problems, what is false, what is refused,
        definitions that nothing uses, and mathematics in plain text.
    """
    from claims.formula.whole import check_page  # SymPy is imported only where formulas are decided

    return check_page(path, source, namespaces)
