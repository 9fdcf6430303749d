"""The checks pass what is right and catch, and name, every classic mistake."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from snippets.gradient_check import (
    Verdict,
    check_gradient,
    check_jvp,
    check_vjp,
    relative_error,
)

VECTORS = arrays(float, 3, elements=st.floats(-1e300, 1e300))


@given(VECTORS, VECTORS)
def test_relative_error_is_symmetric_and_between_0_and_1(a, b):
    assert relative_error(a, b) == relative_error(b, a)
    assert 0 <= relative_error(a, b) <= 1 + 1e-15  # √ rounds
    assert relative_error(a, a) == 0


@given(st.integers(-900, 900), VECTORS.map(lambda a: a / 1e300))
def test_relative_error_has_no_scale(power, a):
    """2⁻⁹⁰⁰ squared is 0, 2⁹⁰⁰ squared is infinite."""
    b = np.array([1.0, -0.5, 0.25])
    scale = 2.0**power
    a = np.where(np.abs(a) < 1e-30, 0, a)  # so that scaling loses no digit to underflow
    assert relative_error(scale * a, scale * b) == relative_error(a, b)


@pytest.mark.parametrize(
    ("a", "b", "error"),
    [
        (0.0, 0.0, 0),
        ([0, 0], [0, 0], 0),
        (1.0, -1.0, 1),
        (0.0, 1e-300, 1),
        (1.0, 3.0, 0.5),
        (100.0, 101.0, 1 / 201),
        ([3, 4], [0, 0], 1),
        ([1.0, 1e-9], [1.0, -1e-9], 1e-9),  # the entry near zero does not decide
    ],
)
def test_relative_error_of_known_pairs(a, b, error):
    assert relative_error(a, b) == pytest.approx(error, rel=1e-12)


def network(n, dtype=float):
    """A smooth mean loss of an n × n matrix, with its gradient."""
    rng = np.random.default_rng(n)
    A = rng.normal(size=(n, n)).astype(dtype) / dtype(math.sqrt(n))

    def loss(W):
        return np.sum(np.tanh(A @ W) ** 2) / dtype(n)

    def gradient(W):
        T = np.tanh(A @ W)
        return A.T @ (2 * T * (1 - T**2)) / dtype(n)

    return loss, gradient, rng.normal(size=(n, n)).astype(dtype)


def one_entry(gradient):
    """The gradient with one entry 50 % too large, the largest."""

    def wrong(W):
        G = gradient(W)
        G.flat[np.abs(G).argmax()] *= 1.5
        return G

    return wrong


# n = 5 is measured entry by entry; 9 (81 numbers) and 50 (2,500) along one direction.
SIZES = [5, 9, 50]

MISTAKES = {
    "sign": (lambda g, n: lambda W: -g(W), "a sign is wrong"),
    "factor 2": (lambda g, n: lambda W: 2 * g(W), "a factor 2 too many"),
    "factor ½": (lambda g, n: lambda W: g(W) / 2, "a factor 2 is missing"),
    "both": (lambda g, n: lambda W: -2 * g(W), "a sign is wrong and a factor 2 too many"),
    "no 1/N": (lambda g, n: lambda W: n * g(W), "the 1/N of a mean is missing, N = {n}"),
    "1/N²": (lambda g, n: lambda W: g(W) / n, "the 1/N of a mean is there twice, N = {n}"),
    "1 %": (lambda g, n: lambda W: 1.01 * g(W), "a constant factor is wrong"),
    "tiny": (lambda g, n: lambda W: g(W) + 1e-5, "near the slope of f"),
    "zero": (lambda g, n: lambda W: 0 * W, "is 0 and the slope of f is not"),
    "transpose": (lambda g, n: lambda W: g(W).T, "is the transpose of the gradient"),
    "one entry": (lambda g, n: one_entry(g), " of {nn} entries are wrong"),
    "other function": (lambda g, n: lambda W: W, "of {nn} entries are wrong"),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n", SIZES)
def test_right_gradient_passes(n, dtype):
    loss, gradient, W = network(n, dtype)
    verdict = check_gradient(loss, gradient, W)
    assert verdict
    assert verdict.passed is True
    assert verdict.advice == "What is given is the slope of f."
    # 10√ε is allowed; ε^(2/3) is what a central difference can do, and |f|/|∇f| is at most 30.
    assert verdict.error <= 30 * float(np.finfo(dtype).eps) ** (2 / 3)
    assert (verdict.worst is None) == (n > 8)


@pytest.mark.parametrize("n", SIZES[:2])
@pytest.mark.parametrize("mistake", MISTAKES)
def test_planted_mistake_is_caught_and_named(mistake, n):
    loss, gradient, W = network(n)
    plant, advice = MISTAKES[mistake]
    verdict = check_gradient(loss, plant(gradient, n), W)
    assert not verdict
    assert verdict.error > 1e-6 > verdict.error_bar
    assert advice.format(n=n, nn=n * n) in verdict.advice


@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_direction_alone_catches_every_mistake(mistake):
    """Above 2,000 numbers nothing else is measured unless it is asked for."""
    loss, gradient, W = network(50)
    verdict = check_gradient(loss, MISTAKES[mistake][0](gradient, 50), W)
    assert not verdict.passed
    assert verdict.worst is None
    assert verdict.error > 1e-6 > verdict.error_bar


@pytest.mark.parametrize("mistake", sorted(set(MISTAKES) - {"tiny"}))
def test_float32_catches_every_mistake_above_its_rounding(mistake):
    """1e-5 more in every entry is 4e-5 of the slope, and below 10√ε = 3.5e-3."""
    loss, gradient, W = network(9, np.float32)
    plant, advice = MISTAKES[mistake]
    verdict = check_gradient(loss, plant(gradient, 9), W)
    assert not verdict.passed
    assert verdict.error > verdict.error_bar
    assert advice.format(n=9, nn=81) in verdict.advice


def test_worst_is_the_index_of_the_wrong_entry():
    loss, gradient, W = network(5)

    def wrong(W):
        G = gradient(W)
        G[3, 1] += 1
        return G

    verdict = check_gradient(loss, wrong, W)
    assert verdict.worst == (3, 1)
    assert "1 of 25 entries are wrong; worst at (3, 1)" in verdict.advice


def test_transpose_of_what_is_not_square_is_refused():
    A = np.arange(6.0).reshape(2, 3)
    with pytest.raises(ValueError, match=r"grad\(x\) must have shape \(3, 4\), got \(4, 3\)"):
        check_gradient(
            lambda W: np.sum((A @ W) ** 2), lambda W: (2 * A.T @ A @ W).T, np.ones((3, 4))
        )


def test_gradient_of_a_mean_that_forgets_n_is_caught_for_any_batch():
    for rows in (3, 7, 64):
        rng = np.random.default_rng(rows)
        X, y, w = rng.normal(size=(rows, 4)), rng.normal(size=rows), rng.normal(size=4)
        verdict = check_gradient(
            lambda w, X=X, y=y: np.mean((X @ w - y) ** 2),
            lambda w, X=X, y=y: 2 * X.T @ (X @ w - y),
            w,
        )
        assert f"the 1/N of a mean is missing, N = {rows}" in verdict.advice


def test_gradient_stored_in_integers_is_caught():
    """Slopes 3, 2.5 and −1.5; the first, a whole number, is measured as 2.999…"""

    def truncating(w):
        gradient = np.zeros(3, int)
        gradient[...] = 2 * w
        return gradient

    verdict = check_gradient(lambda w: np.sum(w**2), truncating, np.array([1.5, 1.25, -0.75]))
    assert not verdict
    assert "truncated to integers" in verdict.advice


def test_factor_is_said():
    loss, gradient, W = network(5)
    for factor in (-3, 0.2, 1.5):
        advice = check_gradient(loss, lambda W, c=factor: c * gradient(W), W).advice
        assert f"is {factor} times the slope of f" in advice


def test_integer_gradient_that_is_right_passes():
    assert check_gradient(lambda w: 2 * w[0] - w[1], lambda w: np.array([2, -1]), np.ones(2))


def test_loss_that_reads_a_variable_from_outside_is_caught():
    """Erratum E01: the loss never sees the point it is given."""
    w = np.array([0.5])
    verdict = check_gradient(lambda _: (w[0] * 2 - 3) ** 2, lambda w: 4 * (w * 2 - 3), w)
    assert not verdict
    assert verdict.error == 1
    assert "does it use its argument" in verdict.advice
    assert check_gradient(lambda w: (w[0] * 2 - 3) ** 2, lambda w: 4 * (w * 2 - 3), w)


def relu_sum(x):
    return np.sum(np.maximum(x, 0))


@pytest.mark.parametrize("x", [0.0, 3e-8, -3e-8, 3e-6, -5e-6, 1.0])
@pytest.mark.parametrize("size", [1, 100])
def test_kink_of_relu_passes_with_either_convention_at_zero(x, size):
    """With a step of 6e-6, the audit's central difference is 0.5 at 0 and 0.502 at 3e-8."""
    point = np.linspace(1.0, 2.0, size)
    point[0] = x
    for at_zero in (0, 0.5, 1):
        verdict = check_gradient(relu_sum, lambda x, c=at_zero: np.where(x == 0, c, x > 0), point)
        assert verdict
        assert verdict.error <= 1e-6


