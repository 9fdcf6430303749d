"""Descent: methods that follow −∇f, each of which returns the path it took.

grad is a function: grad(x) is the gradient at x, of x's shape. x is a number
or an array; path[k] is the point after k steps, so path has shape (steps + 1,
…) and path[0] is x.

A descent that cannot go on (a gradient or a point that is not finite or of a
wrong shape, a Hessian that leads to a saddle) raises a DescentError, whose
`path` holds every point before. Integers in x are converted, and float32
stays float32. What is not real numbers, and a grad that is no function, are a
TypeError; NaN, ∞, and a number out of range are a ValueError, as a
DescentError is. Nothing given is changed.
"""

# --8<-- [start:imports]
from collections.abc import Callable
from typing import Any

import numpy as np

Point = Any  # a number, or an array of numbers
Path = Any  # shape (steps + 1, *shape of the point)
Function = Callable[[Any], Any]


# --8<-- [end:imports]
# --8<-- [start:gradient_descent]
def gradient_descent(
    grad: Function, x: Point, learning_rate: float, steps: int
) -> Path:
    """x ← x − η∇f(x).

    Converges near a minimum while η < `learning_rate_limit` of the Hessian
    there.

    Examples:
        >>> grad = lambda w: 2 * (w - 3)
        >>> print(gradient_descent(grad, 0.0, learning_rate=0.1, steps=3))
        [0.    0.6   1.08  1.464]
    """
    x, grad, eta = _checked(grad, x, learning_rate)
    return _follow(lambda x: x - eta * grad(x), x, steps)


# --8<-- [end:gradient_descent]
# --8<-- [start:momentum]
def momentum(
    grad: Function,
    x: Point,
    learning_rate: float,
    steps: int,
    beta: float = 0.9,
) -> Path:
    """v ← βv + ∇f(x), x ← x − ηv: the heavy ball.

    Args:
        beta: what is kept of the velocity, from 0 (gradient descent) to 1 (no
            friction: it swings for ever, as when gradients are never zeroed).

    Source:
        Polyak, USSR Computational Mathematics and Mathematical Physics 4
        (1964), 1–17.

    Examples:
        >>> grad = lambda w: 2 * (w - 3)
        >>> print(momentum(grad, 0.0, learning_rate=0.1, steps=3))
        [0.    0.6   1.62  2.814]
    """
    x, grad, eta = _checked(grad, x, learning_rate)
    beta = _fraction("beta", beta, one=True)
    v = np.zeros_like(x)

    def step(x: Point) -> Point:
        nonlocal v
        v = beta * v + grad(x)
        return x - eta * v

    return _follow(step, x, steps)


# --8<-- [end:momentum]
# --8<-- [start:rmsprop]
def rmsprop(
    grad: Function,
    x: Point,
    learning_rate: float,
    steps: int,
    decay: float = 0.9,
    delta: float = 1e-8,
) -> Path:
    """s ← ρs + (1 − ρ)g², x ← x − ηg/(√s + δ): a scale for each number.

    Args:
        decay: ρ, what is kept of the mean square, from 0 to below 1.
        delta: δ, keeps the quotient finite where the gradient has always been
            0.

    Source:
        Tieleman and Hinton, Neural Networks for Machine Learning, lecture 6.5
        (2012).

    Examples:
        >>> grad = lambda w: 2 * (w - 3)
        >>> print(rmsprop(grad, 0.0, learning_rate=0.1, steps=2).round(3))
        [0.    0.316 0.533]
    """
    x, grad, eta = _checked(grad, x, learning_rate)
    decay, delta = _fraction("decay", decay), _positive("delta", delta)
    s = np.zeros_like(x)

    def step(x: Point) -> Point:
        nonlocal s
        g = grad(x)
        s = decay * s + (1 - decay) * g**2
        return x - eta * g / (np.sqrt(s) + delta)

    return _follow(step, x, steps)


