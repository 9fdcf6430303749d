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
import sys
import tokenize
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from claims.block import Code

WATCHER, CALL = "__shapes__", "__sizes__"  # the names of what compares, and of a call, in the code
OFTEN = 100  # times that a comment is looked at: a loop is not to be slowed down
ANY = "…"
SIZE = rf"(?:{ANY}|\w+(?: ?[-+*] ?\w+)*)"
SHAPE = rf"\((?:{ANY}|{SIZE},(?: {SIZE}(?:, {SIZE})*)?|)\)"
ITEM = re.compile(rf"(?:(\w+(?:, \w+)*): )?({SHAPE}(?:,? or {SHAPE})*)")
WORDS = re.compile(rf"[\w ]+(?=, {ITEM.pattern})")

Shape = tuple[str, ...]  # sizes as they are written


class CommentError(Exception):
    """A comment that says a wrong shape."""


@dataclass(frozen=True)
class Item:
    """One shape of a comment: the names it is of, if it says so, and what is right; words are nothing."""

    names: tuple[str, ...]
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class Said:
    """What a comment says: of values, of each of them alike, or of what a function takes and gives."""

    text: str
    items: tuple[Item, ...]
    each: bool
    gives: tuple[Item, ...] | None


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


# Comparing


class Watcher:
    """Compares what the comments of a page say with what they stand behind."""

    def __init__(self) -> None:
        self.comments: list[tuple[Said, list[str]]] = []
        self.left: list[int] = []

    def add(self, said: Said, names: list[str]) -> int:
        """The number of a comment that stands behind values of these names."""
        self.comments.append((said, names))
        self.left.append(OFTEN)
        return len(self.left) - 1

    def compare(self, number: int, values: tuple[Any, ...]) -> None:
        """Compare the values that got a name."""
        if self._is_due(number):
            said, names = self.comments[number]
            Sizes(said, sys._getframe(1)).compare(said.items, names, values)

    def returned(self, number: int, value: Any) -> Any:
        """Compare what a return statement gives."""
        if self._is_due(number):
            said = self.comments[number][0]
            Sizes(said, sys._getframe(1)).compare_given(said.items, value)
        return value

    def called(self, number: int, values: tuple[Any, ...]) -> Sizes | None:
        """Compare what a function is called with."""
        if not self._is_due(number):
            return None
        said, names = self.comments[number]
        sizes = Sizes(said, sys._getframe(1))
        sizes.compare(said.items, names, values, is_any=True)
        return sizes

    def given(self, sizes: Sizes | None, value: Any) -> Any:
        """Compare what a function gives with what it was called with."""
        if sizes is not None and sizes.said.gives is not None:
            sizes.compare_given(sizes.said.gives, value)
        return value

    def _is_due(self, number: int) -> bool:
        self.left[number] -= 1
        return self.left[number] >= 0


class Sizes:
    """What the sizes of one comment are, where it is compared.

    Args:
        said: the comment.
        frame: where its names mean something.
    """

    def __init__(self, said: Said, frame: FrameType) -> None:
        self.said = said
        self.frame = frame
        self.letters: dict[str, int] = {}

    def compare_given(self, items: Sequence[Item], value: Any) -> None:
        """Compare what is returned, several values with as many shapes."""
        values = value if isinstance(value, tuple) and len(items) > 1 else (value,)
        self.compare(items, ["what is returned"] * len(values), values, is_any=True)

    def compare(
        self, items: Sequence[Item], names: list[str], values: Sequence[Any], is_any: bool = False
    ) -> None:
        """Compare values with their shapes; `is_any` if they may be what has none, such as a dual number."""
        if self.said.each and len(values) == 1 and not is_any:
            values = list(values[0].values() if isinstance(values[0], dict) else values[0])
            names = [f"one of {names[0]}"] * len(values)
        for item, name, value in self._pairs(items, list(zip(names, values, strict=True))):
            shape = shape_of(value)
            if not item.shapes or (shape is None and is_any):
                continue
            if shape is None:
                raise self._error(f"{name} is a {type(value).__name__}, which has no shape")
            if not any(self._fits(sizes, shape) for sizes in item.shapes):
                raise self._error(f"{name} has the shape {shape}")

    def _error(self, message: str) -> CommentError:
        return CommentError(f"the comment says {self.said.text}; {message}")

    def _pairs(
        self, items: Sequence[Item], values: list[tuple[str, Any]]
    ) -> Iterator[tuple[Item, str, Any]]:
        """Which shape is said of which value: of the one it names, of all, or of the arrays in turn."""
        if any(item.names for item in items):
            there = dict(values)
            for item in items:
                for name in item.names:
                    if name not in there:
                        raise self._error(f"{name} is not among {', '.join(there)}")
                    yield item, name, there[name]
            return
        if self.said.each:
            items = list(items) * len(values)
        if len(items) != len(values):
            values = [(name, value) for name, value in values if shape_of(value)]
        if len(items) != len(values):
            raise self._error("it is not clear of which: name it, or say each")
        for item, (name, value) in zip(items, values, strict=True):
            yield item, name, value

    def _fits(self, sizes: Shape, shape: tuple[int, ...]) -> bool:
        """Whether a shape is what is said; only if so, letters are what they are in it."""
        if ANY in sizes:
            at, behind = sizes.index(ANY), len(sizes) - sizes.index(ANY) - 1
            if len(shape) < at + behind:
                return False
            sizes = sizes[:at] + sizes[at + 1 :]
            shape = shape[:at] + shape[len(shape) - behind :]
        before = dict(self.letters)
        if len(sizes) == len(shape) and all(map(self._is_size, sizes, shape)):
            return True
        self.letters = before
        return False

    def _is_size(self, said: str, size: int) -> bool:
        value = None
        with suppress(NameError):
            value = eval(said, self.frame.f_globals, {**self.frame.f_locals, **self.letters})
        if isinstance(value, int | np.integer):
            return int(value) == size
        return self.letters.setdefault(said, size) == size


def shape_of(value: Any) -> tuple[int, ...] | None:
    """The shape of an array, a number or a list of such; of anything else none."""
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple):
        return tuple(map(int, shape))
    if isinstance(value, int | float | complex | list | tuple):
        with suppress(ValueError):
            return np.shape(value)
    return None
