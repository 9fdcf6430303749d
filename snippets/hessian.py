"""Second derivatives. Needs finite_difference, partial_derivative, gradient, jacobian.

The Hessian is the Jacobian of the gradient, and Hv is the gradient's
derivative along v: each function here is that sentence, with the gradient
itself measured. 7 digits are the best to hope for; from an exact gradient,
`numerical_jacobian` and `numerical_jvp` give 10.
"""

# --8<-- [start:imports]
from typing import Any, Literal

import numpy as np

from snippets.finite_difference import Function, _real, _step, best_step
from snippets.gradient import numerical_gradient
from snippets.jacobian import numerical_jacobian, numerical_jvp
from snippets.partial_derivative import _along

Vector = Any  # n numbers; integers are converted
Matrix = Any  # n × n numbers


# --8<-- [end:imports]
# --8<-- [start:numerical_hessian]
def numerical_hessian(
    f: Function, x: Vector, h: Vector | None = None
) -> Matrix:
    """Hessian of f: Rⁿ → R, the Jacobian of the gradient: 4n² values of f.

    Args:
        f: scalar function of a vector, with continuous second derivatives:
            without them ∂²f/∂xᵢ∂xⱼ and ∂²f/∂xⱼ∂xᵢ can differ, and this is
            their mean.
        x: point, shape (n,).
        h: half the chord, one number or one for each coordinate; by default
            ε^(1/4)·max(1, |xᵢ|), ε^(1/4) ≈ 1.2e-4.

    Returns:
        H, shape (n, n), with H[i, j] = ∂²f/∂xᵢ∂xⱼ.

    Raises:
        TypeError: if x, h or f near x is not real numbers, or f is less
            precise than x.
        ValueError: if x is not one-dimensional, something is not finite, f(x)
            is not one number, or h does not move x.

    Error:
        O(h²) truncation + O(ε|f|/h²) rounding: 7 digits at best.

    Examples:
        >>> f = lambda x: x[0] ** 2 * x[1]
        >>> print(numerical_hessian(f, [3, 2]).round(4))
        [[4. 6.]
         [6. 0.]]
    """
    x = _real("x", x)
    h = _step(x, h, best_step(2, x.dtype, derivative=2))
    hessian = numerical_jacobian(lambda p: numerical_gradient(f, p, h), x, h)
    return (hessian + hessian.T) / 2


# --8<-- [end:numerical_hessian]
# --8<-- [start:hvp]
def hvp(f: Function, x: Vector, v: Vector, h: float | None = None) -> Vector:
    """Hv, the derivative of the gradient along v, without H: 4n values of f.

    Args:
        f: scalar function of an array of any shape.
        x: point.
        v: direction, of x's shape, not zero; need not have length 1.
        h: half the chord, in each coordinate and along v; by default ε^(1/4)
            ≈ 1.2e-4 of the size of x.

    Returns:
        Hv, of x's shape.

    Raises:
        TypeError, ValueError: as `numerical_hessian`; also if v is zero or
            has another shape than x.

    Error:
        As `numerical_hessian`.

    Examples:
        >>> print(hvp(lambda x: x[0] ** 2 * x[1], [3, 2], [1, 1]).round(4))
        [10.  6.]
    """
    x, v, along = _along(x, v, h, derivative=2)
    h = _step(x, h, best_step(2, x.dtype, derivative=2))
    return numerical_jvp(lambda p: numerical_gradient(f, p, h), x, v, along)


# --8<-- [end:hvp]
# --8<-- [start:classify_critical_point]
def classify_critical_point(
    H: Matrix, rtol: float = 1e-6
) -> Literal["minimum", "maximum", "saddle", "degenerate"]:
    """What a point of zero gradient is, by the signs of H's eigenvalues.

    All positive is a minimum, all negative a maximum, both signs a saddle. A
    zero eigenvalue without both signs is degenerate: x⁴ and x³ agree to
    second order. Away from a critical point the answer means only that f
    curves so.

    Args:
        H: Hessian, symmetric, shape (n, n).
        rtol: an eigenvalue below rtol times the largest counts as zero; 1e-6
            is above the error of `numerical_hessian`, so give less for an
            exact H.

    Raises:
        TypeError: if H is not real numbers.
        ValueError: if H is not finite, not square, or not symmetric to rtol.

    Examples:
        >>> classify_critical_point([[2, 3], [3, 2]])
        'saddle'
    """
    H = _real("H", H)
    if H.ndim != 2 or H.shape[0] != H.shape[1]:
        raise ValueError(
            f"H must be a square matrix, shape (n, n), got shape {H.shape}"
        )
    if np.abs(H - H.T).max() > rtol * np.abs(H).max():
        raise ValueError(f"H must be symmetric, got {H}")
    curvature = np.linalg.eigvalsh(H)
    zero = rtol * np.abs(curvature).max()
    if curvature[0] < -zero and curvature[-1] > zero:
        return "saddle"
    if np.abs(curvature).min() <= zero:
        return "degenerate"
    return "minimum" if curvature[0] > 0 else "maximum"


# --8<-- [end:classify_critical_point]
