"""Library: the snippets as definitions that can be written out, each with all that it needs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from claims.along.statement import BINDERS, Statement, statements

PACKAGE = "snippets"
MARKER = re.compile(r"^[ \t]*# (?:--8<-- \[.*\]|fmt: \w+)\n", re.M)


@dataclass(frozen=True, order=True)
class Name:
    """A name that a module gives; a whole module has no name in it."""

    module: str
    name: str = ""


class Module:
    """A snippet's statements, by the names that they define."""

    def __init__(self, name: str, source: str) -> None:
        """Of its stem and its text."""
        self.name = name
        self.pieces = statements(MARKER.sub("", source))

    @cached_property
    def imported(self) -> dict[str, Name]:
        """What each imported name stands for."""
        return {name: what for piece in self.pieces for name, what in imported(piece).items()}

    @cached_property
    def stating(self) -> dict[str, list[int]]:
        """The statements that make each name what it is; a loop is about all that it names."""
        defined = {n for p in self.pieces if not p.imports for n in p.binds}
        found: dict[str, list[int]] = {name: [] for name in defined}
        for index, piece in enumerate(self.pieces):
            plain = all(isinstance(node, BINDERS) for node in piece.nodes)
            about = piece.changes if plain else piece.changes | piece.now
            for name in about & (set() if piece.imports else defined):
                found[name].append(index)
        return found

    def used(self, index: int) -> list[str]:
        """The names of the module, imported or its own, that a statement uses."""
        piece = self.pieces[index]
        return sorted(
            (piece.now | piece.later | piece.binds) & (self.stating.keys() | self.imported.keys())
        )


class Library:
    """The modules of a folder of snippets."""

    def __init__(self, root: Path) -> None:
        """Of the repository that has them."""
        files = sorted((root / PACKAGE).glob("[!_]*.py"))
        self.modules = {f.stem: Module(f.stem, f.read_text(encoding="utf-8")) for f in files}

    def resolve(self, module: str, name: str) -> Name:
        """Where a name that a module uses is defined; an import's, if it is no snippet's."""
        what = self.modules[module].imported.get(name)
        if what is None:
            return self._first.get(Name(module, name), Name(module, name))
        package, _, sibling = what.module.partition(".")
        return self.resolve(sibling, what.name) if package == PACKAGE else what

    def closure(self, wanted: Iterable[Name]) -> set[Name]:
        """Definitions and all that they need, what is imported included."""
        found: set[Name] = set()
        new = [*wanted]
        while new:
            name = new.pop()
            if name in found:
                continue
            found.add(name)
            new += [used for at in self.statements(name) for used in self.used(name.module, at)]
        return found

    def statements(self, name: Name) -> list[int]:
        """The statements of its module that make a name what it is; an import has none."""
        return self.modules[name.module].stating[name.name] if name.module in self.modules else []

    def used(self, module: str, index: int) -> list[Name]:
        """What a statement uses."""
        return [self.resolve(module, name) for name in self.modules[module].used(index)]

    @cache  # noqa: B019  # a library lives as long as the process
    def rank(self, module: str) -> int:
        """Greater than that of each sibling that the module needs."""
        asked = [what.module.partition(".") for what in self.modules[module].imported.values()]
        return 1 + max((self.rank(s) for package, _, s in asked if package == PACKAGE), default=0)

    @cached_property
    def _first(self) -> dict[Name, Name]:
        """Of names that several modules define alike (`Array = Any`), the first is all of them."""
        alike: dict[str, Name] = {}
        found = {}
        for module in sorted(self.modules.values(), key=lambda m: (self.rank(m.name), m.name)):
            for piece in module.pieces:
                (node, *others) = piece.nodes
                if others or not isinstance(node, ast.Assign):
                    continue
                if piece.now <= module.imported.keys():
                    for name in piece.binds:
                        said = (
                            f"{ast.unparse(node)} {[module.imported[n] for n in sorted(piece.now)]}"
                        )
                        found[Name(module.name, name)] = alike.setdefault(
                            said, Name(module.name, name)
                        )
        return found


def imported(piece: Statement) -> dict[str, Name]:
    """What each name that a statement imports stands for."""
    parts = {name: what.partition(":") for name, what in piece.imports.items()}
    return {name: Name(module, attribute) for name, (module, _, attribute) in parts.items()}
