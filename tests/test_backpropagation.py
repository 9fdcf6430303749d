"""Layers and networks against the complex step, SciPy, the published runs, and planted mistakes."""

import inspect
import itertools
import math

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st

from snippets import backpropagation
from snippets.backpropagation import (
    Layer,
    affine_backward,
    affine_forward,
    glorot_initialisation,
    gradient_step,
    he_initialisation,
    initialise,
    loss_and_gradients,
    mean_squared_error_backward,
    mean_squared_error_forward,
    network_backward,
    network_forward,
    relu_backward,
    relu_forward,
    shapes,
    sigmoid_backward,
    sigmoid_forward,
    softmax_cross_entropy_backward,
    softmax_cross_entropy_forward,
    tanh_backward,
    tanh_forward,
)

EPS = np.finfo(float).eps
MSE, CE = "mean_squared_error", "softmax_cross_entropy"
seeds = st.integers(0, 2**32 - 1)
sizes = st.tuples(st.integers(1, 5), st.integers(1, 4), st.integers(1, 6), seeds)

# The same functions, naively, for complex numbers too: an oracle that shares no code.
NAIVE = {
    "identity": lambda Z: Z,
    "relu": lambda Z: Z * (Z.real > 0),
    "sigmoid": lambda Z: 1 / (1 + np.exp(-Z)),
    "tanh": np.tanh,
}
PAIRS = {
    "relu": (relu_forward, relu_backward),
    "sigmoid": (sigmoid_forward, sigmoid_backward),
    "tanh": (tanh_forward, tanh_backward),
}


def naive_loss(A, y, loss):
    if loss == MSE:
        return np.mean((A - y) ** 2)
    log_p = A - np.log(np.exp(A).sum(axis=1, keepdims=True))
    return -sum(log_p[i, label] for i, label in enumerate(y)) / len(y)


def naive_network(parameters, activations, X):
    for (W, b), activation in zip(parameters, activations, strict=True):
        X = NAIVE[activation](X @ W + b)
    return X


def complex_gradients(parameters, activations, X, y, loss):
    """∂L/∂W and ∂L/∂b by complex steps, entry by entry."""
    gradients = []
    for k, pair in enumerate(parameters):
        slopes = [np.empty(np.shape(p)) for p in pair]
        for j, slope in enumerate(slopes):
            for index in np.ndindex(slope.shape):
                moved = [[p.astype(complex) for p in pair] for pair in parameters]
                moved[k][j][index] += 1e-30j
                L = naive_loss(naive_network(moved, activations, X), y, loss)
                slope[index] = L.imag / 1e-30
        gradients.append(slopes)
    return gradients


def close(a, b, rtol, atol=0.0):
    """The same shape, and each pair within the tolerance."""
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol, atol)


def all_close(gradients, others, rtol, atol=0.0):
    pairs = zip(gradients, others, strict=True)
    return all(close(a, b, rtol, atol) for g, o in pairs for a, b in zip(g, o, strict=True))


def problem(widths, activations, n, loss, seed=0):
    """A network of normal weights, and a batch for it."""
    rng = np.random.default_rng(seed)
    parameters = [
        (rng.normal(size=(d, m)), rng.normal(size=m)) for d, m in itertools.pairwise(widths)
    ]
    layers = [Layer(W, b, a) for (W, b), a in zip(parameters, activations, strict=True)]
    X = rng.normal(size=(n, widths[0]))
    y = rng.normal(size=(n, widths[-1])) if loss == MSE else rng.integers(0, widths[-1], n)
    return layers, parameters, X, y


