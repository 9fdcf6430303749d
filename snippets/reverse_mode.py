"""The gradient of a program: reverse mode, on a tape over NumPy arrays.

Run f once on `Variable`s: each operation writes on a `Tape` which of its
arguments vary, and the rule that carries a cotangent back to each. Then walk
the tape from its end: what arrives at the inputs is the gradient, at the
price of about two more runs of f. Nothing recurses, so a tape may be as long
as memory; nothing is left behind, so a second call starts from 0.

The rules are NumPy, so they can be recorded in their turn: grad(grad(f))
works. Each call has a tape of its own, and to it the variables of an older
tape are constants.

At a kink the slope is a convention: |x| has 0 at 0, and at a tie `np.maximum`
and `np.max` follow the last, so that relu′(0) = 0 for relu(x) = np.maximum(x,
0). A program with a branch is differentiated along the branch taken. Wrong
input is a TypeError or a ValueError; nothing given is changed, and what f
takes from outside must not change while f runs.

After Karpathy's micrograd (a graph in a hundred lines) and Johnson's
autodidact (calculus as a table over NumPy): their ideas, none of their code.
"""

# --8<-- [start:imports]
import itertools
import math
import operator
from collections.abc import Callable, Iterator
from functools import partial, reduce
from typing import Any

import numpy as np

Function = Callable[..., Any]
Array = Any  # a number, or an array of numbers
Tree = Any  # an array, or a dict, list or tuple of trees
LOOSE = list, np.ndarray  # what may hold variables


# --8<-- [end:imports]
# --8<-- [start:grad]
def grad(f: Function, argnums: int | tuple[int, ...] = 0) -> Function:
    """The function x ↦ ∇f(x), of an f whose value is one number.

    Args:
        f: function, made of Python's operators and NumPy's functions.
        argnums: the argument of f that varies, or several.

    Returns:
        A function of f's arguments. Its value has the structure, shapes and
        precision of the argument that varies; integers are converted.

    Raises:
        TypeError: if f is not callable, what varies or f(x) is not real
            numbers, or f uses what has no rule here, such as a change in
            place.
        ValueError: if f(x) is not one number, or not finite, or what varies
            is empty.

    Examples:
        >>> print(grad(lambda x: np.sum(x**2))([1, 2]))
        [2. 4.]
        >>> print(grad(grad(lambda x: x**3))(2.0))
        12.0
        >>> f = lambda p: p["w"] * 3 + p["b"]
        >>> print(grad(f)({"w": 2.0, "b": 1.0})["w"])
        3.0
    """
    value_and_gradient = value_and_grad(f, argnums)
    return lambda *args, **options: value_and_gradient(*args, **options)[1]


# --8<-- [end:grad]
# --8<-- [start:value_and_grad]
def value_and_grad(
    f: Function, argnums: int | tuple[int, ...] = 0
) -> Function:
    """The function x ↦ (f(x), ∇f(x)), at the price of ∇f(x); else as `grad`.

    Examples:
        >>> f = value_and_grad(lambda w, x: np.tanh(w @ x))
        >>> print(*f(np.zeros(2), [3, 4]))
        0.0 [3. 4.]
    """
    _check(f, argnums)

    def value_and_gradient(*args: Tree, **options: Any) -> tuple[Array, Tree]:
        x, y = _record(f, argnums, args, options)
        value = y.value
        if value.ndim:
            wanted = "f(x) must be one number"
            raise ValueError(
                f"{wanted}, got shape {y.shape}: see jacobian, vjp"
            )
        return value, _pull_back(x, y, value.dtype.type(1))

    return value_and_gradient


# --8<-- [end:value_and_grad]
# --8<-- [start:vjp]
def vjp(f: Function, x: Tree, u: Array) -> Tree:
    """u J, the gradient of ⟨u, f⟩ at x, without J.

    Args:
        f: function whose value is an array of any shape.
        x: point.
        u: cotangent, in the shape of f(x).

    Returns:
        u J, in the structure and shapes of x.

    Raises:
        TypeError, ValueError: as `grad`, or if u has another shape than f(x).

    Examples:
        >>> f = lambda x: np.array([x[0] * x[1], x[1]])
        >>> print(vjp(f, [2, 3], [1, 0]))
        [3. 2.]
    """
    _check(f, 0)
    x, y = _record(f, 0, (x,), {})
    u = _real("u", u)
    if u.shape != y.shape or not np.isfinite(u).all():
        wanted = f"u must be finite and have the shape of f(x), {y.shape}"
        raise ValueError(f"{wanted}, got {u}")
    return _pull_back(x, y, +u)


