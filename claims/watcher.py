"""Watcher: the shapes that comments say, compared with arrays where these get their names.

The code of a page calls it, as `claims.comment` has it do: `compare` behind an assignment,
`returned` in a return; of a function whose head has a comment, `called` and `given`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType
from typing import Any

import numpy as np

OFTEN = 100  # times that a comment is looked at: a loop is not to be slowed down
ANY = "…"

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
        with suppress(NameError, SyntaxError, TypeError):
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
