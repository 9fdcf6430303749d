r"""Derivation: d/dx, ∂/∂x, ∇ and evaluation at a point, as SymPy differentiates.

A derivative in a name that is itself defined, as ∂L/∂z where z = wx + b, holds
that name: L is written in terms of z, differentiated, and z put back. Names that
nothing defines depend on what the formula differentiates them in, so that
dy/dx = dy/du · du/dx is the chain rule for unknown y and u.
"""

from __future__ import annotations

from typing import Any

from claims.formula import tree
from claims.formula.dependence import both_kinds, parents_of
from claims.formula.function import replaced
from claims.formula.matrix import Matrix, Value, entries_of, mapped
from claims.formula.meaning import Meaning, rule
from claims.formula.refusal import Refusal
from claims.formula.scope import shown
from claims.formula.slope import slope
from claims.formula.tree import Name, Tree

Expr = Any


@rule(tree.Derivative)
def derivative(meaning: Meaning, body: tree.Derivative) -> Value:
    """A derivative, once for every variable and order."""
    names = [name for name, count in body.variables for _ in range(_times(meaning, count))]
    if len(names) > 3:
        raise Refusal("a derivative of this order")
    beside = _beside(meaning, names, body.body) if body.partial else []
    value = _keeping(meaning, [*names, *beside], body.body)
    for name in names:
        own = own_symbols(meaning, name)
        _must_occur(meaning, value, own, body.body, name)
        value = (
            _ratio(meaning, value, name, body.body)
            if _is_intermediate(meaning, value, name)
            else differentiated(value, own)
        )
    return _put_back(meaning, value, [*names, *beside])


def _times(meaning: Meaning, count: int | Tree) -> int:
    return count if isinstance(count, int) else meaning.whole(count)


def _beside(meaning: Meaning, names: list[Tree], body: Tree) -> list[Tree]:
    """Where a formula has both df/dt and ∂f/∂t, the ∂ holds f's other arguments."""
    if not isinstance(body, Name) or not any(
        isinstance(n, Name) and both_kinds(meaning, body, n) for n in names
    ):
        return []
    return [parent for parent, _ in parents_of(meaning, body) if parent not in names]


def _keeping(meaning: Meaning, names: list[Tree], body: Tree) -> Value:
    """The body with the variables held as symbols."""
    kept = {meaning.address(name) for name in names if isinstance(name, Name)}
    if (
        isinstance(body, tree.Call)
        and isinstance(body.head, Name)
        and _is_quantity(meaning, body.head)
    ):
        body = body.head
    return meaning.keeping(frozenset(kept), body)


def _is_quantity(meaning: Meaning, head: Name) -> bool:
    found = meaning.scope.defined(head)
    return bool(found) and found[0].parameters is None


def own_symbols(meaning: Meaning, name: Tree) -> Value:
    """The symbols that a variable is while a body is differentiated in it."""
    if not isinstance(name, Name):
        raise Refusal("a derivative is taken in a name")
    return meaning.symbols(name)


def differentiated(value: Value, own: Value) -> Value:
    """The derivative of a value in symbols, in the layout of the page: J is (m, n), a gradient has the variable's shape."""
    if not isinstance(own, Matrix):
        return mapped(value, lambda expr: slope(expr, own))
    if not isinstance(value, Matrix):
        return own.map(lambda symbol: slope(value, symbol))
    if value.shape[1] != 1 or own.shape[1] != 1:
        raise Refusal("the derivative of a matrix in a matrix")
    return Matrix(
        tuple(tuple(slope(entry, symbol) for symbol in own.entries) for entry in value.entries)
    )


def _must_occur(meaning: Meaning, value: Value, own: Value, body: Tree, name: Tree) -> None:
    """A named quantity depends on what it is differentiated in; or the page has not said how."""
    head = body.head if isinstance(body, tree.Call) else body
    if not isinstance(head, Name) or symbols_in(own) & symbols_in(value):
        return
    assert isinstance(name, Name)
    if _is_intermediate(meaning, value, name) or _is_parameter(meaning, head, name):
        return
    raise Refusal(
        f"{shown(head)} does not depend on {shown(name)}, as far as this section says: define {shown(head)} or {shown(name)}"
    )