# --8<-- [end:vjp]
# --8<-- [start:jacobian]
def jacobian(f: Function, argnums: int = 0) -> Function:
    """The function x ↦ J, J[i, j] = ∂fᵢ/∂xⱼ: a run of f, a walk for each fᵢ.

    Here x is one array; J has the shape of f(x), then that of x. All else as
    `grad`.

    Examples:
        >>> print(jacobian(lambda x: np.array([x[0] * x[1], x[1]]))([2, 3]))
        [[3. 2.]
         [0. 1.]]
    """
    _check(f, argnums)

    def jacobian_at(*args: Array, **options: Any) -> Array:
        x, y = _record(f, argnums, args, options)
        if not isinstance(x, Variable):
            raise TypeError(f"x must be one array, got a {type(x).__name__}")
        basis = np.eye(y.size, dtype=y.dtype).reshape(y.size, *y.shape)
        rows = np.stack([_pull_back(x, y, u) for u in basis])
        return rows.reshape(y.shape + x.shape)[()]

    return jacobian_at


# --8<-- [end:jacobian]
# --8<-- [start:hessian]
def hessian(f: Function, argnums: int = 0) -> Function:
    """The function x ↦ H, H[i, j] = ∂²f/∂xᵢ∂xⱼ: the Jacobian of the gradient.

    Examples:
        >>> print(hessian(lambda x: x[0] ** 2 * x[1])([2, 3]))
        [[6. 4.]
         [4. 0.]]
    """
    return jacobian(grad(f, argnums), argnums)


# --8<-- [end:hessian]
# --8<-- [start:Tape]
class Tape(list[Any]):
    """How each variable was made: edges (argument, its shape, rule, kept).

    A rule that is None hands on the cotangent; a shape that is None is kept.
    """

    clock = itertools.count()

    def __init__(self) -> None:
        self.born = next(self.clock)

    def cotangents(self, index: int, u: Array) -> list[Array]:
        """∂⟨u, y⟩/∂x for each input x; y is the variable at the index."""
        found: list[Array] = [None] * len(self)
        found[index] = u
        for i in range(index, -1, -1):
            g, edges = found[i], self[i]
            if g is None or not edges:
                continue
            found[i] = None  # it has served
            for argument, shape, rule, kept in edges:
                d = g if rule is None else rule(g, *kept)
                if shape is not None and d.shape != shape:
                    d = _unbroadcast(d, shape)
                so_far = found[argument]
                found[argument] = d if so_far is None else so_far + d
        return found


def _unbroadcast(g: Array, shape: tuple[int, ...]) -> Array:
    """g summed over the axes along which this shape was repeated."""
    while g.ndim > len(shape):
        g = np.add.reduce(g)
    if g.shape == shape:
        return g
    repeated = tuple([i for i, n in enumerate(shape) if n == 1])
    return np.add.reduce(g, repeated, keepdims=True)


def _record(f: Function, argnums: Any, args: Any, options: Any) -> Any:
    """Runs f on a new tape: what varies, and f(x), both made of variables."""
    tape, args = Tape(), list(args)

    def varying(x: Array) -> Variable:
        if (
            type(x) is not np.ndarray
            or x.dtype.kind != "f"
            or not x.size * x.ndim
        ):
            x = _real("what varies", x)
        return Variable(x, tape)

    for i in argnums if isinstance(argnums, tuple) else (argnums,):
        if not -len(args) <= i < len(args):
            given = f"f got {len(args)} arguments by position"
            raise TypeError(f"argnums is {argnums}, but {given}")
        args[i] = _map(varying, args[i])
    y = f(*args, **options)
    y = y if type(y) is Variable else _real("f(x)", y)
    value = _value(y)
    if value.dtype.kind == "c":
        raise TypeError(f"f(x) must be real numbers, got {value}")
    if not (np.isfinite(value).all() if value.ndim else math.isfinite(value)):
        raise ValueError(f"f(x) must be finite, got {value}")
    if not (isinstance(y, Variable) and y.tape is tape):
        y = Variable(y, tape)  # a constant
    if isinstance(argnums, tuple):
        return tuple([args[i] for i in argnums]), y
    return args[argnums], y


