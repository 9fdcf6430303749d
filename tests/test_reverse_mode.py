"""The tape against forward mode, finite differences, SymPy, JAX, and the laws of calculus."""

import itertools
import math
import tracemalloc
from collections import namedtuple

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from snippets import reverse_mode
from snippets.dual_number import jvp
from snippets.reverse_mode import (
    OPERATIONS,
    RULES,
    Tape,
    Variable,
    grad,
    hessian,
    jacobian,
    value_and_grad,
    vjp,
)
from tests.framework import COTANGENTS, PROGRAMS, framework, told_by_jax
from tests.programs import ARRAYS, ELEMENTWISE, X, program

RNG = np.random.default_rng(0)


def scalar(f):
    """f with one number as its value, which depends on all of f(x), and not linearly."""
    return lambda x: np.sum(np.sin(f(x)))


@pytest.mark.parametrize("name", PROGRAMS)
def test_adjoint_identity_against_forward_mode(name):
    """⟨u, Jv⟩ = ⟨uJ, v⟩."""
    f = program(PROGRAMS[name])
    v = RNG.normal(size=X.shape)
    tangent = jvp(f, X, v)
    u = RNG.normal(size=tangent.shape)
    cotangent = vjp(f, X, u)
    assert cotangent.shape == X.shape
    size = np.sum(np.abs(u) * np.abs(tangent)) + 1
    assert np.vdot(u, tangent) == pytest.approx(np.vdot(cotangent, v), abs=1e-13 * size)  # rounding


@pytest.mark.parametrize("name", PROGRAMS)
def test_second_derivatives_are_those_of_forward_mode_and_symmetric(name):
    f, v = scalar(program(PROGRAMS[name])), RNG.normal(size=X.shape)
    H = hessian(f)(X).reshape(6, 6)
    size = np.max(np.abs(H)) + 1
    assert np.max(np.abs(H - H.T)) <= 1e-13 * size
    assert v.ravel() @ H @ v.ravel() == pytest.approx(
        jvp(lambda x: jvp(f, x, v), X, v), abs=1e-12 * size
    )
    assert (H @ v.ravel()).reshape(X.shape) == pytest.approx(
        jvp(grad_by_walk(f), X, v), abs=1e-12 * size
    )


def grad_by_walk(f):
    """The gradient of f by forward mode, one direction an input: shares no code with the tape."""

    def gradient(x):
        basis = np.eye(x.size).reshape(x.size, *x.shape)
        return np.stack([jvp(f, x, v) for v in basis]).reshape(x.shape)

    return gradient


@pytest.mark.parametrize("name", PROGRAMS)
def test_derivatives_are_what_jax_says(name):
    value, _, truth = told_by_jax()[name]
    f = program(PROGRAMS[name])
    assert f(X) == pytest.approx(value, rel=1e-13)
    # A program of ten operations, each rounded, here and there.
    assert vjp(f, X, COTANGENTS[name]) == pytest.approx(truth, rel=1e-12, abs=1e-12)


def test_network_is_what_pytorch_says():
    torch = framework("torch")
    parameters = network([5, 4, 3], RNG)
    inputs, labels = RNG.normal(size=(7, 5)), RNG.integers(0, 3, 7)
    loss, gradient = value_and_grad(cross_entropy)(parameters, inputs, labels)
    theirs = [{k: torch.tensor(v, requires_grad=True) for k, v in p.items()} for p in parameters]
    h = torch.tanh(torch.tensor(inputs) @ theirs[0]["W"] + theirs[0]["b"])
    truth = torch.nn.functional.cross_entropy(
        h @ theirs[1]["W"] + theirs[1]["b"], torch.tensor(labels)
    )
    truth.backward()
    assert loss == pytest.approx(truth.item(), rel=1e-14)
    for layer, their_layer in zip(gradient, theirs, strict=True):
        for name, slope in layer.items():
            assert slope == pytest.approx(their_layer[name].grad.numpy(), rel=1e-12, abs=1e-15)


def network(widths, rng):
    return [
        {"W": rng.normal(size=(d, m)), "b": rng.normal(size=m)}
        for d, m in itertools.pairwise(widths)
    ]


