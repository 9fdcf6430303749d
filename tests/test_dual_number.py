"""Dual numbers against SymPy, closed forms, finite differences and JAX."""

import math

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from snippets import dual_number
from snippets.dual_number import Dual, derivative, jvp
from tests.framework import TANGENT, told_by_jax
from tests.programs import ARRAYS, ELEMENTWISE, X, program

EPS = np.finfo(float).eps
POINTS = np.random.default_rng(0).uniform(0.2, 0.9, 25)
EVERYWHERE = {**ELEMENTWISE, **ARRAYS}

# Functions of one operation, as NumPy and as SymPy write them.
SINGLE = {
    "sin": "sin(x)", "cos": "cos(x)", "tan": "tan(x)", "exp": "exp(x)", "log": "log(x)",
    "sqrt": "sqrt(x)", "tanh": "tanh(x)", "sinh": "sinh(x)", "cosh": "cosh(x)",
    "arcsin": "asin(x)", "arccos": "acos(x)", "arctan": "atan(x)", "arcsinh": "asinh(x)",
    "arctanh": "atanh(x)", "cube": "x**3", "reciprocal": "1/x", "square root": "x**0.5",
}  # fmt: skip
AS_NUMPY = {"cube": "x**3", "reciprocal": "1/x", "square root": "x**0.5"}


def single(name):
    return program(AS_NUMPY.get(name, f"np.{name}(x)"))


@pytest.mark.parametrize("name", SINGLE)
def test_slope_is_within_two_units_in_the_last_place(name):
    x = sympy.Symbol("x")
    slope_of = sympy.lambdify(
        x, sympy.diff(sympy.sympify(SINGLE[name], rational=True), x), "mpmath"
    )
    ulps = 4 if name == "tanh" else 2  # not to overflow, 1/cosh² takes more operations
    with mpmath.workdps(40):
        for point in POINTS:
            slope = derivative(single(name), point)
            off = mpmath.mpf(slope) - slope_of(mpmath.mpf(point))
            assert abs(off) <= ulps * np.spacing(abs(slope))


def test_tanh_keeps_its_digits_where_it_saturates():
    """1 − tanh² would have lost all of them at 20."""
    for point in (5.0, 20.0, -300.0):
        truth = float(mpmath.sech(point) ** 2)
        assert derivative(np.tanh, point) == pytest.approx(truth, rel=100 * EPS, abs=0)
    assert derivative(np.tanh, 1e4) == 0  # and no warning of an overflow


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_points_of_any_shape_give_what_each_point_gives(name):
    f = program(ELEMENTWISE[name])
    slopes = derivative(f, X)
    assert slopes.shape == X.shape
    each = [derivative(f, float(x)) for x in X.flat]
    assert slopes.ravel() == pytest.approx(np.array(each), rel=10 * EPS)  # SIMD rounds otherwise


def richardson(f, x, v, h=1e-3):
    """f′(x) v without duals: central differences at h and h/2, extrapolated; error O(h⁴)."""
    wide, narrow = ((f(x + s * v) - f(x - s * v)) / (2 * s) for s in (h, h / 2))
    return (4 * narrow - wide) / 3