def _pull_back(x: Tree, y: "Variable", u: Array) -> Tree:
    """u J, in the structure and precision of x; no two share memory."""
    found, given = y.tape.cotangents(y.index, u), {id(u)}

    def gradient(x: Variable) -> Array:
        g = found[x.index]
        if g is None:
            return np.zeros(x.shape, x.dtype)[()]
        if type(g) is Variable:
            return g
        shared = g.base is not None or id(g) in given
        given.add(id(g))
        same = g.dtype is x.value.dtype and not shared
        return g if same else g.astype(x.dtype)

    return _map(gradient, x)


# --8<-- [end:Tape]
# --8<-- [start:RULES]
def _left(g: Array, a: Array, b: Array) -> Array:
    """The cotangent of a in a @ b: of matrices, g bᵀ."""
    if a.ndim == b.ndim == 2:
        return g.dot(b.T)
    if b.ndim == 1:
        return g[..., None] * b
    return g @ b.mT if a.ndim > 1 else (b @ g[..., None])[..., 0]


def _right(g: Array, a: Array, b: Array) -> Array:
    """The cotangent of b in a @ b: of matrices, aᵀ g."""
    if a.ndim == b.ndim == 2:
        return a.T.dot(g)
    if a.ndim == 1:
        return g * a if b.ndim == 1 else a[:, None] * g[..., None, :]
    return a.mT @ g if b.ndim > 1 else (a.mT @ g[..., None])[..., 0]


def _same(g: Array) -> Array:
    """The cotangent as it is: no rule is called for it."""
    return g


# For y = f(a) and y = f(a, b): from g, the cotangent of y, those of a and b.
# What else a rule names, of a, b and y in a row, the tape keeps, and no more.
# fmt: off
RULES: dict[Any, tuple[Any, ...]] = {
    np.positive:   (_same,),
    np.negative:   (lambda g: -g,),
    np.absolute:   (lambda g, a: g * np.sign(a),),
    np.square:     (lambda g, a: g * (a + a),),
    np.reciprocal: (lambda g, y: -g * y * y,),
    np.sqrt:       (lambda g, y: g / (2 * y),),
    np.cbrt:       (lambda g, y: g / (3 * y * y),),

    np.exp:        (lambda g, y: g * y,),
    np.exp2:       (lambda g, y: g * y * math.log(2),),
    np.expm1:      (lambda g, a: g * np.exp(a),),
    np.log:        (lambda g, a: g / a,),
    np.log2:       (lambda g, a: g / (a * math.log(2)),),
    np.log10:      (lambda g, a: g / (a * math.log(10)),),
    np.log1p:      (lambda g, a: g / (1 + a),),

    np.sin:        (lambda g, a: g * np.cos(a),),
    np.cos:        (lambda g, a: -g * np.sin(a),),
    np.tan:        (lambda g, y: g * (1 + y * y),),
    np.arcsin:     (lambda g, a: g / np.sqrt((1 - a) * (1 + a)),),
    np.arccos:     (lambda g, a: -g / np.sqrt((1 - a) * (1 + a)),),
    np.arctan:     (lambda g, a: g / (1 + a * a),),

    np.sinh:       (lambda g, a: g * np.cosh(a),),
    np.cosh:       (lambda g, a: g * np.sinh(a),),
    np.tanh:       (lambda g, y: g - g * y * y,),
    np.arcsinh:    (lambda g, a: g / np.hypot(1, a),),
    np.arccosh:    (lambda g, a: g / np.sqrt((a - 1) * (a + 1)),),
    np.arctanh:    (lambda g, a: g / ((1 - a) * (1 + a)),),

    np.add:        (_same, _same),
    np.subtract:   (_same,
                    lambda g: -g),
    np.multiply:   (lambda g, b: g * b,
                    lambda g, a: g * a),
    np.divide:     (lambda g, b: g / b,
                    lambda g, b, y: -g * y / b),
    np.remainder:  (_same,
                    lambda g, a, b: -g * np.floor(a / b)),
    np.power:      (lambda g, a, b: g * (b * a ** (b - (b != 0))),
                    lambda g, a, b, y: g * (y * np.log(a + (a == 0)))),
    np.maximum:    (lambda g, b, y: g * (y > b),
                    lambda g, b, y: g * (y == b)),
    np.minimum:    (lambda g, b, y: g * (y < b),
                    lambda g, b, y: g * (y == b)),
    np.hypot:      (lambda g, a, b, y: g * a / y,
                    lambda g, b, y: g * b / y),
    np.arctan2:    (lambda g, a, b: g * b / (a * a + b * b),
                    lambda g, a, b: -g * a / (a * a + b * b)),
    np.logaddexp:  (lambda g, a, b, y: g * np.exp(a - y),
                    lambda g, b, y: g * np.exp(b - y)),
    np.matmul:     (_left, _right),
}
# fmt: on


