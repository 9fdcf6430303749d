r"""Meaning: a tree into SymPy, given what the section says of its names.

`Meaning.of` looks its rule up in RULES by the kind of tree. Derivatives are in
`derivation`, functions and calls in `function`, lists with dots in `dotted`.
Sums are unrolled; a matrix is its entries.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property
from typing import Any

import sympy
from sympy import I, Integer, Rational, Symbol

from claims.formula import matrix, tree
from claims.formula.matrix import Matrix, Scaled, Value
from claims.formula.refusal import Refusal
from claims.formula.scope import Definition, Scope, key, places
from claims.formula.shape import Shape
from claims.formula.tree import Name, Tree
from claims.formula.vocabulary import INDEX_LETTERS

Expr = Any
Address = tuple[str, tuple[int, ...]]
RULES: dict[type[Tree], Callable[[Meaning, Any], Value]] = {}


class Meaning:
    """What trees mean for one choice of indices and sizes.

    Args:
        scope: what the section says of names.
        env: what indices count.
        sizes: how large each dimension is.
        edges: for names that nothing defines, what they depend on.
        values: whether letters that the page gives a number (x = 2) are that number.
    """

    def __init__(
        self,
        scope: Scope,
        env: dict[str, int],
        sizes: dict[Any, int],
        edges: set[tuple[Any, ...]],
        *,
        values: bool = False,
    ) -> None:
        self.scope = scope
        self.env = dict(env)
        self.sizes = sizes
        self.asked: dict[Any, int] = {}  # the sizes that were looked up
        self.edges = edges
        self.values = values
        self.units = True
        self.kept: frozenset[Address] = frozenset()
        self.looked_up: list[Definition] = []
        self.pending: list[Any] = []
        self.cache: dict[Any, Value] = {}

    @cached_property
    def edges_in_order(self) -> list[tuple[Any, ...]]:
        """The edges, in an order that does not change from run to run."""
        return sorted(self.edges, key=repr)

    def of(self, body: Tree) -> Value:
        """The value of a tree: an expression, a Matrix, or a multiple of the identity."""
        rule = RULES.get(type(body))
        if rule is None:
            raise Refusal(f"{type(body).__name__} has no value here")
        return rule(self, body)

    def scalar(self, body: Tree) -> Expr:
        """The value of a tree that must be a number."""
        value = self.of(body)
        if isinstance(value, Matrix | Scaled):
            raise Refusal("a scalar was expected, and this is a vector or a matrix")
        return value

    def whole(self, body: Tree) -> int:
        """The value of an index."""
        value = self.scalar(body)
        if not value.is_Integer:
            raise Refusal(f"an index counts, and {value} does not")
        return int(value)

    def with_env(self, index: str, value: int, body: Tree) -> Value:
        """The value of a tree for one value of an index."""
        before = self.env.get(index)
        self.env[index] = value
        try:
            return self.of(body)
        finally:
            if before is None:
                self.env.pop(index)
            else:
                self.env[index] = before

    def keeping(self, kept: frozenset[Address], body: Tree) -> Value:
        """The value of a tree in which some names stay symbols."""
        before = self.kept
        self.kept = before | kept
        try:
            return self.of(body)
        finally:
            self.kept = before

    def with_parent(self, name: Name, env: dict[str, int]) -> Value:
        """The value of a name for some indices."""
        before, self.env = self.env, {**self.env, **env}
        try:
            return self.name(name)
        finally:
            self.env = before

    def with_parent_address(self, name: Name, env: dict[str, int]) -> Address:
        """The address of a name for some indices."""
        before, self.env = self.env, {**self.env, **env}
        try:
            return self.address(name)
        finally:
            self.env = before

    # Names

    def address(self, name: Name) -> Address:
        """The name and what its subscripts count to."""
        counted: list[int] = []
        for place in places(name):
            value = self.whole(place)
            counted += self._digits(name, place, value)
        return key(name), tuple(counted)

    def _digits(self, name: Name, place: Tree, value: int) -> list[int]:
        """X₁₂ is entry (1, 2) of a matrix."""
        if (
            isinstance(place, tree.Number)
            and len(place.digits) == 2
            and self.shape(name) is not None
        ):
            return [int(digit) for digit in place.digits]
        return [value]

    def shape(self, name: Name) -> Shape:
        """The shape of the letter, with or without bold."""
        of = self.scope.shapes.of
        return of.get(key(name)) or of.get(f"\\mathbf{{{name.letter}}}")

    def size(self, dim: int | str) -> int:
        """How large a dimension is here."""
        root = self.scope.shapes.root(dim)
        if isinstance(root, int):
            return root
        self.asked[root] = self.sizes.get(root, 3)
        return self.asked[root]

    def symbols(self, name: Name) -> Value:
        """The symbol of a name, or a matrix of the symbols of its entries."""
        letter, counted = self.address(name)
        stem = _stem(letter, name)
        shape = self._free_shape(name, counted)
        if shape is None:
            return symbol(stem, counted)
        rows, columns = self.size(shape[0]), self.size(shape[1])
        if columns == 1:
            return matrix.column([symbol(stem, (*counted, i + 1)) for i in range(rows)])
        return Matrix(
            tuple(
                tuple(symbol(stem, (*counted, i + 1, j + 1)) for j in range(columns))
                for i in range(rows)
            )
        )

    def _free_shape(self, name: Name, counted: tuple[int, ...]) -> Shape:
        """The shape of what the subscripts leave: an entry of a vector is a scalar."""
        own = self.scope.shapes.of.get(key(name))
        if own is None or not name.index:
            return own
        if key(name) in self.scope.sequences:
            return own
        if name.bold and len(name.index) == 1 and self.scope.shapes.root(own[1]) == 1:
            return own
        return None

    def name(self, name: Name) -> Value:
        """What a name stands for: an index, a definition, a constant, or itself."""
        if not places(name):
            if name.letter in self.env:
                return Integer(self.env[name.letter])
            size = self._named_size(name.letter)
            if size is not None and (key(name), ()) not in self.kept:
                return Integer(size)
        address = self.address(name)
        if address in self.kept:
            return self.symbols(name)
        row = self._row_of(name)
        if row is not None:
            return row
        found = self.lookup(name, address)
        return self.defined(found[0], found[1]) if found else self.undefined(name, address)

    def _named_size(self, letter: str) -> int | None:
        dim = f"size:{letter}"
        if dim not in self.scope.shapes.order or self.scope.definitions.get(letter):
            return None
        return self.size(dim)

    def _row_of(self, name: Name) -> Value:
        """Bold xᵢ is a row of bold X, as a column."""
        if not name.bold or len(name.index) != 1 or not name.plain.islower():
            return None
        whole = Name(f"\\mathbf{{{name.plain.upper()}}}")
        shape = self.scope.shapes.of.get(whole.letter)
        if shape is None:
            return None
        value = self.name(whole)
        return matrix.column(list(value.rows[self.whole(name.index[0]) - 1]))

    def lookup(self, name: Name, address: Address) -> tuple[Definition, dict[str, int]] | None:
        """The definition of a name, and what its subscripts count to there."""
        for definition in self.scope.defined(name):
            if definition.parameters is None and (self.values or not definition.is_value):
                env = self.matched(definition, address[1])
                if env is not None:
                    return definition, env
        return None

    def matched(self, definition: Definition, counted: tuple[int, ...]) -> dict[str, int] | None:
        """What the letters among a definition's subscripts must be for these counts."""
        env: dict[str, int] = {}
        pattern = places(definition.name)
        if len(pattern) != len(counted):
            return None
        for place, count in zip(pattern, counted, strict=True):
            letter, shift = shifted(place)
            if letter is None:
                if shift != count:
                    return None
                continue
            first = shift <= 0 and count < 1 and _counts_down(definition, letter)
            before = shift > 0 and count - shift < 0
            if first or before or env.setdefault(letter, count - shift) != count - shift:
                return None
        return env

    def defined(self, definition: Definition, env: dict[str, int]) -> Value:
        """The value of what a definition says; definitions may count down but not circle."""
        marker = (id(definition), tuple(sorted(env.items())), self.kept)
        if marker in self.cache:
            self.looked_up.append(definition)
            return self.cache[marker]
        if marker in self.pending:
            raise Refusal(f"{definition.name.letter} is defined by itself")
        self.pending.append(marker)
        self.looked_up.append(definition)
        before, self.env = self.env, dict(env)
        try:
            value = self.of(definition.body)
        finally:
            self.env = before
            self.pending.pop()
        self.cache[marker] = value
        return value

    def undefined(self, name: Name, address: Address) -> Value:
        """A name that nothing defines: tied to code, a constant, unknown, or a free variable."""
        from claims.formula.dependence import dependent
        from claims.formula.function import at_parameters, entry_of

        if not places(name):
            if name.letter in self.scope.ties:
                return tied(self.scope.ties[name.letter])
            if name.letter in CONSTANTS and not self._is_variable(name):
                return CONSTANTS[name.letter]
            if name.letter == "\\mathbf{I}" or (name.letter == "I" and self.scope.shapes.matrices):
                return Scaled(Integer(1))
            if name.letter in ("\\mathbf{1}", "\\mathbf{0}"):
                return self._constant_vector(name)
        if name.letter == "\\delta" and len(name.index) == 2:
            return Integer(int(address[1][0] == address[1][1]))
        if name.letter == "I" and len(name.index) == 1 and name.letter not in self.scope.shapes.of:
            return Scaled(Integer(1)).sized(address[1][0])
        unknown = dependent(self, name)
        if unknown is not None:
            return unknown
        entry = entry_of(self, name, address)
        if entry is not None:
            return entry
        if name.letter in self.scope.functions or f"{name.letter}()" in self.scope.shapes.of:
            return at_parameters(self, name)
        return self.symbols(name)

    def _is_variable(self, name: Name) -> bool:
        """Euler's e is a variable where the section differentiates in it."""
        return (
            any(name in edge[:2] for edge in self.scope.edges) or key(name) in self.scope.shapes.of
        )

    def _constant_vector(self, name: Name) -> Value:
        shape = self.scope.shapes.of.get(name.letter)
        if shape is None:
            raise Refusal(f"how long is the vector {name.letter}? <!-- math: {name.letter} 3x1 -->")
        number = Integer(int(name.plain))
        return Matrix(((number,) * self.size(shape[1]),) * self.size(shape[0]))


