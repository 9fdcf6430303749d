"""Network: one training step, forward and backward, by hand and in each framework.

Each function makes a step that returns the gradients in (W1, b1, W2, b2), as a list.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.measure import Contender
from benchmarks.peer import peer


@dataclass(frozen=True)
class Network:
    """Two layers, a batch and a loss.

    Attributes:
        X: inputs, one a row.
        y: labels, or targets.
        parameters: (W1, b1, W2, b2).
        activations: of the two layers, as `Layer` names them.
        loss: as `loss_and_gradients` names it.
        in_numpy: makes the loss of (parameters, X, y) from NumPy, or from what looks like it.
        in_torch: the same from PyTorch, in the calls that are its fastest.
        in_jax: the same from JAX.
    """

    X: Any
    y: Any
    parameters: tuple[Any, ...]
    activations: tuple[str, str]
    loss: str
    in_numpy: Callable[[Any], Callable[..., Any]]
    in_torch: Callable[[Any], Callable[..., Any]]
    in_jax: Callable[[Any], Callable[..., Any]]


def by_hand(network: Network) -> Contender:
    """`backpropagation`, which also checks what it is given."""
    module = peer("snippets.backpropagation")
    W1, b1, W2, b2 = network.parameters
    first, second = network.activations
    layers = [module.Layer(W1, b1, first), module.Layer(W2, b2, second)]

    def step() -> list[Any]:
        _, gradients = module.loss_and_gradients(layers, network.X, network.y, network.loss)
        return [slope for pair in gradients for slope in pair]

    return step


def by_reverse_mode(network: Network) -> Contender:
    """`reverse_mode`."""
    return _by_tape(network, peer("snippets.reverse_mode"), np)


def by_autograd(network: Network) -> Contender:
    """HIPS autograd."""
    return _by_tape(network, peer("autograd"), peer("autograd.numpy"))


def _by_tape(network: Network, module: Any, numpy: Any) -> Contender:
    value_and_gradients = module.value_and_grad(network.in_numpy(numpy))
    return lambda: list(value_and_gradients(network.parameters, network.X, network.y)[1])


def by_torch(network: Network) -> Contender:
    """PyTorch, eager."""
    torch = peer("torch")
    X, y = torch.tensor(network.X), torch.tensor(network.y)
    parameters = [torch.tensor(p, requires_grad=True) for p in network.parameters]
    loss = network.in_torch(torch)
    return lambda: list(torch.autograd.grad(loss(parameters, X, y), parameters))


def by_jax(network: Network) -> Contender:
    """JAX, compiled; a step ends when its result is there."""
    jax = peer("jax")
    parameters, X, y = jax.device_put((network.parameters, network.X, network.y))
    step = jax.jit(jax.value_and_grad(network.in_jax(jax)))
    return lambda: list(jax.block_until_ready(step(parameters, X, y))[1])