def cross_entropy(parameters, inputs, labels):
    for layer in parameters[:-1]:
        inputs = np.tanh(inputs @ layer["W"] + layer["b"])
    z = inputs @ parameters[-1]["W"] + parameters[-1]["b"]
    return np.mean(np.logaddexp.reduce(z, axis=1) - z[np.arange(len(labels)), labels])


def test_network_of_any_depth_is_what_forward_mode_says():
    parameters = network([3, 5, 4, 2], RNG)
    inputs, labels = RNG.normal(size=(6, 3)), RNG.integers(0, 2, 6)
    gradient = grad(cross_entropy)(parameters, inputs, labels)
    for i, layer in enumerate(parameters):
        for name, value in layer.items():

            def f(x, i=i, name=name):
                changed = [dict(each) for each in parameters]
                changed[i][name] = x
                return cross_entropy(changed, inputs, labels)

            assert gradient[i][name] == pytest.approx(grad_by_walk(f)(value), rel=1e-12, abs=1e-14)


@pytest.mark.parametrize(
    "formula", ["x*y**2 + sin(x*y)", "exp(x/y) - x**3*log(y)", "tanh(x)*y/(x + y)"]
)
def test_gradient_and_hessian_are_what_sympy_says(formula):
    symbols = sympy.symbols("x y", positive=True)
    expression = sympy.sympify(formula, locals=dict(zip("xy", symbols, strict=True)))
    point = [0.7, 1.3]
    exact = dict(zip(symbols, map(sympy.Rational, point), strict=True))
    f = eval(f"lambda p: (lambda x, y: {formula})(p[0], p[1])", vars(np).copy())
    H = sympy.hessian(expression, symbols)
    truth = [float(expression.diff(s).subs(exact).evalf(30)) for s in symbols]
    assert grad(f)(point) == pytest.approx(truth, rel=1e-14)  # some ten roundings
    assert hessian(f)(point).ravel() == pytest.approx(
        [float(h.subs(exact).evalf(30)) for h in H], rel=1e-13
    )


def test_logaddexp_of_numbers_far_apart():
    """Softmax without overflow, without a warning."""
    slope = grad(np.logaddexp.reduce)([1000.0, 0.0, -1000.0])
    assert slope.tolist() == [1, 0, 0]
    assert vjp(
        lambda z: np.logaddexp.reduce(z, axis=1, keepdims=True), X, np.ones((2, 1))
    ).sum() == (pytest.approx(2))


SHAPES = st.lists(st.integers(1, 3), max_size=3).map(tuple)


@given(st.data())
def test_broadcasting_is_undone_whatever_the_shapes(data):
    whole = data.draw(SHAPES)
    shapes = [
        tuple(
            data.draw(st.sampled_from([n, 1]))
            for n in whole[data.draw(st.integers(0, len(whole))) :]
        )
        for _ in range(3)
    ]
    a, b, c = (RNG.uniform(1, 2, shape) for shape in shapes)

    def f(a, b, c):
        return np.sum(a * b / c + np.maximum(a, b - 1) * c**a + np.where(b > 1.5, a, c))

    gradient = grad(f, (0, 1, 2))(a, b, c)
    for i, x in enumerate((a, b, c)):
        assert np.shape(gradient[i]) == x.shape
        others = [a, b, c]
        truth = grad_by_walk(lambda x, i=i, all=others: f(*all[:i], x, *all[i + 1 :]))(x)
        assert gradient[i] == pytest.approx(truth, rel=1e-12)


@given(st.integers(0, 10**6), st.floats(0.1, 2))
def test_random_program_has_the_gradient_of_forward_mode(seed, x):
    """A graph of twenty operations with reuse, over arrays that broadcast."""
    unary = [np.sin, np.cos, np.tanh, np.arctan, np.exp, np.square, np.cbrt, np.arcsinh]

    def f(x):
        rng = np.random.default_rng(seed)
        made = [x, x[0] * x[1], x.sum(), x[:, None] + x]
        for _ in range(20):
            a, b = (made[i] for i in rng.integers(0, len(made), 2))
            k = rng.integers(8)
            choices = [unary[k](np.sin(a) + 0.5), a * np.cos(b), a - b, a / (1.5 + np.sin(b))]
            made.append(choices[rng.integers(4)])
        return np.mean(made[-1]) + np.sum(np.sin(made[-2]))

    point = np.array([x, 1.0, -0.5])
    truth = grad_by_walk(f)(point)
    size = np.max(np.abs(truth)) + 1
    # cbrt has no finite slope where sin a = −½, so nothing to compare nearby.
    if np.isfinite(size) and size < 1e6:
        assert grad(f)(point) == pytest.approx(truth, abs=1e-10 * size)


