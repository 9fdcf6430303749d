"""Finite differences and the complex step against closed forms, SymPy and their own theory."""

import math

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from snippets import finite_difference
from snippets.finite_difference import (
    backward_difference,
    best_step,
    central_difference,
    complex_step,
    forward_difference,
    richardson,
    second_difference,
)

EPS = np.finfo(float).eps
FIRST = [forward_difference, backward_difference, central_difference, complex_step, richardson]
EVERY = [*FIRST, second_difference]

# One table of known derivatives: f, f′, f″, written as NumPy reads them.
KNOWN = {
    "sin": ("sin(x)", "cos(x)", "-sin(x)"),
    "cos": ("cos(x)", "-sin(x)", "-cos(x)"),
    "exp": ("exp(x)", "exp(x)", "exp(x)"),
    "log": ("log(x)", "1/x", "-1/x**2"),
    "sqrt": ("sqrt(x)", "0.5/sqrt(x)", "-0.25/sqrt(x)**3"),
    "cube": ("x**3", "3*x**2", "6*x"),
    "reciprocal": ("1/x", "-1/x**2", "2/x**3"),
    "tan": ("tan(x)", "1 + tan(x)**2", "2*tan(x)*(1 + tan(x)**2)"),
    "arctan": ("arctan(x)", "1/(1 + x**2)", "-2*x/(1 + x**2)**2"),
}
POINTS = np.random.default_rng(0).uniform(0.6, 1.4, 40)  # away from 0 and from π/2


def numpy_function(formula):
    return lambda x: eval(formula, {**vars(np), "x": x})


def worst_errors(difference, f, truth, steps, points=POINTS):
    """The worst absolute error over the points, for each step."""
    return np.array([np.max(np.abs(difference(f, points, h) - truth(points))) for h in steps])


def fitted_order(steps, errors):
    """The slope of log error over log step."""
    return np.polyfit(np.log(steps), np.log(errors), 1)[0]


@pytest.mark.parametrize("name", KNOWN)
def test_table_of_derivatives_is_what_sympy_differentiates(name):
    x = sympy.Symbol("x", positive=True)
    f, first, second = (sympy.sympify(s.replace("arctan", "atan")) for s in KNOWN[name])
    free = sympy.Symbol("x")
    assert sympy.simplify((sympy.diff(f, free) - first).subs(free, x)).equals(0)
    assert sympy.simplify((sympy.diff(f, free, 2) - second).subs(free, x)).equals(0)


# Relative errors at the default step. The theory: ε^(p/(p+k)) times the next derivative's size,
# which on these functions and points is at most 100 times that of f (1/x at 0.6).
@pytest.mark.parametrize(
    ("difference", "column", "bound"),
    [
        (forward_difference, 1, 100 * EPS ** (1 / 2)),
        (backward_difference, 1, 100 * EPS ** (1 / 2)),
        (central_difference, 1, 100 * EPS ** (2 / 3)),
        (second_difference, 2, 100 * EPS ** (2 / 4)),
        (richardson, 1, 100 * EPS ** (8 / 9)),
        (complex_step, 1, 2.01 * EPS),  # 2 units in the last place; NumPy's own tan takes 1.7
    ],
)
@pytest.mark.parametrize("name", KNOWN)
def test_default_step_reaches_the_accuracy_of_the_theory(difference, column, bound, name):
    f, truth = numpy_function(KNOWN[name][0]), numpy_function(KNOWN[name][column])
    assert difference(f, POINTS) == pytest.approx(truth(POINTS), rel=bound, abs=0)


@pytest.mark.parametrize("name", KNOWN)
def test_complex_step_is_within_two_units_in_the_last_place(name):
    """But for tan: NumPy's own complex tan has an imaginary part that is off by up to 3.5."""
    points = np.random.default_rng(0).uniform(0.6, 1.4, 300)
    with mpmath.workdps(40):
        truth = [eval(KNOWN[name][1], {**vars(mpmath), "x": mpmath.mpf(x)}) for x in points]
        for slope, exact in zip(
            complex_step(numpy_function(KNOWN[name][0]), points), truth, strict=True
        ):
            off = abs(mpmath.mpf(slope) - exact) / np.spacing(abs(slope))
            assert off <= (3.5 if name == "tan" else 2)


