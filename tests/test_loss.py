"""Losses against SymPy, SciPy and the complex step, and the errors that others publish."""

import math

import mpmath
import numpy as np
import pytest
import scipy.special
import sympy
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from snippets import loss
from snippets.loss import (
    binary_cross_entropy,
    binary_cross_entropy_from_logits,
    binary_cross_entropy_from_logits_gradient,
    binary_cross_entropy_gradient,
    cross_entropy,
    cross_entropy_from_logits,
    cross_entropy_from_logits_gradient,
    cross_entropy_gradient,
    logsumexp,
    mean_squared_error,
    mean_squared_error_gradient,
)

EPS = np.finfo(float).eps
BIG = np.finfo(float).max
PAIRS = {
    "mse": (mean_squared_error, mean_squared_error_gradient),
    "bce": (binary_cross_entropy, binary_cross_entropy_gradient),
    "bce logits": (binary_cross_entropy_from_logits, binary_cross_entropy_from_logits_gradient),
    "ce": (cross_entropy, cross_entropy_gradient),
    "ce logits": (cross_entropy_from_logits, cross_entropy_from_logits_gradient),
}
ELEMENTWISE, CLASSES = ["mse", "bce", "bce logits"], ["ce", "ce logits"]
shapes = hnp.array_shapes(min_dims=1, max_dims=3, max_side=4)

# The same losses, naively, for complex numbers too: an oracle that shares no code.
NAIVE = {
    "mse": lambda a, y: np.mean((a - y) ** 2),
    "bce": lambda p, y: -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)),
    "bce logits": lambda z, y: NAIVE["bce"](1 / (1 + np.exp(-z)), y),
    "ce": lambda p, y: -np.mean(np.sum(y * np.log(p), axis=-1)),
    "ce logits": lambda z, y: NAIVE["ce"](np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True), y),
}


def close(a, b, rtol, atol=0.0):
    """The same shape, and each pair within the tolerance."""
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol, atol)


def complex_gradient(f, x):
    """The gradient by complex steps: no subtraction, so no digit is lost."""
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        point = x.astype(complex)
        point[index] += 1e-30j
        gradient[index] = f(point).imag / 1e-30
    return gradient


def sample(name, shape, rng):
    """A point of the loss and a y, of a shape whose last axis holds the classes."""
    x = rng.normal(0, 2, shape)
    y = rng.uniform(0.05, 0.95, shape)
    if name in CLASSES:
        y /= y.sum(axis=-1, keepdims=True)
    return (rng.uniform(0.05, 0.95, shape) if name in ("bce", "ce") else x), y


@pytest.mark.parametrize("name", PAIRS)
@given(shape=shapes, seed=st.integers(0, 2**32 - 1))
def test_value_and_gradient_are_those_of_the_naive_formula(name, shape, seed):
    f, gradient = PAIRS[name]
    x, y = sample(name, shape, np.random.default_rng(seed))
    kept = x.copy(), y.copy()
    # up to 64 terms of size 10, a few roundings each; 1/p ≤ 20 in the gradient
    assert close(f(x, y), NAIVE[name](x, y), 1e-14, 1e-15)
    assert close(gradient(x, y), complex_gradient(lambda x: NAIVE[name](x, y), x), 1e-13, 1e-14)
    assert all(np.array_equal(a, b) for a, b in zip((x, y), kept, strict=True))


@pytest.mark.parametrize("name", PAIRS)
def test_gradient_is_what_sympy_differentiates(name):
    x, y = sample(name, (2, 3), np.random.default_rng(3))
    X, Y = (sympy.Matrix(2, 3, sympy.symbols(f"{n}:6")) for n in "xy")
    rows = range(2)
    log_sigmoid = [[-sympy.log(1 + sympy.exp(s * a)) for a in X] for s in (-1, 1)]
    formula = {
        "mse": sum((a - b) ** 2 for a, b in zip(X, Y, strict=True)) / 6,
        "bce": -sum(
            b * sympy.log(a) + (1 - b) * sympy.log(1 - a) for a, b in zip(X, Y, strict=True)
        )
        / 6,
        "bce logits": -sum(b * s + (1 - b) * t for b, s, t in zip(Y, *log_sigmoid, strict=True))
        / 6,
        "ce": -sum(b * sympy.log(a) for a, b in zip(X, Y, strict=True)) / 2,
        "ce logits": sum(
            sympy.log(sum(map(sympy.exp, X.row(i)))) - Y.row(i).dot(X.row(i)) for i in rows
        )
        / 2,
    }[name]
    f, gradient = PAIRS[name]
    numbers = dict(zip([*X, *Y], map(mpmath.mpf, [*x.ravel(), *y.ravel()]), strict=True))
    exact = [float(sympy.diff(formula, a).evalf(50, subs=numbers)) for a in X]
    assert f(x, y) == pytest.approx(float(formula.evalf(50, subs=numbers)), rel=8 * EPS)
    # y sums to 1 to ε, which "ce logits" uses; entries are of size 1
    assert close(gradient(x, y).ravel(), exact, 8 * EPS, 2 * EPS)


