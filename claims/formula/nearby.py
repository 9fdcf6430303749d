r"""Nearby: limits, integrals, infinite series and maxima, from values close by or along the line."""

from __future__ import annotations

from collections.abc import Callable

import sympy
from mpmath import mp, mpf

from claims.formula.refusal import NotThere, Refusal, Undefined
from claims.formula.unknown import Approach, Area, Best, Endless
from claims.formula.value import LIMIT_DIGITS, OPERATIONS, Expr, Number, Point

STEP = 30  # a limit is looked at from 10^-30 away


def _approach(point: Point, expr: Expr) -> Number:
    """The value close by, if it is the same from closer, and from the other side."""
    body, variable, goal, side = expr.args
    endless = goal in (sympy.oo, -sympy.oo)
    with mp.workdps(LIMIT_DIGITS):
        centre = mpf(0) if endless else point.value(goal)

        def look(digits: int, sign: int) -> Number:
            distance = mpf(10) ** -digits * sign
            return point.moved(variable, 1 / distance if endless else centre + distance).value(body)

        if endless or side != 0:
            sign = (1 if goal == sympy.oo else -1) if endless else int(side)
            return _agreed(look(STEP, sign), look(STEP + 5, sign))
        found = [_or_none(look, STEP + 5 * (sign < 0), sign) for sign in (1, -1)]
        if None in found:  # the function lives on one side only, as x ln x does
            sign = 1 if found[1] is None else -1
            return _agreed(look(STEP, sign), look(STEP + 5, sign))
        return _agreed(*found)


def _or_none(look: Callable[[int, int], Number], digits: int, sign: int) -> Number | None:
    try:
        return look(digits, sign)
    except Undefined:
        return None


def _agreed(near: Number, nearer: Number) -> Number:
    """The value from closer, if it is that from near."""
    if abs(near - nearer) > mpf(10) ** -24 * (1 + abs(nearer)):
        raise Undefined
    return nearer


def _area(point: Point, expr: Expr) -> Number:
    body, variable, low, high = expr.args
    ends = [
        mp.inf if e == sympy.oo else -mp.inf if e == -sympy.oo else point.value(e)
        for e in (low, high)
    ]
    with mp.workdps(40):
        if ends[0] == ends[1]:
            return mpf(0)
        value, error = mp.quad(lambda x: point.moved(variable, x).value(body), ends, error=True)
    if error > mpf(10) ** -25 * (1 + abs(value)):
        raise Undefined
    return value


def _best(point: Point, expr: Expr) -> Number:
    """The best of a grid, then Newton's method on the slope; refuses a best at the end of the grid."""
    body, variable, sign = expr.args
    sign = int(sign)
    grid = [mpf(k) / 8 for k in range(-160, 161)]
    values = [sign * point.moved(variable, x).value(body) for x in grid]
    place = max(range(len(grid)), key=values.__getitem__)
    if place in (0, len(grid) - 1):
        raise Refusal("the maximum is not reached, or far away: claim it as a limit")
    x, slope = grid[place], body.diff(variable)
    bend = slope.diff(variable)
    for _ in range(60):
        here = point.moved(variable, x)
        below = here.value(bend)
        step = here.value(slope) / below if below != 0 else mpf(0)
        x -= step
        if abs(step) < mpf(10) ** (10 - mp.dps):
            break
    best = sign * point.moved(variable, x).value(body)
    if abs(x - grid[place]) > mpf(1) / 4 or best < values[place]:
        raise Undefined
    return sign * best


def _endless(point: Point, expr: Expr) -> Number:
    symbols, term = Endless.series[int(expr.args[0])]
    values = [point.value(arg) for arg in expr.args[1:]]
    inner = Point(dict(zip(symbols, values, strict=True)), point.seed, complexes=point.complexes)
    inner.functions = point.functions
    total, largest, small = mpf(0), mpf(0), 0
    for k in range(300):
        summand = inner.value(term(k))
        total += summand
        largest = max(largest, abs(summand))
        small = small + 1 if abs(summand) < mpf(10) ** -66 * (1 + abs(total)) else 0
        if small >= 6:
            return total
        if k > 100 and abs(summand) > largest * mpf("0.9999"):
            raise NotThere("the series diverges")
    raise Undefined


OPERATIONS.update({Approach: _approach, Area: _area, Best: _best, Endless: _endless})
