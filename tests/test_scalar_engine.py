"""The scalar engine against closed forms, the tape, PyTorch, and the engine it corrects."""

import math
import time
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippets import scalar_engine
from snippets.reverse_mode import grad, value_and_grad
from snippets.scalar_engine import Value
from tests.framework import framework


class Broken:
    """The engine of the article (errata E30 to E34), after micrograd: what must be caught."""

    def __init__(self, data, children=()):
        self.data, self.grad, self._prev, self._backward = data, 0.0, set(children), lambda: None

    def __add__(self, other):
        other = other if isinstance(other, Broken) else Broken(other)
        out = Broken(self.data + other.data, (self, other))

        def backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Broken) else Broken(other)
        out = Broken(self.data * other.data, (self, other))

        def backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = backward
        return out

    def __pow__(self, power):
        out = Broken(self.data**power, (self,))

        def backward():
            self.grad += power * self.data ** (power - 1) * out.grad

        out._backward = backward
        return out

    def tanh(self):
        e = np.exp(2 * self.data)
        return Broken((e - 1) / (e + 1), (self,))

    def backward(self):
        order, visited = [], set()

        def build(v):
            if v not in visited:
                visited.add(v)
                for child in v._prev:
                    build(child)
                order.append(v)

        build(self)
        self.grad = 1.0
        for v in reversed(order):
            v._backward()


def slopes(f, *data):
    """∂f/∂x for each x, by the engine."""
    inputs = [Value(x) for x in data]
    f(*inputs).backward()
    return [x.grad for x in inputs]


UNARY = {
    "exp": (lambda v: v.exp(), np.exp),
    "log": (lambda v: v.log(), np.log),
    "tanh": (lambda v: v.tanh(), np.tanh),
    "relu": (lambda v: v.relu(), lambda x: np.maximum(x, 0)),
    "negative": (lambda v: -v, np.negative),
    "cube": (lambda v: v**3, lambda x: x**3),
    "power of two": (lambda v: 2**v, lambda x: 2**x),
    "reciprocal": (lambda v: 1 / v, lambda x: 1 / x),
    "x to the x": (lambda v: v**v, lambda x: x**x),
    "arithmetic": (lambda v: (3 - v) * (v - 5) / (2 + v) + 7 * v - v / 4, None),
}


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("x", [0.3, 1.0, 2.7])
def test_slope_is_that_of_the_tape(name, x):
    engine, numpy = UNARY[name]
    value, slope = value_and_grad(numpy or engine)(x)
    assert engine(Value(x)).data == pytest.approx(value, rel=1e-15)
    assert slopes(engine, x) == pytest.approx([slope], rel=1e-14)  # a few roundings


@given(st.lists(st.floats(-2, 2), min_size=4, max_size=4), st.integers(0, 10**6))
def test_random_graph_has_the_gradient_of_the_tape(data, seed):
    def f(x):
        rng = np.random.default_rng(seed)
        made = [x[0], x[1], x[2], x[3]]
        for _ in range(15):
            a, b = (made[i] for i in rng.integers(0, len(made), 2))
            choices = [a + b, a - b, 0.3 * a * b, a / (1 + b * b), (0.1 * a) ** 3, 1 - a, 2 * b]
            made.append(choices[rng.integers(7)])
        return made[-1] + made[-2]

    truth = grad(f)(np.array(data))
    ours = slopes(lambda *x: f(x), *data)
    assert ours == pytest.approx(truth.tolist(), rel=1e-9, abs=1e-12)  # sums in another order


def test_neuron_is_what_pytorch_says():
    torch = framework("torch")

    def neuron(w, x, b):
        z = w * x + b
        return (z * z + 2).tanh() / (1 + (-z).exp()) - z**3 + 2**w

    inputs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in (0.5, -0.3, 0.1)]
    neuron(*inputs).backward()
    assert slopes(neuron, 0.5, -0.3, 0.1) == pytest.approx([x.grad.item() for x in inputs])