def test_softmax_minus_y_is_derived_from_the_sum_of_y_being_one():
    z = sympy.symbols("z:3", real=True)
    y = sympy.symbols("y:3", real=True)
    total = sum(map(sympy.exp, z))
    L = -sum(b * sympy.log(sympy.exp(a) / total) for a, b in zip(z, y, strict=True))
    for a, b in zip(z, y, strict=True):
        assert sympy.cancel(sympy.diff(L, a) - (sum(y) * sympy.exp(a) / total - b)) == 0


logits = hnp.arrays(
    float, st.tuples(st.integers(1, 4), st.integers(1, 5)), elements=st.floats(-BIG, BIG)
)


@given(z=logits, seed=st.integers(0, 2**32 - 1))
def test_every_finite_logit_gives_a_finite_loss_and_gradient_without_a_warning(z, seed):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, z.shape[-1], z.shape[:-1])
    bits = rng.integers(0, 2, z.shape)
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        assert 0 <= cross_entropy_from_logits(z, labels) < np.inf
        assert np.abs(cross_entropy_from_logits_gradient(z, labels)).max() <= 1
        assert 0 <= binary_cross_entropy_from_logits(z, bits) < np.inf
        assert np.abs(binary_cross_entropy_from_logits_gradient(z, bits)).max() <= 1
        assert np.isfinite(logsumexp(z)).all()
        assert mean_squared_error(z, z) == 0
        mean_squared_error(z, -z)  # may be inf, and says nothing
        mean_squared_error_gradient(z, -z)


@given(z=logits)
def test_logsumexp_agrees_with_scipy_and_lies_just_above_the_maximum(z):
    with np.errstate(over="ignore"):
        exact = scipy.special.logsumexp(z, axis=-1)
    assert close(logsumexp(z), exact, 4 * EPS, 4 * EPS)
    top = z.max(axis=-1)
    assert ((logsumexp(z) >= top) & (logsumexp(z) <= top + math.log(z.shape[-1]) + 1e-15)).all()


@given(z=st.floats(-700, 700), y=st.sampled_from([0, 1, 0.25]))
def test_binary_form_from_logits_keeps_its_digits_at_both_ends(z, y):
    with mpmath.workdps(700):  # 1 − σ(700) cancels 304 digits
        sigma = 1 / (1 + mpmath.exp(-mpmath.mpf(z)))
        exact = -(y * mpmath.log(sigma) + (1 - y) * mpmath.log(1 - sigma))
        slope = sigma - y
    assert binary_cross_entropy_from_logits(z, y) == pytest.approx(float(exact), rel=4 * EPS)
    # e^−s of a rounded s ≤ 700 errs by 700 ε/2; near σ = ¼ the bound is absolute
    absolute = EPS if y == 0.25 else 0
    gradient = binary_cross_entropy_from_logits_gradient(z, y)
    assert gradient == pytest.approx(float(slope), rel=400 * EPS, abs=absolute)


