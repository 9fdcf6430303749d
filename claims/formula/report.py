"""Report: what became of every formula of a page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from claims.problem import Problem


@dataclass
class Checked:
    """One formula, and what became of it.

    `verdict` is "verified" (it claims something, and that holds), "definition" (it
    says what a name stands for), "skipped" (a note says why), "refused" (it cannot
    be read or decided), "false", or "read" (an expression, a condition: no claim).
    """

    line: int
    latex: str
    verdict: str
    message: str = ""
    display: bool = False


@dataclass
class FormulaReport:
    """The formulas of a page in its order, and what is wrong with them."""

    path: str
    formulas: list[Checked] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    rows: int = 0

    @property
    def counts(self) -> Counter[str]:
        """How many formulas got each verdict."""
        return Counter(formula.verdict for formula in self.formulas)
