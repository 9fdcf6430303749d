r"""Inequality: order between two sides on a grid and at random points, and ⇔ between conditions."""

from __future__ import annotations

from typing import Any

import sympy
from mpmath import mp, mpc, mpf

from claims.formula.compare import Expr, False_, Where, at_point, points, shown
from claims.formula.matrix import Matrix, Scaled
from claims.formula.refusal import Refusal, Undefined
from claims.formula.value import DIGITS


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
        for point in points(flat, where, 96, grid=True):
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