@given(seed=st.integers(0, 2**32 - 1), shape=shapes)
def test_forms_from_logits_agree_with_forms_from_probabilities(seed, shape):
    rng = np.random.default_rng(seed)
    z, y = sample("ce logits", shape, rng)
    p = scipy.special.softmax(z, axis=-1)
    assert cross_entropy_from_logits(z, y) == pytest.approx(cross_entropy(p, y), rel=1e-13)
    sigma = scipy.special.expit(z)
    expected = binary_cross_entropy(sigma, y)
    assert binary_cross_entropy_from_logits(z, y) == pytest.approx(expected, rel=1e-13)
    # chain rule: dL/dz = dL/dσ · σ(1 − σ)
    chained = binary_cross_entropy_gradient(sigma, y) * sigma * (1 - sigma)
    assert close(binary_cross_entropy_from_logits_gradient(z, y), chained, 1e-12, 1e-15)


@pytest.mark.parametrize("name", CLASSES)
@given(shape=shapes, seed=st.integers(0, 2**32 - 1))
def test_labels_mean_one_hot_rows(name, shape, seed):
    rng = np.random.default_rng(seed)
    x, _ = sample(name, shape, rng)
    labels = rng.integers(0, shape[-1], shape[:-1])
    one_hot = np.eye(shape[-1])[labels]
    for f in PAIRS[name]:
        for kind in (np.uint8, np.int64):
            assert np.array_equal(f(x, labels.astype(kind)), f(x, one_hot))
        assert np.array_equal(f(x, labels.tolist()), f(x, one_hot.astype(int).tolist()))


@pytest.mark.parametrize("name", PAIRS)
def test_mean_is_over_samples_so_a_doubled_batch_has_the_same_loss(name):
    x, y = sample(name, (4, 3), np.random.default_rng(5))
    f, gradient = PAIRS[name]
    assert f(np.vstack([x, x]), np.vstack([y, y])) == pytest.approx(f(x, y), rel=4 * EPS)
    twice = gradient(np.vstack([x, x]), np.vstack([y, y]))
    assert close(twice, np.vstack([gradient(x, y)] * 2) / 2, 4 * EPS)
    assert f(x.reshape(2, 2, 3), y.reshape(2, 2, 3)) == pytest.approx(f(x, y), rel=4 * EPS)


@pytest.mark.parametrize("name", PAIRS)
def test_mistakes_of_sign_factor_and_scale_are_seen_by_the_complex_step(name):
    x, y = sample(name, (4, 3), np.random.default_rng(6))
    exact = complex_gradient(lambda x: NAIVE[name](x, y), x)
    right = PAIRS[name][1](x, y)
    for mistake in (-right, 2 * right, right / 2, right * 4, right * 12, right * 1.01):
        assert not close(mistake, exact, 1e-3)


def test_worked_examples():
    """S1.39 and S1.41."""
    z = np.log([0.7, 0.2, 0.1])
    assert cross_entropy([0.7, 0.2, 0.1], [1, 0, 0]) == pytest.approx(0.3567, abs=5e-5)
    assert cross_entropy_from_logits(z, 0) == pytest.approx(-math.log(0.7), rel=4 * EPS)
    gradient = cross_entropy_from_logits_gradient(z, [1, 0, 0])
    assert gradient == pytest.approx([-0.3, 0.2, 0.1], abs=4 * EPS)
    assert cross_entropy_gradient([0.5, 0.25, 0.25], 1).tolist() == [0, -4, 0]
    assert binary_cross_entropy_gradient(0.5, 1) == -2


def test_certainty_that_is_right_costs_nothing_and_one_that_is_wrong_costs_infinity():
    assert binary_cross_entropy([0.0, 1.0], [0, 1]) == 0
    assert binary_cross_entropy([0.0, 0.5], [1, 1]) == math.inf
    assert cross_entropy([[1.0, 0.0]], [0]) == 0
    assert cross_entropy([[1.0, 0.0]], [1]) == math.inf
    assert binary_cross_entropy_gradient([0.0, 1.0], [0, 1]).tolist() == [0.5, -0.5]
    assert binary_cross_entropy_gradient([5e-324], [1]).tolist() == [-math.inf]
    assert cross_entropy_gradient([[5e-324, 1.0]], [0]).tolist() == [[-math.inf, 0]]
    assert not np.signbit(binary_cross_entropy([1.0, 1.0], [1, 1]))


