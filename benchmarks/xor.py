"""XOR: 2–4–1 with sigmoids and squared error, as the chapter trains it; and of single numbers."""

import itertools
import random
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.measure import Contender
from benchmarks.network import Network
from benchmarks.peer import peer

Loss = Callable[..., Any]
X = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))
Y = (0.0, 1.0, 1.0, 0.0)


def xor() -> Network:
    """The network, the same in every run, in float64."""
    rng = np.random.default_rng(0)
    return Network(
        np.array(X),
        np.array(Y)[:, None],
        (rng.normal(size=(2, 4)), np.zeros(4), rng.normal(size=(4, 1)), np.zeros(1)),
        ("sigmoid", "sigmoid"),
        "mean_squared_error",
        in_numpy,
        in_torch,
        in_jax,
    )


def in_numpy(numpy: Any) -> Loss:
    """NumPy has no sigmoid."""

    def loss(parameters: Any, X: Any, Y: Any) -> Any:
        W1, b1, W2, b2 = parameters
        A = 1 / (1 + numpy.exp(-(X @ W1 + b1)))
        A = 1 / (1 + numpy.exp(-(A @ W2 + b2)))
        return numpy.mean((A - Y) ** 2)

    return loss


def in_torch(torch: Any) -> Loss:
    """addmm joins product and sum."""

    def loss(parameters: Any, X: Any, Y: Any) -> Any:
        W1, b1, W2, b2 = parameters
        A = torch.sigmoid(torch.addmm(b1, X, W1))
        A = torch.sigmoid(torch.addmm(b2, A, W2))
        return torch.nn.functional.mse_loss(A, Y)

    return loss


def in_jax(jax: Any) -> Loss:
    """Compiled as a whole."""

    def loss(parameters: Any, X: Any, Y: Any) -> Any:
        W1, b1, W2, b2 = parameters
        A = jax.nn.sigmoid(X @ W1 + b1)
        A = jax.nn.sigmoid(A @ W2 + b2)
        return jax.numpy.mean((A - Y) ** 2)

    return loss


def of_numbers(engine: str) -> Contender:
    """A step with ReLU, which both engines have, in the Values of this module."""
    value, uniform = peer(engine).Value, random.Random(0).uniform
    hidden = [[value(uniform(-1, 1)) for _ in range(3)] for _ in range(4)]
    output = [value(uniform(-1, 1)) for _ in range(5)]
    parameters = [*itertools.chain(*hidden), *output]

    def step() -> list[float]:
        loss: Any = 0.0
        for (x1, x2), y in zip(X, Y, strict=True):
            z = output[4]
            for (w1, w2, b), w in zip(hidden, output[:4], strict=True):
                z = z + w * (w1 * x1 + w2 * x2 + b).relu()
            loss = loss + (z - y) ** 2
        for p in parameters:
            p.grad = 0.0
        loss.backward()
        return [p.grad for p in parameters]

    return step
