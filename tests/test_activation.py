"""Activations against SymPy at 50 digits, SciPy, their limits, and the errors others publish."""

import functools
import math

import mpmath
import numpy as np
import pytest
import scipy.special
import sympy
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from snippets import activation
from snippets.activation import (
    gelu,
    gelu_derivative,
    gelu_tanh,
    gelu_tanh_derivative,
    leaky_relu,
    leaky_relu_derivative,
    log_softmax,
    log_softmax_vjp,
    relu,
    relu_derivative,
    sigmoid,
    sigmoid_derivative,
    silu,
    silu_derivative,
    softmax,
    softmax_jacobian,
    softmax_vjp,
    softplus,
    softplus_derivative,
    tanh,
    tanh_derivative,
)

EPS = np.finfo(float).eps
BIG = np.finfo(float).max
X = sympy.Symbol("x", real=True)
POINTS = [*np.random.default_rng(0).uniform(-6, 6, 30), -700, -40, -20, -1e-9, 1e-9, 20, 40, 700]

CUBIC = sympy.sqrt(2 / sympy.pi) * (X + sympy.Rational("0.044715") * X**3)
# The formula, ours, its derivative.
SMOOTH = {
    "sigmoid": (1 / (1 + sympy.exp(-X)), sigmoid, sigmoid_derivative),
    "tanh": (sympy.tanh(X), tanh, tanh_derivative),
    "softplus": (sympy.log(1 + sympy.exp(X)), softplus, softplus_derivative),
    "silu": (X / (1 + sympy.exp(-X)), silu, silu_derivative),
    "gelu": (X * sympy.erfc(-X / sympy.sqrt(2)) / 2, gelu, gelu_derivative),
    "gelu_tanh": (X * (1 + sympy.tanh(CUBIC)) / 2, gelu_tanh, gelu_tanh_derivative),
}
KINKED = {
    "relu": (relu, relu_derivative),
    "leaky_relu": (leaky_relu, leaky_relu_derivative),
}
ELEMENTWISE = [f for row in SMOOTH.values() for f in row[1:]]
ELEMENTWISE += [f for row in KINKED.values() for f in row]
ROWWISE = [softmax, log_softmax]
VJPS = [softmax_vjp, log_softmax_vjp]

finite = st.floats(-BIG, BIG)
shapes = hnp.array_shapes(min_dims=1, max_dims=3, max_side=5)


def close(a, b, rtol, atol=0.0):
    """The same shape, and each pair within the tolerance."""
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol, atol)


in_mpmath = functools.cache(lambda formula: sympy.lambdify(X, formula, "mpmath"))


def truth(formula, point):
    """The formula at a double, to 50 digits: 1 − tanh² x cancels 0.87|x| on the way."""
    with mpmath.workdps(60 + int(abs(point))):
        return in_mpmath(formula)(mpmath.mpf(float(point)))


def errors(f, formula):
    """Relative and absolute errors of f at POINTS."""
    exact = [truth(formula, point) for point in POINTS]
    off = [abs(mpmath.mpf(float(f(p))) - t) for p, t in zip(POINTS, exact, strict=True)]
    relative = [float(o / abs(t)) if t else np.inf for o, t in zip(off, exact, strict=True)]
    return np.array(relative), np.array([float(o) for o in off])


@pytest.mark.parametrize("name", SMOOTH)
def test_value_and_derivative_are_exact_to_two_units_in_the_last_place(name):
    formula, f, derivative = SMOOTH[name]
    for g, exact in [(f, formula), (derivative, sympy.diff(formula, X))]:
        relative, absolute = errors(g, exact)
        assert np.minimum(relative, absolute).max() <= 2 * EPS  # measured: 1.04 ε


@pytest.mark.parametrize("name", ["sigmoid", "softplus"])
def test_tails_keep_their_digits(name):
    """1 − σ(x) would lose them all at 37; the bound is relative, at −700 too."""
    formula, f, derivative = SMOOTH[name]
    assert errors(f, formula)[0].max() <= 2 * EPS
    assert errors(derivative, sympy.diff(formula, X))[0].max() <= 3 * EPS  # σ twice


