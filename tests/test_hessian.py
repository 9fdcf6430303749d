"""The Hessian, its product and its signs against SymPy, quadratics and eigenvalues."""

import functools
import math

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from snippets.hessian import classify_critical_point, hvp, numerical_hessian

X = sympy.symbols("x0:3")
FORMULAS = [
    "x0**2*x1 + x1*x2**3",
    "sin(x0)*exp(x1*x2)",
    "log(1 + x0**2 + x1**2)/x2",
    "(1 - x0)**2 + 100*(x1 - x0**2)**2 + x2",
]
POINTS = np.random.default_rng(0).uniform(0.5, 1.5, (3, 3))
# 7 digits: √ε ≈ 1.5e-8 times values and fourth derivatives of at most 2400 (Rosenbrock), over 100.
CLOSE = {"rel": 1e-6, "abs": 1e-6}


@functools.cache
def field(formula):
    expression = sympy.sympify(formula)
    exact = sympy.hessian(expression, X)

    @functools.cache
    def hessian(*point):
        at = dict(zip(X, point, strict=True))
        return np.array(exact.evalf(30, subs=at).tolist(), dtype=float)

    return sympy.lambdify([X], expression, "numpy"), lambda point: hessian(*point.tolist())


@pytest.mark.parametrize("formula", FORMULAS)
def test_hessian_is_that_of_sympy(formula):
    f, exact = field(formula)
    for point in POINTS:
        H = numerical_hessian(f, point)
        assert pytest.approx(exact(point), **CLOSE) == H
        assert np.array_equal(H, H.T)


@pytest.mark.parametrize("formula", FORMULAS)
def test_hvp_is_the_product_with_the_exact_hessian(formula):
    f, exact = field(formula)
    for point, v in zip(POINTS, np.random.default_rng(1).normal(size=(3, 3)), strict=True):
        product = exact(point) @ v
        assert hvp(f, point, v) == pytest.approx(product, **CLOSE)


@given(st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_quadratic_has_its_matrix_as_hessian(n, seed):
    rng = np.random.default_rng(seed)
    A, b, x, v = (
        rng.normal(size=(n, n)),
        rng.normal(size=n),
        rng.normal(size=n),
        rng.normal(size=n),
    )

    def f(x):
        return 0.5 * x @ A @ x + b @ x

    H = (A + A.T) / 2
    # no truncation; rounding 4ε|f|/h² = 6e-8·|f|, and |f| stays below 100
    assert numerical_hessian(f, x) == pytest.approx(H, abs=6e-6)
    assert hvp(f, x, v) == pytest.approx(H @ v, abs=6e-6 * (1 + np.linalg.norm(v)))


def test_hessian_is_second_order_in_h():
    f, exact = field(FORMULAS[1])
    steps = np.logspace(-1, -2, 6)
    H = exact(POINTS[0])
    errors = [np.linalg.norm(numerical_hessian(f, POINTS[0], h) - H) for h in steps]
    assert np.polyfit(np.log(steps), np.log(errors), 1)[0] == pytest.approx(2, abs=0.05)


def test_hvp_is_second_order_in_h():
    f, exact = field(FORMULAS[1])
    steps, v = np.logspace(-1, -2, 6), np.array([1.0, -1.0, 0.5])
    product = exact(POINTS[0]) @ v
    errors = [np.linalg.norm(hvp(f, POINTS[0], v, h) - product) for h in steps]
    assert np.polyfit(np.log(steps), np.log(errors), 1)[0] == pytest.approx(2, abs=0.05)


def test_hvp_takes_any_shape_and_4n_values():
    calls = []

    def f(x):
        return calls.append(1) or np.sum(x**3)

    x, v = np.random.default_rng(0).normal(size=(2, 3, 4))
    assert hvp(f, x, v) == pytest.approx(6 * x * v, abs=2e-6)  # 6e-8·Σ|x³|, and |v|
    assert len(calls) == 4 * x.size


def test_mixed_derivatives_of_peano_differ_and_the_mean_is_returned():
    """Erratum E14: without continuous second derivatives f_xy(0) = −1 and f_yx(0) = 1."""

    def peano(x):
        r = x[0] ** 2 + x[1] ** 2
        return x[0] * x[1] * (x[0] ** 2 - x[1] ** 2) / r if r else 0.0

    h, k = 1e-3, 1e-7  # the inner step has to be far smaller than the outer

    def slope_in_x(y):
        return (peano([k, y]) - peano([-k, y])) / (2 * k)

    def slope_in_y(x):
        return (peano([x, k]) - peano([x, -k])) / (2 * k)

    assert (slope_in_x(h) - slope_in_x(-h)) / (2 * h) == pytest.approx(-1, abs=1e-6)
    assert (slope_in_y(h) - slope_in_y(-h)) / (2 * h) == pytest.approx(1, abs=1e-6)
    assert numerical_hessian(peano, [0.0, 0.0])[0, 1] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.int64])
def test_float32_gets_its_own_step_and_integers_are_converted(dtype):
    def f(x):
        return x[0] ** 2 * x[1]

    H = numerical_hessian(f, np.array([3, 2], dtype))
    # float32: ε^(1/2) ≈ 3.5e-4 times |f| = 18 and four roundings
    tolerance = 0.05 if dtype == np.float32 else 1e-5
    assert pytest.approx(np.array([[4, 6], [6, 0]]), abs=tolerance) == H
    assert H.dtype == (np.float32 if dtype == np.float32 else np.float64)