@given(sizes)
def test_affine_backward_is_the_adjoint_of_each_argument(size):
    """⟨dZ, Z(… + v) − Z(…)⟩ = ⟨slope, v⟩: affine in each of X, W, b, so without truncation."""
    n, d, m, seed = size
    rng = np.random.default_rng(seed)
    X, W, b, dZ = (rng.normal(size=s) for s in [(n, d), (d, m), m, (n, m)])
    slopes = affine_backward(dZ, X, W)
    for i, slope in enumerate(slopes):
        arguments, v = [X, W, b], rng.normal(size=slope.shape)
        arguments[i] = arguments[i] + v
        change = affine_forward(*arguments) - affine_forward(X, W, b)
        # sums of at most 120 products of size 1 to 10
        assert np.vdot(dZ, change) == pytest.approx(np.vdot(slope, v), abs=1e-12)
    dX, dW, db = affine_backward(dZ, X, None)
    assert dX is affine_backward(dZ, X)[0] is None
    assert np.array_equal(dW, slopes[1])
    assert np.array_equal(db, slopes[2])


def test_affine_layer_is_that_of_the_literature():
    """S1.24: dy = W dx for one sample; S3.31: ∂L/∂W is an outer product, ∂L/∂b = δ."""
    rng = np.random.RandomState(42)
    W, dx = rng.randn(3, 4), 0.001 * rng.randn(4)
    # in the source W multiplies from the left, and x is drawn before dx is
    dy = affine_forward(dx[None], W.T, np.zeros(3))
    assert close(dy[0], W @ dx, 0, 1e-18)
    delta, x = np.array([[0.5, -1.0]]), np.array([[1.0, 2.0, 3.0]])
    W = np.arange(6.0).reshape(3, 2)
    dX, dW, db = affine_backward(delta, x, W)
    assert dW.tolist() == np.outer(x, delta).tolist()
    assert db.tolist() == delta[0].tolist()
    assert dX.tolist() == (delta @ W.T).tolist()


@pytest.mark.parametrize("name", PAIRS)
@given(sizes)
def test_activation_pair_is_the_naive_one_and_its_complex_step(name, size):
    forward, backward = PAIRS[name]
    n, _, m, seed = size
    Z, dA = np.random.default_rng(seed).normal(0, 3, (2, n, m))
    A = forward(Z)
    assert close(A, NAIVE[name](Z.astype(complex)).real, 4 * EPS)
    slope = NAIVE[name](Z + 1e-30j).imag / 1e-30
    # 1 − A and 1 − A² lose what A rounds: absolute
    assert close(backward(dA, A), dA * slope, 8 * EPS, 8 * EPS * np.abs(dA).max())


def test_sigmoid_of_any_number_is_silent():
    """Erratum E39."""
    Z = np.array([[-1e308, -1000.0, -700.0, 0.0, 40.0, 1e308]])
    assert close(sigmoid_forward(Z), scipy.special.expit(Z), 4 * EPS)
    assert sigmoid_forward(np.float32(Z.clip(-3e38, 3e38))).dtype == np.float32


@given(sizes)
def test_softmax_cross_entropy_is_that_of_scipy_and_its_slope(size):
    n, _, k, seed = size
    rng = np.random.default_rng(seed)
    Z, y = rng.normal(0, 3, (n, k)), rng.integers(0, k, n)
    L, P = softmax_cross_entropy_forward(Z, y)
    exact = -scipy.special.log_softmax(Z, axis=1)[np.arange(n), y].mean()
    assert float(L) == pytest.approx(exact, rel=1e-14, abs=1e-15)
    assert close(P, scipy.special.softmax(Z, axis=1), 8 * EPS)
    dZ = softmax_cross_entropy_backward(P, y)
    for index in np.ndindex(Z.shape):
        moved = Z.astype(complex)
        moved[index] += 1e-30j
        slope = naive_loss(moved, y, CE).imag / 1e-30
        assert dZ[index] == pytest.approx(slope, abs=1e-14)


def test_softmax_cross_entropy_of_any_logits_is_silent():
    """Errata E35, E36: rows by themselves, no cap at 23.026, and 0 for a right certainty."""
    Z = np.array([[-50.0, 0.0, 0.0], [1000.0, 1000.0, 1000.0], [1e308, -1e308, 0.0]])
    L, P = softmax_cross_entropy_forward(Z, [0, 1, 0])
    assert float(L) == pytest.approx((50 + math.log(2) + math.log(3)) / 3, rel=1e-14)
    assert P.sum(axis=1) == pytest.approx([1, 1, 1])
    assert softmax_cross_entropy_forward([[1e308, -1e308]], [1])[0] == math.inf


