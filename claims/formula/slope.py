"""Slope: the derivative of an expression in a symbol, each part differentiated once.

SymPy has the rules; between them it asks of every part, on every level, what free symbols it
has, whether it is zero and whether a derivative stands in it, which takes ten times as long.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import sympy
from sympy import Add, Function, Mul, Pow, S

from claims.formula.inside import MANY, letters

Expr = Any


def slope(expr: Expr, *symbols: Expr) -> Expr:
    """The derivative in one symbol after the other."""
    for symbol in symbols:
        expr = _slope(expr, symbol)
    return expr


@lru_cache(MANY)
def _slope(expr: Expr, symbol: Expr) -> Expr:
    if not symbol.is_Symbol:
        return expr.diff(symbol)  # SymPy says why not
    if symbol not in letters(expr):
        return S.Zero
    return RULES.get(expr.func, _other)(expr, symbol)


def _sum(expr: Expr, symbol: Expr) -> Expr:
    return Add(*(_slope(term, symbol) for term in expr.args))


def _product(expr: Expr, symbol: Expr) -> Expr:
    factors = expr.args
    slopes = [(i, _slope(factor, symbol)) for i, factor in enumerate(factors)]
    return Add(*(Mul(*factors[:i], d, *factors[i + 1 :]) for i, d in slopes if d is not S.Zero))


def _power(expr: Expr, symbol: Expr) -> Expr:
    base, exponent = expr.args
    rise = _slope(base, symbol) * exponent * base ** (exponent - 1)
    bend = _slope(exponent, symbol)
    return rise if bend is S.Zero else rise + expr * bend * sympy.log(base)


def _other(expr: Expr, symbol: Expr) -> Expr:
    """The chain rule, unless a kind of function has a rule of its own for all its arguments."""
    if type(expr)._eval_derivative is not Function._eval_derivative:
        return expr._eval_derivative(symbol)
    inner = [(i, _slope(argument, symbol)) for i, argument in enumerate(expr.args, 1)]
    return Add(*(expr.fdiff(i) * d for i, d in inner if d is not S.Zero))


RULES: dict[Any, Callable[[Expr, Expr], Expr]] = {Add: _sum, Mul: _product, Pow: _power}
