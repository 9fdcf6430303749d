"""Backpropagation: layers as forward and backward pairs, and a network of any depth.

A batch is rows: X has shape (n, d), W (d, m), b (m,). The slope ∂L/∂W is
called dW and has W's shape. A backward function takes the slope behind its
layer and what the layer took or gave. The letters above a function are the
shapes of its arguments, and are checked.

Integers are converted, and float32 stays float32. Text, bools, objects and
complex numbers are a TypeError; NaN, ∞, an empty array and a wrong shape are
a ValueError. Nothing given is changed.
"""

# --8<-- [start:imports]
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from inspect import signature, unwrap
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import DTypeLike

Matrix = Any
Vector = Any
Gradients = list[tuple[Matrix, Vector]]  # of each layer (dW, db)
Function = TypeVar("Function", bound=Callable[..., Any])


# --8<-- [end:imports]
# --8<-- [start:shapes]
def shapes(letters: str) -> Callable[[Function], Function]:
    """Check arguments: a letter, a length; n<m are n labels below m.

    Examples:
        >>> affine_forward([[1, 2]], [[3], [4], [5]], [0])
        Traceback (most recent call last):
        ...
        ValueError: W must have shape (2, m), got (3, 1)
    """

    def decorate(f: Function) -> Function:
        expected = signature(f)

        @wraps(f)
        def checked(*args: Any, **kwargs: Any) -> Any:
            given = expected.bind(*args, **kwargs).arguments
            sizes: dict[str, int] = {}
            for (name, value), axes in zip(
                given.items(), letters.split(), strict=False
            ):
                if value is not expected.parameters[name].default:
                    check = _labels if "<" in axes else _real
                    wanted = tuple(
                        sizes.get(axis, axis)
                        for axis in axes.replace("<", "")
                    )
                    given[name] = check(name, value, wanted)
                    sizes |= zip(axes, given[name].shape, strict=False)
            with np.errstate(over="ignore", invalid="ignore"):
                return f(**given)

        return checked  # type: ignore[return-value]  # it takes what f takes

    return decorate


# --8<-- [end:shapes]
# --8<-- [start:affine_forward]
@shapes("nd dm m")
def affine_forward(X: Matrix, W: Matrix, b: Vector) -> Matrix:
    """Z = X W + b.

    Examples:
        >>> print(affine_forward([[1, 2]], [[3, 0], [4, 1]], [0.5, 0]))
        [[11.5  2. ]]
    """
    Z = X.dot(W)  # X @ W; on small matrices dot takes half the time of @
    Z += b
    return Z


# --8<-- [end:affine_forward]
# --8<-- [start:affine_backward]
@shapes("nm nd dm")
def affine_backward(
    dZ: Matrix, X: Matrix, W: Matrix | None = None
) -> tuple[Any, Any, Any]:
    """(dX, dW, db) = (dZ Wᵀ, Xᵀ dZ, the sum of dZ's rows); no W, no dX.

    Examples:
        >>> dZ, X, W = [[1, 10]], [[1, 2]], [[3, 0], [4, 1]]
        >>> dX, dW, db = affine_backward(dZ, X, W)
        >>> print(dX, dW.tolist(), db)
        [[ 3. 14.]] [[1.0, 10.0], [2.0, 20.0]] [ 1. 10.]
    """
    dX = None if W is None else dZ.dot(W.T)
    return dX, X.T.dot(dZ), np.add.reduce(dZ, axis=0)


# --8<-- [end:affine_backward]
# --8<-- [start:relu_forward]
@shapes("nm")
def relu_forward(Z: Matrix) -> Matrix:
    """A = max(Z, 0)."""
    return np.maximum(Z, 0)


# --8<-- [end:relu_forward]
# --8<-- [start:relu_backward]
@shapes("nm nm")
def relu_backward(dA: Matrix, A: Matrix) -> Matrix:
    """dZ = dA where A > 0, else 0: at Z = 0 the slope on the left.

    Examples:
        >>> print(relu_backward([[5, 7]], relu_forward([[-2, 3]])))
        [[0. 7.]]
    """
    return dA * (A > 0)


