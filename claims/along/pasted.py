"""Pasted: a block with all that it needs, to be pasted into an empty file and run.

What it needs of the page is found by names: the statements that bind what it reads, or may
change it, and what these need. Imports stand first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from claims.along.alone import Block, spaced
from claims.along.library import imported
from claims.along.statement import Statement
from claims.exercise import role_of


def pasted(blocks: Sequence[Block]) -> list[list[Statement]]:
    """For each block of a page, the statements to stand before it; its own are not among them."""
    program: list[Statement] = []
    above: list[int] = []
    for block in blocks:
        program += block.definitions
        above.append(len(program))
        if role_of(block.fence) is None:
            program += block.own
    return [
        _Excerpt(program[:end]).needed_by(block, _answered(block, blocks))
        for end, block in zip(above, blocks, strict=True)
    ]


def pasted_text(needed: Sequence[Statement], own: str) -> str:
    """The text to paste: imports, definitions, the statements of the page, the block."""
    imports = [piece for piece in needed if piece.imports]
    rest = [piece for piece in needed if not piece.imports]
    read = {name for piece in rest for name in piece.now | piece.later}
    said = Statement(own)
    read |= said.now | said.later
    parts = [merged(imports, read), spaced(rest), own]
    return "\n\n".join(part for part in parts if part) + "\n"


def merged(imports: Iterable[Statement], read: set[str]) -> str:
    """The imports of some statements as one paragraph: what is read, each once."""
    whole, named = set(), defaultdict(set)
    for piece in imports:
        for name, what in imported(piece).items():
            if not what.name and name.partition(".")[0] in read:
                whole.add(f"import {what.module}" + (f" as {name}" if name != what.module else ""))
            elif what.name and name in read:
                named[what.module].add(what.name + (f" as {name}" if name != what.name else ""))
    froms = [f"from {module} import {', '.join(sorted(names))}" for module, names in named.items()]
    return "\n".join([*sorted(whole), *sorted(froms)])


def _answered(block: Block, blocks: Sequence[Block]) -> frozenset[str]:
    """What a check reads and the reader writes."""
    name = block.fence.options.get("check")
    stubs = [b for b in blocks if name and b.fence.options.get("exercise") == name]
    return frozenset(n for stub in stubs for piece in stub.own for n in piece.binds)


@dataclass(frozen=True)
class _Excerpt:
    """The statements above a block, and the search for those that it needs."""

    program: Sequence[Statement]

    def needed_by(self, block: Block, answered: frozenset[str]) -> list[Statement]:
        end, found = len(self.program), set[int]()
        new = [(name, end, False) for name in block.shown]
        bound: set[str] = set()
        for piece in block.own:
            new += [asked for asked in self._asks(piece, end, end) if asked[0] not in bound]
            bound |= piece.settles
        while new:
            name, before, later = new.pop()
            for at in [] if name in answered else self._stating(name, before, later):
                if at not in found:
                    found.add(at)
                    new += self._asks(self.program[at], at, end)
        return [self.program[at] for at in sorted(found)]

    def _asks(self, piece: Statement, at: int, end: int) -> Iterator[tuple[str, int, bool]]:
        """The names that a statement needs, and where it reads them."""
        yield from ((name, at, False) for name in piece.now)
        yield from ((name, end, True) for name in piece.later)

    def _stating(self, name: str, before: int, later: bool) -> Iterator[int]:
        """The statements that make a name what it is at a place; a call may come at any time."""
        for at in reversed(self._changing.get(name, [])):
            if at < before:
                yield at
                if not later and name in self.program[at].settles:
                    return

    @cached_property
    def _changing(self) -> dict[str, list[int]]:
        generators = {n for p in self.program if p.makes_generator for n in p.settles}
        found: dict[str, list[int]] = defaultdict(list)
        for at, piece in enumerate(self.program):
            for name in piece.changes | (generators & (piece.now | piece.later)):
                found[name].append(at)
        return found