@given(sizes)
def test_mean_squared_error_divides_by_every_element(size):
    """Erratum E36."""
    n, _, m, seed = size
    A, Y = np.random.default_rng(seed).normal(size=(2, n, m))
    L, R = mean_squared_error_forward(A, Y)
    assert float(L) == pytest.approx(np.mean((A - Y) ** 2), rel=1e-14)
    assert close(mean_squared_error_backward(R), 2 * (A - Y) / (n * m), 4 * EPS)


@pytest.mark.parametrize("loss", [MSE, CE])
@given(
    widths=st.lists(st.integers(1, 4), min_size=2, max_size=5),
    n=st.integers(1, 3),
    seed=seeds,
    choice=st.lists(st.sampled_from([*NAIVE]), min_size=4, max_size=4),
)
def test_gradients_of_any_network_are_those_of_the_complex_step(loss, widths, n, seed, choice):
    activations = choice[: len(widths) - 1]
    layers, parameters, X, y = problem(widths, activations, n, loss, seed)
    kept = [p.copy() for pair in parameters for p in pair] + [X.copy(), y.copy()]
    L, gradients = loss_and_gradients(layers, X, y, loss)
    exact = naive_loss(naive_network(parameters, activations, X), y, loss)
    # four layers of weights of size 1 to 3, three activations: values up to 1e3
    assert float(L) == pytest.approx(exact, rel=1e-11, abs=1e-13)
    slopes = complex_gradients(parameters, activations, X, y, loss)
    assert all_close(gradients, slopes, 1e-9, 1e-11)
    outputs = network_forward(layers, X)
    assert close(outputs[-1], naive_network(parameters, activations, X), 1e-11, 1e-13)
    now = [p for pair in parameters for p in pair] + [X, y]
    assert all(np.array_equal(a, b) for a, b in zip(kept, now, strict=True))


def test_network_backward_is_the_adjoint_of_the_network():
    """⟨dA, change of the outputs⟩ = Σ⟨dW, change of W⟩ for small changes: order 2 fitted."""
    layers, parameters, X, _ = problem([3, 5, 4, 2], ["tanh", "sigmoid", "identity"], 6, MSE)
    rng = np.random.default_rng(1)
    dA = rng.normal(size=(6, 2))
    outputs = network_forward(layers, X)
    gradients = network_backward(layers, outputs, dA)
    directions = [tuple(rng.normal(size=p.shape) for p in pair) for pair in parameters]
    slope = sum(
        np.vdot(g, v)
        for pair, way in zip(gradients, directions, strict=True)
        for g, v in zip(pair, way, strict=True)
    )
    steps, errors = np.logspace(-1, -3, 5), []
    for h in steps:
        above, below = (
            network_forward(
                [
                    Layer(W + s * V, b + s * v, layer.activation)
                    for layer, (W, b), (V, v) in zip(layers, parameters, directions, strict=True)
                ],
                X,
            )[-1]
            for s in (h, -h)
        )
        errors.append(abs(np.vdot(dA, above - below) / (2 * h) - slope))
    order = np.polyfit(np.log(steps), np.log(errors), 1)[0]
    assert order == pytest.approx(2, abs=0.1)  # h is finite: the next term bends the line


