r"""Cases: functions by cases, indicators, and conditions as SymPy has them."""

from __future__ import annotations

import sympy
from sympy import Integer

from claims.formula import tree
from claims.formula.matrix import Matrix, Value
from claims.formula.meaning import Expr, Meaning, rule
from claims.formula.refusal import Refusal


@rule(tree.Cases)
def _cases(meaning: Meaning, body: tree.Cases) -> Value:
    pieces = [
        (meaning.scalar(value), condition(meaning, found))
        for value, found in zip(body.values, body.conditions, strict=True)
    ]
    rest = [(sympy.nan, True)] if body.partial else []
    return sympy.Piecewise(*pieces, *rest, evaluate=False)


@rule(tree.Indicator)
def _indicator(meaning: Meaning, body: tree.Indicator) -> Value:
    left, right = (meaning.of(side) for side in body.condition.sides)
    sign = body.condition.signs[0]
    if isinstance(left, Matrix):
        return left.map(lambda entry: _one_if(sign, entry, right))
    return _one_if(sign, left, right)


def _one_if(sign: str, left: Expr, right: Expr) -> Expr:
    return sympy.Piecewise(
        (Integer(1), compared(sign, left, right)), (Integer(0), True), evaluate=False
    )


def condition(meaning: Meaning, found: tuple[tree.Relation, ...]) -> Expr:
    """Relations as one condition of SymPy's; none is "otherwise"."""
    parts = [
        compared(sign, meaning.scalar(left), meaning.scalar(right))
        for one in found
        for sign, left, right in zip(one.signs, one.sides, one.sides[1:], strict=False)
    ]
    if not found:
        return sympy.true
    if not parts:
        raise Refusal("a condition such as x > 0 was expected")
    return sympy.And(*parts)


def compared(sign: str, left: Expr, right: Expr) -> Expr:
    """A relation of SymPy's."""
    relations = {
        "=": sympy.Eq, "<": sympy.Lt, ">": sympy.Gt, "≤": sympy.Le, "≥": sympy.Ge, "≠": sympy.Ne,
    }  # fmt: skip
    if sign not in relations:
        raise Refusal(f"{sign} is no condition")
    return relations[sign](left, right)
