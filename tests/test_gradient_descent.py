"""Descent against closed forms, the published algorithms in plain Python, and its own theory."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippets import gradient_descent as module
from snippets.gradient_descent import (
    DescentError,
    adam,
    backtracking_line_search,
    convergence_rate,
    gradient_descent,
    learning_rate_limit,
    measured_rate,
    momentum,
    newton,
    rmsprop,
)
from snippets.linear_regression import (
    design_matrix,
    fit,
    least_squares_gradient,
    least_squares_hessian,
    least_squares_loss,
    standardise,
)
from snippets.loss_landscape import quadratic_bowl, rosenbrock, saddle

EPS = np.finfo(float).eps
seeds = st.integers(0, 2**32 - 1)


def height(w):
    return np.sum((w - 3.0) ** 2)


def slope(w):
    return 2 * (w - 3.0)


def curvature(w):
    return 2 * np.eye(np.size(w))


# Each method as (grad, x, learning_rate, steps) ↦ path, on the same parabola.
METHODS = {
    "gradient_descent": gradient_descent,
    "momentum": momentum,
    "rmsprop": rmsprop,
    "adam": adam,
    "newton": lambda grad, x, rate, steps: newton(grad, curvature, x, steps),
    "backtracking": lambda grad, x, rate, steps: backtracking_line_search(
        height, grad, x, rate, steps
    ),
}
RATED = ["gradient_descent", "momentum", "rmsprop", "adam", "backtracking"]


def random_hessian(n, seed, condition=20.0):
    """A symmetric positive definite matrix of eigenvalues 1 to condition, and its minimiser."""
    rng = np.random.default_rng(seed)
    Q = np.linalg.qr(rng.normal(size=(n, n)))[0]
    H = Q * np.linspace(1, condition, n) @ Q.T
    return (H + H.T) / 2, rng.normal(size=n)


def regression():
    """S2.37: the loss, its gradient, its Hessian, from the frozen legacy stream."""
    rng = np.random.RandomState(42)
    x = 10 * rng.rand(100)
    X, y = design_matrix(x), 3 * x + 2 + 2 * rng.randn(100)
    return (
        lambda w: least_squares_loss(w, X, y),
        lambda w: least_squares_gradient(w, X, y),
        least_squares_hessian(X),
        fit(X, y),
    )


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3)])
def test_path_begins_at_the_start_and_ends_nearer_the_minimum(method, shape):
    start = np.random.default_rng(0).normal(size=shape)
    path = method(slope, start, 0.1, 25)
    assert path.shape == (26, *shape)
    assert np.array_equal(path[0], start)
    assert height(path[-1]) < height(start)
    assert np.array_equal(method(slope, start, 0.1, 0), start[None])


@given(n=st.integers(1, 5), seed=seeds, rate=st.floats(0.001, 0.12))
def test_gradient_descent_on_a_quadratic_is_a_power_of_one_matrix(n, seed, rate):
    """x_k − x* = (I − ηH)ᵏ(x₀ − x*)."""
    H, centre = random_hessian(n, seed)
    x = np.random.default_rng(seed + 1).normal(size=n)
    path = gradient_descent(lambda x: H @ (x - centre), x, rate, 12)
    error = np.linalg.matrix_power(np.eye(n) - rate * H, 12) @ (x - centre)
    # |1 − ηλ| ≤ 1.4: 12 steps grow by 57 at most, a few roundings each
    assert path[-1] - centre == pytest.approx(error, abs=1e-12)


@given(n=st.integers(1, 5), seed=seeds)
def test_learning_rate_limit_is_where_descent_turns(n, seed):
    H, centre = random_hessian(n, seed)
    limit = learning_rate_limit(H)
    assert limit == pytest.approx(2 / np.linalg.norm(H, 2), rel=1e-13)
    assert convergence_rate(H, limit) == pytest.approx(1, abs=1e-13)
    steepest = np.linalg.eigh(H)[1][:, -1]
    for factor, shrinks in [(0.99, True), (1.01, False)]:
        path = gradient_descent(lambda x: H @ (x - centre), centre + steepest, factor * limit, 50)
        errors = np.linalg.norm(path - centre, axis=1)
        # 0.98⁵⁰ = 0.36, 1.02⁵⁰ = 2.7
        assert (errors[-1] < 0.4) if shrinks else (errors[-1] > 2.5)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3)])
@pytest.mark.parametrize("steps", [1, 2, 7, 40])
def test_measured_rate_of_powers_is_their_base(shape, steps):
    """A path m + rᵏe has the rate |r|: a halving, a swing, an escape."""
    rng = np.random.default_rng(steps)
    minimiser, error = rng.normal(size=shape), rng.normal(size=shape)
    for r in (0.5, -0.9, 1.1):
        path = np.array([minimiser + r**k * error for k in range(steps + 1)])
        # the error shrinks to 0.5⁴⁰ ≈ 1e-12 of itself, and carries rounding of 1e-16
        assert measured_rate(path, minimiser) == pytest.approx(abs(r), rel=1e-4)


def test_measured_rate_leaves_out_the_fast_beginning():
    path = np.array([[0.9**k, 0.1**k] for k in range(41)])
    assert measured_rate(path, [0, 0]) == pytest.approx(0.9, rel=1e-12)
    from_the_start = (np.linalg.norm(path[40]) / np.linalg.norm(path[0])) ** (1 / 40)
    assert abs(from_the_start - 0.9) > 1e-3  # what a mean over all steps would say


def test_measured_rate_of_what_has_arrived_is_zero_and_needs_a_step():
    assert measured_rate([1.0, 3.0, 3.0, 3.0], 3.0) == 0
    assert measured_rate([1.0, 3.0], 3.0) == 0
    with pytest.raises(ValueError, match="must hold a step"):
        measured_rate([1.0], 3.0)


@given(n=st.integers(2, 5), seed=seeds, part=st.floats(0.1, 0.95))
def test_convergence_rate_is_the_rate_measured(n, seed, part):
    H, centre = random_hessian(n, seed)
    rate = part * learning_rate_limit(H)
    x = centre + np.random.default_rng(seed).normal(size=n)
    path = gradient_descent(lambda x: H @ (x - centre), x, rate, 40)
    errors = np.linalg.norm(path - centre, axis=1)
    assert (errors[1:] <= convergence_rate(H, rate) * errors[:-1] + 1e-13).all()
    worst = np.linalg.eigh(H)[1][:, np.abs(1 - rate * np.linalg.eigvalsh(H)).argmax()]
    path = gradient_descent(lambda x: H @ (x - centre), centre + worst, rate, 1)
    measured = np.linalg.norm(path[1] - centre)
    assert measured == pytest.approx(convergence_rate(H, rate), rel=1e-11, abs=1e-12)


def test_published_learning_rates():
    """Errata E05, E06, E57: 0.01 is not too large but better; only 0.032 diverges."""
    L, grad, H, w = regression()
    assert learning_rate_limit(H) == pytest.approx(0.0316544, abs=5e-8)
    losses = {
        rate: L(gradient_descent(grad, [0, 0], rate, 200)[199])
        for rate in (1e-5, 1e-3, 1e-2, 0.031, 0.032)
    }
    expected = {1e-5: 262.719, 1e-3: 4.08085, 1e-2: 3.34280, 0.031: 3.22743, 0.032: 1.79836e6}
    assert losses == pytest.approx(expected, rel=2e-6)
    path = gradient_descent(grad, [0, 0], 1e-3, 200)
    assert path[-1] == pytest.approx([0.6962, 3.1745], abs=5e-5)
    assert np.abs(path[-1] - w).max() > 1.7
    assert np.linalg.norm(path - w, axis=1).argmax() == 0
    assert (np.diff([L(v) for v in path]) < 0).all()  # slow, and never stuck


def test_standardised_regression_is_solved_by_one_step():
    x, y = np.array([1.0, 2.0, 4.0, 7.0]), np.array([1.0, 3.0, 2.0, 5.0])
    X = design_matrix(standardise(x))
    path = gradient_descent(lambda w: least_squares_gradient(w, X, y), [0, 0], 0.5, 1)
    assert path[-1] == pytest.approx(fit(X, y), rel=1e-14)


def test_published_paths():
    """S1.16: 4·0.8⁵⁰ and 3·0.6⁵⁰; the saddle of S0.8 (E02); the parabola of S4.21."""
    end = gradient_descent(quadratic_bowl.gradient, [4, 3], 0.1, 50)[-1]
    assert end == pytest.approx([5.70899077e-05, 2.42484383e-11], rel=5e-9)
    path = gradient_descent(saddle.gradient, [3, 2], 0.1, 20)
    assert path[[1, 6], 0] == pytest.approx([1.8, 0.9248], abs=5e-5)
    assert saddle.value(path[-1]) == pytest.approx(-11.3148, abs=5e-5)
    assert gradient_descent(slope, 0.0, 0.1, 50)[-1] == pytest.approx(2.99995718, abs=5e-9)


# The algorithms as published, one number at a time, in Python's own floats.
def reference_momentum(grad, x, rate, steps, beta=0.9):
    v = 0.0
    for _ in range(steps):
        v = beta * v + grad(x)
        x -= rate * v
        yield x


def reference_rmsprop(grad, x, rate, steps, decay=0.9, delta=1e-8):
    s = 0.0
    for _ in range(steps):
        g = grad(x)
        s = decay * s + (1 - decay) * g * g
        x -= rate * g / (math.sqrt(s) + delta)
        yield x


def reference_adam(grad, x, rate, steps, beta1=0.9, beta2=0.999, delta=1e-8):
    m = v = 0.0
    for t in range(1, steps + 1):
        g = grad(x)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        x -= rate * (m / (1 - beta1**t)) / (math.sqrt(v / (1 - beta2**t)) + delta)
        yield x


@pytest.mark.parametrize(
    ("method", "reference", "options"),
    [
        (momentum, reference_momentum, {}),
        (momentum, reference_momentum, {"beta": 0.5}),
        (rmsprop, reference_rmsprop, {}),
        (rmsprop, reference_rmsprop, {"decay": 0.5, "delta": 1e-3}),
        (adam, reference_adam, {}),
        (adam, reference_adam, {"beta1": 0.5, "beta2": 0.9, "delta": 1e-3}),
    ],
)
@given(starts=st.lists(st.floats(-5, 5), min_size=1, max_size=3), rate=st.floats(1e-3, 0.1))
def test_method_is_the_published_algorithm_in_each_coordinate(
    method, reference, options, starts, rate
):
    path = method(lambda x: np.cos(x) + 2 * x, starts, rate, 30, **options)
    for start, coordinate in zip(starts, path.T, strict=True):
        steps = reference(lambda x: math.cos(x) + 2 * x, start, rate, 30, **options)
        # the same operations in the same order but for the last digit of cos and squares
        assert np.allclose(coordinate[1:], list(steps), 1e-9, 1e-9)


def test_momentum_zero_is_gradient_descent_and_one_swings_for_ever():
    """Erratum E18: without zero_grad the gradients pile up, which is β = 1, undamped."""
    plain = gradient_descent(slope, [0.0, 7.0], 0.1, 20)
    assert np.array_equal(momentum(slope, [0.0, 7.0], 0.1, 20, beta=0), plain)
    swing = momentum(slope, 0.0, 0.1, 2000, beta=1)
    assert [swing.min(), swing.max()] == pytest.approx([-0.078, 6.078], abs=1e-3)
    assert np.abs(swing[-60:] - 3).max() > 3  # the last of two thousand as wide as the first
    # ηλ = 4 is the limit: growth is linear there, |e| = 3003 after 500 steps
    assert abs(momentum(slope, 0.0, 2.0, 500, beta=1)[-1] - 3) == pytest.approx(3003)


@pytest.mark.parametrize(("rate", "steps"), [(0.01, 3518), (0.1, 873)])
def test_adam_crosses_the_valley_of_rosenbrock_in_the_steps_measured(rate, steps):
    """Erratum E20."""
    path = adam(lambda x: np.array(rosenbrock.first(*x)), [-1.2, 1.0], rate, steps)
    assert (rosenbrock.value(path) < 1e-4).argmax() == steps


@given(scale=st.floats(1e-3, 1e3), start=st.floats(-5, 5))
def test_adam_and_rmsprop_do_not_see_the_scale_of_f(scale, start):
    for method in (adam, rmsprop):
        one = method(slope, start, 0.01, 20, delta=1e-300)
        other = method(lambda x: scale * slope(x), start, 0.01, 20, delta=1e-300)
        assert other == pytest.approx(one, rel=1e-9, abs=1e-9)


def test_first_step_of_adam_is_the_learning_rate_because_of_the_bias_correction():
    path = adam(lambda x: np.array([1e-3, -50.0]), [0.0, 0.0], 0.1, 1)
    assert path[1] == pytest.approx([-0.1, 0.1], rel=2e-5)  # δ/|g| = 1e-5


@given(n=st.integers(1, 5), seed=seeds)
def test_newton_solves_a_quadratic_in_one_step(n, seed):
    H, centre = random_hessian(n, seed, condition=1e4)
    start = np.random.default_rng(seed + 2).normal(size=n)
    path = newton(lambda x: H @ (x - centre), lambda x: H, start, 1)
    assert path[1] == pytest.approx(centre, abs=1e-10)  # ε times the condition number


def test_newton_converges_quadratically_and_descent_linearly():
    """f = eˣ − 2x, minimum at ln 2: the order is the slope of log error over the last log error."""

    def grad(x):
        return np.exp(x) - 2

    errors = np.abs(newton(grad, np.exp, 1.5, 5) - math.log(2))
    order = np.diff(np.log(errors[2:5])) / np.diff(np.log(errors[1:4]))
    assert order == pytest.approx(2, abs=0.15)  # the next term still bends the line
    errors = np.abs(gradient_descent(grad, 1.5, 0.1, 60) - math.log(2))
    ratios = errors[-20:] / errors[-21:-1]
    assert ratios == pytest.approx(convergence_rate(2.0, 0.1), abs=1e-3)  # f″ = 2 there


def test_newton_reaches_the_minimum_of_rosenbrock_in_six_steps():
    path = newton(rosenbrock.gradient, rosenbrock.hessian, [-1.2, 1.0], 6)
    assert rosenbrock.value(path[-1]) < 1e-18


def test_newton_takes_matrices_of_parameters():
    path = newton(slope, curvature, np.zeros((2, 3)), 1)
    assert path[1] == pytest.approx(np.full((2, 3), 3.0))


def test_newton_refuses_to_step_to_a_saddle_unless_told_to():
    with pytest.raises(DescentError, match=r"eigenvalues \[-1.  5.\]: no step to a minimum") as e:
        newton(saddle.gradient, saddle.hessian, [3, 2], 5)
    assert e.value.path.tolist() == [[3, 2]]
    path = newton(saddle.gradient, saddle.hessian, [3, 2], 2, any_critical_point=True)
    assert path[-1] == pytest.approx([0, 0], abs=1e-14)


@pytest.mark.parametrize(
    "H", [[[0.0, 0.0], [0.0, 1.0]], [[1.0, 1.0], [1.0, 1.0]], [[0, 0], [0, 0]]]
)
@pytest.mark.parametrize("anywhere", [False, True])
def test_newton_refuses_a_singular_hessian(H, anywhere):
    with pytest.raises(DescentError, match="no step"):
        newton(lambda x: x, lambda x: H, [1.0, 2.0], 1, any_critical_point=anywhere)


def test_backtracking_never_climbs_and_converges_from_any_learning_rate():
    for rate, steps in [(1e-3, 100), (1.0, 100), (1e6, 50), (1e300, 2)]:
        path = backtracking_line_search(
            rosenbrock.value, rosenbrock.gradient, [-1.2, 1.0], rate, steps
        )
        assert (np.diff(rosenbrock.value(path)) <= 0).all()
    path = backtracking_line_search(quadratic_bowl.value, quadratic_bowl.gradient, [3, 2], 1.0, 60)
    assert path[-1] == pytest.approx([0, 0], abs=1e-8)


@given(rate=st.floats(0.1, 100), c=st.floats(0.01, 0.5), start=st.floats(-5, 5))
def test_backtracking_takes_the_first_step_that_falls_enough(rate, c, start):
    x, y = backtracking_line_search(height, slope, start, rate, 1, decrease=c)
    t = rate
    while not height(x - t * slope(x)) <= height(x) - c * t * slope(x) ** 2:
        t /= 2
    assert y == x - t * slope(x)


def test_backtracking_stays_where_no_step_falls():
    """At the minimum, up a wrong gradient, and where f keeps rising while it is asked."""
    assert backtracking_line_search(height, slope, 3.0, 1.0, 2).tolist() == [3, 3, 3]
    stuck = backtracking_line_search(height, lambda x: -slope(x), 0.0, 1.0, 1)
    assert stuck[1] == pytest.approx(0, abs=1e-7)  # a rise below ε·f(x) is not seen
    calls = iter(range(10_000))
    assert backtracking_line_search(lambda x: next(calls), slope, 0.0, 1.0, 1).tolist() == [0, 0]


def test_backtracking_shortens_a_step_into_what_is_not_finite():
    def f(x):
        return -math.log(x) + x if x > 0 else math.nan

    path = backtracking_line_search(f, lambda x: 1 - 1 / x, 0.1, 1.0, 100)
    assert path[-1] == pytest.approx(1, abs=1e-7)


def test_divergence_loses_nothing():
    """The path up to the last finite point is in the error, and says where it stopped."""
    _, grad, _, _ = regression()
    with pytest.raises(DescentError, match=r"stopped after 170 steps at x = .*grad\(x\) is") as e:
        gradient_descent(grad, [0, 0], 1.0, 200)
    path = e.value.path
    assert path.shape == (171, 2)
    assert np.isfinite(path).all()
    assert np.array_equal(path, gradient_descent(grad, [0, 0], 1.0, 170))


@pytest.mark.parametrize("name", RATED[:-1])
@pytest.mark.parametrize("broken", [math.nan, math.inf])
def test_gradient_that_is_not_finite_stops_with_the_path(name, broken):
    def grad(x):
        return np.where(x > 1, broken, -1.0)

    with pytest.raises(DescentError, match="grad") as e:
        METHODS[name](grad, [0.0, -5.0], 0.3, 50)
    path = e.value.path
    assert np.isfinite(path).all()
    assert path[-1, 0] > 1 >= path[-2, 0]


def test_python_overflow_in_the_gradient_stops_with_the_path():
    with pytest.raises(DescentError, match="math range error") as e:
        gradient_descent(lambda x: -math.exp(float(x)), 0.0, 2.0, 50)
    assert len(e.value.path) > 3


@pytest.mark.parametrize("method", [rmsprop, adam])
def test_square_that_overflows_stops_instead_of_standing_still(method):
    with pytest.raises(DescentError, match="overflow"):
        method(lambda x: np.float64(1e200), 0.0, 0.1, 5)


def test_error_of_the_function_itself_keeps_the_path():
    def grad(x):
        if x > 1:
            raise ValueError("no data there")
        return -1.0

    with pytest.raises(DescentError, match="no data there") as e:
        gradient_descent(grad, 0.0, 0.4, 50)
    assert e.value.path == pytest.approx([0, 0.4, 0.8, 1.2])
    assert str(e.value.__cause__) == "no data there"


def test_value_without_bottom_stops_the_line_search():
    def f(x):
        return -math.inf if x > 2 else -float(x)

    with pytest.raises(DescentError, match=r"f\(x\) is -inf") as e:
        backtracking_line_search(f, lambda x: -1.0, 0.0, 1.5, 5)
    assert e.value.path.tolist() == [0, 1.5, 3]


def test_zip_loop_leaves_numbers_as_they_were_where_ours_moves():
    """Erratum E47."""
    parameters, gradients = [1.0, 2.0], [10.0, 10.0]
    for p, g in zip(parameters, gradients, strict=True):
        p -= 0.1 * g
    assert parameters == [1.0, 2.0]
    integers = np.array([1, 2])
    with pytest.raises(TypeError, match="same_kind"):
        integers -= 0.1 * np.array(gradients)
    assert gradient_descent(lambda x: np.array(gradients), [1, 2], 0.1, 1)[-1].tolist() == [0, 1]


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_nothing_is_mutated_even_by_a_gradient_that_mutates(method):
    start = np.array([0.5, 1.5])
    start.flags.writeable = False  # any write to what was given raises

    def spoiler(x):
        g = slope(x)
        x[...] = 7
        return g

    assert np.array_equal(method(spoiler, start, 0.1, 5), method(slope, start, 0.1, 5))


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_precision_stays_that_of_x(method):
    path = method(lambda x: slope(x.astype(float)), np.float32([0.5, 1.5]), np.float64(0.1), 20)
    assert path.dtype == np.float32
    exact = method(slope, [0.5, 1.5], 0.1, 20)
    assert path == pytest.approx(exact, abs=2e-5)  # 20 steps, each rounded at 1e-7 of 3, η/δ aside
    assert method(slope, np.array([0, 1]), 0.1, 2).dtype == np.float64


def test_limit_of_one_variable_is_two_over_its_curvature():
    assert learning_rate_limit(2.0) == 1
    assert learning_rate_limit([[1001.6006, 0], [0, 0.3994]]) == pytest.approx(0.0019968, abs=5e-8)
    assert learning_rate_limit([[1, 1], [1, 1]]) == pytest.approx(1)  # an eigenvalue 0 is allowed
    assert learning_rate_limit(np.float32([[2, 0], [0, 4]])) == 0.5


BAD_HESSIANS = [
    (saddle.hessian([0, 0]), ValueError, r"must curve upwards .* eigenvalues \[-1.  5.\]"),
    ([[-2.0]], ValueError, "must curve upwards"),
    (np.zeros((2, 2)), ValueError, "must curve upwards"),
    ([[1.0, 2.0]], ValueError, r"must have shape \(n, n\), got \(1, 2\)"),
    ([1.0, 2.0], ValueError, r"must have shape \(n, n\)"),
    (np.ones((2, 2, 2)), ValueError, r"must have shape \(n, n\)"),
    ([[1.0, 2.0], [0.0, 1.0]], ValueError, "must be symmetric"),
    ([[1.0, math.nan], [math.nan, 1.0]], ValueError, "must be finite"),
    ([[]], ValueError, "not empty"),
    ([["1"]], TypeError, "H must be real numbers"),
    ([[True]], TypeError, "H must be real numbers"),
    (None, TypeError, "H must be real numbers"),
]


@pytest.mark.parametrize(("H", "error", "message"), BAD_HESSIANS)
def test_hessian_without_a_limit_is_refused(H, error, message):
    with pytest.raises(error, match=message):
        learning_rate_limit(H)


@pytest.mark.parametrize(
    ("H", "message"),
    [
        (np.eye(3), r"must have shape \(2, 2\), got \(3, 3\)"),
        ([[1, 2], [0, 1]], "symmetric"),
        (2.0, r"shape \(2, 2\), got \(1, 1\)"),
        ([[math.nan, 0], [0, 1]], "must be finite"),
    ],
)
def test_newton_refuses_a_wrong_hessian(H, message):
    with pytest.raises(ValueError, match=message):
        newton(slope, lambda x: H, [1.0, 2.0], 1)


BAD_STARTS = [
    ("a", TypeError, "x must be real numbers, got 'a'"),
    (None, TypeError, "x must be real numbers"),
    ([True, False], TypeError, "x must be real numbers"),
    (1 + 1j, TypeError, "x must be real numbers"),
    ([1.0, None], TypeError, "x must be real numbers"),
    ([], ValueError, "x must be finite and not empty"),
    ([1.0, math.nan], ValueError, "x must be finite"),
    (math.inf, ValueError, "x must be finite"),
    ([[1.0], [1.0, 2.0]], ValueError, "inhomogeneous"),
]
BAD_GRADIENTS = [
    (None, TypeError, "grad must be a function, got None"),
    (np.ones(2), TypeError, "grad must be a function"),
    (lambda x: None, TypeError, r"grad\(x\) must be real numbers"),
    (lambda x: "ab", TypeError, r"grad\(x\) must be real numbers"),
    (lambda x: x > 0, TypeError, r"grad\(x\) must be real numbers"),
    (lambda x: 1.0, ValueError, r"must have the shape of x, \(2,\), got \(\)"),
    (lambda x: x[:1], ValueError, r"got \(1,\)"),
    (lambda x: x[None], ValueError, r"got \(1, 2\)"),
]
BAD_RATES = [
    (0, ValueError, "learning_rate must be positive, got 0"),
    (-0.1, ValueError, "learning_rate must be positive"),
    (math.nan, ValueError, "learning_rate must be finite"),
    (math.inf, ValueError, "learning_rate must be finite"),
    ("0.1", TypeError, "learning_rate must be real numbers"),
    (None, TypeError, "learning_rate must be real numbers"),
    (True, TypeError, "learning_rate must be real numbers"),
    ([0.1, 0.2], ValueError, r"learning_rate must be one number, got shape \(2,\)"),
]
BAD_STEPS = [
    (-1, ValueError, "steps must not be negative, got -1"),
    (2.0, TypeError, "steps must be a whole number, got 2.0"),
    ("3", TypeError, "steps must be a whole number"),
    (None, TypeError, "steps must be a whole number"),
    (True, TypeError, "steps must be a whole number, got True"),
]


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
@pytest.mark.parametrize(("x", "error", "message"), BAD_STARTS)
def test_bad_start_is_refused(method, x, error, message):
    with pytest.raises(error, match=message):
        method(slope, x, 0.1, 3)


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
@pytest.mark.parametrize(("grad", "error", "message"), BAD_GRADIENTS)
def test_bad_gradient_is_refused(method, grad, error, message):
    with pytest.raises(error, match=message):
        method(grad, [1.0, 2.0], 0.1, 3)


@pytest.mark.parametrize("name", RATED)
@pytest.mark.parametrize(("rate", "error", "message"), BAD_RATES)
def test_bad_learning_rate_is_refused(name, rate, error, message):
    with pytest.raises(error, match=message):
        METHODS[name](slope, [1.0, 2.0], rate, 3)


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
@pytest.mark.parametrize(("steps", "error", "message"), BAD_STEPS)
def test_bad_number_of_steps_is_refused(method, steps, error, message):
    with pytest.raises(error, match=message):
        method(slope, [1.0, 2.0], 0.1, steps)


@pytest.mark.parametrize(
    ("method", "option", "values"),
    [
        (momentum, "beta", [-0.1, 1.1, math.nan, "0.9"]),
        (rmsprop, "decay", [-0.1, 1, math.nan, None]),
        (rmsprop, "delta", [0, -1e-8, math.inf]),
        (adam, "beta1", [-0.1, 1, math.nan]),
        (adam, "beta2", [-0.1, 1, True]),
        (adam, "delta", [0, -1e-8, [1e-8, 1e-8]]),
        (backtracking_line_search, "shrink", [0, 1, -0.5, math.nan]),
        (backtracking_line_search, "decrease", [-0.1, 1.1, "0.1"]),
    ],
)
def test_option_out_of_range_is_refused(method, option, values):
    first = (height,) if method is backtracking_line_search else ()
    for value in values:
        with pytest.raises((TypeError, ValueError), match=f"{option} must be"):
            method(*first, slope, [1.0, 2.0], 0.1, 3, **{option: value})


@pytest.mark.parametrize(
    ("f", "error", "message"),
    [
        (None, TypeError, "f must be a function, got None"),
        (lambda x: None, TypeError, r"f\(x\) must be a real number"),
        (lambda x: "a", TypeError, r"f\(x\) must be a real number"),
        (lambda x: x, ValueError, r"f\(x\) must be one number, got shape \(2,\)"),
        (lambda x: math.nan, DescentError, r"f\(x\) is nan"),
    ],
)
def test_bad_function_is_refused(f, error, message):
    with pytest.raises(error, match=message):
        backtracking_line_search(f, slope, [1.0, 2.0], 0.1, 3)


def test_hessian_that_is_no_function_is_refused():
    with pytest.raises(TypeError, match="hessian must be a function"):
        newton(slope, np.eye(2), [1.0, 2.0], 3)


@pytest.mark.parametrize("rate", [0, -1, math.nan, "a"])
def test_convergence_rate_refuses_what_is_no_learning_rate(rate):
    with pytest.raises((TypeError, ValueError), match="learning_rate must be"):
        convergence_rate(np.eye(2), rate)


def test_every_public_function_is_tested_here():
    public = {
        n
        for n, v in vars(module).items()
        if callable(v) and getattr(v, "__module__", "") == module.__name__
    }
    assert {n for n in public if not n.startswith("_")} == {
        *METHODS.keys() - {"backtracking"},
        "backtracking_line_search",
        "learning_rate_limit",
        "convergence_rate",
        "measured_rate",
        "DescentError",
    }
