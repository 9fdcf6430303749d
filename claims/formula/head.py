"""Head: whether a relation defines its left side, only restricts letters, or begins with what nothing defines."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from claims.formula import tree
from claims.formula.link import Links
from claims.formula.refusal import Refusal
from claims.formula.scope import Definition, Scope, key
from claims.formula.shape import is_capital
from claims.formula.side import (
    base_of,
    headed,
    names_itself,
    overlap,
    primed_head,
    speaks_of_itself,
)
from claims.formula.tree import Name, Relation, Tree
from claims.formula.vocabulary import INDEX_LETTERS, SCALAR_CAPITALS

ZERO = tree.Number(Fraction(0), "0")
CONSTANTS = (
    "\\sigma",
    "\\pi",
    "e",
    "i",
)  # what these are is known, so that no slope of theirs is news


class Heads:
    """What the relations of one formula are, by what stands at their head."""

    def __init__(self, links_: Links, line: int, latex: str, *, followed: bool) -> None:
        self.links = links_
        self.line = line
        self.latex = latex
        self.followed = followed

    def definition(self, scope: Scope, left: Tree, right: Tree, sign: str) -> Definition | None:
        """The definition that a relation is, if its left side names something not yet known."""
        if sign != "=":
            return None
        name, parameters = headed(left)
        if (
            name is None
            or name.letter in ("\\pi", "i", "I", "\\infty")
            or name.letter in scope.ties
            or speaks_of_itself(left, name)
        ):
            return None
        if names_itself(name, right) or self._is_known(scope, name, right):
            return None
        lettered = bool(name.index) and not any(isinstance(p, tree.Number) for p in name.index)
        if parameters is None and lettered and not self._is_pattern(name):
            return None
        if (
            parameters is None
            and isinstance(right, Name)
            and name.letter in INDEX_LETTERS
            and right.letter in INDEX_LETTERS
        ):
            return None
        return Definition(name, parameters, right, self.line, self.latex)

    def _is_pattern(self, name: Name) -> bool:
        """Whether the subscripts are letters, or letters shifted."""
        from claims.formula.meaning import shifted

        try:
            return all(shifted(place) is not None for place in name.index)
        except Refusal:
            return False

    def _is_known(self, scope: Scope, name: Name, right: Tree) -> bool:
        """Whether the name has a meaning already: a definition that it may match, J, H, an entry."""
        if name.plain in ("J", "H") and self._has_value(scope, name, right):
            return True
        if any(overlap(d.name, name) for d in scope.defined(name)):
            return True
        if name.index and (
            scope.whole(name.letter) or scope.shapes.of.get(f"\\mathbf{{{name.letter}}}")
        ):
            return key(name) not in scope.sequences
        return False

    def _has_value(self, scope: Scope, name: Name, right: Tree) -> bool:
        """Whether J or H is the Jacobian or Hessian of a function the section has, or the right side differentiates."""
        from claims.formula.function import entry_of

        if scope.whole(name.letter):
            return True
        edges = scope.edges if any(isinstance(n, tree.Derivative) for n in right.walk()) else set()
        try:
            meaning = self.links.tries.meaning(
                scope, self.links.tries.choices(scope, name)[0], edges
            )
            return entry_of(meaning, name, meaning.address(name)) is not None
        except Refusal:
            return False

    def is_condition(self, scope: Scope, claim: Relation) -> bool:
        """x > 0, 0 < η < 1, |x| < 1, i ≠ j: a restriction of free letters, and no claim."""
        if restricts(scope, claim):
            return True
        number, sign = claim.sides[-1], claim.signs[0]
        zero = number == ZERO and sign in ("=", "<", ">", "≤", "≥")
        asks = zero or (sign == "≠" and isinstance(number, tree.Number))
        return asks and len(claim.sides) == 2 and self._is_unknown_slope(scope, claim.sides[0])

    def _is_unknown_slope(self, scope: Scope, side: Tree) -> bool:
        """f'(x) = 0 of an f that nothing defines asks where the slope vanishes."""
        head = side.head if isinstance(side, tree.Call | tree.Prime) else side
        head = head.head if isinstance(head, tree.Prime) else head
        if isinstance(side, tree.Gradient | tree.Derivative):
            head = side.body.head if isinstance(side.body, tree.Call) else side.body
        if isinstance(side, tree.Call) and not all(isinstance(a, Name) for a in side.arguments):
            return False
        return (
            head is not side
            and isinstance(head, Name)
            and not scope.definitions.get(key(head))
            and not scope.is_tied(head)
        )

    def is_unknown_head(self, scope: Scope, claim: Relation) -> bool:
        """f'(x) = A = B, dy/dx = A = B, where nothing says what f or y is."""
        head = primed_head(claim.sides[0])
        if len(claim.sides) == 2 and not self.followed:
            return False
        if (
            head is None
            or scope.definitions.get(key(head))
            or scope.is_tied(head)
            or any(s != "=" for s in claim.signs)
        ):
            return False
        if head.letter in CONSTANTS or self._is_variable(scope, claim, head):
            return False
        return not self.links.holds(scope, claim.sides[0], claim.sides[1]) or len(claim.sides) > 2

    def _is_variable(self, scope: Scope, claim: Relation, head: Name) -> bool:
        """Whether what is differentiated is no function: x in dx/dx, x'(x), lim x → 0, or where f(x, y) is written."""
        side = claim.sides[0]
        limits = (n for n in claim.walk() if isinstance(n, tree.Limit | tree.Integral))
        runs = any(n.variable == head for n in limits)
        bare = isinstance(side, tree.Derivative) and not isinstance(side.body, tree.Call)
        listed = any(head in parameters for parameters in scope.signatures.values())
        return runs or speaks_of_itself(side, head) or (bare and listed)

    def after_head(
        self, scope: Scope, claim: Relation, todo: list[tuple[str, Tree, Tree]]
    ) -> list[tuple[str, Tree, Tree]]:
        """The links that can be checked: those among unknown sides, and those among the others."""
        known = next(
            (
                i
                for i in range(1, len(claim.sides))
                if not self.links.holds(scope, claim.sides[i - 1], claim.sides[i])
            ),
            None,
        )
        if known is None:
            return todo
        rest = claim.sides[known:]
        head = primed_head(claim.sides[0])
        assert head is not None
        if any(self._mentions_unknown(scope, side) for side in rest):
            raise self.links.undefined(head)
        if len(rest) < 2 and not self.followed:
            raise self.links.undefined(head)
        side = claim.sides[0]
        if isinstance(side, tree.Call) and isinstance(side.head, tree.Prime):
            scope.define(
                Definition(
                    head, side.arguments, rest[0], self.line, self.latex, primes=1, used=True
                )
            )
        return [link for i, link in enumerate(todo) if i != known - 1]

    def without_words(
        self, scope: Scope, todo: list[tuple[str, Tree, Tree]]
    ) -> list[tuple[str, Tree, Tree]]:
        """“distance / time = 30 / 0.5 = 60”: where words become numbers nothing is claimed yet."""
        if len(todo) < 2 or todo[0][0] != "=":
            return todo
        before, after = (
            {n.letter for n in side.walk() if isinstance(n, Name)} for side in todo[0][1:]
        )
        words = bool(before) and all(
            w.startswith("\\text{") and not scope.definitions.get(w) for w in before
        )
        return todo[1:] if words and not after else todo

    def _mentions_unknown(self, scope: Scope, side: Tree) -> bool:
        heads = [n.head for n in side.walk() if isinstance(n, tree.Call)] + [
            n.body for n in side.walk() if isinstance(n, tree.Derivative)
        ]
        return any(
            isinstance(h, Name | tree.Prime) and not scope.definitions.get(key(base_of(h)))
            for h in heads
        )


