"""Slopes of a function of many variables, one way at a time. Needs finite_difference.

f takes an array x of any shape and returns one number. Steps and errors are
those of `central_difference`: h is a distance in x, and 10 digits are the
best to hope for.
"""

# --8<-- [start:imports]
from typing import Any

import numpy as np

from snippets.finite_difference import (
    Function,
    _real,
    _step,
    best_step,
    central_difference,
)

Array = Any  # numbers of any shape; integers are converted


# --8<-- [end:imports]
# --8<-- [start:partial_derivative]
def partial_derivative(
    f: Function, x: Array, i: int | tuple[int, ...], h: float | None = None
) -> float:
    """∂f/∂xᵢ at x: the slope in one variable, all others frozen.

    Args:
        f: scalar function of an array.
        x: point, an array of any shape.
        i: index of one number of x, counted as NumPy counts.
        h: half the chord; by default ε^(1/3)·max(1, |xᵢ|).

    Raises:
        TypeError: if x, h or f(x) is not real numbers.
        ValueError: if x is a bare number, something is not finite, f(x) is
            not one number, or h does not move xᵢ.
        IndexError: if x has no number at i.

    Examples:
        >>> f = lambda x: x[0] ** 2 * x[1]
        >>> print(f"{partial_derivative(f, [3, 2], 0):.6f}")
        12.000000
    """
    x = _real("x", x)
    if x.ndim == 0:
        raise ValueError(f"x must be an array, got the number {x}")

    def along(t: float) -> Any:
        moved = x.copy()
        moved[i] = t
        return f(moved)

    slope: float = central_difference(along, x[i], h)
    return slope


# --8<-- [end:partial_derivative]
# --8<-- [start:directional_derivative]
def directional_derivative(
    f: Function, x: Array, v: Array, h: float | None = None
) -> float:
    """D_v f(x) = d/dt f(x + tv) at t = 0, or ⟨∇f(x), v⟩: the slope along v.

    v is not normalised: twice the direction, twice the slope.

    Args:
        f: scalar function of an array.
        x: point, an array of any shape.
        v: direction, of x's shape, not zero.
        h: half the chord in t; by default ε^(1/3)/‖v/max(1, |x|)‖, which
            moves x by 6e-6 of its size.

    Raises:
        TypeError: if x, v, h or f(x) is not real numbers.
        ValueError: if v is zero or has another shape than x, something is not
            finite, f(x) is not one number, or h does not move x.

    Examples:
        >>> f = lambda x: x[0] * x[1]
        >>> print(f"{directional_derivative(f, [2, 3], [1, 1]):.6f}")
        5.000000
    """
    x, v, h = _along(x, v, h)
    zero = x.dtype.type(0)
    slope: float = central_difference(lambda t: f(x + t * v), zero, h)
    return slope


# --8<-- [end:directional_derivative]
# --8<-- [start:total_derivative]
def total_derivative(
    f: Function, path: Function, t: Any, h: float | None = None
) -> float:
    """d/dt f(x(t)) = Σᵢ ∂f/∂xᵢ · dxᵢ/dt: every way t reaches f, summed.

    Args:
        f: scalar function of an array.
        path: function of one number; path(t) is the point x, an array of any
            shape.
        t: where on the path.
        h: half the chord in t; by default ε^(1/3)·max(1, |t|).

    Raises:
        TypeError: if t, h, path(t) or f(x) is not real numbers.
        ValueError: if t or f(x) is not one number, path(t) is a bare number,
            something is not finite, or h does not move t.

    Examples:
        >>> circle = lambda t: np.array([np.cos(t), np.sin(t)])
        >>> f = lambda x: x[0] * x[1]
        >>> print(f"{total_derivative(f, circle, 0.0):.6f}")
        1.000000
    """
    t = _real("t", t, ())
    h = _step(t, h, best_step(2, t.dtype))
    x = _real("path(t)", path(t))
    ahead = _real("path near t", path(t + h), x.shape, t.dtype)
    behind = _real("path near t", path(t - h), x.shape, t.dtype)
    velocity = (ahead - behind) / (2 * h)
    slope = 0.0
    for i in np.ndindex(x.shape):
        slope += partial_derivative(f, x, i) * velocity[i]
    return slope


# --8<-- [end:total_derivative]
# --8<-- [start:along]
def _along(x: Array, v: Array, h: float | None, derivative: int = 1) -> Any:
    """x and v as floats and the step h along v, for x + hv and x − hv."""
    x = _real("x", x)
    v = _real("v", v, x.shape).astype(x.dtype)
    length = np.linalg.norm(v / np.maximum(1, np.abs(x)))
    if not length > 0:
        raise ValueError(f"v must not be zero, it is a direction, got {v}")
    h = _step(0 * length, h, best_step(2, x.dtype, derivative) / length)
    if np.all(x + h * v == x):
        raise ValueError(
            f"h must move x along v (x + hv ≠ x), got h = {h} at x = {x}"
        )
    return x, v, h


# --8<-- [end:along]