MISTAKES = {
    "sign": lambda g: [(-dW, db) for dW, db in g],
    "factor 2": lambda g: [(2 * dW, 2 * db) for dW, db in g],
    "one per cent": lambda g: [(1.01 * dW, db) for dW, db in g],
    "missing 1/n": lambda g: [(4 * dW, 4 * db) for dW, db in g],
    "transposed": lambda g: [(dW.T.reshape(dW.shape), db) for dW, db in g],
    "mean instead of sum": lambda g: [(dW, db / 4) for dW, db in g],
    "forgotten layer": lambda g: [(0 * g[0][0], g[0][1]), *g[1:]],
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_planted_mistakes_are_seen_by_the_complex_step(mistake):
    activations = ["sigmoid", "identity"]
    layers, parameters, X, y = problem([3, 4, 2], activations, 4, CE)
    _, gradients = loss_and_gradients(layers, X, y)
    exact = complex_gradients(parameters, activations, X, y, CE)
    assert all_close(gradients, exact, 1e-12, 1e-14)
    assert not all_close(mistake(gradients), exact, 1e-3, 1e-6)


@pytest.mark.parametrize(
    "broken",
    [
        lambda dA, A: dA * A,  # σ′ = σ
        lambda dA, A: dA,  # σ′ forgotten
        lambda dA, A: dA * A * (1 - A) ** 2,
    ],
)
def test_a_wrong_slope_in_one_layer_spoils_the_layers_below_it(broken, monkeypatch):
    activations = ["tanh", "sigmoid", "identity"]
    layers, parameters, X, y = problem([2, 3, 3, 2], activations, 4, CE)
    exact = complex_gradients(parameters, activations, X, y, CE)
    row = (backpropagation.ACTIVATIONS["sigmoid"][0], broken)
    monkeypatch.setitem(backpropagation.ACTIVATIONS, "sigmoid", row)
    _, gradients = loss_and_gradients(layers, X, y)
    below, above = gradients[:2], gradients[2:]
    assert all_close(above, exact[2:], 1e-12, 1e-14)
    assert not all_close(below, exact[:2], 1e-2, 1e-6)


def test_forward_pass_of_a_batch_is_that_of_each_row():
    layers, _, X, _ = problem([3, 5, 2], ["relu", "identity"], 4, MSE)
    outputs = network_forward(layers, X)
    assert [A.shape for A in outputs] == [(4, 3), (4, 5), (4, 2)]
    rows = np.vstack([network_forward(layers, row[None])[-1] for row in X])
    assert close(outputs[-1], rows, 1e-13, 1e-14)  # BLAS sums in another order


def xor_network():
    """S0.19: 2–4–1 from the frozen legacy stream."""
    rng = np.random.RandomState(42)
    W1, W2 = 0.5 * rng.randn(2, 4), 0.5 * rng.randn(4, 1)
    return [Layer(W1, np.zeros(4), "sigmoid"), Layer(W2, np.zeros(1), "sigmoid")]


XOR = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0], [1], [1], [0]])


def test_xor_is_learnt_with_the_published_losses():
    layers, losses = xor_network(), []
    for _ in range(4001):
        L, gradients = loss_and_gradients(layers, *XOR, MSE)
        losses.append(L)
        layers = gradient_step(layers, gradients, 1.0)
    # the digits of exp and of sums differ between machines, and training amplifies them
    assert losses[::2000] == pytest.approx([0.255675, 0.005210, 0.001005], abs=2e-6)
    predictions = network_forward(layers, XOR[0])[-1]
    assert np.array_equal(predictions.round(), XOR[1])
    # E42: the loss of the weights that are kept is below the last one printed
    assert loss_and_gradients(layers, *XOR, MSE)[0] < losses[-1]


def test_no_symmetry_is_broken_where_all_weights_start_equal():
    """Audit 2.4: from zero the outputs stay at ½."""
    layers = [
        Layer(np.zeros((2, 4)), np.zeros(4), "sigmoid"),
        Layer(np.zeros((4, 1)), [0], "sigmoid"),
    ]
    for _ in range(50):
        layers = gradient_step(layers, loss_and_gradients(layers, *XOR, MSE)[1], 1.0)
    assert network_forward(layers, XOR[0])[-1] == pytest.approx(np.full((4, 1), 0.5), abs=1e-12)
    assert np.ptp(layers[0].W, axis=1) == pytest.approx([0, 0], abs=1e-15)


def test_training_on_classes_separates_them():
    rng = np.random.default_rng(3)
    y = np.arange(90) % 3
    X = rng.normal(size=(90, 2)) + 4 * np.array([[0, 0], [2, 0], [0, 2]])[y]
    layers = initialise([2, 16, 3], rng)
    for _ in range(200):
        layers = gradient_step(layers, loss_and_gradients(layers, X, y)[1], 0.1)
    assert (network_forward(layers, X)[-1].argmax(axis=1) == y).mean() > 0.97


