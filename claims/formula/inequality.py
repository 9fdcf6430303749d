r"""Inequality: order between two sides on a grid and at random points, and ⇔ between conditions."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import sympy
from mpmath import mp, mpc, mpf

from claims.formula.compare import Expr, False_, Where, at_point, inside, points, shown
from claims.formula.matrix import Matrix, Scaled
from claims.formula.refusal import Refusal, Undefined
from claims.formula.value import DIGITS, Point


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
                raise False_(f"{at_point(point)}{shown(a)} {sign} {shown(b)} is not so")
        if told < (1 if constant else 8):
            raise Refusal("cannot tell: there is hardly a point where both sides have a value")
        for point in _tightest(left - right, sign, where):
            a, b = point.value(left), point.value(right)
            if not _holds(a, b, sign):
                raise False_(f"{at_point(point)}{shown(a)} {sign} {shown(b)} is not so")


def _holds(a: Any, b: Any, sign: str) -> bool:
    close = abs(a - b) <= mpf(10) ** -45 * max(abs(a), abs(b), mpf(10) ** -10)
    holds: dict[str, bool] = {
        "≤": a <= b or close, "≥": a >= b or close, "<": a < b and not close, ">": a > b and not close,
        "≠": not close,
    }  # fmt: skip
    return holds[sign]


def equivalent(relations: list[list[Expr]], where: Where) -> None:
    """Refuse ⇔ between conditions that are not true at the same points."""
    flat = [part for conditions in relations for part in conditions]
    found = {True: 0, False: 0}
    with mp.workdps(DIGITS):
        for point in (*points(flat, where, 96, grid=True), *_edges(flat, where)):
            try:
                truths = [all(point.holds(c) for c in conditions) for conditions in relations]
            except Undefined:
                continue
            if len(set(truths)) > 1:
                said = " but ".join("true" if t else "false" for t in truths)
                raise False_(f"{at_point(point)}the sides of ⇔ are {said}")
            found[truths[0]] += 1
    if not all(found.values()):
        raise Refusal("cannot tell: no point tells the sides of ⇔ apart")


LINE = [mpf(sign * size) / 8 for sign in (-1, 1) for size in range(33)]  # from −4 to 4
BESIDE = mpf(10) ** -6
HALVINGS = 30


def _edges(conditions: list[Expr], where: Where) -> Iterator[Point]:
    """Points close to where a condition turns, on both sides, along each symbol."""
    for base in points(conditions, where, 4):
        for condition in conditions:
            difference = condition.lhs - condition.rhs
            for symbol in sorted(difference.free_symbols, key=str):
                for root in _roots(base, difference, symbol):
                    for place in (root - BESIDE, root + BESIDE):
                        moved = base.moved(symbol, place)
                        if inside(moved, where.conditions):
                            yield moved


def _roots(base: Point, expr: Expr, symbol: Expr) -> Iterator[Any]:
    """Where an expression changes its sign along a symbol, found by halving."""
    values = [(place, _sign(base, expr, symbol, place)) for place in sorted(set(LINE))]
    for (low, before), (high, after) in pairwise(values):
        if not before or not after or before == after:
            continue
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (
                (middle, high) if _sign(base, expr, symbol, middle) == before else (low, middle)
            )
        yield (low + high) / 2


def _sign(base: Point, expr: Expr, symbol: Expr, place: Any) -> int:
    try:
        value = base.moved(symbol, place).value(expr)
    except Undefined:
        return 0
    return 0 if isinstance(value, mpc) else int(mp.sign(value))


def _tightest(difference: Expr, sign: str, where: Where) -> Iterator[Point]:
    """Points where an inequality is closest to failing, found by walking there along each symbol."""
    if sign == "≠" or not difference.free_symbols:
        return
    toward = 1 if sign in ("≤", "<") else -1
    found: list[tuple[Expr, int, Point]] = []
    for point in points([difference], where, 24, grid=True):
        with contextlib.suppress(Undefined):
            found.append((toward * point.value(difference), len(found), point))
    for slack, _, start in sorted(found, reverse=True)[:2]:
        point, best = start, slack
        for symbol in sorted(difference.free_symbols, key=str):
            step = mpf(1) / 4
            for _ in range(HALVINGS):
                for place in (point.symbols[symbol] - step, point.symbols[symbol] + step):
                    moved = point.moved(symbol, place)
                    try:
                        value = toward * moved.value(difference)
                    except Undefined:
                        continue
                    if value > best and inside(moved, where.conditions):
                        point, best = moved, value
                        break
                else:
                    step /= 2
        yield point