@given(hnp.arrays(float, shapes, elements=st.floats(-30, 30)))
def test_smooth_activations_agree_with_scipy(x):
    phi = scipy.special.ndtr(x)
    # SciPy's own tails lose up to 1e-13 relative; 1e-15 is 4 ulp at 1
    assert close(sigmoid(x), scipy.special.expit(x), 4 * EPS)
    assert close(gelu(x), x * phi, 1e-12, 1e-15)
    assert close(silu(x), x * scipy.special.expit(x), 4 * EPS)
    assert close(softplus(x), -scipy.special.log_expit(-x), 8 * EPS)


@given(hnp.arrays(float, shapes, elements=finite), st.sampled_from([-1, 0]))
def test_softmax_and_log_softmax_agree_with_scipy_at_any_size(x, axis):
    with np.errstate(over="ignore"):
        log_p = scipy.special.log_softmax(x, axis)
        p = scipy.special.softmax(x, axis)
    assert close(softmax(x, axis), p, 8 * EPS)
    assert close(log_softmax(x, axis), log_p, 8 * EPS, 8 * EPS)
    assert np.abs(softmax(x, axis).sum(axis=axis) - 1).max() <= 8 * EPS


@pytest.mark.parametrize(("f", "derivative"), [row[-2:] for row in (SMOOTH | KINKED).values()])
def test_derivative_is_the_slope_of_the_chord(f, derivative):
    x, h = np.linspace(-20.003, 20, 4001), 1e-5  # no point within h of the kink
    slope = (f(x + h) - f(x - h)) / (2 * h)
    # h²|f‴|/6 ≤ 1e-10·(2/6) truncation + ε·20/h = 4.4e-10 rounding
    assert close(derivative(x), slope, 0, 1e-9)


@given(x=hnp.arrays(float, shapes, elements=finite))
def test_any_finite_number_gives_a_finite_one_without_a_warning(x):
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        for f in ELEMENTWISE:
            y = f(x)
            assert y.shape == x.shape, f
            assert np.isfinite(y).all(), f


@pytest.mark.parametrize(
    ("f", "left", "right"),
    [
        (sigmoid, 0, 1),
        (sigmoid_derivative, 0, 0),
        (tanh, -1, 1),
        (tanh_derivative, 0, 0),
        (relu, 0, np.inf),
        (relu_derivative, 0, 1),
        (leaky_relu, -np.inf, np.inf),
        (leaky_relu_derivative, 0.01, 1),
        (softplus, 0, np.inf),
        (softplus_derivative, 0, 1),
        (silu, 0, np.inf),
        (silu_derivative, 0, 1),
        (gelu, 0, np.inf),
        (gelu_derivative, 0, 1),
        (gelu_tanh, 0, np.inf),
        (gelu_tanh_derivative, 0, 1),
    ],
)
def test_limits_are_reached(f, left, right):
    assert f([-np.inf, np.inf]).tolist() == [left, right]
    far = [left if np.isfinite(left) else -0.01 * BIG, right if np.isfinite(right) else BIG]
    assert f([-BIG, BIG]).tolist() == far


@pytest.mark.parametrize("f", ELEMENTWISE)
def test_an_array_gives_what_each_number_gives(f):
    x = np.random.default_rng(2).normal(0, 100, (3, 1, 5))
    # NumPy's vector exp and tanh differ from its scalar ones by 1 ulp each
    assert close(f(x), [[[f(number) for number in row] for row in page] for page in x], 8 * EPS)


@pytest.mark.parametrize("f", ELEMENTWISE + ROWWISE)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_precision_stays_that_of_x(f, dtype):
    x = np.linspace(-9, 9, 19).astype(dtype).reshape(1, 19)
    assert f(x).dtype == dtype
    few = 10 * max(float(np.finfo(dtype).eps), EPS)  # ten roundings
    assert close(f(x).astype(float), f(x.astype(float)), few, few)
    if f in ELEMENTWISE:
        assert type(f(dtype(2))) is dtype


@pytest.mark.parametrize("f", ELEMENTWISE + ROWWISE)
def test_integers_are_converted_and_nothing_is_mutated(f):
    x = np.array([[-2, 0, 3]])
    given_floats = x.astype(float)
    given_floats.flags.writeable = False  # any write raises
    assert f(x).tolist() == f(x.tolist()).tolist() == f(given_floats).tolist()
    assert x.tolist() == [[-2, 0, 3]]


def test_relu_and_leaky_relu_by_hand():
    x = [-2.0, -0.5, 0.0, 0.5, 2.0]
    assert relu(x).tolist() == [0, 0, 0, 0.5, 2]
    assert relu_derivative(x).tolist() == [0, 0, 0, 1, 1]
    assert leaky_relu(x, 0.25).tolist() == [-0.5, -0.125, 0, 0.5, 2]
    assert leaky_relu_derivative(x, 0.25).tolist() == [0.25, 0.25, 0.25, 1, 1]


