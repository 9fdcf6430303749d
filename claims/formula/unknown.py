"""Unknown: functions that a page names without saying what they are, and nodes SymPy lacks.

An unknown f is a SymPy function that differentiates into itself with one order
more, so the product rule, the chain rule and the definition of the derivative
are SymPy's. Only when a formula is decided does f become a random smooth
function (see `value`), another one at every point.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import sympy
from sympy import And, Eq, Function, Ge, Gt, Integer, Le, Lt, Ne, Or, S, Symbol

from claims.formula.refusal import Refusal
from claims.formula.slope import slope

Expr = Any


class Node(Function):  # type: ignore[misc]  # SymPy has no types
    """A part of an expression that SymPy has not; it is left alone until it has a value."""

    words = "this"

    def fdiff(self, argindex: int = 1) -> Expr:
        """No formula so far needed the derivative."""
        raise Refusal(f"the derivative of {self.words}")


class Unknown(Node):
    """An unknown function: arguments (name, count, *orders, *arguments)."""

    is_real = True
    is_commutative = True

    def fdiff(self, argindex: int = 1) -> Expr:
        """The derivative in an argument: one order more."""
        count = int(self.args[1])
        first = argindex - 1
        if first < 2 + count:
            return S.Zero
        args = list(self.args)
        args[2 + first - 2 - count] += 1
        return type(self)(*args)


def unknown(name: str, arguments: list[Expr]) -> Expr:
    """An unknown function at arguments."""
    count = len(arguments)
    return Unknown(Symbol(f"⟨{name}⟩"), Integer(count), *([Integer(0)] * count), *arguments)


class Inverse(Node):
    """The inverse of an unknown function of one argument: (name, argument)."""

    is_real = True

    def fdiff(self, argindex: int = 1) -> Expr:
        """One over the derivative of the function, there."""
        if argindex == 1:
            return S.Zero
        name = str(self.args[0])[1:-1]
        dummy = sympy.Dummy(real=True)
        return 1 / slope(unknown(name, [dummy]), dummy).xreplace({dummy: self})


class Part(Node):
    """Real (0) or imaginary (1) part."""

    words = "a real or imaginary part"


class Approach(Node):
    """A limit: (expression, variable, point, side), decided by `nearby`."""

    words = "a limit"


class Split(sympy.Piecewise):  # type: ignore[misc]  # SymPy has no types
    """A function by cases, which is differentiated by a limit where one case ends and another begins."""

    def _eval_derivative(self, s: Expr) -> Expr:
        """Each case's own, inside of where it applies."""
        apart = all(isinstance(c, Ne | Or) for _, c in self.args if c is not S.true)
        pieces = [
            (slope(value, s), _interior(condition))
            for value, condition in self.args
            if not (condition is S.true and (apart or value.has(Approach)))
        ]
        step = sympy.Dummy(real=True)
        quotient = (self.xreplace({s: s + step}) - self) / step
        return Split(*pieces, (Approach(quotient, step, S.Zero, S.Zero), True), evaluate=False)


def _interior(condition: Expr) -> Expr:
    """Where a condition still holds close by."""
    if isinstance(condition, And | Or):
        return condition.func(*map(_interior, condition.args))
    if isinstance(condition, Eq):
        return S.false
    strict = {Le: Lt, Ge: Gt}.get(type(condition), type(condition))
    return strict(*condition.args) if condition.is_Relational else condition


class Area(Node):
    """A definite integral: (expression, variable, lower, upper), decided by `nearby`."""

    is_real = True

    def _eval_derivative(self, s: Expr) -> Expr:
        """Leibniz: both ends move, and the integrand changes."""
        expr, variable, low, high = self.args
        ends = expr.xreplace({variable: high}) * slope(high, s) - expr.xreplace(
            {variable: low}
        ) * slope(low, s)
        inside = slope(expr, s)
        return ends + (Area(inside, variable, low, high) if inside != 0 else 0)


class Best(Node):
    """The maximum (1) or minimum (−1) over a variable: (expression, variable, sign)."""

    words = "a maximum"


class Place(Best):
    """Where the maximum (1) or minimum (−1) is: (expression, variable, sign)."""


class Endless(Node):
    """An infinite series: (number of the series, *values of its symbols), decided by `nearby`."""

    is_real = True
    series: ClassVar[dict[int, tuple[tuple[Expr, ...], Callable[[int], Expr]]]] = {}

    def fdiff(self, argindex: int = 1) -> Expr:
        """The series of the derivatives, term by term."""
        if argindex == 1:
            return S.Zero
        symbols, term = self.series[int(self.args[0])]
        symbol = symbols[argindex - 2]
        return endless(symbols, lambda k: slope(term(k), symbol))(*self.args[1:])


def endless(symbols: tuple[Expr, ...], term: Callable[[int], Expr]) -> Callable[..., Expr]:
    """A series as a function of its symbols."""
    number = len(Endless.series)
    Endless.series[number] = (symbols, term)
    return lambda *values: Endless(Integer(number), *values)