def test_gradient_step_leaves_the_old_layers_and_moves_the_new():
    """Erratum E47: the published loop changes nothing."""
    layers, _, X, y = problem([2, 3, 2], ["relu", "identity"], 4, CE)
    before = [(layer.W.copy(), layer.b.copy()) for layer in layers]
    L, gradients = loss_and_gradients(layers, X, y)
    moved = gradient_step(layers, gradients, 0.1)
    for layer, (W, b), new, (dW, db) in zip(layers, before, moved, gradients, strict=True):
        assert np.array_equal(layer.W, W)
        assert np.array_equal(layer.b, b)
        assert np.array_equal(new.W, W - 0.1 * dW)
        assert np.array_equal(new.b, b - 0.1 * db)
        assert new.activation == layer.activation
    assert loss_and_gradients(moved, X, y)[0] < L


@pytest.mark.parametrize("loss", [MSE, CE])
def test_precision_is_that_of_the_weights(loss):
    layers, _, X, y = problem([3, 4, 2], ["relu", "sigmoid"], 5, loss)
    single = [Layer(np.float32(la.W), np.float32(la.b), la.activation) for la in layers]
    L, gradients = loss_and_gradients(single, X, y, loss)
    assert {g.dtype for pair in gradients for g in pair} == {np.dtype(np.float32)} == {L.dtype}
    exact = loss_and_gradients(layers, X, y, loss)
    assert float(L) == pytest.approx(exact[0], rel=1e-5)  # a dozen roundings of 6e-8
    assert all_close(gradients, exact[1], 1e-4, 1e-6)
    assert gradient_step(single, gradients, 0.1)[0].W.dtype == np.float32
    assert Layer([[1, 2]], [3, 4]).W.dtype == float
    integers = [Layer([[1, 2], [3, 4]], [0, 1], "sigmoid")]
    y = [[1, 0]] if loss == MSE else [1]
    L, gradients = loss_and_gradients(integers, [[1, 2]], y, loss)
    assert {g.dtype for g in gradients[0]} == {np.dtype(float)}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_initialise_gives_layers_of_the_sizes_and_of_zero_bias(dtype):
    layers = initialise([7, 5, 3], np.random.default_rng(0), "tanh", "sigmoid", dtype)
    assert [layer.W.shape for layer in layers] == [(7, 5), (5, 3)]
    assert [layer.activation for layer in layers] == ["tanh", "sigmoid"]
    assert all(layer.W.dtype == layer.b.dtype == dtype for layer in layers)
    assert not any(layer.b.any() for layer in layers)
    again = initialise([7, 5, 3], np.random.default_rng(0), "tanh", "sigmoid", dtype)
    assert all(np.array_equal(a.W, b.W) for a, b in zip(layers, again, strict=True))
    assert initialise([7, 3], np.random.default_rng(0))[0].activation == "identity"


def test_initialise_does_not_touch_the_global_generator():
    """Audit 2.8: the published constructor reseeds it."""
    before = np.random.get_state()[1].copy()
    initialise([7, 5, 3], np.random.default_rng(0))
    assert np.array_equal(np.random.get_state()[1], before)


def test_variances_are_those_of_the_papers():
    rng = np.random.default_rng(0)
    W = he_initialisation(300, 400, rng)
    # 120,000 numbers: their variance is known to √(2/120000) = 0.4 %, five times that
    assert W.var() == pytest.approx(2 / 300, rel=0.02)
    assert abs(W.mean()) < 5 * math.sqrt(2 / 300 / W.size)
    W = glorot_initialisation(300, 400, rng)
    assert W.var() == pytest.approx(2 / 700, rel=0.02)
    limit = math.sqrt(6 / 700)
    assert 0.999 * limit < np.abs(W).max() <= limit
    layers = initialise([300, 400, 300, 10], rng)
    variances = [layer.W.var() for layer in layers]
    assert variances == pytest.approx([2 / 300, 2 / 400, 2 / 310], rel=0.1)  # He, He, Glorot