@pytest.mark.parametrize(("f", "derivative"), KINKED.values())
def test_slope_at_a_kink_is_a_subgradient_where_the_chord_takes_the_mean(f, derivative):
    """Erratum E37: central differences give 0.5 and 0.505 there, our convention the left slope."""
    h = 1e-5
    left, right = derivative(-h), derivative(h)
    assert (f(h) - f(-h)) / (2 * h) == pytest.approx((left + right) / 2)
    assert derivative(0) == left < (left + right) / 2 < right


def test_relu_derivative_takes_numbers_where_the_published_one_fails():
    """Erratum E37."""

    def published(x):
        return (x > 0).astype(float)

    with pytest.raises(AttributeError):
        published(2.0)
    assert relu_derivative(2.0) == 1


def test_sigmoid_neither_warns_nor_stops_at_the_clip():
    """Errata E39, E45."""
    z = np.array([-1000.0])
    with pytest.warns(RuntimeWarning, match="overflow"):
        1 / (1 + np.exp(-z))
    clipped = 1 / (1 + np.exp(-np.clip(z, -500, 500)))
    assert clipped[0] > 1e-218  # … which is not 0, and not σ(−1000) ≈ 5e-435
    assert sigmoid(z).tolist() == [0]
    assert sigmoid(-700.0) == pytest.approx(math.exp(-700), rel=4 * EPS)
    assert sigmoid(36.0) < 1 == sigmoid(37.0)  # float64 rounds to 1 from 36.74


def test_tanh_does_not_overflow_as_the_quotient_of_exponentials_does():
    """Erratum E31."""
    with pytest.warns(RuntimeWarning):
        assert math.isnan((np.exp(2 * np.float64(355)) - 1) / (np.exp(2 * np.float64(355)) + 1))
    assert tanh(355) == 1


def test_the_two_gelus_differ_and_their_slope_leaves_the_unit_interval():
    """Erratum E38, with the extremes that the audit measured."""
    x = np.linspace(-5, 5, 20_001)
    exact, other = gelu_derivative(x), gelu_tanh_derivative(x)
    assert np.abs(gelu(x) - gelu_tanh(x)).max() == pytest.approx(4.732e-4, abs=1e-7)
    assert np.abs(exact - other).max() == pytest.approx(8.68e-4, abs=1e-6)
    assert [other.min(), other.max()] == pytest.approx([-0.128993, 1.128993], abs=1e-6)
    assert [exact.min(), exact.max()] == pytest.approx([-0.128904, 1.128904], abs=1e-6)
    assert x[exact.argmax()] == pytest.approx(math.sqrt(2), abs=1e-3)  # the grid's step is 5e-4
    assert [gelu(x).min(), gelu_tanh(x).min()] == pytest.approx([-0.169971, -0.170041], abs=1e-6)


@given(st.floats(-BIG, BIG))
def test_identities(x):
    assert sigmoid(x) + sigmoid(-x) == pytest.approx(1, abs=EPS)
    assert softplus(x) - softplus(-x) == pytest.approx(x, rel=4 * EPS, abs=4 * EPS)
    assert tanh(-x) == -tanh(x)
    half = x / 2
    assert 2 * sigmoid(x) - 1 == pytest.approx(tanh(half), abs=4 * EPS)
    bell = tanh_derivative(half) / 4
    assert sigmoid_derivative(x) == pytest.approx(bell, rel=8 * EPS, abs=1e-300)


def softmax_per_array(x):
    """As published: one maximum and one sum for the whole array."""
    e = np.exp(x - np.max(x))
    return e / e.sum()


def test_softmax_normalises_each_row_where_the_published_one_does_not():
    """Erratum E36."""
    x = np.array([[2.0, 1.0, 0.1], [1000.0, 1000.0, 1000.0]])
    assert softmax_per_array(x).sum(axis=1) == pytest.approx([0, 1])
    assert softmax(x).sum(axis=1) == pytest.approx([1, 1])
    s = [0.65900114, 0.24243297, 0.09856589]
    assert softmax(x)[0] == pytest.approx(s, abs=5e-9)


