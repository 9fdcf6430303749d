"""The derivative, carried along with the value: forward mode by dual numbers.

A dual number a + a′ε, with ε² = 0, is a value and its rate of change, for a
function of it is f(a + a′ε) = f(a) + f′(a)a′ε: one evaluation gives both, to
the last digits, because no step is chosen and nothing cancels. `Dual` does
this for numbers and for arrays.

Derivatives nest: each call of `derivative` or `jvp` has an ε of its own
level, and to an operation on one level a dual number of an older level is a
constant.

At a kink the slope is a convention: |x| has 0 at 0, and at a tie `np.maximum`
and `np.max` follow the last, so that relu′(0) = 0 for relu(x) = np.maximum(x,
0). A program with a branch is differentiated along the branch taken. Wrong
input is a TypeError or a ValueError; nothing given is changed.
"""

# --8<-- [start:imports]
import itertools
import math
import operator
from collections.abc import Callable, Iterable, Iterator
from functools import partial, reduce
from typing import Any

import numpy as np

Function = Callable[..., Any]
Points = Any  # a number, or an array of numbers


# --8<-- [end:imports]
# --8<-- [start:derivative]
def derivative(f: Function, x: Points) -> Points:
    """f′(x), where f acts on one number, or on each number of an array.

    Args:
        f: elementwise function, made of Python's operators and NumPy's
            functions.
        x: point, or points of any shape; integers are converted.

    Returns:
        f′ at each point, in the shape of x.

    Raises:
        TypeError: if x or f(x) is not real numbers, or f uses what has no
            rule here.
        ValueError: if x or f(x) is empty or not finite, or f(x) has another
            shape than x.

    Examples:
        >>> print(derivative(lambda x: x**3, 2.0))
        12.0
        >>> first = lambda x: derivative(np.sin, x)
        >>> print(derivative(first, np.array([0.5, 1.0])))
        [-0.47942554 -0.84147098]
    """
    x = _real("x", x)
    slope = _push_forward(f, x, np.ones(x.shape, x.dtype)[()])
    if slope.shape != x.shape:
        wanted = f"f(x) must have the shape of x, {x.shape}"
        raise ValueError(f"{wanted}, got {slope.shape}: use jvp")
    return slope


# --8<-- [end:derivative]
# --8<-- [start:jvp]
def jvp(f: Function, x: Points, v: Points) -> Points:
    """J v, the derivative of f at x along v: f(x + vε) = f(x) + (J v)ε.

    Args:
        f: function of a number or an array, to a number or an array of any
            shape.
        x: point; integers are converted.
        v: tangent, in the shape of x.

    Returns:
        J v, in the shape of f(x).

    Raises:
        TypeError: if x, v or f(x) is not real numbers, or f uses what has no
            rule here.
        ValueError: if x, v or f(x) is empty or not finite, or v has another
            shape than x.

    Examples:
        >>> f = lambda x: np.array([x[0] * x[1], x[1]])
        >>> print(jvp(f, [2, 3], [1, 0]))
        [3. 0.]
    """
    x = _real("x", x)
    return _push_forward(f, x, _real("v", v, like=x))


def _push_forward(f: Function, x: Points, v: Points) -> Points:
    level = next(_levels)
    y = _real("f(x)", f(Dual(x, v, level)))
    return _tangent(y, level)[()]


_levels = itertools.count(1)


# --8<-- [end:jvp]
# --8<-- [start:Dual]
class Dual:
    """primal + tangent·ε: a value and its rate of change, numbers or arrays.

    It takes Python's operators, indexing and NumPy's functions. Comparisons
    compare primals.

    Examples:
        >>> Dual(2, 1) * Dual(3, 0)
        Dual(6.0, 3.0)
        >>> np.sqrt(Dual(4, 1))
        Dual(2.0, 0.25)
    """

    __slots__ = ("level", "primal", "tangent")
    __hash__ = None  # type: ignore[assignment]  # for == compares numbers

    def __init__(self, primal: Points, tangent: Points, level: Any = None):
        if level is None:  # made by hand: checked, older than every jvp
            primal = _real("primal", primal)
            tangent, level = _real("tangent", tangent, like=primal), 0
        self.primal, self.tangent, self.level = primal, tangent, level

    def __repr__(self) -> str:
        return f"Dual({self.primal}, {self.tangent})"

    def __array_ufunc__(
        self, ufunc: Any, method: str, *args: Any, **options: Any
    ) -> Any:
        function = ufunc if method == "__call__" else getattr(ufunc, method)
        if function in OPERATIONS and "out" not in options:
            return OPERATIONS[function](*args, **options)
        name = f"np.{ufunc.__name__}, {method},"
        raise TypeError(f"no rule for {name} of a Dual {[*options]}")

    def __array_function__(
        self, function: Any, types: Any, args: Any, options: Any
    ) -> Any:
        refused = options.keys() & {"out", "initial", "prepend", "append"}
        if function in OPERATIONS and not refused:
            return OPERATIONS[function](*args, **options)
        name = function.__name__
        raise TypeError(f"no rule for np.{name} of a Dual {[*options]}")

    def __getitem__(self, index: Any) -> "Dual":
        return Dual(self.primal[index], self.tangent[index], self.level)

    def __len__(self) -> int:
        return len(self.primal)

    def __iter__(self) -> Iterator["Dual"]:
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        return bool(self.primal)

    def __float__(self) -> float:
        cure = "write np.sin, not math.sin; join, do not assign"
        raise TypeError(f"a Dual is no float: {cure}")

    def __getattr__(self, name: str) -> Any:
        """x.shape is the primal's, x.sum(axis=0) is np.sum(x, axis=0)."""
        if name in ("shape", "ndim", "size", "dtype"):
            return getattr(self.primal, name)
        if name == "T":
            return np.transpose(self)
        if getattr(np, name, None) in OPERATIONS:
            return partial(OPERATIONS[getattr(np, name)], self)
        raise AttributeError(f"a Dual has no {name}")

    def reshape(self, *shape: Any) -> Any:
        """The same numbers in another shape, a tuple or several numbers."""
        return np.reshape(self, shape[0] if len(shape) == 1 else shape)


