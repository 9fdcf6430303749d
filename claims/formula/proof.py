"""Proof: by algebra, and not at points, that a formula which passed is true.

Only for mutants: whether a survivor counts against the checker must not be
decided by the checker's own random points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy

from claims.formula import tree
from claims.formula.compare import False_
from claims.formula.decide import Decision, joined
from claims.formula.evidence import gather, infer_all
from claims.formula.link import Links
from claims.formula.matrix import Matrix, Scaled, same_shape
from claims.formula.meaning import Meaning
from claims.formula.refusal import Refusal
from claims.formula.sample import Where
from claims.formula.side import antiderivative, rest_of, without_rest
from claims.formula.smallness import approached
from claims.formula.statement import read_formula
from claims.formula.tree import Formula, Relation, Statement, Tree
from claims.formula.unknown import Approach, Split

if TYPE_CHECKING:
    from claims.formula.mutant import Mutant
    from claims.formula.section import Entry

Expr = Any
Bound = tuple[str, Expr, Expr, Where]
HIGHEST = 8


def is_proved(mutant: Mutant) -> bool:
    """Whether every claim of a mutant follows by algebra, or from its original."""
    entry = mutant.entry
    if entry.scope is None or entry.formula is None:
        return False
    scope = entry.scope.child(entry.scope.level)
    formula = read_formula(mutant.latex, frozenset(entry.scope.functions))
    gather(scope, formula)
    infer_all(scope, [formula])
    if _is_restricted(*(list(joined(scope, f.statements)) for f in (entry.formula, formula))):
        return True
    proof = _Proof(formula)
    proof.bounds = _bounds(entry)
    try:
        Decision(scope, formula, 1, mutant.latex, entry.before, entry.followed, links_=proof).run()
    except (Refusal, False_):
        return False
    return True


def _is_restricted(original: list[Statement], mutant: list[Statement]) -> bool:
    """Whether a mutant claims the same under a condition that says more: x > 1 for x > 0."""
    if len(original) != 1 or len(mutant) != 1:
        return False
    one, other = original[0], mutant[0]
    pairs = list(zip(one.conditions, other.conditions, strict=False))
    return (
        one.claims == other.claims
        and len(one.conditions) == len(other.conditions)
        and all(a == b or _is_narrower(a, b) for a, b in pairs)
    )


def _is_narrower(wide: Relation, narrow: Relation) -> bool:
    """Whether narrow says x > 1 where wide says x > 0."""
    if wide.signs != narrow.signs or len(wide.signs) != 1 or wide.sides[0] != narrow.sides[0]:
        return False
    ends = [r.sides[1] for r in (wide, narrow)]
    if not all(isinstance(e, tree.Number) for e in ends):
        return False
    low, high = (e.value for e in ends if isinstance(e, tree.Number))
    return (
        high >= low
        if wide.signs[0] in (">", "≥")
        else high <= low
        if wide.signs[0] in ("<", "≤")
        else False
    )


def _bounds(entry: Entry) -> list[Bound]:
    """The links of the original, which were verified."""
    assert entry.scope is not None
    assert entry.formula is not None
    recorder = _Recorder(entry.formula)
    scope = entry.scope.child(entry.scope.level)
    try:
        Decision(
            scope, entry.formula, 1, entry.latex, entry.before, entry.followed, links_=recorder
        ).run()
    except (Refusal, False_):
        return []
    return recorder.found


class _Recorder(Links):
    """Links that notes what is verified and believes it; of O(…), the difference and the gauge."""

    def __init__(self, formula: Formula) -> None:
        super().__init__(formula)
        self.found: list[Bound] = []

    def decide(self, meaning: Meaning, sign: str, left: Tree, right: Tree, where: Where) -> None:
        gauges = [*rest_of(left), *rest_of(right)]
        if gauges:
            sides = meaning.of(without_rest(left)), meaning.of(without_rest(right))
            gauge = meaning.scalar(gauges[0])
            self.found += [("O", a - b, gauge, where) for a, b in _pairs(*sides)]
        elif sign != "≈" and not antiderivative(left) and not antiderivative(right):
            self.found.append((sign, *self.sides(meaning, left, right), where))


class _Proof(Links):
    """Links in which equality is an identity of SymPy's."""

    bounds: list[Bound]

    def decide(self, meaning: Meaning, sign: str, left: Tree, right: Tree, where: Where) -> None:
        integral = antiderivative(left) or antiderivative(right)
        if sign == "≈":
            super().decide(meaning, sign, left, right, where)  # rounding is arithmetic
        elif sign != "=":
            self._ordered(meaning, sign, left, right, where)
        elif integral:
            factor, body = integral
            other = right if antiderivative(left) else left
            slope = meaning.of(tree.Derivative(tree.Plus((other,)), ((body.variable, 1),), False))
            inner = meaning.of(body.body) * (1 if factor is None else meaning.of(factor))
            _must(vanishes_identically(inner - slope))
        elif rest_of(left) or rest_of(right):
            self._orders(meaning, left, right, where)
        else:
            sides = self.sides(meaning, left, right)
            if (sign, *sides, where) in self.bounds:
                return  # a link that the mutant has from its original
            for a, b in _pairs(*sides):
                _must(
                    vanishes_identically(
                        where.applied(a) - where.applied(b), where.applied(a), where.applied(b)
                    )
                )

    def _ordered(self, meaning: Meaning, sign: str, left: Tree, right: Tree, where: Where) -> None:
        """An inequality is proved if SymPy knows its sign, or if its original says more."""
        a, b = self.sides(meaning, left, right)
        known = {
            "≤": (b - a).is_nonnegative,
            "<": (b - a).is_positive,
            "≥": (a - b).is_nonnegative,
            ">": (a - b).is_positive,
        }
        bounds = [bound for bound in self.bounds if bound[3] == where]
        _must(bool(known.get(sign)) or any(_says_more(bound, sign, a, b) for bound in bounds))

    def _orders(self, meaning: Meaning, left: Tree, right: Tree, where: Where) -> None:
        gauge = meaning.scalar([*rest_of(left), *rest_of(right)][0])
        t = sympy.Dummy(real=True)
        for a, b in _pairs(meaning.of(without_rest(left)), meaning.of(without_rest(right))):
            known = [bound for bound in self.bounds if bound[0] == "O" and bound[1] == a - b]
            if not any(_is_finer(bound[2], gauge, t, where) for bound in known):
                below, above = (approached(e, gauge, t, where) for e in (gauge, a - b))
                _must(order(above, t) >= order(below, t))


