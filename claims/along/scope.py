"""Scope: where Python at top level binds and reads the names of its module.

What a function calls its own is nobody else's name. A name is read *now*, when the statement
runs, or *later*, when a function that it makes is called.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True)
class Use:
    """One place where a statement uses a name of the module."""

    name: str
    node: ast.AST
    binds: bool = False
    later: bool = False


def uses(node: ast.AST, own: frozenset[str] = frozenset(), later: bool = False) -> Iterator[Use]:
    """The uses of names of the module in a part of it.

    Args:
        node: a statement, or a part of one.
        own: the names that the functions around call their own.
        later: whether it runs only when a function is called.
    """
    if isinstance(node, ast.Name):
        if node.id not in own:
            yield Use(node.id, node, not isinstance(node.ctx, ast.Load), later)
        return
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)) and node.name not in own:
        yield Use(node.name, node, True, later)
    elif isinstance(node, ast.alias):
        yield Use(bound_by(node), node, True, later)
    elif isinstance(node, ast.ExceptHandler) and node.name and node.name not in own:
        yield Use(node.name, node, True, later)
    if isinstance(node, (*FUNCTIONS, ast.Lambda)):
        yield from _of_function(node, own, later)
    elif isinstance(node, ast.ClassDef):
        yield from _of_class(node, own, later)
    elif isinstance(node, COMPREHENSIONS):
        targets = frozenset(n for g in node.generators for n in _stored(g.target))
        for child in ast.iter_child_nodes(node):
            yield from uses(child, own | targets, later)
    else:
        for child in ast.iter_child_nodes(node):
            yield from uses(child, own, later)


def flow(nodes: Iterable[ast.stmt], bound: frozenset[str]) -> tuple[set[str], frozenset[str]]:
    """What statements, one after the other, read before they bind it, and what they bind.

    Args:
        nodes: the statements.
        bound: the names bound before them.

    Returns:
        the names read, and all names that are surely bound after them: a branch may be left
        out, but a loop of a page runs.
    """
    read: set[str] = set()
    for node in nodes:
        match node:
            case ast.For():
                read |= _reads(node.iter) - bound
                inner, bound = flow(node.body, bound | set(_stored(node.target)))
                read |= inner | flow(node.orelse, bound)[0]
            case ast.If():
                read |= _reads(node.test) - bound
                branches = [flow(branch, bound) for branch in (node.body, node.orelse)]
                read |= branches[0][0] | branches[1][0]
                bound = branches[0][1] & branches[1][1]
            case ast.With():
                for item in node.items:
                    read |= _reads(item) - bound
                    bound |= set(_stored(item.optional_vars)) if item.optional_vars else set()
                inner, bound = flow(node.body, bound)
                read |= inner
            case ast.While() | ast.Try():
                read |= _reads(node) - bound
            case ast.AugAssign():
                read |= _reads(node) | (set(_stored(node.target)) - bound)
            case _:
                used = [use for use in uses(node) if not use.later]
                read |= {use.name for use in used if not use.binds} - bound
                bound |= {use.name for use in used if use.binds}
    return read, bound


def _reads(node: ast.AST) -> set[str]:
    return {use.name for use in uses(node) if not (use.binds or use.later)}


def bound_by(alias: ast.alias) -> str:
    """The name that an import binds."""
    return alias.asname or alias.name.partition(".")[0]


def place(use: Use, line: str) -> tuple[int, int]:
    """Where the name stands in its line: its first byte, and the one after its last."""
    if isinstance(use.node, ast.Name):
        return use.node.col_offset, use.node.end_col_offset or 0
    found = re.search(rf"\b(?:def|class|as)\s+({re.escape(use.name)})\b", line)
    if found is None:
        raise ValueError(f"cannot call {use.name} otherwise in: {line.strip()}")
    return len(line[: found.start(1)].encode()), len(line[: found.end(1)].encode())


def _of_function(node: Function, own: frozenset[str], later: bool) -> Iterator[Use]:
    """Defaults, decorators and annotations are read now, the body later."""
    arguments = node.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    named += [a for a in (arguments.vararg, arguments.kwarg) if a]
    around: list[ast.AST | None] = [*arguments.defaults, *arguments.kw_defaults]
    if not isinstance(node, ast.Lambda):
        around += [*(a.annotation for a in named), node.returns, *node.decorator_list]
    for outer in around:
        if outer is not None:
            yield from uses(outer, own, later)
    body: list[ast.AST] = [*node.body] if isinstance(node.body, list) else [node.body]
    declared = _declared(body)
    inside = own - declared | {a.arg for a in named} | frozenset(_local(body)) - declared
    for part in body:
        yield from uses(part, inside, True)


def _of_class(node: ast.ClassDef, own: frozenset[str], later: bool) -> Iterator[Use]:
    """A class's names are its own, and its methods do not see them."""
    for outer in [*node.bases, *(k.value for k in node.keywords), *node.decorator_list]:
        yield from uses(outer, own, later)
    members = frozenset(_local(node.body))
    for part in node.body:
        for use in uses(part, own, later):
            if use.later or use.name not in members:
                yield use


def _declared(body: Iterable[ast.AST]) -> frozenset[str]:
    """The names of the module that a function says it binds."""
    found = (part for node in body for part in ast.walk(node) if isinstance(part, ast.Global))
    return frozenset(name for part in found for name in part.names)


def _local(body: Iterable[ast.AST]) -> Iterator[str]:
    """The names that a body binds, not those that functions in it bind."""
    for node in body:
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.alias):
            yield bound_by(node)
        elif isinstance(node, ast.Lambda):
            continue
        elif isinstance(node, COMPREHENSIONS):
            walked = (n for n in ast.walk(node) if isinstance(n, ast.NamedExpr))
            yield from (n for walrus in walked for n in _stored(walrus.target))
        else:
            if isinstance(node, ast.ExceptHandler) and node.name:
                yield node.name
            if isinstance(node, ast.Name):
                yield from _stored(node)
            yield from _local(ast.iter_child_nodes(node))


def _stored(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load):
            yield part.id
