r"""Inequality: order between two sides on a grid and at random points, and ⇔ between conditions."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import sympy
from mpmath import mp, mpc, mpf

from claims.formula.compare import EXACT, False_, at_point, shown
from claims.formula.matrix import Matrix, Scaled
from claims.formula.refusal import Refusal, Undefined
from claims.formula.sample import HALVINGS, Expr, Where, edges, inside, points, turns
from claims.formula.value import DIGITS, Point

SMALL = mpf(10) ** -10  # sides below this are close to each other sooner


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
        for point in points([left, right], where, 1 if constant else 108, grid=True):
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
        for point in (*_tightest(left, right, sign, where), *edges([left, right], where)):
            try:
                a, b = point.value(left), point.value(right)
            except (Undefined, Refusal):
                continue
            if not _holds(a, b, sign):
                raise False_(f"{at_point(point)}{shown(a)} {sign} {shown(b)} is not so")


def _holds(a: Any, b: Any, sign: str) -> bool:
    close = abs(a - b) <= EXACT * max(abs(a), abs(b), SMALL)
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
        for point in (*points(flat, where, 96, grid=True), *turns(flat, flat, where)):
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


def _tightest(left: Expr, right: Expr, sign: str, where: Where) -> Iterator[Point]:
    """Points where an inequality is closest to failing, found by walking there along each symbol."""
    difference = left - right
    if sign == "≠" or not difference.free_symbols:
        return
    bounds = where.on([left, right])
    toward = 1 if sign in ("≤", "<") else -1
    found: list[tuple[Expr, int, Point]] = []
    for point in points([left, right], where, 24, grid=True):
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
                    if value > best and inside(moved, bounds):
                        point, best = moved, value
                        break
                else:
                    step /= 2
        yield point