# --8<-- [end:rmsprop]
# --8<-- [start:adam]
def adam(
    grad: Function,
    x: Point,
    learning_rate: float,
    steps: int,
    beta1: float = 0.9,
    beta2: float = 0.999,
    delta: float = 1e-8,
) -> Path:
    """m ← β₁m + (1 − β₁)g, s ← β₂s + (1 − β₂)g², x ← x − ηm̂/(√ŝ + δ).

    The means start at 0 and so are too small; m̂ = m/(1 − β₁ᵗ) and ŝ = s/(1 −
    β₂ᵗ) are not.

    Args:
        beta1: what is kept of the mean, from 0 to below 1.
        beta2: what is kept of the mean square, from 0 to below 1.
        delta: δ, the ε of the paper.

    Source:
        Kingma and Ba, Adam, ICLR 2015, algorithm 1.

    Examples:
        >>> grad = lambda w: 2 * (w - 3)
        >>> print(adam(grad, 0.0, learning_rate=0.1, steps=2).round(4))
        [0.     0.1    0.1999]
    """
    x, grad, eta = _checked(grad, x, learning_rate)
    beta1, beta2 = _fraction("beta1", beta1), _fraction("beta2", beta2)
    delta = _positive("delta", delta)
    m, s, t = np.zeros_like(x), np.zeros_like(x), 0

    def step(x: Point) -> Point:
        nonlocal m, s, t
        g, t = grad(x), t + 1
        m = beta1 * m + (1 - beta1) * g
        s = beta2 * s + (1 - beta2) * g**2
        m_hat, s_hat = m / (1 - beta1**t), s / (1 - beta2**t)
        return x - eta * m_hat / (np.sqrt(s_hat) + delta)

    return _follow(step, x, steps)


# --8<-- [end:adam]
# --8<-- [start:newton]
def newton(
    grad: Function,
    hessian: Function,
    x: Point,
    steps: int,
    any_critical_point: bool = False,
) -> Path:
    """x ← x + v where H v = −∇f(x): to where the quadratic model is flat.

    Args:
        hessian: hessian(x) is H, shape (n, n) for the n numbers of x.
        any_critical_point: go on to saddles and maxima too.

    Raises:
        DescentError: if H is singular, or is not positive definite on the way
            to a minimum.

    Examples:
        >>> H = np.diag([2, 4])
        >>> print(newton(lambda x: H @ x, lambda x: H, [3, 2], steps=1))
        [[3. 2.]
         [0. 0.]]
    """
    x, grad, H = _real("x", x), _gradient(grad), _callable("hessian", hessian)

    def step(x: Point) -> Point:
        g = np.ravel(grad(x))
        h, eigenvalues = _spectrum(H(x.copy()), x.size)
        sizes = np.abs(eigenvalues) if any_critical_point else eigenvalues
        if sizes.min() <= _rounding(eigenvalues):
            raise ArithmeticError(
                f"H has eigenvalues {eigenvalues}: no step to a minimum"
            )
        return x - np.linalg.solve(h, g).reshape(x.shape)

    return _follow(step, x, steps)


# --8<-- [end:newton]
# --8<-- [start:backtracking_line_search]
def backtracking_line_search(
    f: Function,
    grad: Function,
    x: Point,
    learning_rate: float,
    steps: int,
    shrink: float = 0.5,
    decrease: float = 1e-4,
) -> Path:
    """x ← x − t∇f, t the first of η, ρη, … with f(x − t∇f) ≤ f(x) − ct‖∇f‖².

    Args:
        learning_rate: η, tried first at every step.
        shrink: ρ, above 0 and below 1.
        decrease: c, the part of the promised fall that is enough, from 0 to
            below 1.

    Source:
        Nocedal and Wright, Numerical Optimization, 2nd ed., algorithm 3.1.

    Examples:
        >>> f, grad = (lambda w: (w - 3) ** 2), (lambda w: 2 * (w - 3))
        >>> print(backtracking_line_search(f, grad, 0.0, 8.0, steps=2))
        [0. 3. 3.]
    """
    x, grad, eta = _checked(grad, x, learning_rate)
    f, decrease = _callable("f", f), _fraction("decrease", decrease)
    shrink = _positive("shrink", _fraction("shrink", shrink))

    def step(x: Point) -> Point:
        g, height, t = grad(x), _number(f(x.copy())), eta
        if not np.isfinite(height):
            raise ArithmeticError(f"f(x) is {height}")
        with np.errstate(all="ignore"):  # a step too long is shortened
            while t > 0:
                trial, fall = x - t * g, np.sum(decrease * t * g * g)
                inside = np.isfinite(trial).all()
                if inside and _number(f(trial.copy())) <= height - fall:
                    return trial
                t *= shrink
        return x

    return _follow(step, x, steps)


