"""Lacking: what of a page needs more than NumPy and Matplotlib, and how it is left out."""

from __future__ import annotations

import ast
import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

from claims.along.alone import Block
from claims.along.statement import Statement
from claims.page import Page
from claims.problem import PageError, Problem

THERE = {"numpy", "matplotlib", *sys.stdlib_module_names}
DISTRIBUTIONS = {"sklearn": "scikit-learn"}  # where it is not called as its module


def needs_of(page: Page, blocks: Iterable[Block]) -> dict[int, str]:
    """The blocks that need more than NumPy and Matplotlib, themselves or by what they read."""
    lacking: dict[str, str] = {}
    needs: dict[int, str] = {}
    for block in blocks:
        read, bound = _read(block), {n for piece in block.own for n in piece.binds}
        modules = {m for piece in block.own for m in _modules(piece)} - THERE
        modules |= {lacking[name] for name in read & lacking.keys()}
        modules |= {name for name in [block.fence.options.get("needs")] if name}
        if len(modules) > 1:
            message = (
                f"one block needs {' and '.join(sorted(modules))}: downloads can leave out one"
            )
            raise PageError(Problem(page.path, block.fence.line, message))
        for module in modules:
            needs[block.fence.start] = module
        lacking = {n: m for n, m in lacking.items() if n not in bound}
        lacking |= {name: module for name in bound for module in modules}
    return needs


def of_repository(root: Path, blocks: Iterable[Block]) -> str:
    """A package that a page imports and nobody can install, if there is one."""
    pieces = (piece for block in blocks for piece in block.own)
    modules = {module for piece in pieces for module in _modules(piece)}
    return next((module for module in sorted(modules) if (root / module).is_dir()), "")


def left_out(code: str, module: str) -> str:
    """Code that is left out where a module is missing, and says so."""
    name = DISTRIBUTIONS.get(module, module)
    return (
        "from importlib.util import find_spec\n\n"
        + indented(f'if find_spec("{module}"):', code)
        + f'\nelse:\n    print("Left out: it needs {name} (pip install {name})")'
    )


def indented(head: str, code: str) -> str:
    """Code below a line that ends in a colon, saying what it said.

    Raises:
        ValueError: if it holds a text of several lines.
    """
    inside = textwrap.indent(code, "    ")
    text = f"{head}\n{inside}"
    whole = text + ("\nfinally:\n    pass" if head == "try:" else "")
    (statement,) = ast.parse(whole).body
    assert isinstance(statement, ast.Try | ast.If)
    if list(map(ast.dump, statement.body)) != list(map(ast.dump, ast.parse(code).body)):
        raise ValueError(
            "downloads indent this block, and a text of several lines in it would change"
        )
    return text


def _read(block: Block) -> set[str]:
    """The names that a block reads and has not bound itself."""
    read: set[str] = set()
    bound: set[str] = set()
    for piece in block.own:
        read |= piece.now - bound
        bound |= piece.settles
    return read | {name for piece in block.own for name in piece.later - bound}


def _modules(piece: Statement) -> Iterator[str]:
    for part in piece.parts:
        if isinstance(part, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in part.names)
        elif isinstance(part, ast.ImportFrom):
            yield (part.module or "").partition(".")[0]
