"""Infer: the shape of every part of a formula, so that dimensions find each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from claims.formula import tree
from claims.formula.refusal import Refusal
from claims.formula.scope import Scope, key
from claims.formula.script import ONE
from claims.formula.shape import Dim, Shape, is_capital
from claims.formula.tree import Name, Tree

ELEMENTWISE = ("\\sigma", "\\phi", "\\varphi")  # functions of one number, taken entry by entry


class Inference:
    """One pass over one formula; what is learned stays in the scope's shapes."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.shapes = scope.shapes
        self.ranges: dict[str, Dim] = {}

    def relation(self, relation: tree.Relation) -> None:
        """All sides of a chain have one shape."""
        if "∈" in relation.signs or ":" in relation.signs or "→" in relation.signs:
            return
        for _ in range(2):
            shape: Shape = None
            for side in relation.sides:
                shape = self.shapes.join(shape, self.of(side))
            if shape is not None:
                for side in relation.sides:
                    self.require(side, shape)

    def of(self, body: Tree) -> Shape:
        """The shape of a part."""
        rule = RULES.get(type(body))
        if rule is None:
            for part in body.parts():
                self.of(part)
            return None
        return rule(self, body)

    def require(self, body: Tree, shape: Shape) -> None:
        """Let a part that could be a scalar have this shape."""
        if shape is None or shape == (1, 1):
            return
        if isinstance(body, Name):
            self._require_name(body, shape)
        elif isinstance(body, tree.Minus):
            self.require(body.body, shape)
        elif isinstance(body, tree.Plus):
            for term in body.terms:
                self.require(term, shape)
        elif isinstance(body, tree.Times) and self.of(body) is not None:
            self._require_product(body, shape)
        elif isinstance(body, tree.Elementwise):
            self.require(body.left, shape)
            self.require(body.right, shape)

    def _require_name(self, name: Name, shape: Shape) -> None:
        letter = key(name)
        if letter in self.shapes.of or letter in self.shapes.scalars or name.index or shape is None:
            return
        if (
            letter in self.scope.functions
            or letter in ("\\pi", "e", "I")
            or self.scope.defined(name)
        ):
            return
        if is_capital(letter) == (self.shapes.root(shape[1]) == 1):
            return
        self.shapes.of[letter] = shape

    def _require_product(self, body: tree.Times, shape: Shape) -> None:
        """A matrix times letters is a vector only if the last of them is one."""
        got = self.of(body)
        last = body.factors[-1]
        wanted = shape is not None and self.shapes.root(shape[1]) == 1
        if (
            wanted
            and got is not None
            and isinstance(last, Name)
            and self.of(last) is None
            and len(body.factors) > 1
        ):
            before = self.of(tree.Times(body.factors[:-1]))
            if before is not None and self.shapes.root(before[1]) != 1:
                self.require(last, (before[1], 1))

    # Rules

    def _name(self, name: Name) -> Shape:
        letter = key(name)
        shape = self.shapes.of.get(letter)
        if name.letter == "\\mathbf{x}" and shape is None:
            return None
        if not name.index:
            return shape
        if letter in self.scope.sequences:
            return shape
        return self._indexed(name, shape)

    def _indexed(self, name: Name, shape: Shape) -> Shape:
        parent = self._rows_of(name)
        if parent is not None:
            self._range(name.index[0], parent[0])
            self.shapes.of.setdefault(key(name), (parent[1], 1))
            self.shapes.join(self.shapes.of[key(name)], (parent[1], 1))
            return (parent[1], 1)
        if name.bold and not is_capital(name.letter) and len(name.index) == 1:
            return shape
        shape = shape or self.shapes.of.get(f"\\mathbf{{{name.letter}}}")
        if shape is not None:
            for place, dim in zip(name.index, shape, strict=False):
                self._range(place, dim)
        elif len(name.index) == 1:
            self._family(key(name), name.index[0])
        return None

    def _family(self, letter: str, place: Tree) -> None:
        """y₁, …, yₙ are as many as a sum over them has terms."""
        dim = self.ranges.get(place.letter) if isinstance(place, Name) else None
        known = self.shapes.families.get(letter)
        if dim is not None and known is not None:
            self.shapes.unify(dim, known)
        elif dim is not None:
            self.shapes.families[letter] = dim
        elif known is not None and isinstance(place, Name):
            self.ranges[place.letter] = known

    def _rows_of(self, name: Name) -> tuple[Dim, Dim] | None:
        """Bold xᵢ is a row of bold X, if there is one."""
        if not name.bold or len(name.index) != 1 or is_capital(name.letter):
            return None
        return self.shapes.of.get(f"\\mathbf{{{name.plain.upper()}}}")

    def _range(self, place: Tree, dim: Dim) -> None:
        if isinstance(place, Name):
            self.shapes.unify(self.ranges.setdefault(place.letter, dim), dim)

    def _plus(self, body: tree.Plus) -> Shape:
        shape: Shape = None
        for term in body.terms:
            shape = self.shapes.join(shape, self.of(term))
        for term in body.terms:
            self.require(term, shape)
        return shape

    def _times(self, body: tree.Times) -> Shape:
        shape: Shape = None
        for factor in body.factors:
            shape = self._product(shape, self.of(factor))
        return shape

    def _product(self, a: Shape, b: Shape) -> Shape:
        if a is None or b is None:
            return a or b
        self.shapes.unify(a[1], b[0])
        both = (self.shapes.root(a[0]), self.shapes.root(b[1]))
        return None if both == (1, 1) else both

    def _transpose(self, body: tree.Transpose) -> Shape:
        shape = self.of(body.body)
        if shape is None or isinstance(body.body, tree.Row):
            return shape
        return (shape[1], shape[0])

    def _call(self, call: tree.Call) -> Shape:
        shapes = [self.of(argument) for argument in call.arguments]
        if tree.Dots() in call.arguments:
            self.shapes.fresh(last_index(call.arguments))
        if isinstance(call.head, tree.Known):
            return self._known(call.head.word, shapes[0])
        head = call.head
        while isinstance(head, tree.Prime):
            head = head.head
        if not isinstance(head, Name):
            return None
        known = self.shapes.of.get(f"{head.letter}()")
        if known is not None:
            return known
        if len(shapes) == 1 and head.letter in ELEMENTWISE:
            return shapes[0]
        self._arguments(head, call.arguments)
        return None

    def _arguments(self, head: Name, arguments: tuple[Tree, ...]) -> None:
        """What a function takes has the shape of its parameters."""
        for parameter, argument in zip(
            self.scope.signatures.get(head.letter, ()), arguments, strict=False
        ):
            self.require(argument, self.of(parameter))

    def _known(self, word: str, shape: Shape) -> Shape:
        if word in ("tr", "det"):
            if shape is not None:
                self.shapes.unify(*shape)
            return None
        if word == "diag" and shape is not None:
            return (shape[0], shape[0])
        return shape

    def _power(self, body: tree.Power) -> Shape:
        shape = self.of(body.base)
        self.of(body.exponent)
        if shape is not None and self.shapes.root(shape[1]) != 1:
            self.shapes.unify(*shape)
        return shape

    def _norm(self, body: tree.Norm) -> Shape:
        """What stands in a norm is a vector, if a capital multiplies a letter there."""
        terms = body.body.terms if isinstance(body.body, tree.Plus) else (body.body,)
        for term in terms:
            product = term.body if isinstance(term, tree.Minus) else term
            shape = self.of(product) if isinstance(product, tree.Times) else None
            if shape is not None:
                self.require(product, (shape[0], 1))
        for term in terms:
            self.require(term, self.of(body.body))
        return None

    def _derivative(self, body: tree.Derivative) -> Shape:
        top = self.of(body.body)
        shapes = [
            self.of(name)
            for name, count in body.variables
            for _ in range(count if isinstance(count, int) else 1)
        ]
        found = [s for s in shapes if s is not None]
        if not found:
            return top
        if top is not None:
            return (top[0], found[0][0])
        return found[0] if len(found) == 1 else (found[0][0], found[1][0])

    def _gradient(self, body: tree.Gradient) -> Shape:
        self.of(body.body)
        variable = body.variable
        if variable is None and isinstance(body.body, tree.Call):
            head = body.body.head
            known = self.scope.signatures.get(head.letter) if isinstance(head, Name) else None
            variable = known[0] if known and len(known) == 1 else body.body.arguments[0]
            if len(body.body.arguments) > 1:
                return (
                    len(body.body.arguments),
                    1 if body.order == 1 else len(body.body.arguments),
                )
        if variable is None and isinstance(body.body, Name):
            known = self.scope.signatures.get(body.body.letter)
            if known and len(known) > 1:
                return (len(known), 1 if body.order == 1 else len(known))
            variable = known[0] if known else None
        shape = None if variable is None else self.of(variable)
        if shape is None or body.order == 1:
            return shape
        return (shape[0], shape[0])

    def _elementwise(self, body: tree.Elementwise) -> Shape:
        left, right = self.of(body.left), self.of(body.right)
        if left is None and right is None and isinstance(body.left, Name) and not body.left.index:
            self.shapes.as_vector(key(body.left))
            left = self.of(body.left)
        shape = self.shapes.join(left, right)
        self.require(body.left, shape)
        self.require(body.right, shape)
        return shape

    def _row(self, body: tree.Row) -> Shape:
        for item in body.items:
            self.of(item)
        return (self._length(body.items), 1)

    def _grid(self, body: tree.Grid) -> Shape:
        for row in body.rows:
            for item in row:
                self.of(item)
        return (self._length(tuple(row[0] for row in body.rows)), self._length(body.rows[0]))

    def _length(self, items: tuple[Tree, ...]) -> Dim:
        """How many items there are, if dots stand among them: what the last one counts to."""
        if not any(isinstance(item, tree.Dots) for item in items):
            return len(items)
        return self.shapes.fresh(last_index(items))

    def _series(self, body: tree.Series) -> Shape:
        names = [n for n in (body.upper.walk() if body.upper else ()) if isinstance(n, Name)]
        for name in names:
            self.shapes.fresh(name.letter)
        before = self.ranges.pop(body.index, None)
        if isinstance(body.upper, Name) and body.lower == ONE:
            self.ranges[body.index] = f"size:{body.upper.letter}"
        shape = self.of(body.body)
        self.ranges.pop(body.index, None)
        if before is not None:
            self.ranges[body.index] = before
        return shape

    def _first(self, body: Tree) -> Shape:
        parts = [self.of(part) for part in body.parts()]
        return parts[0] if parts else None

    def _joined(self, body: Tree) -> Shape:
        shape: Shape = None
        for part in body.parts():
            shape = self.shapes.join(shape, self.of(part))
        return shape


