"""The Jacobian, from values. Needs finite_difference, partial_derivative, gradient.

f: Rⁿ → Rᵐ has J[i, j] = ∂fᵢ/∂xⱼ, shape (m, n). Jv takes two values of f,
whatever n; Jᵀu takes 2n.
"""

# --8<-- [start:imports]
from typing import Any

import numpy as np

from snippets.finite_difference import Function, _real, _step, best_step
from snippets.gradient import numerical_gradient
from snippets.partial_derivative import _along

Vector = Any  # n numbers; integers are converted
Matrix = Any  # of shape (m, n)
Array = Any  # numbers of any shape; integers are converted


# --8<-- [end:imports]
# --8<-- [start:numerical_jacobian]
def numerical_jacobian(
    f: Function, x: Vector, h: Vector | None = None
) -> Matrix:
    """Jacobian of f: Rⁿ → Rᵐ at x, one central difference a column.

    Args:
        f: function of a vector that returns a vector.
        x: point, shape (n,); f(x) has shape (m,).
        h: half the chord, one number or one for each coordinate; by default
            ε^(1/3)·max(1, |xⱼ|), ε^(1/3) ≈ 6e-6.

    Returns:
        J, shape (m, n), with J[i, j] = ∂fᵢ/∂xⱼ.

    Raises:
        TypeError: if x, h or f near x is not real numbers, or f is less
            precise than x.
        ValueError: if x or f(x) is not one-dimensional or not finite, or h
            does not move x.

    Error:
        O(h²) truncation + O(ε|f|/h) rounding: 10 digits at best.

    Source:
        Press et al., Numerical Recipes, 3rd ed., §5.7.

    Examples:
        >>> f = lambda x: np.array([x[0] ** 2 + x[1], x[0] * x[1]])
        >>> print(numerical_jacobian(f, [3, 2]).round(6))
        [[6. 1.]
         [2. 3.]]
    """
    x = _real("x", x)
    if x.ndim != 1:
        raise ValueError(
            f"x must be a vector, shape (n,), got shape {x.shape}"
        )
    h = _step(x, h, best_step(2, x.dtype))
    chords = [
        [np.array(f(x + move)), np.array(f(x - move))] for move in np.diag(h)
    ]
    values = _real("f near x", chords, dtype=x.dtype)
    if values.ndim != 3:
        raise ValueError(
            f"f(x) must be a vector, shape (m,), got shape {values.shape[2:]}"
        )
    return ((values[:, 0] - values[:, 1]) / (2 * h[:, None])).T


# --8<-- [end:numerical_jacobian]
# --8<-- [start:numerical_jvp]
def numerical_jvp(
    f: Function, x: Array, v: Array, h: float | None = None
) -> Array:
    """Jv, the derivative of f along v, from two values of f and without J.

    Args:
        f: function of an array that returns an array, of any shapes.
        x: point.
        v: direction, of x's shape, not zero; need not have length 1.
        h: half the chord in t; by default as in `directional_derivative`.

    Returns:
        d/dt f(x + tv) at t = 0, of f(x)'s shape.

    Raises:
        TypeError: if x, v, h or f near x is not real numbers, or f is less
            precise than x.
        ValueError: if v is zero or has another shape than x, something is not
            finite, or h does not move x.

    Examples:
        >>> f = lambda x: np.array([x[0] ** 2 + x[1], x[0] * x[1]])
        >>> print(numerical_jvp(f, [3, 2], [1, 0]).round(6))
        [6. 2.]
    """
    x, v, h = _along(x, v, h)
    ahead = _real("f near x", f(x + h * v), dtype=x.dtype)
    behind = _real("f near x", f(x - h * v), ahead.shape, x.dtype)
    return (ahead - behind) / (2 * h)


# --8<-- [end:numerical_jvp]
# --8<-- [start:numerical_vjp]
def numerical_vjp(
    f: Function, x: Array, u: Array, h: Array | None = None
) -> Array:
    """Jᵀu, the gradient of ⟨u, f(x)⟩ in x, without J.

    Args:
        f: function of an array that returns an array, of any shapes.
        x: point.
        u: weights of the outputs, of f(x)'s shape.
        h: as in `numerical_gradient`.

    Returns:
        Jᵀu, of x's shape.

    Raises:
        TypeError: if x, u, h or f near x is not real numbers, or f is less
            precise than x.
        ValueError: if u has another shape than f(x), something is not finite,
            or h does not move x.

    Examples:
        >>> f = lambda x: np.array([x[0] ** 2 + x[1], x[0] * x[1]])
        >>> print(numerical_vjp(f, [3, 2], [1, 0]).round(6))
        [6. 1.]
    """
    x = _real("x", x)
    shape = _real("f(x)", f(+x)).shape
    u = _real("u", u, shape)
    return numerical_gradient(
        lambda p: np.sum(u * _real("f near x", f(p), shape, x.dtype)), x, h
    )


# --8<-- [end:numerical_vjp]
