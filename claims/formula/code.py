"""Code: a name that a note ties to a function of the page: it is worth what the code returns."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, ClassVar

import sympy
from mpmath import mpf
from sympy import Integer, S

from claims.formula.function import Mapping
from claims.formula.refusal import Refusal, Undefined
from claims.formula.unknown import Node
from claims.formula.value import OPERATIONS, Point

STEP = 2.0**-7  # for extrapolated differences: error near 1e-11 for functions of size one
TOLERANCE = mpf("1e-7")  # float64 code, differentiated by differences
Expr = Any


class Coded(Node):
    """The page's function: arguments (its number, order of derivative, argument)."""

    is_real = True
    register: ClassVar[list[Callable[[Any], Any]]] = []

    def fdiff(self, argindex: int = 1) -> Expr:
        """One order more."""
        if argindex < 3:
            return S.Zero
        return type(self)(self.args[0], self.args[1] + 1, self.args[2])


def coded(value: object, letter: str, count: int) -> Mapping:
    """A callable of the page as a function of one number."""
    if not callable(value):
        raise Refusal(f"the note ties {letter} to what is no function")
    if count != 1:
        raise Refusal(f"{letter} is compared with code of one argument only")
    if value not in Coded.register:
        Coded.register.append(value)
    dummy = sympy.Dummy(real=True)
    return Mapping((dummy,), Coded(Integer(Coded.register.index(value)), Integer(0), dummy))


def _coded(point: Point, expr: Expr) -> mpf:
    function = Coded.register[int(expr.args[0])]
    x = point.value(expr.args[2])
    order = int(expr.args[1])
    if order > 2:
        raise Refusal("a third derivative of code")
    return mpf(_difference(function, float(x), order, STEP))


def _difference(function: Callable[[Any], Any], x: float, order: int, h: float) -> float:
    """A derivative of code by central differences, extrapolated three times."""
    if order == 0:
        return _called(function, x)
    column = [_central(function, x, order, h / 2**k) for k in range(4)]
    for level in range(1, 4):
        column = [b + (b - a) / (4**level - 1) for a, b in pairwise(column)]
    return column[0]


def _central(function: Callable[[Any], Any], x: float, order: int, h: float) -> float:
    ahead, behind = _called(function, x + h), _called(function, x - h)
    if order == 1:
        return (ahead - behind) / (2 * h)
    return (ahead - 2 * _called(function, x) + behind) / h**2


def _called(function: Callable[[Any], Any], x: float) -> float:
    """What the code returns for a number, or for an array of one if it takes arrays only."""
    import numpy

    try:
        result = numpy.asarray(function(x), dtype=float)
    except (TypeError, IndexError, AttributeError):
        result = numpy.asarray(function(numpy.array([x])), dtype=float)
    if result.size != 1 or not numpy.isfinite(result).all():
        raise Undefined
    return float(result.ravel()[0])


OPERATIONS[Coded] = _coded
