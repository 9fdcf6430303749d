r"""Decide: one formula in its section: which relations define, which claim, and whether these hold.

The first `name = …` or `f(x) = …` of a section defines; only = defines. Everything
else is a claim: side against side, for every value of its free indices and for
several sizes of its dimensions.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import sympy

from claims.formula import compare, inequality, tree
from claims.formula.cases import compared
from claims.formula.compare import False_
from claims.formula.evidence import infer
from claims.formula.head import Heads, refuse_ambiguous, restricts
from claims.formula.link import Links
from claims.formula.matrix import Matrix
from claims.formula.refusal import Refusal, guarded
from claims.formula.sample import Where
from claims.formula.scope import Definition, Scope, key
from claims.formula.side import headed, links, with_rest
from claims.formula.tree import Formula, Name, Relation, Statement, Tree

# what is worked out, and never assumed
CALCULUS = (tree.Derivative, tree.Gradient, tree.Limit, tree.Integral)


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

    def __init__(
        self,
        scope: Scope,
        formula: Formula,
        line: int,
        latex: str,
        before: Tree | None = None,
        followed: bool = False,
        is_note: bool = False,
        links_: Links | None = None,
    ) -> None:
        self.scope = scope
        self.formula = formula
        self.line = line
        self.latex = latex
        self.before = before  # the last side of the formula that this one continues
        self.is_note = is_note  # a note assumes what it does not define
        self.links = links_ or Links(formula)
        self.heads = Heads(self.links, line, latex, followed=followed)
        self.answer = Answer(used=self.links.used)

    def run(self) -> Answer:
        """Decide all statements.

        Raises:
            False_: if a claim does not hold.
            Refusal: if one cannot be read or decided.
        """
        with guarded():
            infer(self.scope, self.formula)
            for statement in joined(self.scope, self.formula.statements):
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
        return Statement(
            (Relation(sides, first.signs), *statement.claims[1:]),
            statement.conditions,
            statement.kind,
        )

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
        return (
            statement.kind == "is"
            and first is not None
            and (self.heads.definition(self.scope, first[1], first[2], first[0]) is not None)
        )

    def _condition(self, scope: Scope, condition: Relation, where: Where) -> None:
        """Restrict the points, define, or send a letter to zero."""
        if condition.signs and condition.signs[0] == "→":
            self._goes(scope, condition, where)
            return
        if not condition.signs or condition.signs[0] in ("∈", ":"):
            if condition.signs and isinstance(condition.sides[1], tree.Row):
                self._interval(scope, condition, where)
            return
        meaning = self.links.tries.meaning(scope)
        for sign, left, right in links(condition):
            if sign == "=" and scope is not self.scope:
                self._anew(scope, left)
            definition = self.heads.definition(scope, left, right, sign)
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

    def _anew(self, scope: Scope, left: Tree) -> None:
        """Where a section says x = 2, “for x = 3” speaks of another x."""
        known = scope.defined(left) if isinstance(left, Name) else []
        if known and all(definition.is_value for definition in known):
            scope.definitions.pop(key(known[0].name))

    def _equation(self, left: Any, right: Any, where: Where) -> None:
        if isinstance(left, Matrix) or isinstance(right, Matrix):
            raise Refusal("an equation between vectors is no condition here")
        where.equations.append(compare.solved(where.applied(left), where.applied(right)))

    def _goes(self, scope: Scope, condition: Relation, where: Where) -> None:
        name, point = condition.sides[0], condition.sides[1]
        if isinstance(name, Name) and not isinstance(point, tree.Infinity):
            meaning = self.links.tries.meaning(scope)
            where.small.append((meaning.symbols(name), meaning.scalar(point)))

    def _interval(self, scope: Scope, condition: Relation, where: Where) -> None:
        items = condition.sides[1]
        assert isinstance(items, tree.Row)
        if len(items.items) != 2:
            raise Refusal("an interval has two ends")
        low, high = items.items
        self._condition(scope, Relation((low, condition.sides[0], high), ("<", "<")), where)

    def _claim(
        self, scope: Scope, claim: Relation, where: Where, conditions: tuple[Relation, ...]
    ) -> None:
        """Define with the first link if it can, and decide all others."""
        self.answer.last = claim.sides[-1]
        if not claim.signs or claim.signs[0] in ("∈", ":"):
            self._read(scope, claim)
            return
        if claim.signs[0] == "→":
            self._arrow(scope, claim, where, conditions)
            return
        refuse_ambiguous(scope, claim)
        todo = list(links(claim))
        definition = self.heads.definition(scope, todo[0][1], todo[0][2], todo[0][0])
        if definition is not None:
            self._define(scope, definition, where, conditions)
            todo = todo[1:]
        elif self.is_note and not scope.definitions.get(key(headed(claim.sides[0])[0] or Name(""))):
            if not any(isinstance(part, CALCULUS) for part in claim.walk()):
                if self._holds(scope, todo, where):
                    self.answer.verified += len(todo)
                else:
                    self.scope.assumptions.append(claim)
                return
        elif self.heads.is_condition(scope, claim):
            self.answer.assumed = True
            return
        elif self.heads.is_unknown_head(scope, claim):
            todo = self.heads.after_head(scope, claim, todo)
        todo = self.heads.without_words(scope, todo)
        for sign, left, right in todo:
            if sign == "→":
                self._limit_link(scope, left, right, where, conditions)
            else:
                self.links.check(scope, sign, left, right, where)
        self.answer.verified += len(todo)

    def _holds(self, scope: Scope, todo: list[tuple[str, Tree, Tree]], where: Where) -> bool:
        """Whether what a note says is so everywhere: then it is a claim, and nothing to assume."""
        with suppress(False_, Refusal):
            for sign, left, right in todo:
                self.links.check(scope, sign, left, right, where)
            return True
        return False

    def _read(self, scope: Scope, claim: Relation) -> None:
        """An expression without relation claims nothing, but it must have a meaning."""
        self.answer.assumed = True

    def _arrow(
        self, scope: Scope, claim: Relation, where: Where, conditions: tuple[Relation, ...]
    ) -> None:
        """f(x) → b as x → a is a limit; h → 0 alone claims nothing."""
        going = [c for c in conditions if c.signs and c.signs[0] == "→"]
        if not going:
            if len(claim.sides) == 2 and isinstance(claim.sides[0], Name):
                self.answer.assumed = True
                return
            raise Refusal(
                "→ claims a limit: as which letter goes where? Write \\lim, or “as x → 0”"
            )
        self._limit_link(scope, claim.sides[0], claim.sides[1], where, conditions)
        self.answer.verified += 1

    def _limit_link(
        self, scope: Scope, left: Tree, right: Tree, where: Where, conditions: tuple[Relation, ...]
    ) -> None:
        """a → b as x → c is lim a = b."""
        going = [c for c in conditions if c.signs and c.signs[0] == "→"]
        if not going:
            raise Refusal(
                "→ claims a limit: as which letter goes where? Write \\lim, or “as x → 0”"
            )
        body = tree.Limit(going[0].sides[0], going[0].sides[1], "", left)
        self.links.check(scope, "=", body, right, where)

    def _define(
        self, scope: Scope, definition: Definition, where: Where, conditions: tuple[Relation, ...]
    ) -> None:
        """Enter a definition; under a condition it holds there only."""
        body = definition.body
        restricting = tuple(
            c for c in conditions if c.signs and c.signs[0] in ("<", ">", "≤", "≥", "≠")
        )
        if restricting:
            definition.body = tree.Cases((body,), (restricting,), partial=True)
        definition.body = with_rest(definition.body, definition.name)
        primed = scope.defined(definition.name, primes=1)
        scope.define(definition)
        definition.used = scope is not self.scope
        self.answer.definitions.append(definition)
        if primed and definition.parameters is not None:
            left = tree.Call(
                tree.Prime(definition.name, tree.Number(Fraction(1), "1")), definition.parameters
            )
            primed_call = tree.Call(definition.name, definition.parameters)
            self.links.check(
                scope,
                "=",
                left,
                tree.Derivative(primed_call, ((definition.parameters[0], 1),), False),
                where,
            )

    def _equivalence(self, scope: Scope, claims: tuple[Relation, ...], where: Where) -> None:
        meaning = self.links.tries.meaning(scope)
        sides = [
            [compared(sign, meaning.scalar(a), meaning.scalar(b)) for sign, a, b in links(claim)]
            for claim in claims
        ]
        if any(isinstance(c, sympy.Eq) for conditions in sides for c in conditions):
            raise Refusal("⇔ is checked between inequalities: write equations as claims")
        inequality.equivalent(sides, where)
        self.answer.verified += 1
        self.links.used += meaning.looked_up


def joined(scope: Scope, statements: tuple[Statement, ...]) -> Iterator[Statement]:
    """Statements with the conditions that stand behind a comma: for u > 0, k > 0."""
    last: Statement | None = None
    for statement in statements:
        alone = statement.kind == "is" and not statement.conditions
        if last and last.conditions and alone and restricts(scope, statement.claims[0]):
            last = replace(last, conditions=(*last.conditions, *statement.claims))
            continue
        if last:
            yield last
        last = statement
    if last:
        yield last