def last_index(items: tuple[Tree, ...]) -> str:
    """The letter that the last of a list with dots counts to: n in x_1, …, x_n."""
    last = items[-1]
    found = [
        place
        for node in last.walk()
        if isinstance(node, Name)
        for place in (*node.index, *([node.layer] if node.layer else []))
    ]
    letters = {n.letter for place in found for n in place.walk() if isinstance(n, Name)}
    first = {
        place.letter
        for node in items[0].walk()
        if isinstance(node, Name)
        for place in node.index
        if isinstance(place, Name)
    }
    letters -= first
    if len(letters) != 1:
        raise Refusal("how far do the dots go? The last item counts with one letter, as in x_n")
    return letters.pop()


RULES: dict[type[Tree], Callable[[Inference, Any], Shape]] = {
    Name: Inference._name,
    tree.Plus: Inference._plus,
    tree.Minus: Inference._first,
    tree.Times: Inference._times,
    tree.Over: Inference._first,
    tree.Transpose: Inference._transpose,
    tree.Call: Inference._call,
    tree.Power: Inference._power,
    tree.Norm: Inference._norm,
    tree.Derivative: Inference._derivative,
    tree.Gradient: Inference._gradient,
    tree.Elementwise: Inference._elementwise,
    tree.Row: Inference._row,
    tree.Grid: Inference._grid,
    tree.Series: Inference._series,
    tree.At: Inference._first,
    tree.Limit: Inference._joined,
    tree.Extreme: Inference._joined,
}
