"""Tree: what a formula says, before any letter in it means anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property


@dataclass(frozen=True)
class Tree:
    """A part of a formula."""

    def parts(self) -> tuple[Tree, ...]:
        """The parts directly beneath this one."""
        return self._parts

    def walk(self) -> tuple[Tree, ...]:
        """This part and everything beneath it, outermost first."""
        return self._walked

    @cached_property
    def _parts(self) -> tuple[Tree, ...]:
        names: tuple[str, ...] = self.__match_args__
        return tuple(_trees(tuple(getattr(self, name) for name in names)))

    @cached_property
    def _walked(self) -> tuple[Tree, ...]:
        return (self, *(node for part in self.parts() for node in part.walk()))


def _trees(value: object) -> Iterator[Tree]:
    if isinstance(value, Tree):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _trees(item)


@dataclass(frozen=True)
class Number(Tree):
    """A number; `digits` is how it is written, for half a unit of its last digit."""

    value: Fraction
    digits: str


@dataclass(frozen=True)
class Infinity(Tree):
    r"""`\infty`."""


@dataclass(frozen=True)
class Dots(Tree):
    r"""`…`, `\cdots`, `\vdots`."""


@dataclass(frozen=True)
class Name(Tree):
    r"""A letter with its decorations: `\hat{y}`, `\mathbf{x}_i`, `W^{(l)}`, `x^*`.

    `index` are its subscripts, `layer` a superscript in parentheses; a subscript
    that is a word, or a star, is part of `letter`.
    """

    letter: str
    index: tuple[Tree, ...] = ()
    layer: Tree | None = None

    @property
    def bold(self) -> bool:
        """Whether it is set as a vector or a matrix."""
        return self.letter.startswith("\\mathbf")

    @property
    def plain(self) -> str:
        """The letter without bold."""
        return self.letter.removeprefix("\\mathbf{").removesuffix("}") if self.bold else self.letter


@dataclass(frozen=True)
class Known(Tree):
    """A function known by its own name: sin, exp, tr, softmax."""

    word: str


@dataclass(frozen=True)
class Text(Tree):
    """Words that name a quantity."""

    words: str


@dataclass(frozen=True)
class Quantity(Tree):
    """A number and its unit."""

    number: Tree
    unit: str


@dataclass(frozen=True)
class Plus(Tree):
    """A sum; a difference is a sum with a Minus."""

    terms: tuple[Tree, ...]


@dataclass(frozen=True)
class Minus(Tree):
    """The opposite of a term."""

    body: Tree


@dataclass(frozen=True)
class Times(Tree):
    """A product in the order of its factors."""

    factors: tuple[Tree, ...]


@dataclass(frozen=True)
class Elementwise(Tree):
    r"""`a \\odot b`."""

    left: Tree
    right: Tree


@dataclass(frozen=True)
class Over(Tree):
    """A fraction."""

    top: Tree
    bottom: Tree


@dataclass(frozen=True)
class Power(Tree):
    """A power; of a matrix with exponent −1, its inverse."""

    base: Tree
    exponent: Tree


@dataclass(frozen=True)
class Root(Tree):
    """A root of some degree."""

    body: Tree
    degree: int


@dataclass(frozen=True)
class Factorial(Tree):
    """n!"""

    body: Tree


@dataclass(frozen=True)
class Transpose(Tree):
    """Aᵀ"""

    body: Tree


@dataclass(frozen=True)
class Absolute(Tree):
    """|x|, of a matrix its determinant."""

    body: Tree


@dataclass(frozen=True)
class Norm(Tree):
    """‖x‖, Euclidean or Frobenius; `kind` is "", 1, 2, F or infinity."""

    body: Tree
    kind: str


@dataclass(frozen=True)
class Call(Tree):
    """A function at arguments."""

    head: Tree
    arguments: tuple[Tree, ...]


@dataclass(frozen=True)
class Prime(Tree):
    """A derivative by primes, or f⁽ⁿ⁾ if the order is no number."""

    head: Tree
    order: Tree


@dataclass(frozen=True)
class Compose(Tree):
    """f ∘ g"""

    outer: Tree
    inner: Tree


@dataclass(frozen=True)
class InverseFunction(Tree):
    """f⁻¹ as a function."""

    head: Tree


@dataclass(frozen=True)
class Derivative(Tree):
    """d/dx or ∂/∂x of a body, in one or several variables, each with its order."""

    body: Tree
    variables: tuple[tuple[Tree, int | Tree], ...]
    partial: bool


@dataclass(frozen=True)
class Gradient(Tree):
    """∇f; order 2 is the Hessian."""

    body: Tree
    variable: Tree | None
    order: int = 1


@dataclass(frozen=True)
class Limit(Tree):
    """A limit; `side` is +, − or empty for both."""

    variable: Tree
    point: Tree
    side: str
    body: Tree


@dataclass(frozen=True)
class Series(Tree):
    """A sum or a product over an index; without bounds, over all its values but `other`."""

    index: str
    lower: Tree | None
    upper: Tree | None
    body: Tree
    product: bool
    other: Tree | None = None


@dataclass(frozen=True)
class Integral(Tree):
    """An integral; without bounds, an antiderivative."""

    body: Tree
    variable: Tree
    lower: Tree | None
    upper: Tree | None


@dataclass(frozen=True)
class At(Tree):
    """A body evaluated at a point: `\\bigg|_{(2,3)}` or `|_{x=2}`."""

    body: Tree
    names: tuple[Tree, ...]
    values: tuple[Tree, ...]


@dataclass(frozen=True)
class Row(Tree):
    """A list in parentheses or brackets: a point, or a column written flat."""

    items: tuple[Tree, ...]


@dataclass(frozen=True)
class Grid(Tree):
    """A matrix, entry by entry."""

    rows: tuple[tuple[Tree, ...], ...]


@dataclass(frozen=True)
class Extreme(Tree):
    r"""`\max` or `\min`: of a list, or of a body over a variable; argmax and argmin say where."""

    word: str
    items: tuple[Tree, ...]
    variable: Tree | None = None


@dataclass(frozen=True)
class BigO(Tree):
    """O(h²): a term known only by how fast it vanishes."""

    body: Tree


@dataclass(frozen=True)
class Relation(Tree):
    """A chain a = b ≈ c: `signs[i]` stands between sides i and i + 1."""

    sides: tuple[Tree, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Cases(Tree):
    """A function by cases; a case without condition is "otherwise".

    If `partial`, it is not defined elsewhere; else the page says that there is no elsewhere.
    """

    values: tuple[Tree, ...]
    conditions: tuple[tuple[Relation, ...], ...]
    partial: bool = False


@dataclass(frozen=True)
class Indicator(Tree):
    """1[z > 0], entry by entry."""

    condition: Relation


@dataclass(frozen=True)
class Statement(Tree):
    """A claim under its conditions; `kind` is "is", "so" behind ⇒, "iff" for ⇔."""

    claims: tuple[Relation, ...]
    conditions: tuple[Relation, ...] = ()
    kind: str = "is"


@dataclass(frozen=True)
class Formula(Tree):
    """Everything one dollar span says."""

    statements: tuple[Statement, ...]
    continues: bool = False


@dataclass(frozen=True)
class Entry(Tree):
    """An entry of what is in parentheses: (AB)ᵢⱼ, softmax(z)ᵢ."""

    body: Tree
    index: tuple[Tree, ...]


@dataclass(frozen=True)
class Space(Tree):
    """ℝ with its dimensions; other sets have no dimensions that matter."""

    letter: str
    dimensions: tuple[Tree, ...]
