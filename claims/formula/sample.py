r"""Sample: points for the symbols of expressions: random ones, a grid, and those where conditions turn."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

import sympy
from mpmath import mp, mpc, mpf

from claims.formula.inside import holds, letters
from claims.formula.refusal import Undefined
from claims.formula.slope import slope
from claims.formula.unknown import Inverse, Unknown
from claims.formula.value import Point

Expr = Any
RANGES = (
    (0.6, 1.9, "+"), (0.6, 1.9, "-"), (0.1, 0.9, "?"), (0.6, 1.9, "?"), (0.05, 0.5, "+"), (2.0, 4.0, "+"),
    (0.3, 3.0, "?"), (0.1, 0.9, "-"), (1.0, 6.0, "?"), (0.1, 0.6, "?"), (2.0, 9.0, "-"), (0.02, 0.3, "?"),
)  # fmt: skip
MILLION = 10**6  # points are drawn in millionths
GRID = (0, 1, -1, 0.5, -0.5, 2, -2, 0.1, -0.1, 3, -3, 10, -10, 0.01, 1.5, -1.5, 30, -30)
POINTS = 2**10  # remembered, with what was computed there


@dataclass
class Where:
    """What restricts the points: inequalities, equations, letters that go somewhere."""

    conditions: list[Expr] = field(default_factory=list)
    equations: list[tuple[Expr, Expr]] = field(default_factory=list)  # symbol, what it equals
    small: list[tuple[Expr, Expr]] = field(default_factory=list)  # a letter, where it goes

    @property
    def bounds(self) -> list[Expr]:
        """The inequalities, with the equations put in."""
        return [self.applied(c) for c in self.conditions]

    def on(self, expressions: list[Expr]) -> list[Expr]:
        """The inequalities that restrict the letters of expressions; the others say nothing of them."""
        free = frozenset().union(*map(letters, expressions))
        bounds = self.bounds
        for _ in bounds:  # as x < y and y < 1 both restrict x
            free = free.union(*(letters(b) for b in bounds if letters(b) & free))
        return [b for b in bounds if not letters(b) or letters(b) & free]

    def applied(self, expr: Expr) -> Expr:
        """An expression with the equations put in."""
        for symbol, value in self.equations:
            expr = expr.xreplace({symbol: value})
        return expr


def points(
    expressions: list[Expr], where: Where, count: int, *, grid: bool = False
) -> Iterator[Point]:
    """Random points for the symbols of expressions, inside the conditions."""
    bounds = where.on(expressions)
    found = sorted(frozenset().union(*map(letters, (*expressions, *bounds))), key=str)
    symbols = tuple(s for s in found if not s.name.startswith("⟨"))
    complexes = any(holds(e, type(sympy.I)) for e in expressions)
    one_to_one = frozenset(
        str(i.args[0]) for e in expressions if holds(e, Inverse) for i in e.atoms(Inverse)
    )
    waves = any(holds(e, Unknown, Inverse) for e in (*expressions, *bounds))
    given = 0
    for seed in range(count * (40 if bounds else 1)):
        if given == count:
            return
        drawn = _on_grid if grid and seed < 4 * len(GRID) else _at_random
        numbers = drawn(seed, tuple(s.is_positive for s in symbols))
        point = _point(symbols, numbers, seed if waves else 0, complexes, one_to_one, mp.prec)
        if inside(point, bounds):
            given += 1
            yield point


@lru_cache(POINTS)
def _point(
    symbols: tuple[Expr, ...],
    numbers: tuple[int, ...],
    seed: int,
    complexes: bool,
    one_to_one: frozenset[str],
    precision: int,
) -> Point:
    """The point with these values: what was computed there for one formula serves the next."""
    values = {s: mpf(number) / MILLION for s, number in zip(symbols, numbers, strict=True)}
    return Point(values, seed, complexes=complexes, one_to_one=one_to_one)


@cache
def _at_random(seed: int, positive: tuple[bool | None, ...]) -> tuple[int, ...]:
    """A number for each symbol, some of which are positive by themselves."""
    source = random.Random(seed * 7919 + len(positive))
    low, high, signs = RANGES[seed % len(RANGES)]
    found = []
    for is_positive in positive:
        size = round(source.uniform(low, high) * MILLION)
        negative = signs == "-" or (signs == "?" and source.random() < 0.5)
        found.append(-size if negative and not is_positive else size)
    return tuple(found)


@cache
def _on_grid(seed: int, positive: tuple[bool | None, ...]) -> tuple[int, ...]:
    """Round numbers: all the same for the first seeds, then mixed."""
    source = random.Random(seed)
    found = (GRID[seed] if seed < len(GRID) else source.choice(GRID) for _ in positive)
    return tuple(round(number * MILLION) for number in found)


def inside(point: Point, conditions: list[Expr]) -> bool:
    """Whether every condition holds at a point."""
    try:
        return all(point.holds(c) for c in conditions)
    except (Undefined, KeyError):
        return False


# Edges

FAR = (5, 6, 8, 10, 20, 50, 100, 1000)
LINE = sorted(
    {mpf(sign * n) / 8 for sign in (-1, 1) for n in (*range(33), *(8 * far for far in FAR))}
)
BASES = 4
DYADIC = 2**20  # roots that are rounded are no edges
BESIDE = mpf(10) ** -6
HALVINGS = 30


def edges(expressions: list[Expr], where: Where) -> Iterator[Point]:
    """Points inside the conditions, at their edges and close to them."""
    return turns([c for c in where.on(expressions) if hasattr(c, "lhs")], expressions, where)


def turns(conditions: list[Expr], expressions: list[Expr], where: Where) -> Iterator[Point]:
    """Points where a condition turns, and on both sides of it, along each symbol; all inside what restricts."""
    if not conditions:
        return
    bounds = where.on(expressions)
    alone = len(frozenset().union(*map(letters, (*expressions, *conditions)))) == 1
    for base in points([*expressions, *conditions], where, 1 if alone else BASES):
        for condition in conditions:
            difference = condition.lhs - condition.rhs
            for symbol in sorted(difference.free_symbols, key=str):
                for root in roots(base, difference, symbol):
                    exact = (root,) if root * DYADIC == int(root * DYADIC) else ()
                    for place in (root - BESIDE, *exact, root + BESIDE):
                        moved = base.moved(symbol, place)
                        if inside(moved, bounds):
                            yield moved


def roots(base: Point, expr: Expr, symbol: Expr) -> Iterator[Any]:
    """Where an expression changes its sign along a symbol: exactly if it is straight, else by halving."""
    rise = slope(expr, symbol)
    if symbol not in letters(rise):
        with contextlib.suppress(Undefined):
            yield -base.moved(symbol, mpf(0)).value(expr) / base.value(rise)
        return
    signs = [_sign(base, expr, symbol, place) for place in LINE]
    yield from (place for place, sign in zip(LINE, signs, strict=True) if sign == 0)
    for (low, before), (high, after) in pairwise(zip(LINE, signs, strict=True)):
        if before and after and before != after:
            yield _halved(base, expr, symbol, low, high)


def _halved(base: Point, expr: Expr, symbol: Expr, low: Any, high: Any) -> Any:
    """The place between two others where the sign changes."""
    before = _sign(base, expr, symbol, low)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if _sign(base, expr, symbol, middle) == before:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _sign(base: Point, expr: Expr, symbol: Expr, place: Any) -> int | None:
    """The sign at a place, None if there is no value."""
    try:
        value = base.moved(symbol, place).value(expr)
    except Undefined:
        return None
    return None if isinstance(value, mpc) else int(mp.sign(value))
