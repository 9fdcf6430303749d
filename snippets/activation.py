"""Activations and their derivatives, right at every number: no overflow, no warning.

x is a number or an array of any shape, integers included; the result has its
shape, and its precision if it holds floats. −∞ and ∞ give the limits there.
Text, bools, objects and complex numbers are a TypeError; NaN, an empty x and
a wrong shape are a ValueError. Nothing given is changed.

At a kink, x = 0 of `relu` and `leaky_relu`, there is no derivative. Every
slope between the two one-sided ones is a subgradient; here the derivative at
0 is the slope on the left.
"""

# --8<-- [start:imports]
import math
from typing import Any

import numpy as np

Numbers = Any  # a number, or an array of numbers; the result has its shape
Array = Any  # one or more axes


# --8<-- [end:imports]
# --8<-- [start:sigmoid]
def sigmoid(x: Numbers) -> Numbers:
    """σ(x) = 1/(1 + e⁻ˣ), from e^−|x|, which cannot overflow.

    Examples:
        >>> print(sigmoid([-1000.0, 0.0, 1000.0]))
        [0.  0.5 1. ]
    """
    x = _real("x", x)
    e = np.exp(-np.abs(x))
    return np.where(x < 0, e, 1)[()] / (1 + e)


# --8<-- [end:sigmoid]
# --8<-- [start:sigmoid_derivative]
def sigmoid_derivative(x: Numbers) -> Numbers:
    """σ′(x) = σ(x)(1 − σ(x)), with σ(−x) for 1 − σ(x): it keeps its digits.

    Examples:
        >>> print(sigmoid_derivative(0))
        0.25
    """
    x = _real("x", x)
    return sigmoid(x) * sigmoid(-x)


# --8<-- [end:sigmoid_derivative]
# --8<-- [start:tanh]
def tanh(x: Numbers) -> Numbers:
    """tanh x = (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ) = 2σ(2x) − 1.

    Examples:
        >>> print(tanh([-1000, 0, 1000]))
        [-1.  0.  1.]
    """
    return np.tanh(_real("x", x))


# --8<-- [end:tanh]
# --8<-- [start:tanh_derivative]
def tanh_derivative(x: Numbers) -> Numbers:
    """tanh′(x) = 1 − tanh² x, as 1/cosh² x: digits stay where tanh² x ≈ 1.

    Examples:
        >>> print(f"{tanh_derivative(0):.1f} {tanh_derivative(20):.4e}")
        1.0 1.6993e-17
    """
    e = np.exp(-np.abs(_real("x", x)))
    return (2 * e / (1 + e * e)) ** 2


# --8<-- [end:tanh_derivative]
# --8<-- [start:relu]
def relu(x: Numbers) -> Numbers:
    """max(x, 0).

    Examples:
        >>> print(relu([-2, 0, 3]))
        [0. 0. 3.]
    """
    return np.maximum(_real("x", x), 0)


# --8<-- [end:relu]
# --8<-- [start:relu_derivative]
def relu_derivative(x: Numbers) -> Numbers:
    """1 where x > 0, else 0; at 0 itself 0, by convention.

    Examples:
        >>> print(relu_derivative([-2, 0, 3]))
        [0. 0. 1.]
    """
    return np.heaviside(_real("x", x), 0)


# --8<-- [end:relu_derivative]
# --8<-- [start:leaky_relu]
def leaky_relu(x: Numbers, slope: float = 0.01) -> Numbers:
    """x where x > 0, else slope·x, with 0 < slope < 1.

    Examples:
        >>> print(leaky_relu([-2, 0, 3]))
        [-0.02  0.    3.  ]
    """
    x = _real("x", x)
    return np.maximum(x, _leak(slope) * x)


# --8<-- [end:leaky_relu]
# --8<-- [start:leaky_relu_derivative]
def leaky_relu_derivative(x: Numbers, slope: float = 0.01) -> Numbers:
    """1 where x > 0, else slope; at 0 itself slope, by convention.

    Examples:
        >>> print(leaky_relu_derivative([-2, 0, 3]))
        [0.01 0.01 1.  ]
    """
    return np.maximum(relu_derivative(x), _leak(slope))


# --8<-- [end:leaky_relu_derivative]
# --8<-- [start:softplus]
def softplus(x: Numbers) -> Numbers:
    """ln(1 + eˣ) = ln(e⁰ + eˣ), the smooth max(x, 0).

    Examples:
        >>> print(softplus([-1000, 1000]))
        [   0. 1000.]
    """
    return np.logaddexp(0, _real("x", x))


