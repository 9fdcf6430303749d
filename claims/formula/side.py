"""Side: what a side of a relation is as a tree: a head that can be defined, O(…), an antiderivative, a decimal."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from mpmath import mpf

from claims.formula import tree
from claims.formula.scope import key, places
from claims.formula.tree import Name, Relation, Tree


def links(relation: Relation) -> Iterator[tuple[str, Tree, Tree]]:
    """The sign and the sides of every link of a chain."""
    yield from zip(relation.signs, relation.sides, relation.sides[1:], strict=False)


def headed(side: Tree) -> tuple[Name | None, tuple[Tree, ...] | None]:
    """The name that a side consists of, and its parameters if it is f(x, y)."""
    if isinstance(side, Name):
        return side, None
    if isinstance(side, tree.Call) and isinstance(side.head, Name):
        names = [a for a in side.arguments if isinstance(a, Name)]
        plain = all(
            isinstance(a, Name | tree.Dots) and not getattr(a, "layer", None)
            for a in side.arguments
        )
        if plain and names and len(set(names)) == len(names):
            return side.head, side.arguments
    return None, None


def base_of(head: Tree) -> Name:
    """f of f''."""
    while isinstance(head, tree.Prime):
        head = head.head
    return head if isinstance(head, Name) else Name("")


def primed_head(side: Tree) -> Name | None:
    """f of f'(x), y of y' and of dy/dx."""
    if (
        isinstance(side, tree.Call)
        and isinstance(side.head, tree.Prime)
        and isinstance(side.head.head, Name)
    ):
        return side.head.head
    if isinstance(side, tree.Prime) and isinstance(side.head, Name):
        return side.head
    if isinstance(side, tree.Derivative):
        head = side.body.head if isinstance(side.body, tree.Call) else side.body
        return head if isinstance(head, Name) else None
    return None


def speaks_of_itself(side: Tree, head: Name) -> bool:
    """Whether a head is its own argument or differentiated in itself: L(L), x'(x), dt/dt."""
    below = side.variables if isinstance(side, tree.Derivative) else ()
    call = side.body if isinstance(side, tree.Derivative) else side
    arguments = call.arguments if isinstance(call, tree.Call) else ()
    inner = [node for part in (*arguments, *(name for name, _ in below)) for node in part.walk()]
    return any(isinstance(node, Name) and key(node) == key(head) for node in inner)


def names_itself(name: Name, body: Tree) -> bool:
    """Whether a body names what it would define, other than at an earlier place."""
    for node in body.walk():
        if isinstance(node, Name) and key(node) == key(name) and places(node) == places(name):
            return True
    return False


def overlap(one: Name, other: Name) -> bool:
    """Whether two names could be the same: s_i and s_2 are, w_{t+1} and the w_0 it starts from are not."""
    if len(places(one)) != len(places(other)):
        return False
    for a, b in zip(places(one), places(other), strict=True):
        numbers = [isinstance(p, tree.Number) for p in (a, b)]
        if a != b and (
            all(numbers) or (any(numbers) and any(isinstance(p, tree.Plus) for p in (a, b)))
        ):
            return False
    return True


def rest_of(side: Tree) -> list[Tree]:
    """The gauges of the O(…) among the terms of a side."""
    terms = side.terms if isinstance(side, tree.Plus) else (side,)
    inner = [t.body if isinstance(t, tree.Minus) else t for t in terms]
    return [t.body for t in inner if isinstance(t, tree.BigO)]


def without_rest(side: Tree) -> Tree:
    """A side without its O(…)."""
    terms = side.terms if isinstance(side, tree.Plus) else (side,)
    kept = tuple(
        t for t in terms if not isinstance(t.body if isinstance(t, tree.Minus) else t, tree.BigO)
    )
    return tree.Plus(kept) if kept else tree.Number(Fraction(0), "0")


def with_rest(body: Tree, name: Name) -> Tree:
    """In a definition O(h⁴) is h⁴ times a function nothing is known of."""
    gauges = rest_of(body)
    if not gauges:
        return body
    names = tuple(dict.fromkeys(n for g in gauges for n in g.walk() if isinstance(n, Name)))
    unknown = tree.Call(Name(f"\\text{{rest of {name.letter}}}"), names)
    return tree.Plus((without_rest(body), *(tree.Times((g, unknown)) for g in gauges)))


def antiderivative(side: Tree) -> tuple[Tree | None, tree.Integral] | None:
    """The integral without bounds that a side is, perhaps with a factor before it."""
    if isinstance(side, tree.Integral) and side.lower is None:
        return None, side
    if (
        isinstance(side, tree.Times)
        and isinstance(side.factors[-1], tree.Integral)
        and side.factors[-1].lower is None
    ):
        return tree.Times(side.factors[:-1]), side.factors[-1]
    return None


def decimal(side: Tree) -> tuple[Fraction, Fraction] | None:
    """A written decimal and the unit of its last digit; for a bare 10⁻⁸, its exponent and 0."""
    if isinstance(side, tree.Minus):
        inner = decimal(side.body)
        return None if inner is None or inner[1] == 0 else (-inner[0], inner[1])
    if isinstance(side, tree.Quantity):
        return decimal(side.number)
    if isinstance(side, tree.Number):
        return side.value, Fraction(1, 10 ** len(side.digits.partition(".")[2]))
    exponent = _power_of_ten(side)
    if exponent is not None:
        return Fraction(exponent), Fraction(0)
    if (
        isinstance(side, tree.Times)
        and len(side.factors) == 2
        and isinstance(side.factors[0], tree.Number)
    ):
        exponent = _power_of_ten(side.factors[1])
        mantissa = decimal(side.factors[0])
        if exponent is not None and mantissa is not None:
            return mantissa[0] * Fraction(10) ** exponent, mantissa[1] * Fraction(10) ** exponent
    return None


def _power_of_ten(side: Tree) -> int | None:
    if not isinstance(side, tree.Power) or side.base != tree.Number(Fraction(10), "10"):
        return None
    negative = isinstance(side.exponent, tree.Minus)
    number = side.exponent.body if isinstance(side.exponent, tree.Minus) else side.exponent
    if not isinstance(number, tree.Number) or number.value.denominator != 1:
        return None
    return -int(number.value) if negative else int(number.value)


def exactly(number: Fraction) -> Any:
    """A fraction in the digits in force."""
    return mpf(number.numerator) / number.denominator
