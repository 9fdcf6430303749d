r"""Call: whether a parenthesis holds arguments, and evaluation bars."""

from __future__ import annotations

from claims.formula import tree
from claims.formula.reader import Reader
from claims.formula.token import Token
from claims.formula.tree import Name, Tree
from claims.formula.vocabulary import (
    COST_LETTERS,
    FUNCTION_LETTERS,
)


def is_function(base: Tree, reader: Reader) -> bool:
    """Whether a head is a function by its letter, its word, or what the section says of it."""
    if isinstance(base, Name):
        return (
            base.plain in FUNCTION_LETTERS
            or base.letter in reader.functions
            or (base.letter.startswith("\\text{"))
        )
    if isinstance(base, tree.Prime | tree.Compose | tree.InverseFunction):
        return True
    return isinstance(base, tree.Known)


def applies(reader: Reader, base: Tree) -> bool:
    """Whether the parenthesis that follows holds arguments; refuses what may be either."""
    if is_function(base, reader):
        return reader.now.text == "(" or not isinstance(base, Name)
    if not isinstance(base, Name) or reader.now.text != "(":
        return False
    inside = inside_of(reader)
    names = all(
        t.kind in ("letter", "command") or t.text in (",", "_", "{", "}") or t.kind == "number"
        for t in inside
    )
    if any(t.text == "," for t in inside):
        return True
    if base.letter in COST_LETTERS and names:
        return True
    if len(inside) == 1 and names and inside[0].kind != "number":
        raise reader.refusal(
            f"{base.letter}({inside[0].text}) may be a product or a function's value: "
            "write a dot, or define the function first"
        )
    return False


def is_point(reader: Reader, base: tree.Derivative) -> bool:
    """Whether ∂f/∂y is taken at what stands in the parenthesis that follows."""
    if any(t.text == "," for t in inside_of(reader)):
        return True
    if isinstance(base.body, Name) and is_function(base.body, reader):
        raise reader.refusal("a product, or the derivative at a point? Write a dot, or |_{x=2}")
    return False


def inside_of(reader: Reader) -> list[Token]:
    """The tokens of the parenthesis that follows."""
    depth, found = 0, []
    for token in reader.tokens[reader.place :]:
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0:
            break
        found.append(token)
    return found[1:]


def is_bar(reader: Reader) -> bool:
    """Whether a bar with a subscript follows, and is not the end of |…|."""
    barred = reader.now.kind == "bar" or (reader.now.kind == "symbol" and reader.now.text == "|")
    return barred and reader.ahead().text == "_" and not (reader.bars and reader.now.kind != "bar")


def evaluated(reader: Reader, base: Tree) -> Tree:
    r"""`\bigg|_{(2,3)}`, `\bigg|_{x=2}`."""
    reader.take()
    reader.take()
    inner = reader.inner(reader.group())
    names: list[Tree] = []
    values: list[Tree] = []
    while True:
        first = inner.expression()
        if inner.skip("="):
            names.append(first)
            values.append(inner.expression())
        elif isinstance(first, tree.Row):
            values += first.items
        else:
            values.append(first)
        if not inner.skip(","):
            break
    if inner.now.kind != "stop" or (names and len(names) != len(values)):
        raise inner.refusal("a point such as x = 2 or (2, 3) was expected")
    if names and isinstance(names[0], tree.Row):
        names = [*names[0].items]
        values = [*values[0].items] if isinstance(values[0], tree.Row) else values
    return tree.At(base, tuple(names), tuple(values))
