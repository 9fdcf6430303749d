r"""Form: a part of a formula, and an expression of Python, in one shape for both.

Order, grouping and notation are gone: $2x$, `x * 2` and $\frac{4x}{2}$ are one form,
and so are $e^{-x}$ and `np.exp(-x)`. Nothing is worked out beyond that.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import prod
from typing import Any

from claims.formula import tree
from claims.formula.tree import Tree

Form = tuple[Any, ...]  # a head, then what it is made of
SUM, PRODUCT, POWER, CALL, NAME, NUMBER, ROW = "+", "×", "^", "call", "name", "number", "row"
LARGEST = 400  # the exponent up to which a power of numbers is a number
WORDS = {
    "log": "ln",
    "fabs": "abs",
    "maximum": "max",
    "minimum": "min",
    "arctan": "atan",
    "varepsilon": "epsilon",
}
DRESS = re.compile(r"\\(?:mathbf|boldsymbol|mathrm|operatorname)\{([^}]*)\}|[\\{}]")


def form_of(node: Tree) -> Form:
    """The form of a part of a formula."""
    match node:
        case tree.Number():
            return number(node.value)
        case tree.Name():
            return _name(DRESS.sub(r"\1", node.letter), *map(form_of, node.parts()))
        case tree.Known():
            return _name(node.word)
        case tree.Plus():
            return _many(SUM, map(form_of, node.terms))
        case tree.Times():
            return _many(PRODUCT, map(form_of, node.factors))
        case tree.Minus():
            return _negative(form_of(node.body))
        case tree.Over():
            return _many(PRODUCT, (form_of(node.top), _inverse(form_of(node.bottom))))
        case tree.Power():
            return _power(form_of(node.base), form_of(node.exponent))
        case tree.Root():
            return _power(form_of(node.body), number(Fraction(1, node.degree)))
        case tree.Call():
            return (CALL, form_of(node.head), *map(form_of, node.arguments))
        case tree.Absolute():
            return (CALL, _name("abs"), form_of(node.body))
        case tree.Norm(kind=""):
            return (CALL, _name("norm"), form_of(node.body))
        case tree.Extreme(variable=None):
            return _extreme(node.word, map(form_of, node.items))
        case tree.Row():
            return (ROW, *map(form_of, node.items))
        case tree.Grid() if all(len(row) == 1 for row in node.rows):
            return (ROW, *(form_of(row[0]) for row in node.rows))
        case tree.Transpose(body=tree.Row() | tree.Grid(rows=(_,))):
            return form_of(node.body)
    names: tuple[str, ...] = node.__match_args__
    return (type(node).__name__, *(_inner(getattr(node, name)) for name in names))


def _inner(value: object) -> Any:
    if isinstance(value, Tree):
        return form_of(value)
    return tuple(map(_inner, value)) if isinstance(value, tuple) else value


def python_forms(code: str, letters: Mapping[str, str]) -> Iterator[Form]:
    """The forms of all expressions of some Python.

    Args:
        code: what runs.
        letters: Python name → the letter that a note ties to it.
    """
    read = _Python(letters)
    try:
        parsed = ast.parse(code)
    except SyntaxError:
        return  # told where it is run
    for node in ast.walk(parsed):
        match node:
            case ast.expr():
                yield read.form(node)
            case ast.Assign(value=value) | ast.keyword(value=value):
                yield (ROW, read.form(value))  # given to a name
            case ast.arguments():
                yield (ROW, *map(read.form, [*node.defaults, *filter(None, node.kw_defaults)]))


class _Python:
    def __init__(self, letters: Mapping[str, str]) -> None:
        self.letters = letters

    def name(self, word: str) -> Form:
        word = self.letters.get(word, word)
        numbered = re.fullmatch(r"([A-Za-z]+?)_?(\d+)", word)
        return _name(numbered[1], number(Fraction(numbered[2]))) if numbered else _name(word)

    def form(self, node: ast.expr) -> Form:
        of = self.form
        match node:
            case ast.Constant(value=bool()):
                return ("Python", "bool")  # which is an int to Python
            case ast.Constant(value=int() | float() as value) if abs(value) < float("inf"):
                return number(Fraction(str(float(value)) if isinstance(value, float) else value))
            case ast.Name(id=word):
                return self.name(word)
            case ast.Attribute(attr="T"):
                return ("Transpose", of(node.value))
            case ast.Attribute(attr=word):
                return self.name(word)
            case ast.Subscript(value=ast.Name(id=word), slice=ast.Constant(value=int() as place)):
                return (*self.name(word), number(Fraction(place + 1)))  # x[0] is x₁
            case ast.UnaryOp(op=ast.USub()):
                return _negative(of(node.operand))
            case ast.BinOp(op=ast.Add()):
                return _many(SUM, (of(node.left), of(node.right)))
            case ast.BinOp(op=ast.Sub()):
                return _many(SUM, (of(node.left), _negative(of(node.right))))
            case ast.BinOp(op=ast.Mult() | ast.MatMult()):
                return _many(PRODUCT, (of(node.left), of(node.right)))
            case ast.BinOp(op=ast.Div()):
                return _many(PRODUCT, (of(node.left), _inverse(of(node.right))))
            case ast.BinOp(op=ast.Pow()):
                return _power(of(node.left), of(node.right))
            case ast.Tuple() | ast.List():
                return (ROW, *map(of, node.elts))
            case ast.Compare(ops=[operator]) if type(operator) in SIGNS:
                return relation(SIGNS[type(operator)], of(node.left), of(node.comparators[0]))
            case ast.Call(func=ast.Name(id=word) | ast.Attribute(attr=word), args=[*args]):
                return self._call(word, [of(a) for a in args])
        return ("Python", type(node).__name__)

    def _call(self, word: str, arguments: list[Form]) -> Form:
        match WORDS.get(word, word), arguments:
            case "array" | "asarray" | "float" | "float64", [only, *_]:
                return only
            case "sqrt", [only]:
                return _power(only, number(Fraction(1, 2)))
            case "cbrt", [only]:
                return _power(only, number(Fraction(1, 3)))
            case ("max" | "min") as which, _:
                return _extreme(which, arguments)
        return (CALL, self.name(word), *arguments)


SIGNS = {
    ast.Eq: "=",
    ast.NotEq: "≠",
    ast.Lt: "<",
    ast.LtE: "≤",
    ast.Gt: ">",
    ast.GtE: "≥",
}


# What both are built with


def number(value: Fraction | int) -> Form:
    """The form of a number."""
    return (NUMBER, Fraction(value))


def relation(sign: str, left: Form, right: Form) -> Form:
    """The form of a relation; a > b is b < a."""
    turned = {">": "<", "≥": "≤"}
    return (turned[sign], right, left) if sign in turned else (sign, left, right)


def _name(word: str, *index: Form) -> Form:
    return (NAME, WORDS.get(word, word), *index)


def _extreme(word: str, items: Any) -> Form:
    return (CALL, _name(word), *sorted(items, key=repr))


def _many(kind: str, parts: Any) -> Form:
    """A sum or a product: flat, in one order, with one number; x x is x²."""
    flat = [p for part in parts for p in (part[1:] if part[0] == kind else (part,))]
    numbers = [part[1] for part in flat if part[0] == NUMBER]
    total = sum(numbers, Fraction(0)) if kind == SUM else prod(numbers, start=Fraction(1))
    rest = [part for part in flat if part[0] != NUMBER]
    if kind == PRODUCT:
        rest = _powers(rest)
    if total != (kind == PRODUCT) or not rest:
        rest.append(number(total))
    return rest[0] if len(rest) == 1 else (kind, *sorted(rest, key=repr))


def _powers(factors: list[Form]) -> list[Form]:
    """Factors with equal ones gathered; what cancels stays as a power of zero, for one is held anywhere."""
    exponents: dict[Form, Fraction] = {}
    for factor in factors:
        is_power = factor[0] == POWER and factor[2][0] == NUMBER
        base, exponent = (factor[1], factor[2][1]) if is_power else (factor, Fraction(1))
        exponents[base] = exponents.get(base, Fraction(0)) + exponent
    powers = [_power(base, number(exponent)) for base, exponent in exponents.items()]
    return [f for power in powers for f in (power[1:] if power[0] == PRODUCT else (power,))]


def _negative(part: Form) -> Form:
    if part[0] == SUM:
        return _many(SUM, map(_negative, part[1:]))
    return _many(PRODUCT, (number(-1), part))


def _inverse(part: Form) -> Form:
    return _power(part, number(-1))


def _power(base: Form, exponent: Form) -> Form:
    if base == _name("e"):
        return (CALL, _name("exp"), exponent)
    if exponent == number(1):
        return base
    if exponent[0] == NUMBER:
        times = exponent[1]
        if base[0] == PRODUCT and times.denominator == 1:
            return _many(PRODUCT, (_power(factor, exponent) for factor in base[1:]))
        if base[0] == POWER and base[2][0] == NUMBER and times == -1:
            return _power(base[1], number(-base[2][1]))
        if base[0] == NUMBER and times.denominator == 1 and abs(times) <= LARGEST and base[1]:
            return number(base[1] ** int(times))
    return (POWER, base, exponent)
