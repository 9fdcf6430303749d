"""Matrix: entries in rows. SymPy's own does more and takes ten times as long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sympy import Add

from claims.formula.refusal import Refusal

Expr = Any  # a SymPy expression; SymPy has no types


@dataclass(frozen=True)
class Matrix:
    """A matrix of expressions; a vector is one column. `flat` if written as a list (a, b)."""

    rows: tuple[tuple[Expr, ...], ...]
    flat: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.rows), len(self.rows[0])

    @property
    def entries(self) -> tuple[Expr, ...]:
        """All entries, row by row."""
        return tuple(entry for row in self.rows for entry in row)

    def map(self, function: Callable[[Expr], Expr]) -> Matrix:
        """The function of every entry."""
        return Matrix(
            tuple(tuple(function(entry) for entry in row) for row in self.rows), self.flat
        )

    def transposed(self) -> Matrix:
        """Rows as columns. A list (a, b) with a T is how a column is written in a line."""
        if self.flat:
            return Matrix(self.rows)
        return Matrix(tuple(zip(*self.rows, strict=True)))

    def __iter__(self) -> Iterator[tuple[Expr, ...]]:
        return iter(self.rows)


@dataclass(frozen=True)
class Scaled:
    """A multiple of the identity, whose size its surroundings say."""

    factor: Expr

    def sized(self, size: int) -> Matrix:
        """The matrix of this size."""
        return Matrix(
            tuple(
                tuple(self.factor if i == j else 0 * self.factor for j in range(size))
                for i in range(size)
            )
        )


Value = Any  # an expression, a Matrix or a Scaled


def column(entries: list[Expr], *, flat: bool = False) -> Matrix:
    """A vector."""
    return Matrix(tuple((entry,) for entry in entries), flat)


def unwrapped(matrix: Matrix) -> Value:
    """A matrix of one entry is that entry."""
    return matrix.rows[0][0] if matrix.shape == (1, 1) else matrix


def same_shape(a: Value, b: Value) -> tuple[Value, Value]:
    """Both as they can be added or compared, the identity at its size."""
    if isinstance(a, Scaled) and isinstance(b, Matrix):
        a = a.sized(b.shape[0])
    if isinstance(b, Scaled) and isinstance(a, Matrix):
        b = b.sized(a.shape[0])
    if isinstance(a, Matrix) and isinstance(b, Matrix) and a.shape != b.shape:
        raise Refusal(f"shapes {_named(a)} and {_named(b)} do not fit")
    return a, b


def _named(matrix: Matrix) -> str:
    return "×".join(map(str, matrix.shape))


def added(a: Value, b: Value) -> Value:
    """a + b; a number is added to every entry."""
    a, b = same_shape(a, b)
    if isinstance(a, Scaled) and isinstance(b, Scaled):
        return Scaled(a.factor + b.factor)
    if isinstance(a, Scaled) or isinstance(b, Scaled):
        raise Refusal("a number is added to a matrix")
    if isinstance(a, Matrix) and isinstance(b, Matrix):
        return Matrix(
            tuple(tuple(map(sum, zip(r, s, strict=True))) for r, s in zip(a, b, strict=True))
        )
    if isinstance(a, Matrix) or isinstance(b, Matrix):
        return _broadcast(a, b)
    return a + b


def _broadcast(a: Value, b: Value) -> Matrix:
    matrix, number = (a, b) if isinstance(a, Matrix) else (b, a)
    if not number.is_number:
        raise Refusal(f"a scalar is added to a {_named(matrix)} matrix")
    return matrix.map(lambda entry: entry + number)


def multiplied(a: Value, b: Value) -> Value:
    """The product of matrices, or of a scalar and anything."""
    if isinstance(a, Scaled):
        return _times(b, a.factor) if not isinstance(b, Scaled) else Scaled(a.factor * b.factor)
    if isinstance(b, Scaled):
        return Scaled(a * b.factor) if not isinstance(a, Matrix) else _times(a, b.factor)
    if isinstance(a, Matrix) and isinstance(b, Matrix):
        return unwrapped(_matmul(a, b))
    if isinstance(a, Matrix):
        return _times(a, b)
    return _times(b, a)


def _times(a: Value, factor: Expr) -> Value:
    if isinstance(a, Matrix):
        return a.map(lambda entry: factor * entry)
    return Scaled(a * factor) if isinstance(factor, Scaled) else a * factor


def _matmul(a: Matrix, b: Matrix) -> Matrix:
    if a.shape[1] != b.shape[0]:
        raise Refusal(f"a {_named(a)} matrix does not multiply a {_named(b)} one")
    columns = list(zip(*b.rows, strict=True))
    return Matrix(
        tuple(
            tuple(Add(*(x * y for x, y in zip(row, col, strict=True))) for col in columns)
            for row in a
        )
    )


def elementwise(a: Value, b: Value) -> Value:
    """Entry times entry."""
    a, b = same_shape(a, b)
    if not isinstance(a, Matrix) or not isinstance(b, Matrix):
        raise Refusal(
            "⊙ stands between two vectors or matrices: give their shapes, <!-- math: z 3x1 -->"
        )
    return Matrix(
        tuple(tuple(x * y for x, y in zip(r, s, strict=True)) for r, s in zip(a, b, strict=True))
    )


def determinant(a: Value) -> Expr:
    """By the first row; sizes here are small."""
    rows = square(a).rows
    if len(rows) == 1:
        return rows[0][0]
    return sum(
        (-1) ** j * entry * determinant(_minor(rows, 0, j)) for j, entry in enumerate(rows[0])
    )


def _minor(rows: tuple[tuple[Expr, ...], ...], i: int, j: int) -> Matrix:
    return Matrix(tuple((*row[:j], *row[j + 1 :]) for k, row in enumerate(rows) if k != i))


def inverse(a: Value) -> Value:
    """The adjugate over the determinant."""
    if isinstance(a, Scaled):
        return Scaled(1 / a.factor)
    rows, det = square(a).rows, determinant(a)
    size = range(len(rows))
    return Matrix(
        tuple(
            tuple((-1) ** (i + j) * determinant(_minor(rows, j, i)) / det for j in size)
            for i in size
        )
    )


def trace(a: Value) -> Expr:
    """The sum of the diagonal."""
    if not isinstance(a, Matrix | Scaled):
        return a
    rows = square(a).rows
    return sum(rows[i][i] for i in range(len(rows)))


def square(a: Value) -> Matrix:
    """The same, if it is square."""
    if isinstance(a, Scaled):
        raise Refusal("the identity has no size here: write I_n")
    if not isinstance(a, Matrix):
        return Matrix(((a,),))
    if a.shape[0] != a.shape[1]:
        raise Refusal(f"a {_named(a)} matrix is not square")
    return a


def diagonal(a: Value) -> Matrix:
    """The matrix with this vector on its diagonal."""
    if not isinstance(a, Matrix) or a.shape[1] != 1:
        raise Refusal("diag takes a vector: give its shape, <!-- math: s 3x1 -->")
    entries = a.entries
    return Matrix(
        tuple(
            tuple(e if i == j else 0 * e for j in range(len(entries)))
            for i, e in enumerate(entries)
        )
    )


def entries_of(value: Value) -> list[Expr]:
    """The entries of a vector or a matrix, or the one number there is."""
    return list(value.entries) if isinstance(value, Matrix) else [value]


def mapped(value: Value, function: Callable[[Expr], Expr]) -> Value:
    """The function of a value, of a matrix entry by entry."""
    if isinstance(value, Scaled):
        return Scaled(function(value.factor))
    return value.map(function) if isinstance(value, Matrix) else function(value)
