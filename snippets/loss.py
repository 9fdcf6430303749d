"""Losses and their gradients, from predictions, from probabilities and from logits.

One convention throughout. A loss is a mean: the squared error and the binary
cross-entropy over all elements, whatever their shape; the cross-entropy over
all samples, whose classes are the last axis. A gradient is with respect to
the first argument, and has its shape.

y has the shape of the first argument: nothing is broadcast. Integers are
converted, and float32 stays float32. A loss above the greatest float is inf.
Text, bools, objects and complex numbers are a TypeError; NaN, ∞, an empty
array, a wrong shape and a number out of range are a ValueError. Nothing given
is changed.
"""

# --8<-- [start:imports]
from typing import Any

import numpy as np

Numbers = Any  # a number, or an array of numbers
Array = Any  # one or more axes


# --8<-- [end:imports]
# --8<-- [start:mean_squared_error]
def mean_squared_error(y_hat: Numbers, y: Numbers) -> Any:
    """(1/n) Σ(ŷ − y)² over the n elements.

    Examples:
        >>> print(mean_squared_error([[3, 5], [0, 1]], [[1, 5], [0, 1]]))
        1.0
    """
    y_hat, y = _pair("y_hat", y_hat, y)
    with np.errstate(over="ignore"):
        r = y_hat - y
        return np.sum(r * (r / r.size))


# --8<-- [end:mean_squared_error]
# --8<-- [start:mean_squared_error_gradient]
def mean_squared_error_gradient(y_hat: Numbers, y: Numbers) -> Numbers:
    """(2/n)(ŷ − y), where n counts the elements, not the rows.

    Examples:
        >>> y_hat, y = [[3, 5], [0, 1]], [[1, 5], [0, 1]]
        >>> print(mean_squared_error_gradient(y_hat, y))
        [[1. 0.]
         [0. 0.]]
    """
    y_hat, y = _pair("y_hat", y_hat, y)
    with np.errstate(over="ignore"):
        return (y_hat - y) * (2 / y.size)


# --8<-- [end:mean_squared_error_gradient]
# --8<-- [start:binary_cross_entropy]
def binary_cross_entropy(p: Numbers, y: Numbers) -> Any:
    """−(1/n) Σ(y ln p + (1 − y) ln(1 − p)), with 0·ln 0 = 0.

    Args:
        p: probabilities of a 1, from 0 to 1. A wrong certainty costs ∞, as it
            should.
        y: labels 0 and 1, or anything between.

    Examples:
        >>> print(f"{binary_cross_entropy([0.9, 0.2], [1, 0]):.4f}")
        0.1643
        >>> print(binary_cross_entropy(0, 1), binary_cross_entropy(1, 1))
        inf 0.0
    """
    p, y = _pair("p", p, y)
    _check_range("p", p)
    _check_range("y", y)
    return np.mean(_times_log(y, np.log, p) + _times_log(1 - y, np.log1p, -p))


# --8<-- [end:binary_cross_entropy]
# --8<-- [start:binary_cross_entropy_gradient]
def binary_cross_entropy_gradient(p: Numbers, y: Numbers) -> Numbers:
    """(1/n)(p − y)/(p(1 − p)); its limit (1 − 2y)/n where p = y is 0 or 1.

    Raises:
        ValueError: where the loss is ∞ and has no gradient.

    Examples:
        >>> print(binary_cross_entropy_gradient([0.8, 0.2], [1, 0]))
        [-0.625  0.625]
    """
    p, y = _pair("p", p, y)
    _check_range("p", p)
    _check_range("y", y)
    _check_finite_loss(((p > 0) | (y == 0)) & ((p < 1) | (y == 1)))
    inside, limit = (p > 0) & (p < 1), np.asarray(1 - 2 * y)
    with np.errstate(over="ignore"):
        return np.divide(p - y, p * (1 - p), out=limit, where=inside) / p.size