# --8<-- [end:backtracking_line_search]
# --8<-- [start:learning_rate_limit]
def learning_rate_limit(H: Any) -> float:
    """2/λmax: from this learning rate on, descent does not converge.

    Each step multiplies the error along an eigenvector by 1 − ηλ, whose size
    is below 1 for 0 < η < 2/λ. An eigenvalue 0 is allowed: along it nothing
    moves.

    Args:
        H: Hessian at the minimum, symmetric, shape (n, n); f″ for one
            variable.

    Raises:
        ValueError: if H has a negative eigenvalue, or is 0.

    Examples:
        >>> print(learning_rate_limit([[2, 0], [0, 4]]))
        0.5
    """
    eigenvalues = _spectrum(H)[1]
    if eigenvalues.min() < -_rounding(eigenvalues) or eigenvalues.max() <= 0:
        raise ValueError(
            f"H must curve upwards for a limit, got eigenvalues {eigenvalues}"
        )
    return 2 / float(eigenvalues.max())


# --8<-- [end:learning_rate_limit]
# --8<-- [start:convergence_rate]
def convergence_rate(H: Any, learning_rate: float) -> float:
    """max |1 − ηλ| over H's eigenvalues: what a step leaves of the error.

    Examples:
        >>> print(convergence_rate([[2, 0], [0, 4]], learning_rate=0.25))
        0.5
    """
    eta = _positive("learning_rate", learning_rate)
    return float(np.abs(1 - eta * _spectrum(H)[1]).max())


# --8<-- [end:convergence_rate]
# --8<-- [start:measured_rate]
def measured_rate(path: Path, minimiser: Point) -> float:
    """What a step left of the error: the geometric mean of the later half.

    A path that has arrived before has the rate 0. Beside `convergence_rate`
    it says whether theory and run agree.

    Raises:
        ValueError: if the path holds no step.

    Examples:
        >>> path = gradient_descent(lambda w: 2 * (w - 3), 0.0, 0.1, steps=9)
        >>> print(round(measured_rate(path, 3.0), 12))
        0.8
    """
    path = _real("path", path)
    last, middle = len(path) - 1, (len(path) - 1) // 2
    if last < 1:
        raise ValueError(f"path must hold a step, got {path}")
    left = [
        float(np.linalg.norm(path[k] - minimiser)) for k in (middle, last)
    ]
    return (left[1] / left[0]) ** (1 / (last - middle)) if left[0] else 0.0


# --8<-- [end:measured_rate]
# --8<-- [start:DescentError]
class DescentError(ValueError):
    """A descent that could not go on; `path` holds its points, all finite."""

    def __init__(self, path: Path, reason: object) -> None:
        where = f"after {len(path) - 1} steps at x = {path[-1]}"
        super().__init__(f"stopped {where}: {reason}")
        self.path = path


