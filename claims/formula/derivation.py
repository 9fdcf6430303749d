r"""Derivation: d/dx, ∂/∂x, ∇ and evaluation at a point, as SymPy differentiates.

A derivative in a name that is itself defined, as ∂L/∂z where z = wx + b, holds
that name: L is written in terms of z, differentiated, and z put back. Names that
nothing defines depend on what the formula differentiates them in, so that
dy/dx = dy/du · du/dx is the chain rule for unknown y and u.
"""

from __future__ import annotations

from typing import Any

import sympy

from claims.formula import matrix, tree
from claims.formula.function import Mapping, function, listed_names, mapped, replaced
from claims.formula.matrix import Matrix, Value
from claims.formula.meaning import Meaning, rule
from claims.formula.refusal import Refusal
from claims.formula.scope import Scope, key, places
from claims.formula.tree import Name, Tree
from claims.formula.unknown import unknown

Expr = Any


@rule(tree.Derivative)
def derivative(meaning: Meaning, body: tree.Derivative) -> Value:
    """A derivative, once for every variable and order."""
    names = [name for name, count in body.variables for _ in range(count)]
    if len(names) > 3:
        raise Refusal("a derivative of this order")
    beside = _beside(meaning, names, body.body) if body.partial else []
    value = _keeping(meaning, [*names, *beside], body.body)
    for name in names:
        own = _own(meaning, name)
        _must_occur(meaning, value, own, body.body, name)
        value = _ratio(meaning, value, name, body.body) if _is_intermediate(meaning, value, name) else differentiated(value, own)
    return _put_back(meaning, value, [*names, *beside])


def _beside(meaning: Meaning, names: list[Tree], body: Tree) -> list[Tree]:
    """Where a formula has both df/dt and ∂f/∂t, the ∂ holds f's other arguments."""
    if not isinstance(body, Name) or not any(isinstance(n, Name) and _both(meaning, body, n) for n in names):
        return []
    return [parent for parent, _ in _parents(meaning, body) if parent not in names]


def _keeping(meaning: Meaning, names: list[Tree], body: Tree) -> Value:
    """The body with the variables held as symbols."""
    kept = {meaning.address(name) for name in names if isinstance(name, Name)}
    if isinstance(body, tree.Call) and isinstance(body.head, Name) and _is_quantity(meaning, body.head):
        body = body.head
    return meaning.keeping(frozenset(kept), body)


def _is_quantity(meaning: Meaning, head: Name) -> bool:
    found = meaning.scope.defined(head)
    return bool(found) and found[0].parameters is None


def _own(meaning: Meaning, name: Tree) -> Value:
    if not isinstance(name, Name):
        raise Refusal("a derivative is taken in a name")
    return meaning.symbols(name)


def differentiated(value: Value, own: Value) -> Value:
    """The derivative of a value in symbols, in the layout of the page: J is (m, n), a gradient has the variable's shape."""
    if not isinstance(own, Matrix):
        return mapped(value, lambda expr: expr.diff(own))
    if not isinstance(value, Matrix):
        return own.map(lambda symbol: value.diff(symbol))
    if value.shape[1] != 1 or own.shape[1] != 1:
        raise Refusal("the derivative of a matrix in a matrix")
    return Matrix(tuple(tuple(entry.diff(symbol) for symbol in own.entries) for entry in value.entries))


def _must_occur(meaning: Meaning, value: Value, own: Value, body: Tree, name: Tree) -> None:
    """A named quantity depends on what it is differentiated in; or the page has not said how."""
    head = body.head if isinstance(body, tree.Call) else body
    if not isinstance(head, Name) or _symbols(own) & _symbols(value):
        return
    assert isinstance(name, Name)
    if _is_intermediate(meaning, value, name) or _is_parameter(meaning, head, name):
        return
    raise Refusal(f"{shown(head)} does not depend on {shown(name)}, as far as this section says: define {shown(head)} or {shown(name)}")


def shown(name: Name) -> str:
    """A name as its author wrote it, nearly."""
    return name.letter + ("_…" if name.index else "")


def _symbols(value: Value) -> set[Any]:
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
    return not _symbols(own) & _symbols(value) and own != meaning.name(name)