# --8<-- [end:relu_backward]
# --8<-- [start:sigmoid_forward]
@shapes("nm")
def sigmoid_forward(Z: Matrix) -> Matrix:
    """A = σ(Z) = 1/(1 + e^−Z); where e^−Z is ∞, 1/∞ = 0 is right."""
    A = np.exp(-Z)
    A += 1.0
    return np.reciprocal(A, out=A)


# --8<-- [end:sigmoid_forward]
# --8<-- [start:sigmoid_backward]
@shapes("nm nm")
def sigmoid_backward(dA: Matrix, A: Matrix) -> Matrix:
    """dZ = dA ⊙ A(1 − A).

    Examples:
        >>> print(sigmoid_backward([[8, 8]], sigmoid_forward([[0, 1000]])))
        [[2. 0.]]
    """
    return dA * A * (1.0 - A)


# --8<-- [end:sigmoid_backward]
# --8<-- [start:tanh_forward]
@shapes("nm")
def tanh_forward(Z: Matrix) -> Matrix:
    """A = tanh Z."""
    return np.tanh(Z)


# --8<-- [end:tanh_forward]
# --8<-- [start:tanh_backward]
@shapes("nm nm")
def tanh_backward(dA: Matrix, A: Matrix) -> Matrix:
    """dZ = dA ⊙ (1 − A²).

    Examples:
        >>> print(tanh_backward([[8, 8]], tanh_forward([[0, 1000]])))
        [[8. 0.]]
    """
    return dA * (1.0 - A * A)


# --8<-- [end:tanh_backward]
# --8<-- [start:softmax_cross_entropy_forward]
@shapes("nm n<m")
def softmax_cross_entropy_forward(Z: Matrix, y: Vector) -> tuple[Any, Matrix]:
    """L = −(1/n) Σ ln P[i, yᵢ] and P, the softmax of each row of Z."""
    with np.errstate(over="ignore", invalid="ignore"):
        Z = Z - np.maximum.reduce(Z, axis=1, keepdims=True)  # so e^Z ≤ 1
    P = np.exp(Z)
    total = np.add.reduce(P, axis=1, keepdims=True)
    P /= total
    losses = np.log(total[:, 0]) - Z[np.arange(len(y)), y]
    return np.add.reduce(losses) / len(y), P


# --8<-- [end:softmax_cross_entropy_forward]
# --8<-- [start:softmax_cross_entropy_backward]
@shapes("nm n<m")
def softmax_cross_entropy_backward(P: Matrix, y: Vector) -> Matrix:
    """dZ = (P − Y)/n, where row i of Y is 0 but for a 1 at yᵢ.

    Examples:
        >>> L, P = softmax_cross_entropy_forward([[0, 0], [1000, 0]], [0, 1])
        >>> dZ = softmax_cross_entropy_backward(P, [0, 1])
        >>> print(f"{L:.4f}", dZ.tolist())
        500.3466 [[-0.25, 0.25], [0.5, -0.5]]
    """
    dZ = P.copy()
    dZ[np.arange(len(y)), y] -= 1
    dZ /= len(y)
    return dZ


# --8<-- [end:softmax_cross_entropy_backward]
# --8<-- [start:mean_squared_error_forward]
@shapes("nm nm")
def mean_squared_error_forward(A: Matrix, Y: Matrix) -> tuple[Any, Matrix]:
    """L = the mean of R² over all n·m elements, and R = A − Y."""
    R = A - Y
    return np.vdot(R, R) / R.size, R


# --8<-- [end:mean_squared_error_forward]
# --8<-- [start:mean_squared_error_backward]
@shapes("nm nm")
def mean_squared_error_backward(R: Matrix, Y: Matrix | None = None) -> Matrix:
    """dA = 2R/(n·m); Y is not needed.

    Examples:
        >>> L, R = mean_squared_error_forward([[3], [1]], [[1], [1]])
        >>> print(L, mean_squared_error_backward(R).tolist())
        2.0 [[2.0], [0.0]]
    """
    return R * (2.0 / R.size)


