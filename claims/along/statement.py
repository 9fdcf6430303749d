"""Statement: a piece of Python at top level, and what it does to the names of its module."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from claims.along.scope import FUNCTIONS, Use, flow, place, uses

BINDERS = (*FUNCTIONS, ast.ClassDef, ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom)
GENERATORS = {"default_rng", "RandomState"}  # what they make, every use changes


@dataclass(frozen=True)
class Statement:
    """A top-level statement with the lines above it; several, where they share a line."""

    text: str
    line: int = 1  # of its first line, in what it was split from

    @cached_property
    def nodes(self) -> list[ast.stmt]:
        """What it says, parsed."""
        return ast.parse(self.text).body

    @cached_property
    def parts(self) -> list[ast.AST]:
        """Every part of what it says."""
        return [part for node in self.nodes for part in ast.walk(node)]

    @cached_property
    def uses(self) -> list[Use]:
        """Every use of a name of the module."""
        return [use for node in self.nodes for use in uses(node)]

    @cached_property
    def first(self) -> int:
        """The line, from 1, on which it begins, below its comments."""
        return first_line(self.nodes[0])

    @cached_property
    def binds(self) -> frozenset[str]:
        """The names it binds."""
        return frozenset(use.name for use in self.uses if use.binds and not use.later)

    @cached_property
    def changes(self) -> frozenset[str]:
        """The names that it binds, or whose things it may change."""
        read = frozenset(use.name for use in self.uses)
        return self.binds | frozenset(_changed(self.nodes)) & read

    @cached_property
    def settles(self) -> frozenset[str]:
        """The names that it binds, whatever they were before."""
        return self._flow[1]

    @cached_property
    def now(self) -> frozenset[str]:
        """The names it reads when it runs, and has not bound itself."""
        return frozenset(self._flow[0])

    @cached_property
    def _flow(self) -> tuple[set[str], frozenset[str]]:
        return flow(self.nodes, frozenset())

    @cached_property
    def later(self) -> frozenset[str]:
        """The names that its functions read when they are called."""
        return frozenset(use.name for use in self.uses if use.later)

    @cached_property
    def imports(self) -> dict[str, str]:
        """What each name it imports stands for, if importing is all it does."""
        if not all(isinstance(node, ast.Import | ast.ImportFrom) for node in self.nodes):
            return {}
        return {name: what for node in self.nodes for name, what in _imported(node)}

    @cached_property
    def makes_generator(self) -> bool:
        """Whether it makes a generator of random numbers."""
        return any(getattr(p, "attr", getattr(p, "id", "")) in GENERATORS for p in self.parts)

    def renamed(self, names: Mapping[str, str]) -> Statement:
        """The statement with names of the module called otherwise; `graph.f` is a name too."""
        if not names:
            return self
        lines = self.text.split("\n")
        edits = []
        for use in self.uses:
            if use.name in names:
                line = use.node.lineno  # type: ignore[attr-defined]  # each use stands on a line
                edits.append((line, *place(use, lines[line - 1]), names[use.name]))
        for part in self.parts:
            if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
                name = names.get(f"{part.value.id}.{part.attr}")
                if name:
                    edits.append((part.lineno, part.col_offset, part.end_col_offset or 0, name))
        return Statement(_edited(lines, edits), self.line) if edits else self


def first_line(node: ast.stmt) -> int:
    """The line on which a statement begins, its decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


@lru_cache(maxsize=2048)
def statements(text: str) -> tuple[Statement, ...]:
    """A text of Python, split at top level: joined by line ends, the pieces are the text."""
    ends: list[int] = []
    for node in ast.parse(text).body:
        end = node.end_lineno or node.lineno
        if ends and first_line(node) <= ends[-1]:
            ends.pop()  # it shares a line with the one before
        ends.append(end)
    lines = text.split("\n")
    ends[-1:] = [len(lines)] * bool(ends)  # comments at the end belong to the last
    starts = [0, *ends[:-1]]
    return tuple(
        Statement("\n".join(lines[start:end]), start + 1)
        for start, end in zip(starts, ends, strict=True)
    )


def _edited(lines: list[str], edits: Iterable[tuple[int, int, int, str]]) -> str:
    coded = [line.encode() for line in lines]  # Python counts columns in bytes
    for line, start, end, name in sorted(edits, reverse=True):
        text = coded[line - 1]
        coded[line - 1] = text[:start] + name.encode() + text[end:]
    return b"\n".join(coded).decode()


def _imported(node: ast.stmt) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield alias.asname or alias.name, alias.name
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name, f"{node.module}:{alias.name}"


def _changed(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Names whose things are changed in place, as far as a look at the code can tell."""
    for node in nodes:
        if isinstance(node, ast.Lambda | ast.FunctionDef | ast.ClassDef):
            continue
        if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            yield _base(node)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield from _changed_by_call(node.value)
        yield from _changed(ast.iter_child_nodes(node))


def _changed_by_call(call: ast.Call) -> Iterator[str]:
    """A call whose value nobody wants changes its object or, if a function, its arguments."""
    function = _base(call.func)
    if function == "print":
        return
    if isinstance(call.func, ast.Attribute):
        yield function
    if isinstance(call.func, ast.Name) or function == "np":
        yield from (argument.id for argument in call.args if isinstance(argument, ast.Name))


def _base(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""
