r"""Cases: functions by cases, indicators, and conditions as SymPy has them."""

from __future__ import annotations

import sympy
from sympy import Integer

from claims.formula import tree
from claims.formula.matrix import Matrix, Value, same_shape
from claims.formula.meaning import Expr, Meaning, rule
from claims.formula.refusal import Refusal
from claims.formula.unknown import Split


@rule(tree.Cases)
def _cases(meaning: Meaning, body: tree.Cases) -> Value:
    pieces = [
        (meaning.scalar(value), condition(meaning, found))
        for value, found in zip(body.values, body.conditions, strict=True)
    ]
    rest = [(sympy.nan, True)] if body.partial else []
    return Split(*pieces, *rest, evaluate=False)


@rule(tree.Indicator)
def _indicator(meaning: Meaning, body: tree.Indicator) -> Value:
    left, right = (meaning.of(side) for side in body.condition.sides)
    sign = body.condition.signs[0]
    if isinstance(left, Matrix):
        return left.map(lambda entry: _one_if(sign, entry, right))
    return _one_if(sign, left, right)


def _one_if(sign: str, left: Expr, right: Expr) -> Expr:
    return Split((Integer(1), compared(sign, left, right)), (Integer(0), True), evaluate=False)


def condition(meaning: Meaning, found: tuple[tree.Relation, ...]) -> Expr:
    """Relations as one condition of SymPy's; none is "otherwise"."""
    parts = [
        _compared(sign, meaning.of(left), meaning.of(right))
        for one in found
        for sign, left, right in zip(one.signs, one.sides, one.sides[1:], strict=False)
    ]
    if not found:
        return sympy.true
    if not parts:
        raise Refusal("a condition such as x > 0 was expected")
    return sympy.And(*parts)


def _compared(sign: str, left: Value, right: Value) -> Expr:
    """A relation of SymPy's, also (x, y) ≠ (0, 0)."""
    if not isinstance(left, Matrix) and not isinstance(right, Matrix):
        return compared(sign, left, right)
    left, right = same_shape(left, right)
    if sign not in ("=", "≠") or not isinstance(left, Matrix) or not isinstance(right, Matrix):
        raise Refusal("a condition on a vector says = or ≠")
    entries = [compared(sign, a, b) for a, b in zip(left.entries, right.entries, strict=True)]
    return sympy.And(*entries) if sign == "=" else sympy.Or(*entries)


def compared(sign: str, left: Expr, right: Expr) -> Expr:
    """A relation of SymPy's."""
    relations = {
        "=": sympy.Eq, "<": sympy.Lt, ">": sympy.Gt, "≤": sympy.Le, "≥": sympy.Ge, "≠": sympy.Ne,
    }  # fmt: skip
    if sign not in relations:
        raise Refusal(f"{sign} is no condition")
    return relations[sign](left, right)