def test_he_keeps_the_slope_of_thirty_relu_layers_where_half_of_it_vanishes():
    """Erratum E22: neither does ReLU alone cure it, nor does 0.25 a layer cause it."""

    def signal(scale):
        rng = np.random.default_rng(5)
        dA = rng.normal(size=(1, 100))
        A, start, kept = rng.normal(size=(1, 100)), np.linalg.norm(dA), []
        for _ in range(30):
            W = scale * he_initialisation(100, 100, rng)
            A = relu_forward(affine_forward(A, W, np.zeros(100)))
            kept.append((A, W))
        for A, W in reversed(kept):
            dA = affine_backward(relu_backward(dA, A), A, W)[0]
        return np.linalg.norm(dA) / start

    assert 0.05 < signal(1) < 20
    assert signal(1 / math.sqrt(2)) == pytest.approx(signal(1) / 2**15, rel=1e-9)
    # a chain of 50 sigmoids with w = 4, b = −2 keeps its slope: w σ′(0) = 1
    a, slope = 0.5, 1.0
    for _ in range(50):
        A = sigmoid_forward(affine_forward([[a]], [[4]], [-2]))
        slope = affine_backward(sigmoid_backward([[slope]], A), [[a]], [[4]])[0].item()
        a = A.item()
    assert slope == 1


def test_checked_functions_keep_their_names_and_their_unchecked_selves():
    assert affine_forward.__name__ == "affine_forward"
    assert [*inspect.signature(affine_forward).parameters] == ["X", "W", "b"]
    raw = inspect.unwrap(affine_forward)
    X, W, b = np.ones((2, 3)), np.ones((3, 4)), np.ones(4)
    assert np.array_equal(raw(X, W, b), affine_forward(b=b, W=W, X=X))


def test_overflow_is_silent_and_then_named():
    assert affine_forward([[1e308]], [[10.0]], [0]).tolist() == [[math.inf]]
    assert network_forward([Layer([[1e200]], [0])], [[1e200]])[-1].tolist() == [[math.inf]]
    for loss, y in [(MSE, [[0]]), (CE, [0])]:
        with pytest.raises(ValueError, match="have the weights or X grown too large"):
            loss_and_gradients([Layer([[1e200]], [0])], [[1e200]], y, loss)
    assert np.isfinite(network_forward([Layer([[1.0]], [0])], [[1e308]])[-1]).all()


def test_training_that_diverges_is_stopped():
    def train(layers):
        for _ in range(2000):
            _, gradients = loss_and_gradients(layers, [[3.0]], [[1.0]], MSE)
            layers = gradient_step(layers, gradients, 1.0)

    with pytest.raises(ValueError, match="the loss is inf"):
        train([Layer([[1.0]], [0.0])])


BAD_ARRAYS = [
    ("ab", TypeError, "must be real numbers, got 'ab'"),
    (None, TypeError, "must be real numbers, got None"),
    ([[True]], TypeError, "must be real numbers"),
    ([[1j]], TypeError, "must be real numbers"),
    ([["1"]], TypeError, "must be real numbers"),
    (np.array([[1.0, None]]), TypeError, "must be real numbers"),
    ([[1.0], [1.0, 2.0]], ValueError, "inhomogeneous"),
    (1.0, ValueError, r"must have shape \(.*\), got \(\)"),
    (np.ones((2, 2, 2)), ValueError, r"got \(2, 2, 2\)"),
    (np.empty((0, 3)), ValueError, r"got \(0, 3\)"),
    ([[math.nan]], ValueError, "must be finite, got"),
    ([[math.inf, 1.0]], ValueError, "must be finite, got"),
]
FIRST_ARGUMENT = {
    "affine_forward": lambda X: affine_forward(X, np.ones((1, 2)), [0, 0]),
    "affine_backward": lambda dZ: affine_backward(dZ, np.ones((1, 2))),
    "relu_forward": relu_forward,
    "relu_backward": lambda dA: relu_backward(dA, dA),
    "sigmoid_forward": sigmoid_forward,
    "sigmoid_backward": lambda dA: sigmoid_backward(dA, dA),
    "tanh_forward": tanh_forward,
    "tanh_backward": lambda dA: tanh_backward(dA, dA),
    "softmax_cross_entropy_forward": lambda Z: softmax_cross_entropy_forward(Z, [0]),
    "softmax_cross_entropy_backward": lambda P: softmax_cross_entropy_backward(P, [0]),
    "mean_squared_error_forward": lambda A: mean_squared_error_forward(A, A),
    "mean_squared_error_backward": mean_squared_error_backward,
    "Layer": lambda W: Layer(W, [0.0]),
}