# --8<-- [end:Dual]
# --8<-- [start:SLOPES]
def _sech2(x: Points) -> Points:
    """1/cosh² x, from e^−2|x|, which cannot overflow."""
    e = np.exp(-2 * np.abs(x))
    return 4 * e / np.square(1 + e)


# fmt: off
SLOPES: dict[Any, Any] = {  # y = f(a): dy/da
    np.positive:   lambda a, y: 1,
    np.negative:   lambda a, y: -1,
    np.absolute:   lambda a, y: np.sign(a),
    np.square:     lambda a, y: 2 * a,
    np.reciprocal: lambda a, y: -y / a,
    np.sqrt:       lambda a, y: 0.5 / y,
    np.cbrt:       lambda a, y: 1 / (3 * y * y),
    np.exp:        lambda a, y: y,
    np.exp2:       lambda a, y: y * math.log(2),
    np.expm1:      lambda a, y: np.exp(a),
    np.log:        lambda a, y: 1 / a,
    np.log2:       lambda a, y: math.log2(math.e) / a,
    np.log10:      lambda a, y: math.log10(math.e) / a,
    np.log1p:      lambda a, y: 1 / (1 + a),
    np.sin:        lambda a, y: np.cos(a),
    np.cos:        lambda a, y: -np.sin(a),
    np.tan:        lambda a, y: 1 + y * y,
    np.arcsin:     lambda a, y: 1 / np.sqrt((1 - a) * (1 + a)),
    np.arccos:     lambda a, y: -1 / np.sqrt((1 - a) * (1 + a)),
    np.arctan:     lambda a, y: 1 / (1 + a * a),
    np.sinh:       lambda a, y: np.cosh(a),
    np.cosh:       lambda a, y: np.sinh(a),
    np.tanh:       lambda a, y: _sech2(a),
    np.arcsinh:    lambda a, y: 1 / np.hypot(1, a),
    np.arccosh:    lambda a, y: 1 / np.sqrt((a - 1) * (a + 1)),
    np.arctanh:    lambda a, y: 1 / ((1 - a) * (1 + a)),
}
PARTIALS: dict[Any, Any] = {  # y = f(a, b): ∂y/∂a and ∂y/∂b
    np.add:        (lambda a, b, y: 1,
                    lambda a, b, y: 1),
    np.subtract:   (lambda a, b, y: 1,
                    lambda a, b, y: -1),
    np.multiply:   (lambda a, b, y: b,
                    lambda a, b, y: a),
    np.divide:     (lambda a, b, y: 1 / b,
                    lambda a, b, y: -y / b),
    np.remainder:  (lambda a, b, y: 1,
                    lambda a, b, y: -np.floor(a / b)),
    np.power:      (lambda a, b, y: b * a ** (b - (b != 0)),
                    lambda a, b, y: y * np.log(a + (a == 0))),
    np.maximum:    (lambda a, b, y: y > b,
                    lambda a, b, y: y == b),
    np.minimum:    (lambda a, b, y: y < b,
                    lambda a, b, y: y == b),
    np.hypot:      (lambda a, b, y: a / y,
                    lambda a, b, y: b / y),
    np.arctan2:    (lambda a, b, y: b / (a * a + b * b),
                    lambda a, b, y: -a / (a * a + b * b)),
    np.logaddexp:  (lambda a, b, y: np.exp(a - y),
                    lambda a, b, y: np.exp(b - y)),
}
# fmt: on


