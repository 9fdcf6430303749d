"""The gradient of f from its values, in the shape of x. Needs finite_difference."""

# --8<-- [start:imports]
from typing import Any

import numpy as np

from snippets.finite_difference import Function, _real, _step, best_step

Array = Any  # numbers of any shape; integers are converted


# --8<-- [end:imports]
# --8<-- [start:numerical_gradient]
def numerical_gradient(
    f: Function, x: Array, h: Array | None = None, *, batched: bool = False
) -> Array:
    """∇f(x) by a central difference in each coordinate: 2n values of f.

    Args:
        f: scalar function of an array; with batched=True, function of many
            such arrays, shape (k, *x.shape), that returns the k numbers.
        x: point, an array of any shape.
        h: half the chord, one number or one for each coordinate; by default
            ε^(1/3)·max(1, |xᵢ|), ε^(1/3) ≈ 6e-6.
        batched: call f once for many points, which is faster where f is
            small.

    Returns:
        The gradient, of x's shape.

    Raises:
        TypeError: if x, h or f near x is not real numbers, or f is less
            precise than x.
        ValueError: if x or f near x is not finite, f gives other than one
            number a point, or h does not move x.

    Error:
        O(h²) truncation + O(ε|f|/h) rounding: 10 digits at best.

    Source:
        Press et al., Numerical Recipes, 3rd ed., §5.7.

    Examples:
        >>> f = lambda x: x[..., 0] ** 2 * x[..., 1]
        >>> print(numerical_gradient(f, [3, 2]).round(6))
        [12.  9.]
        >>> print(numerical_gradient(f, [3, 2], batched=True).round(6))
        [12.  9.]
    """
    x = _real("x", x)
    h = np.ravel(_step(x, h, best_step(2, x.dtype)))
    gradient = np.empty_like(h)
    rows = max(1, 2**15 // x.size)  # 2¹⁵ numbers stay in the cache
    for start in range(0, x.size, rows):
        part = slice(start, start + rows)
        move = np.eye(min(rows, x.size - start), x.size, start, x.dtype) * h
        points = np.concatenate([np.ravel(x) + move, np.ravel(x) - move])
        points = points.reshape(-1, *x.shape)
        values = f(points) if batched else [np.array(f(p)) for p in points]
        values = _real(
            "f near x, one number a point,", values, points.shape[:1], x.dtype
        )
        ahead, behind = np.split(values, 2)
        gradient[part] = (ahead - behind) / (2 * h[part])
    return gradient.reshape(x.shape)[()]


# --8<-- [end:numerical_gradient]
