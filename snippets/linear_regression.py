"""Linear regression: the mean squared error of X w, its gradient, its Hessian, its minimiser.

X has shape (N, d), a sample a row; w has shape (d,) and y (N,): a column of
shape (N, 1) is refused, because X w − y would be (N, N). What is
differentiated comes first: w, then X, y. Integers are converted, and float32
stays float32. A loss above the greatest float is inf. Text, bools, objects
and complex numbers are a TypeError; NaN, ∞, an empty array and a wrong shape
are a ValueError. Nothing given is changed.
"""

# --8<-- [start:imports]
from typing import Any

import numpy as np

Vector = Any
Matrix = Any


# --8<-- [end:imports]
# --8<-- [start:least_squares_loss]
def least_squares_loss(w: Vector, X: Matrix, y: Vector) -> Any:
    """L(w) = (1/N) ‖X w − y‖².

    Examples:
        >>> X, y = [[1, 0], [1, 1], [1, 2]], [1, 2, 4]
        >>> print(least_squares_loss([0, 0], X, y))
        7.0
    """
    w, X, y = _checked(w, X, y)
    with np.errstate(all="ignore"):  # a descent that diverges comes here
        r = X @ w - y
        return np.sum(r * (r / y.size))


# --8<-- [end:least_squares_loss]
# --8<-- [start:least_squares_gradient]
def least_squares_gradient(w: Vector, X: Matrix, y: Vector) -> Vector:
    """∇L(w) = (2/N) Xᵀ(X w − y), shape (d,): the residuals on each column.

    Examples:
        >>> X, y = [[1, 0], [1, 1], [1, 2]], [1, 2, 4]
        >>> print(least_squares_gradient([0, 0], X, y).round(4))
        [-4.6667 -6.6667]
    """
    w, X, y = _checked(w, X, y)
    with np.errstate(over="ignore", invalid="ignore"):
        return X.T @ (X @ w - y) * (2 / y.size)


# --8<-- [end:least_squares_gradient]
# --8<-- [start:least_squares_hessian]
def least_squares_hessian(X: Matrix) -> Matrix:
    """H = (2/N) XᵀX, shape (d, d): constant in w, positive semidefinite.

    Examples:
        >>> print(least_squares_hessian([[1, 0], [1, 1], [1, 2]]).round(4))
        [[2.     2.    ]
         [2.     3.3333]]
    """
    X = _real("X", X, 2)
    with np.errstate(over="ignore", invalid="ignore"):
        return X.T @ X * (2 / len(X))


# --8<-- [end:least_squares_hessian]
# --8<-- [start:fit]
def fit(X: Matrix, y: Vector) -> Vector:
    """The w that minimises L, from the singular values of X.

    Solving XᵀX w = Xᵀy instead would square the condition number. Where the
    columns of X are dependent, to rounding, many w do as well; this is the
    one of least norm.

    Source:
        Golub and Van Loan, Matrix Computations, 4th ed., §5.5.

    Examples:
        >>> print(fit([[1, 0], [1, 1], [1, 2]], [1, 2, 4]).round(4))
        [0.8333 1.5   ]
    """
    X = _real("X", X, 2)
    y = _fitting("y", y, X, X.shape[:1])
    w: Vector = np.linalg.lstsq(X, y)[0]
    return w


# --8<-- [end:fit]
# --8<-- [start:design_matrix]
def design_matrix(x: Any) -> Matrix:
    """A column of ones before x, of shape (N,) or (N, d): for the bias.

    Examples:
        >>> print(design_matrix([3, 5]))
        [[1. 3.]
         [1. 5.]]
    """
    X = _real("x", x, 1, 2)
    return np.column_stack([np.ones(len(X), X.dtype), X])


# --8<-- [end:design_matrix]
# --8<-- [start:standardise]
def standardise(x: Any) -> Any:
    """Each column of x, of shape (N,) or (N, d), at mean 0 and variance 1.

    With `design_matrix` of one standardised column, H = 2I: descent runs
    straight.

    Raises:
        ValueError: if a column is constant: its variance is 0.

    Examples:
        >>> print(standardise([1, 2, 3]).round(4))
        [-1.2247  0.      1.2247]
    """
    X = _real("x", x, 1, 2)
    if (X.min(axis=0) == X.max(axis=0)).any():
        raise ValueError(f"x must vary in each column, got {X}")
    # by a power of two, which is exact, so that the squares stay small
    X = np.ldexp(X, -np.frexp(np.abs(X).max(axis=0))[1])
    X = X - X.mean(axis=0)
    X = X - X.mean(axis=0)  # what the first mean rounded away
    return X / X.std(axis=0)


# --8<-- [end:standardise]
# --8<-- [start:checked]
def _checked(
    w: Vector, X: Matrix, y: Vector
) -> tuple[Vector, Matrix, Vector]:
    """All three as floats, of shapes (d,), (N, d), (N,)."""
    X = _real("X", X, 2)
    w = _fitting("w", w, X, X.shape[1:])
    return w, X, _fitting("y", y, X, X.shape[:1])


# --8<-- [end:checked]
# --8<-- [start:fitting]
def _fitting(
    name: str, value: Vector, X: Matrix, shape: tuple[int, ...]
) -> Vector:
    """A vector that fits X; its integers become floats of X's precision."""
    v = _real(name, value, 1, dtype=X.dtype)
    if v.shape != shape:
        raise ValueError(
            f"{name} must have shape {shape} to fit X, got {v.shape}"
        )
    return v


# --8<-- [end:fitting]
# --8<-- [start:real]
def _real(name: str, value: Any, *ndims: int, dtype: Any = float) -> Any:
    """value as finite floats of ndims axes, integers as dtype."""
    array = np.asarray(value)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{name} must be real numbers, got {value!r}")
    if array.ndim not in ndims:
        wanted = " or ".join(map(str, ndims))
        raise ValueError(
            f"{name} must have {wanted} axes, got shape {array.shape}"
        )
    if array.size == 0 or not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite and not empty, got {array}")
    return array if array.dtype.kind == "f" else array.astype(dtype)


# --8<-- [end:real]