def symbols_in(value: Value) -> set[Any]:
    """The symbols of all entries."""
    entries = value.entries if isinstance(value, Matrix) else (value,)
    return set().union(*(e.free_symbols for e in entries if hasattr(e, "free_symbols")))


def _is_parameter(meaning: Meaning, head: Name, name: Name) -> bool:
    signature = meaning.scope.signatures.get(head.letter, ())
    return bool(meaning.scope.defined(head)) and any(
        isinstance(p, Name) and (p == name or p.plain == name.letter) for p in signature
    )


def _is_intermediate(meaning: Meaning, value: Value, name: Tree) -> bool:
    """Whether a variable does not occur, yet stands for something that does."""
    assert isinstance(name, Name)
    own = meaning.symbols(name)
    return not symbols_in(own) & symbols_in(value) and own != meaning.name(name)


def _ratio(meaning: Meaning, value: Value, name: Tree, body: Tree) -> Expr:
    """dL/de where L holds e's ingredients, and them only as e does: the quotient of the slopes."""
    from claims.formula.compare import equal_somewhere

    inner = meaning.of(name)
    if isinstance(value, Matrix) or isinstance(inner, Matrix):
        raise Refusal("this derivative needs the quantity above written in terms of the one below")
    slopes = [(slope(value, s), slope(inner, s)) for s in sorted(inner.free_symbols, key=str)]
    quotients = [top / bottom for top, bottom in slopes if bottom != 0]
    if not quotients or any(top != 0 for top, bottom in slopes if bottom == 0):
        raise Refusal("the quantity above does not depend on the one below")
    if not all(equal_somewhere(quotients[0], other) for other in quotients[1:]):
        raise Refusal(
            "the quantity above is no function of the one below: define it in terms of it"
        )
    return quotients[0]


def _put_back(meaning: Meaning, value: Value, names: list[Tree]) -> Value:
    """What was held as a symbol stands for its definition again."""
    for name in names:
        assert isinstance(name, Name)
        own, full = meaning.symbols(name), meaning.name(name)
        if own == full or isinstance(own, Matrix) != isinstance(full, Matrix):
            continue
        pairs = (
            zip(own.entries, full.entries, strict=True)
            if isinstance(own, Matrix)
            else [(own, full)]
        )
        value = replaced(value, dict(pairs))
    return value


# Gradients


# Dependence of names that nothing defines


# At a point


@rule(tree.At)
def _at(meaning: Meaning, body: tree.At) -> Value:
    """A value at a point: by names, or in the order of the function's parameters."""
    names = [n for n in body.names if isinstance(n, Name)] or _parameters(
        meaning, body.body, len(body.values)
    )
    values = [meaning.of(value) for value in body.values]
    inner = meaning.keeping(frozenset(meaning.address(n) for n in names), body.body)
    by: dict[Expr, Expr] = {}
    flat = [e for name in names for e in entries_of(meaning.symbols(name))]
    given = [e for value in values for e in entries_of(value)]
    if len(flat) != len(given):
        raise Refusal(f"a point with {len(given)} coordinates, for {len(flat)} variables")
    by.update(zip(flat, given, strict=True))
    return replaced(inner, by)


def _parameters(meaning: Meaning, body: Tree, count: int) -> list[Name]:
    for node in body.walk():
        if isinstance(node, Name) and node.letter in meaning.scope.signatures:
            signature = [p for p in meaning.scope.signatures[node.letter] if isinstance(p, Name)]
            if len(signature) in (1, count):
                return signature
    letters = {
        n for node in body.walk() if isinstance(node, tree.Derivative) for n, _ in node.variables
    }
    if len(letters) == 1 and count == 1:
        return [n for n in letters if isinstance(n, Name)]
    raise Refusal("which variables are these? Write |_{x=2, y=3}")