def _is_finer(one: Expr, other: Expr, t: Expr, where: Where) -> bool:
    """Whether O(one) says as much as O(other)."""
    if one.free_symbols != other.free_symbols:
        return False
    lower, upper = (order(approached(e, other, t, where), t) for e in (other, one))
    return lower <= upper


def _says_more(bound: Bound, sign: str, a: Expr, b: Expr) -> bool:
    """Whether a ≤ b follows from a verified inequality between lesser sides."""
    known, left, right, _ = bound
    if known in ("≥", ">"):
        left, right = right, left
    if sign in ("≥", ">"):
        a, b = b, a
    if known not in ("<", ">", "≤", "≥"):
        return False
    strict = sign in ("<", ">") and known in ("≤", "≥")
    return not strict and bool((left - a).is_nonnegative) and bool((b - right).is_nonnegative)


def _must(proved: bool) -> None:
    if not proved:
        raise Refusal("not proved")


def _pairs(left: Any, right: Any) -> list[tuple[Expr, Expr]]:
    left, right = same_shape(left, right)
    if isinstance(left, Scaled):
        left, right = left.factor, right.factor
    if isinstance(left, Matrix):
        return list(zip(left.entries, right.entries, strict=True))
    return [(left, right)]


def vanishes_identically(expr: Expr, *sides: Expr) -> bool:
    """Whether an expression is zero, by expansion or simplification; or its two sides are both infinite."""
    expr = sympy.sympify(expr)
    expr = _without_limits(expr)
    if sympy.oo in sides and len(sides) == 2:
        return all(
            s == sympy.oo or (isinstance(s, Approach) and limit_of(s) == sympy.oo) for s in sides
        )
    if expr == 0 or sympy.expand(expr) == 0:
        return True
    return bool(sympy.simplify(sympy.together(expr)) == 0)


def _without_limits(expr: Expr) -> Expr:
    """An expression with its limits taken, the outermost first."""
    for limit in sorted(expr.atoms(Approach), key=sympy.count_ops, reverse=True):
        if expr.has(limit):
            expr = expr.xreplace({limit: limit_of(limit)})
    return expr


def limit_of(limit: Expr) -> Expr:
    """A limit: at a finite point by l'Hôpital's rule, or else by SymPy's from each side."""
    body, variable, point, side = limit.args
    body = _close_to(body, variable, point)
    if side == 0 and point not in (sympy.oo, -sympy.oo):
        found = _by_slopes(body, variable, point)
        if found is not None:
            return found
    sides = {0: "+-", 1: "+", -1: "-"}[int(side)] if point.is_finite else "-"
    try:
        found = {sympy.limit(body, variable, point, sign) for sign in sides}
    except (NotImplementedError, sympy.PoleError) as error:
        raise Refusal("not proved") from error
    if len(found) > 1:
        raise Refusal("not proved")
    return found.pop()


def _close_to(body: Expr, variable: Expr, point: Expr) -> Expr:
    """A function by cases x ≠ 0 and x = 0 is the first, close to 0; limits within it are taken."""
    body = _without_limits(body)
    for split in body.atoms(Split):
        value, condition = split.args[0]
        if condition == sympy.Ne(variable, point):
            body = body.xreplace({split: value})
    return body


def _by_slopes(body: Expr, variable: Expr, point: Expr) -> Expr | None:
    """The quotient of the first slopes that do not both vanish."""
    above, below = sympy.fraction(sympy.together(body))
    for _ in range(HIGHEST):
        top, bottom = (sympy.expand(e.subs(variable, point)) for e in (above, below))
        if sympy.nan in (top, bottom):
            return None
        if bottom != 0:
            return top / bottom
        if top != 0:
            raise Refusal("not proved")
        above, below = above.diff(variable), below.diff(variable)
    raise Refusal("not proved")


def order(expr: Expr, small: Expr) -> int:
    """With which power of a small letter an expression vanishes, by its derivatives at zero."""
    above, below = sympy.fraction(sympy.together(sympy.sympify(expr)))
    return _order(above, small) - _order(below, small)


def _order(expr: Expr, small: Expr) -> int:
    for power in range(HIGHEST + 4):
        if sympy.expand(expr.subs(small, 0)) != 0:
            return power
        expr = expr.diff(small)
    return HIGHEST + 4
