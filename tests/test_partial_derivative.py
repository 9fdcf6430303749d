"""Slopes along a coordinate, a direction and a path, against SymPy and the chain rule."""

import functools
import math

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from snippets.partial_derivative import (
    directional_derivative,
    partial_derivative,
    total_derivative,
)

X = sympy.symbols("x0:3")
FORMULAS = [
    "x0**2*x1 + 3*x1**2 + x2",
    "sin(x0)*exp(x1*x2)",
    "log(1 + x0**2 + x1**2)/x2",
    "x0*x1*x2/(x0 + x1 + x2)",
    "tanh(x0 - x1)**2 + sqrt(x2)",
]
POINTS = np.random.default_rng(0).uniform(0.5, 1.5, (5, 3))
# 10 digits: ε^(2/3) ≈ 4e-11 times values and third derivatives of at most 30.
CLOSE = {"rel": 1e-9, "abs": 1e-9}


@functools.cache
def field(formula):
    """The formula as a function of an array, and its exact partial derivatives."""
    expression = sympy.sympify(formula)
    exact = [sympy.diff(expression, x) for x in X]

    @functools.cache
    def slopes(*point):
        return [float(d.evalf(30, subs=dict(zip(X, point, strict=True)))) for d in exact]

    return sympy.lambdify([X], expression, "numpy"), lambda point: slopes(*point.tolist())


@pytest.mark.parametrize("formula", FORMULAS)
def test_partial_derivatives_are_those_of_sympy(formula):
    f, exact = field(formula)
    for point in POINTS:
        slopes = [partial_derivative(f, point, i) for i in range(3)]
        assert slopes == pytest.approx(exact(point), **CLOSE)


@pytest.mark.parametrize("formula", FORMULAS)
def test_directional_derivative_is_the_gradient_times_the_direction(formula):
    f, exact = field(formula)
    for point, v in zip(POINTS, np.random.default_rng(1).normal(size=(5, 3)), strict=True):
        slope = directional_derivative(f, point, v)
        assert slope == pytest.approx(np.dot(exact(point), v), **CLOSE)


@pytest.mark.parametrize("formula", FORMULAS)
def test_total_derivative_is_the_derivative_of_the_composition(formula):
    t = sympy.Symbol("t")
    path = (sympy.exp(t / 3), 2 + sympy.sin(t), 1 + t**2)  # all three are positive
    exact = sympy.diff(sympy.sympify(formula).subs(dict(zip(X, path, strict=True))), t)
    f, _ = field(formula)
    walk = sympy.lambdify(t, path, "numpy")
    for at in (-0.7, 0.0, 1.1):
        slope = total_derivative(f, walk, at)
        assert slope == pytest.approx(float(exact.evalf(30, subs={t: at})), **CLOSE)


def test_known_values():
    """x²y + 3y² at (2, 3) has slopes 12 and 22; x²y + 3y at (2, 1) has 4 and 7."""

    def f(x):
        return x[0] ** 2 * x[1] + 3 * x[1] ** 2

    assert [partial_derivative(f, [2, 3], i) for i in (0, 1)] == pytest.approx([12, 22], **CLOSE)

    def g(x):
        return x[0] ** 2 * x[1] + 3 * x[1]

    assert [partial_derivative(g, [2, 1], i) for i in (0, 1)] == pytest.approx([4, 7], **CLOSE)


def test_partial_derivative_is_second_order_in_h():
    f, exact = field(FORMULAS[1])
    steps = np.logspace(-1, -3, 7)
    errors = [abs(partial_derivative(f, POINTS[0], 0, h) - exact(POINTS[0])[0]) for h in steps]
    assert np.polyfit(np.log(steps), np.log(errors), 1)[0] == pytest.approx(2, abs=0.05)


def test_directional_derivative_is_second_order_in_h():
    f, exact = field(FORMULAS[1])
    v = np.array([1.0, -1.0, 0.5])
    steps = np.logspace(-1, -3, 7)
    truth = np.dot(exact(POINTS[0]), v)
    errors = [abs(directional_derivative(f, POINTS[0], v, h) - truth) for h in steps]
    assert np.polyfit(np.log(steps), np.log(errors), 1)[0] == pytest.approx(2, abs=0.05)


@given(st.floats(1e-6, 1e6), st.sampled_from([1, -1]))
def test_a_longer_direction_has_a_larger_slope(factor, sign):
    f, exact = field(FORMULAS[0])
    v = sign * factor * np.array([1.0, 2.0, 3.0])
    slope = directional_derivative(f, POINTS[0], v)
    assert slope == pytest.approx(np.dot(exact(POINTS[0]), v), rel=1e-9)


def test_each_coordinate_is_moved_in_its_own_units():
    """A step of 6e-6·1e6 along the second coordinate would err by 36."""

    def f(x):
        return x[0] / 1e6 + x[1] ** 3

    x = np.array([1e6, 1.0])
    assert directional_derivative(f, x, [0.0, 1.0]) == pytest.approx(3, **CLOSE)
    assert directional_derivative(f, x, [1.0, 0.0]) == pytest.approx(1e-6, rel=1e-9)
    assert partial_derivative(f, x, 0) == pytest.approx(1e-6, rel=1e-9)


@pytest.mark.parametrize("shape", [(4,), (2, 3), (1, 2, 2)])
def test_points_have_any_shape(shape):
    rng = np.random.default_rng(2)
    x, weights, v = rng.normal(size=(3, *shape))

    def f(x):
        return np.sum(weights * x**3)

    for i in np.ndindex(shape):
        assert partial_derivative(f, x, i) == pytest.approx(3 * (weights * x**2)[i], **CLOSE)
    assert directional_derivative(f, x, v) == pytest.approx(np.sum(3 * weights * x**2 * v), **CLOSE)