# --8<-- [end:DescentError]
# --8<-- [start:follow]
def _follow(step: Function, x: Point, steps: int) -> Path:
    """The path of x under step, or a DescentError with its finite part."""
    if not isinstance(steps, int | np.integer) or isinstance(steps, bool):
        raise TypeError(f"steps must be a whole number, got {steps!r}")
    if steps < 0:
        raise ValueError(f"steps must not be negative, got {steps}")
    path = np.empty((steps + 1, *x.shape), x.dtype)
    path[0] = x
    for k in range(steps):
        try:
            with np.errstate(over="raise", divide="raise", invalid="raise"):
                path[k + 1] = step(path[k])
        except (ArithmeticError, ValueError) as reason:
            raise DescentError(path[: k + 1], reason) from reason
    return path


# --8<-- [end:follow]
# --8<-- [start:checked]
def _checked(
    grad: Function, x: Point, learning_rate: float
) -> tuple[Any, Function, float]:
    """The start as floats, grad with its values checked, learning rate."""
    eta = _positive("learning_rate", learning_rate)
    return _real("x", x), _gradient(grad), eta


def _gradient(grad: Function) -> Function:
    """grad, given a copy of its point, with its values checked."""
    grad = _callable("grad", grad)

    def checked(x: Point) -> Point:
        with np.errstate(all="ignore"):  # what overflows is told below
            g = np.asarray(grad(x.copy()))
        if g.dtype.kind not in "fiu":
            raise TypeError(f"grad(x) must be real numbers, got {g!r}")
        if g.shape != x.shape:
            raise ValueError(
                f"grad(x) must have the shape of x, {x.shape}, got {g.shape}"
            )
        if not np.isfinite(g).all():
            raise ArithmeticError(f"grad(x) is {g}")
        return g[()]

    return checked


# --8<-- [end:checked]
# --8<-- [start:spectrum]
def _spectrum(H: Any, n: int | None = None) -> tuple[Any, Any]:
    """H as a symmetric matrix, of n rows if given, and its eigenvalues."""
    H = np.atleast_2d(_real("H", H))
    if H.shape != ((n or len(H)),) * 2:
        raise ValueError(
            f"H must have shape ({n or 'n'}, {n or 'n'}), got {H.shape}"
        )
    if np.abs(H - H.T).max() > np.finfo(H.dtype).eps ** 0.5 * np.abs(H).max():
        raise ValueError(f"H must be symmetric, got {H}")
    return H, np.linalg.eigvalsh(H)


def _rounding(eigenvalues: Any) -> Any:
    """How far from 0 rounding may move an eigenvalue."""
    eps = np.finfo(eigenvalues.dtype).eps
    return len(eigenvalues) * eps * np.abs(eigenvalues).max()


def _callable(name: str, f: Function) -> Function:
    """f, if it can be called."""
    if not callable(f):
        raise TypeError(f"{name} must be a function, got {f!r}")
    return f


# --8<-- [end:spectrum]
# --8<-- [start:positive]
def _positive(name: str, value: float) -> float:
    """value as a float above 0."""
    number = float(_number(_real(name, value), name))
    if number <= 0:
        raise ValueError(f"{name} must be positive, got {value}")
    return number


def _fraction(name: str, value: float, one: bool = False) -> float:
    """value as a float from 0 to below 1, or to 1 itself."""
    number = float(_number(_real(name, value), name))
    if not 0 <= number <= 1 or (number == 1 and not one):
        upper = "1" if one else "below 1"
        raise ValueError(f"{name} must be from 0 to {upper}, got {value}")
    return number


def _number(value: Any, name: str = "f(x)") -> Any:
    """value, if it is one real number."""
    number = np.asarray(value)
    if number.dtype.kind not in "fiu":
        raise TypeError(f"{name} must be a real number, got {value!r}")
    if number.shape != ():
        raise ValueError(
            f"{name} must be one number, got shape {number.shape}"
        )
    return number[()]


# --8<-- [end:positive]
# --8<-- [start:real]
def _real(name: str, value: Any) -> Any:
    """value as finite floats, or an error that says what it is."""
    array = np.array(value)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{name} must be real numbers, got {value!r}")
    array = array if array.dtype.kind == "f" else array.astype(float)
    if array.size == 0 or not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite and not empty, got {array}")
    return array


# --8<-- [end:real]
