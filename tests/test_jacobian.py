"""The Jacobian and its two products against SymPy, and against each other."""

import functools
import math

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from snippets.jacobian import numerical_jacobian, numerical_jvp, numerical_vjp

X = sympy.symbols("x0:3")
FIELDS = {  # none is square
    "three to two": ["x0**2*x1 + x2", "sin(x0*x1)*exp(x2)"],
    "three to four": ["x0*x1*x2", "log(x0 + x1)", "x2/x0", "cos(x1)"],
    "three to one": ["tanh(x0 - x1) + x2**3"],
}
POINTS = np.random.default_rng(0).uniform(0.5, 1.5, (4, 3))
# 10 digits: ε^(2/3) ≈ 4e-11 times values and third derivatives of at most 20.
CLOSE = {"rel": 1e-9, "abs": 1e-9}


@functools.cache
def field(name):
    """f as a function of a vector, and its exact Jacobian."""
    expressions = sympy.Matrix([sympy.sympify(formula) for formula in FIELDS[name]])
    f = sympy.lambdify([X], list(expressions), "numpy")
    exact = expressions.jacobian(X)

    @functools.cache
    def jacobian(*point):
        at = dict(zip(X, point, strict=True))
        return np.array(exact.evalf(30, subs=at).tolist(), dtype=float)

    return lambda x: np.array(f(x)), lambda point: jacobian(*point.tolist())


@pytest.mark.parametrize("name", FIELDS)
def test_jacobian_is_that_of_sympy(name):
    f, exact = field(name)
    for point in POINTS:
        assert numerical_jacobian(f, point) == pytest.approx(exact(point), **CLOSE)


@pytest.mark.parametrize("name", FIELDS)
def test_products_are_those_with_the_exact_jacobian(name):
    f, exact = field(name)
    rng = np.random.default_rng(1)
    for point in POINTS:
        u, v = rng.normal(size=len(FIELDS[name])), rng.normal(size=3)
        assert numerical_jvp(f, point, v) == pytest.approx(exact(point) @ v, **CLOSE)
        assert numerical_vjp(f, point, u) == pytest.approx(exact(point).T @ u, **CLOSE)


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_the_two_products_are_adjoint(n, m, seed):
    rng = np.random.default_rng(seed)
    A, x, v, u = rng.normal(size=(m, n)), rng.normal(size=n), rng.normal(size=n), rng.normal(size=m)

    def f(x):
        return np.tanh(A @ x)

    left, right = u @ numerical_jvp(f, x, v), numerical_vjp(f, x, u) @ v
    scale = np.linalg.norm(u) * np.linalg.norm(v) * max(1, np.linalg.norm(A)) ** 3
    assert abs(left - right) <= 1e-8 * scale  # ε^(2/3), norms of v against entries, third powers
    assert left == pytest.approx(u @ numerical_jacobian(f, x) @ v, abs=1e-8 * scale)


def test_jacobian_of_softmax():
    """Erratum S1.26's numbers: s = softmax([2, 1, 0.1]), J = diag(s) − ssᵀ, rows that sum to 0."""

    def softmax(x):
        return np.exp(x - x.max()) / np.exp(x - x.max()).sum()

    x = np.array([2, 1, 0.1])
    s = softmax(x)
    J = numerical_jacobian(softmax, x)
    assert pytest.approx(np.diag(s) - np.outer(s, s), **CLOSE) == J
    assert J[0] == pytest.approx(np.array([0.22471864, -0.1597636, -0.06495503]), abs=5e-9)
    v = np.array([3.0, -1.0, 2.0])
    assert numerical_vjp(softmax, x, v) == pytest.approx(s * (v - v @ s), **CLOSE)


def test_known_jacobian():
    """f = (x₁² + x₂, x₁x₂) at (3, 2)."""

    def f(x):
        return np.array([x[0] ** 2 + x[1], x[0] * x[1]])

    assert numerical_jacobian(f, [3, 2]) == pytest.approx(np.array([[6, 1], [2, 3]]), **CLOSE)


@pytest.mark.parametrize(
    "measure",
    [
        lambda f, J, x, h: numerical_jacobian(f, x, h) - J,
        lambda f, J, x, h: numerical_jvp(f, x, [1, 2, -1], h) - J @ [1, 2, -1],
        lambda f, J, x, h: numerical_vjp(f, x, [1, 2, -1, 1], h) - J.T @ [1, 2, -1, 1],
    ],
    ids=["jacobian", "jvp", "vjp"],
)
def test_all_three_are_second_order_in_h(measure):
    f, exact = field("three to four")
    J = exact(POINTS[0])
    steps = np.logspace(-1.5, -3, 7)
    errors = [np.linalg.norm(measure(f, J, POINTS[0], h)) for h in steps]
    assert np.polyfit(np.log(steps), np.log(errors), 1)[0] == pytest.approx(2, abs=0.1)


@given(
    st.lists(st.integers(1, 3), max_size=3).map(tuple),
    st.lists(st.integers(1, 3), max_size=2).map(tuple),
)
def test_products_take_any_shapes(inner, outer):
    rng = np.random.default_rng(len(inner) + 4 * len(outer))
    x, v = rng.normal(size=(2, *inner))
    A, u = rng.normal(size=(*outer, *inner)), rng.normal(size=outer)

    def f(x):
        return np.tensordot(A, np.sin(x), len(inner))

    jvp, vjp = numerical_jvp(f, x, v), numerical_vjp(f, x, u)
    assert (np.shape(jvp), np.shape(vjp)) == (outer, inner)
    # linear but for sin: 27 terms of rounding 2ε/6e-6 at most
    assert jvp == pytest.approx(np.tensordot(A, np.cos(x) * v, len(inner)), abs=1e-8)
    assert vjp == pytest.approx(np.tensordot(u, A, len(outer)) * np.cos(x), abs=1e-8)