# --8<-- [end:binary_cross_entropy_gradient]
# --8<-- [start:binary_cross_entropy_from_logits]
def binary_cross_entropy_from_logits(z: Numbers, y: Numbers) -> Any:
    """The loss at p = σ(z): −ln p = softplus(−z), −ln(1 − p) = softplus(z).

    Finite at every finite logit, where σ(z) itself rounds to 0 or 1.

    Examples:
        >>> print(binary_cross_entropy_from_logits([1000, -1000], [1, 1]))
        500.0
    """
    z, y = _pair("z", z, y)
    _check_range("y", y)
    losses = y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z)
    return np.sum(losses / z.size)


# --8<-- [end:binary_cross_entropy_from_logits]
# --8<-- [start:binary_cross_entropy_from_logits_gradient]
def binary_cross_entropy_from_logits_gradient(
    z: Numbers, y: Numbers
) -> Numbers:
    """(σ(z) − y)/n, as ((1 − y)σ(z) − yσ(−z))/n: its digits stay if σ(z) ≈ y.

    Examples:
        >>> print(binary_cross_entropy_from_logits_gradient([0, 0], [1, 0]))
        [-0.25  0.25]
    """
    z, y = _pair("z", z, y)
    _check_range("y", y)
    sigma, complement = np.exp(-np.logaddexp(0, [-z, z]))
    return ((1 - y) * sigma - y * complement) / z.size


# --8<-- [end:binary_cross_entropy_from_logits_gradient]
# --8<-- [start:cross_entropy]
def cross_entropy(p: Array, y: Array) -> Any:
    """−(1/N) Σ y ln p over the classes of N samples, with 0·ln 0 = 0.

    Args:
        p: probabilities from 0 to 1, shape (…, n): n classes on the last
            axis.
        y: integer labels from 0 to n − 1, shape (…), or distributions, shape
            (…, n).

    Examples:
        >>> print(f"{cross_entropy([0.7, 0.2, 0.1], 0):.4f}")
        0.3567
        >>> print(f"{cross_entropy([[0.7, 0.2, 0.1]], [[0.5, 0.5, 0]]):.4f}")
        0.9831
    """
    p = _real("p", p)
    _check_range("p", p)
    return np.mean(_times_log(_distribution(y, p), np.log, p).sum(axis=-1))


# --8<-- [end:cross_entropy]
# --8<-- [start:cross_entropy_gradient]
def cross_entropy_gradient(p: Array, y: Array) -> Array:
    """−(1/N) y/p, each probability for itself: their sum is not held at 1.

    Raises:
        ValueError: where the loss is ∞ and has no gradient.

    Examples:
        >>> print(cross_entropy_gradient([0.5, 0.4, 0.1], 0))
        [-2.  0.  0.]
    """
    p = _real("p", p)
    _check_range("p", p)
    y = _distribution(y, p)
    _check_finite_loss((p > 0) | (y == 0))
    samples = p.size / p.shape[-1]
    with np.errstate(over="ignore"):
        return np.divide(-y, p, out=np.zeros_like(p), where=y > 0) / samples


# --8<-- [end:cross_entropy_gradient]
# --8<-- [start:cross_entropy_from_logits]
def cross_entropy_from_logits(z: Array, y: Array) -> Any:
    """The loss at p = softmax(z): −Σ y ln p = ln Σeᶻ − Σ y z, as Σy = 1.

    Finite at every finite logit, where softmax itself rounds to 0.

    Examples:
        >>> print(f"{cross_entropy_from_logits([-50.0, 0.0, 0.0], 0):.3f}")
        50.693
    """
    z, _ = _shifted(z)
    y = _distribution(y, z)
    with np.errstate(over="ignore"):
        losses = logsumexp(z) - (y * z).sum(axis=-1)
    return np.sum(losses / losses.size)


# --8<-- [end:cross_entropy_from_logits]
# --8<-- [start:cross_entropy_from_logits_gradient]
def cross_entropy_from_logits_gradient(z: Array, y: Array) -> Array:
    """(softmax(z) − y)/N with respect to the logits z, because Σy = 1.

    Examples:
        >>> z = np.log([0.7, 0.2, 0.1])
        >>> print(cross_entropy_from_logits_gradient(z, [1, 0, 0]).round(4))
        [-0.3  0.2  0.1]
    """
    z, _ = _shifted(z)
    y = _distribution(y, z)
    p = np.exp(z)
    p /= p.sum(axis=-1, keepdims=True)
    return (p - y) / (p.size / p.shape[-1])