def test_nothing_is_mutated_even_by_a_function_that_mutates():
    x, v = np.array([1.0, 2.0]), np.array([1.0, -1.0])
    x.flags.writeable = v.flags.writeable = False

    def spoiler(point):
        value = np.sum(point**2)
        point[...] = 7
        return value

    assert numerical_hessian(spoiler, x) == pytest.approx(2 * np.eye(2), abs=1e-6)
    assert hvp(spoiler, x, v) == pytest.approx(2 * v, abs=1e-6)


KINDS = [
    ([[2, 0], [0, 2]], "minimum"),
    ([[2, 1], [1, 2]], "minimum"),  # x² + xy + y²
    ([[-2, 1], [1, -2]], "maximum"),
    ([[2, 3], [3, 2]], "saddle"),  # erratum E02: x² + 3xy + y², eigenvalues 5 and −1
    ([[2, 0], [0, -2]], "saddle"),
    ([[2, 0, 0], [0, 0, 0], [0, 0, -2]], "saddle"),  # one zero does not unmake it
    ([[2, 0], [0, 0]], "degenerate"),
    ([[-2, 0], [0, 0]], "degenerate"),
    ([[1, 1], [1, 1]], "degenerate"),
    ([[0]], "degenerate"),  # x³ and x⁴ at 0, erratum E26
    ([[0, 0], [0, 0]], "degenerate"),
    ([[1e-30]], "minimum"),  # small, and nothing to compare it with
    ([[-1e300]], "maximum"),
]


@pytest.mark.parametrize(("H", "kind"), KINDS)
def test_signs_of_the_eigenvalues_decide(H, kind):
    assert classify_critical_point(H) == kind


@given(
    st.lists(st.sampled_from([-3.0, -0.5, 0.0, 0.25, 4.0]), min_size=1, max_size=5),
    st.integers(0, 2**32 - 1),
)
def test_classification_does_not_depend_on_the_axes(eigenvalues, seed):
    n = len(eigenvalues)
    Q = np.linalg.qr(np.random.default_rng(seed).normal(size=(n, n)))[0]
    H = Q @ np.diag(eigenvalues) @ Q.T
    low, high = min(eigenvalues), max(eigenvalues)
    kind = (
        "saddle" if low < 0 < high
        else "degenerate" if 0 in eigenvalues
        else "minimum" if low > 0
        else "maximum"
    )  # fmt: skip
    assert classify_critical_point((H + H.T) / 2) == kind


@pytest.mark.parametrize(
    ("f", "kind"),
    [
        (lambda x: np.cosh(x[0]) + x[1] ** 2, "minimum"),
        (lambda x: np.cos(x[0]) - x[1] ** 2, "maximum"),
        (lambda x: np.sinh(x[0]) * np.sin(x[1]), "saddle"),
        (lambda x: x[0] ** 4 + x[1] ** 2, "degenerate"),
        (lambda x: x[0] ** 3 + x[1] ** 2, "degenerate"),
    ],
)
def test_numerical_hessian_is_classified_as_the_exact_one(f, kind):
    assert classify_critical_point(numerical_hessian(f, [0.0, 0.0])) == kind


def test_rtol_says_what_counts_as_zero():
    H = np.diag([1.0, 1e-8])
    assert classify_critical_point(H) == "degenerate"
    assert classify_critical_point(H, rtol=1e-12) == "minimum"


ONES = np.ones(3)
CALLS = {
    "hessian": lambda f=np.sum, x=ONES, h=None: numerical_hessian(f, x, h),
    "hvp": lambda f=np.sum, x=ONES, h=None: hvp(f, x, ONES, h),
}
BAD = [
    ({"f": None}, TypeError, "not callable"),
    ({"f": lambda x: None}, TypeError, "must be real numbers"),
    ({"f": lambda x: x}, ValueError, "f near x, one number a point, must have shape"),
    ({"f": lambda x: math.nan}, ValueError, "must be finite"),
    ({"f": lambda x: np.float32(1)}, TypeError, "as precise as x"),
    ({"x": [1.0, math.nan, 1.0]}, ValueError, "x must be finite"),
    ({"x": ["a", "b", "c"]}, TypeError, "x must be real numbers"),
    ({"x": []}, ValueError, "not empty"),
    ({"h": 0}, ValueError, "h must be positive"),
    ({"h": -1}, ValueError, "h must be positive"),
    ({"h": 1e-20}, ValueError, "h must"),
]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(("bad", "error", "message"), BAD)
def test_bad_input_is_refused(call, bad, error, message):
    with pytest.raises(error, match=message):
        CALLS[call](**bad)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: numerical_hessian(np.sum, 1.0), ValueError, "x must be a vector"),
        (lambda: numerical_hessian(np.sum, np.ones((2, 2))), ValueError, "x must be a vector"),
        (lambda: hvp(np.sum, ONES, 0 * ONES), ValueError, "v must not be zero"),
        (lambda: hvp(np.sum, ONES, [1.0]), ValueError, r"v must have shape \(3,\), got \(1,\)"),
        (lambda: classify_critical_point(2.0), ValueError, "H must be a square matrix"),
        (lambda: classify_critical_point([1.0, 2.0]), ValueError, "H must be a square matrix"),
        (lambda: classify_critical_point(np.ones((2, 3))), ValueError, "H must be a square matrix"),
        (lambda: classify_critical_point([[1, 2], [3, 4]]), ValueError, "H must be symmetric"),
        (lambda: classify_critical_point([[math.nan]]), ValueError, "H must be finite"),
        (lambda: classify_critical_point([["a"]]), TypeError, "H must be real numbers"),
        (lambda: classify_critical_point([[]]), ValueError, "H must be"),
    ],
)
def test_what_only_one_of_them_takes_is_refused_too(call, error, message):
    with pytest.raises(error, match=message):
        call()
