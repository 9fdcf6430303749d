"""MLP: 784–128–10 with ReLU and cross-entropy, a batch of 64, float32; and its memory."""

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.network import Network
from benchmarks.peer import peer

Loss = Callable[..., Any]


def mlp() -> Network:
    """The network, the same in every run."""
    rng = np.random.default_rng(0)
    parameters = (
        rng.normal(0, (2 / 784) ** 0.5, (784, 128)), np.zeros(128),
        rng.normal(0, (2 / 128) ** 0.5, (128, 10)), np.zeros(10),
    )  # fmt: skip
    return Network(
        rng.normal(size=(64, 784)).astype(np.float32),
        rng.integers(0, 10, 64),
        tuple(p.astype(np.float32) for p in parameters),
        ("relu", "identity"),
        "softmax_cross_entropy",
        in_numpy,
        in_torch,
        in_jax,
    )


def in_numpy(numpy: Any) -> Loss:
    """The loss as one writes it with NumPy."""
    rows = np.arange(64)

    def loss(parameters: Any, X: Any, y: Any) -> Any:
        W1, b1, W2, b2 = parameters
        Z = numpy.maximum(X @ W1 + b1, 0) @ W2 + b2
        return numpy.mean(numpy.logaddexp.reduce(Z, axis=1) - Z[rows, y])

    return loss


def in_torch(torch: Any) -> Loss:
    """addmm joins product and sum."""

    def loss(parameters: Any, X: Any, y: Any) -> Any:
        W1, b1, W2, b2 = parameters
        A = torch.relu(torch.addmm(b1, X, W1))
        return torch.nn.functional.cross_entropy(torch.addmm(b2, A, W2), y)

    return loss


def in_jax(jax: Any) -> Loss:
    """Compiled as a whole."""

    def loss(parameters: Any, X: Any, y: Any) -> Any:
        W1, b1, W2, b2 = parameters
        Z = jax.nn.relu(X @ W1 + b1) @ W2 + b2
        return jax.numpy.mean(jax.nn.logsumexp(Z, axis=1) - Z[jax.numpy.arange(64), y])

    return loss


def kept_by_tape(network: Network) -> int:
    """Bytes that `reverse_mode` holds when the loss is computed: arrays, tape and all."""
    grad, kept = peer("snippets.reverse_mode").grad, list[int]()
    forward = network.in_numpy(np)

    def loss(parameters: Any) -> Any:
        before = tracemalloc.get_traced_memory()[0]
        value = forward(parameters, network.X, network.y)
        kept.append(tracemalloc.get_traced_memory()[0] - before)
        return value

    gradient = grad(loss)
    gradient(network.parameters)  # what is made once is made now
    tracemalloc.start()
    try:
        gradient(network.parameters)
    finally:
        tracemalloc.stop()
    return kept[-1]


def saved_by_torch(network: Network) -> int:
    """Bytes that PyTorch saves for its backward pass, parameters and batch apart."""
    torch = peer("torch")
    X, y = torch.tensor(network.X), torch.tensor(network.y)
    parameters = [torch.tensor(p, requires_grad=True) for p in network.parameters]
    given = {tensor.untyped_storage().data_ptr() for tensor in (*parameters, X, y)}
    saved: dict[int, Any] = {}  # by address; kept alive, or an address could serve twice

    def pack(tensor: Any) -> Any:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in given:
            saved[storage.data_ptr()] = storage
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        network.in_torch(torch)(parameters, X, y)
    return sum(storage.nbytes() for storage in saved.values())
