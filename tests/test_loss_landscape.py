"""Landscapes against SymPy, SciPy's Rosenbrock, the complex step, and their own geometry."""

import math

import numpy as np
import pytest
import scipy.optimize
import sympy
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from snippets.loss_landscape import Landscape, himmelblau, quadratic_bowl, rosenbrock, saddle

EPS = np.finfo(float).eps
LANDSCAPES = {
    "quadratic_bowl": quadratic_bowl,
    "saddle": saddle,
    "rosenbrock": rosenbrock,
    "himmelblau": himmelblau,
}
X, Y = sympy.symbols("x y", real=True)
METHODS = [Landscape.value, Landscape.gradient, Landscape.hessian]
points = hnp.arrays(
    float,
    hnp.array_shapes(min_dims=0, max_dims=2, max_side=3).map(lambda shape: (*shape, 2)),
    elements=st.floats(-5, 5),
)


def close(a, b, rtol, atol=0.0):
    """The same shape, and each pair within the tolerance."""
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol, atol)


@pytest.mark.parametrize("name", LANDSCAPES)
def test_formulas_are_those_of_the_literature(name):
    """Expanded, so that no term is compared with itself."""
    expanded = {
        "quadratic_bowl": X**2 + 2 * Y**2,
        "saddle": sympy.Rational(5, 4) * (X + Y) ** 2 - (X - Y) ** 2 / 4,
        "rosenbrock": 100 * X**4 - 200 * X**2 * Y + X**2 - 2 * X + 100 * Y**2 + 1,
        "himmelblau": X**4
        + 2 * X**2 * Y
        - 21 * X**2
        + 2 * X * Y**2
        - 14 * X
        + Y**4
        - 13 * Y**2
        - 22 * Y
        + 170,
    }[name]
    assert sympy.expand(LANDSCAPES[name].formula(X, Y) - expanded) == 0


@pytest.mark.parametrize("landscape", LANDSCAPES.values(), ids=LANDSCAPES)
def test_partial_derivatives_are_what_sympy_differentiates(landscape):
    f = landscape.formula(X, Y)
    first, second = landscape.first(X, Y), landscape.second(X, Y)
    for partial, by in zip([*first, *second], ["x", "y", "xx", "xy", "yy"], strict=True):
        assert sympy.expand(sympy.diff(f, *map({"x": X, "y": Y}.get, by)) - partial) == 0


@pytest.mark.parametrize("landscape", LANDSCAPES.values(), ids=LANDSCAPES)
@given(point=points)
def test_a_batch_gives_what_each_point_gives(landscape, point):
    kept = point.copy()
    results = landscape.value(point), landscape.gradient(point), landscape.hessian(point)
    shapes = [point.shape[:-1], point.shape, (*point.shape, 2)]
    assert [np.shape(r) for r in results] == shapes
    # x**2 of an array and of a number may round apart: 1e-9 of values up to 1e5
    for index in np.ndindex(point.shape[:-1]):
        for method, result in zip(METHODS, results, strict=True):
            assert close(method(landscape, point[index].tolist()), result[index], 4 * EPS, 1e-9)
    assert np.array_equal(point, kept)


@pytest.mark.parametrize("landscape", LANDSCAPES.values(), ids=LANDSCAPES)
@given(point=points)
def test_gradient_and_hessian_are_those_of_the_complex_step(landscape, point):
    gradient, H = landscape.gradient(point), landscape.hessian(point)
    for j, v in enumerate(np.eye(2)):
        x, y = np.moveaxis(point + 1e-30j * v, -1, 0)
        slope = np.imag(landscape.formula(x, y)) / 1e-30
        # values up to 1e5, a dozen roundings
        assert close(gradient[..., j], slope, 8 * EPS, 1e-10)
        slopes = [np.imag(g + 0 * x) / 1e-30 for g in landscape.first(x, y)]
        assert close(H[..., j], np.stack(slopes, axis=-1), 8 * EPS, 1e-10)


@given(point=points)
def test_rosenbrock_agrees_with_scipy(point):
    flat = point.reshape(-1, 2)
    assert close(rosenbrock.value(flat), scipy.optimize.rosen(flat.T), 8 * EPS, 1e-10)
    for one in flat:
        assert close(rosenbrock.gradient(one), scipy.optimize.rosen_der(one), 8 * EPS, 1e-10)
        assert close(rosenbrock.hessian(one), scipy.optimize.rosen_hess(one), 8 * EPS, 1e-10)


@pytest.mark.parametrize("name", ["quadratic_bowl", "rosenbrock", "himmelblau"])
def test_minimisers_have_value_zero_no_slope_and_positive_curvature(name):
    landscape = LANDSCAPES[name]
    minimisers = landscape.minimisers
    assert landscape.value(minimisers) == pytest.approx(0, abs=1e-28)  # squares of 1e-14
    assert close(landscape.gradient(minimisers), np.zeros_like(minimisers), 0, 1e-12)
    assert np.linalg.eigvalsh(landscape.hessian(minimisers)).min() > 0


