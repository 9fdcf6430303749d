"""Landscapes to descend on: functions of the plane with their exact derivatives.

A point has shape (2,), a batch of points (…, 2). Integers are converted, and
float32 stays float32. A value above the greatest float is inf, and one lost
in ∞ − ∞ is NaN. Text, bools, objects and complex numbers are a TypeError;
NaN, ∞, no point and a wrong shape are a ValueError. Nothing given is changed.
"""

# --8<-- [start:imports]
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Points = Any  # shape (…, 2)
Formula = Callable[[Any, Any], Any]


# --8<-- [end:imports]
# --8<-- [start:Landscape]
@dataclass(frozen=True)
class Landscape:
    """A function f(x, y), its partial derivatives, and where it is least.

    Args:
        formula: (x, y) ↦ f.
        first: (x, y) ↦ (∂f/∂x, ∂f/∂y).
        second: (x, y) ↦ (∂²f/∂x², ∂²f/∂x∂y, ∂²f/∂y²).
        minima: its local minimisers, each (x, y).

    Examples:
        >>> print(rosenbrock.value([-1.2, 1.0]).round(4))
        24.2
        >>> print(rosenbrock.gradient([-1.2, 1.0]).round(4))
        [-215.6  -88. ]
    """

    formula: Formula
    first: Formula
    second: Formula
    minima: tuple[tuple[float, float], ...] = ()

    def value(self, point: Points) -> Any:
        """f, shape (…) for points of shape (…, 2)."""
        return _stacked(self.formula, point)

    def gradient(self, point: Points) -> Points:
        """∇f, shape (…, 2)."""
        return np.moveaxis(_stacked(self.first, point), 0, -1)

    def hessian(self, point: Points) -> Any:
        """H, shape (…, 2, 2), with H[…, i, j] = ∂²f/∂xᵢ∂xⱼ."""
        a, b, c = _stacked(self.second, point)
        return np.moveaxis(np.array([[a, b], [b, c]]), (0, 1), (-2, -1))

    @property
    def minimisers(self) -> Points:
        """Where f is least among its neighbours, shape (k, 2); k may be 0."""
        return np.array(self.minima, float).reshape(-1, 2)


# --8<-- [end:Landscape]
# --8<-- [start:quadratic_bowl]
quadratic_bowl = Landscape(
    formula=lambda x, y: x**2 + 2 * y**2,
    first=lambda x, y: (2 * x, 4 * y),
    second=lambda x, y: (2, 0, 4),
    minima=((0.0, 0.0),),
)
"""x² + 2y²: one minimum; condition number 2: −∇f misses the centre."""


# --8<-- [end:quadratic_bowl]
# --8<-- [start:saddle]
saddle = Landscape(
    formula=lambda x, y: x**2 + 3 * x * y + y**2,
    first=lambda x, y: (2 * x + 3 * y, 3 * x + 2 * y),
    second=lambda x, y: (2, 3, 2),
)
"""x² + 3xy + y²: eigenvalues 5 along (1, 1), −1 along (1, −1); no minimum."""


# --8<-- [end:saddle]
# --8<-- [start:rosenbrock]
rosenbrock = Landscape(
    formula=lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    first=lambda x, y: (2 * (x - 1) - 400 * x * (y - x**2), 200 * (y - x**2)),
    second=lambda x, y: (2 - 400 * y + 1200 * x**2, -400 * x, 200),
    minima=((1.0, 1.0),),
)
"""(1 − x)² + 100(y − x²)²: a curved valley; at (1, 1) condition 2508."""


# --8<-- [end:rosenbrock]
# --8<-- [start:himmelblau]
himmelblau = Landscape(
    formula=lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    first=lambda x, y: (
        4 * x * (x**2 + y - 11) + 2 * (x + y**2 - 7),
        2 * (x**2 + y - 11) + 4 * y * (x + y**2 - 7),
    ),
    second=lambda x, y: (
        12 * x**2 + 4 * y - 42,
        4 * (x + y),
        12 * y**2 + 4 * x - 26,
    ),
    minima=(
        (3.0, 2.0),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.2831859912861696),
        (3.5844283403304917, -1.8481265269644036),
    ),
)
"""(x² + y − 11)² + (x + y² − 7)²: four zeros, four saddles, one maximum."""


# --8<-- [end:himmelblau]
# --8<-- [start:stacked]
def _stacked(formula: Formula, point: Points) -> Any:
    """formula at the points; several numbers are stacked on a first axis."""
    points = np.asarray(point)
    if points.dtype.kind not in "fiu":
        raise TypeError(f"point must be real numbers, got {point!r}")
    finite = np.isfinite(points).all() and points.size > 0
    if points.shape[-1:] != (2,) or not finite:
        raise ValueError(
            f"point must be finite and of shape (…, 2), got {point!r}"
        )
    points = points if points.dtype.kind == "f" else points.astype(float)
    x, y = np.moveaxis(points, -1, 0)
    with np.errstate(over="ignore", invalid="ignore"):
        result = formula(x, y)
    if not isinstance(result, tuple):
        return result
    return np.stack(np.broadcast_arrays(x, *result)[1:]).astype(points.dtype)


# --8<-- [end:stacked]
