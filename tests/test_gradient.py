"""The numerical gradient against SymPy, SciPy, and the programs that get it wrong."""

import math

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes
from scipy.optimize._numdiff import approx_derivative

from snippets.gradient import numerical_gradient

FORMULAS = [
    "x0**2*x1 + 3*x1**2*x2",
    "sin(x0)*exp(x1*x2) + x3**3",
    "log(1 + x0**2 + x1**2)/(x2 + x3)",
    "(x0 + x1*x2*x3)/(1 + x0**2)",
]
X = sympy.symbols("x0:4")


@pytest.mark.parametrize("formula", FORMULAS)
def test_gradient_is_that_of_sympy(formula):
    expression = sympy.sympify(formula)
    f = sympy.lambdify([X], expression, "numpy")
    slopes = [sympy.diff(expression, x) for x in X]
    for point in np.random.default_rng(0).uniform(0.5, 1.5, (5, 4)):
        at = dict(zip(X, point.tolist(), strict=True))
        exact = [float(slope.evalf(30, subs=at)) for slope in slopes]
        # 10 digits: ε^(2/3) ≈ 4e-11 times values and third derivatives of at most 20.
        assert numerical_gradient(f, point) == pytest.approx(np.array(exact), rel=1e-9, abs=1e-9)


def logistic(n, rows=64):
    """Logistic regression with n weights: the loss, of one w or of a batch, and its gradient."""
    rng = np.random.default_rng(n)
    A, y = rng.normal(size=(rows, n)) / math.sqrt(n), rng.integers(0, 2, rows)

    def loss(w):
        z = w @ A.T
        return np.mean(np.logaddexp(0, z) - y * z, axis=-1)

    return loss, lambda w: A.T @ (1 / (1 + np.exp(-A @ w)) - y) / rows, rng.normal(size=n)


@pytest.mark.parametrize("batched", [False, True])
@pytest.mark.parametrize("n", [10, 100, 785])
def test_error_is_below_3e_10(n, batched):
    """The issue's target; ε|f|/h + h²/6 is 6e-11 here, the maximum over n entries a few times that."""
    loss, exact, w = logistic(n)
    assert np.max(np.abs(numerical_gradient(loss, w, batched=batched) - exact(w))) <= 3e-10


@pytest.mark.parametrize("n", [10, 100])
def test_gradient_agrees_with_scipy(n):
    loss, _, w = logistic(n)
    # both are central differences with 3e-10 to lose
    assert numerical_gradient(loss, w) == pytest.approx(approx_derivative(loss, w), abs=6e-10)


def test_gradient_is_second_order_in_h():
    loss, exact, w = logistic(10)
    steps = np.logspace(0, -2, 7)
    errors = [np.linalg.norm(numerical_gradient(loss, w, h) - exact(w)) for h in steps]
    assert np.polyfit(np.log(steps), np.log(errors), 1)[0] == pytest.approx(2, abs=0.05)


@given(array_shapes(min_dims=0, max_dims=4, max_side=4), st.booleans())
def test_gradient_has_the_shape_of_x(shape, batched):
    rng = np.random.default_rng(len(shape))
    x, weights = rng.normal(size=(2, *shape))
    axes = tuple(range(-len(shape), 0))

    def f(x):
        return np.sum(weights * np.sin(x), axis=axes)

    gradient = numerical_gradient(f, x, batched=batched)
    assert np.shape(gradient) == shape
    # one rounding of the sum of up to 256 terms over h: 256·2ε/6e-6
    assert gradient == pytest.approx(weights * np.cos(x), abs=2e-8)


def test_batches_are_many_but_never_large():
    """n = 500 takes 1,000 points: a few calls, none with more than 2¹⁶ numbers at a time."""
    sizes = []

    def f(points):
        sizes.append(points.size)
        return np.sum(points**3, axis=-1)

    x = np.random.default_rng(0).normal(size=500)
    gradient = numerical_gradient(f, x, batched=True)
    assert gradient == pytest.approx(3 * x**2, abs=1e-7)  # ε·Σ|x³|/6e-6, Σ|x³| ≈ 800
    assert sum(sizes) == 2 * x.size**2
    assert len(sizes) < 20
    assert max(sizes) <= 2**16


