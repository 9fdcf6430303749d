"""Is it a gradient? Needs finite_difference, partial_derivative, gradient, jacobian.

What is given, by hand or by backpropagation, is compared with what f does
when x moves a little. The answer is a `Verdict`: yes or no, how far off, how
far off the measurement itself may be, where, and what to look for.
"""

# --8<-- [start:imports]
import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from snippets.finite_difference import Function, _real, _step, best_step
from snippets.gradient import numerical_gradient
from snippets.jacobian import numerical_jvp
from snippets.partial_derivative import _along

Array = (
    Any  # floats of any shape: integers, as in x, would truncate a gradient
)


# --8<-- [end:imports]
# --8<-- [start:Verdict]
class Verdict(NamedTuple):
    """The outcome of a check, true where it passed: so it can be asserted.

    Attributes:
        passed: nothing measured contradicts what was given.
        error: `relative_error` of what was given and what was measured.
        error_bar: how much of it rounding in f can cause; from 1 on nothing
            can be said.
        worst: index of the entry furthest off; None where one direction was
            measured.
        advice: a sentence that says what to look for.
    """

    passed: bool
    error: float
    error_bar: float
    worst: tuple[int, ...] | None
    advice: str

    def __bool__(self) -> bool:
        """Whether the check passed."""
        return self.passed


# --8<-- [end:Verdict]
# --8<-- [start:relative_error]
def relative_error(a: Array, b: Array) -> float:
    """‖a − b‖/(‖a‖ + ‖b‖): 0 where equal, also both zero; 1 where opposite.

    It is symmetric, and of the whole array: an entry near zero does not
    decide.

    Raises:
        TypeError: if a or b is not real numbers.
        ValueError: if they differ in shape, or are empty or not finite.

    Examples:
        >>> print(f"{relative_error([1.0, 2.0], [1.01, 2.02]):.5f}")
        0.00498
    """
    a, b = _real("a", a), _real("b", b, np.shape(a))
    size = max(np.abs(a).max(), np.abs(b).max()) or 1  # no square overflows
    a, b = a / size, b / size
    both = np.linalg.norm(a) + np.linalg.norm(b) or 1
    return float(np.linalg.norm(a - b) / both)


# --8<-- [end:relative_error]
# --8<-- [start:check_gradient]
def check_gradient(
    f: Function,
    grad: Function,
    x: Array,
    h: float | None = None,
    *,
    rtol: float | None = None,
    full: bool | None = None,
    batched: bool = False,
) -> Verdict:
    """Whether grad(x) is the gradient of f at x.

    Of up to 64 numbers x, every entry is measured. Of more, the slope along
    one random direction is, from two values of f: only a mistake at right
    angles to it stays hidden. If that fails, every entry of up to 2000 is
    measured, to name it.

    Args:
        f: scalar function of an array.
        grad: function that returns the gradient, of x's shape.
        x: point, floats of any shape, best where the gradient is not near
            zero.
        h: half the chord, in each coordinate or along the direction; by
            default ε^(1/3) ≈ 6e-6 times the size of x.
        rtol: the error that is allowed; by default 10√ε ≈ 1.5e-7. What
            rounding in f causes is allowed in any case.
        full: measure every entry (True), or one direction and no more
            (False).
        batched: f takes many points at once, as in `numerical_gradient`.

    Raises:
        TypeError: if x holds integers, or x, grad(x) or f near x is not real
            numbers.
        ValueError: if grad(x) has another shape than x, f(x) is not one
            number, something is not finite, or h does not move x.

    Error:
        At a kink every slope between those on the two sides passes, and the
        advice says so. float32 shows two or three digits: check in float64
        what can be.

    Source:
        Stanford CS231n, neural-networks-3, “Gradient checks”.

    Examples:
        >>> f, x = lambda x: np.sum(x**2), np.array([[1.0, 2.0, 3.0]])
        >>> check_gradient(f, lambda x: 2 * x, x).passed
        True
        >>> print(check_gradient(f, lambda x: -2 * x, x).advice)
        What is given is -1 times the slope of f: a sign is wrong.
    """
    x = _floats(x)
    values, rtol = _values(f, batched), _tolerance(rtol, x)
    if full or (full is None and x.size <= 64):
        return _check_entries(values, grad, x, h, rtol)
    verdict = _check_direction(values, grad, x, h, rtol)
    if verdict.passed or full is False or x.size > 2000:
        return verdict
    entries = _check_entries(values, grad, x, h, rtol)
    blurred = entries.passed and entries.error_bar >= verdict.error
    return verdict if blurred else entries


