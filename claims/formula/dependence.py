r"""Dependence: names that nothing defines depend on what the formulas differentiate them in."""

from __future__ import annotations

from typing import Any

from claims.formula import tree
from claims.formula.matrix import Value, entries_of
from claims.formula.meaning import Meaning
from claims.formula.refusal import Refusal
from claims.formula.scope import Scope, key, places, shown
from claims.formula.tree import Name, Tree
from claims.formula.unknown import unknown

LAST_LAYER = 3  # an unknown loss depends on the last of three layers


def edges_of(body: Tree, spans: dict[str, Tree] | None = None) -> set[tuple[Any, ...]]:
    """What a formula differentiates in what: (above, below, how far the index below goes, partial)."""
    found: set[tuple[Any, ...]] = set()
    if not any(isinstance(n, tree.Derivative | tree.Gradient) for n in body.walk()):
        return found
    spans = spans or {}
    if isinstance(body, tree.Series) and body.upper is not None:
        spans = {**spans, body.index: body.upper}
    if isinstance(body, tree.Derivative):
        head = body.body.head if isinstance(body.body, tree.Call) else body.body
        if isinstance(head, Name):
            found |= {(head, name, _span(name, spans), body.partial) for name, _ in body.variables}
    if (
        isinstance(body, tree.Gradient)
        and isinstance(body.body, Name)
        and isinstance(body.variable, Name)
    ):
        found.add((body.body, body.variable, None, True))
    for part in body.parts():
        found |= edges_of(part, spans)
    return found


def _span(name: Tree, spans: dict[str, Tree]) -> Tree | None:
    index = name.index[0] if isinstance(name, Name) and name.index else None
    return spans.get(index.letter) if isinstance(index, Name) else None


def dependent(meaning: Meaning, name: Name) -> Value | None:
    """A name that nothing defines, as an unknown function of what it is differentiated in."""
    if not meaning.edges or name.letter in meaning.scope.signatures:
        return None
    if name.letter in meaning.scope.shapes.of:
        return None
    marker = (name, tuple(meaning.env.items()), meaning.kept, tuple(meaning.pending))
    if marker not in meaning.cache:
        meaning.cache[marker] = _unknown_of_parents(meaning, name)
    return meaning.cache[marker]


def _unknown_of_parents(meaning: Meaning, name: Name) -> Value | None:
    parents = parents_of(meaning, name)
    if not parents:
        return None
    _all_paths(meaning, name)
    marker = ("dependent", meaning.address(name))
    if marker in meaning.pending:
        return None
    meaning.pending.append(marker)
    try:
        values = [
            e for parent, env in parents for e in entries_of(meaning.with_parent(parent, env))
        ]
    finally:
        meaning.pending.pop()
    return unknown("_".join([name.letter, *map(str, meaning.address(name)[1])]), values)


def _all_paths(meaning: Meaning, name: Name) -> None:
    """df/dt beside ∂f/∂x says that f has more variables than x."""
    kinds = {e[3] for e in meaning.edges if e[0] == name}
    curly = {e[1] for e in meaning.edges if e[0] == name and e[3]}
    if len(kinds) == 2 and len(curly) == 1 and not next(iter(curly)).index:
        raise Refusal(
            f"∂ says that {shown(name)} has other variables too: where are their terms? Or define {shown(name)}"
        )


def parents_of(meaning: Meaning, name: Name) -> list[tuple[Name, dict[str, int]]]:
    """What a name depends on directly, each with the indices it has there."""
    counted = meaning.address(name)[1]
    found: dict[Any, tuple[Name, dict[str, int]]] = {}
    for above, below, span, _ in meaning.edges_in_order:
        if key(above) != key(name) or len(places(above)) != len(counted):
            continue
        env = {}
        for place, count in zip(places(above), counted, strict=True):
            if isinstance(place, Name):
                env[place.letter] = count
        for choice in _choices(meaning, below, span, env):
            found[below.letter, meaning.with_parent_address(below, choice)] = (below, choice)
    return _direct(meaning, name, list(found.values()))


def _choices(
    meaning: Meaning, below: Name, span: Tree | None, env: dict[str, int]
) -> list[dict[str, int]]:
    if isinstance(below.layer, Name) and below.layer.letter not in env:
        return [{**env, below.layer.letter: LAST_LAYER}]
    letters = [p.letter for p in below.index if isinstance(p, Name) and p.letter not in env]
    if not letters:
        return [env]
    dim = f"size:{letters[0]}"
    reach = (
        meaning.whole(span)
        if span is not None
        else (meaning.size(dim) if dim in meaning.scope.shapes.order else 3)
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
        if key(parent) not in indirect or both_kinds(meaning, name, parent)
    ]


def both_kinds(meaning: Meaning, above: Name, below: Name) -> bool:
    """Whether the formula has d and ∂ of one pair: then ∂ means directly."""
    kinds = {e[3] for e in meaning.edges if e[0] == above and e[1] == below}
    return len(kinds) == 2


def _reaches(meaning: Meaning, start: str, goal: str, seen: set[str]) -> bool:
    if start == goal:
        return True
    if start in seen:
        return False
    seen.add(start)
    return any(
        _reaches(meaning, n, goal, seen) for n in ingredients(meaning.scope, meaning.edges, start)
    )


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