# --8<-- [end:SLOPES]
# --8<-- [start:OTHERS]
# fmt: off
MULTILINEAR = {  # in the arrays that they take: the product rule
    np.sum, np.mean, np.cumsum, np.diff, np.trace, np.diagonal, np.diag,
    np.tril, np.triu, np.reshape, np.ravel, np.squeeze, np.expand_dims,
    np.broadcast_to, np.repeat, np.tile, np.transpose, np.swapaxes,
    np.moveaxis, np.flip, np.roll, np.take, np.take_along_axis,
    np.concatenate, np.stack, np.hstack, np.vstack, np.column_stack,
    np.atleast_1d, np.copy, np.matmul, np.dot, np.inner, np.outer, np.vdot,
    np.tensordot, np.kron, np.cross, np.convolve, np.einsum,
}
CONSTANT = {  # of slope 0, wherever they have one
    np.sign, np.floor, np.ceil, np.rint, np.trunc, np.floor_divide, np.round,
    np.heaviside, np.less, np.less_equal, np.greater, np.greater_equal,
    np.equal, np.not_equal, np.isclose, np.allclose, np.logical_and,
    np.logical_or, np.logical_not, np.any, np.all, np.isfinite, np.isnan,
    np.isinf, np.argmax, np.argmin, np.argsort, np.nonzero, np.count_nonzero,
    np.shape, np.ndim, np.size, np.zeros_like, np.ones_like,
}
COMPOSED: dict[Any, Any] = {  # of the others
    np.where:       lambda c, a, b:
        _multilinear(lambda ab: np.where(_number(c), *ab), [a, b]),
    np.clip:        lambda a, low=None, high=None: np.minimum(
        np.maximum(a, -math.inf if low is None else low),
        math.inf if high is None else high),
    np.max:         lambda a, axis=None, *, keepdims=False:
        _extreme(np.max, a, axis, keepdims),
    np.min:         lambda a, axis=None, *, keepdims=False:
        _extreme(np.min, a, axis, keepdims),
    np.prod:        lambda a, axis=None: reduce(operator.mul,
        a.ravel() if axis is None else np.moveaxis(a, axis, 0)),
    np.var:         lambda a, axis=None:
        np.mean(np.square(a - np.mean(a, axis, keepdims=True)), axis),
    np.std:         lambda a, axis=None: np.sqrt(np.var(a, axis)),
    np.linalg.norm: lambda a, *, axis=None:
        np.sqrt(np.sum(np.square(a), axis)),
    np.add.reduce:  lambda a, axis=0, *, keepdims=False:
        np.sum(a, axis, keepdims=keepdims),
    np.logaddexp.reduce: lambda a, axis=0, *, keepdims=False:
        _log_sum_exp(a, axis, keepdims),
}
# fmt: on


def _extreme(function: Any, a: Any, axis: Any, keepdims: bool) -> Any:
    """np.max or np.min: the number at the extreme; of equals, the last."""
    number, places = _number(a), np.arange(a.size).reshape(a.shape)
    at = np.where(number == function(number, axis, keepdims=True), places, -1)
    return a.ravel()[np.max(at, axis, keepdims=keepdims)]


def _log_sum_exp(a: Any, axis: Any, keepdims: bool) -> Any:
    """ln Σ eᵃ, from a − max a, which cannot overflow."""
    top = np.max(_number(a), axis, keepdims=True)
    total = np.sum(np.exp(a - top), axis, keepdims=keepdims)
    return np.log(total) + top.reshape(np.shape(total))


# --8<-- [end:OTHERS]
# --8<-- [start:operations]
def _unary(function: Any, slope: Any) -> Function:
    """dy = f′(a) da."""

    def operation(a: Dual) -> Dual:
        y = function(a.primal)
        return Dual(y, slope(a.primal, y) * a.tangent, a.level)

    return operation


def _binary(function: Any, slope_a: Any, slope_b: Any) -> Function:
    """dy = ∂y/∂a da + ∂y/∂b db: to a newer level, the older is constant."""

    def operation(a: Any, b: Any) -> Dual:
        level_a = a.level if type(a) is Dual else -1
        level_b = b.level if type(b) is Dual else -1
        if min(level_a, level_b) < 0 and (_is_loose(a) or _is_loose(b)):
            return operation(_joined(np.asarray(a)), _joined(np.asarray(b)))
        u = a.primal if level_a >= level_b else a
        v = b.primal if level_b >= level_a else b
        y = function(u, v)
        tangent: Any = 0
        if level_a >= level_b:
            tangent = slope_a(u, v, y) * a.tangent
        if level_b >= level_a:
            tangent = tangent + slope_b(u, v, y) * b.tangent
        if tangent.shape != y.shape:  # a Dual (3,) and a constant (2, 3)
            tangent = np.broadcast_to(tangent, y.shape)
        return Dual(y, tangent, max(level_a, level_b))

    return operation