# --8<-- [end:check_gradient]
# --8<-- [start:check_jvp]
def check_jvp(
    f: Function,
    jvp: Callable[[Array, Array], Array],
    x: Array,
    v: Array | None = None,
    h: float | None = None,
    *,
    rtol: float | None = None,
) -> Verdict:
    """Whether jvp(x, v) is Jv, the derivative of f at x along v.

    Args:
        f: function of an array that returns an array, of any shapes.
        jvp: function of x and v that returns Jv, of f(x)'s shape.
        x: point, floats.
        v: direction, of x's shape, not zero; by default a random one.
        h: half the chord in t, as in `numerical_jvp`.
        rtol: as in `check_gradient`.

    Raises:
        TypeError, ValueError: as `check_gradient`; also if v is zero.

    Examples:
        >>> jvp = lambda x, v: np.cos(x) * v
        >>> check_jvp(np.sin, jvp, np.array([1.0, 2.0])).passed
        True
    """
    x = _floats(x)
    x, v, h = _along(x, _direction(x.shape, x.dtype) if v is None else v, h)
    measured = numerical_jvp(f, x, v, h)
    given = _real("jvp(x, v)", jvp(+x, +v), np.shape(measured))
    noise = _noise(_real("f(x)", f(+x))) / h

    def sides() -> Array:
        return _sides(_values(f), x, (h * v)[None])[:, 0] / h

    return _judge(given, measured, noise, sides, _tolerance(rtol, x))


# --8<-- [end:check_jvp]
# --8<-- [start:check_vjp]
def check_vjp(
    f: Function,
    vjp: Callable[[Array, Array], Array],
    x: Array,
    u: Array | None = None,
    h: float | None = None,
    *,
    rtol: float | None = None,
    full: bool | None = None,
) -> Verdict:
    """Whether vjp(x, u) is Jᵀu: the gradient of ⟨u, f(x)⟩, checked as such.

    Args:
        f: function of an array that returns an array, of any shapes.
        vjp: function of x and u that returns Jᵀu, of x's shape.
        x: point, floats.
        u: weights of the outputs, of f(x)'s shape, not zero; by default
            random.
        h: half the chord, as in `numerical_gradient`.
        rtol: as in `check_gradient`.
        full: as in `check_gradient`.

    Raises:
        TypeError, ValueError: as `check_gradient`; also if u is zero.

    Examples:
        >>> vjp = lambda x, u: np.cos(x) * u
        >>> check_vjp(np.sin, vjp, np.array([1.0, 2.0])).passed
        True
    """
    x = _real("x", _floats(x))
    shape = _real("f(x)", f(+x)).shape
    u = _direction(shape, x.dtype) if u is None else _real("u", u, shape)
    if not np.any(u):
        raise ValueError(f"u must not be zero, or all passes, got {u}")

    def weighted(p: Array) -> Any:
        return np.sum(u * _real("f near x", f(p), shape, x.dtype))

    def pulled_back(p: Array) -> Any:
        return _real("vjp(x, u)", vjp(p, +u), x.shape)

    return check_gradient(weighted, pulled_back, x, h, rtol=rtol, full=full)