def test_jvp_takes_two_values_and_the_jacobian_two_a_column():
    calls = []

    def f(x):
        return calls.append(1) or np.array([np.sum(x)])

    numerical_jvp(f, np.ones(50), np.ones(50))
    assert len(calls) == 2
    numerical_jacobian(f, np.ones(50))
    assert len(calls) == 2 + 100


def test_zero_weights_give_a_zero_gradient():
    assert numerical_vjp(np.sin, [1.0, 2.0], [0, 0]).tolist() == [0, 0]


@pytest.mark.parametrize("dtype", [np.float32, np.int64])
def test_float32_stays_and_integers_are_converted(dtype):
    x = np.array([1, 2], dtype)
    truth = np.diag(np.cos([1.0, 2.0]))
    kept = np.float32 if dtype == np.float32 else np.float64
    tolerance = 1e-3 if dtype == np.float32 else 1e-9  # ε^(2/3) and a factor for rounding of f
    for slopes, exact in [
        (numerical_jacobian(np.sin, x), truth),
        (numerical_jvp(np.sin, x, np.ones(2)), truth.sum(1)),
    ]:
        assert slopes.dtype == kept
        assert slopes == pytest.approx(exact, abs=tolerance)
    assert numerical_vjp(np.sin, x, np.ones(2)) == pytest.approx(truth.sum(0), abs=tolerance)


def test_nothing_is_mutated_even_by_a_function_that_mutates():
    x, v = np.array([1.0, 2.0]), np.array([1.0, -1.0])
    x.flags.writeable = v.flags.writeable = False

    def spoiler(point):
        value = point**2
        point[...] = 7
        return value

    assert numerical_jacobian(spoiler, x) == pytest.approx(np.diag(2 * x), **CLOSE)
    assert numerical_jvp(spoiler, x, v) == pytest.approx(2 * x * v, **CLOSE)
    assert numerical_vjp(spoiler, x, v) == pytest.approx(2 * x * v, **CLOSE)


def test_a_function_that_reuses_its_buffer_is_read_in_time():
    buffer = np.zeros(2)

    def f(x):
        buffer[...] = x**2
        return buffer

    x = np.array([1.0, 2.0])
    assert numerical_jacobian(f, x) == pytest.approx(np.diag(2 * x), **CLOSE)
    assert numerical_jvp(f, x, x) == pytest.approx(2 * x * x, **CLOSE)
    assert numerical_vjp(f, x, x) == pytest.approx(2 * x * x, **CLOSE)


ONES = np.ones(3)
CALLS = {
    "jacobian": lambda f=np.sin, x=ONES, h=None: numerical_jacobian(f, x, h),
    "jvp": lambda f=np.sin, x=ONES, h=None: numerical_jvp(f, x, ONES, h),
    "vjp": lambda f=np.sin, x=ONES, h=None: numerical_vjp(f, x, ONES, h),
}
BAD = [
    ({"f": None}, TypeError, "not callable"),
    ({"f": lambda x: None}, TypeError, r"f(\(x\)| near x) must be real numbers"),
    ({"f": lambda x: ["a"] * 3}, TypeError, "must be real numbers"),
    ({"f": lambda x: x * math.nan}, ValueError, "must be finite"),
    ({"f": lambda x: x[:0]}, ValueError, "not empty"),
    ({"f": lambda x: x.astype(np.float32)}, TypeError, "as precise as x"),
    ({"f": lambda x: np.ones(int(x[0] > 1) + 2)}, ValueError, "shape"),
    ({"x": [1.0, math.nan, 1.0]}, ValueError, "x must be finite"),
    ({"x": ["a", "b", "c"]}, TypeError, "x must be real numbers"),
    ({"x": [True, True, True]}, TypeError, "x must be real numbers"),
    ({"x": []}, ValueError, "not empty"),
    ({"h": 0}, ValueError, "h must be positive"),
    ({"h": -1}, ValueError, "h must be positive"),
    ({"h": "h"}, TypeError, "h must be real numbers"),
    ({"h": 1e-20}, ValueError, "h must"),
]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(("bad", "error", "message"), BAD)
def test_bad_input_is_refused(call, bad, error, message):
    with pytest.raises(error, match=message):
        CALLS[call](**bad)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: numerical_jacobian(np.sin, 1.0),
            r"x must be a vector, shape \(n,\), got shape \(\)",
        ),
        (lambda: numerical_jacobian(np.sin, np.ones((2, 2))), r"x must be a vector.*\(2, 2\)"),
        (lambda: numerical_jacobian(np.sum, ONES), r"f\(x\) must be a vector.*got shape \(\)"),
        (lambda: numerical_jacobian(np.diag, ONES), r"f\(x\) must be a vector.*got shape \(3, 3\)"),
        (lambda: numerical_jvp(np.sin, ONES, 0 * ONES), "v must not be zero"),
        (lambda: numerical_jvp(np.sin, ONES, 1.0), r"v must have shape \(3,\), got \(\)"),
        (lambda: numerical_jvp(np.sin, ONES, [1, 2]), r"v must have shape \(3,\), got \(2,\)"),
        (lambda: numerical_vjp(np.sin, ONES, 1.0), r"u must have shape \(3,\), got \(\)"),
        (lambda: numerical_vjp(np.sum, ONES, ONES), r"u must have shape \(\), got \(3,\)"),
    ],
)
def test_wrong_shape_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