def _ratio(meaning: Meaning, value: Value, name: Tree, body: Tree) -> Expr:
    """dL/de where L holds e's ingredients, and them only as e does: the quotient of the slopes."""
    from claims.formula.compare import equal_somewhere

    inner = meaning.of(name)
    if isinstance(value, Matrix) or isinstance(inner, Matrix):
        raise Refusal("this derivative needs the quantity above written in terms of the one below")
    slopes = [(value.diff(s), inner.diff(s)) for s in sorted(inner.free_symbols, key=str)]
    quotients = [top / bottom for top, bottom in slopes if bottom != 0]
    if not quotients or any(top != 0 for top, bottom in slopes if bottom == 0):
        raise Refusal("the quantity above does not depend on the one below")
    if not all(equal_somewhere(quotients[0], other) for other in quotients[1:]):
        raise Refusal("the quantity above is no function of the one below: define it in terms of it")
    return quotients[0]


def _put_back(meaning: Meaning, value: Value, names: list[Tree]) -> Value:
    """What was held as a symbol stands for its definition again."""
    for name in names:
        assert isinstance(name, Name)
        own, full = meaning.symbols(name), meaning.name(name)
        if own == full or isinstance(own, Matrix) != isinstance(full, Matrix):
            continue
        pairs = zip(own.entries, full.entries, strict=True) if isinstance(own, Matrix) else [(own, full)]
        value = replaced(value, dict(pairs))
    return value


# Gradients


@rule(tree.Gradient)
def gradient(meaning: Meaning, body: tree.Gradient) -> Value:
    """∇f in the variable named, or in all parameters of the function, at its arguments."""
    if body.variable is not None:
        if isinstance(body.body, tree.Call) and isinstance(body.body.head, Name):
            found = _at_arguments(meaning, body, body.body.head, body.body.arguments)
            if found is not None:
                return found
        return derivative(meaning, tree.Derivative(body.body, ((body.variable, body.order),), True))
    mapping, arguments = _function_of(meaning, body.body)
    value = _all_slopes(mapping, body.order)
    return replaced(value, dict(zip(mapping.symbols, arguments, strict=True)))


def _at_arguments(meaning: Meaning, body: tree.Gradient, head: Name, arguments: tuple[Tree, ...]) -> Value | None:
    """∇_θ L(θ_t) is the gradient of L, at θ_t."""
    own = _own(meaning, body.variable or head)
    mapping = function(meaning, head, arguments)
    values = [v for a in arguments for v in [meaning.of(a)]]
    if own in values or (len(values) > 1):
        return None
    if _symbols(own) & set(mapping.symbols) or mapping.symbols[0].is_Dummy:
        flat = [e for v in values for e in (v.entries if isinstance(v, Matrix) else (v,))]
        return replaced(_all_slopes(mapping, body.order), dict(zip(mapping.symbols, flat, strict=True)))
    return None


def _function_of(meaning: Meaning, body: Tree) -> tuple[Mapping, list[Expr]]:
    """The function a ∇ stands before, and where it is taken."""
    if isinstance(body, tree.Call) and isinstance(body.head, Name):
        mapping = function(meaning, body.head, body.arguments)
        flat = [e for v in (meaning.of(a) for a in body.arguments if a != tree.Dots()) for e in _entries(v)]
        if tree.Dots() in body.arguments:
            flat = [e for v in listed_names(meaning, body.arguments) for e in _entries(v)]
        return mapping, flat
    if not isinstance(body, Name):
        raise Refusal("∇ of an expression names its variable: ∇_x")
    if body.letter in meaning.scope.functions or body.letter in meaning.scope.signatures:
        mapping = function(meaning, body)
        signature = meaning.scope.signatures.get(body.letter)
        if mapping.symbols[0].is_Dummy:
            own = listed_names(meaning, signature) if signature else [sympy.Symbol("x", real=True)]
            return mapping, [e for v in own for e in _entries(v)]
        return mapping, list(mapping.symbols)
    parents = [meaning.with_parent(name, env) for name, env in _parents(meaning, body)]
    if not parents:
        raise Refusal(f"in what is the gradient of {shown(body)} taken? Write ∇_w, or define {shown(body)}(x)")
    flat = [e for v in parents for e in _entries(v)]
    return Mapping(tuple(flat), meaning.name(body)), flat


def _entries(value: Value) -> list[Expr]:
    return list(value.entries) if isinstance(value, Matrix) else [value]


def _all_slopes(mapping: Mapping, order: int) -> Value:
    """Gradient or Hessian in all parameters; of a single number, the derivative."""
    if isinstance(mapping.body, Matrix):
        raise Refusal("∇ of a vector: write its Jacobian")
    single = len(mapping.parameters) == 1
    if single and not isinstance(mapping.parameters[0], Matrix):
        return mapping.body.diff(mapping.symbols[0], order)
    if order == 2:
        return matrix.Matrix(
            tuple(tuple(mapping.body.diff(a, b) for b in mapping.symbols) for a in mapping.symbols)
        )
    if single:
        return mapping.parameters[0].map(lambda s: mapping.body.diff(s))
    return matrix.column([mapping.body.diff(s) for s in mapping.symbols])