# --8<-- [end:RULES]
# --8<-- [start:Variable]
class Variable:
    """An array, and its place on a tape, where it writes how it was made.

    It takes Python's operators, indexing and NumPy's functions; comparisons
    compare values.
    """

    __slots__ = ("index", "tape", "value")
    __hash__ = None  # type: ignore[assignment]  # for == compares values

    def __init__(self, value: Array, tape: Tape, edges: Any = ()) -> None:
        self.value, self.tape, self.index = value, tape, len(tape)
        tape.append(edges)

    def __repr__(self) -> str:
        return f"Variable({self.value})"

    def __array_ufunc__(
        self, ufunc: Any, method: str, *args: Any, **options: Any
    ) -> Any:
        function = ufunc if method == "__call__" else getattr(ufunc, method)
        operation = OPERATIONS.get(function)
        if operation and not options:
            return operation(*args)
        if operation and "out" not in options:
            return operation(*args, **options)
        name = f"np.{ufunc.__name__}, {method},"
        raise TypeError(f"no rule for {name} of a Variable {[*options]}")

    def __array_function__(
        self, function: Any, types: Any, args: Any, options: Any
    ) -> Any:
        operation = OPERATIONS.get(function)
        if operation and "out" not in options:
            return operation(*args, **options)
        name = function.__name__
        raise TypeError(f"no rule for np.{name} of a Variable {[*options]}")

    def __getattr__(self, name: str) -> Any:
        """x.shape is the value's, x.sum(axis=0) is np.sum(x, axis=0)."""
        if name in ("shape", "ndim", "size", "dtype"):
            return getattr(self.value, name)
        if name in ("T", "mT"):
            return self.transpose() if name == "T" else self.swapaxes(-1, -2)
        if getattr(np, name, None) in OPERATIONS:
            return partial(OPERATIONS[getattr(np, name)], self)
        raise AttributeError(f"a Variable has no {name}")

    def reshape(self, *shape: Any) -> Any:
        """The same numbers in another shape, a tuple or several numbers."""
        return np.reshape(self, shape[0] if len(shape) == 1 else shape)

    def __getitem__(self, index: Any) -> Any:
        return OPERATIONS[operator.getitem](self, index)

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Iterator["Variable"]:
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        return bool(self.value)

    def __float__(self) -> float:
        cure = "write np.sin, not math.sin; join, do not assign"
        raise TypeError(f"a Variable is no float: {cure}")


def _unary(function: Any, rule: Any) -> Function:
    """The function, of a variable."""
    of_a, of_y = (name in rule.__code__.co_varnames for name in "ay")

    def operation(a: Variable) -> Variable:
        u = a.value
        y = function(u)
        kept = (u,) if of_a else (y,) if of_y else ()
        return Variable(y, a.tape, ((a.index, None, rule, kept),))

    return operation


