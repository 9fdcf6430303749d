r"""Compare: whether two sides are equal, close, or ordered. Equality is decided in `equal`.

Sides are evaluated at random points with 80 digits. A point where either side has
no value tells nothing; if too few tell anything, the answer is a refusal.
"""

from __future__ import annotations

import contextlib
from typing import Any

import sympy
from mpmath import mp, mpf
from sympy import Integer, sympify

from claims.formula.code import TOLERANCE, Coded
from claims.formula.inside import holds, letters
from claims.formula.matrix import Matrix, Scaled, Value, same_shape
from claims.formula.refusal import NotThere, Refusal, Undefined
from claims.formula.sample import Expr, Where, edges, points
from claims.formula.slope import slope
from claims.formula.unknown import Approach, Area, Best, Endless
from claims.formula.value import DIGITS, LIMIT_DIGITS, Point

KINKED = (sympy.Piecewise, sympy.Abs, sympy.Max, sympy.Min, sympy.sign, sympy.Heaviside)
ENOUGH = 4
EXACT, NEAR = mpf(10) ** -45, mpf(10) ** -22  # relative; NEAR for what is seen from close by
NOTHING = mpf(10) ** -55
INFINITE = (sympy.oo, -sympy.oo)
NO_NUMBERS = (*INFINITE, sympy.zoo, sympy.nan)


class False_(Exception):  # noqa: N801, N818 - an answer, not an error of the program
    """Two sides that are not as claimed, with the point that shows it."""


# Equality


def equal(left: Value, right: Value, where: Where) -> None:
    """Refuse two sides that are not equal.

    Raises:
        False_: if they differ somewhere; it says where.
        Refusal: if it cannot be told, for want of points where both have values.
    """
    left, right = same_shape(left, right)
    if isinstance(left, Scaled) and isinstance(right, Scaled):
        return equal(left.factor, right.factor, where)
    if isinstance(left, Matrix) != isinstance(right, Matrix):
        _equal_to_zero(left, right, where)
        return None
    if isinstance(left, Matrix):
        columns = left.shape[1]
        places = [
            f"entry {i // columns + 1}, {i % columns + 1}: " for i in range(len(left.entries))
        ]
        return _equal(list(zip(left.entries, right.entries, places, strict=True)), where)
    return _equal([(left, right, "")], where)


def _equal_to_zero(left: Value, right: Value, where: Where) -> None:
    """A vector may be compared with the number 0 only."""
    matrix, number = (left, right) if isinstance(left, Matrix) else (right, left)
    if number != 0:
        raise Refusal("a vector or matrix is compared with a scalar: do the shapes fit?")
    equal(matrix, matrix.map(lambda entry: Integer(0)), where)


def _equal(pairs: list[tuple[Expr, Expr, str]], where: Where) -> None:
    """Pairs of sides at the same points, each with words for its place."""
    applied = [
        (where.applied(sympify(a)), where.applied(sympify(b)), place) for a, b, place in pairs
    ]
    todo = [(a, b, place) for a, b, place in applied if a != b or _is_infinite(a)]
    for a, b, _ in todo:
        if a in INFINITE or b in INFINITE:
            return _infinite(a, b, where)
    if todo:
        _equal_at_points(todo, where)
    return None


def _is_infinite(expr: Expr) -> bool:
    """Whether a side that equals the other is no number; SymPy takes long to say that others are."""
    return holds(expr, *map(type, NO_NUMBERS)) and expr.is_finite is False


def _equal_at_points(todo: list[tuple[Expr, Expr, str]], where: Where) -> None:
    sides = [side for a, b, _ in todo for side in (a, b)]
    tolerance, kinked = _tolerance(*sides), _kinked(*sides)
    told = [0] * len(todo)
    with mp.workdps(DIGITS):
        for point in points(sides, where, _count(*sides)):
            for i, pair in enumerate(todo):
                told[i] += _equal_at(point, *pair, tolerance)
            if min(told) >= ENOUGH and not kinked:
                break
        for point in edges(sides, where):
            for pair in todo:
                with contextlib.suppress(Refusal):  # an edge may refute, and need not confirm
                    _equal_at(point, *pair, tolerance)
    if min(told) < (1 if not any(map(letters, sides)) else 2):
        raise Refusal("cannot tell: there is hardly a point where both sides have a value")