# --8<-- [end:softplus]
# --8<-- [start:softplus_derivative]
def softplus_derivative(x: Numbers) -> Numbers:
    """eˣ/(1 + eˣ) = σ(x).

    Examples:
        >>> print(softplus_derivative(0))
        0.5
    """
    return sigmoid(x)


# --8<-- [end:softplus_derivative]
# --8<-- [start:silu]
def silu(x: Numbers) -> Numbers:
    """x·σ(x), also called swish.

    Examples:
        >>> print(f"{silu(1):.4f}")
        0.7311
    """
    x = _real("x", x)
    return np.maximum(x, -FAR) * sigmoid(x)  # 0·∞ is the limit 0


# --8<-- [end:silu]
# --8<-- [start:silu_derivative]
def silu_derivative(x: Numbers) -> Numbers:
    """σ(x) + x·σ′(x).

    Examples:
        >>> print(silu_derivative(0))
        0.5
    """
    x = np.clip(_real("x", x), -FAR, FAR)
    return sigmoid(x) * (1 + x * sigmoid(-x))


# --8<-- [end:silu_derivative]
# --8<-- [start:gelu]
def gelu(x: Numbers) -> Numbers:
    """x·Φ(x): Φ(x) is the chance that a standard normal number is below x.

    Source:
        Hendrycks and Gimpel, Gaussian Error Linear Units, arXiv 1606.08415
        (2016).

    Examples:
        >>> print(f"{gelu(1):.8f}")
        0.84134475
    """
    x = _real("x", x)
    return np.maximum(x, -FAR) * _normal_cdf(x)


# --8<-- [end:gelu]
# --8<-- [start:gelu_derivative]
def gelu_derivative(x: Numbers) -> Numbers:
    """Φ(x) + x·φ(x), where φ = Φ′ is the bell curve; from −0.129 to 1.129.

    Examples:
        >>> print(f"{gelu_derivative(math.sqrt(2)):.6f}")
        1.128904
    """
    x = np.clip(_real("x", x), -40, 40)  # φ is 0 beyond; x² stays small
    return _normal_cdf(x) + x * np.exp(-x * x / 2) / math.sqrt(2 * math.pi)


# --8<-- [end:gelu_derivative]
# --8<-- [start:gelu_tanh]
def gelu_tanh(x: Numbers) -> Numbers:
    """x·σ(2u) = x(1 + tanh u)/2, u = √(2/π)(x + 0.044715x³): `gelu` to 5e-4.

    Examples:
        >>> print(f"{gelu_tanh(1):.8f}")
        0.84119199
    """
    x = _real("x", x)
    return np.maximum(x, -FAR) * sigmoid(_cubic(x)[0])


# --8<-- [end:gelu_tanh]
# --8<-- [start:gelu_tanh_derivative]
def gelu_tanh_derivative(x: Numbers) -> Numbers:
    """σ(2u) + x·σ′(2u)·2u′, u′ = √(2/π)(1 + 3·0.044715x²).

    Examples:
        >>> print(f"{gelu_tanh_derivative(math.sqrt(2)):.3f}")
        1.129
    """
    x = np.clip(_real("x", x), -40, 40)  # σ′ is 0 beyond
    twice_u, slope = _cubic(x)
    return sigmoid(twice_u) + x * sigmoid_derivative(twice_u) * slope


# --8<-- [end:gelu_tanh_derivative]
# --8<-- [start:softmax]
def softmax(x: Array, axis: int = -1) -> Array:
    """eˣ/Σeˣ along axis: each row of x becomes a distribution.

    The greatest entry of each row is subtracted first: it cancels, and
    nothing overflows. An entry of −∞ gets 0; a row needs one finite entry,
    and may not hold ∞.

    Examples:
        >>> print(softmax([[2.0, 1.0, 0.1], [1e3, 1e3, 1e3]]).round(4))
        [[0.659  0.2424 0.0986]
         [0.3333 0.3333 0.3333]]
    """
    e = np.exp(_shifted(x, axis))
    return e / e.sum(axis=axis, keepdims=True)


# --8<-- [end:softmax]
# --8<-- [start:softmax_jacobian]
def softmax_jacobian(x: Array) -> Array:
    """J = diag(s) − s sᵀ, shape (n, n), at x of shape (n,): sᵢ(δᵢⱼ − sⱼ).

    Examples:
        >>> print(softmax_jacobian([2.0, 1.0, 0.1]).round(4))
        [[ 0.2247 -0.1598 -0.065 ]
         [-0.1598  0.1837 -0.0239]
         [-0.065  -0.0239  0.0889]]
    """
    s = softmax(x)
    if s.ndim != 1:
        raise ValueError(f"x must have shape (n,), got {s.shape}")
    return np.diag(s) - np.outer(s, s)