@pytest.mark.parametrize(
    ("gradient", "p", "y"),
    [
        (binary_cross_entropy_gradient, 0, 1),
        (binary_cross_entropy_gradient, 1, 0),
        (binary_cross_entropy_gradient, [0.5, 0], [1, 0.5]),
        (cross_entropy_gradient, [1, 0], 1),
        (cross_entropy_gradient, [[1, 0]], [[0.9, 0.1]]),
    ],
)
def test_gradient_of_an_infinite_loss_is_refused(gradient, p, y):
    with pytest.raises(ValueError, match="use the form from logits"):
        gradient(p, y)


def test_small_constant_in_the_logarithm_caps_the_loss_and_spoils_its_gradient():
    """Erratum E35: log(p + 1e-10) is negative at p = 1 and stops at 23.026."""

    def published(p, y):
        return -np.sum(y * np.log(p + 1e-10))

    y, z = np.array([1.0, 0, 0]), np.array([-50.0, 0, 0])
    assert published(np.array([1.0, 0, 0]), y) == pytest.approx(-1e-10, rel=1e-6)
    assert published(scipy.special.softmax(z), y) == pytest.approx(23.026, abs=5e-4)
    assert cross_entropy([1.0, 0, 0], y) == 0
    assert cross_entropy_from_logits(z, y) == pytest.approx(50.693, abs=5e-4)
    # the slope of the capped loss is 5e-13, that of ours −1
    h = 1e-5 * np.array([1.0, 0, 0])
    softmax = scipy.special.softmax
    slope = (published(softmax(z + h), y) - published(softmax(z - h), y)) / 2e-5
    assert abs(slope) < 1e-9
    assert cross_entropy_from_logits_gradient(z, y)[0] == pytest.approx(-1, abs=EPS)


def test_y_that_does_not_sum_to_one_is_refused_where_softmax_minus_y_is_wrong():
    """Erratum E35: for y = [1, 1, 0] the published gradient is not one."""
    y, p = np.array([1.0, 1, 0]), np.array([0.7, 0.2, 0.1])
    true = complex_gradient(lambda z: NAIVE["ce logits"](z[None], y), np.log(p))
    assert true == pytest.approx([0.4, -0.6, 0.2])
    assert p - y == pytest.approx([-0.3, -0.8, 0.1])
    for f in PAIRS["ce logits"]:
        with pytest.raises(ValueError, match="y must sum to 1 in each sample"):
            f(np.log(p), y)


def test_gradient_divides_by_all_elements_where_the_published_one_divides_by_rows():
    """Erratum E36: on a 4×3 array it is 3 times the truth."""
    a, y = np.random.default_rng(7).normal(size=(2, 4, 3))
    published = 2 * (a - y) / len(y)
    exact = complex_gradient(lambda a: NAIVE["mse"](a, y), a)
    assert close(published, 3 * exact, 4 * EPS)
    assert close(mean_squared_error_gradient(a, y), exact, 4 * EPS)


def test_targets_are_never_broadcast():
    """Audit 2.8: (4,) minus (4, 1) is (4, 4), silently."""
    a, y = np.zeros((4, 1)), np.arange(4.0)
    assert (a - y).shape == (4, 4)
    with pytest.raises(ValueError, match=r"shape of y_hat, \(4, 1\), got \(4,\)"):
        mean_squared_error(a, y)


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_precision_stays_that_of_the_arguments(name, dtype):
    x, y = sample(name, (4, 3), np.random.default_rng(8))
    x, y = x.astype(dtype), np.eye(3, dtype=int)[[0, 1, 2, 1]]
    f, gradient = PAIRS[name]
    few = 20 * float(np.finfo(dtype).eps)  # twenty roundings
    for g in (f, gradient):
        assert g(x, y).dtype == g(x, y.astype(dtype)).dtype == dtype
        assert g(x, y.astype(np.float64)).dtype in (dtype, np.float64)
        assert close(g(x, y).astype(float), g(x.astype(float), y), few, few)


def test_mixed_precisions_meet_in_the_wider():
    p, y = np.float64([0.25, 0.75]), np.float32([0, 1])
    assert binary_cross_entropy_gradient(p, y).dtype == np.float64
    smooth = np.full((1, 7), 1 / 7, np.float32)  # sums to 1 in float32 only
    assert np.isfinite(cross_entropy(smooth.astype(float), smooth))


