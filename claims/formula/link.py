r"""Link: one relation between two sides: equal, close, ordered, or equal up to O(…)."""

from __future__ import annotations

import re
from typing import Any

import sympy

from claims.formula import (  # noqa: F401 - some only enter their rules
    arithmetic,
    bound,
    cases,
    compare,
    derivation,
    function,
    gradient,
    inequality,
    nearby,
    smallness,
    tree,
    wave,
)
from claims.formula.compare import False_
from claims.formula.dependence import edges_of
from claims.formula.matrix import Matrix
from claims.formula.meaning import Meaning
from claims.formula.refusal import Refusal
from claims.formula.sample import Where
from claims.formula.scope import Definition, Scope, key
from claims.formula.side import (
    antiderivative,
    base_of,
    decimal,
    exactly,
    rest_of,
    without_rest,
)
from claims.formula.tree import Formula, Name, Relation, Tree
from claims.formula.tries import Tries
from claims.formula.unit import units_in

SMALL = re.compile(r"h|\\varepsilon|\\epsilon|\\delta|\\Delta .*|\\eta|\\tau|\\alpha")


class Links:
    """Decides links of one formula; `used` are the definitions that were looked up."""

    def __init__(self, formula: Formula) -> None:
        self.formula = formula
        self.tries = Tries(formula)
        self.used: list[Definition] = []

    def check(self, scope: Scope, sign: str, left: Tree, right: Tree, where: Where) -> None:
        """One relation between two sides: as an identity; for numbers, at the page's values."""
        try:
            self._in_general(scope, sign, left, right, where, values=False)
        except (False_, Refusal) as wrong:
            if self._is_at_values(scope, sign, left, right):
                self._in_general(scope, sign, left, right, where, values=True)
                return
            one_sided = self._unsaid(scope, left) ^ self._unsaid(scope, right)
            if isinstance(wrong, False_) and one_sided:
                raise self.undefined(Name(min(one_sided))) from wrong
            raise

    def holds(self, scope: Scope, left: Tree, right: Tree) -> bool:
        """Whether two sides are equal, without a word about it."""
        try:
            self.check(scope, "=", left, right, Where())
        except (Refusal, False_):
            return False
        return True

    def undefined(self, head: Name) -> Refusal:
        """The refusal of what speaks of something that the section does not define."""
        return Refusal(
            f"nothing in this section says what {head.letter} is: define it, or write <!-- math: {head.letter}(x) = … -->"
        )

    def _unsaid(self, scope: Scope, side: Tree, seen: frozenset[str] = frozenset()) -> set[str]:
        """The letters of a side that depend on others, and nothing says how; definitions are looked into."""
        heads = {
            base_of(n.head).letter for n in side.walk() if isinstance(n, tree.Call | tree.Prime)
        }
        names = {key(n) for n in side.walk() if isinstance(n, Name)}
        above = {key(edge[0]) for edge in scope.edges}
        found: set[str] = set()
        for letter in names | heads - {""}:
            definitions = scope.definitions.get(letter, [])
            for definition in definitions if letter not in seen else []:
                found |= self._unsaid(scope, definition.body, seen | {letter})
            if not definitions and letter in heads | above and letter not in scope.ties:
                found.add(letter)
        return {
            letter
            for letter in found
            if letter != "\\sigma" and not letter.startswith("\\text{rest of")
        }

    def _is_at_values(self, scope: Scope, sign: str, left: Tree, right: Tree) -> bool:
        """Whether a claim speaks of letters to which the page gives numbers, not of all they could be.

        So does an equation with a number on one side, an order, and a least or greatest value.
        """
        valued = {key(d.name) for found in scope.definitions.values() for d in found if d.is_value}
        nodes = [node for side in (left, right) for node in side.walk()]
        if any(not any(isinstance(n, Name) for n in side.walk()) for side in (left, right)):
            return bool(valued)
        spoken = any(isinstance(n, Name) and key(n) in valued for n in nodes)
        return spoken and (sign in "<>≤≥" or any(isinstance(n, tree.Extreme) for n in nodes))

    def _in_general(
        self, scope: Scope, sign: str, left: Tree, right: Tree, where: Where, *, values: bool
    ) -> None:
        """Try the section's dependences first, then the formula's own alone."""
        own = edges_of(self.formula)
        wide = scope.edges | own
        try:
            self._with_edges(scope, wide, sign, left, right, where, values)
        except Refusal:
            if own == wide or not own:
                raise
            self._with_edges(scope, own, sign, left, right, where, values)

    def _with_edges(
        self,
        scope: Scope,
        edges: set[Any],
        sign: str,
        left: Tree,
        right: Tree,
        where: Where,
        values: bool,
    ) -> None:
        relation = Relation((left, right), (sign,))
        for meaning in self.tries.meanings(scope, relation, edges, values=values):
            self.decide(meaning, sign, left, right, where)
            self.used += meaning.looked_up

    def decide(self, meaning: Meaning, sign: str, left: Tree, right: Tree, where: Where) -> None:
        """Decide a link for one choice of indices and sizes."""
        if sign == "≈":
            self._approximately(meaning, left, right, where)
        elif sign == "=" and (rest_of(left) or rest_of(right)):
            self._up_to(meaning, left, right, where)
        elif sign == "=" and (antiderivative(left) or antiderivative(right)):
            self._integral(meaning, left, right, where)
        elif sign == "=":
            compare.equal(*self.sides(meaning, left, right), where)
        elif sign in ("<", ">", "≤", "≥", "≠"):
            inequality.ordered(*self.sides(meaning, left, right), sign, where)
        else:
            raise Refusal(f"{sign} is no claim here")

    def sides(self, meaning: Meaning, left: Tree, right: Tree) -> tuple[Any, Any]:
        """Both values; a unit that only one side has is a remark."""
        a, b = meaning.of(left), meaning.of(right)
        units = [units_in(s) if hasattr(s, "free_symbols") else frozenset() for s in (a, b)]
        if bool(units[0]) != bool(units[1]):
            meaning.units = False
            meaning.cache.clear()
            return meaning.of(left), meaning.of(right)
        return a, b

    def _integral(self, meaning: Meaning, left: Tree, right: Tree, where: Where) -> None:
        """∫ f dx = F + C says F' = f."""
        integral, other = (left, right) if antiderivative(left) else (right, left)
        factor, body = antiderivative(integral) or (None, None)
        assert body is not None
        if antiderivative(other):
            raise Refusal("an antiderivative on both sides")
        slope = meaning.of(tree.Derivative(tree.Plus((other,)), ((body.variable, 1),), False))
        inner = tree.Times((factor, body.body)) if factor is not None else body.body
        compare.equal(meaning.of(inner), slope, where)

    def _up_to(self, meaning: Meaning, left: Tree, right: Tree, where: Where) -> None:
        """Equality up to O(…): the difference vanishes as fast."""
        gauges = [*rest_of(left), *rest_of(right)]
        if len(gauges) > 1 and len({repr(g) for g in gauges}) > 1:
            raise Refusal("two different O(…) in one claim")
        a, b = meaning.of(without_rest(left)), meaning.of(without_rest(right))
        gauge = meaning.scalar(gauges[0])
        pairs = (
            zip(a.entries, b.entries, strict=True)
            if isinstance(a, Matrix) and isinstance(b, Matrix)
            else [(a, b)]
        )
        for one, other in pairs:
            if isinstance(one, Matrix) or isinstance(other, Matrix):
                raise Refusal("a vector is compared with a scalar")
            smallness.vanishes(one - other, gauge, where)

    def _approximately(self, meaning: Meaning, left: Tree, right: Tree, where: Where) -> None:
        """≈ is about digits, or about a letter that is small."""
        for number, other in ((right, left), (left, right)):
            written = decimal(number)
            if written is not None and not (number is left and decimal(right)):
                value, unit = written
                number_is, other_is = self.sides(meaning, number, other)
                if isinstance(other_is, Matrix) or units_in(number_is):
                    raise Refusal("≈ between a number and this is not checked")
                if unit == 0:
                    smallness.same_magnitude(other_is, int(value), where)
                else:
                    smallness.rounds_to(other_is, exactly(value), exactly(unit), where)
                return
        self._small(meaning, left, right, where)

    def _small(self, meaning: Meaning, left: Tree, right: Tree, where: Where) -> None:
        """The difference vanishes faster than every term that is written."""
        a, b = meaning.scalar(left), meaning.scalar(right)
        letters = where.small or [
            (s, sympy.Integer(0))
            for s in sorted(a.free_symbols | b.free_symbols, key=str)
            if SMALL.fullmatch(str(s))
        ]
        if len(letters) != 1:
            raise Refusal("≈ needs digits, or one letter that is small: write “as h → 0”")
        small, centre = letters[0]
        if centre != 0:
            a, b = (side.xreplace({small: centre + small}) for side in (a, b))
        terms = [
            meaning.scalar(t)
            for side in (left, right)
            for t in (side.terms if isinstance(side, tree.Plus) else (side,))
        ]
        terms = [t.xreplace({small: centre + small}) for t in terms]
        orders = [smallness.order_of(t, small, where) for t in terms]
        finest = max((o for o in orders if o != float("inf")), default=0.0)
        got = smallness.order_of(a - b, small, where)
        if got < finest + 0.5:
            raise False_(
                f"the difference vanishes like {small}^{got:.1f}, and must faster than the smallest term, {small}^{finest:.1f}"
            )