# --8<-- [end:check_vjp]
# --8<-- [start:check_direction]
def _check_direction(
    values: Function, grad: Function, x: Array, h: Any, rtol: float
) -> Verdict:
    """The verdict along one direction: two values of f, however large x is.

    Its lengths are random; its signs are those of grad(x), uphill in every
    entry, so that the slope stands out from the rounding of f.
    """
    if h is None:
        size = (float(np.vdot(x, x)) / x.size) ** 0.5  # root mean square
        if not math.isfinite(size):
            size = float(np.abs(_real("x", x)).max())
        move = _direction(x.shape, x.dtype, best_step)
        move = size * move if size > 1 else move
    else:
        move = _step(_real("x", x), h, best=h) * _direction(x.shape, x.dtype)
    gradient = grad(x.copy())
    if not _ready(gradient, x.shape, x.dtype):
        gradient = _real("grad(x)", gradient, x.shape).astype(x.dtype)
    move = np.copysign(move, gradient)
    ahead, behind = x + move, x - move
    moved = ahead - behind  # 2·move, as rounded
    pair = values([behind, ahead])
    if not _ready(pair, (2,), x.dtype):
        pair = _real("f near x", pair, (2,), x.dtype)
    below, above = pair.tolist()
    given, measured = float(np.vdot(gradient, moved)) / 2, (above - below) / 2
    noise = 2 * _eps(pair.dtype) * abs(above)
    size = abs(given) + abs(measured) or 1.0
    error, bar = abs(given - measured) / size, noise / size
    if error <= max(rtol, bar):  # which no NaN is
        return Verdict(True, error, bar, None, _agreement(bar))
    _real("grad(x)", gradient)
    _real("f near x", pair)

    def sides() -> Array:
        return _sides(values, x, move[None])[:, 0]

    return _judge(given, measured, noise, sides, rtol)._replace(worst=None)


# --8<-- [end:check_direction]
# --8<-- [start:check_entries]
def _check_entries(
    values: Function, grad: Function, x: Array, h: Any, rtol: float
) -> Verdict:
    """The verdict over every entry of the gradient."""
    step = _step(_real("x", x), h, best_step(2, x.dtype))
    given = _real("grad(x)", grad(+x), x.shape)
    measured = numerical_gradient(values, x, step, batched=True)
    noise = _noise(_real("f(x)", values([+x]))[0]) / step

    def sides() -> Array:
        moves = np.diag(np.ravel(step)).reshape(-1, *x.shape)
        return _sides(values, x, moves).reshape(2, *x.shape) / step

    return _judge(given, measured, noise, sides, rtol)


# --8<-- [end:check_entries]
# --8<-- [start:judge]
def _judge(
    given: Array, measured: Array, noise: Array, sides: Any, rtol: float
) -> Verdict:
    """The verdict on given slopes, which may be off by rtol or by noise.

    If they are off by more, sides() measures the slopes behind x and ahead of
    x over 1/64 of the step. Where these show that f bends, every slope
    between will do.
    """
    given, measured, noise = map(np.asarray, (given, measured, noise))
    size = np.linalg.norm(given) + np.linalg.norm(measured) or 1
    error = relative_error(given, measured)
    bar = float(np.linalg.norm(noise) / size)
    off = np.abs(given - measured)
    worst = tuple(int(i) for i in np.unravel_index(off.argmax(), off.shape))
    if error <= max(rtol, bar):
        return Verdict(True, error, bar, worst, _agreement(bar))
    left, right = sides()
    middle, jump = (left + right) / 2, np.abs(right - left)
    bends = np.maximum(jump, np.abs(middle - measured)) > 64 * noise
    between = np.clip(given, np.minimum(left, right), np.maximum(left, right))
    closing = np.abs(given - middle) < off / 1000  # as h² does, to 1/4096
    nearest = np.where(closing, given, np.where(bends, between, measured))
    slopes = f"{left[worst]:.4g} and {right[worst]:.4g}"
    bend = f"f bends within h of x, at {worst}"
    advice = f"{bend}: its slopes on the two sides are {slopes}."
    forgiven = relative_error(given, nearest)
    if forgiven <= max(rtol, bar):
        return Verdict(True, forgiven, bar, worst, advice)
    if jump[worst] <= 64 * noise[worst] + 0.1 * np.abs(measured[worst]):
        advice = _diagnosis(given, measured, bar, worst)
    return Verdict(False, error, bar, worst, advice)


# --8<-- [end:judge]
# --8<-- [start:diagnosis]
def _agreement(bar: float) -> str:
    """What to say where nothing contradicts, and how much to believe it."""
    if bar < 0.01:
        return "What is given is the slope of f."
    cure = "check where it is larger, or with a wider h"
    return f"The slope is lost in the rounding of f: {cure}."