# ---- the graph ---------------------------------------------------------------------------------


def test_value_used_twice_collects_both_paths():
    """Erratum E25: the graph is no tree."""
    assert grad(lambda a: a * a)(3.0) == 6

    def diamond(x):
        y = x * x
        return y * y + y

    assert grad(diamond)(3.0) == 4 * 27 + 6


def test_the_graph_of_the_article():
    def loss(w, x):
        return (w[0] * x[0] + w[1] * x[1]) ** 2

    dw, dx = grad(loss, (0, 1))([0.5, -0.3], [2.0, 3.0])
    assert dw == pytest.approx([0.4, 0.6])
    assert dx == pytest.approx([0.1, -0.06])


def test_second_call_gives_the_same():
    """Erratum E33: nothing is left from the first."""
    f = value_and_grad(lambda w: (w * w).sum() * w[0])
    first, second = f(np.array([0.5, 2.0])), f(np.array([0.5, 2.0]))
    assert first[0] == second[0]
    assert first[1].tolist() == second[1].tolist()


def test_tape_walked_twice_gives_the_same():
    tape = Tape()
    x = Variable(np.array([1.0, 2.0]), tape)
    y = np.sum(x * x * x)
    walks = [tape.cotangents(y.index, np.float64(1))[x.index].tolist() for _ in range(2)]
    assert walks == [[3, 12]] * 2


def test_chain_of_a_hundred_thousand_nodes_works_and_is_freed():
    """Erratum E32: no recursion, neither in the walk nor when the tape is freed, as it returns."""

    def chain(x):
        for _ in range(100_000):
            x = x * 1.00001
        return x

    assert grad(chain)(1.0) == pytest.approx(1.00001**100_000, rel=1e-10)  # 1e5 roundings


def test_tape_keeps_only_what_a_rule_names():
    """z = x + c and relu's argument are let go; relu's value, which the product needs, is kept."""
    tape = Tape()
    x, W = Variable(np.ones((50, 1000)), tape), np.ones((1000, 2))
    tracemalloc.start()
    y = np.maximum(x + 1.0, 0) @ W
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert y.shape == (50, 2)
    assert 400_000 < held < 440_000  # one array of 50·1000·8 bytes, and the tape


def test_every_rule_names_a_row_of_a_b_y():
    assert OPERATIONS.keys() >= RULES.keys()
    for rules in RULES.values():
        for rule in rules:
            assert "".join(rule.__code__.co_varnames[1 : rule.__code__.co_argcount]) in "aby"


# ---- nesting -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "x", "slope"),
    [
        (lambda x: x * grad(lambda y: x + y)(1.0), 1.0, 1.0),
        (lambda x: x * grad(lambda y: x * y)(2.0), 3.0, 6.0),
        (lambda x: grad(lambda y: x * y * y)(x), 3.0, 12.0),
        (lambda x: grad(lambda y: y * x)(2.0), 3.0, 1.0),
        (lambda x: grad(lambda y: x)(1.0), 1.0, 0.0),
        (lambda x: x * grad(lambda y: x)(2.0), 1.0, 0.0),
        (lambda x: grad(lambda y: grad(lambda z: x * y * z)(1.0))(1.0), 1.0, 1.0),
        (lambda x: np.sum(vjp(lambda y: y * y, np.array([x, 2.0]), np.array([1.0, x]))), 3.0, 6.0),
        (lambda x: np.sum(jacobian(lambda y: np.stack([y[0] * y[1], x * y[0]]))([x, x])), 2.0, 3.0),
    ],
)
def test_tapes_are_not_confused(f, x, slope):
    assert grad(f)(x) == pytest.approx(slope)