# --8<-- [end:mean_squared_error_backward]
# --8<-- [start:Layer]
@dataclass(frozen=True, eq=False)
class Layer:
    """A = activation(X W + b), with W of shape (d, m) and b of shape (m,).

    Args:
        W: weights.
        b: biases.
        activation: "identity", "relu", "sigmoid" or "tanh".
    """

    W: Matrix
    b: Vector
    activation: str = "identity"

    def __post_init__(self) -> None:
        W = _real("W", self.W, ("d", "m"))
        object.__setattr__(self, "W", W)
        b = _real("b", self.b, W.shape[1:], W.dtype)
        object.__setattr__(self, "b", b)
        if self.activation not in ACTIVATIONS:
            wanted = f"activation must be in {[*ACTIVATIONS]}"
            raise ValueError(f"{wanted}, got {self.activation!r}")


# --8<-- [end:Layer]
# --8<-- [start:network_forward]
def network_forward(layers: Sequence[Layer], X: Matrix) -> list[Matrix]:
    """[X, A₁, …, A_L]: X and what each layer makes of the output before it.

    Examples:
        >>> layers = [Layer([[1], [1]], [0], "relu"), Layer([[2]], [1])]
        >>> print(network_forward(layers, [[1, 2]])[-1])
        [[7.]]
    """
    X = _real("X", X, ("n", _widths(layers)[0]), layers[0].W.dtype)
    outputs = [X]
    with np.errstate(over="ignore", invalid="ignore"):
        for layer in layers:
            Z = AFFINE[0](outputs[-1], layer.W, layer.b)
            outputs.append(ACTIVATIONS[layer.activation][0](Z))
    return outputs


