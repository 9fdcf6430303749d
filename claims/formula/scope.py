"""Scope: what the letters of a section mean so far. A sub-section begins with its parent's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from claims.formula import tree
from claims.formula.shape import Shapes
from claims.formula.tree import Name, Relation, Tree


def key(name: Name) -> str:
    """What names have in common that differ in their subscripts only."""
    return name.letter + ("^()" if name.layer is not None else "")


def places(name: Name) -> tuple[Tree, ...]:
    """The layer and the subscripts of a name."""
    return name.index if name.layer is None else (name.layer, *name.index)


@dataclass
class Definition:
    """What a name stands for.

    Args:
        name: the name with its subscripts, which may be letters: sᵢ = …, w_{t+1} = ….
        parameters: of a function; None for a quantity.
        body: what it is equal to.
        primes: 1 if it is f′ that is defined, and f is not.
    """

    name: Name
    parameters: tuple[Tree, ...] | None
    body: Tree
    line: int
    latex: str
    primes: int = 0
    used: bool = False

    @property
    def is_value(self) -> bool:
        """Whether it is a plain number for a letter: x = 2."""
        body = self.body.body if isinstance(self.body, tree.Minus) else self.body
        return self.parameters is None and isinstance(body, tree.Number | tree.Quantity)


@dataclass
class Scope:
    """The meaning of names at one place of a page."""

    level: int = 0
    definitions: dict[str, list[Definition]] = field(default_factory=dict)
    functions: set[str] = field(default_factory=set)
    signatures: dict[str, tuple[Tree, ...]] = field(default_factory=dict)
    edges: set[tuple[Any, ...]] = field(default_factory=set)
    sequences: set[str] = field(default_factory=set)
    ties: dict[str, object] = field(default_factory=dict)
    assumptions: list[Relation] = field(default_factory=list)
    shapes: Shapes = field(default_factory=Shapes)

    def child(self, level: int) -> Scope:
        """The scope of a sub-section, or a copy to try something in."""
        return Scope(
            level,
            {letter: list(found) for letter, found in self.definitions.items()},
            set(self.functions),
            dict(self.signatures),
            set(self.edges),
            set(self.sequences),
            dict(self.ties),
            list(self.assumptions),
            self.shapes.copy(),
        )

    def define(self, definition: Definition) -> None:
        """Enter a definition."""
        self.definitions.setdefault(key(definition.name), []).append(definition)
        if definition.parameters is not None:
            self.functions.add(definition.name.letter)
            self.signatures.setdefault(_signature_key(definition.name), definition.parameters)

    def defined(self, name: Name, primes: int = 0) -> list[Definition]:
        """The definitions of this name under any subscript."""
        return [d for d in self.definitions.get(key(name), []) if d.primes == primes]

    def whole(self, letter: str) -> list[Definition]:
        """The definitions of a letter without any subscript."""
        return [d for d in self.definitions.get(letter, []) if not places(d.name) and not d.primes]

    def is_tied(self, name: Name) -> bool:
        """Whether a note ties the name to the page's code."""
        return name.letter in self.ties

    def free(self, letters: set[str] | None) -> None:
        """Forget these letters, or all."""
        for table in (self.definitions, self.signatures, self.ties):
            for letter in [k for k in table if letters is None or _base(k) in letters]:
                table.pop(letter)
        if letters is None:
            self.functions, self.edges, self.sequences = set(), set(), set()
            self.assumptions, self.shapes = [], Shapes()
            return
        self.functions -= letters
        self.sequences -= letters
        self.edges = {
            e for e in self.edges if not letters & {n.letter for n in e if isinstance(n, Name)}
        }
        self.shapes.forget(letters)


def _base(letter: str) -> str:
    return (
        letter.removesuffix("^()").partition("_")[0]
        if "{" not in letter
        else letter.removesuffix("^()")
    )


def _signature_key(name: Name) -> str:
    return name.letter


def signature_key(name: Name) -> str:
    """Under what a function's arguments are remembered: f₁ and f₂ share them."""
    return _signature_key(name)


def shown(name: Name) -> str:
    """A name as its author wrote it, nearly."""
    return name.letter + ("_…" if name.index else "")