def _multilinear(function: Any, *args: Any, **options: Any) -> Dual:
    """The product rule: each factor in turn is replaced by its tangent."""
    factors = [_joined(a) for a in args]
    level, tangent = _level(factors), 0
    primals = [_primal(a, level) for a in factors]
    for i, a in enumerate(factors):
        if _level((a,)) == level:
            factors = [*primals[:i], _tangent(a, level), *primals[i + 1 :]]
            tangent = tangent + function(*factors, **options)
    return Dual(function(*primals, **options), tangent, level)


def _constant(function: Any) -> Function:
    """A function of numbers."""
    return lambda *args, **options: function(*map(_number, args), **options)


# fmt: off
OPERATORS: dict[str, Any] = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "pow": np.power,
    "truediv": np.divide, "floordiv": np.floor_divide, "mod": np.remainder,
    "matmul": np.matmul, "neg": np.negative, "pos": np.positive,
    "abs": np.absolute, "lt": np.less, "le": np.less_equal, "gt": np.greater,
    "ge": np.greater_equal, "eq": np.equal, "ne": np.not_equal,
}
# fmt: on
FASTER = {f: getattr(operator, name) for name, f in OPERATORS.items()}
OPERATIONS: dict[Any, Any] = {
    **{f: _unary(FASTER.get(f, f), slope) for f, slope in SLOPES.items()},
    **{f: _binary(FASTER.get(f, f), *pair) for f, pair in PARTIALS.items()},
    **{f: partial(_multilinear, f) for f in MULTILINEAR},
    **{f: _constant(f) for f in CONSTANT},
    **COMPOSED,
}
for function, composition in COMPOSED.items():
    composition.__qualname__ = function.__name__  # for messages
for name, ufunc in OPERATORS.items():
    method = OPERATIONS[ufunc]
    setattr(Dual, f"__{name}__", lambda *args, method=method: method(*args))
    setattr(Dual, f"__r{name}__", lambda b, a, method=method: method(a, b))


# --8<-- [end:operations]
# --8<-- [start:level]
def _level(args: Iterable[Any]) -> int:
    """The newest level of a Dual in args, or −1."""
    newest = -1
    for a in args:
        if isinstance(a, Dual):
            newest = max(newest, a.level)
        elif isinstance(a, list | tuple):
            newest = max(newest, _level(a))
    return newest


def _primal(a: Any, level: int) -> Any:
    """The value of a on a level."""
    if isinstance(a, list | tuple):
        return type(a)(_primal(each, level) for each in a)
    return a.primal if isinstance(a, Dual) and a.level == level else a


def _tangent(a: Any, level: int) -> Any:
    """The rate of change of a on a level: 0 for a constant."""
    if isinstance(a, list | tuple):
        return type(a)(_tangent(each, level) for each in a)
    varies = isinstance(a, Dual) and a.level == level
    return a.tangent if varies else np.zeros_like(a)[()]


def _number(a: Any) -> Any:
    """The value of a on no level: what is under every ε."""
    while isinstance(a, Dual):
        a = a.primal
    return a


def _is_loose(a: Any) -> bool:
    """Whether a is still to be made an array of numbers, or a Dual."""
    return type(a) is list or (type(a) is np.ndarray and a.dtype == object)


def _joined(a: Any) -> Any:
    """An array of Duals, as np.array makes it, as one Dual of arrays."""
    if isinstance(a, list | tuple):
        return type(a)(map(_joined, a))
    objects = isinstance(a, np.ndarray) and a.dtype == object
    if not objects or (level := _level(a.flat)) < 0:
        return a
    parts: list[Any] = []
    for part in (_primal, _tangent):
        numbers = _joined(np.array([part(each, level) for each in a.flat]))
        parts.append(numbers.reshape(a.shape))
    return Dual(parts[0], parts[1], level)


# --8<-- [end:level]
# --8<-- [start:real]
def _real(name: str, value: object, like: Points | None = None) -> Points:
    """A copy of value as finite floats; or, inside a derivative, a Dual."""
    array = value if isinstance(value, Dual) else _joined(np.array(value))
    number = _number(array)
    if number.dtype.kind not in "fiu":
        raise TypeError(f"{name} must be real numbers, got {value!r}")
    if number.size == 0:
        raise ValueError(
            f"{name} must not be empty, got shape {number.shape}"
        )
    one = number.ndim == 0
    if not (math.isfinite(number) if one else np.isfinite(number).all()):
        raise ValueError(f"{name} must be finite, got {number}")
    if like is not None and array.shape != like.shape:
        raise ValueError(
            f"{name} must have shape {like.shape}, got {array.shape}"
        )
    return array.astype(float)[()] if number.dtype.kind in "iu" else array[()]


# --8<-- [end:real]