def test_himmelblau_has_the_four_minimisers_that_scipy_finds_and_no_other():
    found = {
        tuple(scipy.optimize.minimize(himmelblau.value, start, jac=himmelblau.gradient).x.round(4))
        for start in np.random.default_rng(0).uniform(-5, 5, (60, 2))
    }
    assert found == set(map(tuple, himmelblau.minimisers.round(4)))


def test_himmelblau_minimisers_are_the_nearest_doubles():
    for guess in himmelblau.minimisers:
        system = [X**2 + Y - 11, X + Y**2 - 7]
        exact = sympy.nsolve(system, (X, Y), tuple(guess), prec=40)
        assert guess.tolist() == [float(e) for e in exact]


def test_saddle_has_no_minimiser_and_falls_without_end():
    """Erratum E02: published as a minimisation."""
    assert saddle.minimisers.shape == (0, 2)
    assert np.linalg.eigvalsh(saddle.hessian([0, 0])) == pytest.approx([-1, 5])
    x = np.array([3.0, 2.0])
    for step in range(200):
        x = x - 0.1 * saddle.gradient(x)
        if step == 19:
            assert x == pytest.approx([3.36375, -3.36375], abs=5e-6)
            assert saddle.value(x) == pytest.approx(-11.3148, abs=5e-5)
    assert saddle.value(x) == pytest.approx(-9.016e15, rel=1e-4)


def test_published_numbers():
    assert saddle.value([3, 2]) == 31
    assert saddle.gradient([3, 2]).tolist() == [12, 13]
    assert quadratic_bowl.gradient([3, 2]).tolist() == [6, 8]
    x = quadratic_bowl.gradient([3.0, 2.0])
    angle = math.degrees(math.acos(x @ [3, 2] / math.hypot(*x) / math.hypot(3, 2)))
    assert angle == pytest.approx(19.44, abs=5e-3)  # E43: −∇f does not point at the minimum
    eigenvalues = np.linalg.eigvalsh(rosenbrock.hessian([1, 1]))
    assert eigenvalues == pytest.approx([0.3994, 1001.6006], abs=5e-5)
    assert eigenvalues[1] / eigenvalues[0] == pytest.approx(2508, abs=0.5)


@pytest.mark.parametrize("landscape", LANDSCAPES.values(), ids=LANDSCAPES)
def test_planted_mistakes_are_seen_by_the_chord(landscape):
    x, v, h = np.array([1.3, -0.7]), np.array([0.8, 0.6]), 1e-5
    chord = (landscape.value(x + h * v) - landscape.value(x - h * v)) / (2 * h)
    gradient = landscape.gradient(x)
    assert gradient @ v == pytest.approx(chord, abs=1e-6)  # h²·|f‴| ≤ 1e-10·2400
    for mistake in (-gradient, 2 * gradient, gradient[::-1], gradient * [1, 0]):
        assert abs(mistake @ v - chord) > 0.1


@pytest.mark.parametrize("landscape", LANDSCAPES.values(), ids=LANDSCAPES)
def test_precision_stays_and_integers_are_converted(landscape):
    for method in METHODS:
        single = method(landscape, np.float32([1.5, -0.5]))
        assert single.dtype == np.float32
        assert close(single, method(landscape, [1.5, -0.5]), 1e-6)
        assert np.array_equal(method(landscape, [3, 2]), method(landscape, [3.0, 2.0]))
        assert method(landscape, np.array([3, 2], np.uint8)).dtype == float


@pytest.mark.parametrize("landscape", LANDSCAPES.values(), ids=LANDSCAPES)
def test_overflow_is_silent(landscape):
    far = np.array([[1e308, 1e308], [-1e308, 1e308], [1e308, -1e308], [1e200, 1e200]])
    for method in METHODS:
        assert method(landscape, far).shape[0] == 4
    assert landscape.value(far[0]) == math.inf


def test_landscape_is_frozen_and_its_minimisers_are_a_fresh_array():
    with pytest.raises(AttributeError):
        rosenbrock.minima = ()
    rosenbrock.minimisers[:] = 7
    assert rosenbrock.minimisers.tolist() == [[1, 1]]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("point", "error", "message"),
    [
        (3.0, ValueError, r"of shape \(…, 2\), got 3.0"),
        ([], ValueError, r"of shape \(…, 2\), got \[\]"),
        ([1.0], ValueError, r"of shape \(…, 2\)"),
        ([1.0, 2.0, 3.0], ValueError, r"of shape \(…, 2\)"),
        ([[1.0], [2.0]], ValueError, r"of shape \(…, 2\)"),
        (np.empty((0, 2)), ValueError, "must be finite and of shape"),
        ([1.0, math.nan], ValueError, "must be finite"),
        ([1.0, math.inf], ValueError, "must be finite"),
        (["1", "2"], TypeError, "must be real numbers"),
        ([True, False], TypeError, "must be real numbers"),
        ([1.0, None], TypeError, "must be real numbers"),
        ([1j, 2.0], TypeError, "must be real numbers"),
        (None, TypeError, "must be real numbers, got None"),
    ],
)
def test_bad_point_is_refused(method, point, error, message):
    with pytest.raises(error, match=message):
        method(himmelblau, point)