def _binary(function: Any, rule_a: Any, rule_b: Any) -> Any:
    """(a, b) ↦ function(a, b), one or both variables; (b, a) ↦ the same."""
    keep_a, keep_b = _named(rule_a), _named(rule_b)
    rule_a = None if rule_a is _same else rule_a
    rule_b = None if rule_b is _same else rule_b

    def operation(a: Any, b: Any) -> Any:
        if type(a) is not Variable:
            return reflected(b, a)
        u = a.value
        if type(b) is Variable:
            if a.tape is b.tape:
                v = b.value
                uvy = u, v, function(u, v)
                kept_a = uvy[keep_a] if keep_a else ()
                kept_b = uvy[keep_b] if keep_b else ()
                edge_a = a.index, u.shape, rule_a, kept_a
                edge_b = b.index, v.shape, rule_b, kept_b
                return Variable(uvy[2], a.tape, (edge_a, edge_b))
            if a.tape.born < b.tape.born:  # to the younger tape, a is fixed
                return reflected(b, a)
        elif type(b) in LOOSE and _is_loose(b):
            return operation(a, _joined(b))
        y = function(u, b)
        kept_a = (u, b, y)[keep_a] if keep_a else ()
        edge_a = a.index, u.shape, rule_a, kept_a
        return Variable(y, a.tape, (edge_a,))

    def reflected(b: Variable, a: Any) -> Any:
        if type(a) in LOOSE and _is_loose(a):
            return operation(_joined(a), b)
        v = b.value
        y = function(a, v)
        kept_b = (a, v, y)[keep_b] if keep_b else ()
        edge_b = b.index, v.shape, rule_b, kept_b
        return Variable(y, b.tape, (edge_b,))

    return operation, reflected


def _named(rule: Any) -> slice | None:
    """The part of (a, b, y) that the rule names after g."""
    names = "".join(rule.__code__.co_varnames[1 : rule.__code__.co_argcount])
    start = "aby".index(names)
    return slice(start, start + len(names)) if names else None


# --8<-- [end:Variable]
# --8<-- [start:ADJOINTS]
def _put(a: Array, index: Any, shape: tuple[int, ...]) -> Array:
    """Zeros of a shape, with a added at the index."""
    if isinstance(a, Variable):
        return OPERATIONS[_put](a, index, shape)
    zeros = np.zeros(shape, a.dtype)
    for part in index if type(index) is tuple else (index,):
        if type(part) in (np.ndarray, list):  # which may name a place twice
            np.add.at(zeros, index, a)
            return zeros
    zeros[index] = a
    return zeros


def _mask(a: Array, condition: Array) -> Array:
    """a where the condition holds, else 0."""
    if isinstance(a, Variable):
        return OPERATIONS[_mask](a, condition)
    return np.where(condition, a, 0)


def _spread(g: Array, of: Any, axis: Any, keepdims: bool) -> Array:
    """The cotangent of a sum, for each of its terms."""
    g = g if keepdims or axis is None else np.expand_dims(g, axis)
    return g + np.zeros(of, g.dtype)


