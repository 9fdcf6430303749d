"""Tries: for which indices and which sizes a relation is decided."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from claims.formula import tree
from claims.formula.meaning import Meaning
from claims.formula.scope import Scope, key, places
from claims.formula.tree import Formula, Name, Relation, Tree

GREATEST = 9  # indices tried for one relation


class Tries:
    """The indices and sizes for the relations of one formula."""

    def __init__(self, formula: Formula) -> None:
        self.formula = formula

    def meanings(
        self, scope: Scope, relation: Relation, edges: set[Any], *, values: bool
    ) -> Iterator[Meaning]:
        """What trees mean for all sizes and all choices of indices; nothing is tried twice."""
        tried: list[tuple[list[dict[str, int]], dict[Any, int]]] = []
        for attempt in self.attempts(scope, relation):
            choices, sizes = self.choices(scope, relation, attempt), self.sizes(scope, attempt)
            if any(choices == before and asked.items() <= sizes.items() for before, asked in tried):
                continue
            asked: dict[Any, int] = {}
            for env in choices:
                meaning = Meaning(scope, env, sizes, edges, values=values)
                yield meaning
                asked |= meaning.asked
            tried.append((choices, asked))

    def meaning(
        self, scope: Scope, env: dict[str, int] | None = None, edges: set[Any] | None = None
    ) -> Meaning:
        """What trees mean for the first sizes."""
        return Meaning(
            scope, env or {}, self.sizes(scope, 0), scope.edges if edges is None else edges
        )

    def sizes(self, scope: Scope, attempt: int) -> dict[Any, int]:
        """How large each dimension is, otherwise at each attempt; dots stand for something."""
        return scope.shapes.sizes(attempt, 3 if has_dots(self.formula) else 1)

    def attempts(self, scope: Scope, relation: Relation) -> range:
        """Once for plain numbers, twice for shapes, five times for sums of any length."""
        if not scope.shapes.order:
            return range(1)
        if scope.shapes.of:
            return range(2)
        if any(isinstance(n, tree.Limit | tree.Dots) for n in relation.walk()):
            return range(1)
        return range(5 if any(isinstance(n, tree.Series) for n in relation.walk()) else 2)

    def choices(self, scope: Scope, body: Tree, attempt: int = 0) -> list[dict[str, int]]:
        """Every choice of what free indices count to; a few of them if there are many."""
        reach = {
            letter: self._reach(scope, body, letter, attempt)
            for letter in sorted(free_indices(scope, body))
        }
        every = [dict(zip(reach, counts, strict=True)) for counts in product(*reach.values())]
        return every[:: max(1, len(every) // GREATEST)] if len(every) > 2 * GREATEST else every

    def _reach(self, scope: Scope, body: Tree, letter: str, attempt: int) -> list[int]:
        if letter == "t" or _is_counted(scope, body, letter):
            return [1, 2, 3]
        if any(
            isinstance(n, Name) and n.layer is not None and Name(letter) in n.layer.walk()
            for n in body.walk()
        ):
            return [1, 2]
        size = 3
        sizes = self.sizes(scope, attempt)
        for node in body.walk():
            if isinstance(node, Name) and Name(letter) in node.index:
                shape = scope.shapes.of.get(key(node)) or scope.shapes.of.get(
                    f"\\mathbf{{{node.letter}}}"
                )
                if node.bold and len(node.index) == 1:
                    shape = scope.shapes.of.get(f"\\mathbf{{{node.plain.upper()}}}") or shape
                family = scope.shapes.families.get(key(node))
                if family is not None and shape is None:
                    shape = (family, family)
                if shape is not None and key(node) not in scope.sequences:
                    root = scope.shapes.root(shape[min(node.index.index(Name(letter)), 1)])
                    size = root if isinstance(root, int) else sizes.get(root, 3)
        return list(range(1, size + 1))


def free_indices(scope: Scope, body: Tree) -> set[str]:
    """The letters that count as subscripts in a relation and are bound by no sum, no size, no number."""
    found: set[str] = set()
    bound = {n.index for n in body.walk() if isinstance(n, tree.Series)}
    for node in body.walk():
        if isinstance(node, Name):
            found |= {
                n.letter for place in places(node) for n in place.walk() if isinstance(n, Name)
            }
        elif isinstance(node, tree.Prime):
            found |= {n.letter for n in node.order.walk() if isinstance(n, Name)}
        elif isinstance(node, tree.Derivative):
            found |= {count.letter for _, count in node.variables if isinstance(count, Name)}
        elif isinstance(node, tree.Entry):
            found |= {n.letter for place in node.index for n in place.walk() if isinstance(n, Name)}
    sizes = set(scope.shapes.named())
    return {letter for letter in found if letter not in bound | sizes and not scope.whole(letter)}


def _is_counted(scope: Scope, body: Tree, letter: str) -> bool:
    return any(
        isinstance(n, Name)
        and key(n) in scope.sequences
        and any(Name(letter) in p.walk() for p in n.index)
        for n in body.walk()
    )


def has_dots(formula: Formula) -> bool:
    """Whether dots stand anywhere in a formula."""
    return any(isinstance(node, tree.Dots) for node in formula.walk())
