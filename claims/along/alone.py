"""Alone: a page's code as it runs without this package, where NumPy and Matplotlib are.

What a page takes from `snippets` is written out once, before it is first needed, with all
that it needs itself; where the page shows it first, there. What would meet another thing of
the same name is called `name_of_module`.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from claims.along.library import PACKAGE, Library, Name, imported
from claims.along.statement import Statement, statements
from claims.block import Code, expand
from claims.page import Fence, Page
from claims.problem import PageError, Problem

HERE = Name("", "the page")  # who holds a name that the page itself binds
At: TypeAlias = tuple[str, int]  # a statement of a module


@dataclass(frozen=True)
class Block:
    """A Python fence as it runs alone, after the blocks above it."""

    fence: Fence
    definitions: tuple[Statement, ...]  # of the snippets, to stand before it
    own: tuple[Statement, ...]
    shown: frozenset[str]  # what it shows of the snippets, by the names these have here

    @property
    def text(self) -> str:
        """What it says itself."""
        if self.shown:
            return spaced(self.own)
        return "\n".join(piece.text for piece in self.own).strip("\n")


@lru_cache(maxsize=256)
def blocks_alone(page: Page, root: Path, around: str = "") -> tuple[Block, ...]:
    """The Python blocks of a page, in its order, none of them importing a snippet.

    Args:
        page: the page.
        root: the repository.
        around: the page's `surroundings`: when they change, so do the blocks.

    Raises:
        PageError: if a block takes from the snippets what cannot be written out.
    """
    codes = [(f, expand(f, page.path, root)) for f in page.fences if f.language == "python"]
    written = tuple((f.name, f.stat().st_mtime_ns) for f in sorted((root / PACKAGE).glob("*.py")))
    writer = _Writer(page, _library(root, written), codes)
    return tuple(writer.block(fence, code) for fence, code in codes)


@lru_cache(maxsize=4)
def _library(root: Path, written: tuple[tuple[str, int], ...]) -> Library:
    """The snippets as they were written last: one library for all pages, which looks at each statement once."""
    return Library(root)


class _Writer:
    """Writes a page's blocks, and remembers what stands written."""

    def __init__(self, page: Page, library: Library, codes: list[tuple[Fence, Code]]) -> None:
        self.page = page
        self.library = library
        self.calls: dict[Name, str] = {}  # what each thing is called here
        self.holders: dict[str, Name] = {}  # and who has each name
        self.written: set[tuple[str, int]] = set()
        self.there: set[Name] = set()  # imported by now
        self.aliases: dict[str, str] = {}  # modules that the page calls by a name
        wanted: list[tuple[str, Name]] = []
        for fence, code in codes:
            for piece in statements(code.text):
                wanted += self._reserve(piece, fence, code)
        for name, what in wanted:
            self.holders.setdefault(name, what)

    def block(self, fence: Fence, code: Code) -> Block:
        """A block; to be asked for in the order of the page."""
        wanted: set[Name] = set()
        shown: set[Name] = set()
        own: list[Statement] = []
        for piece in statements(code.text):
            taken = self._taken(piece)
            if module := _included_from(piece, code):
                defined = piece.binds & self.library.modules[module].stating.keys()
                shown |= {self.library.resolve(module, name) for name in defined}
            elif taken:
                self.aliases |= {name: what.name for name, what in taken.items() if _whole(what)}
                wanted |= {self._found(what) for what in taken.values() if not _whole(what)}
            else:
                wanted |= self._reached(piece)
        before, here = self._written_out(wanted, shown)
        for piece in statements(code.text):
            if not _included_from(piece, code):
                own += self._own(piece)
        named = frozenset(self._call(name) for name in shown)
        return Block(fence, tuple(before), (*here, *own), named)

    def _reserve(self, piece: Statement, fence: Fence, code: Code) -> Iterator[tuple[str, Name]]:
        """Hold the names that the page binds; tell those that it wants of the snippets."""
        if module := _included_from(piece, code):
            yield from ((name, self.library.resolve(module, name)) for name in piece.binds)
            return
        taken = self._taken(piece)
        self._refuse(piece, fence, bool(taken))
        for what in taken.values():
            if not _whole(what):
                yield what.name, self._found(what)
        for name in () if taken else piece.binds:
            holder = imported(piece).get(name, HERE)
            known = self.holders.setdefault(name, holder)
            self.holders[name] = holder if known == holder else HERE

    def _refuse(self, piece: Statement, fence: Fence, takes: bool) -> None:
        """What is taken from the snippets elsewhere than by one import at top level."""
        asked = [part for part in piece.parts if _imports_snippets(part)]
        if asked and not (takes and [type(node) for node in piece.nodes] == [ast.ImportFrom]):
            message = f"write `from {PACKAGE}.… import …` on a line of its own, at top level: downloads write the definitions out there"
            raise PageError(Problem(self.page.path, fence.line, message))

    def _taken(self, piece: Statement) -> dict[str, Name]:
        """What a statement imports from the snippets."""
        known = imported(piece)
        return {n: w for n, w in known.items() if w.module.partition(".")[0] == PACKAGE}

    def _found(self, what: Name) -> Name:
        return self.library.resolve(what.module.partition(".")[2], what.name)

    def _reached(self, piece: Statement) -> set[Name]:
        """What a statement takes from the modules that the page calls by a name."""
        return {
            self.library.resolve(self.aliases[part.value.id], part.attr)
            for part in piece.parts
            if isinstance(part, ast.Attribute)
            and isinstance(part.value, ast.Name)
            and part.value.id in self.aliases
        }

    def _own(self, piece: Statement) -> Iterator[Statement]:
        """A statement of the page as it stands alone; an import of snippets is at most a name."""
        taken = self._taken(piece)
        for name, what in taken.items():
            if not _whole(what) and self._call(self._found(what)) != name:
                yield Statement(f"{name} = {self._call(self._found(what))}")
        if not taken:
            self.there |= set(imported(piece).values())
            modules = self.aliases.items()
            reached = self._reached(piece) if modules else set()
            names = {f"{a}.{n.name}": self._call(n) for n in reached for a, _ in modules}
            yield piece.renamed(names)

    def _written_out(
        self, wanted: set[Name], shown: set[Name]
    ) -> tuple[list[Statement], list[Statement]]:
        """The definitions that are not yet there: to stand before a block, and in it."""
        needed = self.library.closure(wanted | shown)
        for name in sorted(needed, key=lambda n: (n not in wanted, n)):
            self._call(name)
        here = {(n.module, at) for n in shown for at in self.library.statements(n)}
        new = {(n.module, at) for n in needed for at in self.library.statements(n)} - self.written
        self.written |= new
        order = sorted(new, key=lambda at: (self.library.rank(at[0]), *at))
        imports = self._imports({n for at in order for n in self.library.used(*at)})
        first = self._read_at_once([at for at in order if at not in here], order)
        before = [self._definition(*at) for at in order if at in first]
        return [*imports, *before], [self._definition(*at) for at in order if at not in first]

    def _read_at_once(self, first: list[At], order: list[At]) -> set[At]:
        """Definitions, and which others these read when they run: a function's default is one."""
        found = set(first)
        for at in reversed(order):
            piece = self.library.modules[at[0]].pieces[at[1]]
            names = {self.library.resolve(at[0], name) for name in piece.binds}
            if any(names & self._now(other) for other in found):
                found.add(at)
        return found

    def _now(self, at: At) -> set[Name]:
        piece = self.library.modules[at[0]].pieces[at[1]]
        known = self.library.modules[at[0]].used(at[1])
        return {self.library.resolve(at[0], name) for name in piece.now & set(known)}

    def _imports(self, needed: set[Name]) -> Iterator[Statement]:
        """The imports that definitions need and that are not there yet."""
        new = {n for n in needed if n.module not in self.library.modules} - self.there
        self.there |= new
        named: dict[str, list[str]] = defaultdict(list)
        for what in sorted(new):
            name = self._call(what)
            if what.name:
                named[what.module].append(what.name + (f" as {name}" if name != what.name else ""))
            else:
                yield Statement(
                    f"import {what.module}" + (f" as {name}" if name != what.module else "")
                )
        for module, names in named.items():
            yield Statement(f"from {module} import {', '.join(names)}")

    def _definition(self, module: str, index: int) -> Statement:
        """A statement of a snippet, by the names that things have here."""
        piece = self.library.modules[module].pieces[index]
        used = self.library.modules[module].used(index)
        names = {name: self._call(self.library.resolve(module, name)) for name in used}
        return piece.renamed({old: new for old, new in names.items() if old != new})

    def _call(self, what: Name) -> str:
        """What a thing is called here: as at home, if nothing else is called so."""
        if what not in self.calls:
            home = SHORT.get(what.module, what.module) if not what.name else what.name
            if self.holders.setdefault(home, what) != what:
                home = f"{home}_of_{what.module.replace('.', '_')}"
                self.holders[home] = what
            self.calls[what] = home
        return self.calls[what]


SHORT = {"numpy": "np"}


def _whole(what: Name) -> bool:
    """Whether a module is imported, and no name of it."""
    return what.module == PACKAGE


def _imports_snippets(part: ast.AST) -> bool:
    if isinstance(part, ast.ImportFrom):
        return (part.module or "").partition(".")[0] == PACKAGE
    return isinstance(part, ast.Import) and any(
        alias.name.partition(".")[0] == PACKAGE for alias in part.names
    )


def _included_from(piece: Statement, code: Code) -> str:
    """The snippet that a statement is included from, if any."""
    file = code.places[piece.line + piece.first - 2][0]
    folder, _, name = file.partition("/")
    return name.removesuffix(".py") if folder == PACKAGE else ""


def spaced(pieces: Iterable[Statement]) -> str:
    """Statements of several places as a file lays them out: air around what has a body."""
    text, tall_before = "", False
    for piece in pieces:
        words = piece.text.strip("\n")
        tall = words.startswith(("def ", "class ", "@")) or "\ndef " in words
        gap = "\n\n\n" if tall or tall_before else "\n"
        text, tall_before = f"{text}{gap}{words}" if text else words, tall
    return text