def test_four_derivatives_nest():
    f = np.sin
    for order in range(5):
        assert f(0.7) == pytest.approx(math.sin(0.7 + order * math.pi / 2), rel=1e-14)
        f = grad(f)


def test_forward_over_reverse_and_reverse_over_forward():
    f = scalar(program(ARRAYS["softmax"]))
    v = RNG.normal(size=X.shape)
    Hv = hessian(f)(X).reshape(6, 6) @ v.ravel()
    by_reverse = grad(lambda x: np.sum(grad(f)(x) * v))(X)
    assert by_reverse.ravel() == pytest.approx(Hv, rel=1e-12)


# ---- arguments and values ----------------------------------------------------------------------


def test_parameters_are_trees():
    Layer = namedtuple("Layer", "W b")
    tree = {"a": [Layer(np.ones((2, 2)), 3.0), ()], "b": (np.ones(2), {"c": [1, 2]})}

    def f(p):
        layer = p["a"][0]
        return np.sum(layer.W @ p["b"][0]) * layer.b + np.sum(p["b"][1]["c"] ** 2)

    gradient = grad(f)(tree)
    assert gradient["a"][0].W.tolist() == [[3, 3], [3, 3]]
    assert gradient["a"][0].b == 4
    assert gradient["a"][1] == ()
    assert gradient["b"][0].tolist() == [6, 6]
    assert gradient["b"][1]["c"].tolist() == [2, 4]
    assert vjp(lambda p: p["x"] * 2, {"x": np.ones(2)}, [1, 2])["x"].tolist() == [2, 4]


def test_arguments_that_vary_are_chosen():
    def f(x, y, *, z=1.0):
        return x * x * y * z

    assert grad(f)(2.0, 3.0) == 12
    assert grad(f, 1)(2.0, 3.0, z=2.0) == 8
    assert grad(f, -1)(2.0, 3.0) == 4
    assert grad(f, (1, 0))(2.0, 3.0) == (4, 12)
    assert value_and_grad(f, (0,))(2.0, 3.0) == (12, (12,))
    assert jacobian(f, 1)(np.ones(2), np.ones(2)).tolist() == [[1, 0], [0, 1]]
    assert hessian(lambda x, y: np.sum(x * y**2), 1)(np.ones(2), np.ones(2)).tolist() == [
        [2, 0],
        [0, 2],
    ]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_precision_of_what_varies_is_kept(dtype):
    x = X.astype(dtype)
    value, gradient = value_and_grad(scalar(program(ELEMENTWISE["logistic"])))(x)
    assert value.dtype == gradient.dtype == dtype
    assert grad(lambda x: np.sum(x * np.ones(3)))(x).dtype == dtype
    assert type(grad(np.log2)(dtype(2))) is dtype


def test_integers_are_converted_and_nothing_is_changed():
    x = np.array([1, 2])
    x.flags.writeable = False
    assert grad(lambda x: np.sum(1 / x))(x).tolist() == [-1, -1 / 4]

    def spoiler(x):
        x += 1  # rebinds: a Variable does not change in place
        return np.sum(x * x)

    y = np.ones(2)
    assert grad(spoiler)(y).tolist() == [4, 4]
    assert y.tolist() == [1, 1]


def test_gradients_are_the_callers_own():
    x, u = np.ones(3), np.ones(3)
    first, second = grad(lambda a, b: np.sum(a + b), (0, 1))(x, x)
    reshaped = grad(lambda a, b: np.sum(a.reshape(3, 1) + b.reshape(3, 1)), (0, 1))(x, x)
    for one, other in [(first, second), reshaped, (vjp(lambda x: x, x, u), u)]:
        assert not np.shares_memory(one, other)
        one += 1  # and can be written to
    assert u.tolist() == x.tolist() == [1, 1, 1]


def test_a_constant_has_gradient_zero():
    assert grad(lambda x: 3)(2.0) == 0
    assert grad(lambda x, y: y, (0, 1))(np.ones(2), 1.0)[0].tolist() == [0, 0]
    assert jacobian(lambda x: np.ones(2))(X).tolist() == np.zeros((2, 2, 3)).tolist()
    assert (
        grad(lambda x: np.zeros_like(x).sum() + np.argmax(x) + x.size)(X).tolist() == [[0] * 3] * 2
    )


