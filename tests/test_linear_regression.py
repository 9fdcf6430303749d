"""Linear regression against SymPy, exact fractions and NumPy's pseudo-inverse."""

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from snippets import linear_regression
from snippets.linear_regression import (
    design_matrix,
    fit,
    least_squares_gradient,
    least_squares_hessian,
    least_squares_loss,
    standardise,
)

EPS = np.finfo(float).eps
sizes = st.tuples(st.integers(1, 7), st.integers(1, 5), st.integers(0, 2**32 - 1))


def problem(N, d, seed):
    """w, X, y of standard normal numbers."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=d), rng.normal(size=(N, d)), rng.normal(size=N)


def source_data():
    """The 100 points of S2.37, from the frozen legacy stream."""
    rng = np.random.RandomState(42)
    x = 10 * rng.rand(100)
    return x, 3 * x + 2 + 2 * rng.randn(100)


def close(a, b, rtol, atol=0.0):
    """The same shape, and each pair within the tolerance."""
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol, atol)


@pytest.mark.parametrize(("N", "d"), [(4, 2), (2, 3), (1, 1)])
def test_gradient_and_hessian_are_what_sympy_differentiates(N, d):
    W, X, Y = (
        sympy.Matrix(n, m, sympy.symbols(f"{s}:{n * m}"))
        for s, n, m in [("w", d, 1), ("x", N, d), ("y", N, 1)]
    )
    L = ((X * W - Y).T * (X * W - Y))[0] / N
    w, x, y = problem(N, d, 1)
    at = dict(zip([*W, *X, *Y], map(float, [*w, *x.ravel(), *y]), strict=True))
    # sums of at most 16 products of size 1
    assert least_squares_loss(w, x, y) == pytest.approx(float(L.subs(at)), rel=16 * EPS)
    exact = np.array([sympy.diff(L, a).subs(at) for a in W], float)
    assert close(least_squares_gradient(w, x, y), exact, 0, 64 * EPS)
    exact = np.array([[sympy.diff(L, a, b).subs(at) for b in W] for a in W], float)
    assert close(least_squares_hessian(x), exact, 0, 64 * EPS)


@given(sizes)
def test_loss_is_its_own_second_order_model(size):
    """L(w + v) = L(w) + ⟨∇L, v⟩ + ½ vᵀHv exactly: L is quadratic."""
    w, X, y = problem(*size)
    v = np.random.default_rng(0).normal(size=w.size)
    model = least_squares_gradient(w, X, y) @ v + v @ least_squares_hessian(X) @ v / 2
    rise = least_squares_loss(w + v, X, y) - least_squares_loss(w, X, y)
    size = least_squares_loss(w + v, X, y) + least_squares_loss(w, X, y)
    assert rise == pytest.approx(model, abs=100 * EPS * (1 + size))  # a few dozen roundings


@given(sizes)
def test_hessian_is_symmetric_and_positive_semidefinite(size):
    X = problem(*size)[1]
    H = least_squares_hessian(X)
    assert np.array_equal(H, H.T)
    assert np.linalg.eigvalsh(H).min() >= -16 * EPS * np.abs(H).sum()


@given(sizes)
def test_fit_is_the_minimiser_of_least_norm(size):
    _, X, y = problem(*size)
    w = fit(X, y)
    exact = np.linalg.pinv(X) @ y
    # backward stable: ε times the condition number, of random matrices up to 7×5
    assert close(w, exact, 0, 100 * EPS * np.linalg.cond(X) ** 2 * (1 + np.abs(exact).max()))
    gradient = least_squares_gradient(w, X, y)
    assert np.abs(gradient).max() <= 1e-12 * np.linalg.cond(X)


def test_fit_agrees_with_exact_fractions():
    x, y = [0, 1, 2, 5], [1, 2, 4, 3]
    X = sympy.Matrix([[1, Fraction(a)] for a in x])
    exact = (X.T * X).LUsolve(X.T * sympy.Matrix(y))
    assert fit(design_matrix(x), y) == pytest.approx([float(e) for e in exact], rel=16 * EPS)


def test_dependent_columns_get_the_solution_of_least_norm():
    x = np.arange(1.0, 6)
    X = np.stack([x, 2 * x], axis=1)
    w = fit(X, 10 * x)
    assert w == pytest.approx([2, 4], rel=1e-14)  # of all w₁ + 2w₂ = 10 the shortest
    assert fit([[0, 0], [0, 0]], [1, 2]).tolist() == [0, 0]


def test_fit_keeps_twice_the_digits_of_the_normal_equations():
    """X has condition 4e8: XᵀX squares it beyond 1/ε = 5e15, and its solution is all wrong."""
    X = np.vander(np.linspace(1, 1.01, 20), 4)
    w = np.array([1.0, -2.0, 3.0, -4.0])
    assert np.abs(fit(X, X @ w) - w).max() < 1e-6  # ε·4e8·10
    assert np.abs(np.linalg.solve(X.T @ X, X.T @ (X @ w)) - w).max() > 1e-2


def test_the_published_run_is_far_from_the_fit():
    """Errata E05, E06: 200 steps at 0.001 against 0.01, 2/λmax, and the least squares."""
    x, y = source_data()
    X = design_matrix(x)
    w = fit(X, y)
    assert w == pytest.approx([2.430192, 2.908045], abs=5e-7)
    assert least_squares_loss(w, X, y) == pytest.approx(3.226338, abs=5e-7)
    assert least_squares_loss([2, 3], X, y) == pytest.approx(3.300427, abs=5e-7)
    eigenvalues = np.linalg.eigvalsh(least_squares_hessian(X))
    assert eigenvalues == pytest.approx([0.554680, 63.182296], abs=5e-7)
    assert eigenvalues[1] / eigenvalues[0] == pytest.approx(113.908, abs=5e-4)
    ends = {}
    for learning_rate in (0.001, 0.01):
        v = np.zeros(2)
        for _ in range(200):
            v = v - learning_rate * least_squares_gradient(v, X, y)
        ends[learning_rate] = v
    assert ends[0.001] == pytest.approx([0.6962, 3.1745], abs=5e-5)
    losses = {rate: least_squares_loss(v, X, y) for rate, v in ends.items()}
    assert losses[0.001] == pytest.approx(4.0799, abs=5e-5)  # E42: after the last update
    assert losses[0.01] < losses[0.001]  # the rate called too large is the better one


def test_standardised_column_makes_the_hessian_twice_the_identity():
    x, y = source_data()
    X = design_matrix(standardise(x))
    assert close(least_squares_hessian(X), 2 * np.eye(2), 0, 100 * EPS)  # 100 points
    w = np.zeros(2) - 0.5 * least_squares_gradient(np.zeros(2), X, y)
    assert w == pytest.approx(fit(X, y), rel=1e-13)  # one step at 1/2


@given(st.integers(2, 9), st.integers(0, 2**32 - 1), st.sampled_from([1e-300, 1.0, 1e307]))
def test_standardised_columns_have_mean_zero_and_variance_one(N, seed, size):
    x = np.random.default_rng(seed).normal(3, 2, (N, 3))
    Z = standardise(size * x)
    assert np.abs(Z.mean(axis=0)).max() < 1e-14
    assert Z.std(axis=0) == pytest.approx(1, rel=1e-14)
    rounding = 16 * EPS * np.abs(x).max() / x.std(axis=0).min()  # of x and of its mean
    assert close(Z, (x - x.mean(axis=0)) / x.std(axis=0), rounding, rounding)
    assert close(standardise(size * x[:, 0]), Z[:, 0], 0, 1e-13)  # summed in another order


def gradient_of_the_source(loss_fn, w, h=1e-7):
    """As published in S2.32: zeros_like of integers truncates."""
    gradient, w = np.zeros_like(w), w.copy()
    for i in range(len(w)):
        old = w[i]
        w[i] = old + h
        above = loss_fn(w)
        w[i] = old - h
        gradient[i] = (above - loss_fn(w)) / (2 * h)
        w[i] = old
    return gradient


def test_integer_weights_are_converted_where_the_published_gradient_truncates():
    """Erratum E41."""
    rng = np.random.RandomState(42)
    X = design_matrix(rng.randn(20))
    y = X @ [2, 3] + 0.1 * rng.randn(20)
    w = np.array([1, 1])
    truth = [-1.26161073, -3.258401]
    assert least_squares_gradient(w, X, y) == pytest.approx(truth, abs=5e-8)
    broken = gradient_of_the_source(lambda w: least_squares_loss(w, X, y), w)
    assert broken.tolist() == [-11308053, -20816580]
    assert least_squares_gradient([0, 0], X, y) == pytest.approx(
        [-2.91901361, -4.72563395], abs=5e-9
    )


def test_one_convention_of_scale_against_the_other_three():
    """Erratum E55: one problem, four published scalings, the same names."""
    X, y, w = design_matrix([0, 2, 2]), np.array([2, 2, 1]), np.zeros(2)
    gradient = least_squares_gradient(w, X, y)
    assert gradient == pytest.approx([-10 / 3, -4], rel=4 * EPS)  # mean, S0 and S2
    assert 3 * gradient == pytest.approx([-10, -12], rel=4 * EPS)  # sum, S3
    assert gradient / 2 == pytest.approx([-5 / 3, -2], rel=4 * EPS)  # half the mean, S1


@pytest.mark.parametrize(
    "mistake",
    [
        lambda w, X, y: -least_squares_gradient(w, X, y),
        lambda w, X, y: least_squares_gradient(w, X, y) / 2,
        lambda w, X, y: least_squares_gradient(w, X, y) * len(y),
        lambda w, X, y: 2 / X.shape[1] * X.T @ (X @ w - y),
        lambda w, X, y: 2 / len(y) * X.T @ (X @ w + y),
    ],
)
def test_planted_mistakes_are_seen_by_the_chord(mistake):
    w, X, y = problem(5, 3, 2)
    v, h = np.array([1.0, -0.5, 0.3]), 1e-3
    chord = (least_squares_loss(w + h * v, X, y) - least_squares_loss(w - h * v, X, y)) / (2 * h)
    # L is quadratic: no truncation, ε·L/h rounding
    assert least_squares_gradient(w, X, y) @ v == pytest.approx(chord, abs=1e-11)
    assert abs(mistake(w, X, y) @ v - chord) > 1e-2


def test_precision_stays_that_of_the_arguments():
    w, X, y = (a.astype(np.float32) for a in problem(5, 3, 3))
    kept = [a.copy() for a in (w, X, y)]
    for result in (
        least_squares_loss(w, X, y),
        least_squares_gradient(w, X, y),
        fit(X, y),
        least_squares_loss([1, 2, 3], X, [1, 2, 3, 4, 5]),
        fit(X, [1, 2, 3, 4, 5]),
        least_squares_hessian(X),
        design_matrix(X),
        standardise(X),
    ):
        assert result.dtype == np.float32
    assert all(np.array_equal(a, b) for a, b in zip(kept, (w, X, y), strict=True))


def test_overflow_is_infinite_and_silent():
    big = np.array([1e308])
    assert least_squares_loss(big, [[1e308]], [0]) == math.inf
    assert least_squares_gradient(big, [[1e308]], [0]).tolist() == [math.inf]
    assert least_squares_hessian([[1e308]]).tolist() == [[math.inf]]
    assert fit([[1e308, 1], [1, 1e308]], [1e308, -1e308]) == pytest.approx([1, -1])


GOOD = ([1.0, 2.0], [[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]], [1.0, 2.0, 3.0])
BAD_W = [
    (1.0, ValueError, "w must have 1 axes, got shape"),
    ([[1.0], [2.0]], ValueError, r"w must have 1 axes, got shape \(2, 1\)"),
    ([1.0], ValueError, r"w must have shape \(2,\) to fit X, got \(1,\)"),
    ([1.0, math.nan], ValueError, "w must be finite"),
    (["1", "2"], TypeError, "w must be real numbers"),
    ([True, False], TypeError, "w must be real numbers"),
]
BAD_X = [
    (None, TypeError, "X must be real numbers, got None"),
    (1.0, ValueError, "X must have 2 axes"),
    ([1.0, 2.0], ValueError, r"X must have 2 axes, got shape \(2,\)"),
    (np.empty((0, 2)), ValueError, "X must be finite and not empty"),
    (np.empty((3, 0)), ValueError, "X must be finite and not empty"),
    ([[1.0, math.inf]] * 3, ValueError, "X must be finite"),
    ([[1.0, None]] * 3, TypeError, "X must be real numbers"),
    ([[1.0, 2.0], [3.0]], ValueError, "inhomogeneous"),
    ([[1j, 2.0]] * 3, TypeError, "X must be real numbers"),
]
BAD_Y = [
    (1.0, ValueError, "y must have 1 axes"),
    ([[1.0], [2.0], [3.0]], ValueError, r"y must have 1 axes, got shape \(3, 1\)"),
    ([1.0, 2.0], ValueError, r"y must have shape \(3,\) to fit X, got \(2,\)"),
    ([1.0, 2.0, math.nan], ValueError, "y must be finite"),
    ("abc", TypeError, "y must be real numbers"),
]


@pytest.mark.parametrize("f", [least_squares_loss, least_squares_gradient])
@pytest.mark.parametrize(
    ("position", "bad", "error", "message"),
    [(i, *row) for i, table in enumerate([BAD_W, BAD_X, BAD_Y]) for row in table],
)
def test_bad_argument_is_refused(f, position, bad, error, message):
    arguments = list(GOOD)
    arguments[position] = bad
    with pytest.raises(error, match=message):
        f(*arguments)


@pytest.mark.parametrize(("X", "error", "message"), BAD_X)
def test_bad_matrix_is_refused(X, error, message):
    for f in (least_squares_hessian, lambda X: fit(X, GOOD[2])):
        with pytest.raises(error, match=message):
            f(X)


@pytest.mark.parametrize(("y", "error", "message"), BAD_Y)
def test_bad_target_is_refused(y, error, message):
    with pytest.raises(error, match=message):
        fit(GOOD[1], y)


@pytest.mark.parametrize("f", [design_matrix, standardise])
@pytest.mark.parametrize("x", ["a", 1.0, [], [math.nan, 1.0], [True, False], np.ones((2, 2, 2))])
def test_bad_columns_are_refused(f, x):
    with pytest.raises((TypeError, ValueError), match="x must"):
        f(x)


@pytest.mark.parametrize("x", [[0.1, 0.1, 0.1], [[1, 2], [1, 3]], [5], [0, 0]])
def test_constant_column_cannot_be_standardised(x):
    with pytest.raises(ValueError, match="x must vary in each column"):
        standardise(x)


def test_every_public_function_is_tested_here():
    public = {
        n
        for n, v in vars(linear_regression).items()
        if callable(v) and getattr(v, "__module__", "") == linear_regression.__name__
    }
    assert {n for n in public if not n.startswith("_")} == {
        "least_squares_loss",
        "least_squares_gradient",
        "least_squares_hessian",
        "fit",
        "design_matrix",
        "standardise",
    }