@given(hnp.arrays(float, shapes, elements=st.floats(-50, 50)), st.floats(-1e6, 1e6))
def test_softmax_does_not_see_a_shift(x, shift):
    # the shift rounds x by ε·1e6
    assert close(softmax(x + shift), softmax(x), 4e-10)


def test_softmax_masks_what_is_minus_infinity():
    x = [[0.0, -np.inf, 0.0], [-np.inf, -np.inf, 3.0]]
    assert softmax(x).tolist() == [[0.5, 0, 0.5], [0, 0, 1]]
    assert log_softmax(x)[1].tolist() == [-np.inf, -np.inf, 0]
    assert softmax([1e308, -1e308]).tolist() == [1, 0]


def complex_jacobian(f, x):
    """J by complex steps, column by column: no subtraction, and none of our code."""
    h = 1e-30
    columns = [np.imag(f(x + 1j * h * e)) / h for e in np.eye(x.size)]
    return np.stack(columns, axis=1)


def naive_softmax(x):
    return np.exp(x) / np.exp(x).sum()


vectors = st.integers(1, 6).flatmap(
    lambda n: st.tuples(*[hnp.arrays(float, n, elements=st.floats(-8, 8))] * 2)
)


@given(vectors)
def test_softmax_jacobian_and_vjps_are_those_of_the_complex_step(arrays):
    x, u = arrays
    J = complex_jacobian(naive_softmax, x)
    log_J = complex_jacobian(lambda z: np.log(naive_softmax(z)), x)
    # six terms of at most 8, a few roundings each
    assert close(softmax_jacobian(x), J, 0, 8 * EPS)
    assert close(softmax_vjp(x, u), u @ J, 0, 100 * EPS)
    assert close(log_softmax_vjp(x, u), u @ log_J, 0, 400 * EPS)


@pytest.mark.parametrize("axis", [-1, 0, 1])
@pytest.mark.parametrize(("f", "vjp"), [*zip(ROWWISE, VJPS, strict=True)])
def test_vjp_is_the_adjoint_of_the_chord_along_any_axis(f, vjp, axis):
    rng = np.random.default_rng(1)
    x, u, v = rng.standard_normal((3, 2, 3, 4))
    h = 1e-5
    jv = (f(x + h * v, axis) - f(x - h * v, axis)) / (2 * h)
    assert np.vdot(u, jv) == pytest.approx(np.vdot(vjp(x, u, axis), v), abs=1e-8)  # h²·|f‴v³|
    others = [a for a in (-1, 0, 1) if a % 3 != axis % 3]
    assert all(abs(np.vdot(vjp(x, u, a), v) - np.vdot(u, jv)) > 1e-2 for a in others)


def test_softmax_vjp_is_not_the_product_with_the_matrix_of_the_layer():
    """Erratum E29: a check whose two sides are one expression shows nothing."""
    v = np.array([1.0, -2.0, 0.5])
    x = np.array([2.0, 1.0, 0.1])
    rows = [
        [0.22471864, -0.1597636, -0.06495503],
        [-0.1597636, 0.18365923, -0.02389562],
        [-0.06495503, -0.02389562, 0.08885066],
    ]
    assert softmax_jacobian(x) == pytest.approx(np.array(rows), abs=5e-9)
    assert softmax_vjp(x, v) == pytest.approx([0.5118, -0.5390, 0.0273], abs=5e-5)
    assert softmax_vjp(x, v) == pytest.approx(v @ softmax_jacobian(x), abs=4 * EPS)


@pytest.mark.parametrize("vjp", VJPS)
@given(arrays=shapes.flatmap(lambda s: st.tuples(*[hnp.arrays(float, s, elements=finite)] * 2)))
def test_vjps_warn_at_no_finite_number(vjp, arrays):
    x, u = arrays
    u = u / 4  # u − Σsu is then at most BIG/2: what can be written is written
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        result = vjp(x, u if vjp is softmax_vjp else u / (2 * u.shape[-1]))
    assert np.isfinite(result).all()


@pytest.mark.parametrize(
    ("mistake", "right"),
    [
        (lambda x: sigmoid(x) * (1 + sigmoid(x)), sigmoid_derivative),  # sign
        (lambda x: 1 - tanh(x), tanh_derivative),  # the square forgotten
        (lambda x: sigmoid(x), silu_derivative),  # the product rule forgotten
        (gelu_tanh_derivative, gelu_derivative),  # the other function
        (relu, relu_derivative),
        (lambda x: relu_derivative(x), leaky_relu_derivative),
    ],
)
def test_planted_mistakes_are_seen_by_the_chord(mistake, right):
    x = np.linspace(-3.05, 3.05, 62)
    pairs = [row[-2:] for row in (SMOOTH | KINKED).values()]
    f = next(f for f, derivative in pairs if derivative is right)
    slope = (f(x + 1e-5) - f(x - 1e-5)) / 2e-5
    assert np.abs(right(x) - slope).max() < 1e-9 < 1e-4 < np.abs(mistake(x) - slope).max()