def test_every_operator_is_reflected():
    """Erratum E30."""
    a = Value(2)
    made = [1 + a, 2 * a, 1 - a, 1 / a, 2**a, sum([a, a]), np.float64(2) * a, np.float32(2) - a]
    assert [v.data for v in made] == [3, 4, -1, 0.5, 4, 4, 4, 0]
    assert [v.data for v in np.array([1.0, 2.0]) * a] == [2, 4]
    for broken in (
        lambda b: 1 + b,
        lambda b: 2 * b,
        lambda b: 1 - b,
        lambda b: 1 / b,
        lambda b: sum([b]),
    ):
        with pytest.raises(TypeError):
            broken(Broken(2.0))


def test_tanh_does_not_overflow():
    """Erratum E31."""
    assert [Value(x).tanh().data for x in (355.0, -355.0, 1e300)] == [1, -1, 1]
    assert slopes(Value.tanh, 1e300) == [0]
    with pytest.warns(RuntimeWarning):
        assert math.isnan(Broken(np.float64(355.0)).tanh().data)


def test_long_chains_work_and_are_freed():
    """Erratum E32: no recursion, neither in the walk nor when the graph is freed."""
    x = y = Value(1.0)
    for _ in range(100_000):
        y = y + x
    y.backward()
    assert x.grad == 100_001
    y.zero_grad()
    assert x.grad == 0
    del y
    b = Broken(1.0)
    for _ in range(5_000):
        b = b + 1.0
    with pytest.raises(RecursionError):
        b.backward()


def test_second_backward_accumulates_and_no_more():
    """Erratum E33: 0.4 once, 0.8 twice; the broken engine says 1.6 or worse."""

    def loss(kind):
        w = [kind(0.5), kind(-0.3)]
        z = w[0] * 2.0 + w[1] * 3.0
        return w, z, z * z

    w, z, y = loss(Value)
    y.backward()
    assert ([v.grad for v in w], z.grad) == (pytest.approx([0.4, 0.6]), pytest.approx(0.2))
    y.backward()
    assert ([v.grad for v in w], z.grad) == (pytest.approx([0.8, 1.2]), pytest.approx(0.2))
    y.zero_grad()
    assert [v.grad for v in (*w, z, y)] == [0] * 4
    y.backward()
    assert [v.grad for v in w] == pytest.approx([0.4, 0.6])

    w, _, y = loss(Broken)
    y.backward()
    assert w[0].grad == pytest.approx(0.4)
    y.backward()
    assert w[0].grad != pytest.approx(0.8)


def test_leaf_accumulates_over_losses_that_share_a_value():
    x = Value(3.0)
    square = x * x
    (square + 1).backward()
    (2 * square).backward()
    assert x.grad == 6 + 12
    x.zero_grad()
    assert x.grad == 0
    x.backward()
    x.backward()
    assert x.grad == 2  # ∂x/∂x, twice


def test_powers_at_the_edge():
    """Erratum E34."""
    assert slopes(lambda x: x**0, 0.0) == [0]
    assert slopes(lambda x: x**1, 0) == [1]
    assert slopes(lambda x: x**2, -3) == [-6]
    assert slopes(lambda x: x**-1, 2) == [-0.25]  # integer data
    assert slopes(lambda x, n: x**n, 2.0, 3.0) == pytest.approx([12, 8 * math.log(2)])
    assert slopes(lambda x, n: x**n, 0.0, 2.0) == [0, 0]
    b = Broken(0.0)
    with pytest.raises(ZeroDivisionError):
        (b**0).backward()
    with pytest.raises(TypeError):
        b ** Broken(2.0)
    assert isinstance((Broken(-8.0) ** (1 / 3)).data, complex)