@pytest.mark.parametrize("name", EVERYWHERE)
def test_jvp_is_the_slope_along_v(name):
    f, v = program(EVERYWHERE[name]), np.random.default_rng(1).normal(size=X.shape)
    tangent = jvp(f, X, v)
    assert tangent.shape == np.shape(f(X))
    # h⁴ = 1e-12 times a fifth derivative, ε/h = 2e-13: five digits are spare.
    assert tangent == pytest.approx(richardson(f, X, v), rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("name", EVERYWHERE)
def test_jvp_is_what_jax_says(name):
    _, truth, _ = told_by_jax()[name]
    # A program of ten operations, each rounded.
    tangent = jvp(program(EVERYWHERE[name]), X, TANGENT)
    assert tangent == pytest.approx(truth, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("name", EVERYWHERE)
def test_second_derivatives_nest(name):
    f, v = program(EVERYWHERE[name]), np.random.default_rng(2).normal(size=X.shape)
    second = jvp(lambda x: jvp(f, x, v), X, v)
    slope = richardson(lambda x: jvp(f, x, v), X, v)
    assert second == pytest.approx(slope, rel=1e-6, abs=1e-6)  # one derivative more than above


@pytest.mark.parametrize("order", range(5))
def test_five_derivatives_nest(order):
    f = np.sin
    for _ in range(order):
        f = (lambda g: lambda x: derivative(g, x))(f)
    assert f(0.7) == pytest.approx(math.sin(0.7 + order * math.pi / 2), rel=4 * EPS)


# Perturbation confusion: an inner ε taken for the outer one. Each answer in brackets is what a
# single, shared ε would give.
CONFUSING = [
    (lambda x: x * derivative(lambda y: x + y, 1.0), 1.0, 1.0),  # (2)
    (lambda x: x * derivative(lambda y: x * y, 2.0), 3.0, 6.0),  # (8)
    (lambda x: derivative(lambda y: x * y * y, x), 3.0, 12.0),  # 2x²
    (lambda x: derivative(lambda y: x, 1.0), 1.0, 0.0),  # (1)
    (lambda x: x * derivative(lambda y: x, 2.0), 1.0, 0.0),  # (1)
    (lambda x: derivative(lambda y: derivative(lambda z: x * y * z, 1.0), 1.0), 1.0, 1.0),
    (lambda x: derivative(lambda y: y**3, x), 2.0, 12.0),
    (lambda x: jvp(lambda y: y * y, np.array([x, 2.0]), np.array([1.0, x])).sum(), 3.0, 6.0),
]


@pytest.mark.parametrize(("f", "x", "slope"), CONFUSING)
def test_perturbations_are_not_confused(f, x, slope):
    assert derivative(f, x) == pytest.approx(slope, rel=4 * EPS)


def test_a_dual_of_one_level_is_what_confuses():
    """The planted mistake: both derivatives written by hand, with the same ε."""

    def confused(f, x):
        return f(Dual(x, np.float64(1), level=0)).tangent

    one = np.float64(1)
    assert confused(lambda x: x * confused(lambda y: x + y, one), one) == 2


POLYNOMIAL = st.lists(st.floats(-3, 3), min_size=1, max_size=6)


@given(POLYNOMIAL, POLYNOMIAL, st.floats(-2, 2))
def test_product_and_chain_rules_hold(p, q, x):
    def horner(coefficients):
        return lambda t: sum(c * t**k for k, c in enumerate(coefficients)) + 0 * t

    f, g = horner(p), horner(q)
    product = derivative(lambda t: f(t) * g(t), x)
    chain = derivative(lambda t: np.sin(f(t)), x)
    size = 1 + 200 * max(map(abs, p)) * max(map(abs, q))  # 6 terms up to 3·2⁵, twice
    assert product == pytest.approx(
        derivative(f, x) * g(x) + f(x) * derivative(g, x), abs=1e-13 * size
    )
    assert chain == pytest.approx(np.cos(f(x)) * derivative(f, x), rel=1e-12, abs=1e-12)


@given(st.data())
def test_jvp_is_linear_in_v_over_broadcast_shapes(data):
    shape = tuple(data.draw(st.lists(st.integers(1, 3), max_size=3), "shape"))
    other = tuple(data.draw(st.sampled_from([n, 1])) for n in shape)
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    x, v, w = rng.normal(size=(3, *shape))
    c = rng.uniform(1, 2, other)

    def f(x):
        return np.exp(x) * c - c / (2 + np.sin(x)) + np.sum(x * c)

    both = jvp(f, x, 2 * v - 3 * w)
    assert both == pytest.approx(2 * jvp(f, x, v) - 3 * jvp(f, x, w), rel=1e-11, abs=1e-11)


@given(st.floats(0.1, 3), st.integers(0, 10**6))
def test_a_random_program_has_the_slope_of_its_dual(x, seed):
    """Twelve random operations, and the complex step, which shares no code."""
    names = ["sin", "cos", "exp", "tanh", "square", "log1p", "sqrt", "arctan"]

    def f(t):
        rng, stack = np.random.default_rng(seed), [t, 0.5 * t + 1, 2 / (1 + t)]
        for _ in range(12):
            a, b = (stack[i] for i in rng.integers(0, len(stack), 2))
            squashed = np.sin(a) + 1.5  # keeps logarithms and roots away from 0
            made = [getattr(np, names[rng.integers(8)])(squashed), a * b / (1 + b * b), a - b]
            stack.append(made[rng.integers(3)])
        return stack[-1] + stack[-2]

    slope = f(x + 1e-30j).imag / 1e-30
    assert derivative(f, x) == pytest.approx(slope, rel=1e-10, abs=1e-10)  # 12 roundings, amplified


def test_comparisons_follow_the_branch_taken():
    def f(x):
        return x**2 if x > 1 and x >= 1 and x < 3 else -x if x < 0 or x <= 0 else x

    assert [derivative(f, x) for x in (2.0, -1.0, 0.0, 0.5)] == [4, -1, -1, 1]
    assert derivative(lambda x: 5 * x if x == 1 and x != 2 else x, 1.0) == 5
    assert derivative(lambda x: x if x else 2 * x, 0.0) == 2


def test_kinks_follow_the_convention():
    assert derivative(abs, 0.0) == 0
    assert derivative(lambda x: np.maximum(x, 0), 0.0) == 0
    assert derivative(lambda x: np.maximum(0, x), 0.0) == 1
    assert jvp(np.max, np.ones(3), np.array([1.0, 2.0, 4.0])) == 4


def test_where_autodiff_lies():
    """Erratum E16: exact for the operations executed, which are not always the function."""
    assert derivative(lambda x: x if x != 0 else 0.0, 0.0) == 0  # of f(x) = x
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        assert derivative(np.sqrt, 0.0) == math.inf


def test_powers_at_zero():
    """Erratum E34: 0·0⁻¹ would be not a number."""
    assert derivative(lambda x: x**0, 0.0) == 0
    assert derivative(lambda x: x**1, 0.0) == 1
    assert derivative(lambda x: 0.0**x, 2.0) == 0
    assert derivative(lambda x: x ** np.array([0, 1, 2]), np.zeros(3)).tolist() == [0, 1, 0]


def test_every_operator_is_reflected():
    x = Dual(3, 1)
    made = [1 + x, 1 - x, 2 * x, 6 / x, 2**x, 7 % x, 7 // x, np.float64(2) * x, x + np.float64(1)]
    slopes = [1, -1, 2, -6 / 9, 8 * math.log(2), -2, None, 2, 1]
    for y, slope in zip(made, slopes, strict=True):
        assert (y.tangent if slope else None) == slope
    A = np.arange(4.0).reshape(2, 2)
    both = Dual(A, np.ones((2, 2)))
    assert (A @ both).tangent.tolist() == (A @ np.ones((2, 2))).tolist()
    assert ([1, 2] * both).primal.tolist() == (np.array([1, 2]) * A).tolist()
    total = 0.0
    total += x
    total += x
    assert (total.primal, total.tangent, sum([x, x]).tangent) == (6, 2, 2)


def test_a_dual_looks_like_its_array():
    x = Dual(np.arange(6.0).reshape(2, 3), np.ones((2, 3)))
    assert (x.shape, x.ndim, x.size, x.dtype, len(x)) == ((2, 3), 2, 6, float, 2)
    assert x.T.shape == x.reshape(3, 2).shape == x.reshape((3, -1)).shape == (3, 2)
    assert [row.primal.tolist() for row in x] == x.primal.tolist()
    assert repr(Dual(2, 1)) == "Dual(2.0, 1.0)"
    assert x.sum(axis=0).tangent.tolist() == [2, 2, 2]
    assert np.add.reduce(x).tangent.tolist() == [2, 2, 2]
    assert np.sin(np.array([Dual(0, 1), Dual(0, 2)]))[1].tangent == 2  # NumPy calls x.sin()


def test_more_of_numpy_is_linear_or_bilinear():
    v = np.random.default_rng(3).normal(size=X.shape)
    for source in [
        "np.einsum('ij,kj->ik', x, x)", "np.tensordot(x, x)", "np.kron(x, x)", "np.inner(x, x)",
        "np.cross(x, x**2)", "np.convolve(x[0], x[1])", "np.vdot(x, x)", "np.diff(x)",
        "np.trace(x @ x.T) + np.tril(x) * np.triu(x, -1) + np.diag(x[0])[:2]",
        "np.einsum('i,j->ij', np.ones(2), x[0])", "np.logaddexp.reduce(x, axis=1) * np.min(x)",
    ]:  # fmt: skip
        f = program(source)
        assert jvp(f, X, v) == pytest.approx(richardson(f, X, v), abs=1e-9)  # ε/h, and h⁴


def test_log_sum_exp_does_not_overflow():
    slope = jvp(np.logaddexp.reduce, [1000.0, 0.0], [1.0, 1.0])
    assert slope == 1
    assert jvp(lambda x: np.logaddexp.reduce(x, axis=1, keepdims=True), X, X).shape == (2, 1)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_precision_is_kept(dtype):
    x = X.astype(dtype)
    assert derivative(program(ELEMENTWISE["logarithms"]), x).dtype == dtype
    assert jvp(program(ARRAYS["joined"].replace("np.ones((1, 3))", "x[:1]")), x, x).dtype == dtype
    assert type(derivative(np.exp2, dtype(1))) is dtype


def test_integers_are_converted_and_nothing_is_changed():
    x, v = np.array([1, 2, 3]), np.array([1, 0, -1])
    x.flags.writeable = v.flags.writeable = False
    assert derivative(lambda x: 1 / x, x).tolist() == [-1, -1 / 4, -1 / 9]
    assert jvp(lambda x: x**2, x, v).tolist() == [2, 0, -6]
    assert x.tolist() == [1, 2, 3]

    def spoiler(x):
        x += 1  # rebinds: a Dual does not change in place
        return x * x

    y = np.ones(3)
    assert derivative(spoiler, y).tolist() == [4, 4, 4]
    assert y.tolist() == [1, 1, 1]


def test_a_constant_has_slope_zero():
    assert derivative(lambda x: 3, 2.0) == 0
    assert jvp(lambda x: np.ones(2), X, X).tolist() == [0, 0]
    assert jvp(lambda x: np.zeros_like(x) + np.argmax(x) + x.size, X, X).tolist() == [[0] * 3] * 2


BAD_POINTS = [
    (None, TypeError, "x must be real numbers, got None"),
    ("a", TypeError, "x must be real numbers, got 'a'"),
    (True, TypeError, "x must be real numbers, got True"),
    (1j, TypeError, "x must be real numbers, got 1j"),
    (np.array([1, None]), TypeError, "x must be real numbers"),
    (np.array(["1"]), TypeError, "x must be real numbers"),
    (np.sin, TypeError, "x must be real numbers"),
    (10**400, TypeError, "x must be real numbers"),
    (math.nan, ValueError, "x must be finite, got nan"),
    ([1.0, -math.inf], ValueError, "x must be finite"),
    ([], ValueError, r"x must not be empty, got shape \(0,\)"),
    (np.empty((0, 3)), ValueError, "x must not be empty"),
    ([[1.0], [1.0, 2.0]], ValueError, "inhomogeneous"),
]
BAD_FUNCTIONS = [
    (None, TypeError, "not callable"),
    (3.0, TypeError, "not callable"),
    (lambda x: None, TypeError, r"f\(x\) must be real numbers, got None"),
    (lambda x: "one", TypeError, r"f\(x\) must be real numbers, got 'one'"),
    (lambda x: x > 0, TypeError, r"f\(x\) must be real numbers"),
    (lambda x: lambda y: x, TypeError, r"f\(x\) must be real numbers"),
    (lambda x: x * 1j, TypeError, r"f\(x\) must be real numbers"),
    (lambda x: x * math.nan, ValueError, r"f\(x\) must be finite"),
    (lambda x: x * math.inf, ValueError, r"f\(x\) must be finite"),
    (lambda x: x[:0], ValueError, r"f\(x\) must not be empty"),
    (np.sum, ValueError, r"must have the shape of x, \(3,\), got \(\): use jvp"),
    (lambda x: x[None], ValueError, r"got \(1, 3\): use jvp"),
    (lambda x: math.sin(x[0]), TypeError, "write np.sin, not math.sin"),
    (lambda x: np.spacing(x), TypeError, r"no rule for np.spacing, __call__, of a Dual \[\]"),
    (lambda x: np.fft.fft(x), TypeError, "no rule for np.fft of a Dual"),
    (lambda x: np.add(x, 1, out=np.ones(3)), TypeError, r"no rule for np.add.*\['out'\]"),
    (lambda x: np.add.accumulate(x), TypeError, "no rule for np.add, accumulate"),
    (lambda x: np.sum(x, initial=1), TypeError, r"no rule for np.sum of a Dual \['initial'\]"),
    (lambda x: np.linalg.norm(x, 1), TypeError, r"norm\(\) takes 1 positional argument"),
    (lambda x: np.var(x, ddof=1), TypeError, r"var\(\) got an unexpected keyword argument 'ddof'"),
    (lambda x: x.foo, AttributeError, "a Dual has no foo"),
    (lambda x: {x[0]: 1}, TypeError, "unhashable"),
    (lambda x: x.__setitem__(0, 1), AttributeError, "a Dual has no __setitem__"),
    (lambda x: sum(x[0]), TypeError, r"has no len\(\)"),
    (lambda x: np.ones(3).__iadd__(x), TypeError, r"no rule for np.add.*\['out'\]"),
]


@pytest.mark.parametrize(("x", "error", "message"), BAD_POINTS)
def test_bad_point_is_refused(x, error, message):
    with pytest.raises(error, match=message):
        derivative(np.sin, x)
    with pytest.raises(error, match=message):
        jvp(np.sin, x, np.ones(3))
    with pytest.raises(error, match=message.replace("x", "v", 1) if message[0] == "x" else message):
        jvp(np.sum, np.ones(3), x)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize(("f", "error", "message"), BAD_FUNCTIONS)
def test_bad_function_is_refused(f, error, message):
    with pytest.raises(error, match=message):
        derivative(f, [1.0, 2.0, 3.0])


def test_tangent_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"v must have shape \(3,\), got \(2,\)"):
        jvp(np.sum, np.ones(3), np.ones(2))
    with pytest.raises(ValueError, match=r"tangent must have shape \(3,\), got \(\)"):
        Dual(np.ones(3), 1.0)
    with pytest.raises(TypeError, match="primal must be real numbers, got 'a'"):
        Dual("a", 1.0)


def test_every_public_name_is_tested_here():
    own = {
        n
        for n, v in vars(dual_number).items()
        if getattr(v, "__module__", "") == dual_number.__name__
    }
    assert {n for n in own if not n.startswith("_") and n[0].islower()} - {
        "method",
        "composition",
    } == {
        "derivative",
        "jvp",
    }