def test_kink_that_is_forgiven_is_told():
    verdict = check_gradient(relu_sum, lambda x: np.where(x > 0, 1, 0), np.array([1.0, 0.0]))
    assert verdict
    assert verdict.worst == (1,)
    assert (
        "f bends within h of x, at (1,): its slopes on the two sides are 0 and 1" in verdict.advice
    )


@pytest.mark.parametrize("wrong", [-0.5, 1.5, 2])
def test_slope_that_neither_side_has_fails_at_a_kink(wrong):
    x = np.array([1.0, 0.0])
    verdict = check_gradient(relu_sum, lambda x: np.array([1.0, wrong]), x)
    assert not verdict
    assert (
        "f bends within h of x, at (1,): its slopes on the two sides are 0 and 1" in verdict.advice
    )


def test_mistake_elsewhere_is_caught_beside_a_kink():
    x = np.array([1.0, 0.0, 2.0])
    assert not check_gradient(relu_sum, lambda x: np.array([1.0, 0.0, 0.9]), x)


@pytest.mark.parametrize("n", [4, 200])
def test_relu_network_passes_and_its_mistakes_do_not(n):
    """A leaky unit with ReLU's backward pass is wrong by a hundredth of half the units."""
    rng = np.random.default_rng(n)
    A, w = rng.normal(size=(50, n)), rng.normal(size=n)

    def loss(w):
        return np.mean(np.maximum(A @ w, 0.01 * (A @ w)) ** 2)

    def gradient(w, leak):
        z = A @ w
        return A.T @ (2 * np.maximum(z, 0.01 * z) * np.where(z > 0, 1, leak)) / 50

    assert check_gradient(loss, lambda w: gradient(w, 0.01), w)
    assert not check_gradient(loss, lambda w: gradient(w, 0), w)


