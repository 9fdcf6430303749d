r"""Compare: whether two sides are equal, close, or ordered. Equality is decided in `equal`.

Sides are evaluated at random points with 80 digits. A point where either side has
no value tells nothing; if too few tell anything, the answer is a refusal.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sympy
from mpmath import mp, mpc, mpf
from sympy import Integer, Symbol, sympify

from claims.formula.code import TOLERANCE, Coded
from claims.formula.matrix import Matrix, Scaled, Value, same_shape
from claims.formula.refusal import Refusal, Undefined
from claims.formula.unknown import Approach, Area, Endless, Unknown
from claims.formula.value import DIGITS, LIMIT_DIGITS, Point

Expr = Any
KINKED = (sympy.Piecewise, sympy.Abs, sympy.Max, sympy.Min, sympy.sign, sympy.Heaviside)
RANGES = (
    (0.6, 1.9, "+"), (0.6, 1.9, "-"), (0.1, 0.9, "?"), (0.6, 1.9, "?"), (0.05, 0.5, "+"), (2.0, 4.0, "+"),
    (0.3, 3.0, "?"), (0.1, 0.9, "-"), (1.0, 6.0, "?"), (0.1, 0.6, "?"), (2.0, 9.0, "-"), (0.02, 0.3, "?"),
)  # fmt: skip
ORDER_DIGITS = 260  # h¹⁰ at h = 1e-20 needs 200
GRID = ("0", "1", "-1", "0.5", "-0.5", "2", "-2", "0.1", "-0.1", "3", "-3", "10", "-10", "0.01", "1.5", "-1.5")
ENOUGH = 4
INFINITE = (sympy.oo, -sympy.oo)


@dataclass
class Where:
    """What restricts the points: inequalities, equations, letters that go to zero."""

    conditions: list[Expr] = field(default_factory=list)
    equations: list[tuple[Expr, Expr]] = field(default_factory=list)  # symbol, what it equals
    small: list[Expr] = field(default_factory=list)

    def applied(self, expr: Expr) -> Expr:
        """An expression with the equations put in."""
        for symbol, value in self.equations:
            expr = expr.xreplace({symbol: value})
        return expr


class False_(Exception):  # noqa: N801, N818 - an answer, not an error of the program
    """Two sides that are not as claimed, with the point that shows it."""


def points(expressions: list[Expr], where: Where, count: int, *, grid: bool = False) -> Iterator[Point]:
    """Random points for the symbols of expressions, inside the conditions."""
    symbols = sorted(set().union(*(e.free_symbols for e in expressions)), key=str)
    symbols = [s for s in symbols if not s.name.startswith("⟨")]
    complexes = any(e.has(sympy.I) for e in expressions)
    given = 0
    for seed in range(count * (40 if where.conditions else 1)):
        if given == count:
            return
        values = _grid_values(symbols, seed) if grid and seed < 2 * len(GRID) else _values(symbols, seed)
        point = Point(values, seed, complexes=complexes)
        if _inside(point, where.conditions):
            given += 1
            yield point


def _values(symbols: list[Expr], seed: int) -> dict[Expr, Any]:
    source = random.Random(seed * 7919 + len(symbols))
    low, high, signs = RANGES[seed % len(RANGES)]
    values = {}
    for symbol in symbols:
        size = mpf(round(source.uniform(low, high) * 10**6)) / 10**6
        negative = signs == "-" or (signs == "?" and source.random() < 0.5)
        values[symbol] = -size if negative and not symbol.is_positive else size
    return values


def _grid_values(symbols: list[Expr], seed: int) -> dict[Expr, Any]:
    """Round values: all the same for the first seeds, then mixed."""
    if seed < len(GRID):
        return {s: mpf(GRID[seed]) for s in symbols}
    source = random.Random(seed)
    return {s: mpf(source.choice(GRID)) for s in symbols}


def _inside(point: Point, conditions: list[Expr]) -> bool:
    try:
        return all(point.holds(c) for c in conditions)
    except (Undefined, KeyError):
        return False


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
        places = [f"entry {i // columns + 1}, {i % columns + 1}: " for i in range(len(left.entries))]
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
    applied = [(where.applied(sympify(a)), where.applied(sympify(b)), place) for a, b, place in pairs]
    todo = [(a, b, place) for a, b, place in applied if a != b or a.is_finite is False]
    for a, b, _ in todo:
        if a in INFINITE or b in INFINITE:
            return _infinite(a, b, where)
    if todo:
        _equal_at_points(todo, where)
    return None


def _equal_at_points(todo: list[tuple[Expr, Expr, str]], where: Where) -> None:
    sides = [side for a, b, _ in todo for side in (a, b)]
    tolerance, kinked = _tolerance(*sides), _kinked(*sides)
    told = [0] * len(todo)
    with mp.workdps(DIGITS):
        for point in points(sides, where, _count(*sides)):
            for i, (left, right, place) in enumerate(todo):
                try:
                    a, b = point.value(left), point.value(right)
                except Undefined:
                    continue
                told[i] += 1
                if not _close(a, b, tolerance):
                    raise False_(f"{place}{_at(point)}the left side is {_shown(a)}, the right side {_shown(b)}")
            if min(told) >= ENOUGH and not kinked:
                break
    if min(told) < (1 if not any(side.free_symbols for side in sides) else 2):
        raise Refusal("cannot tell: there is hardly a point where both sides have a value")


def _close(a: Any, b: Any, tolerance: Any) -> bool:
    largest = max(abs(a), abs(b))
    return bool(abs(a - b) <= tolerance * largest or largest < mpf(10) ** -55 or (
        tolerance > mpf(10) ** -40 and abs(a - b) <= tolerance
    ))


def _tolerance(*sides: Expr) -> Any:
    if any(side.has(Coded) for side in sides):
        return TOLERANCE
    return mpf(10) ** -22 if any(side.has(Approach, Area) for side in sides) else mpf(10) ** -45


def _kinked(*sides: Expr) -> bool:
    return any(side.has(*KINKED) for side in sides)


def _count(*sides: Expr) -> int:
    if not any(side.free_symbols for side in sides):
        return 1
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
                    raise False_(f"the limit is not infinite: close by, the value is {_shown(sign * sizes[1])}")
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


def ordered(left: Expr, right: Expr, sign: str, where: Where) -> None:
    """Refuse an inequality that fails at a point of a grid, or at a random one."""
    if any(isinstance(side, Matrix | Scaled) for side in (left, right)):
        raise Refusal("an inequality between matrices")
    left, right = where.applied(left), where.applied(right)
    if sympy.oo in (left, right) or -sympy.oo in (left, right):
        raise Refusal("an inequality with ∞ says nothing that can be checked")
    told = 0
    constant = not (left.free_symbols | right.free_symbols)
    with mp.workdps(DIGITS):
        for point in points([left, right], where, 1 if constant else 72, grid=True):
            try:
                a, b = point.value(left), point.value(right)
            except Undefined:
                continue
            if isinstance(a, mpc) or isinstance(b, mpc):
                raise Refusal("an inequality between complex numbers")
            told += 1
            if not _holds(a, b, sign):
                raise False_(f"{_at(point)}{_shown(a)} {sign} {_shown(b)} is not so")
    if told < (1 if constant else 8):
        raise Refusal("cannot tell: there is hardly a point where both sides have a value")


def _holds(a: Any, b: Any, sign: str) -> bool:
    close = abs(a - b) <= mpf(10) ** -45 * max(abs(a), abs(b), mpf(10) ** -10)
    return {
        "≤": a <= b or close, "≥": a >= b or close, "<": a < b and not close, ">": a > b and not close,
        "≠": not close,
    }[sign]  # fmt: skip


def equivalent(relations: list[list[Expr]], where: Where) -> None:
    """Refuse ⇔ between conditions that are not true at the same points."""
    flat = [part for conditions in relations for part in conditions]
    found = {True: 0, False: 0}
    with mp.workdps(DIGITS):
        for point in points(flat, where, 96, grid=True):
            try:
                truths = [all(point.holds(c) for c in conditions) for conditions in relations]
            except Undefined:
                continue
            if len(set(truths)) > 1:
                said = " but ".join("true" if t else "false" for t in truths)
                raise False_(f"{_at(point)}the sides of ⇔ are {said}")
            found[truths[0]] += 1
    if not all(found.values()):
        raise Refusal("cannot tell: no point tells the sides of ⇔ apart")


# Orders of smallness


def vanishes(difference: Expr, gauge: Expr, where: Where) -> None:
    """Refuse a difference that is not O(gauge) as its letter goes to zero."""
    difference, gauge = where.applied(difference), where.applied(gauge)
    t = sympy.Dummy(real=True)
    difference, gauge = (_approached(e, gauge, t, where) for e in (difference, gauge))
    told = 0
    with mp.workdps(ORDER_DIGITS):
        for point in points([difference.xreplace({t: Integer(1)}), gauge.xreplace({t: Integer(1)})], where, 3):
            for sign in (1, -1):
                try:
                    near, nearer = (_ratio(point, difference, gauge, t, sign * mpf(10) ** -k) for k in (10, 20))
                except Undefined:
                    continue
                told += 1
                if nearer > 1000 * near + mpf(10) ** -60:
                    raise False_(f"{_at(point)}the difference does not vanish as fast as that: divided by it, {_shown(near)} becomes {_shown(nearer)}")
    if told < 2:
        raise Refusal("cannot tell how fast the difference vanishes")


def _approached(expr: Expr, gauge: Expr, t: Expr, where: Where) -> Expr:
    """The expression in a letter t that goes to zero."""
    symbols = sorted((s for s in gauge.free_symbols if not s.name.startswith("⟨")), key=str)
    if len(symbols) == 1:
        return expr.xreplace({symbols[0]: t})
    bases = [e for e in sympy.preorder_traversal(gauge) if e.is_Add]
    if len(symbols) == 2 and bases and bases[0].coeff(symbols[0]) == -bases[0].coeff(symbols[1]):
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
                near, nearer = (abs(point.moved(small, mpf(10) ** -k).value(expr)) for k in (10, 20))
            except Undefined:
                continue
            told = True
            if nearer > mpf(10) ** (30 - ORDER_DIGITS):
                smallest = min(smallest, float(mp.log10(near / nearer) / 10))
    if not told:
        raise Refusal("cannot tell how fast this vanishes")
    return smallest


# ≈ with digits


def rounds_to(value: Expr, number: Any, unit: Any, where: Where) -> None:
    """Refuse a decimal that is further off than half a unit of its last digit."""
    value = where.applied(value)
    if value.free_symbols or value.has(Unknown):
        raise False_(f"a number is not close to an expression in {', '.join(sorted(map(str, value.free_symbols)))}")
    with mp.workdps(DIGITS):
        exact = Point({}, 0, complexes=value.has(sympy.I)).value(value)
        if abs(exact - number) > unit / 2:
            raise False_(f"the value is {mp.nstr(exact, 12)}, which does not round to what is written")


def same_magnitude(value: Expr, exponent: int, where: Where) -> None:
    """Refuse a bare power of ten that is not the nearest one."""
    value = where.applied(value)
    if value.free_symbols:
        raise False_("a number is not close to an expression")
    with mp.workdps(DIGITS):
        exact = Point({}, 0).value(value)
        if exact <= 0 or abs(mp.log10(exact) - exponent) > mpf("0.5"):
            raise False_(f"the value is {mp.nstr(exact, 5)}")


# Words


def _shown(value: Any) -> str:
    return str(mp.nstr(value, 8))


def _at(point: Point) -> str:
    shown = ", ".join(f"{s.name.removesuffix('^()')} = {mp.nstr(v, 6)}" for s, v in point.symbols.items() if not s.is_Dummy)
    return f"at {shown}: " if shown else ""


def solved(left: Expr, right: Expr) -> tuple[Expr, Expr]:
    """An equation as what one symbol equals, if one stands in it linearly."""
    difference = left - right
    for symbol in sorted(difference.free_symbols, key=str, reverse=True):
        slope = difference.diff(symbol)
        if slope != 0 and not slope.has(symbol) and not slope.free_symbols:
            return symbol, sympy.expand(symbol - difference / slope)
    raise Refusal("this equation is no condition here: no letter stands in it linearly")


def as_small(name: str) -> Expr:
    """The symbol of a letter that goes to zero."""
    return Symbol(name, real=True)