# Steps wide enough that truncation, not rounding, is the error at every one.
@pytest.mark.parametrize(
    ("difference", "order", "steps"),
    [
        (forward_difference, 1, np.logspace(-1, -4, 7)),
        (backward_difference, 1, np.logspace(-1, -4, 7)),
        (central_difference, 2, np.logspace(-1, -3, 7)),
        (second_difference, 2, np.logspace(-1, -2, 7)),
        (lambda f, x, h: richardson(f, x, h, levels=1), 2, np.logspace(-1, -3, 7)),
        (lambda f, x, h: richardson(f, x, h, levels=2), 4, np.logspace(-0.3, -1.3, 7)),
        (lambda f, x, h: richardson(f, x, h, levels=3), 6, np.logspace(0, -0.6, 7)),
        (complex_step, 2, np.logspace(-1, -3, 7)),
    ],
)
def test_truncation_has_the_order_the_docstring_says(difference, order, steps):
    slope = fitted_order(steps, worst_errors(difference, np.exp, np.exp, steps))
    assert slope == pytest.approx(order, abs=0.1)  # h is finite: the next term bends the line


@pytest.mark.parametrize(
    ("difference", "power"),
    [(forward_difference, 1), (central_difference, 1), (second_difference, 2)],
)
def test_rounding_grows_as_the_step_shrinks(difference, power):
    optimum = best_step(1, derivative=power)
    steps = optimum * np.logspace(-2, -4, 9)
    slope = fitted_order(steps, worst_errors(difference, np.exp, np.exp, steps))
    assert slope == pytest.approx(-power, abs=0.3)  # noise: the worst of 40 points, 9 steps


def test_complex_step_has_no_rounding_to_grow():
    steps = 10.0 ** -np.arange(10, 300, 10)
    errors = worst_errors(complex_step, np.exp, np.exp, steps)
    assert np.max(errors) <= 2 * np.spacing(np.exp(1.4))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("difference", "order", "derivative"),
    [(forward_difference, 1, 1), (central_difference, 2, 1), (second_difference, 2, 2)],
)
def test_best_step_is_the_bottom_of_the_v(difference, order, derivative, dtype):
    best = best_step(order, dtype, derivative)
    points = POINTS.astype(dtype)

    def error(h):
        slope = difference(np.exp, points, h).astype(float)
        return np.max(np.abs(slope - np.exp(points.astype(float))))

    scan = best * np.logspace(-2, 2, 33)
    # The law leaves out constants: 1.25, 1.1 and 3.5 times the least error; the rest is noise.
    assert error(best) <= 6 * min(map(error, scan))
    assert error(best / 100) > 5 * error(best) < error(best * 100)


def test_default_step_is_best_step_in_the_units_of_x():
    seen = []

    def f(x):
        seen.append(x)
        return x

    for x in (0.5, 1000.0):
        central_difference(f, x)
        assert (seen[-2] - seen[-1]) / 2 == pytest.approx(best_step(2) * max(1, x), rel=1e-6)


@pytest.mark.parametrize("difference", FIRST)
def test_float32_gets_its_own_step_and_stays_float32(difference):
    points = POINTS.astype(np.float32)
    slope = difference(np.sin, points)
    assert slope.dtype == np.float32
    # ε^(1/2) for the one-sided, better for the others; 3: f″ and two roundings.
    bound = 3 * float(np.finfo(np.float32).eps) ** (1 / 2)
    assert slope == pytest.approx(np.cos(points.astype(float)), abs=bound)
    assert type(difference(np.sin, np.float32(1))) is np.float32


def test_float64_step_in_float32_is_as_wrong_as_the_audit_measured():
    error = abs(central_difference(np.exp, np.float32(1), 1e-7) - math.e)
    assert error > 0.1


@pytest.mark.parametrize("difference", EVERY)
def test_points_of_any_shape_give_what_each_point_gives(difference):
    points = POINTS[:24].reshape(2, 3, 4)
    cube = numpy_function("x*x*x")  # products round alike in a scalar and in an array
    slopes = difference(cube, points)
    assert slopes.shape == points.shape
    for index in np.ndindex(points.shape):
        assert slopes[index] == difference(cube, points[index])


@pytest.mark.parametrize("difference", EVERY)
@pytest.mark.parametrize("x", [3, np.int8(3), np.uint64(3), 3.0, np.float64(3)])
def test_every_kind_of_number_is_a_point(difference, x):
    expected = 2 if difference is second_difference else 6
    # x² has no truncation: what is left is ε|f|/hᵏ at its worst, √ε·9 for the one-sided.
    assert difference(lambda x: x * x, x) == pytest.approx(expected, abs=10 * math.sqrt(EPS))


def test_nested_lists_are_points():
    slopes = central_difference(np.square, [[1, 2], [3, 4]])
    assert slopes == pytest.approx(np.array([[2, 4], [6, 8]]), abs=1e-9)  # ε·16/6e-6