@pytest.mark.parametrize("f", FIRST_ARGUMENT.values(), ids=FIRST_ARGUMENT)
@pytest.mark.parametrize(("bad", "error", "message"), BAD_ARRAYS)
def test_bad_array_is_refused(f, bad, error, message):
    with pytest.raises(error, match=message):
        f(bad)


X, W, B = np.ones((4, 3)), np.ones((3, 2)), np.ones(2)
LAYERS = [Layer(np.ones((3, 5)), np.zeros(5), "relu"), Layer(np.ones((5, 2)), np.zeros(2))]
OUTPUTS = network_forward(LAYERS, X)
GRADIENTS = network_backward(LAYERS, OUTPUTS, np.ones((4, 2)))
WRONG = [
    (lambda: affine_forward(X, W.T, B), r"W must have shape \(3, m\), got \(2, 3\)"),
    (lambda: affine_forward(X, W, np.ones(3)), r"b must have shape \(2\), got \(3,\)"),
    (lambda: affine_forward(X, W, np.ones((4, 1))), r"b must have shape \(2\), got \(4, 1\)"),
    (lambda: affine_forward(X[0], W, B), r"X must have shape \(n, d\), got \(3,\)"),
    (lambda: affine_backward(X, X[:3]), r"X must have shape \(4, d\), got \(3, 3\)"),
    (lambda: affine_backward(X, X, W), r"W must have shape \(3, 3\), got \(3, 2\)"),
    (lambda: relu_backward(X, X[:1]), r"A must have shape \(4, 3\), got \(1, 3\)"),
    (lambda: sigmoid_backward(X, X.T), r"A must have shape \(4, 3\), got \(3, 4\)"),
    (lambda: tanh_backward(X, [[1.0]]), r"A must have shape \(4, 3\), got \(1, 1\)"),
    (lambda: mean_squared_error_forward(X, X[:, :1]), r"Y must have shape \(4, 3\), got \(4, 1\)"),
    (lambda: softmax_cross_entropy_forward(X, [0, 1]), r"y must have shape \(4\), got \(2,\)"),
    (lambda: softmax_cross_entropy_forward(X, [0, 1, 2, 3]), "y must be labels from 0 to 2"),
    (lambda: softmax_cross_entropy_forward(X, [0, 1, 2, -1]), "y must be labels from 0 to 2"),
    (lambda: softmax_cross_entropy_backward(X, [[0], [1], [2], [0]]), r"y must have shape \(4\)"),
    (lambda: Layer(W, np.ones(3)), r"b must have shape \(2\), got \(3,\)"),
    (lambda: Layer(W, B, "gelu"), r"activation must be in \['identity', .*\], got 'gelu'"),
    (lambda: network_forward([], X), "at least one Layer"),
    (lambda: network_forward(LAYERS[::-1], X), "takes 3 numbers stands after one of 2"),
    (lambda: network_forward(LAYERS, X.T), r"X must have shape \(n, 3\), got \(3, 4\)"),
    (lambda: network_forward(LAYERS, X * math.nan), "X must be finite"),
    (lambda: network_backward(LAYERS, OUTPUTS[1:], X), r"outputs must have shape \(4, 3\)"),
    (lambda: network_backward(LAYERS, OUTPUTS[:2], X), "argument 2 is longer"),
    (lambda: network_backward(LAYERS, OUTPUTS, X), r"dA must have shape \(4, 2\), got \(4, 3\)"),
    (lambda: network_backward(LAYERS, OUTPUTS, X[:, :2] * math.nan), "dA must be finite"),
    (lambda: loss_and_gradients(LAYERS, X, [0, 1, 0, 1], "hinge"), "loss must be in .* 'hinge'"),
    (lambda: loss_and_gradients(LAYERS, X, [0, 1, 0, 2]), "y must be labels from 0 to 1"),
    (lambda: loss_and_gradients(LAYERS, X, [0, 1]), r"y must have shape \(4\), got \(2,\)"),
    (lambda: loss_and_gradients(LAYERS, X, B, MSE), r"y must have shape \(4, 2\), got \(2,\)"),
    (lambda: loss_and_gradients(LAYERS, X, X[:, :2] * math.nan, MSE), "y must be finite"),
    (lambda: gradient_step(LAYERS, GRADIENTS, 0), "learning_rate must be positive, got 0"),
    (lambda: gradient_step(LAYERS, GRADIENTS, -0.1), "learning_rate must be positive"),
    (lambda: gradient_step(LAYERS, GRADIENTS, math.nan), "learning_rate must be finite"),
    (lambda: gradient_step(LAYERS, GRADIENTS, [0.1]), r"learning_rate must have shape \(\)"),
    (lambda: gradient_step(LAYERS, GRADIENTS[:1], 0.1), "argument 2 is shorter"),
    (lambda: gradient_step(LAYERS, GRADIENTS[::-1], 0.1), r"dW must have shape \(3, 5\)"),
    (
        lambda: gradient_step(LAYERS, [(g[0], g[1][:1]) for g in GRADIENTS], 0.1),
        r"db must have shape \(5\), got \(1,\)",
    ),
    (lambda: initialise([3], np.random.default_rng(0)), "sizes must be two or more, got"),
    (lambda: initialise([3, 0], np.random.default_rng(0)), "sizes must be at least 1, got 3 and 0"),
    (lambda: he_initialisation(0, 3, np.random.default_rng(0)), "sizes must be at least 1"),
    (lambda: glorot_initialisation(3, -1, np.random.default_rng(0)), "sizes must be at least 1"),
]
WRONG_KIND = [
    (lambda: softmax_cross_entropy_forward(X, [0.0, 1, 2, 0]), "y must be integer labels"),
    (lambda: softmax_cross_entropy_forward(X, [True] * 4), "y must be integer labels"),
    (lambda: loss_and_gradients(LAYERS, X, ["a"] * 4), "y must be integer labels"),
    (lambda: loss_and_gradients(LAYERS, X, None, MSE), "y must be real numbers, got None"),
    (lambda: network_forward([(W, B)], X), "layers must hold Layers, got"),
    (lambda: network_forward(None, X), "not iterable"),
    (lambda: affine_forward(X, W), "missing a required argument: 'b'"),
    (lambda: affine_forward(X, W, None), "b must be real numbers, got None"),
    (lambda: gradient_step(LAYERS, GRADIENTS, "0.1"), "learning_rate must be real numbers"),
    (lambda: gradient_step(LAYERS, GRADIENTS, True), "learning_rate must be real numbers"),
    (lambda: initialise([3, 2], 42), r"rng must be a generator such as np.random.default_rng\(0\)"),
    (lambda: he_initialisation(3, 2, np.random.RandomState(0)), "rng must be a generator"),
    (lambda: glorot_initialisation(3, 2.5, np.random.default_rng(0)), "integer"),
    (lambda: he_initialisation("3", 2, np.random.default_rng(0)), "not supported"),
]


@pytest.mark.parametrize(("call", "message"), WRONG)
def test_wrong_value_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(("call", "message"), WRONG_KIND)
def test_wrong_kind_is_refused(call, message):
    with pytest.raises(TypeError, match=message):
        call()


def test_every_public_function_is_tested_here():
    public = {
        n
        for n, v in vars(backpropagation).items()
        if callable(v) and getattr(v, "__module__", "") == backpropagation.__name__
    }
    tested = {
        *FIRST_ARGUMENT,
        "network_forward",
        "network_backward",
        "loss_and_gradients",
        "gradient_step",
        "initialise",
        "he_initialisation",
        "glorot_initialisation",
    }
    assert {n for n in public if not n.startswith("_")} == tested | {shapes.__name__}
