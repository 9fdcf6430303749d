r"""Nearby: limits, integrals, infinite series and maxima, from values close by or along the line."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import combinations

import sympy
from mpmath import mp, mpf
from sympy import Max, Min
from sympy.core.relational import Relational

from claims.formula.inside import holds, letters
from claims.formula.refusal import NotThere, Refusal, TooLarge, Undefined
from claims.formula.sample import roots
from claims.formula.slope import slope
from claims.formula.unknown import Approach, Area, Best, Endless, Place, Unknown
from claims.formula.value import LIMIT_DIGITS, OPERATIONS, Expr, Number, Point

STEP = 30  # a limit is looked at from 10^-30 away
FURTHER = (STEP, 2 * STEP, 4 * STEP)  # … and if that does not settle it, from closer yet
TERMS, ENOUGH_TERMS = 300, 100  # of a series; so many tell whether it diverges
AGREED, VANISHED = mpf(10) ** -24, mpf(10) ** -66
ALONG = sympy.Symbol("⟨along⟩", real=True)
COARSE = (3, 6, 9)  # … or, where the values are too large to be computed, from further off


def _approach(point: Point, expr: Expr) -> Number:
    """The value close by, if it is the same from closer, and from the other side."""
    body, variable, goal, side = expr.args
    endless = goal in (sympy.oo, -sympy.oo)

    def look(digits: int, sign: int) -> Number:
        with mp.workdps(LIMIT_DIGITS * max(1, digits // STEP)):
            distance = mpf(10) ** -digits * sign
            centre = mpf(0) if endless else point.value(goal)
            return point.moved(variable, 1 / distance if endless else centre + distance).value(body)

    if endless or side != 0:
        sign = (1 if goal == sympy.oo else -1) if endless else int(side)
        return _settled(look, (sign, sign))
    return _settled(look, (1, -1))


Look = Callable[[int, int], Number]


def _settled(look: Look, signs: tuple[int, int]) -> Number:
    """The value that a look from near and one from nearer agree on, from the sides in question."""
    near, nearer = (_or_none(look, STEP + 5 * i, sign) for i, sign in enumerate(signs))
    if near is not None and nearer is not None and _agree(near, nearer):
        return nearer
    sides = [_from_side(look, sign) for sign in sorted(set(signs))]
    values = [value for value in sides if value is not None]  # x ln x lives on one side only
    if not values or not all(_agree(values[0], value) for value in values):
        raise Undefined
    return values[0]


def _or_none(look: Look, digits: int, sign: int) -> Number | None:
    try:
        return look(digits, sign)
    except Undefined:
        return None


def _from_side(look: Look, sign: int) -> Number | None:
    """The limit from one side; None outside the domain.

    Raises:
        NotThere: if the values grow beyond all bounds.
        Refusal: if they do neither that nor come to rest.
    """
    values = _looks(look, sign)
    if values is None:
        return None
    first, second, third = values
    if _agree(second, third):
        return third
    if abs(third) > max(abs(second) + 1, 15) and abs(second) > abs(first) + 1:
        raise NotThere("the limit is infinite")
    if abs(third - second) < abs(second - first):
        raise Undefined  # it may come to rest, too slowly to be seen
    raise Refusal("cannot tell whether this limit exists: close by, the values do not settle")


def _looks(look: Look, sign: int) -> list[Number] | None:
    """The values from closer and closer, or from further off where these are too large."""
    for digits in (FURTHER, COARSE):
        try:
            return [look(d, sign) for d in digits]
        except TooLarge:
            continue
        except Undefined:
            return None
    raise Refusal("cannot tell this limit: close by, the values are too large")


def _agree(near: Number, nearer: Number) -> bool:
    return bool(abs(near - nearer) <= AGREED * (1 + abs(nearer)))


def _area(point: Point, expr: Expr) -> Number:
    body, variable, low, high = expr.args
    if letters(expr) == {variable} and not holds(expr, Unknown):
        return _one_area(body.xreplace({variable: ALONG}), low, high, point.complexes)
    return _integral(point, body, variable, low, high)


@cache
def _one_area(body: Expr, low: Expr, high: Expr, complexes: bool) -> Number:
    """An integral that is the same at every point."""
    return _integral(Point({}, 0, complexes=complexes), body, ALONG, low, high)


def _integral(point: Point, body: Expr, variable: Expr, low: Expr, high: Expr) -> Number:
    ends = [
        mp.inf if e == sympy.oo else -mp.inf if e == -sympy.oo else point.value(e)
        for e in (low, high)
    ]
    with mp.workdps(40):
        if ends[0] == ends[1]:
            return mpf(0)
        between = _bends(point, body, variable, min(ends), max(ends))
        places = [ends[0], *(between if ends[0] < ends[1] else between[::-1]), ends[1]]
        value, error = mp.quad(lambda x: point.moved(variable, x).value(body), places, error=True)
    if error > mpf(10) ** -25 * (1 + abs(value)):
        raise Undefined
    return value


def _bends(point: Point, body: Expr, variable: Expr, low: Number, high: Number) -> list[Number]:
    """Where a function bends sharply or jumps between two places: what is smooth is to be integrated."""
    turning = [a - b for part in body.atoms(Max, Min) for a, b in combinations(part.args, 2)]
    turning += [part.args[0] for part in body.atoms(sympy.Abs, sympy.sign, sympy.Heaviside)]
    turning += [c.lhs - c.rhs for c in body.atoms(Relational)]
    turning = [expr for expr in turning if variable in letters(expr)]
    return sorted({x for expr in turning for x in roots(point, expr, variable) if low < x < high})


def _best(point: Point, expr: Expr) -> Number:
    """The largest or smallest value."""
    return int(expr.args[2]) * _summits(point, *expr.args)[0][0]


def _place(point: Point, expr: Expr) -> Number:
    """Where the largest or smallest value is, if it is at one place only."""
    (height, x, settled), *others = _summits(point, *expr.args)
    if not settled:
        raise Undefined
    if any(abs(height - other) <= mpf(10) ** -20 * (1 + abs(height)) for other, _, _ in others):
        raise Refusal("the largest or smallest value is reached at several places")
    return x


def _summits(
    point: Point, body: Expr, variable: Expr, sign: Expr
) -> list[tuple[Number, Number, bool]]:
    """The heights and places of summits, the highest first; refuses a best at the end of the grid."""
    grid = [mpf(k) / 8 for k in range(-160, 161)]
    values = [int(sign) * point.moved(variable, x).value(body) for x in grid]
    top = max(range(len(grid)), key=values.__getitem__)
    if top in (0, len(grid) - 1):
        raise Refusal("the maximum is not reached, or far away: claim it as a limit")
    found = []
    for i in range(1, len(grid) - 1):
        if i != top and not values[i - 1] < values[i] >= values[i + 1]:
            continue
        x, settled = _flattest(point, body, variable, grid[i])
        height = int(sign) * point.moved(variable, x).value(body)
        if abs(x - grid[i]) <= mpf(1) / 4 and height >= values[i]:
            found.append((height, x, settled))
        elif i == top:
            raise Undefined
    return sorted(found, reverse=True)


def _flattest(point: Point, body: Expr, variable: Expr, start: Number) -> tuple[Number, bool]:
    """Where the slope vanishes, by Newton's method, and whether that came to rest."""
    x, rise = start, slope(body, variable)
    bend = slope(rise, variable)
    for _ in range(60):
        here = point.moved(variable, x)
        above, below = here.value(rise), here.value(bend)
        step = above / below if below != 0 else mpf(0)
        x -= step
        if abs(step) < mpf(10) ** (10 - mp.dps):
            return x, above == 0 or below != 0
    return x, False


def _endless(point: Point, expr: Expr) -> Number:
    symbols, term = Endless.series[int(expr.args[0])]
    values = [point.value(arg) for arg in expr.args[1:]]
    inner = point.with_symbols(dict(zip(symbols, values, strict=True)))
    total, sizes, small = mpf(0), [], 0
    for k in range(TERMS):
        summand = inner.value(term(k))
        total += summand
        sizes.append(abs(summand))
        small = small + 1 if sizes[-1] < VANISHED * (1 + abs(total)) else 0
        if small >= 6:
            return total
        if k > ENOUGH_TERMS and sizes[-1] > max(sizes) * mpf("0.9999"):
            raise NotThere("the series diverges")
        if k == ENOUGH_TERMS + 1 and _last(sizes) > VANISHED * (1 + abs(total)):
            raise Undefined
    raise Undefined


def _last(sizes: list[Number]) -> Number:
    """How large the last term will be, if the terms go on falling as the last ten did."""
    before, now = max(sizes[-20:-10]), max(sizes[-10:])
    return now * (now / before) ** ((TERMS - len(sizes)) // 10) if before else now


OPERATIONS.update({Approach: _approach, Area: _area, Best: _best, Place: _place, Endless: _endless})
