r"""Decide: one formula in its section: which relations define, which claim, and whether these hold.

The first `name = …` or `f(x) = …` of a section defines; only = defines. Everything
else is a claim: side against side, for every value of its free indices and for
several sizes of its dimensions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

import sympy
from mpmath import mpf

from claims.formula import compare, tree
from claims.formula.compare import False_, Where
from claims.formula.derivation import edges_of
from claims.formula.evidence import infer
from claims.formula.matrix import Matrix
from claims.formula.meaning import Meaning, compared
from claims.formula.refusal import Refusal
from claims.formula.scope import Definition, Scope, key, places
from claims.formula.tree import Formula, Name, Relation, Statement, Tree
from claims.formula.unit import units_in
from claims.formula.unknown import Area
from claims.formula.vocabulary import INDEX_LETTERS

SMALL = re.compile(r"h|\\varepsilon|\\epsilon|\\delta|\\Delta .*|\\eta|\\tau|\\alpha")
GREATEST = 9  # shapes and indices tried for one relation


@dataclass
class Answer:
    """What became of a formula: how many claims held, and what it defined."""

    verified: int = 0
    definitions: list[Definition] = field(default_factory=list)
    used: list[Definition] = field(default_factory=list)
    assumed: bool = False
    last: Tree | None = None  # the last side, for a line that goes on with =


class Decision:
    """Decides the statements of one formula, in order."""

    def __init__(self, scope: Scope, formula: Formula, line: int, latex: str, before: Tree | None, followed: bool) -> None:
        self.scope = scope
        self.formula = formula
        self.line = line
        self.latex = latex
        self.before = before  # the last side of the formula that this one continues
        self.followed = followed  # whether the next formula continues this one
        self.answer = Answer()

    def run(self) -> Answer:
        """Decide all statements.

        Raises:
            False_: if a claim does not hold.
            Refusal: if one cannot be read or decided.
        """
        infer(self.scope, self.formula)
        for statement in self.formula.statements:
            self._statement(self._continued(statement))
        return self.answer

    def _continued(self, statement: Statement) -> Statement:
        """A line that begins with = goes on from the last side before it."""
        first = statement.claims[0]
        if not first.sides or first.sides[0] != tree.Dots():
            return statement
        if self.before is None:
            raise Refusal("this line begins with =, and nothing stands before it")
        sides = (self.before, *first.sides[1:])
        return Statement((Relation(sides, first.signs), *statement.claims[1:]), statement.conditions, statement.kind)

    def _statement(self, statement: Statement) -> None:
        scope = self.scope if self._stays(statement) else self.scope.child(self.scope.level)
        where = Where()
        for condition in (*self.scope.assumptions, *statement.conditions):
            self._condition(scope, condition, where)
        if statement.kind == "iff":
            self._equivalence(scope, statement.claims, where)
            return
        for claim in statement.claims:
            self._claim(scope, claim, where, statement.conditions)

    def _stays(self, statement: Statement) -> bool:
        """Whether what is defined here is defined for the section: not behind ⇒, nor beside a claim."""
        if not statement.conditions:
            return True
        first = next(links(statement.claims[0]), None)
        return statement.kind == "is" and first is not None and (
            self._definition(self.scope, first[1], first[2], first[0]) is not None
        )

    # Conditions

    def _condition(self, scope: Scope, condition: Relation, where: Where) -> None:
        """Restrict the points, define, or send a letter to zero."""
        if condition.signs and condition.signs[0] == "→":
            self._goes(scope, condition, where)
            return
        if not condition.signs or condition.signs[0] in ("∈", ":"):
            if condition.signs and isinstance(condition.sides[1], tree.Row):
                self._interval(scope, condition, where)
            return
        meaning = self._meaning(scope, {}, 0)
        for sign, left, right in links(condition):
            definition = self._definition(scope, left, right, sign)
            if definition is not None:
                definition.used = True
                scope.define(definition)
                infer(scope, Formula((Statement((Relation((left, right), (sign,)),)),)))
                continue
            a, b = meaning.of(left), meaning.of(right)
            if sign == "=":
                self._equation(a, b, where)
            elif isinstance(a, Matrix) or isinstance(b, Matrix):
                raise Refusal("a condition on vectors")
            else:
                where.conditions.append(compared(sign, a, b))

    def _equation(self, left: Any, right: Any, where: Where) -> None:
        if isinstance(left, Matrix) or isinstance(right, Matrix):
            raise Refusal("an equation between vectors is no condition here")
        where.equations.append(compare.solved(where.applied(left), where.applied(right)))

    def _goes(self, scope: Scope, condition: Relation, where: Where) -> None:
        name, point = condition.sides[0], condition.sides[1]
        if isinstance(name, Name) and point == tree.Number(Fraction(0), "0"):
            where.small.append(self._meaning(scope, {}, 0).symbols(name))

    def _interval(self, scope: Scope, condition: Relation, where: Where) -> None:
        items = condition.sides[1]
        assert isinstance(items, tree.Row)
        if len(items.items) != 2:
            raise Refusal("an interval has two ends")
        low, high = items.items
        self._condition(scope, Relation((low, condition.sides[0], high), ("<", "<")), where)

    # Claims

    def _claim(self, scope: Scope, claim: Relation, where: Where, conditions: tuple[Relation, ...]) -> None:
        """Define with the first link if it can, and decide all others."""
        self.answer.last = claim.sides[-1]
        if not claim.signs or claim.signs[0] in ("∈", ":"):
            self._read(scope, claim)
            return
        if claim.signs[0] == "→":
            self._arrow(scope, claim, where, conditions)
            return
        todo = list(links(claim))
        definition = self._definition(scope, todo[0][1], todo[0][2], todo[0][0])
        if definition is not None:
            self._define(scope, definition, where, conditions)
            todo = todo[1:]
        elif self._is_condition(scope, claim):
            self.answer.assumed = True
            return
        elif self._is_unknown_head(scope, claim):
            todo = self._after_head(scope, claim, todo)
        todo = self._without_words(scope, todo)
        for sign, left, right in todo:
            self._link(scope, sign, left, right, where)
        self.answer.verified += len(todo)

    def _read(self, scope: Scope, claim: Relation) -> None:
        """An expression without relation claims nothing, but it must have a meaning."""
        self.answer.assumed = True

    def _arrow(self, scope: Scope, claim: Relation, where: Where, conditions: tuple[Relation, ...]) -> None:
        """f(x) → b as x → a is a limit; h → 0 alone claims nothing."""
        going = [c for c in conditions if c.signs and c.signs[0] == "→"]
        if not going:
            if len(claim.sides) == 2 and isinstance(claim.sides[0], Name):
                self.answer.assumed = True
                return
            raise Refusal("→ claims a limit: as which letter goes where? Write \\lim, or “as x → 0”")
        variable, point = going[0].sides[0], going[0].sides[1]
        body = tree.Limit(variable, point, "", claim.sides[0])
        self._link(scope, "=", body, claim.sides[1], where)
        self.answer.verified += 1

    def _is_condition(self, scope: Scope, claim: Relation) -> bool:
        """x > 0, 0 < η < 1, |x| < 1, i ≠ j: a restriction of free letters, and no claim."""
        if all(sign in ("<", ">", "≤", "≥", "≠") for sign in claim.signs):
            return all(self._is_free(scope, side) for side in claim.sides) and any(
                not isinstance(side, tree.Number | tree.Minus) for side in claim.sides
            )
        zero = claim.sides[-1] == tree.Number(Fraction(0), "0") and len(claim.sides) == 2
        return zero and claim.signs[0] in ("=", "≠", "<", ">", "≤", "≥") and self._is_unknown_slope(scope, claim.sides[0])

    def _is_free(self, scope: Scope, side: Tree) -> bool:
        if isinstance(side, tree.Absolute | tree.Minus):
            return self._is_free(scope, side.body)
        if isinstance(side, Name):
            return not scope.defined(side) or scope.defined(side)[0].is_value
        return isinstance(side, tree.Number | tree.Infinity)

    def _is_unknown_slope(self, scope: Scope, side: Tree) -> bool:
        """f'(x) = 0 of an f that nothing defines asks where the slope vanishes."""
        head = side.head if isinstance(side, tree.Call | tree.Prime) else side
        head = head.head if isinstance(head, tree.Prime) else head
        if isinstance(side, tree.Gradient | tree.Derivative):
            head = side.body.head if isinstance(side.body, tree.Call) else side.body
        if isinstance(side, tree.Call) and not all(isinstance(a, Name) for a in side.arguments):
            return False
        return head is not side and isinstance(head, Name) and not scope.definitions.get(key(head)) and not scope.is_tied(head)

    # Definitions

    def _definition(self, scope: Scope, left: Tree, right: Tree, sign: str) -> Definition | None:
        """The definition that a relation is, if its left side names something not yet known."""
        if sign != "=":
            return None
        name, parameters = _headed(left)
        if name is None or name.letter in ("\\pi", "i", "I", "\\infty") or name.letter in scope.ties:
            return None
        if _is_self(name, right) or self._is_known(scope, name, right):
            return None
        if parameters is None and name.index and all(not isinstance(p, tree.Number) for p in name.index):
            if not self._is_pattern(name):
                return None
        if parameters is None and isinstance(right, Name) and name.letter in INDEX_LETTERS and right.letter in INDEX_LETTERS:
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
        if any(_overlap(d.name, name) for d in scope.defined(name)):
            return True
        if name.index and (scope.whole(name.letter) or scope.shapes.of.get(f"\\mathbf{{{name.letter}}}")):
            return key(name) not in scope.sequences
        return False

    def _has_value(self, scope: Scope, name: Name, right: Tree) -> bool:
        """Whether J or H is the Jacobian or Hessian of a function the section has, or the right side differentiates."""
        from claims.formula.function import entry_of

        if scope.whole(name.letter):
            return True
        edges = scope.edges if any(isinstance(n, tree.Derivative) for n in right.walk()) else set()
        try:
            meaning = self._meaning(scope, self._choices(scope, name)[0], 0, edges)
            return entry_of(meaning, name, meaning.address(name)) is not None
        except Refusal:
            return False

    def _define(self, scope: Scope, definition: Definition, where: Where, conditions: tuple[Relation, ...]) -> None:
        """Enter a definition; under a condition it holds there only."""
        body = definition.body
        restricting = tuple(c for c in conditions if c.signs and c.signs[0] in ("<", ">", "≤", "≥", "≠"))
        if restricting:
            definition.body = tree.Cases((body,), (restricting,))
        definition.body = _with_rest(definition.body, definition.name)
        primed = scope.defined(definition.name, primes=1)
        scope.define(definition)
        definition.used = scope is not self.scope
        self.answer.definitions.append(definition)
        if primed and definition.parameters is not None:
            left = tree.Call(tree.Prime(definition.name, tree.Number(Fraction(1), "1")), definition.parameters)
            primed_call = tree.Call(definition.name, definition.parameters)
            self._link(scope, "=", left, tree.Derivative(primed_call, ((definition.parameters[0], 1),), False), where)

    # Chains whose head nothing defines

    def _is_unknown_head(self, scope: Scope, claim: Relation) -> bool:
        """f'(x) = A = B, dy/dx = A = B, where nothing says what f or y is."""
        head = _primed_head(claim.sides[0])
        if len(claim.sides) == 2 and not self.followed:
            return False
        if head is None or scope.definitions.get(key(head)) or scope.is_tied(head) or any(s != "=" for s in claim.signs):
            return False
        if head.letter == "\\sigma":
            return False
        return not self._holds(scope, claim.sides[0], claim.sides[1]) or len(claim.sides) > 2

    def _after_head(self, scope: Scope, claim: Relation, todo: list[tuple[str, Tree, Tree]]) -> list[tuple[str, Tree, Tree]]:
        """The links that can be checked: those among unknown sides, and those among the others."""
        known = next(
            (i for i in range(1, len(claim.sides)) if not self._holds(scope, claim.sides[i - 1], claim.sides[i])), None
        )
        if known is None:
            return todo
        rest = claim.sides[known:]
        head = _primed_head(claim.sides[0])
        assert head is not None
        if any(self._mentions_unknown(scope, side) for side in rest):
            raise self._undefined(scope, head)
        if len(rest) < 2 and not self.followed:
            raise self._undefined(scope, head)
        side = claim.sides[0]
        if isinstance(side, tree.Call) and isinstance(side.head, tree.Prime):
            scope.define(Definition(head, side.arguments, rest[0], self.line, self.latex, primes=1, used=True))
        self.answer.assumed = True
        return [link for i, link in enumerate(todo) if i != known - 1]

    def _without_words(self, scope: Scope, todo: list[tuple[str, Tree, Tree]]) -> list[tuple[str, Tree, Tree]]:
        """“distance / time = 30 / 0.5 = 60”: where words become numbers nothing is claimed yet."""
        if len(todo) < 2 or todo[0][0] != "=":
            return todo
        before, after = ({n.letter for n in side.walk() if isinstance(n, Name)} for side in todo[0][1:])
        words = bool(before) and all(w.startswith("\\text{") and not scope.definitions.get(w) for w in before)
        return todo[1:] if words and not after else todo

    def _mentions_unknown(self, scope: Scope, side: Tree) -> bool:
        heads = [n.head for n in side.walk() if isinstance(n, tree.Call)] + [
            n.body for n in side.walk() if isinstance(n, tree.Derivative)
        ]
        return any(isinstance(h, Name | tree.Prime) and not scope.definitions.get(key(_base(h))) for h in heads)

    def _undefined(self, scope: Scope, head: Name) -> Refusal:
        return Refusal(f"nothing in this section says what {head.letter} is: define it, or write <!-- math: {head.letter}(x) = … -->")

    def _holds(self, scope: Scope, left: Tree, right: Tree) -> bool:
        try:
            self._link(scope, "=", left, right, Where())
        except (Refusal, False_):
            return False
        return True

    # Links

    def _link(self, scope: Scope, sign: str, left: Tree, right: Tree, where: Where) -> None:
        """One relation between two sides: as an identity; for numbers, at the page's values."""
        try:
            self._in_general(scope, sign, left, right, where, values=False)
        except (False_, Refusal) as wrong:
            if self._is_at_values(scope, left, right):
                self._in_general(scope, sign, left, right, where, values=True)
                return
            one_sided = self._unsaid(scope, left) ^ self._unsaid(scope, right)
            if isinstance(wrong, False_) and one_sided:
                raise self._undefined(scope, Name(min(one_sided))) from wrong
            raise

    def _unsaid(self, scope: Scope, side: Tree) -> set[str]:
        """The letters of a side that depend on others, and nothing says how."""
        heads = {_base(n.head).letter for n in side.walk() if isinstance(n, tree.Call | tree.Prime)}
        above = {key(edge[0]) for edge in scope.edges}
        names = {key(n) for n in side.walk() if isinstance(n, Name)}
        found = (names & above) | {h for h in heads if h}
        return {n for n in found if not scope.definitions.get(n) and n not in scope.ties and n != "\\sigma"}

    def _is_at_values(self, scope: Scope, left: Tree, right: Tree) -> bool:
        """Whether one side is a number, and the page gives numbers to letters of the other."""
        valued = any(d.is_value for found in scope.definitions.values() for d in found)
        return valued and any(not any(isinstance(n, Name) for n in side.walk()) for side in (left, right))

    def _in_general(self, scope: Scope, sign: str, left: Tree, right: Tree, where: Where, *, values: bool) -> None:
        """Try the section's dependences first, then the formula's own alone."""
        own = edges_of(self.formula)
        wide = scope.edges | own
        try:
            self._with_edges(scope, wide, sign, left, right, where, values)
        except Refusal:
            if own == wide or not own:
                raise
            self._with_edges(scope, own, sign, left, right, where, values)

    def _with_edges(self, scope: Scope, edges: set[Any], sign: str, left: Tree, right: Tree, where: Where, values: bool) -> None:
        relation = Relation((left, right), (sign,))
        for attempt in self._attempts(scope, relation):
            for env in self._choices(scope, relation, attempt):
                meaning = self._meaning(scope, env, attempt, edges, values=values)
                self._decide(meaning, sign, left, right, where)
                self.answer.used += meaning.looked_up

    def _decide(self, meaning: Meaning, sign: str, left: Tree, right: Tree, where: Where) -> None:
        if sign == "≈":
            self._approximately(meaning, left, right, where)
        elif sign == "=" and (_rest(left) or _rest(right)):
            self._up_to(meaning, left, right, where)
        elif sign == "=" and (_antiderivative(left) or _antiderivative(right)):
            self._integral(meaning, left, right, where)
        elif sign == "=":
            compare.equal(*self._sides(meaning, left, right), where)
        elif sign in ("<", ">", "≤", "≥", "≠"):
            compare.ordered(*self._sides(meaning, left, right), sign, where)
        else:
            raise Refusal(f"{sign} is no claim here")

    def _sides(self, meaning: Meaning, left: Tree, right: Tree) -> tuple[Any, Any]:
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
        integral, other = (left, right) if _antiderivative(left) else (right, left)
        factor, body = _antiderivative(integral) or (None, None)
        assert body is not None
        if _antiderivative(other):
            raise Refusal("an antiderivative on both sides")
        slope = meaning.of(tree.Derivative(tree.Plus((other,)), ((body.variable, 1),), False))
        inner = tree.Times((factor, body.body)) if factor is not None else body.body
        compare.equal(meaning.of(inner), slope, where)

    def _up_to(self, meaning: Meaning, left: Tree, right: Tree, where: Where) -> None:
        """Equality up to O(…): the difference vanishes as fast."""
        gauges = [*_rest(left), *_rest(right)]
        if len(gauges) > 1 and len({repr(g) for g in gauges}) > 1:
            raise Refusal("two different O(…) in one claim")
        a, b = meaning.of(_without_rest(left)), meaning.of(_without_rest(right))
        gauge = meaning.scalar(gauges[0])
        pairs = zip(a.entries, b.entries, strict=True) if isinstance(a, Matrix) and isinstance(b, Matrix) else [(a, b)]
        for one, other in pairs:
            if isinstance(one, Matrix) or isinstance(other, Matrix):
                raise Refusal("a vector is compared with a scalar")
            compare.vanishes(one - other, gauge, where)

    def _approximately(self, meaning: Meaning, left: Tree, right: Tree, where: Where) -> None:
        """≈ is about digits, or about a letter that is small."""
        for number, other in ((right, left), (left, right)):
            written = _decimal(number)
            if written is not None and not (number is left and _decimal(right)):
                value, unit = written
                number_is, other_is = self._sides(meaning, number, other)
                if isinstance(other_is, Matrix) or units_in(number_is):
                    raise Refusal("≈ between a number and this is not checked")
                if unit == 0:
                    compare.same_magnitude(other_is, int(value), where)
                else:
                    compare.rounds_to(other_is, _exactly(value), _exactly(unit), where)
                return
        self._small(meaning, left, right, where)

    def _small(self, meaning: Meaning, left: Tree, right: Tree, where: Where) -> None:
        """The difference vanishes faster than every term that is written."""
        a, b = meaning.scalar(left), meaning.scalar(right)
        letters = where.small or [s for s in sorted(a.free_symbols | b.free_symbols, key=str) if SMALL.fullmatch(str(s))]
        if len(letters) != 1:
            raise Refusal("≈ needs digits, or one letter that is small: write “as h → 0”")
        small = letters[0]
        terms = [meaning.scalar(t) for side in (left, right) for t in (side.terms if isinstance(side, tree.Plus) else (side,))]
        orders = [compare.order_of(t, small, where) for t in terms]
        finest = max((o for o in orders if o != float("inf")), default=0.0)
        got = compare.order_of(a - b, small, where)
        if got < finest + 0.5:
            raise False_(
                f"the difference vanishes like {small}^{got:.1f}, and must faster than the smallest term, {small}^{finest:.1f}"
            )

    def _equivalence(self, scope: Scope, claims: tuple[Relation, ...], where: Where) -> None:
        meaning = self._meaning(scope, {}, 0)
        sides = [
            [compared(sign, meaning.scalar(a), meaning.scalar(b)) for sign, a, b in links(claim)] for claim in claims
        ]
        if any(isinstance(c, sympy.Eq) for conditions in sides for c in conditions):
            raise Refusal("⇔ is checked between inequalities: write equations as claims")
        compare.equivalent(sides, where)
        self.answer.verified += 1
        self.answer.used += meaning.looked_up

    # Indices and sizes

    def _meaning(
        self, scope: Scope, env: dict[str, int], attempt: int, edges: set[Any] | None = None, *, values: bool = False
    ) -> Meaning:
        at_least = 3 if _has_dots(self.formula) else 1
        sizes = scope.shapes.sizes(attempt, at_least)
        return Meaning(scope, env, sizes, scope.edges if edges is None else edges, values=values)

    def _attempts(self, scope: Scope, relation: Relation) -> range:
        """Once for plain numbers, twice for shapes, five times for sums of any length."""
        if not scope.shapes.order:
            return range(1)
        if scope.shapes.of:
            return range(2)
        if any(isinstance(n, tree.Limit | tree.Dots) for n in relation.walk()):
            return range(1)
        return range(5 if any(isinstance(n, tree.Series) for n in relation.walk()) else 2)

    def _choices(self, scope: Scope, body: Tree, attempt: int = 0) -> list[dict[str, int]]:
        """Every choice of what free indices count to; a few of them if there are many."""
        reach = {letter: self._reach(scope, body, letter, attempt) for letter in sorted(free_indices(scope, body))}
        every = [dict(zip(reach, counts, strict=True)) for counts in product(*reach.values())]
        return every[:: max(1, len(every) // GREATEST)] if len(every) > 2 * GREATEST else every

    def _reach(self, scope: Scope, body: Tree, letter: str, attempt: int) -> list[int]:
        if letter == "t" or _is_counted(scope, body, letter):
            return [1, 2, 3]
        size = 3
        sizes = scope.shapes.sizes(attempt, 3 if _has_dots(self.formula) else 1)
        for node in body.walk():
            if isinstance(node, Name) and Name(letter) in node.index:
                shape = scope.shapes.of.get(key(node)) or scope.shapes.of.get(f"\\mathbf{{{node.letter}}}")
                if node.bold and len(node.index) == 1:
                    shape = scope.shapes.of.get(f"\\mathbf{{{node.plain.upper()}}}") or shape
                family = scope.shapes.families.get(key(node))
                if family is not None and shape is None:
                    shape = (family, family)
                if shape is not None and key(node) not in scope.sequences:
                    root = scope.shapes.root(shape[min(node.index.index(Name(letter)), 1)])
                    size = root if isinstance(root, int) else sizes.get(root, 3)
        return list(range(1, size + 1))


def links(relation: Relation) -> Iterator[tuple[str, Tree, Tree]]:
    """The sign and the sides of every link of a chain."""
    yield from zip(relation.signs, relation.sides, relation.sides[1:], strict=False)


def free_indices(scope: Scope, body: Tree) -> set[str]:
    """The letters that count as subscripts in a relation and are bound by no sum, no size, no number."""
    found: set[str] = set()
    bound = {n.index for n in body.walk() if isinstance(n, tree.Series)}
    for node in body.walk():
        if isinstance(node, Name):
            found |= {n.letter for place in places(node) for n in place.walk() if isinstance(n, Name)}
        elif isinstance(node, tree.Entry):
            found |= {n.letter for place in node.index for n in place.walk() if isinstance(n, Name)}
    sizes = set(scope.shapes.named())
    return {letter for letter in found if letter not in bound | sizes and not scope.whole(letter)}


def _is_counted(scope: Scope, body: Tree, letter: str) -> bool:
    return any(
        isinstance(n, Name) and key(n) in scope.sequences and any(Name(letter) in p.walk() for p in n.index)
        for n in body.walk()
    )


def _has_dots(formula: Formula) -> bool:
    return any(isinstance(node, tree.Dots) for node in formula.walk())


# Heads


def _headed(side: Tree) -> tuple[Name | None, tuple[Tree, ...] | None]:
    """The name that a side consists of, and its parameters if it is f(x, y)."""
    if isinstance(side, Name):
        return side, None
    if isinstance(side, tree.Call) and isinstance(side.head, Name):
        names = [a for a in side.arguments if isinstance(a, Name)]
        plain = all(isinstance(a, Name | tree.Dots) and not getattr(a, "layer", None) for a in side.arguments)
        if plain and names and len(set(names)) == len(names):
            return side.head, side.arguments
    return None, None


def _base(head: Tree) -> Name:
    while isinstance(head, tree.Prime):
        head = head.head
    return head if isinstance(head, Name) else Name("")


def _primed_head(side: Tree) -> Name | None:
    """f of f'(x), y of y' and of dy/dx."""
    if isinstance(side, tree.Call) and isinstance(side.head, tree.Prime) and isinstance(side.head.head, Name):
        return side.head.head
    if isinstance(side, tree.Prime) and isinstance(side.head, Name):
        return side.head
    if isinstance(side, tree.Derivative):
        head = side.body.head if isinstance(side.body, tree.Call) else side.body
        return head if isinstance(head, Name) else None
    return None


def _is_self(name: Name, body: Tree) -> bool:
    """Whether a body names what it would define, other than at an earlier place."""
    for node in body.walk():
        if isinstance(node, Name) and key(node) == key(name) and places(node) == places(name):
            return True
    return False


def _overlap(one: Name, other: Name) -> bool:
    """Whether two names could be the same: s_i and s_2 are, w_{t+1} and the w_0 it starts from are not."""
    if len(places(one)) != len(places(other)):
        return False
    for a, b in zip(places(one), places(other), strict=True):
        numbers = [isinstance(p, tree.Number) for p in (a, b)]
        if a != b and (all(numbers) or (any(numbers) and any(isinstance(p, tree.Plus) for p in (a, b)))):
            return False
    return True


# O(…)


def _rest(side: Tree) -> list[Tree]:
    """The gauges of the O(…) among the terms of a side."""
    terms = side.terms if isinstance(side, tree.Plus) else (side,)
    inner = [t.body if isinstance(t, tree.Minus) else t for t in terms]
    return [t.body for t in inner if isinstance(t, tree.BigO)]


def _without_rest(side: Tree) -> Tree:
    terms = side.terms if isinstance(side, tree.Plus) else (side,)
    kept = tuple(
        t for t in terms if not isinstance(t.body if isinstance(t, tree.Minus) else t, tree.BigO)
    )
    return tree.Plus(kept) if kept else tree.Number(Fraction(0), "0")


def _with_rest(body: Tree, name: Name) -> Tree:
    """In a definition O(h⁴) is h⁴ times a function nothing is known of."""
    gauges = _rest(body)
    if not gauges:
        return body
    names = tuple(dict.fromkeys(n for g in gauges for n in g.walk() if isinstance(n, Name)))
    unknown = tree.Call(Name(f"\\text{{rest of {name.letter}}}"), names)
    return tree.Plus((_without_rest(body), *(tree.Times((g, unknown)) for g in gauges)))


def _antiderivative(side: Tree) -> tuple[Tree | None, tree.Integral] | None:
    """The integral without bounds that a side is, perhaps with a factor before it."""
    if isinstance(side, tree.Integral) and side.lower is None:
        return None, side
    if isinstance(side, tree.Times) and isinstance(side.factors[-1], tree.Integral) and side.factors[-1].lower is None:
        return tree.Times(side.factors[:-1]), side.factors[-1]
    return None


# Decimals


def _decimal(side: Tree) -> tuple[Fraction, Fraction] | None:
    """A written decimal and the unit of its last digit; for a bare 10⁻⁸, its exponent and 0."""
    if isinstance(side, tree.Minus):
        inner = _decimal(side.body)
        return None if inner is None or inner[1] == 0 else (-inner[0], inner[1])
    if isinstance(side, tree.Quantity):
        return _decimal(side.number)
    if isinstance(side, tree.Number):
        return side.value, Fraction(1, 10 ** len(side.digits.partition(".")[2]))
    exponent = _power_of_ten(side)
    if exponent is not None:
        return Fraction(exponent), Fraction(0)
    if isinstance(side, tree.Times) and len(side.factors) == 2 and isinstance(side.factors[0], tree.Number):
        exponent = _power_of_ten(side.factors[1])
        mantissa = _decimal(side.factors[0])
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


def _exactly(number: Fraction) -> Any:
    return mpf(number.numerator) / number.denominator


__all__ = ["Answer", "Area", "Decision", "free_indices"]