def test_values_that_do_not_vary_may_be_anything():
    assert grad(lambda x, kind: x if kind == "same" else -x)(2.0, "same") == 1
    assert jacobian(lambda x: x * [1, 2] + [1, 1] ** x)([1.0, 1.0]).tolist() == [[1, 0], [0, 2]]


def test_what_would_lose_a_slope_is_refused():
    with pytest.raises(TypeError, match="no rule for"):
        grad(lambda x: np.sum(np.full_like(np.ones(2), x)))(1.0)
    with pytest.raises(TypeError, match=r"np.dot is @ up to two axes, got 2 and 3: use @"):
        grad(lambda x: np.sum(np.dot(x, np.ones((2, 3, 4)))))(X)
    assert grad(lambda x: np.sum(np.where(x, x, 2 * x)))([0.0, 3.0]).tolist() == [2, 1]


def test_an_array_of_variables_is_a_variable():
    assert grad(lambda x: np.sum(np.array([x[0], x[1] * x[2]]) * x[:2]))([2.0, 3, 5]).tolist() == [
        4,
        30,
        9,
    ]
    assert grad(lambda x: (x[:2] * np.array([x[0], 1.0])).sum())([2.0, 3]).tolist() == [4, 1]
    assert jacobian(lambda x: [x[0], 2 * x[1]])([1.0, 1.0]).tolist() == [[1, 0], [0, 2]]
    assert grad(lambda x: np.sum(np.sin(np.array([x[0], x[1]]))))([0.0, math.pi]).tolist() == [
        1,
        -1,
    ]


