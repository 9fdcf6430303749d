"""Comment: the shapes that comments of code say are compared with the arrays, as the code runs.

    X, y = load()  # (100, 3), (100,)
    low, high = limits(X)  # each (3,)
    def predict(X, w):  # (n, d), (d,) → (n,)

A size is a number, an expression in names of the code, … for any sizes, or a letter: it is the same
wherever it stands in one comment, and in one call of a function. `w: (d,)` says which of several is
meant, and "or" stands between shapes that are both right.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from claims.watcher import ANY, CommentError, Item, Said, Watcher

if TYPE_CHECKING:
    from claims.block import Code

WATCHER, CALL = "__shapes__", "__sizes__"  # the names of what compares, and of a call, in the code
SIZE = rf"(?:{ANY}|\w+(?: ?[-+*] ?\w+)*)"
SHAPE = rf"\((?:{ANY}|{SIZE},(?: {SIZE}(?:, {SIZE})*)?|)\)"
ITEM = re.compile(rf"(?:(\w+(?:, \w+)*): )?({SHAPE}(?:,? or {SHAPE})*)")
WORDS = re.compile(rf"[\w ]+(?=, {ITEM.pattern})")


# Reading


def said_in(comment: str) -> Said | None:
    """The shapes that a comment begins with, if it does."""
    text = comment.lstrip("# ")
    rest = re.sub(r"^(each|shape) ", "", text)
    items, rest = _items(rest)
    if not items or not items[0].shapes:
        return None
    gives = None
    if rest.startswith(" → "):
        gives, rest = _items(rest.removeprefix(" → "))
    return Said(text, items, text.startswith("each ") or rest.startswith(" each"), gives)


def _items(text: str) -> tuple[tuple[Item, ...], str]:
    """The shapes at the beginning of a text, between them words such as “a number”, and what is left."""
    items: list[Item] = []
    while match := ITEM.match(text) or WORDS.match(text):
        names, shapes = (match[1], match[2]) if match.re is ITEM else ("", "")
        read = [tuple(re.findall(SIZE, shape)) for shape in re.findall(SHAPE, shapes)]
        items.append(Item(tuple(names.split(", ") if names else ()), tuple(read)))
        text, behind = text[match.end() :], text[match.end() :].removeprefix(", ")
        if behind == text or not (ITEM.match(behind) or WORDS.match(behind)):
            break
        text = behind
    return tuple(items), text


# Watching


def watched(module: ast.Module, code: Code, namespace: dict[str, Any]) -> ast.Module:
    """The code with what its comments say compared wherever a value gets its name.

    Args:
        module: the code, parsed; it is changed.
        code: its lines, for its comments, and where they were written.
        namespace: where it is to run; it gets the watcher.

    Raises:
        CommentError: if a shape stands where nothing gets a name.
    """
    said = shapes_in(code.text)
    if not said:
        return module
    placed = _Placed(said, namespace.setdefault(WATCHER, Watcher()), module)
    placed.visit(module)
    for line, left in placed.said.items():
        file, there = code.places[line - 1]
        raise CommentError(
            f"{file}:{there}: a shape is said of what gets a name, of what is returned, or of a "
            f"function at its head, and here is neither: {left.text}"
        )
    return ast.fix_missing_locations(module)


def shapes_in(code: str) -> dict[int, Said]:
    """What the comments of some code say of shapes: line → what is said."""
    return {line: said for line, text in _comments(code) if (said := said_in(text))}


def _comments(code: str) -> Iterator[tuple[int, str]]:
    with suppress(tokenize.TokenError, SyntaxError):  # told where the code is run
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string


class _Placed(ast.NodeTransformer):
    """Puts a comparison behind each statement that has a comment; takes these from `said`."""

    def __init__(self, said: dict[int, Said], watcher: Watcher, module: ast.Module) -> None:
        self.said = said
        self.watcher = watcher
        nodes = [node for node in ast.walk(module) if isinstance(node, ast.stmt)]
        nodes.sort(key=lambda node: node.end_col_offset or 0)
        self.last = {node.end_lineno: node for node in nodes}  # of the statements of a line
        self.heads = [False]  # of each function around, whether its head has a comment

    def visit_Assign(self, node: ast.Assign) -> Any:
        return self._named(node, node.targets[0])

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        return self._named(node, node.target)

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        return self._named(node, node.target)

    def visit_Return(self, node: ast.Return) -> Any:
        said = self._taken(node)
        self.generic_visit(node)
        if node.value is not None and said:
            node.value = _call("returned", self._number(said, ["what is returned"]), node.value)
        if node.value is not None and self.heads[-1]:
            node.value = _call("given", ast.Name(CALL, ast.Load()), node.value)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        head = range(node.lineno, max(node.lineno + 1, node.body[0].lineno))
        said = next((self.said.pop(line) for line in head if line in self.said), None)
        self._inside(node, bool(said))
        if said:
            called = ast.Assign([ast.Name(CALL, ast.Store())], self._called(said, node.args))
            behind = int(ast.get_docstring(node) is not None)
            node.body.insert(behind, ast.copy_location(called, node.body[0]))
        return node

    def visit_Lambda(self, node: ast.Lambda) -> Any:
        self._inside(node, False)
        return node

    def _taken(self, node: ast.stmt) -> Said | None:
        """The comment behind a statement, if it is the last of its line."""
        last = self.last[node.end_lineno]
        return self.said.pop(node.end_lineno or 0, None) if last is node else None

    def _inside(self, node: ast.AST, has_comment: bool) -> None:
        self.heads.append(has_comment)
        self.generic_visit(node)
        self.heads.pop()

    def _named(self, node: ast.stmt, target: ast.expr) -> Any:
        said = self._taken(node)
        self.generic_visit(node)
        if said is None:
            return node
        value = getattr(node, "value", None)
        if isinstance(value, ast.Lambda) and said.gives is not None:
            value.body = _call("given", self._called(said, value.args), value.body)
            return node
        parts = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
        names = [ast.unparse(part) for part in parts if not isinstance(part, ast.Starred)]
        compared = _call("compare", self._number(said, names), _values(names))
        return [node, ast.copy_location(ast.Expr(compared), node)]

    def _called(self, said: Said, of: ast.arguments) -> ast.Call:
        names = [argument.arg for argument in (*of.posonlyargs, *of.args)]
        if not any(item.names for item in said.items):
            names = names[: len(said.items)]
        return _call("called", self._number(said, names), _values(names))

    def _number(self, said: Said, names: list[str]) -> ast.Constant:
        return ast.Constant(self.watcher.add(said, names))


def _call(method: str, *arguments: ast.expr) -> ast.Call:
    watcher = ast.Name(WATCHER, ast.Load())
    return ast.Call(ast.Attribute(watcher, method, ast.Load()), list(arguments), [])


def _values(names: list[str]) -> ast.expr:
    return ast.parse(f"({', '.join(names)},)" if names else "()", mode="eval").body