BAD_PAIRS = [
    ("a", 1, TypeError, "must be real numbers, got 'a'"),
    (None, 1, TypeError, "must be real numbers"),
    (0.5, None, TypeError, "y must be real numbers"),
    (True, 1, TypeError, "must be real numbers"),
    (0.5, True, TypeError, "y must be real numbers"),
    (0.5j, 1, TypeError, "must be real numbers"),
    (np.array([0.5, None]), [1, 1], TypeError, "must be real numbers"),
    (["0.5"], [1], TypeError, "must be real numbers"),
    (math.nan, 1, ValueError, "must be finite and not empty, got nan"),
    ([0.5, math.inf], [1, 1], ValueError, "must be finite"),
    (0.5, math.nan, ValueError, "y must be finite"),
    ([], [], ValueError, "not empty"),
    ([0.5, 0.5], [1], ValueError, r"y must have the shape of \w+, \(2,\), got \(1,\)"),
    ([[0.5], [0.5]], [1, 1], ValueError, r"got \(2,\)"),
    ([0.5, 0.5], 1, ValueError, r"got \(\)"),
    ([[0.5], [0.5, 0.5]], 1, ValueError, "inhomogeneous"),
]
OUT_OF_RANGE = [
    ("bce", 1.5, 1, "p must be from 0 to 1, got 1.5"),
    ("bce", -0.1, 1, "p must be from 0 to 1"),
    ("bce", 0.5, 2, "y must be from 0 to 1"),
    ("bce logits", 3.0, -1, "y must be from 0 to 1"),
    ("ce", [1.5, 0.5], 0, "p must be from 0 to 1"),
]
BAD_CLASSES = [
    (0.5, 0, ValueError, "classes on the last axis"),
    ([], 0, ValueError, "not empty"),
    ([0.5, math.nan], 0, ValueError, "must be finite"),
    ("ab", 0, TypeError, "must be real numbers"),
    ([True, False], 0, TypeError, "must be real numbers"),
    ([[0.5, 0.5]], [2], ValueError, r"labels must be from 0 to 1, got \[2\]"),
    ([[0.5, 0.5]], [-1], ValueError, "labels must be from 0 to 1"),
    (
        [[0.5, 0.5]],
        [1.0],
        ValueError,
        r"integer labels of shape \(1,\) or .* \(1, 2\), got float64",
    ),
    ([[0.5, 0.5]], [0, 1], ValueError, r"got float64 of shape \(2,\)"),
    ([[0.5, 0.5]], [[0], [1]], ValueError, r"of shape \(2, 1\)"),
    ([[0.5, 0.5]], [True], TypeError, "y must be real numbers"),
    ([[0.5, 0.5]], ["1"], TypeError, "y must be real numbers"),
    ([[0.5, 0.5]], [[0.5, 0.4]], ValueError, "y must sum to 1"),
    ([[0.5, 0.5]], [[1.5, -0.5]], ValueError, "y must be from 0 to 1"),
    ([[0.5, 0.5]], [[math.nan, 1.0]], ValueError, "y must be finite"),
]


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize(("x", "y", "error", "message"), BAD_PAIRS)
def test_bad_pair_is_refused(name, x, y, error, message):
    for f in PAIRS[name]:
        with pytest.raises(error, match=message):
            f(x, y)


@pytest.mark.parametrize(("name", "x", "y", "message"), OUT_OF_RANGE)
def test_number_out_of_range_is_refused(name, x, y, message):
    for f in PAIRS[name]:
        with pytest.raises(ValueError, match=message):
            f(x, y)


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize(("x", "y", "error", "message"), BAD_CLASSES)
def test_bad_classes_are_refused(name, x, y, error, message):
    for f in PAIRS[name]:
        with pytest.raises(error, match=message):
            f(x, y)


@pytest.mark.parametrize("z", ["a", [math.inf, 0.0], [math.nan], [], 3.0, [True]])
def test_logsumexp_refuses_what_it_cannot_sum(z):
    with pytest.raises((TypeError, ValueError), match="z must"):
        logsumexp(z)


def test_every_public_function_is_tested_here():
    public = {
        n
        for n, v in vars(loss).items()
        if callable(v) and getattr(v, "__module__", "") == loss.__name__
    }
    tested = {f.__name__ for pair in PAIRS.values() for f in pair} | {"logsumexp"}
    assert {n for n in public if not n.startswith("_")} == tested