def test_value_used_twice_collects_both_paths():
    """Erratum E25."""
    assert slopes(lambda a: a + a, 3.0) == [2]
    assert slopes(lambda a: a * a, 3.0) == [6]
    assert slopes(lambda a: (a * a) * (a * a) + a * a, 3.0) == [4 * 27 + 6]


def test_it_learns_xor():
    rng = np.random.default_rng(1)
    W = [[Value(w) for w in rng.normal(size=3)] for _ in range(4)]
    v = [Value(w) for w in rng.normal(size=5)]
    parameters = [p for row in [*W, v] for p in row]

    def network(x, y):
        hidden = [(w[0] * x + w[1] * y + w[2]).tanh() for w in W]
        return sum((a * h for a, h in zip(v[1:], hidden, strict=True)), v[0])

    data = {(0, 0): 0, (0, 1): 1, (1, 0): 1, (1, 1): 0}
    for _ in range(300):
        loss = sum((network(*x) - t) ** 2 for x, t in data.items())
        loss.zero_grad()
        loss.backward()
        for p in parameters:
            p.data -= 0.1 * p.grad
    assert [round(network(*x).data) for x in data] == list(data.values())


@pytest.mark.parametrize("data", [3, np.int64(3), np.float32(3), Fraction(3), 3.0, np.float64(3)])
def test_every_real_number_is_converted(data):
    assert type(Value(data).data) is float
    assert repr(Value(data)) == "Value(3.0)"
    assert (Value(1) / data).data == 1 / 3


@pytest.mark.parametrize(
    "data", ["1", None, True, 1j, [1.0], np.ones(2), np.array(1.0), Value(1), len]
)
def test_what_is_not_a_real_number_is_refused(data):
    with pytest.raises(TypeError, match="a Value is one real number, got"):
        Value(data)
    if not isinstance(data, Value | np.ndarray):
        for operation in (lambda v: v + data, lambda v: data * v, lambda v: v**data):
            with pytest.raises(TypeError):
                operation(Value(1.0))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Value(1) / 0, r"Value\(1.0\) / Value\(0.0\): no number is divided by 0"),
        (lambda: 1 / Value(0), "no number is divided by 0"),
        (lambda: Value(0) ** -1, r"0.0 \*\* -1.0 is not real, or its slope is not finite"),
        (lambda: Value(0) ** 0.5, "its slope is not finite"),
        (lambda: Value(-8) ** (1 / 3), "is not real"),
        (lambda: Value(-2) ** Value(3), r"-2.0 \*\* 3.0 has no slope in its exponent"),
        (lambda: Value(0) ** Value(0), "no slope in its exponent"),
        (lambda: Value(0).log(), r"log wants a number above 0, got Value\(0.0\)"),
        (lambda: Value(-1).log(), "log wants a number above 0"),
        (lambda: Value(math.nan).log(), "log wants a number above 0"),
        (
            lambda: (Value(1) * math.nan).backward(),
            r"backward wants a finite number, got Value\(nan\)",
        ),
        (lambda: (Value(1) * math.inf).backward(), "backward wants a finite number"),
    ],
)
def test_what_has_no_value_or_no_slope_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_overflow_is_pythons():
    for make in (lambda: Value(1000).exp(), lambda: Value(1e200) ** 2):
        with pytest.raises(OverflowError):
            make()


def test_relu_at_the_kink_has_slope_zero():
    assert slopes(Value.relu, 0.0) == [0]
    assert [Value(x).relu().data for x in (-1.0, 0.0, 2.0)] == [0, 0, 2]


def test_time_grows_as_the_graph():
    """A graph of diamonds has 2ⁿ paths: each value is walked once."""
    y = x = Value(1.0)
    for _ in range(60):
        y = (y + y) * 0.5
    start = time.perf_counter()
    y.backward()
    assert time.perf_counter() - start < 1  # 2⁶⁰ paths would take for ever
    assert x.grad == 1


def test_it_needs_python_alone():
    assert "numpy" not in vars(scalar_engine)
    assert "np" not in vars(scalar_engine)
