r"""Smallness: O(h²), ≈ with a small letter, and ≈ with digits."""

from __future__ import annotations

from typing import Any

import sympy
from mpmath import mp, mpf
from sympy import Integer

from claims.formula.compare import False_, at_point, shown
from claims.formula.refusal import Refusal, Undefined
from claims.formula.sample import Expr, Where, points
from claims.formula.unknown import Unknown
from claims.formula.value import DIGITS, Point

ORDER_DIGITS = 260  # h¹⁰ at h = 1e-20 needs 200


def vanishes(difference: Expr, gauge: Expr, where: Where) -> None:
    """Refuse a difference that is not O(gauge) as its letter goes to zero."""
    difference, gauge = where.applied(difference), where.applied(gauge)
    t = sympy.Dummy(real=True)
    difference, gauge = (approached(e, gauge, t, where) for e in (difference, gauge))
    told = 0
    if order_of(gauge, t, where) <= 0:
        raise Refusal("what stands in O(…) must vanish where its letter goes")
    with mp.workdps(ORDER_DIGITS):
        for point in points(
            [difference.xreplace({t: Integer(1)}), gauge.xreplace({t: Integer(1)})], where, 3
        ):
            for sign in (1, -1):
                try:
                    near, nearer = (
                        _ratio(point, difference, gauge, t, sign * mpf(10) ** -k) for k in (10, 20)
                    )
                except Undefined:
                    continue
                told += 1
                if nearer > 1000 * near + mpf(10) ** -60:
                    raise False_(
                        f"{at_point(point)}the difference does not vanish as fast as that: divided by it, {shown(near)} becomes {shown(nearer)}"
                    )
    if told < 2:
        raise Refusal("cannot tell how fast the difference vanishes")


def approached(expr: Expr, gauge: Expr, t: Expr, where: Where) -> Expr:
    """The expression in a letter t that goes to zero."""
    symbols = sorted((s for s in gauge.free_symbols if not s.name.startswith("⟨")), key=str)
    if len(symbols) == 1:
        return expr.xreplace({symbols[0]: t})
    bases = [e for e in sympy.preorder_traversal(gauge) if e.is_Add]
    if (
        len(symbols) == 2
        and bases
        and bases[0].coeff(symbols[0]) == -bases[0].coeff(symbols[1]) != 0
    ):
        moving = symbols[1] if bases[0].coeff(symbols[1]) == 1 else symbols[0]
        other = symbols[0] if moving == symbols[1] else symbols[1]
        return expr.xreplace({moving: other + t})
    if bases and all(arg.is_Pow and arg.exp == 2 and arg.base.is_Symbol for arg in bases[0].args):
        return expr.xreplace({s: t * s for s in symbols})
    raise Refusal("O(…) in more than one letter: which goes to zero?")


def _ratio(point: Point, difference: Expr, gauge: Expr, t: Expr, distance: Any) -> Any:
    near = point.moved(t, distance)
    below = near.value(gauge)
    if abs(below) < mpf(10) ** (40 - ORDER_DIGITS):
        raise Refusal("O(…) of such a high order")
    value = near.value(difference)
    return mpf(0) if abs(value) < mpf(10) ** (30 - ORDER_DIGITS) else abs(value / below)


def order_of(expr: Expr, small: Expr, where: Where) -> float:
    """The power of a small letter that an expression vanishes like; infinite for zero."""
    expr = where.applied(expr)
    smallest = float("inf")
    told = False
    with mp.workdps(ORDER_DIGITS):
        for point in points([expr.xreplace({small: Integer(1)})], where, 3):
            try:
                near, nearer = (
                    abs(point.moved(small, mpf(10) ** -k).value(expr)) for k in (10, 20)
                )
            except Undefined:
                continue
            told = True
            if nearer > mpf(10) ** (30 - ORDER_DIGITS):
                smallest = min(smallest, float(mp.log10(near / nearer) / 10))
    if not told:
        raise Refusal("cannot tell how fast this vanishes")
    return smallest


def rounds_to(value: Expr, number: Any, unit: Any, where: Where) -> None:
    """Refuse a decimal that is further off than half a unit of its last digit."""
    value = where.applied(value)
    if value.free_symbols or value.has(Unknown):
        raise False_(
            f"a number is not close to an expression in {', '.join(sorted(map(str, value.free_symbols)))}"
        )
    with mp.workdps(DIGITS):
        exact = Point({}, 0, complexes=value.has(sympy.I)).value(value)
        if abs(exact - number) > unit / 2:
            raise False_(
                f"the value is {mp.nstr(exact, 12)}, which does not round to what is written"
            )


def same_magnitude(value: Expr, exponent: int, where: Where) -> None:
    """Refuse a bare power of ten that is not the nearest one."""
    value = where.applied(value)
    if value.free_symbols:
        raise False_("a number is not close to an expression")
    with mp.workdps(DIGITS):
        exact = Point({}, 0).value(value)
        if exact <= 0 or abs(mp.log10(exact) - exponent) > mpf("0.5"):
            raise False_(f"the value is {mp.nstr(exact, 5)}")
