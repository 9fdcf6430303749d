"""The slope of a function from its values: finite differences, and the complex step.

f acts on one number, or on each number of an array: f(x) has the shape of x.
x is a number or an array of points, integers included; the result is the
slope at each.

A step h is in the units of x: one number, or one for each point. Left out, it
is the `best_step` of x's precision (float32 has its own) times max(1, |x|),
so that it moves a large x too. Wrong input is a TypeError or a ValueError;
nothing given is changed.
"""

# --8<-- [start:imports]
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

Function = Callable[[Any], Any]
Points = Any  # a number, or an array of numbers; the result has its shape


# --8<-- [end:imports]
# --8<-- [start:forward_difference]
def forward_difference(
    f: Function, x: Points, h: Points | None = None
) -> Points:
    """f′(x) by the chord from x to the point ahead.

    Args:
        f: elementwise function.
        x: point, or points of any shape.
        h: length of the chord in x; by default √ε·max(1, |x|), √ε ≈ 1.5e-8.

    Raises:
        TypeError: if x, h or f(x) is not real numbers, or f(x) less precise
            than x.
        ValueError: if one of them is empty or not finite, f(x) has another
            shape than x, or h does not move x.

    Error:
        f″h/2 truncation + 2ε|f|/h rounding: 8 digits at best.

    Examples:
        >>> print(f"{forward_difference(np.exp, 0.0):.7f}")
        1.0000000
    """
    f, x, h = _checked(f, x, h, order=1)
    return (f(x + h) - f(x)) / h


# --8<-- [end:forward_difference]
# --8<-- [start:backward_difference]
def backward_difference(
    f: Function, x: Points, h: Points | None = None
) -> Points:
    """f′(x) by the chord behind x; all else as `forward_difference`.

    Examples:
        >>> print(f"{backward_difference(np.exp, 0.0):.7f}")
        1.0000000
    """
    f, x, h = _checked(f, x, h, order=1)
    return (f(x) - f(x - h)) / h


# --8<-- [end:backward_difference]
# --8<-- [start:central_difference]
def central_difference(
    f: Function, x: Points, h: Points | None = None
) -> Points:
    """f′(x) by the chord between two points, one on each side of x.

    Args:
        f: elementwise function.
        x: point, or points of any shape.
        h: half the chord; by default ε^(1/3)·max(1, |x|), ε^(1/3) ≈ 6e-6.

    Raises:
        TypeError, ValueError: as `forward_difference`.

    Error:
        f‴h²/6 truncation + ε|f|/h rounding: 10 digits at best. At a kink it
        is the mean of the two slopes.

    Source:
        Press et al., Numerical Recipes, 3rd ed., §5.7.

    Examples:
        >>> print(f"{central_difference(np.sin, 1.0):.8f}")
        0.54030231
        >>> print(central_difference(np.square, [1, 2, 3]).round(8))
        [2. 4. 6.]
    """
    f, x, h = _checked(f, x, h, order=2)
    return (f(x + h) - f(x - h)) / (2 * h)


# --8<-- [end:central_difference]
# --8<-- [start:second_difference]
def second_difference(
    f: Function, x: Points, h: Points | None = None
) -> Points:
    """f″(x) by the bend of three points; all else as `central_difference`.

    Args:
        h: half the chord; by default ε^(1/4)·max(1, |x|), ε^(1/4) ≈ 1.2e-4.

    Error:
        f⁗h²/12 truncation + 4ε|f|/h² rounding: 7 digits at best.

    Examples:
        >>> print(f"{second_difference(np.exp, 0.0):.6f}")
        1.000000
    """
    f, x, h = _checked(f, x, h, order=2, derivative=2)
    return (f(x + h) + f(x - h) - 2 * f(x)) / h**2


# --8<-- [end:second_difference]
# --8<-- [start:complex_step]
def complex_step(f: Function, x: Points, h: Points | None = None) -> Points:
    """f′(x) = Im f(x + ih)/h: nothing is subtracted, so h may be tiny.

    Args:
        f: elementwise and analytic: takes complex numbers, without abs, real
            or max.
        x: real point, or points of any shape.
        h: step off the real axis; by default 2⁻⁶⁶ ≈ 1e-20, a power of two,
            because that scales without rounding.

    Raises:
        TypeError: if f(x + ih) is not complex, or x or h is not real numbers.
        ValueError: if x or f(x + ih) is not finite, f(x + ih) has another
            shape than x, or h is not positive.

    Error:
        f‴h²/6 truncation, far below the last digit + the rounding of f of
        complex numbers: 0.5 ulp for NumPy's exp, 3.5 for its tan. On a
        thousand points its exp, log and tan take longer than two real ones.

    Source:
        Squire and Trapp, SIAM Review 40 (1998), 110–112.

    Examples:
        >>> print(complex_step(np.exp, 1.0) - np.exp(1.0))
        0.0
    """
    x = _real("x", x)
    h = _step(0 * x, h, best=2.0**-66)  # the imaginary part, 0, moves by h
    value = np.asarray(f(x + 1j * h))
    if value.dtype.kind != "c":
        raise TypeError(
            f"f(x + ih) must be complex, got {value}: does f use abs or real?"
        )
    return _real("Im f(x + ih)", value.imag, x.shape) / h