def _counts_down(definition: Definition, letter: str) -> bool:
    """Whether a definition speaks of what comes before, so that it does not hold for the first."""
    names = (n for n in definition.body.walk() if isinstance(n, Name))
    earlier = (place for name in names for place in places(name) if isinstance(place, tree.Plus))
    return any(
        Name(letter) in place.terms and any(isinstance(t, tree.Minus) for t in place.terms)
        for place in earlier
    )


def _stem(letter: str, name: Name) -> str:
    """Entries of bold x are called x₁, x₂, as on the page."""
    layered = "^()" if letter.endswith("^()") else ""
    return (name.plain if name.bold else name.letter) + layered


@cache
def symbol(stem: str, counted: tuple[int, ...]) -> Expr:
    """The real symbol of a name; an ε is positive, everywhere in this subject."""
    name = "_".join([stem, *map(str, counted)])
    return Symbol(name, positive=True) if stem in POSITIVE else Symbol(name, real=True)


def shifted(place: Tree) -> tuple[str | None, int]:
    """A subscript as a letter and a shift: t + 1 is ("t", 1), 2 is (None, 2)."""
    if isinstance(place, tree.Number):
        return None, int(place.value)
    if isinstance(place, Name) and place.letter in INDEX_LETTERS:
        return place.letter, 0
    if isinstance(place, tree.Plus) and len(place.terms) == 2:
        letter, shift = shifted(place.terms[0])
        second = place.terms[1]
        sign = -1 if isinstance(second, tree.Minus) else 1
        number = second.body if isinstance(second, tree.Minus) else second
        if letter is not None and isinstance(number, tree.Number):
            return letter, shift + sign * int(number.value)
    raise Refusal("this subscript defines nothing: write t, t + 1 or a number")


