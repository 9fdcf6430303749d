"""Graphs by hand against SymPy, the complex step at every node, and the published numbers."""

import cmath
import math
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from snippets import computational_graph
from snippets.computational_graph import (
    Diamond,
    Neuron,
    SquaredError,
    diamond_backward,
    diamond_forward,
    neuron_backward,
    neuron_forward,
    squared_error_backward,
    squared_error_forward,
)

EPS = np.finfo(float).eps
GRAPHS = {
    SquaredError: (squared_error_forward, squared_error_backward, 4),
    Neuron: (neuron_forward, neuron_backward, 6),
    Diamond: (diamond_forward, diamond_backward, 1),
}
# The stages again, as a table: node, formula of the nodes before it.
STAGES = {
    SquaredError: {
        "z": lambda n: n["w"] * n["x"],
        "a": lambda n: n["z"] + n["b"],
        "r": lambda n: n["a"] - n["y"],
        "L": lambda n: n["r"] ** 2,
    },
    Neuron: {
        "z1": lambda n: n["w1"] * n["x1"],
        "z2": lambda n: n["w2"] * n["x2"],
        "s": lambda n: n["z1"] + n["z2"] + n["b"],
        "a": lambda n: 1 / (1 + cmath.exp(-n["s"])),
        "r": lambda n: n["a"] - n["y"],
        "L": lambda n: n["r"] ** 2,
    },
    Diamond: {"p": lambda n: n["a"] * n["a"], "L": lambda n: n["p"] + n["a"]},
}
every_graph = pytest.mark.parametrize("graph", GRAPHS, ids=lambda g: g.__name__)
numbers = st.lists(st.floats(-4, 4), min_size=6, max_size=6)


def run(graph, inputs, bumped=None):
    """All nodes, with a step of 1e-30 i at one of them."""
    nodes = {}
    for name in graph._fields:
        nodes[name] = STAGES[graph][name](nodes) if name in STAGES[graph] else inputs[name]
        if name == bumped:
            nodes[name] += 1e-30j
    return nodes


@every_graph
@given(values=numbers)
def test_backward_is_the_complex_step_at_every_node(graph, values):
    forward, backward, n = GRAPHS[graph]
    node = forward(*values[:n])
    inputs = dict(zip(graph._fields, values, strict=False))
    gradient = backward(node)
    assert type(node) is type(gradient) is graph
    for name in graph._fields:
        # a dozen roundings of values up to 500
        assert getattr(node, name) == pytest.approx(run(graph, inputs)[name].real, abs=1e-12)
        slope = run(graph, inputs, bumped=name)["L"].imag / 1e-30
        assert getattr(gradient, name) == pytest.approx(slope, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("graph", "formula"),
    [
        (SquaredError, "(w*x + b - y)**2"),
        (Neuron, "(1/(1 + exp(-(w1*x1 + w2*x2 + b))) - y)**2"),
        (Diamond, "a**2 + a"),
    ],
)
def test_inputs_receive_what_sympy_differentiates(graph, formula):
    forward, backward, n = GRAPHS[graph]
    inputs = dict(zip(graph._fields, [0.7, -1.3, 0.4, 2.1, -0.6, 0.9][:n], strict=False))
    gradient, L = backward(forward(**inputs)), sympy.sympify(formula)
    for name in inputs:
        exact = float(sympy.diff(L, name).evalf(40, subs=inputs))
        assert getattr(gradient, name) == pytest.approx(exact, rel=8 * EPS)


def test_published_squared_errors():
    """S2.41, S3.30, S3.36: by hand, in a notebook and by JAX."""
    gradient = squared_error_backward(squared_error_forward(w=1, x=2, b=1, y=7))
    assert (gradient.w, gradient.b) == (-16, -8)
    node = squared_error_forward(w=1.5, x=2, b=0.5, y=1)
    gradient = squared_error_backward(node)
    assert (node.L, gradient.w, gradient.b, gradient.x, gradient.y) == (6.25, 10, 5, 7.5, -5)
    assert gradient.r == gradient.a == gradient.z == 2 * node.r


def test_squared_error_is_zero_where_the_error_is():
    """Erratum E44: not negative, rather than positive."""
    assert squared_error_forward(w=1, x=2, b=1, y=3).L == 0
    assert set(squared_error_backward(squared_error_forward(w=1, x=2, b=1, y=3))) == {0, 1}


def test_neuron_learns_as_published():
    """S0.13: one input, 50 epochs at 0.1."""
    w, b, losses = 0.5, 0.1, []
    for _ in range(50):
        node = neuron_forward(w1=w, x1=2.0, w2=0, x2=0, b=b, y=1.0)
        gradient = neuron_backward(node)
        losses.append(node.L)
        w, b = w - 0.1 * gradient.w1, b - 0.1 * gradient.b
    expected = [0.062370, 0.034850, 0.023375, 0.017324, 0.013652]
    assert losses[::10] == pytest.approx(expected, abs=5e-7)