BAD = [
    ("a", TypeError, "x must be real numbers, got 'a'"),
    (None, TypeError, "x must be real numbers, got None"),
    (True, TypeError, "x must be real numbers, got True"),
    (1 + 2j, TypeError, "x must be real numbers"),
    (np.array([True]), TypeError, "x must be real numbers"),
    (np.array([1.0, None]), TypeError, "x must be real numbers"),
    (np.array(["1"]), TypeError, "x must be real numbers"),
    (10**400, TypeError, "x must be real numbers"),
    (math.nan, ValueError, "no NaN, got nan"),
    ([1.0, math.nan], ValueError, "no NaN"),
    ([], ValueError, r"must hold numbers"),
    (np.empty((2, 0)), ValueError, r"must hold numbers"),
    ([[1.0], [1.0, 2.0]], ValueError, "inhomogeneous"),
]
BAD_ROWS = [
    (3.0, ValueError, "must have an axis to sum over, got the number 3.0"),
    ([1.0, math.inf], ValueError, "no ∞"),
    ([[1.0, 2.0], [-math.inf, -math.inf]], ValueError, "must hold a finite number"),
]
BAD_COTANGENTS = [
    ([1.0, 2.0], ValueError, r"u must be finite and have shape \(3,\)"),
    ([[1.0, 2.0, 3.0]], ValueError, r"shape \(3,\)"),
    (1.0, ValueError, r"shape \(3,\)"),
    ([1.0, math.inf, 0.0], ValueError, "u must be finite"),
    ([1.0, math.nan, 0.0], ValueError, "no NaN"),
    ("abc", TypeError, "u must be real numbers"),
    ([True, False, True], TypeError, "u must be real numbers"),
]


@pytest.mark.parametrize("f", ELEMENTWISE + ROWWISE + [softmax_jacobian])
@pytest.mark.parametrize(("x", "error", "message"), BAD)
def test_bad_input_is_refused(f, x, error, message):
    with pytest.raises(error, match=message):
        f(x)


@pytest.mark.parametrize("f", [*ROWWISE, softmax_jacobian, *VJPS])
@pytest.mark.parametrize(("x", "error", "message"), BAD_ROWS)
def test_bad_rows_are_refused(f, x, error, message):
    with pytest.raises(error, match=message):
        f(x, x) if f in VJPS else f(x)


@pytest.mark.parametrize("vjp", VJPS)
@pytest.mark.parametrize(("u", "error", "message"), BAD_COTANGENTS)
def test_bad_cotangent_is_refused(vjp, u, error, message):
    with pytest.raises(error, match=message):
        vjp([2.0, 1.0, 0.1], u)


@pytest.mark.parametrize("f", ROWWISE)
@pytest.mark.parametrize("axis", [2, -3, 10**400, None, "0", (0, 1), 0.0])
def test_axis_that_is_not_there_is_refused(f, axis):
    with pytest.raises((TypeError, ValueError), match=r"axis must be|'<='|integer"):
        f([[1.0, 2.0]], axis)


def test_softmax_jacobian_refuses_a_batch():
    with pytest.raises(ValueError, match=r"x must have shape \(n,\), got \(2, 3\)"):
        softmax_jacobian(np.ones((2, 3)))


@pytest.mark.parametrize("f", KINKED["leaky_relu"])
@pytest.mark.parametrize("slope", [0, 1, -0.1, 2, math.nan, math.inf, "0.1", True, None, [0.1] * 2])
def test_leak_outside_zero_to_one_is_refused(f, slope):
    with pytest.raises((TypeError, ValueError)):
        f(1.0, slope)


def test_every_public_function_is_tested_here():
    public = {
        n
        for n, v in vars(activation).items()
        if callable(v) and getattr(v, "__module__", "") == activation.__name__
    }
    tested = {f.__name__ for f in [*ELEMENTWISE, *ROWWISE, *VJPS, softmax_jacobian]}
    assert {n for n in public if not n.startswith("_")} == tested