def test_gradient_takes_two_values_a_coordinate():
    calls = []
    numerical_gradient(lambda x: calls.append(1) or np.sum(x), np.ones(7))
    assert len(calls) == 14


def test_one_step_for_each_coordinate():
    def f(x):
        return np.sum(np.exp(x))

    x, h = np.array([0.5, 1.0]), np.array([1e-1, 1e-3])
    each = [numerical_gradient(f, x, step)[i] for i, step in enumerate(h)]
    assert numerical_gradient(f, x, h).tolist() == each


def test_large_and_small_coordinates_are_moved_in_their_own_units():
    x = np.array([1e8, 1.0, 0.0])
    gradient = numerical_gradient(lambda x: np.sin(x[0] / 1e8) + x[1] ** 3 + np.exp(x[2]), x)
    assert gradient == pytest.approx(np.array([math.cos(1) / 1e8, 3, 1]), rel=1e-9)


def test_float32_gets_its_own_step_and_stays_float32():
    x = np.linspace(-1, 1, 5, dtype=np.float32)
    gradient = numerical_gradient(lambda x: np.sum(np.sin(x)), x)
    assert gradient.dtype == np.float32
    # ε^(2/3) ≈ 2.4e-5, and the sum of five rounds a few times
    assert gradient == pytest.approx(np.cos(x.astype(float)), abs=2e-4)


def test_nothing_is_mutated_even_by_a_function_that_mutates():
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    x.flags.writeable = False

    def spoiler(point):
        value = np.sum(point**2)
        point[...] = 7
        return value

    assert numerical_gradient(spoiler, x) == pytest.approx(2 * x, abs=1e-8)


def test_a_function_that_reuses_its_buffer_is_read_in_time():
    buffer = np.zeros(())

    def f(x):
        buffer[...] = np.sum(x**2)
        return buffer

    assert numerical_gradient(f, [1.0, 2.0]) == pytest.approx(np.array([2, 4]), abs=1e-9)


# Erratum E01: a parameter list whose slot is rebound, and a loss that reads the array itself.
def test_rebinding_a_slot_measures_zero_and_a_pure_function_measures_the_slope():
    x, y = 2.0, 3.0
    w = np.array(0.5)

    def loss():
        return (w * x - y) ** 2

    def broken(loss, params, epsilon=1e-7):
        original = params[0]
        params[0] = original + epsilon  # a new array: `w` keeps its value
        above = loss()
        params[0] = original - epsilon
        return (above - loss()) / (2 * epsilon)

    assert broken(loss, [w]) == 0  # the slope is −8
    assert numerical_gradient(lambda w: (w * x - y) ** 2, w) == pytest.approx(-8, abs=1e-9)


# Erratum E09: one loop over the first axis, in the dtype of x.
def broken_gradient_check(f, x, epsilon=1e-7):
    gradient = np.zeros_like(x)
    for i in range(len(x)):
        above, below = x.copy(), x.copy()
        above[i] += np.array(epsilon).astype(x.dtype)
        below[i] -= np.array(epsilon).astype(x.dtype)
        gradient[i] = np.array((f(above) - f(below)) / (2 * epsilon)).astype(x.dtype)
    return gradient


@pytest.mark.parametrize(
    "x",
    [np.array([1, 3, -5]), np.float32([1, 3, -5]), np.array([[1.0, 2.0], [3.0, 4.0]])],
    ids=["integers", "float32", "two-dimensional"],
)
def test_gradient_is_right_where_the_common_loop_is_wrong(x):
    def f(x):
        return np.sum(x**2)

    truth = 2 * x.astype(float)
    tolerance = 1e-2 if x.dtype == np.float32 else 1e-8  # ε·35/h in each precision
    assert np.abs(broken_gradient_check(f, x) - truth).max() >= 2
    assert numerical_gradient(f, x) == pytest.approx(truth, abs=tolerance)