# --8<-- [end:softmax_jacobian]
# --8<-- [start:softmax_vjp]
def softmax_vjp(x: Array, u: Array, axis: int = -1) -> Array:
    """uᵀJ = s ⊙ (u − ⟨u, s⟩) along axis, without J; u has the shape of x.

    Examples:
        >>> print(softmax_vjp([2.0, 1.0, 0.1], [1, 0, 0]).round(4))
        [ 0.2247 -0.1598 -0.065 ]
    """
    s = softmax(x, axis)
    su = s * _cotangent(u, s)
    return su - s * su.sum(axis=axis, keepdims=True)


# --8<-- [end:softmax_vjp]
# --8<-- [start:log_softmax]
def log_softmax(x: Array, axis: int = -1) -> Array:
    """ln softmax(x) = x − ln Σeˣ along axis: finite where softmax is 0.

    Examples:
        >>> print(log_softmax([1000.0, 0.0]))
        [    0. -1000.]
    """
    x = _shifted(x, axis)
    return x - np.log(np.exp(x).sum(axis=axis, keepdims=True))


# --8<-- [end:log_softmax]
# --8<-- [start:log_softmax_vjp]
def log_softmax_vjp(x: Array, u: Array, axis: int = -1) -> Array:
    """uᵀJ = u − s·Σu along axis; u has the shape of x.

    Examples:
        >>> print(log_softmax_vjp([2.0, 1.0, 0.1], [1, 0, 0]).round(4))
        [ 0.341  -0.2424 -0.0986]
    """
    s = softmax(x, axis)
    u = _cotangent(u, s)
    n = u.shape[axis]
    mean = (u / n).sum(axis=axis, keepdims=True)  # Σu = n·mean might overflow
    return u - n * s * mean


# --8<-- [end:log_softmax_vjp]
# --8<-- [start:FAR]
FAR = (
    12_000  # e^−FAR is 0 in every precision: an x beyond gives what FAR gives
)


# --8<-- [end:FAR]
# --8<-- [start:normal_cdf]
def _normal_cdf(x: Numbers) -> Numbers:
    """Φ(x) = erfc(−x/√2)/2, one by one: Python has erfc, NumPy does not."""
    erfc = np.vectorize(math.erfc, otypes=[float])
    return (erfc(-x / math.sqrt(2)) / 2).astype(x.dtype)[()]


def _cubic(x: Numbers) -> tuple[Numbers, Numbers]:
    """2u and 2u′ of `gelu_tanh`; beyond ±40 tanh u is ±1."""
    x = np.clip(x, -40, 40)
    scale = 2 * math.sqrt(2 / math.pi)
    return scale * (x + 0.044715 * x**3), scale * (1 + 3 * 0.044715 * x**2)


# --8<-- [end:normal_cdf]
# --8<-- [start:shifted]
def _shifted(x: Array, axis: int) -> Array:
    """x minus its greatest entry along axis."""
    x = _real("x", x)
    if x.ndim == 0:
        raise ValueError(
            f"x must have an axis to sum over, got the number {x}"
        )
    if not -x.ndim <= axis < x.ndim:
        raise ValueError(
            f"axis must be from {-x.ndim} to {x.ndim - 1}, got {axis}"
        )
    top = x.max(axis=axis, keepdims=True)
    if not np.isfinite(top).all():
        raise ValueError(
            f"x must hold a finite number, and no ∞, in each row, got {x}"
        )
    with np.errstate(over="ignore"):  # −1e308 − 1e308 is −∞, and e^−∞ is 0
        return x - top


def _cotangent(u: Array, s: Array) -> Array:
    """u as finite floats of the shape of s."""
    u = _real("u", u)
    if u.shape != s.shape or not np.isfinite(u).all():
        raise ValueError(
            f"u must be finite and have shape {s.shape}, that of x, got {u}"
        )
    return u


def _leak(slope: float) -> float:
    """slope as a float between 0 and 1."""
    slope = float(_real("slope", slope))
    if not 0 < slope < 1:
        raise ValueError(f"slope must be above 0 and below 1, got {slope}")
    return slope


# --8<-- [end:shifted]
# --8<-- [start:real]
def _real(name: str, value: Numbers) -> Numbers:
    """value as floats, infinite ones included, or an error that says why."""
    array = np.asarray(value)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{name} must be real numbers, got {value!r}")
    array = array if array.dtype.kind == "f" else array.astype(float)
    if array.size == 0 or np.isnan(array).any():
        raise ValueError(f"{name} must hold numbers and no NaN, got {array}")
    return array[()]


# --8<-- [end:real]
