"""Proof: by algebra, and not at points, that a formula which passed is true.

Only for mutants: whether a survivor counts against the checker must not be
decided by the checker's own random points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy

from claims.formula.compare import False_, Where
from claims.formula.decide import Decision, _antiderivative, _rest, _without_rest
from claims.formula.evidence import gather, infer_all
from claims.formula.matrix import Matrix, Scaled, same_shape
from claims.formula.meaning import Meaning
from claims.formula.refusal import Refusal
from claims.formula.tree import Tree
from claims.formula.unknown import Approach

if TYPE_CHECKING:
    from claims.formula.mutant import Mutant

Expr = Any
HIGHEST = 8


def is_proved(mutant: Mutant) -> bool:
    """Whether every claim of a mutant follows by algebra."""
    from claims.formula.mutant import as_formula

    assert mutant.entry.scope is not None
    scope = mutant.entry.scope.child(mutant.entry.scope.level)
    formula = as_formula(mutant)
    gather(scope, formula)
    infer_all(scope, [formula])
    try:
        _Proof(scope, formula, 1, mutant.latex, mutant.entry.before, mutant.entry.followed).run()
    except (Refusal, False_):
        return False
    return True


class _Proof(Decision):
    """A decision in which equality is an identity of SymPy's."""

    def _decide(self, meaning: Meaning, sign: str, left: Tree, right: Tree, where: Where) -> None:
        if sign == "≈":
            super()._decide(meaning, sign, left, right, where)  # rounding is arithmetic
        elif sign != "=" or _antiderivative(left) or _antiderivative(right):
            self._ordered(meaning, sign, left, right, where)
        elif _rest(left) or _rest(right):
            self._orders(meaning, left, right, where)
        else:
            for a, b in _pairs(*self._sides(meaning, left, right)):
                if not vanishes_identically(where.applied(a) - where.applied(b)):
                    raise Refusal("not proved")

    def _ordered(self, meaning: Meaning, sign: str, left: Tree, right: Tree, where: Where) -> None:
        """An inequality is proved if SymPy knows the sign of the difference."""
        a, b = self._sides(meaning, left, right)
        known = {"≤": (b - a).is_nonnegative, "<": (b - a).is_positive, "≥": (a - b).is_nonnegative, ">": (a - b).is_positive}
        if not known.get(sign):
            raise Refusal("not proved")

    def _orders(self, meaning: Meaning, left: Tree, right: Tree, where: Where) -> None:
        gauge = meaning.scalar([*_rest(left), *_rest(right)][0])
        difference = meaning.scalar(_without_rest(left)) - meaning.scalar(_without_rest(right))
        symbols = sorted(gauge.free_symbols, key=str)
        if len(symbols) != 1 or order(difference, symbols[0]) < order(gauge, symbols[0]):
            raise Refusal("not proved")


def _pairs(left: Any, right: Any) -> list[tuple[Expr, Expr]]:
    left, right = same_shape(left, right)
    if isinstance(left, Scaled):
        left, right = left.factor, right.factor
    if isinstance(left, Matrix):
        return list(zip(left.entries, right.entries, strict=True))
    return [(left, right)]


def vanishes_identically(expr: Expr) -> bool:
    """Whether an expression is zero, by expansion or simplification."""
    expr = sympy.sympify(expr)
    for limit in expr.atoms(Approach):
        expr = expr.xreplace({limit: limit_of(limit)})
    if expr == 0 or sympy.expand(expr) == 0:
        return True
    return bool(sympy.simplify(sympy.together(expr)) == 0)


def limit_of(limit: Expr) -> Expr:
    """A limit at a finite point by l'Hôpital's rule."""
    body, variable, point, _ = limit.args
    if point in (sympy.oo, -sympy.oo):
        return sympy.limit(body, variable, point)
    above, below = sympy.fraction(sympy.together(body))
    for _ in range(HIGHEST):
        top, bottom = (sympy.expand(e.subs(variable, point)) for e in (above, below))
        if bottom != 0:
            return top / bottom
        if top != 0:
            raise Refusal("not proved")
        above, below = above.diff(variable), below.diff(variable)
    raise Refusal("not proved")


def order(expr: Expr, small: Expr) -> int:
    """With which power of a small letter an expression vanishes, by its derivatives at zero."""
    above, below = sympy.fraction(sympy.together(sympy.sympify(expr)))
    return _order(above, small) - _order(below, small)


def _order(expr: Expr, small: Expr) -> int:
    for power in range(HIGHEST + 4):
        if sympy.expand(expr.subs(small, 0)) != 0:
            return power
        expr = expr.diff(small)
    return HIGHEST + 4
