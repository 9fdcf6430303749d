"""Taylor polynomials against SymPy's, and the remainder against the true error."""

import math

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from snippets.taylor import lagrange_remainder, taylor_polynomial

EPS = np.finfo(float).eps
T = sympy.Symbol("t")
FUNCTIONS = ["sin(t)", "exp(t)", "log(1 + t)", "1/(2 - t)", "t**5 - t", "tanh(t)"]


@pytest.mark.parametrize("formula", FUNCTIONS)
def test_polynomial_is_that_of_sympy(formula):
    f, a = sympy.sympify(formula), sympy.Rational(1, 4)
    derivatives = [float(sympy.diff(f, T, k).subs(T, a)) for k in range(6)]
    series = sympy.series(f.subs(T, T + a), T, 0, 6).removeO()
    x = np.array([-0.5, 0.25, 0.3, 1.5])
    for n in (0, 1, 2, 5):
        exact = [float(series.coeff(T, k)) for k in range(n + 1)]
        truth = [math.fsum(c * (at - 0.25) ** k for k, c in enumerate(exact)) for at in x]
        value = taylor_polynomial(derivatives[: n + 1], 0.25, x)
        # six terms of at most 5!·(5/4)⁵/5! ≈ 3, three roundings each
        assert value == pytest.approx(np.array(truth), abs=60 * EPS)


@given(st.integers(0, 15), st.floats(-3, 3), st.floats(-3, 3))
def test_error_never_exceeds_the_remainder(n, a, x):
    """All derivatives of sin are at most 1, those of exp at most eᵐ for the larger end m."""
    sines = [math.sin(a), math.cos(a), -math.sin(a), -math.cos(a)]
    error = abs(taylor_polynomial([sines[k % 4] for k in range(n + 1)], a, x) - math.sin(x))
    rounding = 20 * EPS * math.exp(6)  # terms up to 6ᵏ/k! ≤ e⁶
    assert error <= lagrange_remainder(1, n, a, x) + rounding
    error = abs(taylor_polynomial([math.exp(a)] * (n + 1), a, x) - math.exp(x))
    rounding *= math.exp(3)
    assert error <= lagrange_remainder(math.exp(max(a, x)), n, a, x) + rounding


def test_remainder_is_reached_by_the_power_that_is_left_out():
    """P of degree n knows nothing of xⁿ⁺¹, whose derivative (n + 1)! is constant."""
    for n in range(6):
        bound = lagrange_remainder(math.factorial(n + 1), n, 0, 1.5)
        assert bound == pytest.approx(1.5 ** (n + 1), rel=10 * EPS)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_degree_n_has_order_n_plus_1(n):
    steps = np.logspace(0, -1, 6)
    errors = np.abs(taylor_polynomial([1] * (n + 1), 0, steps) - np.exp(steps))
    assert np.polyfit(np.log(steps), np.log(errors), 1)[0] == pytest.approx(n + 1, abs=0.3)
    bounds = lagrange_remainder(math.e, n, 0, steps)
    assert np.polyfit(np.log(steps), np.log(bounds), 1)[0] == pytest.approx(n + 1, abs=1e-9)


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=6), st.integers(-3, 3), st.integers(-4, 4))
def test_polynomial_is_its_own_taylor_polynomial(coefficients, a, x):
    p = np.polynomial.Polynomial(coefficients)
    derivatives = [p.deriv(k)(a) if k else p(a) for k in range(len(coefficients))]
    # derivatives of at most 5·6·7⁵; t/(k + 1) rounds, so not exactly
    assert taylor_polynomial(derivatives, a, x) == pytest.approx(p(x), rel=1e-9, abs=1e-7)


def test_neither_powers_nor_factorials_overflow():
    """400! and 40⁴⁰⁰ are beyond float64; e⁴⁰ is not."""
    assert taylor_polynomial([1] * 401, 0, 40.0) == pytest.approx(math.exp(40), rel=1e-13)
    assert lagrange_remainder(1, 400, 0, 40.0) < 1e-200