def defined_function(meaning: Meaning, *, of_vectors: bool) -> Mapping | None:
    """The first function the section defines whose values are vectors, or numbers."""
    for found in meaning.scope.definitions.values():
        if found[0].parameters is None or found[0].primes:
            continue
        mapping = function(meaning, found[0].name)
        if isinstance(mapping.body, Matrix) == of_vectors and (of_vectors or len(mapping.symbols) > 1):
            return mapping
    return None


def jacobian(meaning: Meaning) -> Matrix | None:
    """The Jacobian of the section's one function, if it has one."""
    mapping = defined_function(meaning, of_vectors=True)
    if mapping is not None:
        return Matrix(tuple(tuple(e.diff(s) for s in mapping.symbols) for e in mapping.body.entries))
    components = sorted({edge[0].letter for edge in meaning.edges if edge[0].index})
    return _unknown_jacobian(meaning, components[0]) if len(components) == 1 else None


def _unknown_jacobian(meaning: Meaning, letter: str) -> Matrix:
    """Rows are components, columns are variables, of functions that nothing defines."""
    patterns = [e for e in meaning.edges if e[0].letter == letter]
    counts = max(_reach(meaning, e[0]) for e in patterns)
    rows = []
    for i in range(1, counts + 1):
        component = Name(letter, (_count(i),))
        parents = [e for name, env in _parents(meaning, component) for e in _entries(meaning.with_parent(name, env))]
        body = unknown(f"{letter}_{i}", parents)
        rows.append(tuple(body.diff(s) for s in parents))
    return Matrix(tuple(rows))


def _count(i: int) -> Tree:
    from fractions import Fraction

    return tree.Number(Fraction(i), str(i))


def _reach(meaning: Meaning, name: Name) -> int:
    """How far a subscript goes: a size to its value, another letter to three."""
    place = name.index[0]
    if isinstance(place, Name):
        dim = f"size:{place.letter}"
        return meaning.size(dim) if dim in meaning.scope.shapes.order else 3
    return meaning.whole(place)


def hessian(meaning: Meaning) -> Matrix | None:
    """The Hessian of the section's one scalar function."""
    mapping = defined_function(meaning, of_vectors=False)
    if mapping is not None:
        own = mapping.symbols
        return Matrix(tuple(tuple(mapping.body.diff(a, b) for b in own) for a in own))
    letters = sorted({edge[0].letter for edge in meaning.edges if not edge[0].index})
    if len(letters) != 1:
        return None
    head = Name(letters[0])
    if head.letter in meaning.scope.signatures:
        own = [e for v in listed_names(meaning, meaning.scope.signatures[head.letter]) for e in _entries(v)]
        body = function(meaning, head).at(own)
    else:
        own = [e for name, env in _parents(meaning, head) for e in _entries(meaning.with_parent(name, env))]
        body = unknown(letters[0], own)
    return Matrix(tuple(tuple(body.diff(a, b) for b in own) for a in own))


# Dependence of names that nothing defines


def edges_of(body: Tree, spans: dict[str, Tree] | None = None) -> set[tuple[Any, ...]]:
    """What a formula differentiates in what: (above, below, how far the index below goes, partial)."""
    spans = spans or {}
    found: set[tuple[Any, ...]] = set()
    if isinstance(body, tree.Series) and body.upper is not None:
        spans = {**spans, body.index: body.upper}
    if isinstance(body, tree.Derivative):
        head = body.body.head if isinstance(body.body, tree.Call) else body.body
        if isinstance(head, Name):
            found |= {(head, name, _span(name, spans), body.partial) for name, _ in body.variables}
    if isinstance(body, tree.Gradient) and isinstance(body.body, Name) and isinstance(body.variable, Name):
        found.add((body.body, body.variable, None, True))
    for part in body.parts():
        found |= edges_of(part, spans)
    return found


def _span(name: Tree, spans: dict[str, Tree]) -> Tree | None:
    index = name.index[0] if isinstance(name, Name) and name.index else None
    return spans.get(index.letter) if isinstance(index, Name) else None