def tied(value: object) -> Value:
    """A number or an array of the page's code, exactly."""
    import numpy

    array = numpy.asarray(value)
    if array.dtype.kind not in "biuf" or array.ndim > 2:
        raise Refusal("the note ties this name to what is no number and no array")
    exact = [Rational(float(v)) for v in array.ravel()]
    if array.ndim == 0:
        return exact[0]
    if array.ndim == 1:
        return matrix.column(exact)
    width = array.shape[1]
    return Matrix(tuple(tuple(exact[i : i + width]) for i in range(0, len(exact), width)))


POSITIVE = ("\\varepsilon", "\\epsilon")
CONSTANTS: dict[str, Expr] = {"\\pi": sympy.pi, "e": sympy.E, "i": I}


# Rules


def rule(
    kind: type[Tree],
) -> Callable[[Callable[[Meaning, Any], Value]], Callable[[Meaning, Any], Value]]:
    """Enter a function in RULES: what trees of this kind mean."""

    def enter(function: Callable[[Meaning, Any], Value]) -> Callable[[Meaning, Any], Value]:
        RULES[kind] = function
        return function

    return enter


RULES[Name] = Meaning.name


def entry_at(value: Matrix, counted: tuple[int, ...]) -> Expr:
    """An entry of a vector or a matrix, counted from one."""
    if len(counted) == 1 and value.shape[1] == 1:
        counted = (*counted, 1)
    if len(counted) != 2 or not (
        0 < counted[0] <= value.shape[0] and 0 < counted[1] <= value.shape[1]
    ):
        raise Refusal(f"there is no entry {counted} in a {value.shape[0]}×{value.shape[1]} matrix")
    return value.rows[counted[0] - 1][counted[1] - 1]


# What runs over something


# Cases
