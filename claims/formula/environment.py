r"""Environment: matrices and cases, between `\begin` and `\end`."""

from __future__ import annotations

from claims.formula import tree
from claims.formula.reader import Reader, is_connective
from claims.formula.refusal import Refusal
from claims.formula.token import Token
from claims.formula.tree import Relation, Tree
from claims.formula.vocabulary import OTHERWISE

MATRICES = ("bmatrix", "pmatrix", "vmatrix", "Vmatrix", "matrix", "smallmatrix")


def environment(reader: Reader) -> Tree:
    r"""A matrix or cases; `\begin{vmatrix}` is a determinant."""
    opening = reader.take()
    if opening.text not in (*MATRICES, "cases"):
        raise Refusal(f"\\begin{{{opening.text}}} is not known here", opening.at)
    rows = _rows(reader, opening)
    if opening.text == "cases":
        return _cases(reader, rows)
    grid = tree.Grid(tuple(tuple(_cell(reader, cell) for cell in row) for row in rows))
    if len({len(row) for row in grid.rows}) != 1:
        raise Refusal("the rows of this matrix have different lengths", opening.at)
    if opening.text == "vmatrix":
        return tree.Call(tree.Known("det"), (grid,))
    return tree.Norm(grid, "") if opening.text == "Vmatrix" else grid


def _rows(reader: Reader, opening: Token) -> list[list[list[Token]]]:
    r"""Rows of cells of tokens. Without any `\\`, a `\ ` that scraping left of it divides them."""
    body: list[Token] = []
    depth = 1
    while True:
        token = reader.take()
        if token.kind == "stop":
            raise Refusal(f"\\end{{{opening.text}}} was expected", token.at)
        depth += (token.kind == "begin") - (token.kind == "end")
        if depth == 0:
            break
        body.append(token)
    divider = "row" if any(t.kind == "row" for t in body) else "gap"
    rows = _split(body, lambda token: token.kind == divider)
    rows = rows if rows[-1] else rows[:-1]
    end = Token("stop", "", reader.now.at)
    return [[[*cell, end] for cell in _split(row, lambda t: t.text == "&")] for row in rows]


def _split(found: list[Token], divides: object) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in found:
        depth += (token.kind == "begin") - (token.kind == "end")
        if depth == 0 and callable(divides) and divides(token):
            parts.append([])
        elif token.kind != "gap":
            parts[-1].append(token)
    return parts


def _cell(reader: Reader, cell: list[Token]) -> Tree:
    inner = reader.inner([t for t in cell if t.kind != "quad"])
    if inner.skip("dots") and inner.now.kind == "stop":
        return tree.Dots()
    inner.place = 0
    return inner.whole()


def _cases(reader: Reader, rows: list[list[list[Token]]]) -> Tree:
    values: list[Tree] = []
    conditions: list[tuple[Relation, ...]] = []
    for row in rows:
        cells = [[t for t in cell if t.kind != "quad"] for cell in row]
        if len(cells) == 1:
            cells = _worded(cells[0])
        value = reader.inner(cells[0]).with_comma()
        values.append(value)
        conditions.append(_conditions(reader, cells[1]))
    return tree.Cases(tuple(values), tuple(conditions))


def _worded(cell: list[Token]) -> list[list[Token]]:
    """A row without &: the word "if" divides it."""
    for place, token in enumerate(cell):
        if token.kind == "word" and is_connective(token.text):
            return [[*cell[:place], cell[-1]], cell[place:]]
    raise Refusal("a case has a condition behind &", cell[0].at)


def _conditions(reader: Reader, cell: list[Token]) -> tuple[Relation, ...]:
    from claims.formula.statement import relation

    words = [t for t in cell if t.kind == "word"]
    if any(t.text.strip(" ,.") in OTHERWISE for t in words):
        return ()
    inner = reader.inner([t for t in cell if t.kind != "word" or not is_connective(t.text)])
    found = [relation(inner)]
    while inner.skip(","):
        found.append(relation(inner))
    inner.skip(".")
    if inner.now.kind != "stop":
        raise inner.refusal("a condition such as x > 0 was expected")
    return tuple(found)
