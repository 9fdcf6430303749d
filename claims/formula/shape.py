r"""Shape: which letters are vectors and matrices, and what their dimensions have in common.

A letter is a vector or a matrix if it is bold, transposed, declared (`X \in \mathbb{R}^{N \times d}`,
a note `X 3x2`), or must be one for the formula to fit. Dimensions stay unknown until
a formula is decided; each then gets a size of its own, so that nothing is square by chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Set

from claims.formula import tree
from claims.formula.refusal import Refusal
from claims.formula.tree import Name, Tree
from claims.formula.vocabulary import FUNCTION_LETTERS, SCALAR_CAPITALS

Dim = int | str
Shape = tuple[Dim, Dim] | None  # None is a scalar
SIZES = ((3, 2, 4, 3, 2, 4), (2, 3, 4, 2, 3, 4))
COUNTS_AND_LOSSES = frozenset(["L", "N", "\\mathcal{L}"])  # scalars even in a trace
COUNTS = (3, 2, 4, 5, 1)  # for sums of scalars


class Shapes:
    """Dimensions as classes of equal ones, and the shapes of letters in terms of them."""

    def __init__(self) -> None:
        self.of: dict[str, tuple[Dim, Dim]] = {}
        self.same: dict[Dim, Dim] = {}
        self.order: list[str] = []
        self.scalars: set[str] = set()  # letters a note or the page says are scalars
        self.long: set[Dim] = set()  # dimensions that are not one: those of vectors
        self.families: dict[str, Dim] = {}  # how many y₁, y₂, … there are, by what sums run over
        self.count = 0
        self.matrices = False  # whether capitals are matrices here

    def copy(self) -> Shapes:
        """An independent copy."""
        other = Shapes()
        other.of, other.same, other.order = dict(self.of), dict(self.same), list(self.order)
        other.long = set(self.long)
        other.families = dict(self.families)
        other.scalars, other.count, other.matrices = set(self.scalars), self.count, self.matrices
        return other

    def forget(self, letters: set[str]) -> None:
        """These letters have no shape any more."""
        for letter in [k for k in self.of if k in letters]:
            self.of.pop(letter)

    # Dimensions

    def fresh(self, name: str = "") -> str:
        """A dimension nothing is known of; a named one is the same each time."""
        self.count += not name
        dim = f"size:{name}" if name else f"dim:{self.count}"
        if dim not in self.order:
            self.order.append(dim)
        return dim

    def root(self, dim: Dim) -> Dim:
        """The representative of all dimensions equal to this one."""
        while dim in self.same:
            dim = self.same[dim]
        return dim

    def unify(self, a: Dim, b: Dim) -> None:
        """Let two dimensions be equal."""
        a, b = self.root(a), self.root(b)
        if a == b:
            return
        if isinstance(a, int) and isinstance(b, int):
            raise Refusal(f"a dimension of {a} meets one of {b}: do these shapes fit?")
        if 1 in (a, b) and self.long & {a, b}:
            raise Refusal(
                "a vector would have one entry only: is a transpose missing, or one too many?"
            )
        gone, kept = (b, a) if isinstance(a, int) else (a, b)
        self.same[gone] = kept
        if gone in self.long and not isinstance(kept, int):
            self.long.add(kept)

    def join(self, a: Shape, b: Shape) -> Shape:
        """The shape of things that are added or compared."""
        if a is None or b is None:
            return a or b
        self.unify(a[0], b[0])
        self.unify(a[1], b[1])
        return a

    def sizes(self, attempt: int, at_least: int = 1) -> dict[Dim, int]:
        """A size for each dimension; different attempts give different ones."""
        roots = [r for r in dict.fromkeys(self.root(d) for d in self.order) if isinstance(r, str)]
        if not self.of:
            return dict.fromkeys(roots, max(COUNTS[attempt % len(COUNTS)], at_least))
        sizes = SIZES[attempt % len(SIZES)]
        return {r: max(sizes[i % len(sizes)], at_least) for i, r in enumerate(roots)}

    def named(self) -> Iterable[str]:
        """The letters that are sizes: N, d."""
        return [d.removeprefix("size:") for d in self.order if d.startswith("size:")]

    # What the page shows of letters

    def declare(self, letter: str, dims: tuple[Dim, ...]) -> None:
        """Let a letter have these dimensions; none is a scalar."""
        if not dims:
            self.scalars.add(letter)
            self.of.pop(letter, None)
            return
        shape: tuple[Dim, Dim] = (dims[0], dims[1]) if len(dims) > 1 else (dims[0], 1)
        if letter in self.of:
            self.join(self.of[letter], shape)
        self.of[letter] = shape

    def as_vector(self, letter: str) -> None:
        """A letter that must be a column."""
        if letter not in self.of and letter not in self.scalars:
            self.of[letter] = (self.fresh(), 1)
            self.long.add(self.of[letter][0])

    def as_matrix(self, letter: str) -> None:
        """A letter that must be a matrix."""
        if letter not in self.of and letter not in self.scalars:
            self.of[letter] = (self.fresh(), self.fresh())


def is_capital(letter: str) -> bool:
    """Whether a letter is a capital, as matrices are."""
    plain = (
        letter.removeprefix("\\mathbf{")
        .removeprefix("\\hat{")
        .removeprefix("\\bar{")
        .removeprefix("\\tilde{")
    )
    first = plain.lstrip("\\")[:1]
    return first.isupper()


def notice(shapes: Shapes, body: Tree, functions: Set[str] = frozenset()) -> None:
    """Take up what a formula shows of its letters' shapes by how they are written."""
    nodes = [n for n in body.walk() if not isinstance(n, Name) or n.letter not in functions]
    for node in nodes:
        if isinstance(node, Name) and node.bold and node.plain not in "01I":
            _by_letter(shapes, node)
        elif isinstance(node, tree.Transpose | tree.Norm) and isinstance(node.body, Name):
            _by_letter(shapes, node.body)
        elif isinstance(node, tree.Call) and isinstance(node.head, tree.Known):
            _by_function(shapes, node.head.word, node.arguments)
        elif (
            isinstance(node, tree.Gradient) and node.order == 2 and isinstance(node.variable, Name)
        ):
            _by_letter(shapes, node.variable)
    matrixy = (tree.Transpose, tree.Norm, tree.Elementwise, tree.Grid)
    if shapes.of and any(isinstance(n, matrixy) for n in nodes):
        shapes.matrices = True
    if shapes.matrices:
        _capitals(shapes, nodes, SCALAR_CAPITALS)
    for node in nodes:
        if isinstance(node, tree.Call) and node.head in (tree.Known("tr"), tree.Known("det")):
            _capitals(shapes, list(node.walk()), COUNTS_AND_LOSSES)
        inverse = isinstance(node, tree.Power) and isinstance(node.exponent, tree.Minus)
        below = list(node.base.walk()) if inverse and isinstance(node, tree.Power) else []
        if not any(isinstance(n, Name) and not is_capital(n.letter) for n in below):
            _capitals(shapes, below, COUNTS_AND_LOSSES)


