"""Slope: functions whose slopes are known, for differences, duals and checks."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from benchmarks.measure import Contender
from benchmarks.peer import peer

Function = Callable[[Any], Any]

FUNCTIONS: dict[str, tuple[Function, Callable[[Any, Any], Any]]] = {  # and the slope, in mpmath
    "sin x": (np.sin, lambda m, x: m.cos(x)),
    "eˣ": (np.exp, lambda m, x: m.exp(x)),
    "ln x": (np.log, lambda m, x: 1 / x),
    "√x": (np.sqrt, lambda m, x: 1 / (2 * m.sqrt(x))),
    "x³": (lambda x: x**3, lambda m, x: 3 * x**2),
    "1/x": (lambda x: 1 / x, lambda m, x: -1 / x**2),
    "tan x": (np.tan, lambda m, x: m.sec(x) ** 2),
    "arctan x": (np.arctan, lambda m, x: 1 / (1 + x**2)),
}


def all_slopes(module: str, method: str, points: Any) -> Contender:
    """The slopes of all functions, by a method of a snippet."""
    slope = getattr(peer(f"snippets.{module}"), method)
    return lambda: [slope(f, points) for f, _ in FUNCTIONS.values()]


def worst_ulp(module: str, method: str, names: Sequence[str]) -> float:
    """The largest error at 200 points of these functions, in units of the last place."""
    slope, mpmath = getattr(peer(f"snippets.{module}"), method), peer("mpmath")
    worst = 0.0
    with mpmath.workprec(200):
        for f, formula in map(FUNCTIONS.__getitem__, names):
            for x in np.random.default_rng(0).uniform(0.6, 1.4, 200):
                truth = formula(mpmath, mpmath.mpf(float(x)))
                off = abs(mpmath.mpf(float(slope(f, x))) - truth)
                worst = max(worst, float(off / np.spacing(abs(float(truth)))))
    return worst


def logistic(n: int, samples: int = 64) -> tuple[Function, Function, Any]:
    """A logistic loss of n weights, mean over the samples; its gradient; a point.

    The loss takes one point, shape (n,), or many, shape (k, n).
    """
    rng = np.random.default_rng(n)
    A = rng.normal(size=(samples, n)) / n**0.5

    def loss(w: Any) -> Any:
        return np.add.reduce(np.logaddexp(0, w @ A.T), axis=-1) / samples

    def gradient(w: Any) -> Any:
        return (1 / (1 + np.exp(-(A @ w)))) @ A / samples

    return loss, gradient, rng.normal(size=n)


def our_gradient(n: int) -> Contender:
    """`numerical_gradient`, which takes many points at once."""
    loss, _, w = logistic(n)
    return partial(peer("snippets.gradient").numerical_gradient, loss, w, batched=True)


def scipy_gradient(n: int) -> Contender:
    """SciPy's, which takes one at a time."""
    loss, _, w = logistic(n)
    return partial(peer("scipy.optimize._numdiff").approx_derivative, loss, w, method="3-point")


def gradient_error(n: int) -> float:
    """The error of `numerical_gradient` in its worst entry."""
    _, gradient, w = logistic(n)
    return float(np.max(np.abs(our_gradient(n)() - gradient(w))))


def our_check(n: int) -> Contender:
    """`check_gradient` along one direction."""
    loss, gradient, w = logistic(n)
    return partial(peer("snippets.gradient_check").check_gradient, loss, gradient, w, batched=True)


def scipy_check(n: int) -> Contender:
    """SciPy's, entry by entry, as it is by default."""
    return partial(peer("scipy.optimize").check_grad, *logistic(n))


MISTAKES: dict[str, Function] = {  # of a gradient of 785 numbers
    "sign": lambda g: -g,
    "factor 2": lambda g: 2 * g,
    "factor ½": lambda g: g / 2,
    "no 1/N": lambda g: 64 * g,
    "1/N²": lambda g: g / 64,
    "1 %": lambda g: 1.01 * g,
    "zero": np.zeros_like,
    "truncated": lambda g: g.astype(int).astype(float),
    "shifted": lambda g: np.roll(g, 1),
    "reversed": lambda g: g[::-1],
    "transpose of 28 × 28": lambda g: np.append(g[:784].reshape(28, 28).T, g[784]),
    "bias forgotten": lambda g: np.append(g[:784], 0.0),
    "another function": np.ones_like,
}


def mistakes_missed() -> int:
    """How many mistakes one direction lets pass; a right gradient refused counts too."""
    check = peer("snippets.gradient_check").check_gradient
    loss, gradient, w = logistic(785)

    def passes(plant: Function) -> bool:
        return bool(check(loss, lambda w: plant(gradient(w)), w, full=False).passed)

    return sum(map(passes, MISTAKES.values())) + (not passes(lambda g: g))
