r"""Arithmetic: what sums, products, powers, roots, norms and matrices mean, entry by entry."""

from __future__ import annotations

import sympy
from sympy import Integer, Rational

from claims.formula import matrix, tree
from claims.formula.matrix import Matrix, Scaled, Value
from claims.formula.meaning import Meaning, entry_at, rule
from claims.formula.refusal import Refusal
from claims.formula.tree import Name, Tree


@rule(tree.Number)
def _number(meaning: Meaning, body: tree.Number) -> Value:
    return Rational(body.value.numerator, body.value.denominator)


@rule(tree.Infinity)
def _infinity(meaning: Meaning, body: tree.Infinity) -> Value:
    return sympy.oo


@rule(tree.Quantity)
def _quantity(meaning: Meaning, body: tree.Quantity) -> Value:
    from claims.formula.unit import unit

    number = meaning.of(body.number)
    return number * unit(body.unit) if meaning.units else number


@rule(tree.Plus)
def _plus(meaning: Meaning, body: tree.Plus) -> Value:
    terms = [meaning.of(term) for term in body.terms]
    if not any(isinstance(term, Matrix | Scaled) for term in terms):
        return sympy.Add(*terms)
    total = terms[0]
    for term in terms[1:]:
        total = matrix.added(total, term)
    return total


@rule(tree.Minus)
def _minus(meaning: Meaning, body: tree.Minus) -> Value:
    return matrix.multiplied(Integer(-1), meaning.of(body.body))


@rule(tree.Times)
def _times(meaning: Meaning, body: tree.Times) -> Value:
    if tree.Dots() in body.factors:
        from claims.formula.dotted import dotted_product

        return dotted_product(meaning, body)
    product = meaning.of(body.factors[0])
    for factor in body.factors[1:]:
        product = matrix.multiplied(product, meaning.of(factor))
    return product


@rule(tree.Elementwise)
def _elementwise(meaning: Meaning, body: tree.Elementwise) -> Value:
    left, right = meaning.of(body.left), meaning.of(body.right)
    if not isinstance(left, Matrix) and not isinstance(right, Matrix):
        return left * right
    return matrix.elementwise(left, right)


@rule(tree.Over)
def _over(meaning: Meaning, body: tree.Over) -> Value:
    bottom = meaning.scalar(body.bottom)
    if bottom == 0:
        raise Refusal("a division by zero")
    return matrix.multiplied(1 / bottom, meaning.of(body.top))


@rule(tree.Power)
def _power(meaning: Meaning, body: tree.Power) -> Value:
    base = sympy.E if _is_euler(meaning, body.base) else meaning.of(body.base)
    exponent = meaning.scalar(body.exponent)
    if not isinstance(base, Matrix | Scaled):
        return base**exponent
    if isinstance(base, Matrix) and base.shape[1] == 1 and base.shape[0] > 1:
        raise Refusal("a power of a vector: write ‖x‖², xᵀx or x ⊙ x")
    if not exponent.is_Integer or abs(exponent) > 6:
        raise Refusal("a matrix has whole powers only")
    if exponent == 0:
        return Scaled(Integer(1))
    return _repeated(matrix.inverse(base) if exponent < 0 else base, abs(int(exponent)))


def _is_euler(meaning: Meaning, base: Tree) -> bool:
    """The e of eˣ, even where e has another meaning of its own: an exponent is no square."""
    return base == Name("e") and not meaning.scope.defined(base) and not meaning._is_variable(base)


def _repeated(base: Value, count: int) -> Value:
    product = base
    for _ in range(count - 1):
        product = matrix.multiplied(product, base)
    return product


@rule(tree.Root)
def _root(meaning: Meaning, body: tree.Root) -> Value:
    radicand = meaning.scalar(body.body)
    if body.degree % 2 and not radicand.is_positive:
        return sympy.sign(radicand) * sympy.Abs(radicand) ** Rational(1, body.degree)
    return radicand ** Rational(1, body.degree)


@rule(tree.Factorial)
def _factorial(meaning: Meaning, body: tree.Factorial) -> Value:
    return sympy.factorial(meaning.scalar(body.body))


@rule(tree.Transpose)
def _transpose(meaning: Meaning, body: tree.Transpose) -> Value:
    value = meaning.of(body.body)
    return value.transposed() if isinstance(value, Matrix) else value


@rule(tree.Absolute)
def _absolute(meaning: Meaning, body: tree.Absolute) -> Value:
    value = meaning.of(body.body)
    if isinstance(value, Matrix):
        if value.shape[1] == 1:
            raise Refusal("|…| of a vector: write ‖…‖")
        return matrix.determinant(value)
    return sympy.Abs(value)


@rule(tree.Norm)
def _norm(meaning: Meaning, body: tree.Norm) -> Value:
    value = meaning.of(body.body)
    if not isinstance(value, Matrix):
        value = Matrix(((value,),))
    if body.kind == "1" and value.shape[1] == 1:
        return sympy.Add(*(sympy.Abs(entry) for entry in value.entries))
    if body.kind == "infty" and value.shape[1] == 1:
        return sympy.Max(*(sympy.Abs(entry) for entry in value.entries))
    if body.kind not in ("", "2", "F") or (
        body.kind != "F" and value.shape[1] > 1 and value.shape[0] > 1
    ):
        raise Refusal("which norm is this? Of a matrix, write ‖A‖_F")
    return sympy.sqrt(sympy.Add(*(entry**2 for entry in value.entries)))


@rule(tree.Row)
def _row(meaning: Meaning, body: tree.Row) -> Value:
    from claims.formula.dotted import listed

    entries = listed(meaning, body.items)
    if any(isinstance(entry, Matrix | Scaled) for entry in entries):
        raise Refusal("a list of vectors")
    return matrix.column(entries, flat=True)


@rule(tree.Grid)
def _grid(meaning: Meaning, body: tree.Grid) -> Value:
    from claims.formula.dotted import grid

    return grid(meaning, body)


@rule(tree.Entry)
def _entry(meaning: Meaning, body: tree.Entry) -> Value:
    value = meaning.of(body.body)
    counted = [meaning.whole(place) for place in body.index]
    if not isinstance(value, Matrix):
        raise Refusal("a subscript under what has no entries")
    return entry_at(value, tuple(counted))