def dependent(meaning: Meaning, name: Name) -> Value | None:
    """A name that nothing defines, as an unknown function of what it is differentiated in."""
    if name.letter in meaning.scope.signatures or name.letter in meaning.scope.shapes.of:
        return None
    parents = _parents(meaning, name)
    if not parents:
        return None
    _all_paths(meaning, name)
    marker = ("dependent", meaning.address(name))
    if marker in meaning.pending:
        return None
    meaning.pending.append(marker)
    try:
        values = [e for parent, env in parents for e in _entries(meaning.with_parent(parent, env))]
    finally:
        meaning.pending.pop()
    return unknown("_".join([name.letter, *map(str, meaning.address(name)[1])]), values)


def _all_paths(meaning: Meaning, name: Name) -> None:
    """df/dt beside ∂f/∂x says that f has more variables than x."""
    kinds = {e[3] for e in meaning.edges if e[0] == name}
    curly = {e[1] for e in meaning.edges if e[0] == name and e[3]}
    if len(kinds) == 2 and len(curly) == 1 and not next(iter(curly)).index:
        raise Refusal(f"∂ says that {shown(name)} has other variables too: where are their terms? Or define {shown(name)}")


def _parents(meaning: Meaning, name: Name) -> list[tuple[Name, dict[str, int]]]:
    """What a name depends on directly, each with the indices it has there."""
    counted = meaning.address(name)[1]
    found: dict[Any, tuple[Name, dict[str, int]]] = {}
    for above, below, span, _ in sorted(meaning.edges, key=repr):
        if key(above) != key(name) or len(places(above)) != len(counted):
            continue
        env = {}
        for place, count in zip(places(above), counted, strict=True):
            if isinstance(place, Name):
                env[place.letter] = count
        for choice in _choices(meaning, below, span, env):
            found[below.letter, meaning.with_parent_address(below, choice)] = (below, choice)
    return _direct(meaning, name, list(found.values()))


def _choices(meaning: Meaning, below: Name, span: Tree | None, env: dict[str, int]) -> list[dict[str, int]]:
    letters = [p.letter for p in below.index if isinstance(p, Name) and p.letter not in env]
    if not letters:
        return [env]
    dim = f"size:{letters[0]}"
    reach = meaning.whole(span) if span is not None else (
        meaning.size(dim) if dim in meaning.scope.shapes.order else 3
    )
    return [{**env, letters[0]: k} for k in range(1, reach + 1)]


def _direct(
    meaning: Meaning, name: Name, parents: list[tuple[Name, dict[str, int]]]
) -> list[tuple[Name, dict[str, int]]]:
    """Without those parents that another parent depends on."""
    letters = {key(parent) for parent, _ in parents}
    indirect = {
        letter
        for letter in letters
        for other in letters
        if other != letter and _reaches(meaning, other, letter, set())
    }
    return [
        (parent, env)
        for parent, env in parents
        if key(parent) not in indirect or _both(meaning, name, parent)
    ]


def _both(meaning: Meaning, above: Name, below: Name) -> bool:
    """Whether the formula has d and ∂ of one pair: then ∂ means directly."""
    kinds = {e[3] for e in meaning.edges if e[0] == above and e[1] == below}
    return len(kinds) == 2


def _reaches(meaning: Meaning, start: str, goal: str, seen: set[str]) -> bool:
    if start == goal:
        return True
    if start in seen:
        return False
    seen.add(start)
    return any(_reaches(meaning, n, goal, seen) for n in ingredients(meaning.scope, meaning.edges, start))


def ingredients(scope: Scope, edges: set[tuple[Any, ...]], letter: str) -> set[str]:
    """The letters a letter is made of: by its definition, or by what it is differentiated in."""
    found = {
        key(node)
        for definition in scope.definitions.get(letter, [])
        for node in definition.body.walk()
        if isinstance(node, Name)
    }
    if not found:
        found = {key(e[1]) for e in edges if key(e[0]) == letter}
    return found - {letter}


# At a point


@rule(tree.At)
def _at(meaning: Meaning, body: tree.At) -> Value:
    """A value at a point: by names, or in the order of the function's parameters."""
    names = [n for n in body.names if isinstance(n, Name)] or _parameters(meaning, body.body, len(body.values))
    values = [meaning.of(value) for value in body.values]
    inner = meaning.keeping(frozenset(meaning.address(n) for n in names), body.body)
    by: dict[Expr, Expr] = {}
    flat = [e for name in names for e in _entries(meaning.symbols(name))]
    given = [e for value in values for e in _entries(value)]
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
    letters = {n for node in body.walk() if isinstance(node, tree.Derivative) for n, _ in node.variables}
    if len(letters) == 1 and count == 1:
        return [n for n in letters if isinstance(n, Name)]
    raise Refusal("which variables are these? Write |_{x=2, y=3}")
