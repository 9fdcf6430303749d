"""A function near a point from its derivatives there. Needs finite_difference."""

# --8<-- [start:imports]
from typing import Any

import numpy as np

from snippets.finite_difference import Points, _real


# --8<-- [end:imports]
# --8<-- [start:taylor_polynomial]
def taylor_polynomial(derivatives: Any, a: float, x: Points) -> Points:
    """P(x) = Σₖ f⁽ᵏ⁾(a)(x − a)ᵏ/k!, the polynomial with f's derivatives at a.

    Evaluated from the highest term inwards, f + t/1·(f′ + t/2·(f″ + …)) with
    t = x − a, so that neither tᵏ nor k! is formed, and neither overflows.

    Args:
        derivatives: f(a), f′(a), …, f⁽ⁿ⁾(a): n + 1 numbers give degree n.
        a: where they were taken.
        x: where P is wanted, a number or an array of any shape.

    Raises:
        TypeError: if derivatives, a or x is not real numbers.
        ValueError: if derivatives is not a list of numbers, a is not one
            number, or something is empty or not finite.

    Error:
        P(x) − f(x) is at most `lagrange_remainder`. More terms help only
        where that falls: the series of ln(1 + x) diverges at 2, that of
        e^(−1/x²) at 0 converges to 0.

    Examples:
        >>> print(f"{taylor_polynomial([1, 1, 1, 1], a=0, x=0.1):.6f}")
        1.105167
    """
    a, x = _real("a", a, ()), _real("x", x)
    derivatives = [d / 1 for d in derivatives]  # k! outgrows int64
    derivatives = _real("derivatives", derivatives)
    if derivatives.ndim != 1:
        wanted = "derivatives must be a list of numbers"
        raise ValueError(f"{wanted}, got shape {derivatives.shape}")
    value = 0 * x
    for k in reversed(range(len(derivatives))):
        value = derivatives[k] + (x - a) / (k + 1) * value
    return value


# --8<-- [end:taylor_polynomial]
# --8<-- [start:lagrange_remainder]
def lagrange_remainder(bound: float, n: int, a: float, x: Points) -> Points:
    """Bound of |f(x) − P(x)| for P of degree n: M|x − a|ⁿ⁺¹/(n + 1)!.

    Args:
        bound: M, at least |f⁽ⁿ⁺¹⁾| everywhere between a and x.
        n: degree of P.
        a: where the derivatives of P were taken.
        x: where P is used, a number or an array of any shape.

    Raises:
        TypeError: if bound, a or x is not real numbers, or n is not an
            integer.
        ValueError: if bound or n is negative, bound or a is not one number,
            or something is empty or not finite.

    Source:
        Apostol, Calculus I, 2nd ed., §7.7.

    Examples:
        >>> print(f"{lagrange_remainder(np.exp(0.1), 3, a=0, x=0.1):.1e}")
        4.6e-06
    """
    bound, a, x = _real("bound", bound, ()), _real("a", a, ()), _real("x", x)
    if bound < 0 or n < 0:
        raise ValueError(
            f"bound and n must not be negative, got {bound} and {n}"
        )
    for k in range(1, n + 2):
        bound = bound * np.abs(x - a) / k
    return bound


# --8<-- [end:lagrange_remainder]