# --8<-- [end:network_forward]
# --8<-- [start:network_backward]
def network_backward(
    layers: Sequence[Layer], outputs: Sequence[Matrix], dA: Matrix
) -> Gradients:
    """[(dW₁, db₁), …, (dW_L, db_L)] from dA, the slope behind the last layer.

    Args:
        layers: the network.
        outputs: what `network_forward` returned.
        dA: ∂L/∂A_L, of the shape of outputs[-1].

    Examples:
        >>> layers = [Layer([[1], [1]], [0], "relu"), Layer([[2]], [1])]
        >>> outputs = network_forward(layers, [[1, 2]])
        >>> gradients = network_backward(layers, outputs, [[1]])
        >>> print([dW.tolist() for dW, db in gradients])
        [[[2.0], [4.0]], [[3.0]]]
    """
    outputs = [
        _real("outputs", A, (len(outputs[0]), m), layers[0].W.dtype)
        for A, m in zip(outputs, _widths(layers), strict=True)
    ]
    dA = _real("dA", dA, outputs[-1].shape, outputs[-1].dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        return _gradients(layers, outputs, dA)


def _gradients(
    layers: Sequence[Layer], outputs: Sequence[Matrix], dA: Matrix
) -> Gradients:
    gradients = []
    for k in range(len(layers) - 1, -1, -1):
        dZ = ACTIVATIONS[layers[k].activation][1](dA, outputs[k + 1])
        W = layers[k].W if k else None  # none needs dX
        dA, dW, db = AFFINE[1](dZ, outputs[k], W)
        gradients.append((dW, db))
    return gradients[::-1]


# --8<-- [end:network_backward]
# --8<-- [start:loss_and_gradients]
def loss_and_gradients(
    layers: Sequence[Layer],
    X: Matrix,
    y: Any,
    loss: str = "softmax_cross_entropy",
) -> tuple[Any, Gradients]:
    """The loss of a batch and [(dW, db), …]: both passes.

    Args:
        layers: the network.
        X: a batch, shape (n, d).
        y: labels, shape (n,), for "softmax_cross_entropy", with outputs as
            logits; an array of the outputs' shape for "mean_squared_error".
        loss: one of the two.

    Raises:
        ValueError: also where the loss overflows, as when training diverges.

    Examples:
        >>> rng = np.random.default_rng(0)
        >>> layers = initialise([2, 4, 1], rng, "sigmoid", "sigmoid")
        >>> X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
        >>> for _ in range(3000):
        ...     L, dL = loss_and_gradients(layers, X, Y, "mean_squared_error")
        ...     layers = gradient_step(layers, dL, learning_rate=3.0)
        >>> print(network_forward(layers, X)[-1].round().ravel())
        [0. 1. 1. 0.]
    """
    if loss not in LOSSES:
        raise ValueError(f"loss must be in {[*LOSSES]}, got {loss!r}")
    checked, forward, backward = LOSSES[loss]
    outputs = network_forward(layers, X)
    y = checked("y", y, outputs[-1].shape, outputs[-1].dtype)
    L, kept = forward(outputs[-1], y)
    if not math.isfinite(L):
        raise ValueError(
            f"the loss is {L}: have the weights or X grown too large?"
        )
    return L, _gradients(layers, outputs, backward(kept, y))


# --8<-- [end:loss_and_gradients]
# --8<-- [start:gradient_step]
def gradient_step(
    layers: Sequence[Layer], gradients: Gradients, learning_rate: float
) -> Any:
    """New layers, with W − η dW and b − η db; the old ones stay as they are.

    Examples:
        >>> layers, gradients = [Layer([[1]], [2])], [([[10]], [10])]
        >>> (layer,) = gradient_step(layers, gradients, learning_rate=0.1)
        >>> print(layer.W, layer.b)
        [[0.]] [1.]
    """
    eta = float(_real("learning_rate", learning_rate, ()))
    if eta <= 0:
        raise ValueError(
            f"learning_rate must be positive, got {learning_rate}"
        )
    moved = []
    for layer, (dW, db) in zip(layers, gradients, strict=True):
        dW = _real("dW", dW, layer.W.shape, layer.W.dtype)
        db = _real("db", db, layer.b.shape, layer.b.dtype)
        W, b = layer.W - eta * dW, layer.b - eta * db
        moved.append(Layer(W, b, layer.activation))
    return moved


# --8<-- [end:gradient_step]
# --8<-- [start:initialise]
def initialise(
    sizes: Sequence[int],
    rng: np.random.Generator,
    hidden: str = "relu",
    output: str = "identity",
    dtype: DTypeLike = float,
) -> list[Layer]:
    """Layers of these sizes, inputs first: He before ReLU, else Glorot.

    Examples:
        >>> layers = initialise([784, 128, 10], np.random.default_rng(0))
        >>> print([(layer.W.shape, layer.activation) for layer in layers])
        [((784, 128), 'relu'), ((128, 10), 'identity')]
    """
    if len(sizes) < 2:
        raise ValueError(f"sizes must be two or more, got {sizes}")
    activations = [hidden] * (len(sizes) - 2) + [output]
    layers = []
    for (d, m), activation in zip(pairwise(sizes), activations, strict=True):
        he = activation == "relu"
        draw = he_initialisation if he else glorot_initialisation
        W, b = draw(d, m, rng).astype(dtype), np.zeros(m, dtype)
        layers.append(Layer(W, b, activation))
    return layers


# --8<-- [end:initialise]
# --8<-- [start:he_initialisation]
def he_initialisation(d: int, m: int, rng: np.random.Generator) -> Matrix:
    """W of normal numbers of variance 2/d, shape (d, m): for ReLU.

    Source:
        He, Zhang, Ren and Sun, Delving Deep into Rectifiers, ICCV 2015, §2.2.

    Examples:
        >>> W = he_initialisation(800, 100, np.random.default_rng(0))
        >>> print(f"{W.std():.3f}")
        0.050
    """
    _check_draw(d, m, rng)
    return rng.normal(0, math.sqrt(2 / d), (d, m))


# --8<-- [end:he_initialisation]
# --8<-- [start:glorot_initialisation]
def glorot_initialisation(d: int, m: int, rng: np.random.Generator) -> Matrix:
    """W of uniform numbers of variance 2/(d + m), shape (d, m): for tanh.

    Source:
        Glorot and Bengio, Training Deep Feedforward Neural Networks, AISTATS
        2010, eq. 16.

    Examples:
        >>> W = glorot_initialisation(600, 200, np.random.default_rng(0))
        >>> print(f"{W.std():.3f}")
        0.050
    """
    _check_draw(d, m, rng)
    limit = math.sqrt(6 / (d + m))  # within ±limit the variance is limit²/3
    return rng.uniform(-limit, limit, (d, m))


# --8<-- [end:glorot_initialisation]
# --8<-- [start:real]
def _real(
    name: str, value: Any, shape: tuple[Any, ...], dtype: Any = None
) -> Any:
    """value as finite floats, of dtype if given; a letter is any length."""
    array = np.asarray(value)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{name} must be real numbers, got {value!r}")
    if array.shape != shape:
        _check_shape(name, array.shape, shape)
    if array.dtype != dtype if dtype else array.dtype.kind != "f":
        with np.errstate(over="ignore"):
            array = array.astype(dtype or float)
    # Σx² is finite, unless an x is not, or is huge: that is fast to see.
    fine = math.isfinite(np.vdot(array, array)) or np.isfinite(array).all()
    if not fine:
        raise ValueError(f"{name} must be finite, got {array}")
    return array


def _labels(
    name: str, value: Any, shape: tuple[Any, ...], dtype: Any = None
) -> Any:
    """value as shape[0] integers from 0 to below shape[1]."""
    array = np.asarray(value)
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name} must be integer labels, got {value!r}")
    _check_shape(name, array.shape, shape[:1])
    if not 0 <= array.min() <= array.max() < shape[1]:
        raise ValueError(
            f"{name} must be labels from 0 to {shape[1] - 1}, got {array}"
        )
    return array


