"""Value: an expression at a point, to 80 digits. A pole or a place outside the domain has none.

SymPy's own evalf is general and slow; a formula needs thirty operations, each
a line of OPERATIONS. Complex numbers are computed with only if the imaginary
unit stands in the expression; otherwise √−1 and ln −1 have no value.
"""

from __future__ import annotations

import operator as op
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import sympy
from mpmath import mp, mpc, mpf
from sympy import I

from claims.formula.inside import letters
from claims.formula.refusal import NotThere, Refusal, TooLarge, Undefined
from claims.formula.unknown import Part, Split

DIGITS = 80
LIMIT_DIGITS = 160  # a third difference at h = 1e-30 loses 90 of them
RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    ">": op.gt, "<": op.lt, ">=": op.ge, "<=": op.le, "==": op.eq, "!=": op.ne,
}  # fmt: skip
LARGEST_WHOLE = 10**6  # a power that is multiplied out
HUGE = mpf(10) ** 60  # an exponential or a power with such an exponent is not computed
ROUNDING = mpf(10) ** -60  # an imaginary part below this is none
Expr = Any
Number = Any


class Point:
    """A value for every symbol, and a random smooth function for every unknown one.

    Args:
        symbols: what the symbols are worth.
        seed: which functions the unknown ones are.
        complexes: whether roots and logarithms of negative numbers have a value.
        one_to_one: the unknown functions that have an inverse.
    """

    def __init__(
        self,
        symbols: Mapping[Expr, Number],
        seed: int,
        *,
        complexes: bool = False,
        one_to_one: frozenset[str] = frozenset(),
    ) -> None:
        self.symbols = dict(symbols)
        self.seed = seed
        self.complexes = complexes
        self.one_to_one = one_to_one
        self.memo: dict[Expr, Number] = {}
        self.digits = mp.dps
        self.others: dict[int, Point] = {}  # the same point, with other digits
        self.base: Point | None = None  # the point this one was moved from, along a symbol
        self.along: Expr = None
        self.functions: dict[tuple[str, int], list[list[Number]]] = {}

    def value(self, expr: Expr) -> Number:
        """The value of an expression here.

        Raises:
            Undefined: if it has none.
        """
        found = self.memo.get(expr)
        if found is None:
            base = self.base if self.base and self.along not in letters(expr) else None
            found = base.value(expr) if base else self._value(expr)
            self.memo[expr] = found
        return found

    def moved(self, symbol: Expr, value: Number) -> Point:
        """The same point but for one symbol; what does not hold it is computed once for all."""
        point = self.with_symbols({**self.symbols, symbol: value})
        point.base, point.along = self._to(mp.dps), symbol
        return point

    def _to(self, digits: int) -> Point:
        """This point, where values have so many digits."""
        if digits == self.digits:
            return self
        if digits not in self.others:
            self.others[digits] = self.with_symbols(self.symbols)
        return self.others[digits]

    def with_symbols(self, symbols: Mapping[Expr, Number]) -> Point:
        """The same functions, and other symbols."""
        point = Point(symbols, self.seed, complexes=self.complexes, one_to_one=self.one_to_one)
        point.functions = self.functions
        return point

    def _value(self, expr: Expr) -> Number:
        if expr.is_Symbol:
            return self.symbols[expr]
        if expr.is_Rational:
            if expr.q == 0:
                raise Undefined
            return mpf(expr.p) / expr.q if expr.q != 1 else mpf(expr.p)
        operation = OPERATIONS.get(expr.func)
        if operation is None:
            raise Refusal(f"{expr.func.__name__} is not evaluated here")
        return operation(self, expr)

    def values(self, expr: Expr) -> list[Number]:
        """The values of the arguments."""
        return [self.value(arg) for arg in expr.args]

    def holds(self, condition: Expr) -> bool:
        """Whether a relation is true here."""
        if condition in (sympy.true, sympy.false):
            return bool(condition)
        if isinstance(condition, sympy.And):
            return all(self.holds(arg) for arg in condition.args)
        if isinstance(condition, sympy.Or):
            return any(self.holds(arg) for arg in condition.args)
        left, right = self.values(condition)
        if isinstance(left, mpc) or isinstance(right, mpc):
            raise Undefined
        return bool(RELATIONS[condition.rel_op](left, right))

    def real(self, number: Number) -> Number:
        """The number, if it is real or complex ones are allowed."""
        if isinstance(number, mpc) and not self.complexes:
            if abs(number.imag) > ROUNDING * (1 + abs(number.real)):
                raise Undefined
            return number.real
        return number


# Arithmetic


def _add(point: Point, expr: Expr) -> Number:
    return reduce(op.add, point.values(expr))


def _mul(point: Point, expr: Expr) -> Number:
    return reduce(op.mul, point.values(expr))