def restricts(scope: Scope, claim: Relation) -> bool:
    """Whether a relation orders nothing but numbers and letters that could be anything."""
    ordered = bool(claim.signs) and all(sign in ("<", ">", "≤", "≥", "≠") for sign in claim.signs)
    letters = any(not isinstance(side, tree.Number | tree.Minus) for side in claim.sides)
    return ordered and letters and all(_is_free(scope, side) for side in claim.sides)


def _is_free(scope: Scope, side: Tree) -> bool:
    if isinstance(side, tree.Absolute | tree.Minus):
        return _is_free(scope, side.body)
    if isinstance(side, Name):
        return not scope.defined(side) or scope.defined(side)[0].is_value
    return isinstance(side, tree.Number | tree.Infinity)


def refuse_ambiguous(scope: Scope, body: Tree) -> None:
    """AB of capitals that nothing shows to be numbers or matrices: do they commute?"""
    for node in body.walk():
        if not isinstance(node, tree.Times):
            continue
        for a, b in pairwise(node.factors):
            if all(isinstance(n, Name) and _is_unknown_capital(scope, n) for n in (a, b)):
                raise Refusal(
                    "are these capitals matrices? Set them bold, or give shapes: <!-- math: A 3x2, B 2x3 -->"
                )


def _is_unknown_capital(scope: Scope, name: Name) -> bool:
    if name.index or not is_capital(name.letter) or name.letter in SCALAR_CAPITALS:
        return False
    known = (
        scope.shapes.of.keys() | scope.shapes.scalars | scope.definitions.keys() | scope.ties.keys()
    )
    return (
        name.letter not in known
        and f"size:{name.letter}" not in scope.shapes.order
        and not name.letter.startswith("\\text")
    )