# For y = L a, L linear: from g, a's shape and the options of L, it is Lᵀ g.
# fmt: off
ADJOINTS: dict[Any, Any] = {
    np.sum:           lambda g, of, axis=None, keepdims=False:
        _spread(g, of, axis, keepdims),
    np.mean:          lambda g, of, axis=None, keepdims=False:
        _spread(g / (math.prod(of) / g.size), of, axis, keepdims),
    np.cumsum:        lambda g, of, axis=None:
        np.flip(np.cumsum(np.flip(g, axis), axis), axis).reshape(of),
    np.transpose:     lambda g, of, axes=None:
        np.transpose(g, None if axes is None else np.argsort(axes)),
    np.reshape:       lambda g, of, shape: g.reshape(of),
    np.broadcast_to:  lambda g, of, shape: g,
    operator.getitem: lambda g, of, index: _put(g, index, of),
    _put:             lambda g, of, index, shape: g[index],
    _mask:            lambda g, of, condition: _mask(g, condition),
}
# What picks, moves or repeats numbers is an index: what it does to places.
CHOICES = [
    np.ravel, np.squeeze, np.expand_dims, np.swapaxes, np.moveaxis, np.flip,
    np.roll, np.repeat, np.tile, np.take, np.take_along_axis, np.diagonal,
    np.atleast_1d, np.atleast_2d, np.copy,
]
JOINS = [np.concatenate, np.stack, np.hstack, np.vstack, np.column_stack]
CONSTANT = [  # of slope 0, wherever they have one
    np.sign, np.floor, np.ceil, np.rint, np.trunc, np.floor_divide, np.round,
    np.heaviside, np.less, np.less_equal, np.greater, np.greater_equal,
    np.equal, np.not_equal, np.isclose, np.allclose, np.logical_and,
    np.logical_or, np.logical_not, np.any, np.all, np.isfinite, np.isnan,
    np.isinf, np.argmax, np.argmin, np.argsort, np.nonzero, np.count_nonzero,
    np.shape, np.ndim, np.size, np.zeros_like, np.ones_like,
]
COMPOSED: dict[Any, Any] = {  # of the others
    np.power:       lambda a, b: OPERATIONS[np.square](a)
        if type(b) is int and b == 2 else BINARY[np.power][0](a, b),
    np.where:       lambda c, a, b:
        _mask(a, _value(c)) + _mask(b, np.logical_not(c)),
    np.clip:        lambda a, low=None, high=None: np.minimum(
        np.maximum(a, -math.inf if low is None else low),
        math.inf if high is None else high),
    np.dot:         lambda a, b: _dot(a, b),
    np.outer:       lambda a, b: np.ravel(a)[:, None] * np.ravel(b),
    np.max:         lambda a, axis=None, *, keepdims=False:
        _extreme(np.max, a, axis, keepdims),
    np.min:         lambda a, axis=None, *, keepdims=False:
        _extreme(np.min, a, axis, keepdims),
    np.prod:        lambda a, axis=None: reduce(operator.mul,
        np.ravel(a) if axis is None else np.moveaxis(a, axis, 0)),
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


def _linear(function: Any, adjoint: Any) -> Function:
    """A linear function, of a variable and options."""

    def operation(a: Variable, *options: Any, **named: Any) -> Variable:
        u = a.value
        y = function(u, *options, **named)
        rule = partial(adjoint, **named) if named else adjoint
        edge = a.index, u.shape, rule, (u.shape, *options)
        return Variable(y, a.tape, (edge,))

    return operation


def _choice(function: Any, a: Variable, *options: Any, **named: Any) -> Any:
    """A choice from the numbers of a variable."""
    places = np.arange(a.size).reshape(a.shape)
    return a.reshape(-1)[function(places, *options, **named)]


def _join(function: Any, arrays: Any, *options: Any, **named: Any) -> Any:
    """A choice from the numbers of several arrays, which are put in a row."""
    arrays, places, end = [_joined(a) for a in arrays], [], 0
    for a in arrays:
        places.append(np.arange(end, end := end + a.size).reshape(a.shape))
    row = sum(map(_put, arrays, places, [(end,)] * len(arrays)))
    return row[function(places, *options, **named)]


def _constant(function: Any) -> Function:
    """The function, of values."""
    return lambda *args, **options: function(*map(_value, args), **options)


def _dot(a: Any, b: Any) -> Any:
    if np.ndim(b) > 2:
        given = f"{np.ndim(a)} and {np.ndim(b)}"
        raise TypeError(f"np.dot is @ up to two axes, got {given}: use @")
    return a @ b if np.ndim(a) and np.ndim(b) else a * b


def _extreme(function: Any, a: Variable, axis: Any, keepdims: bool) -> Any:
    """np.max or np.min: the number at the extreme; of equals, the last."""
    value, places = _value(a), np.arange(a.size).reshape(a.shape)
    at = np.where(value == function(value, axis, keepdims=True), places, -1)
    return a.reshape(-1)[np.max(at, axis, keepdims=keepdims)]


def _log_sum_exp(a: Variable, axis: Any, keepdims: bool) -> Variable:
    """ln Σ eᵃ, from a − max a, which cannot overflow; its slope: softmax."""
    u, top = a.value, np.maximum.reduce(_value(a), axis, keepdims=True)
    e = np.exp(u - top)
    total = np.add.reduce(e, axis, keepdims=True)
    y = np.log(total) + top
    edge = (
        a.index,
        u.shape,
        lambda g, e, s: g.reshape(s.shape) / s * e,
        (e, total),
    )
    return Variable(y if keepdims else np.squeeze(y, axis), a.tape, (edge,))


# --8<-- [end:ADJOINTS]
# --8<-- [start:OPERATIONS]
# fmt: off
OPERATORS: dict[str, Any] = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "pow": np.power,
    "truediv": np.divide, "floordiv": np.floor_divide, "mod": np.remainder,
    "matmul": np.matmul, "neg": np.negative, "pos": np.positive,
    "abs": np.absolute, "lt": np.less, "le": np.less_equal, "gt": np.greater,
    "ge": np.greater_equal, "eq": np.equal, "ne": np.not_equal,
}
FASTER: dict[Any, Any] = {  # the same, in half the time for what is small
    **{ufunc: getattr(operator, name) for name, ufunc in OPERATORS.items()},
    np.matmul: lambda a, b: a.dot(b) if a.ndim == b.ndim == 2 else a @ b,
    np.sum:    lambda a, axis=None, *, keepdims=False:
        np.add.reduce(a, axis, keepdims=keepdims),
    np.mean:   lambda a, axis=None, *, keepdims=False:
        (s := np.add.reduce(a, axis, keepdims=keepdims)) / (a.size / s.size),
}
BINARY: dict[Any, Any] = {
    f: _binary(FASTER.get(f, f), *r) for f, r in RULES.items() if len(r) == 2
}
OPERATIONS: dict[Any, Any] = {
    **{f: _unary(FASTER.get(f, f), *r)
       for f, r in RULES.items() if len(r) == 1},
    **{f: operation for f, (operation, _) in BINARY.items()},
    **{f: _linear(FASTER.get(f, f), rule) for f, rule in ADJOINTS.items()},
    **{f: partial(_choice, f) for f in CHOICES},
    **{f: partial(_join, f) for f in JOINS},
    **{f: _constant(f) for f in CONSTANT},
    **COMPOSED,
}
# fmt: on
named = {**COMPOSED, np.sum: FASTER[np.sum], np.mean: FASTER[np.mean]}
for function, composition in named.items():
    composition.__qualname__ = function.__name__  # for messages