def _pow(point: Point, expr: Expr) -> Number:
    base, exponent = expr.args
    a = point.value(base)
    if a and exponent.is_Integer and abs(exponent.p) < LARGEST_WHOLE:
        return a**exponent.p
    b = point.value(exponent)
    if a == 0:
        if b == 0 or (isinstance(b, mpf) and b < 0) or isinstance(b, mpc):
            raise Undefined
        return mpf(0)
    if isinstance(b, mpf) and b == int(b) and abs(b) < LARGEST_WHOLE:
        return a ** int(b)
    if isinstance(a, mpf) and a < 0 and not point.complexes:
        raise Undefined
    if isinstance(b, mpf) and abs(b * mp.log(abs(a))) > HUGE:
        raise TooLarge
    return mp.sqrt(a) if exponent == sympy.S.Half else mp.power(a, b)


# Functions


def _plain(function: Callable[[Number], Number]) -> Callable[[Point, Expr], Number]:
    """A function defined everywhere on the real line."""
    return lambda point, expr: function(point.value(expr.args[0]))


def _exp(point: Point, expr: Expr) -> Number:
    exponent = point.value(expr.args[0])
    if abs(exponent) > HUGE:
        if isinstance(exponent, mpf) and exponent < 0:
            return mpf(0)
        raise TooLarge
    return mp.exp(exponent)


def _partial_domain(function: Callable[[Number], Number]) -> Callable[[Point, Expr], Number]:
    """A function with poles, or real on a part of the line."""

    def operation(point: Point, expr: Expr) -> Number:
        try:
            return point.real(function(point.value(expr.args[0])))
        except (ValueError, ZeroDivisionError) as error:
            raise Undefined from error

    return operation


def _log(point: Point, expr: Expr) -> Number:
    argument = point.value(expr.args[0])
    if argument == 0 or (isinstance(argument, mpf) and argument < 0 and not point.complexes):
        raise Undefined
    return mp.log(argument)


def _heaviside(point: Point, expr: Expr) -> Number:
    argument = point.value(expr.args[0])
    if argument == 0:
        raise Undefined
    return mpf(1) if argument > 0 else mpf(0)


def _sign(point: Point, expr: Expr) -> Number:
    return mpf(mp.sign(point.value(expr.args[0])))


def _dirac(point: Point, expr: Expr) -> Number:
    if point.value(expr.args[0]) == 0:
        raise Undefined
    return mpf(0)


def _part(point: Point, expr: Expr) -> Number:
    which = int(expr.args[0])
    number = mpc(point.value(expr.args[1]))
    return number.imag if which else number.real


# Cases


def _piecewise(point: Point, expr: Expr) -> Number:
    """The value of the case that applies; two that apply must agree, unless one is "otherwise"."""
    found = [
        value
        for value, condition in expr.args
        if condition != sympy.true and point.holds(condition)
    ]
    rest = [value for value, condition in expr.args if condition == sympy.true]
    if not found and not rest:
        raise NotThere("no case applies")
    values = [point.value(value) for value in found or rest]
    if any(abs(value - values[0]) > mpf(10) ** -30 for value in values):
        raise NotThere("two cases apply, with different values")
    return values[0]


def _nothing(point: Point, expr: Expr) -> Number:
    raise Undefined


# Unknown functions


# Limits, integrals, series


OPERATIONS: dict[Any, Callable[[Point, Expr], Number]] = {
    sympy.Add: _add,
    sympy.Mul: _mul,
    sympy.Pow: _pow,
    sympy.exp: _exp,
    sympy.log: _log,
    sympy.sin: _plain(mp.sin),
    sympy.cos: _plain(mp.cos),
    sympy.tan: _partial_domain(mp.tan),
    sympy.cot: _partial_domain(mp.cot),
    sympy.sec: _partial_domain(mp.sec),
    sympy.csc: _partial_domain(mp.csc),
    sympy.sinh: _plain(mp.sinh),
    sympy.cosh: _plain(mp.cosh),
    sympy.tanh: _plain(mp.tanh),
    sympy.coth: _partial_domain(mp.coth),
    sympy.asin: _partial_domain(mp.asin),
    sympy.acos: _partial_domain(mp.acos),
    sympy.atan: _plain(mp.atan),
    sympy.erf: _plain(mp.erf),
    sympy.gamma: _partial_domain(mp.gamma),
    sympy.factorial: _partial_domain(mp.factorial),
    sympy.binomial: lambda point, expr: mp.binomial(*point.values(expr)),
    sympy.Abs: _plain(abs),
    sympy.sign: _sign,
    sympy.Heaviside: _heaviside,
    sympy.DiracDelta: _dirac,
    sympy.Max: lambda point, expr: max(point.values(expr)),
    sympy.Min: lambda point, expr: min(point.values(expr)),
    sympy.Piecewise: _piecewise,
    Split: _piecewise,
    type(sympy.nan): _nothing,
    Part: _part,
    type(sympy.pi): lambda point, expr: +mp.pi,
    type(sympy.E): lambda point, expr: +mp.e,
    type(I): lambda point, expr: mpc(0, 1),
}
