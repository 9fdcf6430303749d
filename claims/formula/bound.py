r"""Bound: what runs over a letter: sums and products, limits, integrals, a maximum."""

from __future__ import annotations

from dataclasses import replace

import sympy
from sympy import Integer

from claims.formula import matrix, tree
from claims.formula.matrix import Matrix, Scaled, Value
from claims.formula.meaning import Expr, Meaning, rule
from claims.formula.refusal import Refusal
from claims.formula.scope import key
from claims.formula.tree import Name
from claims.formula.unknown import Approach, Area, Best, Place, endless

ENDLESS = 400


@rule(tree.Series)
def _series(meaning: Meaning, body: tree.Series) -> Value:
    lower = 1 if body.lower is None else meaning.whole(body.lower)
    if isinstance(body.upper, tree.Infinity):
        return _endless(meaning, body, lower)
    upper = _span(meaning, body) if body.upper is None else meaning.whole(body.upper)
    skipped = None if body.other is None else meaning.whole(body.other)
    counts = [k for k in range(lower, upper + 1) if k != skipped]
    if len(counts) > ENDLESS:
        raise Refusal(f"a sum of {len(counts)} terms")
    total: Value = Integer(1 if body.product else 0)
    for place, k in enumerate(counts):
        value = meaning.with_env(body.index, k, body.body)
        combine = matrix.multiplied if body.product else matrix.added
        total = value if place == 0 else combine(total, value)
    return total


def _span(meaning: Meaning, body: tree.Series) -> int:
    """How far an index without bounds goes: as far as what it counts."""
    for node in body.body.walk():
        if isinstance(node, Name) and Name(body.index) in node.index:
            family = meaning.scope.shapes.families.get(key(node))
            shape = meaning.shape(node) or (None if family is None else (family, family))
            if shape is not None and key(node) not in meaning.scope.sequences:
                return meaning.size(shape[min(node.index.index(Name(body.index)), 1)])
            found = meaning.scope.whole(node.letter)
            if found and found[0].parameters is None:
                value = meaning.name(Name(node.letter))
                if isinstance(value, Matrix):
                    return value.shape[0]
    return 3


def _endless(meaning: Meaning, body: tree.Series, lower: int) -> Value:
    if body.product:
        raise Refusal("an infinite product")
    terms: dict[int, Expr] = {}

    def term(k: int) -> Expr:
        if k not in terms:
            terms[k] = meaning.with_env(body.index, k + lower, body.body)
        return terms[k]

    symbols = tuple(sorted(set().union(*(term(k).free_symbols for k in range(4))), key=str))
    function_names = {s for s in symbols if s.name.startswith("⟨")}
    own = tuple(s for s in symbols if s not in function_names)
    kept, env = meaning.kept, dict(meaning.env)

    def later(k: int) -> Expr:
        before = meaning.kept, meaning.env
        meaning.kept, meaning.env = kept, dict(env)
        try:
            return term(k)
        finally:
            meaning.kept, meaning.env = before

    return endless(own, later)(*own)


@rule(tree.Limit)
def _limit(meaning: Meaning, body: tree.Limit) -> Value:
    if not isinstance(body.variable, Name):
        raise Refusal("a limit is taken in a name")
    if (series := _partial_sums(body)) is not None:
        return meaning.of(replace(series, upper=body.point))
    if any(d.parameters is not None for d in meaning.scope.defined(body.variable)):
        raise Refusal(
            f"{body.variable.letter} is a function: a limit is taken in what it depends on"
        )
    address = meaning.address(body.variable)
    own = meaning.symbols(body.variable)
    if isinstance(own, Matrix):
        raise Refusal("a limit in a vector")
    side = {"+": 1, "-": -1, "": 0}[body.side]
    point = meaning.scalar(body.point)
    value = meaning.keeping(frozenset([address]), body.body)
    dummy = sympy.Dummy(real=True)

    def approach(expr: Expr) -> Expr:
        if own not in expr.free_symbols:
            return expr
        return Approach(expr.xreplace({own: dummy}), dummy, point, Integer(side))

    return value.map(approach) if isinstance(value, Matrix) else approach(value)


def _partial_sums(body: tree.Limit) -> tree.Series | None:
    """The series whose partial sums go to their limit."""
    series = body.body
    if not isinstance(series, tree.Series) or not isinstance(body.point, tree.Infinity):
        return None
    runs = series.upper == body.variable and body.variable not in series.body.walk()
    return series if runs else None


@rule(tree.Integral)
def _integral(meaning: Meaning, body: tree.Integral) -> Value:
    if body.lower is None or body.upper is None:
        raise Refusal("an antiderivative stands alone on its side: ∫ f dx = F + C")
    assert isinstance(body.variable, Name)
    own = meaning.symbols(body.variable)
    value = meaning.keeping(frozenset([meaning.address(body.variable)]), body.body)
    dummy = sympy.Dummy(real=True)
    return Area(
        value.xreplace({own: dummy}), dummy, meaning.scalar(body.lower), meaning.scalar(body.upper)
    )


@rule(tree.Extreme)
def _extreme(meaning: Meaning, body: tree.Extreme) -> Value:
    if body.variable is not None:
        return _best(meaning, body)
    function = sympy.Max if body.word == "max" else sympy.Min
    items = [meaning.of(item) for item in body.items]
    matrices = [item for item in items if isinstance(item, Matrix)]
    if not matrices:
        return function(*items)
    if len(matrices) > 1:
        raise Refusal("the maximum of two vectors")
    others = [item for item in items if not isinstance(item, Matrix)]
    return matrices[0].map(lambda entry: function(entry, *others))


def _best(meaning: Meaning, body: tree.Extreme) -> Value:
    """The largest or smallest value over a letter, or its place."""
    assert body.variable is not None
    if not isinstance(body.variable, Name):
        raise Refusal("a maximum is taken over a name")
    own = meaning.symbols(body.variable)
    value = meaning.keeping(frozenset([meaning.address(body.variable)]), body.items[0])
    if isinstance(own, Matrix) or isinstance(value, Matrix | Scaled):
        raise Refusal("a maximum over a vector is not checked")
    dummy = sympy.Dummy(real=True)
    kind = Place if body.word.startswith("arg") else Best
    sign = 1 if body.word.endswith("max") else -1
    return kind(value.xreplace({own: dummy}), dummy, Integer(sign))