# --8<-- [end:cross_entropy_from_logits_gradient]
# --8<-- [start:logsumexp]
def logsumexp(z: Array) -> Any:
    """ln Σeᶻ over the last axis, as max z + ln Σe^(z − max z): no overflow.

    Examples:
        >>> print(f"{logsumexp([1000.0, 1000.0]):.4f}")
        1000.6931
    """
    z, top = _shifted(z)
    return top[..., 0] + np.log(np.exp(z).sum(axis=-1))


# --8<-- [end:logsumexp]
# --8<-- [start:shifted]
def _shifted(z: Array) -> tuple[Array, Array]:
    """z minus its greatest logit in each sample, and that logit."""
    z = _real("z", z)
    if z.ndim == 0:
        raise ValueError(
            f"z must have its classes on the last axis, got the number {z}"
        )
    top = z.max(axis=-1, keepdims=True)
    with np.errstate(over="ignore"):
        return np.maximum(z - top, np.finfo(z.dtype).min), top  # no −∞: 0·∞


# --8<-- [end:shifted]
# --8<-- [start:times_log]
def _times_log(y: Numbers, log: np.ufunc, p: Numbers) -> Numbers:
    """−y·log(p) = y·|log(p)|, 0 where y is 0 whatever log(p) is."""
    with np.errstate(divide="ignore"):
        return y * np.abs(log(p, out=np.zeros_like(p), where=y > 0))


# --8<-- [end:times_log]
# --8<-- [start:distribution]
def _distribution(y: Array, p: Array) -> Array:
    """y as one distribution over the classes a sample, of the shape of p."""
    if p.ndim == 0:
        raise ValueError(
            f"probabilities must have classes on the last axis, got {p}"
        )
    labels, n = np.asarray(y), p.shape[-1]
    if labels.shape == p.shape[:-1] and labels.dtype.kind in "iu":
        if labels.min() < 0 or labels.max() >= n:
            raise ValueError(
                f"labels must be from 0 to {n - 1}, got {labels}"
            )
        return (labels[..., None] == np.arange(n)).astype(p.dtype)
    y = _real("y", y, p.dtype)
    if y.shape != p.shape:
        wanted = f"integer labels of shape {p.shape[:-1]} or distributions of"
        given = f"{y.dtype} of shape {y.shape}"
        raise ValueError(f"y must be {wanted} shape {p.shape}, got {given}")
    _check_range("y", y)
    if np.abs(y.sum(axis=-1) - 1).max() > np.finfo(y.dtype).eps ** 0.5:
        raise ValueError(
            f"y must sum to 1 in each sample (binary_cross_entropy?), got {y}"
        )
    return y


def _check_range(name: str, p: Numbers) -> None:
    """Refuse what is not from 0 to 1."""
    if p.min() < 0 or p.max() > 1:
        raise ValueError(f"{name} must be from 0 to 1, got {p}")


def _check_finite_loss(finite: Any) -> None:
    """Refuse a certainty that is wrong."""
    if not finite.all():
        raise ValueError(
            "p gives no chance to what y says: use the form from logits"
        )


# --8<-- [end:distribution]
# --8<-- [start:pair]
def _pair(name: str, value: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
    """Both as floats, of one shape."""
    value = _real(name, value)
    y = _real("y", y, value.dtype)
    if y.shape != value.shape:
        raise ValueError(
            f"y must have the shape of {name}, {value.shape}, got {y.shape}"
        )
    dtype = np.result_type(value, y)
    return value.astype(dtype), y.astype(dtype)


# --8<-- [end:pair]
# --8<-- [start:real]
def _real(name: str, value: Numbers, dtype: Any = float) -> Numbers:
    """value as finite floats, integers as dtype, or an error."""
    array = np.asarray(value)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{name} must be real numbers, got {value!r}")
    array = array if array.dtype.kind == "f" else array.astype(dtype)
    if array.size == 0 or not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite and not empty, got {array}")
    return array[()]


# --8<-- [end:real]