def test_every_operator_is_reflected():
    """Erratum E30."""
    for f, slope in [
        (lambda x: 1 + x, 1), (lambda x: 1 - x, -1), (lambda x: 2 * x, 2), (lambda x: 6 / x, -6 / 9),
        (lambda x: 2**x, 8 * math.log(2)), (lambda x: 7 % x, -2), (lambda x: 7 // x, 0),
        (lambda x: np.float64(2) * x, 2), (lambda x: sum([x, x]), 2), (lambda x: x // 2, 0),
        (lambda x: +x - (-x), 2), (lambda x: abs(-x), 1), (lambda x: np.array(2.0) * x, 2),
    ]:  # fmt: skip
        assert grad(f)(3.0) == pytest.approx(slope, rel=1e-15)
    A = np.arange(4.0).reshape(2, 2)
    assert grad(lambda x: np.sum(A @ x))(A).tolist() == [[2, 2], [4, 4]]


def test_a_variable_looks_like_its_array():
    x = Variable(X, Tape())
    assert (x.shape, x.ndim, x.size, x.dtype, len(x)) == ((2, 3), 2, 6, float, 2)
    assert x.T.shape == x.mT.shape == x.reshape(3, 2).shape == x.reshape((3, -1)).shape == (3, 2)
    assert [row.value.tolist() for row in x] == X.tolist()
    assert repr(Variable(2.0, Tape())) == "Variable(2.0)"
    assert x.max().value == X.max()
    assert not Variable(np.float64(0), Tape())


def test_comparisons_follow_the_branch_taken():
    def f(x):
        return x**2 if x > 1 and x >= 1 and x < 3 else -x if x <= 0 else x if x != 5 else 3 * x

    assert [grad(f)(x) for x in (2.0, -1.0, 0.5, 5.0)] == [4, -1, 1, 3]
    assert grad(lambda x: 5 * x if x == 1 else x)(1.0) == 5


def test_kinks_follow_the_convention():
    assert grad(abs)(0.0) == 0
    assert grad(lambda x: np.maximum(x, 0))(0.0) == 0
    assert grad(lambda x: np.maximum(0, x))(0.0) == 1
    assert grad(np.max)([1.0, 1.0]).tolist() == [0, 1]
    # The shares of a tie sum to 1, not to 2 (a max gate with ≥ on both sides).
    assert grad(lambda p: np.maximum(p[0], p[1]))([1.0, 1.0]).tolist() == [0, 1]
    assert grad(lambda p: np.minimum(p[0], p[1]))([1.0, 1.0]).tolist() == [0, 1]


def test_where_autodiff_lies():
    """Erratum E16: exact for the operations executed, which are not always the function."""
    assert grad(lambda x: x if x != 0 else 0.0)(0.0) == 0  # of f(x) = x
    with pytest.warns(RuntimeWarning, match="invalid value"):
        assert math.isnan(grad(lambda x: np.where(x > 0, np.sqrt(x), 0.0))(0.0))  # 0·∞
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        assert grad(np.sqrt)(0.0) == math.inf


def test_powers_at_zero():
    """Erratum E34: 0·0⁻¹ would be not a number."""
    assert grad(lambda x: x**0)(0.0) == 0
    assert grad(lambda x: x**1)(0.0) == 1
    assert grad(lambda x: 0.0**x)(2.0) == 0
    assert grad(lambda x: np.sum(x ** np.array([0, 1, 2])))(np.zeros(3)).tolist() == [0, 1, 0]


# ---- bad input ---------------------------------------------------------------------------------

BAD_POINTS = [
    (None, TypeError, "real numbers are wanted, got None"),
    ("a", TypeError, "what varies must be real numbers, got 'a'"),
    (True, TypeError, "what varies must be real numbers, got True"),
    (1j, TypeError, "what varies must be real numbers, got 1j"),
    (np.array([1, None]), TypeError, "real numbers are wanted"),
    (np.array(["1"]), TypeError, "must be real numbers"),
    (np.sin, TypeError, "real numbers are wanted"),
    (10**400, TypeError, "real numbers are wanted"),
    ({"w": np.ones(2), "name": "relu"}, TypeError, "got 'relu'"),
    ([np.ones(2), None], TypeError, "got None"),
    (math.nan, ValueError, r"f\(x\) must be finite, got nan"),
    ([1.0, math.inf], ValueError, r"f\(x\) must be finite, got inf"),
    ([], ValueError, r"what varies must not be empty, got shape \(0,\)"),
    (np.empty((0, 3)), ValueError, "must not be empty"),
    ([[1.0], [1.0, 2.0]], ValueError, "inhomogeneous"),
]
BAD_FUNCTIONS = [
    (lambda x: None, TypeError, "real numbers are wanted, got None"),
    (lambda x: "one", TypeError, r"f\(x\) must be real numbers, got 'one'"),
    (lambda x: x > 0, TypeError, r"f\(x\) must be real numbers"),
    (lambda x: lambda y: x, TypeError, "real numbers are wanted"),
    (lambda x: x[0] * 1j, TypeError, r"f\(x\) must be real numbers"),
    (lambda x: x[0] * math.nan, ValueError, r"f\(x\) must be finite, got nan"),
    (lambda x: x, ValueError, r"f\(x\) must be one number, got shape \(3,\): see jacobian, vjp"),
    (lambda x: x[:1], ValueError, r"got shape \(1,\)"),
    (lambda x: x[:0], ValueError, r"got shape \(0,\)"),
    (lambda x: math.sin(x[0]), TypeError, "write np.sin, not math.sin"),
    (lambda x: np.spacing(x), TypeError, r"no rule for np.spacing, __call__, of a Variable \[\]"),
    (lambda x: np.fft.fft(x), TypeError, "no rule for np.fft of a Variable"),
    (lambda x: np.add(x, 1, out=np.ones(3)), TypeError, r"no rule for np.add.*\['out'\]"),
    (lambda x: np.ones(3).__iadd__(x), TypeError, r"no rule for np.add.*\['out'\]"),
    (lambda x: np.mean(x, out=np.ones(())), TypeError, r"no rule for np.mean.*\['out'\]"),
    (lambda x: np.add.accumulate(x), TypeError, "no rule for np.add, accumulate"),
    (lambda x: np.sum(x, initial=1), TypeError, r"sum\(\) got an unexpected keyword.* 'initial'"),
    (lambda x: np.linalg.norm(x, 1), TypeError, r"norm\(\) takes 1 positional argument"),
    (lambda x: np.var(x, ddof=1), TypeError, r"var\(\) got an unexpected keyword argument 'ddof'"),
    (lambda x: np.sum(x * np.array([None, 1, 2])), TypeError, "real numbers are wanted"),
    (lambda x: np.sum(np.array([None, 1, 2]) * x), TypeError, "real numbers are wanted"),
    (lambda x: x.foo, AttributeError, "a Variable has no foo"),
    (lambda x: {x: 1}, TypeError, "unhashable"),
    (lambda x: operator_setitem(x, 0, 1), TypeError, "does not support item assignment"),
    (lambda x: sum(x[0]), TypeError, r"has no len\(\)"),
    (lambda x, y: x, TypeError, "missing 1 required positional argument"),
]


def operator_setitem(x, index, value):
    x[index] = value


@pytest.mark.parametrize(("x", "error", "message"), BAD_POINTS)
def test_bad_point_is_refused(x, error, message):
    def f(x):
        return np.sum(x) if isinstance(x, Variable) else 0.0

    with pytest.raises(error, match=message):
        grad(f)(x)
    with pytest.raises(error, match=message):
        vjp(f, x, 1.0)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize(("f", "error", "message"), BAD_FUNCTIONS)
def test_bad_function_is_refused(f, error, message):
    with pytest.raises(error, match=message):
        grad(f)([1.0, 2.0, 3.0])


@pytest.mark.parametrize("operator", [grad, value_and_grad, jacobian, hessian])
def test_bad_operand_is_refused(operator):
    with pytest.raises(TypeError, match=r"f must be a function, got 3.0"):
        operator(3.0)
    with pytest.raises(
        TypeError, match=r"argnums must be integers, got .*; the call is grad\(f\)\(x\)"
    ):
        operator(np.sum, np.ones(3))
    with pytest.raises(TypeError, match="argnums is 1, but f got 1 arguments by position"):
        operator(np.sum, 1)(np.ones(3))


def test_bad_cotangent_is_refused():
    with pytest.raises(TypeError, match="f must be a function"):
        vjp(None, X, X)
    with pytest.raises(
        ValueError, match=r"u must be finite and have the shape of f\(x\), \(2, 3\), got"
    ):
        vjp(np.sin, X, np.ones(2))
    with pytest.raises(ValueError, match="u must be finite"):
        vjp(np.sin, X, np.full((2, 3), np.nan))
    with pytest.raises(TypeError, match="u must be real numbers, got 'u'"):
        vjp(np.sin, X, "u")


def test_jacobian_wants_one_array():
    with pytest.raises(TypeError, match="x must be one array, got a dict"):
        jacobian(lambda p: p["x"])({"x": X})
    with pytest.raises(ValueError, match="at least one array"):
        jacobian(lambda x: x[:0])(X)


# ---- planted mistakes --------------------------------------------------------------------------

MISTAKES = {
    "sign": (np.cos, lambda g, a: g * np.sin(a)),
    "factor": (np.square, lambda g, a: g * a),
    "square forgotten": (np.sqrt, lambda g, y: g / y),
    "argument for value": (np.exp, lambda g, a: g * a),
    "slope dropped": (np.log, lambda g: g),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_planted_mistake_is_caught(mistake, monkeypatch):
    """The adjoint identity, which the true rules pass, tells each wrong one."""
    ufunc, wrong = MISTAKES[mistake]
    v, u = np.random.default_rng(0).normal(size=(2, *X.shape))

    def gap():
        return abs(np.vdot(u, jvp(ufunc, X, v)) - np.vdot(vjp(ufunc, X, u), v))

    assert gap() < 1e-14
    monkeypatch.setitem(OPERATIONS, ufunc, reverse_mode._unary(ufunc, wrong))
    assert gap() > 1e-2


def test_every_public_name_is_tested_here():
    own = {
        n
        for n, v in vars(reverse_mode).items()
        if getattr(v, "__module__", "") == reverse_mode.__name__
    }
    operators = {"grad", "value_and_grad", "vjp", "jacobian", "hessian"}
    assert {n for n in own if not n.startswith("_")} - {"composition", "reflected"} == (
        operators | {"Tape", "Variable"}
    )