def test_index_counts_from_the_end_too():
    def f(x):
        return x[0] + 2 * x[-1]

    assert partial_derivative(f, [1, 2, 3], -1) == pytest.approx(2, **CLOSE)


def test_path_may_have_any_shape_and_reach_f_in_several_ways():
    """d/dt t·t·t: three ways, each t²."""

    def path(t):
        return np.full((3, 1), t)

    assert total_derivative(np.prod, path, 2.0) == pytest.approx(12, **CLOSE)
    assert total_derivative(np.prod, path, 2) == pytest.approx(12, **CLOSE)
    assert total_derivative(np.prod, path, 2.0, 1e-3) == pytest.approx(12, **CLOSE)


def test_path_that_stands_still_has_no_slope():
    assert total_derivative(np.sum, lambda t: np.ones(3), 1.0) == 0


def test_float32_gets_its_own_step():
    x = np.float32([1, 2])

    def f(x):
        return np.sum(np.exp(x))

    bound = 50 * float(np.finfo(np.float32).eps) ** (2 / 3)  # times e² and a few roundings
    assert partial_derivative(f, x, 1) == pytest.approx(math.exp(2), abs=bound)
    truth = math.exp(1) + math.exp(2)
    assert directional_derivative(f, x, [1, 1]) == pytest.approx(truth, abs=bound)
    seen = []
    directional_derivative(lambda x: seen.append(x.dtype) or np.sum(x), x, np.ones(2))
    assert set(seen) == {np.dtype(np.float32)}


def test_nothing_is_mutated_even_by_a_function_that_mutates():
    x, v = np.array([1.0, 2.0]), np.array([1.0, 1.0])
    x.flags.writeable = v.flags.writeable = False

    def spoiler(point):
        value = point[0] * point[1]
        point[...] = 7
        return value

    assert partial_derivative(spoiler, x, 0) == pytest.approx(2, **CLOSE)
    assert directional_derivative(spoiler, x, v) == pytest.approx(3, **CLOSE)


ONES = np.ones(3)
CALLS = {
    "partial": lambda f=np.sum, x=ONES, h=None: partial_derivative(f, x, 0, h),
    "directional": lambda f=np.sum, x=ONES, h=None: directional_derivative(f, x, ONES, h),
}
BAD = [
    ({"f": None}, TypeError, "not callable"),
    ({"f": lambda x: None}, TypeError, "f near x must be real numbers, got None"),
    ({"f": lambda x: x}, ValueError, r"f near x must have shape \(\), got \(3,\)"),
    ({"f": lambda x: math.nan}, ValueError, "f near x must be finite"),
    ({"f": lambda x: np.float32(1)}, TypeError, "as precise as x"),
    ({"x": [1.0, math.inf, 0.0]}, ValueError, "x must be finite"),
    ({"x": ["a", "b", "c"]}, TypeError, "x must be real numbers"),
    ({"x": [True, False, True]}, TypeError, "x must be real numbers"),
    ({"x": []}, ValueError, "not empty"),
    ({"h": 0}, ValueError, "h must be positive"),
    ({"h": -1.0}, ValueError, "h must be positive"),
    ({"h": math.nan}, ValueError, "h must be finite"),
    ({"h": [1e-5, 1e-5]}, ValueError, r"h must have shape \(\), got \(2,\)"),
    ({"h": 1e-20}, ValueError, "x \\+ h.* ≠ x"),
]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(("bad", "error", "message"), BAD)
def test_bad_input_is_refused(call, bad, error, message):
    with pytest.raises(error, match=message):
        CALLS[call](**bad)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: partial_derivative(abs, 3.0, 0), ValueError, "must be an array, got the number 3"),
        (lambda: partial_derivative(np.sum, ONES, 3), IndexError, "index 3 is out of bounds"),
        (lambda: partial_derivative(np.sum, ONES, 1.0), IndexError, "only integers"),
        (
            lambda: partial_derivative(np.sum, ONES, slice(2)),
            ValueError,
            "f near x must have shape",
        ),
        (lambda: directional_derivative(np.sum, ONES, 0 * ONES), ValueError, "v must not be zero"),
        (
            lambda: directional_derivative(np.sum, ONES, 1.0),
            ValueError,
            r"v must have shape \(3,\)",
        ),
        (lambda: directional_derivative(np.sum, ONES, [1, 2]), ValueError, "v must have shape"),
        (lambda: directional_derivative(np.sum, ONES, [1, 2, None]), TypeError, "v must be real"),
        (
            lambda: total_derivative(np.sum, lambda t: ONES * t, ONES),
            ValueError,
            "t must have shape",
        ),
        (lambda: total_derivative(np.sum, lambda t: t, 1.0), ValueError, "must be an array"),
        (
            lambda: total_derivative(np.sum, lambda t: None, 1.0),
            TypeError,
            r"path\(t\) must be real",
        ),
        (lambda: total_derivative(np.sum, 3, 1.0), TypeError, "not callable"),
        (
            lambda: total_derivative(np.sum, lambda t: [t] * (1 + (t > 1)), 1.0),
            ValueError,
            "path near",
        ),
        (
            lambda: total_derivative(np.sum, lambda t: ONES * t, 1.0, 0),
            ValueError,
            "h must be positive",
        ),
    ],
)
def test_what_only_one_of_them_takes_is_refused_too(call, error, message):
    with pytest.raises(error, match=message):
        call()
