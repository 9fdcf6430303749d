r"""Gradient: ∇f, the Hessian, and the Jacobian called J, in the layout of the page."""

from __future__ import annotations

import sympy

from claims.formula import matrix, tree
from claims.formula.dependence import parents_of
from claims.formula.derivation import Expr, derivative, own_symbols, symbols_in
from claims.formula.function import Mapping, function, listed_names, replaced
from claims.formula.matrix import Matrix, Value, entries_of
from claims.formula.meaning import Meaning, rule
from claims.formula.refusal import Refusal
from claims.formula.scope import shown
from claims.formula.slope import slope
from claims.formula.tree import Name, Tree
from claims.formula.unknown import unknown


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
    if len(arguments) != len(mapping.symbols):
        raise Refusal(f"{len(arguments)} arguments, where the function has {len(mapping.symbols)}")
    return replaced(value, dict(zip(mapping.symbols, arguments, strict=True)))


def _at_arguments(
    meaning: Meaning, body: tree.Gradient, head: Name, arguments: tuple[Tree, ...]
) -> Value | None:
    """∇_θ L(θ_t) is the gradient of L, at θ_t."""
    own = own_symbols(meaning, body.variable or head)
    mapping = function(meaning, head, arguments)
    values = [v for a in arguments for v in [meaning.of(a)]]
    if own in values or (len(values) > 1):
        return None
    if symbols_in(own) & set(mapping.symbols) or mapping.symbols[0].is_Dummy:
        flat = [e for v in values for e in (v.entries if isinstance(v, Matrix) else (v,))]
        return replaced(
            _all_slopes(mapping, body.order), dict(zip(mapping.symbols, flat, strict=True))
        )
    return None


def _function_of(meaning: Meaning, body: Tree) -> tuple[Mapping, list[Expr]]:
    """The function a ∇ stands before, and where it is taken."""
    if isinstance(body, tree.Call) and isinstance(body.head, Name):
        mapping = function(meaning, body.head, body.arguments)
        flat = [
            e
            for v in (meaning.of(a) for a in body.arguments if a != tree.Dots())
            for e in entries_of(v)
        ]
        if tree.Dots() in body.arguments:
            flat = [e for v in listed_names(meaning, body.arguments) for e in entries_of(v)]
        return mapping, flat
    if not isinstance(body, Name):
        names = {n for n in body.walk() if isinstance(n, Name)}
        if len(names) != 1:
            raise Refusal("∇ of an expression names its variable: ∇_x")
        own = own_symbols(meaning, names.pop())
        return Mapping((own,), meaning.of(body)), entries_of(own)
    if body.letter in meaning.scope.functions or body.letter in meaning.scope.signatures:
        mapping = function(meaning, body)
        signature = meaning.scope.signatures.get(body.letter)
        if mapping.symbols[0].is_Dummy:
            own = listed_names(meaning, signature) if signature else [sympy.Symbol("x", real=True)]
            return mapping, [e for v in own for e in entries_of(v)]
        return mapping, list(mapping.symbols)
    parents = [meaning.with_parent(name, env) for name, env in parents_of(meaning, body)]
    if not parents:
        raise Refusal(
            f"in what is the gradient of {shown(body)} taken? Write ∇_w, or define {shown(body)}(x)"
        )
    flat = [e for v in parents for e in entries_of(v)]
    return Mapping(tuple(flat), meaning.name(body)), flat


def _all_slopes(mapping: Mapping, order: int) -> Value:
    """Gradient or Hessian in all parameters; of a single number, the derivative."""
    if isinstance(mapping.body, Matrix):
        raise Refusal("∇ of a vector: write its Jacobian")
    single = len(mapping.parameters) == 1
    if single and not isinstance(mapping.parameters[0], Matrix):
        return slope(mapping.body, *mapping.symbols * order)
    if order == 2:
        return matrix.Matrix(
            tuple(
                tuple(slope(mapping.body, a, b) for b in mapping.symbols) for a in mapping.symbols
            )
        )
    if single:
        return mapping.parameters[0].map(lambda s: slope(mapping.body, s))
    return matrix.column([slope(mapping.body, s) for s in mapping.symbols])


def defined_function(meaning: Meaning, *, of_vectors: bool) -> Mapping | None:
    """The first function the section defines whose values are vectors, or numbers."""
    for found in meaning.scope.definitions.values():
        if found[0].parameters is None or found[0].primes:
            continue
        mapping = function(meaning, found[0].name)
        if isinstance(mapping.body, Matrix) == of_vectors and (
            of_vectors or len(mapping.symbols) > 1
        ):
            return mapping
    return None


def jacobian(meaning: Meaning) -> Matrix | None:
    """The Jacobian of the section's one function, if it has one."""
    mapping = defined_function(meaning, of_vectors=True)
    if mapping is not None:
        return Matrix(
            tuple(tuple(slope(e, s) for s in mapping.symbols) for e in mapping.body.entries)
        )
    components = sorted({edge[0].letter for edge in meaning.edges if edge[0].index})
    return _unknown_jacobian(meaning, components[0]) if len(components) == 1 else None


def _unknown_jacobian(meaning: Meaning, letter: str) -> Matrix:
    """Rows are components, columns are variables, of functions that nothing defines."""
    patterns = [e for e in meaning.edges if e[0].letter == letter]
    counts = max(_reach(meaning, e[0]) for e in patterns)
    rows = []
    for i in range(1, counts + 1):
        component = Name(letter, (_count(i),))
        parents = [
            e
            for name, env in parents_of(meaning, component)
            for e in entries_of(meaning.with_parent(name, env))
        ]
        body = unknown(f"{letter}_{i}", parents)
        rows.append(tuple(slope(body, s) for s in parents))
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
        return Matrix(tuple(tuple(slope(mapping.body, a, b) for b in own) for a in own))
    letters = sorted({edge[0].letter for edge in meaning.edges if not edge[0].index})
    if len(letters) != 1:
        return None
    head = Name(letters[0])
    if head.letter in meaning.scope.signatures:
        own = [
            e
            for v in listed_names(meaning, meaning.scope.signatures[head.letter])
            for e in entries_of(v)
        ]
        body = function(meaning, head).at(own)
    else:
        own = [
            e
            for name, env in parents_of(meaning, head)
            for e in entries_of(meaning.with_parent(name, env))
        ]
        body = unknown(letters[0], own)
    return Matrix(tuple(tuple(slope(body, a, b) for b in own) for a in own))