@pytest.mark.parametrize(
    ("f", "grad", "x"),
    [
        (lambda x: x**2, lambda x: 2 * x, 0.0),
        (lambda x: x**3, lambda x: 3 * x**2, 0.0),
        (lambda x: x**4 + 1, lambda x: 4 * x**3, 0.0),
        (lambda x: np.sum((x - 1) ** 2) + 7, lambda x: 2 * (x - 1), np.ones(4)),
        (lambda x: np.sum((x - 1) ** 2) + 7, lambda x: 2 * (x - 1), np.ones(100)),
        (lambda x: 3.0, lambda x: 0 * x, np.ones(4)),
        (
            lambda x: (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2,
            lambda x: np.array(
                [2 * (x[0] - 1) - 400 * x[0] * (x[1] - x[0] ** 2), 200 * (x[1] - x[0] ** 2)]
            ),
            np.ones(2),
        ),
    ],
)
def test_gradient_passes_where_it_is_zero(f, grad, x):
    assert check_gradient(f, grad, x)


def test_gradient_that_is_not_zero_fails_where_the_slope_is():
    verdict = check_gradient(lambda x: np.sum(x**2), lambda x: 2 * x + 1e-3, np.zeros(3))
    assert not verdict
    assert verdict.error == 1


def test_slope_near_the_rounding_of_f_is_told_and_a_sign_still_caught():
    """2ε·1e9/6e-6 is 7 % of the slope."""
    verdict = check_gradient(lambda x: 1e9 + np.sum(x), np.ones_like, np.ones(3))
    assert verdict
    assert 0.01 < verdict.error_bar < 0.1
    assert "lost in the rounding of f" in verdict.advice
    assert not check_gradient(lambda x: 1e9 + np.sum(x), lambda x: -np.ones(3), np.ones(3))


def test_slope_below_the_rounding_of_f_contradicts_nothing_and_error_bar_says_so():
    verdict = check_gradient(lambda x: 1e11 + np.sum(x), np.ones_like, np.ones(3))
    assert verdict.error_bar > 1  # more than any error can be
    assert "lost in the rounding of f" in verdict.advice


def counting(f):
    def counted(x):
        counted.calls += 1
        return f(x)

    counted.calls = 0
    return counted


def test_large_problem_takes_two_values_of_f_and_one_gradient():
    loss, gradient, W = network(30)
    f, g = counting(loss), counting(gradient)
    assert check_gradient(f, g, W)
    assert (f.calls, g.calls) == (2, 1)


def test_64_numbers_are_measured_one_by_one_and_65_are_not():
    for size, one_by_one in ((64, True), (65, False)):
        verdict = check_gradient(lambda x: np.sum(x**2), lambda x: 2 * x, np.ones(size))
        assert (verdict.worst is not None) == one_by_one


def test_small_problem_takes_two_values_an_entry():
    loss, gradient, W = network(5)
    f = counting(loss)
    assert check_gradient(f, gradient, W)
    assert f.calls == 2 * 25 + 1


def test_full_measures_every_entry_and_full_false_never_does():
    loss, gradient, W = network(30)
    assert check_gradient(loss, gradient, W, full=True).worst is not None
    assert (
        check_gradient(loss, gradient, network(5)[2][:1, :1] * np.eye(30), full=False).worst is None
    )
    f = counting(loss)
    assert not check_gradient(f, lambda W: -gradient(W), W, full=False)
    assert f.calls < 10


@pytest.mark.parametrize("n", [3, 100])
def test_batched_gives_the_same_verdict(n):
    x = np.random.default_rng(n).normal(size=n)

    def f(x):
        return np.sum(np.sin(x), axis=-1)

    single, batched = (check_gradient(f, np.cos, x, batched=b) for b in (False, True))
    assert (single.passed, batched.passed) == (True, True)
    assert single.worst == batched.worst
    calls = counting(f)
    check_gradient(calls, np.cos, x, batched=True)
    assert calls.calls <= 2
    wrong = check_gradient(f, lambda x: -np.cos(x), x, batched=True)
    assert "a sign is wrong" in wrong.advice


@pytest.mark.parametrize("n", [5, 30])
def test_step_and_tolerance_can_be_chosen(n):
    loss, gradient, W = network(n)
    assert check_gradient(loss, gradient, W, 1e-4)
    strict = check_gradient(loss, gradient, W, rtol=1e-16)
    assert strict.passed == (strict.error <= strict.error_bar)


def test_step_is_the_one_taken_after_rounding():
    """At 1e6 a step of 1e-7 in each of 100 numbers is rounded by 1e-3 of itself."""
    x = np.full(100, 1e6)
    assert check_gradient(lambda x: np.sum(x - 1e6), np.ones_like, x, 1e-6, full=False)


def test_fast_bend_in_a_large_value_is_measured_again_closer():
    """h²·300²/6 is 5e-7, above rtol; rounding of 1000 hides how it closes with the step."""
    verdict = check_gradient(lambda x: 1000 + np.sin(300 * x), lambda x: 300 * np.cos(300 * x), 0.0)
    assert verdict
    assert "f bends within h of x" in verdict.advice


def test_step_that_is_too_wide_is_measured_again_closer():
    loss, gradient, W = network(5)
    verdict = check_gradient(loss, gradient, W, 0.1)  # h²/6 is 1e-3
    assert verdict
    assert "f bends within h of x" in verdict.advice
    assert not check_gradient(loss, lambda W: 1.001 * gradient(W), W, 0.1)


@pytest.mark.parametrize("n", [5, 30])
def test_float32_stays_float32_even_with_a_gradient_in_float64(n):
    loss, gradient, W = network(n, np.float32)
    seen = set()

    def f(W):
        return seen.add(W.dtype) or loss(W)

    assert check_gradient(f, lambda W: gradient(W).astype(float), W)
    assert not check_gradient(f, lambda W: -gradient(W).astype(float), W)
    assert seen == {np.dtype(np.float32)}


def test_large_parameters_are_moved_by_more():
    x = 1e6 * np.random.default_rng(0).normal(size=100)

    def f(x):
        return np.sum((x / 1e6) ** 3)

    assert check_gradient(f, lambda x: 3 * (x / 1e6) ** 2 / 1e6, x).error < 1e-8
    assert not check_gradient(f, lambda x: 3.0003 * (x / 1e6) ** 2 / 1e6, x)


def test_a_number_can_be_checked_along_its_one_direction():
    assert check_gradient(np.sin, np.cos, 0.7, full=False).worst is None
    assert not check_gradient(np.sin, np.sin, 0.7, full=False)
    assert check_jvp(np.sin, lambda x, v: np.cos(x) * v, 0.7)
    assert check_vjp(np.sin, lambda x, u: np.cos(x) * u, 0.7)
    assert not check_vjp(np.sin, lambda x, u: -np.cos(x) * u, 0.7)


def test_parameters_whose_squares_overflow_are_moved_too():
    x = 1e200 * np.random.default_rng(0).normal(size=100)

    def f(x):
        return np.sum(np.tanh(x / 1e200))

    assert check_gradient(f, lambda x: (1 - np.tanh(x / 1e200) ** 2) / 1e200, x)
    assert not check_gradient(f, lambda x: (np.tanh(x / 1e200) ** 2 - 1) / 1e200, x)


def test_nothing_is_mutated_even_by_functions_that_mutate():
    for n in (5, 30):
        loss, gradient, W = network(n)
        W.flags.writeable = False

        def spoil(f):
            def spoiler(x):
                value = f(x)
                x[...] = 7
                return value

            return spoiler

        assert check_gradient(spoil(loss), spoil(gradient), W)
        assert not check_gradient(spoil(loss), spoil(lambda W, g=gradient: -g(W)), W)


def test_products_do_not_mutate_even_if_their_functions_do():
    x, v = np.array([1.0, 2.0]), np.array([0.5, -1.0])
    x.flags.writeable = v.flags.writeable = False

    def spoiler(x, v):
        value = np.cos(x) * v
        x[...] = v[...] = 7
        return value

    assert check_jvp(np.sin, spoiler, x, v)
    assert check_vjp(np.sin, spoiler, x, v)
    assert not check_jvp(np.sin, lambda x, v: -spoiler(x, v), x, v)
    assert not check_vjp(np.sin, lambda x, v: -spoiler(x, v), x, v)


@pytest.mark.parametrize("n", [3, 100])
def test_a_function_that_reuses_its_buffer_is_read_in_time(n):
    buffer = np.zeros(())

    def f(x):
        buffer[...] = np.sum(x**2)
        return buffer

    assert check_gradient(f, lambda x: 2 * x, np.linspace(1, 2, n))
    assert not check_gradient(f, lambda x: -2 * x, np.linspace(1, 2, n))


def test_verdict_is_as_true_as_it_passed():
    assert Verdict(True, 0.0, 0.0, None, "")
    assert not Verdict(False, 0.0, 0.0, None, "")


MAPS = {  # f, its Jacobian; none is square
    "linear": (lambda A, x: A @ x, lambda A, x: A),
    "tanh": (lambda A, x: np.tanh(A @ x), lambda A, x: (1 - np.tanh(A @ x) ** 2)[:, None] * A),
}


@given(
    st.sampled_from(sorted(MAPS)), st.integers(1, 6), st.integers(1, 6), st.integers(0, 2**32 - 1)
)
def test_right_products_pass(name, n, m, seed):
    rng = np.random.default_rng(seed)
    A, x = rng.normal(size=(m, n)), rng.normal(size=n)
    f, jacobian = MAPS[name]
    assert check_jvp(lambda x: f(A, x), lambda x, v: jacobian(A, x) @ v, x, rng.normal(size=n))
    assert check_vjp(lambda x: f(A, x), lambda x, u: jacobian(A, x).T @ u, x, rng.normal(size=m))


@pytest.mark.parametrize("check", [check_jvp, check_vjp])
def test_mistaken_products_are_caught(check):
    A = np.random.default_rng(0).normal(size=(3, 3))
    x = np.array([1.0, 2.0, 3.0])
    product = A if check is check_jvp else A.T

    def f(x):
        return A @ x

    assert check(f, lambda x, v: product @ v, x)
    assert "a sign is wrong" in check(f, lambda x, v: -product @ v, x).advice
    assert "a factor 2" in check(f, lambda x, v: 2 * product @ v, x).advice
    assert not check(f, lambda x, v: product.T @ v, x)  # J for Jᵀ, or Jᵀ for J
    assert not check(f, lambda x, v: product @ v * [1, 1, 1.01], x)


def test_products_of_any_shape_are_checked():
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert check_jvp(lambda x: x @ x, lambda x, v: x @ v + v @ x, x)
    assert check_vjp(lambda x: x @ x, lambda x, u: x.T @ u + u @ x.T, x)
    assert not check_jvp(lambda x: x @ x, lambda x, v: 2 * x @ v, x)
    assert not check_vjp(lambda x: x @ x, lambda x, u: x @ u + u @ x, x)


def test_vjp_of_a_large_input_takes_few_values():
    f = counting(lambda x: np.sin(x[:3]))
    x = np.random.default_rng(0).normal(size=1000)

    def vjp(x, u):
        return np.concatenate([u * np.cos(x[:3]), np.zeros(997)])

    assert check_vjp(f, vjp, x)
    assert f.calls == 3
    assert not check_vjp(f, lambda x, u: 2 * vjp(x, u), x, full=False)


def test_products_at_a_kink_pass_with_either_slope():
    x = np.array([0.0, 1.0])

    def relu(x):
        return np.maximum(x, 0)

    for slope in (0, 1):
        d = np.array([slope, 1.0])
        assert check_jvp(relu, lambda x, v, d=d: d * v, x, [1.0, 1.0])
        assert check_vjp(relu, lambda x, u, d=d: d * u, x, [1.0, 1.0])
    assert not check_jvp(relu, lambda x, v: np.array([2, 1]) * v, x, [1.0, 1.0])


ONES = np.ones(3)
GOOD = {"f": lambda x: np.sum(x**2), "grad": lambda x: 2 * x, "x": ONES}
BAD = [
    ({"f": None}, TypeError, "not callable"),
    ({"f": lambda x: None}, TypeError, "f near x.* must be real numbers"),
    ({"f": lambda x: x}, ValueError, "f near x.* must have shape"),
    ({"f": lambda x: math.nan}, ValueError, "f near x.* must be finite"),
    ({"f": lambda x: np.float32(np.sum(x))}, TypeError, "as precise as x"),
    ({"grad": None}, TypeError, "not callable"),
    ({"grad": lambda x: None}, TypeError, r"grad\(x\) must be real numbers, got None"),
    ({"grad": lambda x: x > 0}, TypeError, r"grad\(x\) must be real numbers"),
    ({"grad": lambda x: [["a"]]}, TypeError, r"grad\(x\) must be real numbers"),
    ({"grad": lambda x: 2.0}, ValueError, r"grad\(x\) must have shape \(\d+,\), got \(\)"),
    ({"grad": lambda x: x[None]}, ValueError, r"grad\(x\) must have shape"),
    ({"grad": lambda x: x * math.nan}, ValueError, r"grad\(x\) must be finite"),
    ({"grad": lambda x: x * math.inf}, ValueError, r"grad\(x\) must be finite"),
    ({"x": [1, 2, 3]}, TypeError, "x must be floats, or a gradient stored like it is truncated"),
    ({"x": np.ones(100, int)}, TypeError, "x must be floats"),
    ({"x": 3}, TypeError, "x must be floats"),
    ({"x": [True, False]}, TypeError, "x must be real numbers"),
    ({"x": ["a"]}, TypeError, "x must be real numbers"),
    ({"x": None}, TypeError, "x must be real numbers"),
    ({"x": [1.0, math.nan]}, ValueError, "x must be finite"),
    ({"x": []}, ValueError, "not empty"),
    ({"h": 0}, ValueError, "h must be positive"),
    ({"h": -1e-5}, ValueError, "h must be positive"),
    ({"h": 1e-20}, ValueError, "h must be positive and move x"),
    ({"h": "h"}, TypeError, "h must be real numbers"),
]


@pytest.mark.parametrize("size", [3, 100])
@pytest.mark.parametrize(("bad", "error", "message"), BAD)
def test_bad_input_is_refused(bad, error, message, size):
    arguments = {**GOOD, "x": np.ones(size), **bad}
    with pytest.raises(error, match=message):
        check_gradient(**arguments)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: check_jvp(np.sin, lambda x, v: v, [1, 2]), TypeError, "x must be floats"),
        (
            lambda: check_jvp(np.sin, lambda x, v: v, ONES, 0 * ONES),
            ValueError,
            "v must not be zero",
        ),
        (lambda: check_jvp(np.sin, lambda x, v: v, ONES, [1.0]), ValueError, "v must have shape"),
        (lambda: check_jvp(np.sin, lambda x, v: 1.0, ONES), ValueError, r"jvp\(x, v\) must have"),
        (
            lambda: check_jvp(np.sin, lambda x, v: None, ONES),
            TypeError,
            r"jvp\(x, v\) must be real",
        ),
        (lambda: check_jvp(np.sin, 3, ONES), TypeError, "not callable"),
        (lambda: check_vjp(np.sin, lambda x, u: u, [1, 2]), TypeError, "x must be floats"),
        (
            lambda: check_vjp(np.sin, lambda x, u: u, ONES, 0 * ONES),
            ValueError,
            "u must not be zero",
        ),
        (lambda: check_vjp(np.sin, lambda x, u: u, ONES, [1.0]), ValueError, "u must have shape"),
        (lambda: check_vjp(np.sin, lambda x, u: 1.0, ONES), ValueError, r"vjp\(x, u\) must have"),
        (
            lambda: check_vjp(np.sin, lambda x, u: None, ONES),
            TypeError,
            r"vjp\(x, u\) must be real",
        ),
        (lambda: check_vjp(np.sin, 3, ONES), TypeError, "not callable"),
        (lambda: relative_error([1, 2], [1]), ValueError, r"b must have shape \(2,\), got \(1,\)"),
        (lambda: relative_error(1, [1]), ValueError, "b must have shape"),
        (lambda: relative_error("a", "a"), TypeError, "a must be real numbers"),
        (lambda: relative_error(1.0, math.nan), ValueError, "b must be finite"),
        (lambda: relative_error([], []), ValueError, "not empty"),
    ],
)
def test_what_only_one_of_them_takes_is_refused_too(call, error, message):
    with pytest.raises(error, match=message):
        call()
