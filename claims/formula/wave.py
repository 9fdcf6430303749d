r"""Wave: an unknown function as a constant and a few random waves, and its inverse."""

from __future__ import annotations

import random

from mpmath import mp, mpf
from sympy import Integer, Symbol

from claims.formula.refusal import Undefined
from claims.formula.slope import slope
from claims.formula.unknown import Inverse, Unknown
from claims.formula.value import OPERATIONS, Expr, Number, Point

STEEPEST = 3  # more than two waves can fall: with this slope a function is one to one


def _terms(point: Point, name: str, count: int) -> list[list[Number]]:
    """Amplitude, phase and frequencies of the waves an unknown function is made of."""
    key = (name, count)
    if key not in point.functions:
        source = random.Random(f"{name} {count} {point.seed}")
        waves = [
            [mpf(round(source.uniform(0.4, 0.9), 6)), mpf(round(source.uniform(0, 6), 6))]
            + [
                mpf(round(source.uniform(0.5, 1.3) * source.choice((-1, 1)), 6))
                for _ in range(count)
            ]
            for _ in range(max(2, count))
        ]
        level = mpf(round(source.uniform(1.9, 2.9), 6)) * (-1 if point.seed % 3 == 2 else 1)
        point.functions[key] = [[level], *waves]
    return point.functions[key]


def _unknown(point: Point, expr: Expr) -> Number:
    """A constant and a few waves; a derivative turns each wave by a quarter."""
    name, count = str(expr.args[0]), int(expr.args[1])
    orders = [int(order) for order in expr.args[2 : 2 + count]]
    arguments = [point.value(arg) for arg in expr.args[2 + count :]]
    (level,), *waves = _terms(point, name, count)
    total = level if not any(orders) else mpf(0)
    for amplitude, phase, *frequencies in waves:
        angle = phase + sum(f * a for f, a in zip(frequencies, arguments, strict=True))
        factor = amplitude
        for frequency, order in zip(frequencies, orders, strict=True):
            factor *= frequency**order
        total += factor * _turned(angle, sum(orders))
    if name in point.one_to_one and count == 1 and orders[0] < 2:
        steep = STEEPEST if level > 0 else -STEEPEST
        total += steep * arguments[0] if orders[0] == 0 else steep
    return total


def _turned(angle: Number, quarters: int) -> Number:
    wave = mp.sin(angle) if quarters % 2 == 0 else mp.cos(angle)
    return -wave if quarters % 4 in (2, 3) else wave


def _inverse(point: Point, expr: Expr) -> Number:
    """Newton's method on the unknown function; only where it is steep enough."""
    name, target = expr.args[0], point.value(expr.args[1])
    x = mpf(random.Random(f"{name}{point.seed}").uniform(-1, 1))
    dummy = Symbol("⟨inverse⟩")
    function = Unknown(name, Integer(1), Integer(0), dummy)
    rise = slope(function, dummy)
    for _ in range(80):
        here = point.moved(dummy, x)
        f, df = here.value(function), here.value(rise)
        if abs(df) < mpf("0.01"):
            raise Undefined
        step = (f - target) / df
        x -= step
        if abs(step) < mpf(10) ** (10 - mp.dps):
            return x
    raise Undefined


OPERATIONS.update({Unknown: _unknown, Inverse: _inverse})