# --8<-- [end:complex_step]
# --8<-- [start:richardson]
def richardson(
    f: Function, x: Points, h: Points | None = None, levels: int = 6
) -> Points:
    """f′(x) by central differences at h, h/2, h/4, … extrapolated to step 0.

    A central difference errs by c₁h² + c₂h⁴ + …; each column of the tableau
    cancels one more term. The entry that moved least from the one above it is
    returned.

    Args:
        f: elementwise function, smooth within h of x.
        x: point, or points of any shape.
        h: first and widest step; by default ε^(1/9)·max(1, |x|), ε^(1/9) ≈
            0.018.
        levels: how many steps.

    Raises:
        TypeError, ValueError: as `forward_difference`, or if levels is below
            1.

    Error:
        O(h²ᵐ) truncation in column m + O(ε/h) rounding at a wide h: 12
        digits.

    Source:
        Press et al., Numerical Recipes, 3rd ed., §5.7 (Ridders' method).

    Examples:
        >>> print(f"{richardson(np.sin, 1.0):.12f}")
        0.540302305868
    """
    if not levels >= 1:
        raise ValueError(f"levels must be at least 1, got {levels}")
    f, x, h = _checked(f, x, h, order=8)
    row = [central_difference(f, x, h)]
    best, least = row[0], np.inf
    for level in range(1, levels):
        above, row = row, [central_difference(f, x, h / 2**level)]
        for column, parent in enumerate(above, start=1):
            entry = row[-1] + (row[-1] - parent) / (4**column - 1)
            moved = abs(entry - parent)
            best = np.where(moved < least, entry, best)
            least = np.minimum(moved, least)
            row.append(entry)
    return best[()]


# --8<-- [end:richardson]
# --8<-- [start:best_step]
def best_step(
    order: int, dtype: DTypeLike = float, derivative: int = 1
) -> float:
    """Step where truncation hᵖ and rounding ε/hᵏ balance: h = ε^(1/(p + k)).

    Args:
        order: p, the power of h in the truncation error: 1 forward, 2
            central.
        dtype: floating type in which f is computed; ε is its machine epsilon.
        derivative: k, which derivative is measured: its quotient divides by
            hᵏ.

    Raises:
        ValueError: if order or derivative is below 1, or dtype is not
            floating.

    Error:
        Right up to a constant factor: f and its derivatives are taken to be
        of size 1.

    Source:
        Press et al., Numerical Recipes, 3rd ed., §5.7.

    Examples:
        >>> print(f"{best_step(1):.1e} {best_step(2):.1e}")
        1.5e-08 6.1e-06
        >>> print(f"{best_step(2, np.float32):.1e}")
        4.9e-03
    """
    if not min(order, derivative) >= 1:
        raise ValueError(
            f"order, derivative must be at least 1, got {order}, {derivative}"
        )
    if np.dtype(dtype).kind != "f":
        raise ValueError(f"dtype must be floating, got {np.dtype(dtype)}")
    return float(np.finfo(dtype).eps ** (1 / (order + derivative)))


# --8<-- [end:best_step]
# --8<-- [start:checked]
def _checked(
    f: Function, x: Points, h: Points | None, order: int, derivative: int = 1
) -> Any:
    """f with its values checked, x as floats, the step h."""
    x = _real("x", x)
    h = _step(x, h, best_step(order, x.dtype, derivative))
    # + copies, so that f may write to its point.
    return lambda point: _real("f near x", f(+point), x.shape, x.dtype), x, h


# --8<-- [end:checked]
# --8<-- [start:step]
def _step(x: Points, h: Points | None, best: Points) -> Points:
    """The step that x really takes for h: |x| ± step is exact."""
    size = np.abs(x)
    if h is None:
        h = best * np.maximum(1, size)
    else:
        h = _real("h", h, x.shape if np.ndim(h) else ()).astype(x.dtype)
    step = (size + h) - size
    if not np.all(step > 0):
        wanted = "h must be positive and move x (x + h ≠ x)"
        raise ValueError(f"{wanted}, got h = {h} at x = {x}")
    return step


# --8<-- [end:step]
# --8<-- [start:real]
def _real(
    name: str,
    value: Any,
    shape: tuple[int, ...] | None = None,
    dtype: DTypeLike | None = None,
) -> Points:
    """A copy of value as finite floats, of the shape and precision given."""
    array = np.array(value)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{name} must be real numbers, got {value!r}")
    array = array if array.dtype.kind == "f" else array.astype(float)
    if shape is not None and array.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, got {array.shape}")
    if array.size == 0 or np.count_nonzero(np.isfinite(array)) < array.size:
        raise ValueError(f"{name} must be finite and not empty, got {array}")
    if dtype is not None and array.dtype.itemsize < np.dtype(dtype).itemsize:
        raise TypeError(
            f"{name} must be as precise as x, {dtype}, got {array.dtype}"
        )
    return array[()]


# --8<-- [end:real]