def test_flat_function_is_not_its_taylor_series():
    """Erratum E12: every derivative of e^(−1/x²) at 0 is 0, the function is not."""
    assert taylor_polynomial([0] * 30, 0, 1.0) == 0
    assert math.exp(-1) > 0.3


def test_factorials_come_from_the_derivatives_and_do_not_tame_divergence():
    """Erratum E13: the series of ln(1 + x) at 2 with its factorials, and that of sin without."""
    derivatives = [0.0] + [(-1) ** (k - 1) * math.factorial(k - 1) for k in range(1, 41)]
    at_two = [taylor_polynomial(derivatives[: n + 1], 0, 2.0) for n in (10, 20, 40)]
    assert at_two == pytest.approx([-64.8, -34_360, -1.8e10], rel=0.01)
    without = sum((-1) ** k * 0.5 ** (2 * k + 1) for k in range(60))
    assert without == pytest.approx(0.5 / (1 + 0.25), rel=1e-12)  # converges, to the wrong value
    assert abs(without - math.sin(0.5)) > 0.07


def test_sine_of_order_9_is_far_off_at_two_pi():
    derivatives = [0, 1, 0, -1] * 2 + [0, 1]
    value = taylor_polynomial(derivatives, 0, 2 * math.pi)
    assert value == pytest.approx(11.90, abs=0.005)
    assert value < lagrange_remainder(1, 9, 0, 2 * math.pi)


def test_points_have_any_shape_and_are_not_mutated():
    x = np.array([[0, 1], [2, 3]])
    x.flags.writeable = False
    derivatives = [1, 2, 3]
    value = taylor_polynomial(derivatives, 1, x)
    assert value.tolist() == [[0.5, 1], [4.5, 11]]
    assert derivatives == [1, 2, 3]
    assert lagrange_remainder(2, 1, 1, x).tolist() == [[1, 0], [1, 4]]


BAD = [
    (lambda: taylor_polynomial([], 0, 1), ValueError, "derivatives must be finite and not empty"),
    (lambda: taylor_polynomial(3.0, 0, 1), TypeError, "'float' object is not iterable"),
    (lambda: taylor_polynomial(np.ones((1, 2)), 0, 1), ValueError, "must be a list of numbers"),
    (lambda: taylor_polynomial([[1, 2]], 0, 1), TypeError, "'list' and 'int'"),
    (lambda: taylor_polynomial([1, math.nan], 0, 1), ValueError, "derivatives must be finite"),
    (lambda: taylor_polynomial(["a"], 0, 1), TypeError, "'str' and 'int'"),
    (lambda: taylor_polynomial([1j], 0, 1), TypeError, "derivatives must be real numbers"),
    (lambda: taylor_polynomial(math.sin, 0, 1), TypeError, "not iterable"),
    (lambda: taylor_polynomial([1], [0, 1], 1), ValueError, r"a must have shape \(\), got \(2,\)"),
    (lambda: taylor_polynomial([1], None, 1), TypeError, "a must be real numbers, got None"),
    (lambda: taylor_polynomial([1], 0, []), ValueError, "x must be finite and not empty"),
    (lambda: taylor_polynomial([1], 0, math.inf), ValueError, "x must be finite"),
    (lambda: taylor_polynomial([1], 0, True), TypeError, "x must be real numbers"),
    (lambda: lagrange_remainder(-1, 2, 0, 1), ValueError, "must not be negative, got -1.0 and 2"),
    (lambda: lagrange_remainder(1, -1, 0, 1), ValueError, "must not be negative, got 1.0 and -1"),
    (lambda: lagrange_remainder(1, 1.5, 0, 1), TypeError, "integer"),
    (lambda: lagrange_remainder(math.inf, 1, 0, 1), ValueError, "bound must be finite"),
    (lambda: lagrange_remainder([1, 2], 1, 0, 1), ValueError, r"bound must have shape \(\)"),
    (lambda: lagrange_remainder(1, 1, 0, "x"), TypeError, "x must be real numbers"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