def test_one_step_for_each_point():
    steps = np.array([1e-1, 1e-2, 1e-3])
    together = central_difference(np.exp, np.ones(3), steps)
    assert together.tolist() == [central_difference(np.exp, 1.0, h) for h in steps]


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), st.floats(-1e6, 1e6))
def test_central_difference_of_a_parabola_errs_by_rounding_alone(a, b, c, x):
    h = best_step(2) * max(1, abs(x))
    far = abs(x) + h
    size = abs(a) + abs(b * far) + abs(c * far * far)
    error = abs(central_difference(lambda t: a + b * t + c * t * t, x) - (b + 2 * c * x))
    # five operations a value, two values over 2h; below tiny nothing has all its digits
    assert error <= 8 * EPS * size / h + np.finfo(float).tiny / h


@given(st.floats(-1e9, 1e9), st.floats(1e-3, 1e3))
def test_slope_of_the_identity_is_exactly_one(x, h):
    """The step divided by is the step taken: the naive h would err by ulp(x)/h."""
    for difference in (forward_difference, backward_difference, central_difference):
        assert difference(lambda t: t, x, h) == 1


def test_naive_step_is_not_the_step_taken():
    x, h = 1e6, 1e-8
    assert abs(((x + h) - x) / h - 1) > 1e-4  # ulp(1e6)/1e-8 = 1 %
    assert forward_difference(lambda t: t, x, h) == 1


def test_step_is_exact_on_both_sides_of_a_power_of_two():
    for x in (1.0, -1.0, 1024.0, -1024.0):
        assert second_difference(lambda t: t, x) == 0


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(-2, 2))
def test_differentiation_is_linear(a, b, x):
    combined = richardson(lambda t: a * np.sin(t) + b * np.exp(t), x)
    separate = a * np.cos(x) + b * np.exp(x)
    # 1e-11: 12 digits of values up to 3 + 3e² ≈ 25
    assert combined == pytest.approx(separate, abs=1e-11)


def test_richardson_follows_a_function_that_bends_fast():
    truth = -1 / 0.1**2  # 1/x at 0.1: its scale is a tenth of what the default step assumes
    assert richardson(lambda x: 1 / x, 0.1) == pytest.approx(truth, rel=1e-11)
    assert central_difference(lambda x: 1 / x, 0.1) != pytest.approx(truth, rel=1e-11)


def test_central_difference_at_a_kink_is_the_mean_of_two_slopes():
    assert central_difference(np.abs, 0.0) == 0
    assert central_difference(lambda x: np.maximum(x, 0), 0.0) == 0.5
    assert (forward_difference(np.abs, 0.0), backward_difference(np.abs, 0.0)) == (1, -1)


def test_claim_that_a_step_of_1e_7_errs_by_1e_14_is_false():
    """Erratum E04."""
    truth = numpy_function("3*x**2")
    errors = np.abs(central_difference(numpy_function("x**3"), POINTS, 1e-7) - truth(POINTS))
    assert np.median(errors) > 1e-10


@pytest.mark.parametrize("difference", EVERY)
def test_nothing_is_mutated_even_by_a_function_that_mutates(difference):
    x = np.array([0.5, 1.0, 1.5])
    x.flags.writeable = False  # any write to what was given raises
    expected = difference(numpy_function("x*x*x"), x)

    def spoiler(point):
        value = point * point * point
        point[...] = 7
        return value

    assert difference(spoiler, x).tolist() == expected.tolist()


@pytest.mark.parametrize("difference", EVERY)
def test_a_function_that_reuses_its_buffer_is_read_in_time(difference):
    kind = complex if difference is complex_step else float
    buffer = np.empty(3, kind)

    def f(x):
        buffer[...] = x * x * x
        return buffer

    x = np.array([0.5, 1.0, 1.5])
    assert difference(f, x).tolist() == difference(lambda x: x * x * x, x).tolist()