def _diagnosis(given: Array, measured: Array, bar: float, worst: Any) -> str:
    """The classic mistake that turns measured into given, if it is one."""
    close, is_ = 1e-3 + 3 * bar, "What is given is"

    def same(a: Array, b: Array) -> bool:
        return relative_error(a, b) < close

    if same(given, measured):
        cause = "is a small term missing, or rtol too small?"
        return f"{is_} near the slope of f: {cause}"
    if not np.any(given):
        cause = "is the result stored, as floats?"
        return f"{is_} 0 and the slope of f is not: {cause}"
    if not np.any(measured):
        cause = "does it use its argument, or a variable from outside?"
        return f"f does not change with x: {cause}"
    unit = measured / np.abs(measured).max()
    ratio = float(np.vdot(given, unit) / np.vdot(measured, unit))
    if same(given, ratio * measured):
        cause = _cause(ratio, bar)
        return f"{is_} {ratio:.6g} times the slope of f: {cause}."
    square = given.ndim == 2 and given.shape == given.T.shape
    if square and same(given.T, measured):
        return f"{is_} the transpose of the gradient."
    if same(given, np.trunc(measured.round(6))):
        cause = "truncated to integers: store it as floats"
        return f"{is_} the gradient {cause}."
    wrong = np.sum(np.abs(given - measured) > close * np.abs(measured).max())
    entry = f"{given[worst]:.6g} is given where f has {measured[worst]:.6g}"
    count = f"{wrong} of {given.size} entries are wrong"
    return f"{count}; worst at {worst}: {entry}."


def _cause(ratio: float, bar: float) -> str:
    """What usually brings this factor into a gradient."""
    size, large = max(abs(ratio), 1 / abs(ratio)), abs(ratio) > 1
    n, factor = round(size), ""
    if abs(size - n) > 1e-3 + 3 * bar * size:
        factor = "a constant factor is wrong"
    elif n == 2:
        factor = "a factor 2 too many" if large else "a factor 2 is missing"
    elif n > 2:
        where = "missing" if large else "there twice"
        factor = f"the 1/N of a mean is {where}, N = {n}"
    sign = "a sign is wrong" if ratio < 0 else ""
    return " and ".join(filter(None, [sign, factor]))


# --8<-- [end:diagnosis]
# --8<-- [start:values]
def _values(f: Function, batched: bool = False) -> Function:
    """f as a function of a batch of points."""
    if batched:
        return lambda points: f(np.array(points))
    return lambda points: [np.array(f(point)) for point in points]


def _sides(values: Function, x: Array, moves: Array) -> Array:
    """The slopes of f behind x and ahead of x, over 1/64 of each move."""
    here = _real("f(x)", values([+x]))
    behind = here - _real("f near x", values(x - moves / 64))
    ahead = _real("f near x", values(x + moves / 64)) - here
    return 64 * np.array([behind, ahead])


def _noise(value: Any) -> Any:
    """What rounding can change in half the difference of two values of f."""
    return 2 * _eps(value.dtype) * abs(value)


def _tolerance(rtol: float | None, x: Array) -> float:
    """rtol, or what a central difference reaches with room to spare."""
    return 10 * _eps(x.dtype) ** 0.5 if rtol is None else rtol


@lru_cache(maxsize=8)
def _eps(dtype: Any) -> float:
    """The machine epsilon."""
    return float(np.finfo(dtype).eps)


# --8<-- [end:values]
# --8<-- [start:floats]
def _floats(x: Array) -> Array:
    """A copy of x, finite or not; integers are refused."""
    a = np.array(x)
    if a.dtype.kind in "iu":
        wanted = "floats, or a gradient stored like it is truncated"
        raise TypeError(f"x must be {wanted}, got {x!r}")
    return a[()] if a.dtype.kind == "f" and a.size else _real("x", x)


def _ready(value: Any, shape: Any, dtype: Any) -> bool:
    """Whether value is an array of this shape and dtype, finite or not."""
    array = type(value) is np.ndarray and value.dtype is dtype
    return array and value.shape == shape


@lru_cache(maxsize=8)
def _direction(shape: tuple[int, ...], dtype: Any, step: Any = None) -> Array:
    """A random direction, the same in every run, of length 1 or a step."""
    v = np.asarray(np.random.default_rng(0).standard_normal(shape))
    length = step(2, dtype) if step else 1
    v = np.asarray(v / np.linalg.norm(v) * length, dtype)
    v.flags.writeable = False
    return v


# --8<-- [end:floats]
