"""Computational graphs by hand: forward in stages, backward through the same stages.

Each graph is a tuple of its nodes, inputs first. `…_forward` fills it with
values; `…_backward` takes the values and returns the same tuple filled with
∂L/∂node. A node that is used twice receives a sum, a term for each path to L.

Every input is one real number; the rest is a TypeError. NaN, ∞, and numbers
so large that a node overflows, are a ValueError.
"""

# --8<-- [start:imports]
import math
from numbers import Real
from typing import NamedTuple, TypeVar


# --8<-- [end:imports]
# --8<-- [start:SquaredError]
class SquaredError(NamedTuple):
    """L = (w x + b − y)², node by node."""

    w: float
    x: float
    b: float
    y: float
    z: float  # w x
    a: float  # z + b
    r: float  # a − y
    L: float  # r²


# --8<-- [end:SquaredError]
# --8<-- [start:squared_error_forward]
def squared_error_forward(
    w: float, x: float, b: float, y: float
) -> SquaredError:
    """Each node from those before it.

    Examples:
        >>> print(squared_error_forward(w=1.5, x=2, b=0.5, y=1))
        SquaredError(w=1.5, x=2.0, b=0.5, y=1.0, z=3.0, a=3.5, r=2.5, L=6.25)
    """
    w, x, b, y = _numbers(w=w, x=x, b=b, y=y)
    z = w * x
    a = z + b
    r = a - y
    L = r * r
    return _finite(SquaredError(w, x, b, y, z, a, r, L))


# --8<-- [end:squared_error_forward]
# --8<-- [start:squared_error_backward]
def squared_error_backward(node: SquaredError) -> SquaredError:
    """∂L/∂node for each node: the slope behind it times its own slope.

    Examples:
        >>> node = squared_error_forward(w=1.5, x=2, b=0.5, y=1)
        >>> gradient = squared_error_backward(node)
        >>> print(gradient.w, gradient.b)
        10.0 5.0
    """
    _require(node, SquaredError)
    dL = 1.0
    dr = dL * 2 * node.r  # L = r²
    da, dy = dr, -dr  # r = a − y
    dz, db = da, da  # a = z + b
    dw, dx = dz * node.x, dz * node.w  # z = w x
    return _finite(SquaredError(dw, dx, db, dy, dz, da, dr, dL))


# --8<-- [end:squared_error_backward]
# --8<-- [start:Neuron]
class Neuron(NamedTuple):
    """L = (σ(w1 x1 + w2 x2 + b) − y)², node by node."""

    w1: float
    x1: float
    w2: float
    x2: float
    b: float
    y: float
    z1: float  # w1 x1
    z2: float  # w2 x2
    s: float  # z1 + z2 + b
    a: float  # σ(s)
    r: float  # a − y
    L: float  # r²


# --8<-- [end:Neuron]
# --8<-- [start:neuron_forward]
def neuron_forward(
    w1: float, x1: float, w2: float, x2: float, b: float, y: float
) -> Neuron:
    """Each node from those before it.

    Examples:
        >>> node = neuron_forward(w1=0.5, x1=2, w2=-1, x2=1, b=0, y=1)
        >>> print(node.s, node.a, node.L)
        0.0 0.5 0.25
    """
    w1, x1, w2, x2, b, y = _numbers(w1=w1, x1=x1, w2=w2, x2=x2, b=b, y=y)
    z1 = w1 * x1
    z2 = w2 * x2
    s = z1 + z2 + b
    e = math.exp(-abs(s))  # cannot overflow
    a = (1 if s >= 0 else e) / (1 + e)
    r = a - y
    L = r * r
    return _finite(Neuron(w1, x1, w2, x2, b, y, z1, z2, s, a, r, L))


# --8<-- [end:neuron_forward]
# --8<-- [start:neuron_backward]
def neuron_backward(node: Neuron) -> Neuron:
    """∂L/∂node for each node: error × sensitivity × input at the weights.

    Examples:
        >>> node = neuron_forward(w1=0.5, x1=2, w2=-1, x2=1, b=0, y=1)
        >>> gradient = neuron_backward(node)
        >>> print(gradient.w1, gradient.w2, gradient.b)
        -0.5 -0.25 -0.25
    """
    _require(node, Neuron)
    dL = 1.0
    dr = dL * 2 * node.r  # L = r²
    da, dy = dr, -dr  # r = a − y
    ds = da * node.a * (1 - node.a)  # a = σ(s)
    dz1, dz2, db = ds, ds, ds  # s = z1 + z2 + b
    dw1, dx1 = dz1 * node.x1, dz1 * node.w1  # z1 = w1 x1
    dw2, dx2 = dz2 * node.x2, dz2 * node.w2  # z2 = w2 x2
    return _finite(
        Neuron(dw1, dx1, dw2, dx2, db, dy, dz1, dz2, ds, da, dr, dL)
    )


# --8<-- [end:neuron_backward]
# --8<-- [start:Diamond]
class Diamond(NamedTuple):
    """L = a·a + a, node by node: three paths lead from a to L."""

    a: float
    p: float  # a·a
    L: float  # p + a


# --8<-- [end:Diamond]
# --8<-- [start:diamond_forward]
def diamond_forward(a: float) -> Diamond:
    """Each node from those before it.

    Examples:
        >>> print(diamond_forward(3))
        Diamond(a=3.0, p=9.0, L=12.0)
    """
    (a,) = _numbers(a=a)
    p = a * a
    L = p + a
    return _finite(Diamond(a, p, L))


# --8<-- [end:diamond_forward]
# --8<-- [start:diamond_backward]
def diamond_backward(node: Diamond) -> Diamond:
    """∂L/∂node for each node; at a, the sum over the three paths.

    Examples:
        >>> print(diamond_backward(diamond_forward(3)).a)
        7.0
    """
    _require(node, Diamond)
    dL = 1.0
    dp, da = dL, dL  # L = p + a
    da += dp * node.a  # p = a·a, through its first factor
    da += dp * node.a  # … and through its second
    return _finite(Diamond(da, dp, dL))


# --8<-- [end:diamond_backward]
# --8<-- [start:numbers]
def _numbers(**values: float) -> list[float]:
    """The values as finite floats, or an error that names the wrong one."""
    return [_number(name, value) for name, value in values.items()]


def _number(name: str, value: float) -> float:
    """value as a finite float."""
    if not isinstance(value, Real) or isinstance(value, bool):
        raise TypeError(f"{name} must be one real number, got {value!r}")
    try:
        number = float(value)
    except OverflowError:  # an integer above 1e308
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{name} must be finite, got {value}")
    return number


# --8<-- [end:numbers]
# --8<-- [start:nodes]
Graph = TypeVar("Graph", SquaredError, Neuron, Diamond)


def _require(node: object, kind: type[Graph]) -> None:
    """Refuse what no forward pass of this graph made."""
    if not isinstance(node, kind):
        wanted = f"node must be a {kind.__name__} of the forward pass"
        raise TypeError(f"{wanted}, got {node!r}")


def _finite(node: Graph) -> Graph:
    """node, if nothing in it overflowed."""
    for name, number in zip(node._fields, node, strict=True):
        if not math.isfinite(number):
            raise ValueError(
                f"the inputs are too large: at {name} stands {number}"
            )
    return node


# --8<-- [end:nodes]