BAD_POINTS = [
    ("a", TypeError, "x must be real numbers, got 'a'"),
    (None, TypeError, "x must be real numbers, got None"),
    (True, TypeError, "x must be real numbers, got True"),
    (1 + 2j, TypeError, "x must be real numbers"),
    (np.array([True, False]), TypeError, "x must be real numbers"),
    (np.array([1.0, None]), TypeError, "x must be real numbers"),
    (np.array(["1", "2"]), TypeError, "x must be real numbers"),
    (10**400, TypeError, "x must be real numbers"),
    (np.sin, TypeError, "x must be real numbers"),
    (np.datetime64("2020"), TypeError, "x must be real numbers"),
    (math.nan, ValueError, "x must be finite and not empty, got nan"),
    ([1.0, math.inf], ValueError, "x must be finite"),
    ([], ValueError, "not empty"),
    (np.empty((0, 3)), ValueError, "not empty"),
    ([[1.0], [1.0, 2.0]], ValueError, "inhomogeneous"),
]
BAD_STEPS = [
    (0, ValueError, "h must be positive"),
    (-1e-5, ValueError, "h must be positive"),
    (math.nan, ValueError, "h must be finite"),
    (math.inf, ValueError, "h must be finite"),
    ("1e-5", TypeError, "h must be real numbers"),
    (True, TypeError, "h must be real numbers"),
    ([], ValueError, r"h must have shape \(3,\), got \(0,\)"),
    ([1e-5, 1e-5], ValueError, r"h must have shape \(3,\), got \(2,\)"),
    ([1e-5, 0.0, 1e-5], ValueError, "h must be positive"),
]
BAD_FUNCTIONS = [
    (None, TypeError, "not callable"),
    (3.0, TypeError, "not callable"),
    (lambda x: None, TypeError, "got"),
    (lambda x: "one", TypeError, "got"),
    (lambda x: x.real > 0, TypeError, "got"),
    (lambda x: x * math.nan, ValueError, "must be finite"),
    (lambda x: x * math.inf, ValueError, "must be finite"),
    (np.sum, ValueError, r"shape \(3,\), got \(\)"),
    (lambda x: x[:2], ValueError, r"shape \(3,\), got \(2,\)"),
    (lambda x: x[None], ValueError, r"shape \(3,\), got \(1, 3\)"),
]


@pytest.mark.parametrize("difference", EVERY)
@pytest.mark.parametrize(("x", "error", "message"), BAD_POINTS)
def test_bad_point_is_refused(difference, x, error, message):
    with pytest.raises(error, match=message):
        difference(np.sin, x)


@pytest.mark.parametrize("difference", EVERY)
@pytest.mark.parametrize(("h", "error", "message"), BAD_STEPS)
def test_bad_step_is_refused(difference, h, error, message):
    with pytest.raises(error, match=message):
        difference(np.sin, [1.0, 2.0, 3.0], h)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")  # inf·0 in complex inf
@pytest.mark.parametrize("difference", EVERY)
@pytest.mark.parametrize(("f", "error", "message"), BAD_FUNCTIONS)
def test_bad_function_is_refused(difference, f, error, message):
    with pytest.raises(error, match=message):
        difference(f, [1.0, 2.0, 3.0])


@pytest.mark.parametrize("difference", EVERY[:3] + EVERY[4:])  # complex_step subtracts nothing
def test_step_lost_in_x_is_refused_where_the_naive_slope_is_zero(difference):
    """Erratum E21: at h = 1e-16 the table's next row is a slope of 0."""
    assert (np.exp(1 + 1e-16) - np.exp(1)) / 1e-16 == 0
    with pytest.raises(ValueError, match=r"x \+ h ≠ x.*1e-16 at x = 1.0"):
        difference(np.exp, 1.0, 1e-16)


@pytest.mark.parametrize("difference", FIRST[:3] + FIRST[4:])
def test_function_less_precise_than_its_point_is_refused(difference):
    """A float32 model at a float64 point would err by 6e-8/6e-6, one per cent."""
    with pytest.raises(TypeError, match="as precise as x, float64, got float32"):
        difference(lambda x: np.float32(np.exp(x)), 1.0)


@pytest.mark.parametrize("f", [abs, np.abs, np.real, lambda x: 3.0])
def test_complex_step_refuses_a_function_that_drops_the_imaginary_part(f):
    with pytest.raises(TypeError, match=r"must be complex, got .* does f use abs or real\?"):
        complex_step(f, 1.5)


@pytest.mark.parametrize(("order", "derivative"), [(0, 1), (1, 0), (-2, 1), (math.nan, 1)])
def test_best_step_refuses_an_order_below_one(order, derivative):
    with pytest.raises(ValueError, match="must be at least 1"):
        best_step(order, derivative=derivative)


@pytest.mark.parametrize("dtype", [int, bool, object, str])
def test_best_step_refuses_what_has_no_epsilon(dtype):
    with pytest.raises(ValueError, match="must be floating"):
        best_step(2, dtype)


@pytest.mark.parametrize("levels", [0, -1, math.nan])
def test_richardson_refuses_less_than_one_level(levels):
    with pytest.raises(ValueError, match="levels must be at least 1"):
        richardson(np.sin, 1.0, levels=levels)


def test_every_public_function_is_tested_here():
    public = {
        n
        for n, v in vars(finite_difference).items()
        if callable(v) and getattr(v, "__module__", "") == finite_difference.__name__
    }
    assert {n for n in public if not n.startswith("_")} == {d.__name__ for d in [*EVERY, best_step]}