def _check_shape(
    name: str, given: tuple[int, ...], wanted: tuple[Any, ...]
) -> None:
    """Refuse another shape than is wanted; a letter is any length but 0."""
    fits = len(given) == len(wanted) and 0 not in given
    for length, want in zip(given, wanted, strict=False):
        fits = fits and (length == want or isinstance(want, str))
    if not fits:
        shape = ", ".join(map(str, wanted))
        raise ValueError(f"{name} must have shape ({shape}), got {given}")


# --8<-- [end:real]
# --8<-- [start:widths]
def _widths(layers: Sequence[Layer]) -> list[int]:
    """How many numbers go into the first layer, and come out of each."""
    widths: list[int] = []
    for layer in layers:
        if not isinstance(layer, Layer):
            raise TypeError(f"layers must hold Layers, got {layer!r}")
        d, m = layer.W.shape
        if widths and widths[-1] != d:
            before = f"after one of {widths[-1]}"
            raise ValueError(
                f"a layer that takes {d} numbers stands {before}"
            )
        widths += [m] if widths else [d, m]
    if not widths:
        raise ValueError("layers must hold at least one Layer")
    return widths


def _check_draw(d: int, m: int, rng: np.random.Generator) -> None:
    """Refuse sizes below 1, and what is no generator of random numbers."""
    if not isinstance(rng, np.random.Generator):
        wanted = "a generator such as np.random.default_rng(0)"
        raise TypeError(f"rng must be {wanted}, got {rng!r}")
    if min(d, m) < 1:
        raise ValueError(f"sizes must be at least 1, got {d} and {m}")


# --8<-- [end:widths]
# --8<-- [start:tables]
# Unchecked, because a network checks once, and not at every layer.
AFFINE = unwrap(affine_forward), unwrap(affine_backward)
ACTIVATIONS = {
    "identity": (lambda Z: Z, lambda dA, A: dA),
    "relu": (unwrap(relu_forward), unwrap(relu_backward)),
    "sigmoid": (unwrap(sigmoid_forward), unwrap(sigmoid_backward)),
    "tanh": (unwrap(tanh_forward), unwrap(tanh_backward)),
}
SOFTMAX = softmax_cross_entropy_forward, softmax_cross_entropy_backward
SQUARED = mean_squared_error_forward, mean_squared_error_backward
LOSSES = {
    "softmax_cross_entropy": (_labels, *[unwrap(f) for f in SOFTMAX]),
    "mean_squared_error": (_real, *[unwrap(f) for f in SQUARED]),
}
# --8<-- [end:tables]
