"""Dotted: lists, matrices and products with dots, written out for a size."""

from __future__ import annotations

from claims.formula import matrix, tree
from claims.formula.infer import last_index
from claims.formula.matrix import Matrix, Value
from claims.formula.meaning import Meaning
from claims.formula.refusal import Refusal
from claims.formula.tree import Name, Tree


def listed(meaning: Meaning, items: tuple[Tree, ...]) -> list[Value]:
    """The values of a list; where it has dots, its last item is the pattern of those left out."""
    return [_counted(meaning, letter, k, item) for letter, k, item in written_out(meaning, items)]


def written_out(meaning: Meaning, items: tuple[Tree, ...]) -> list[tuple[str, int, Tree]]:
    """For every place of a list its item, and the letter that counts to this place in it."""
    if tree.Dots() not in items:
        return [("", 0, item) for item in items]
    letter = last_index(items)
    size = meaning.size(f"size:{letter}")
    first = items.index(tree.Dots())
    places: list[tuple[str, int, Tree]] = [("", 0, item) for item in items[:first]]
    places += [(letter, k, items[-1]) for k in range(first + 1, size + 1)]
    middle = items[first + 1 : -1]
    if middle:
        place = _place(meaning, [item for item in middle if item != tree.Dots()], letter)
        others = [item for item in middle if item != tree.Dots()]
        if len(others) != 1 or not 1 <= place <= size:
            raise Refusal("one item may stand between the dots, such as x_i + h")
        places[place - 1] = ("", 0, others[0])
    return places


def _place(meaning: Meaning, items: list[Tree], last: str) -> int:
    """Where an item such as xᵢ + h stands: where its subscript says."""
    letters = {
        n.letter
        for item in items
        for name in item.walk()
        if isinstance(name, Name)
        for place in name.index
        for n in place.walk()
        if isinstance(n, Name) and n.letter != last
    }
    if len(letters) != 1 or (letter := letters.pop()) not in meaning.env:
        raise Refusal("which place has the item between the dots?")
    return meaning.env[letter]


def _counted(meaning: Meaning, letter: str, k: int, item: Tree) -> Value:
    return meaning.with_env(letter, k, item) if letter else meaning.of(item)


def grid(meaning: Meaning, body: tree.Grid) -> Value:
    """A matrix, its dots written out in both directions."""
    heads = tuple(row[0] for row in body.rows)
    rows = {id(head): row for head, row in zip(heads, body.rows, strict=True)}
    found: list[tuple[Value, ...]] = []
    for letter, k, head in written_out(meaning, heads):
        row = rows[id(head)]
        found.append(tuple(_row(meaning, letter, k, row)))
    if any(isinstance(entry, Matrix) for row in found for entry in row):
        raise Refusal("a matrix of matrices")
    return matrix.unwrapped(Matrix(tuple(found)))


def _row(meaning: Meaning, letter: str, k: int, row: tuple[Tree, ...]) -> list[Value]:
    if not letter:
        return listed(meaning, row)
    before = meaning.env.get(letter)
    meaning.env[letter] = k
    try:
        return listed(meaning, row)
    finally:
        if before is None:
            meaning.env.pop(letter)
        else:
            meaning.env[letter] = before


def dotted_product(meaning: Meaning, body: tree.Times) -> Value:
    """a₁ · … · aₙ"""
    product: Value = None
    for value in listed(meaning, body.factors):
        product = value if product is None else matrix.multiplied(product, value)
    return product