# Erratum E41: the step is added in place to a copy that holds integers.
def test_integer_weights_are_converted():
    rng = np.random.default_rng(0)
    X = np.column_stack([np.ones(20), rng.random(20)])
    y = X @ [2, 3] + 0.1 * rng.normal(size=20)

    def loss(w):
        return np.mean((y - X @ w) ** 2)

    def broken(w, h=1e-7):
        gradient = np.zeros_like(w, dtype=float)
        for i in range(len(w)):
            above, below = w.copy(), w.copy()
            above[i] = w[i] + h  # truncated to w[i]
            below[i] = w[i] - h  # truncated to w[i] − 1
            gradient[i] = (loss(above) - loss(below)) / (2 * h)
        return gradient

    w = np.array([1, 1])
    truth = -2 / 20 * X.T @ (y - X @ w)
    assert np.abs(broken(w) - truth).min() > 1e5
    assert numerical_gradient(loss, w) == pytest.approx(truth, abs=1e-9)


ONES = np.ones((2, 3))
BAD = [
    ({"f": 3}, TypeError, "not callable"),
    ({"f": lambda x: None}, TypeError, "f near x, one number a point, must be real numbers"),
    ({"f": lambda x: "1"}, TypeError, "must be real numbers"),
    ({"f": lambda x: 1j}, TypeError, "must be real numbers"),
    ({"f": lambda x: x}, ValueError, r"must have shape \(12,\), got \(12, 2, 3\)"),
    ({"f": lambda x: [np.sum(x)]}, ValueError, r"must have shape \(12,\), got \(12, 1\)"),
    ({"f": lambda x: np.ones(int(x[0, 0] > 1) + 1)}, ValueError, "inhomogeneous"),
    ({"f": lambda x: math.nan}, ValueError, "must be finite"),
    ({"f": lambda x: -math.inf}, ValueError, "must be finite"),
    ({"f": lambda x: np.float32(1)}, TypeError, "as precise as x, float64, got float32"),
    ({"f": np.sum, "batched": True}, ValueError, r"must have shape \(12,\), got \(\)"),
    ({"f": lambda x: np.sum(x, -1), "batched": True}, ValueError, r"got \(12, 2\)"),
    ({"x": None}, TypeError, "x must be real numbers, got None"),
    ({"x": "abc"}, TypeError, "x must be real numbers"),
    ({"x": [True, False]}, TypeError, "x must be real numbers"),
    ({"x": np.array([1.0, None])}, TypeError, "x must be real numbers"),
    ({"x": [1 + 2j]}, TypeError, "x must be real numbers"),
    ({"x": [[1.0], [1.0, 2.0]]}, ValueError, "inhomogeneous"),
    ({"x": []}, ValueError, "not empty"),
    ({"x": np.zeros((3, 0))}, ValueError, "not empty"),
    ({"x": [1.0, math.nan]}, ValueError, "x must be finite"),
    ({"h": 0}, ValueError, "h must be positive"),
    ({"h": -1e-5}, ValueError, "h must be positive"),
    ({"h": 1e-20}, ValueError, "h must be positive and move x"),
    ({"h": math.inf}, ValueError, "h must be finite"),
    ({"h": "small"}, TypeError, "h must be real numbers"),
    ({"h": np.full(3, 1e-5)}, ValueError, r"h must have shape \(2, 3\), got \(3,\)"),
]


@pytest.mark.parametrize(("bad", "error", "message"), BAD)
def test_bad_input_is_refused(bad, error, message):
    with pytest.raises(error, match=message):
        numerical_gradient(**{"f": np.sum, "x": ONES, **bad})
