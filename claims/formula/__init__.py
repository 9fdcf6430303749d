r"""Formula: the mathematics of a page, read and decided. `check_formulas` is the way in.

From the page to the verdict, each a file:

    page        which formulas, notes and table rows a page holds, section by section
    whole       the page's sections one after the other; section checks one, table its tables

  reading
    token       LaTeX into tokens; vocabulary says which commands and words are what
    reader      tokens into a tree (tree: the parts it can have): sums, products, parentheses
    name        letters with hats, words, sin and its like; script their sub- and superscripts
    call        whether a parenthesis holds arguments; evaluation bars
    differential  \frac, d/dx, ∂, ∇          operator      \lim, \sum, \int, \max
    environment   matrices and cases          statement     relations, conditions, ⇒, aligned rows

  meaning
    evidence    what the formulas of a section show of their letters
    scope       what names mean in a section; shape and infer, which are vectors and matrices
    meaning     a tree into SymPy: names. Then, by kind of tree:
    arithmetic, bound (sums, limits, integrals), cases, dotted (x₁, …, xₙ), function, known (sin),
    derivation (d/dx), slope (by SymPy's rules), gradient (∇, H, J), dependence (dy/dx of
    unknown y), code (the page's own)
    unknown     functions nothing defines, as SymPy has them; matrix, unit

  deciding
    decide      which relations define (head, side) and which claim, under which conditions
    link        one relation between two sides; tries, for which indices and sizes
    compare     whether two sides are equal; inequality; smallness (O(h²), ≈)
    sample      at which points: random ones, a grid, the edges of conditions
    value       an expression at a point, to 80 digits; nearby (limits), wave (unknown functions)
    inside      what symbols and kinds of parts an expression holds; others put in for symbols

  beside
    mention     formulas that claim nothing, each to be found in one that is checked, or in code
    form        a formula and an expression of Python in one shape, for that
    plain       mathematics in prose outside dollars
    report      what became of each formula
    mutant      small changes to formulas, which must all be caught; proof, which are still true

Whatever is not known is refused with a reason, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from claims.formula.page import Span, dollar_spans
from claims.formula.report import Checked, FormulaReport

__all__ = ["Checked", "FormulaReport", "Span", "check_formulas", "dollar_spans"]


def check_formulas(
    path: str,
    source: str,
    namespaces: Callable[[int], Mapping[str, object]] | None = None,
    code: Sequence[str] | None = None,
) -> FormulaReport:
    """Read every formula of a page and decide what it claims.

    Args:
        path: the page's name in messages.
        source: its Markdown.
        namespaces: the page's Python names as they are at a line, for notes that tie a
            letter to code (`<!-- math: \\sigma is sigmoid -->`).
        code: the page's Python; given, a formula that claims nothing must stand in one that
            is checked, or in this.

    Returns:
        Every formula with its verdict; as problems, what is false, what is refused,
        definitions that nothing uses, and mathematics in plain text.
    """
    from claims.formula.whole import check_page  # SymPy is imported only where formulas are decided

    return check_page(path, source, namespaces, code)
