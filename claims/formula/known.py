r"""Known: the functions with a name of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy
from sympy import Integer, Rational

from claims.formula import matrix
from claims.formula.matrix import Matrix, Scaled, Value, mapped
from claims.formula.refusal import Refusal
from claims.formula.unknown import Part

Expr = Any  # a SymPy expression


def known(word: str, arguments: list[Value]) -> Value:
    """The value of a function with a name of its own."""
    if word in OF_MATRICES:
        if len(arguments) != 1:
            raise Refusal(f"{word} takes one argument")
        return OF_MATRICES[word](arguments[0])
    if word == "binomial":
        return sympy.binomial(*arguments)
    if len(arguments) != 1 or word not in OF_NUMBERS:
        raise Refusal(f"{word} takes one argument")
    if isinstance(arguments[0], Scaled):
        raise Refusal(f"{word} of the identity")
    return mapped(arguments[0], OF_NUMBERS[word])


def _softmax(argument: Value) -> Value:
    if not isinstance(argument, Matrix):
        raise Refusal("softmax takes a vector: give its shape, <!-- math: z 3x1 -->")
    total = sympy.Add(*(sympy.exp(entry) for entry in argument.entries))
    return argument.map(lambda entry: sympy.exp(entry) / total)


OF_MATRICES: dict[str, Callable[[Value], Value]] = {
    "tr": matrix.trace,
    "det": matrix.determinant,
    "diag": matrix.diagonal,
    "softmax": _softmax,
}


SAME = (
    "sin",
    "cos",
    "tan",
    "cot",
    "sec",
    "csc",
    "sinh",
    "cosh",
    "tanh",
    "coth",
    "exp",
    "log",
    "erf",
)


OF_NUMBERS: dict[str, Callable[[Expr], Expr]] = {
    **{name: getattr(sympy, name) for name in SAME},
    "ln": sympy.log,
    "arcsin": sympy.asin,
    "arccos": sympy.acos,
    "arctan": sympy.atan,
    "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
    "ReLU": lambda x: sympy.Max(Integer(0), x),
    "GELU": lambda x: x * (1 + sympy.erf(x / sympy.sqrt(2))) * Rational(1, 2),
    "sign": sympy.sign,
    "Re": lambda x: Part(Integer(0), x),
    "Im": lambda x: Part(Integer(1), x),
}  # fmt: skip
