"""Inside: the symbols and the kinds of nodes that an expression holds, each part of it looked at once.

SymPy walks an expression anew for every question; parts that occur in many places are walked as often.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

Expr = Any
MANY = 2**17


@lru_cache(MANY)
def letters(expr: Expr) -> frozenset[Expr]:
    """The symbols of an expression."""
    if not expr.args:
        return frozenset(expr.free_symbols)
    return frozenset().union(*map(letters, expr.args))


@lru_cache(MANY)
def kinds(expr: Expr) -> frozenset[type]:
    """The classes of an expression and of all its parts."""
    return frozenset([type(expr)]).union(*map(kinds, expr.args))


def put(expr: Expr, by: Mapping[Expr, Expr]) -> Expr:
    """An expression with others for some of its symbols; parts without them are not looked into."""
    if not all(old.is_Symbol for old in by):
        return expr.xreplace(by)
    done = dict(by)

    def inner(part: Expr) -> Expr:
        if part not in done:
            kept = letters(part).isdisjoint(by)
            done[part] = part if kept else part.func(*map(inner, part.args))
        return done[part]

    return inner(expr)


def holds(expr: Expr, *classes: type) -> bool:
    """Whether a part of an expression is of one of these classes."""
    return any(issubclass(kind, classes) for kind in kinds(expr))