def _equal_at(point: Point, left: Expr, right: Expr, place: str, tolerance: Any) -> bool:
    """Whether a point tells something; false if it tells that the sides differ."""
    values = _both(point, left, right, place)
    if values is None:
        return False
    a, b = values
    if not _close(a, b, tolerance):
        raise False_(
            f"{place}{at_point(point)}the left side is {shown(a)}, the right side {shown(b)}"
        )
    return True


def _both(point: Point, left: Expr, right: Expr, place: str) -> tuple[Any, Any] | None:
    """Both values, or None where a side has none; false if the page says that it has one."""
    values, missing = [], ""
    for side in (left, right):
        try:
            values.append(point.value(side))
        except NotThere as error:
            missing = str(error)
        except Undefined:
            return None
    if missing and values:
        raise False_(
            f"{place}{at_point(point)}one side is {shown(values[0])}; of the other, {missing}"
        )
    return (values[0], values[1]) if len(values) == 2 else None


def _close(a: Any, b: Any, tolerance: Any) -> bool:
    largest = max(abs(a), abs(b))
    return bool(
        abs(a - b) <= tolerance * largest
        or largest < NOTHING
        or (tolerance > EXACT and abs(a - b) <= tolerance)
    )


def _tolerance(*sides: Expr) -> Any:
    if any(holds(side, Coded) for side in sides):
        return TOLERANCE
    return NEAR if any(holds(side, Approach, Area, Best) for side in sides) else EXACT


def _kinked(*sides: Expr) -> bool:
    return any(holds(side, *KINKED) for side in sides)


def _count(*sides: Expr) -> int:
    if not any(map(letters, sides)):
        return 1
    if any(holds(side, Endless) for side in sides):
        return 8
    return 24 if _kinked(*sides) else 16


def _infinite(left: Expr, right: Expr, where: Where) -> None:
    """A limit that is infinite grows beyond all bounds."""
    goal, other = (left, right) if left in INFINITE else (right, left)
    if not isinstance(other, Approach):
        raise Refusal("only a limit is compared with ∞")
    body, variable, centre, side = other.args
    sign = 1 if goal == sympy.oo else -1
    told = 0
    with mp.workdps(LIMIT_DIGITS):
        for point in points([body.xreplace({variable: Integer(1)})], where, 4):
            for direction in {1: (1,), -1: (-1,)}.get(int(side), (1, -1)):
                sizes = []
                for digits in (20, 40):
                    distance = mpf(10) ** -digits * direction
                    place = 1 / distance if centre in INFINITE else point.value(centre) + distance
                    if centre in INFINITE:
                        place = abs(place) * (1 if centre == sympy.oo else -1)
                    try:
                        sizes.append(sign * mp.re(point.moved(variable, place).value(body)))
                    except Undefined:
                        break
                if len(sizes) < 2:
                    continue
                told += 1
                if not (sizes[1] > sizes[0] + 1 and sizes[1] > 15):
                    raise False_(
                        f"the limit is not infinite: close by, the value is {shown(sign * sizes[1])}"
                    )
    if not told:
        raise Refusal("cannot tell whether this limit is infinite")


def equal_somewhere(left: Expr, right: Expr) -> bool:
    """Whether two expressions are equal at random points, for a choice within a meaning."""
    try:
        _equal([(left, right, "")], Where())
    except (False_, Refusal):
        return False
    return True


# Order


# Orders of smallness


# ≈ with digits


# Words


def shown(value: Any) -> str:
    """A value in the digits that a message needs."""
    return str(mp.nstr(value, 8))


def at_point(point: Point) -> str:
    """“at x = 1.3: ”, for a message."""
    shown = ", ".join(
        f"{s.name.removesuffix('^()')} = {mp.nstr(v, 6)}"
        for s, v in point.symbols.items()
        if not s.is_Dummy
    )
    return f"at {shown}: " if shown else ""


def solved(left: Expr, right: Expr) -> tuple[Expr, Expr]:
    """An equation as what one symbol equals, if one stands in it linearly."""
    difference = left - right
    for symbol in sorted(difference.free_symbols, key=str, reverse=True):
        rise = slope(difference, symbol)
        if rise != 0 and not rise.free_symbols:
            return symbol, sympy.expand(symbol - difference / rise)
    raise Refusal("this equation is no condition here: no letter stands in it linearly")