for name, ufunc in OPERATORS.items():
    both = OPERATIONS[ufunc], lambda b, a, f=OPERATIONS[ufunc]: f(a, b)
    setattr(Variable, f"__{name}__", both[0])
    setattr(Variable, f"__r{name}__", BINARY.get(ufunc, both)[1])


# --8<-- [end:OPERATIONS]
# --8<-- [start:trees]
def _map(f: Function, tree: Tree) -> Tree:
    """The tree with f(leaf) for each leaf; a list of numbers is a leaf."""
    if type(tree) is not tuple:
        if isinstance(tree, dict):
            return {key: _map(f, each) for key, each in tree.items()}
        if not isinstance(tree, tuple | list) or _is_array(tree):
            return f(tree)
    leaf = np.ndarray, Variable
    trees = [f(t) if type(t) in leaf else _map(f, t) for t in tree]
    make = (
        tuple if type(tree) is tuple else getattr(tree, "_make", type(tree))
    )
    return make(trees)


def _is_array(tree: Any) -> bool:
    if isinstance(tree, list):
        return all(map(_is_array, tree))
    number = isinstance(tree, Variable) and tree.ndim == 0
    return number or isinstance(tree, int | float)


def _real(name: str, value: Any) -> Any:
    """The value: a variable, or an array of floats."""
    a = _joined(value)
    if isinstance(a, Variable):
        return a
    if a.dtype.kind not in "fiu":
        raise TypeError(f"{name} must be real numbers, got {value!r}")
    if a.size == 0:
        raise ValueError(f"{name} must not be empty, got shape {a.shape}")
    a = a if a.dtype.kind == "f" else a.astype(float)
    return a if a.ndim else a[()]


def _is_loose(a: Any) -> bool:
    """Whether it is still to be made an array of numbers, or a variable."""
    return type(a) is list or a.dtype.kind == "O"


def _joined(value: Any) -> Any:
    """The value as an array; an array of variables as one variable."""
    if isinstance(value, Variable):
        return value
    a = np.asarray(value)
    if a.dtype.kind != "O":
        return a
    if not any(isinstance(each, Variable) for each in a.flat):
        raise TypeError(f"real numbers are wanted, got {value!r}")
    return np.stack(list(a.flat)).reshape(a.shape)


def _value(a: Any) -> Any:
    """What is under every tape."""
    while isinstance(a, Variable):
        a = a.value
    return a


def _check(f: Any, argnums: Any) -> None:
    if not callable(f):
        raise TypeError(f"f must be a function, got {f!r}")
    numbers = argnums if isinstance(argnums, tuple) else [argnums]
    if not all(isinstance(i, int) for i in numbers):
        got = f"got {argnums!r}; the call is grad(f)(x)"
        raise TypeError(f"argnums must be integers, {got}")


# --8<-- [end:trees]