def test_a_node_used_twice_receives_a_sum_over_paths():
    """Erratum E25: a tree has one path a node; overwriting instead of adding gives 1 or 3."""
    assert diamond_backward(diamond_forward(3)).a == 3 + 3 + 1
    assert diamond_backward(diamond_forward(-0.5)).a == 0


@given(s=st.floats(-700, 700))
def test_sigmoid_in_the_graph_neither_overflows_nor_leaves_zero_to_one(s):
    a = neuron_forward(w1=s, x1=1, w2=0, x2=0, b=0, y=0).a
    assert 0 < a <= 1
    assert a == pytest.approx(1 / (1 + math.exp(-s)), rel=4 * EPS)


def test_saturated_neuron_has_no_slope():
    for s in (-1e308, 1e308):
        node = neuron_forward(w1=s, x1=1, w2=0, x2=0, b=0, y=0.5)
        assert (node.L, neuron_backward(node).w1) == (0.25, 0)


@pytest.mark.parametrize(
    "mistake",
    [
        lambda g: g._replace(w=-g.w),
        lambda g: g._replace(b=2 * g.b),
        lambda g: g._replace(x=g.w, w=g.x),
        lambda g: g._replace(y=-g.y),
        lambda g: g._replace(z=g.z * 1.01),
    ],
)
def test_planted_mistakes_are_seen_by_the_complex_step(mistake):
    inputs = {"w": 1.5, "x": 2.0, "b": 0.5, "y": 1.0}
    true = [run(SquaredError, inputs, name)["L"].imag / 1e-30 for name in SquaredError._fields]
    gradient = squared_error_backward(squared_error_forward(**inputs))
    assert list(gradient) == pytest.approx(true, rel=4 * EPS)
    assert list(mistake(gradient)) != pytest.approx(true, rel=1e-3)


@pytest.mark.parametrize("number", [2, np.float64(2), np.float32(2), np.int8(2), Fraction(2)])
def test_every_kind_of_real_number_becomes_a_float(number):
    node = squared_error_forward(number, number, number, number)
    assert node == squared_error_forward(2.0, 2.0, 2.0, 2.0)
    assert all(type(value) is float for value in node)


BAD = [
    ("2", TypeError, "must be one real number, got '2'"),
    (None, TypeError, "must be one real number"),
    (True, TypeError, "must be one real number"),
    (np.True_, TypeError, "must be one real number"),
    (2j, TypeError, "must be one real number"),
    ([2.0], TypeError, "must be one real number"),
    (np.array([1.0, 2.0]), TypeError, "must be one real number"),
    (math.nan, ValueError, "must be finite, got nan"),
    (math.inf, ValueError, "must be finite"),
    (10**400, ValueError, "must be finite"),
]


@every_graph
@pytest.mark.parametrize(("bad", "error", "message"), BAD)
def test_bad_input_is_refused_by_name(graph, bad, error, message):
    forward, _, n = GRAPHS[graph]
    for i in range(n):
        arguments = [1.0] * n
        arguments[i] = bad
        with pytest.raises(error, match=f"^{graph._fields[i]} {message}"):
            forward(*arguments)


@every_graph
def test_inputs_that_overflow_a_node_are_refused_by_the_node(graph):
    forward, _, n = GRAPHS[graph]
    name = {SquaredError: "z", Neuron: "z1", Diamond: "p"}[graph]
    with pytest.raises(ValueError, match=f"too large: at {name} stands inf"):
        forward(*[1e200] * n)
    with pytest.raises(ValueError, match="too large: at w stands inf"):
        squared_error_backward(squared_error_forward(w=0, x=1e308, b=10, y=0))


@every_graph
@pytest.mark.parametrize("bad", [None, (1.0, 2.0), 3.0, "node", np.ones(8)])
def test_backward_refuses_what_no_forward_pass_made(graph, bad):
    others = [other for other in GRAPHS if other is not graph]
    for node in [bad, *(GRAPHS[other][0](*[1.0] * GRAPHS[other][2]) for other in others)]:
        with pytest.raises(TypeError, match=f"must be a {graph.__name__} of the forward pass"):
            GRAPHS[graph][1](node)


def test_every_public_function_is_tested_here():
    public = {
        n
        for n, v in vars(computational_graph).items()
        if callable(v) and getattr(v, "__module__", "") == computational_graph.__name__
    }
    tested = {g.__name__ for g in GRAPHS} | {f.__name__ for row in GRAPHS.values() for f in row[:2]}
    assert {n for n in public if not n.startswith("_")} == tested