def _by_letter(shapes: Shapes, name: Name) -> None:
    letter = name.letter + ("^()" if name.layer is not None else "")
    if is_capital(letter):
        shapes.as_matrix(letter)
    else:
        shapes.as_vector(letter)


def _by_function(shapes: Shapes, word: str, arguments: tuple[Tree, ...]) -> None:
    if len(arguments) != 1 or not isinstance(arguments[0], Name) or arguments[0].index:
        return
    if word in ("tr", "det"):
        shapes.as_matrix(arguments[0].letter)
    elif word in ("softmax", "diag"):
        shapes.as_vector(arguments[0].letter)


def _capitals(shapes: Shapes, nodes: list[Tree], but: frozenset[str]) -> None:
    """Among matrices, capitals are matrices."""
    heads = {n.head.letter for n in nodes if isinstance(n, tree.Call) and isinstance(n.head, Name)}
    for node in nodes:
        if not isinstance(node, Name) or not is_capital(node.letter) or node.letter == "I":
            continue
        if node.letter in but | FUNCTION_LETTERS | heads or node.letter.startswith("\\text"):
            continue
        if f"\\mathbf{{{node.letter}}}" in shapes.of:
            continue
        if f"size:{node.letter}" not in shapes.order and (not node.index or len(node.index) == 2):
            _by_letter(shapes, node)
