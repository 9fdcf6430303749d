r"""Evidence: what the formulas of a section show of its letters before any is decided.

A letter is a function if it is defined with arguments, primed, or declared; it is
counted through if its subscripts go t, t + 1.
"""

from __future__ import annotations

from claims.formula import tree
from claims.formula.dependence import edges_of
from claims.formula.infer import Inference
from claims.formula.name import ACCENTS
from claims.formula.refusal import Refusal
from claims.formula.scope import Scope, key
from claims.formula.shape import notice
from claims.formula.token import Token
from claims.formula.tree import Formula, Name, Relation, Tree
from claims.formula.vocabulary import COMPANIONS, FUNCTION_LETTERS, GREEK, SIGNS

STARTS = ("Rightarrow", "Leftrightarrow", ",", ";", "if", "where", "with", "and", "for")


def function_letters(found: list[Token]) -> set[str]:
    """The letters that tokens show to be functions: primed, or f(x) at the head of a relation."""
    letters: set[str] = set()
    for place in range(len(found)):
        letter, after = _letter(found, place)
        if not letter:
            continue
        after = _past_scripts(found, after)
        defined = found[after].text == "(" and _heads(found, place) and _is_head(found, after)
        if defined or found[after].text == "'":
            letters.add(letter)
    return letters


def _letter(found: list[Token], place: int) -> tuple[str, int]:
    r"""The letter that begins at a place, `\mathbf{f}` too, and the place behind it."""
    token = found[place]
    if token.kind == "letter" or (token.kind == "command" and token.text in GREEK):
        return (token.text if token.kind == "letter" else f"\\{token.text}"), place + 1
    if (
        token.text in ACCENTS
        and found[place + 1].text == "{"
        and found[min(place + 3, len(found) - 1)].text == "}"
    ):
        inner = found[place + 2]
        plain = inner.text if inner.kind == "letter" else f"\\{inner.text}"
        return f"\\{token.text}{{{plain}}}", place + 4
    return "", place


def _heads(found: list[Token], place: int) -> bool:
    before = found[place - 1] if place else None
    return before is None or before.kind in ("quad", "word", "row") or before.text in STARTS


def _past_scripts(found: list[Token], place: int) -> int:
    """The place behind a subscript."""
    if found[place].text != "_":
        return place
    place += 1
    if found[place].text != "{":
        return min(place + 1, len(found) - 1)
    while found[place].kind != "stop" and found[place].text != "}":
        place += 1
    return min(place + 1, len(found) - 1)


def _is_head(found: list[Token], place: int) -> bool:
    """Whether names in parentheses and then a sign follow."""
    while found[place].text != ")":
        place += 1
        token = found[place]
        plain = token.kind in ("letter", "command", "number") or (
            token.text and token.text in "_{},)"
        )
        if not plain or token.text in SIGNS or token.kind == "stop":
            return False
    return found[place - 1].text != "(" and (
        found[place + 1].text in SIGNS or found[place + 1].text == ":"
    )


def gather(scope: Scope, formula: Formula) -> None:
    """Take up signatures, dependences, counted letters and declared shapes of a formula."""
    for node in formula.walk():
        if isinstance(node, tree.Call) and isinstance(node.head, Name):
            _signature(scope, node.head, node.arguments)
        elif (
            isinstance(node, tree.Gradient)
            and isinstance(node.body, tree.Call)
            and isinstance(node.body.head, Name)
        ):
            _signature(scope, node.body.head, node.body.arguments)
        elif isinstance(node, Name):
            _counted(scope, node)
        elif isinstance(node, Relation) and node.signs and node.signs[0] in ("∈", ":"):
            declare(scope, node)
    scope.functions |= _companions(scope, formula)
    scope.edges |= edges_of(formula)
    notice(scope.shapes, formula, scope.functions)


def _companions(scope: Scope, formula: Formula) -> set[str]:
    """The bare letters beside a prime that are functions of the same variable."""
    nodes = list(formula.walk())
    primed = {
        n.head.letter for n in nodes if isinstance(n, tree.Prime) and isinstance(n.head, Name)
    }
    grouped = any(
        isinstance(n, tree.Prime) and not isinstance(n.head, Name | tree.Known) for n in nodes
    )
    if not grouped and not primed & COMPANIONS:
        return set()
    bare = {n.letter for n in nodes if isinstance(n, Name) and not n.index and n.layer is None}
    below = {
        v.letter
        for n in nodes
        if isinstance(n, tree.Derivative)
        for v, _ in n.variables
        if isinstance(v, Name)
    }
    return {letter for letter in bare & COMPANIONS - below if not scope.definitions.get(letter)}


def _signature(scope: Scope, head: Name, arguments: tuple[Tree, ...]) -> None:
    plain = all(isinstance(a, Name | tree.Dots) for a in arguments)
    if tree.Dots() in arguments:
        arguments = (arguments[0], tree.Dots(), arguments[-1])
    if plain and len(set(arguments)) == len(arguments) and head.letter not in scope.signatures:
        scope.signatures[head.letter] = arguments
        if head.letter in FUNCTION_LETTERS:
            scope.functions.add(head.letter)


def _counted(scope: Scope, name: Name) -> None:
    for place in name.index:
        letters = {n.letter for n in place.walk() if isinstance(n, Name)}
        if "t" in letters or (
            isinstance(place, tree.Plus) and letters & {"k", "n"} and len(name.index) == 1
        ):
            scope.sequences.add(key(name))


def declare(scope: Scope, relation: Relation) -> None:
    r"""`X \in \mathbb{R}^{N \times d}`, `f: \mathbb{R}^n \to \mathbb{R}^m`."""
    names = relation.sides[0]
    listed = names.items if isinstance(names, tree.Row) else (names,)
    space = relation.sides[1]
    for name in listed:
        if isinstance(name, Name) and relation.signs[0] == ":":
            _declare_function(scope, name, relation.sides)
        elif isinstance(name, Name) and isinstance(space, tree.Space) and space.dimensions:
            scope.shapes.declare(key(name), tuple(_dimension(scope, d) for d in space.dimensions))


def _declare_function(scope: Scope, name: Name, sides: tuple[Tree, ...]) -> None:
    scope.functions.add(name.letter)
    target = sides[-1]
    if isinstance(target, tree.Space) and target.dimensions:
        scope.shapes.of[f"{name.letter}()"] = (_dimension(scope, target.dimensions[0]), 1)
    source = sides[1]
    if isinstance(source, tree.Space) and source.dimensions and name.letter in scope.signatures:
        first = scope.signatures[name.letter]
        if len(first) == 1 and isinstance(first[0], Name):
            scope.shapes.declare(first[0].letter, (_dimension(scope, source.dimensions[0]),))


def _dimension(scope: Scope, dimension: Tree) -> int | str:
    if isinstance(dimension, tree.Number):
        return int(dimension.value)
    if isinstance(dimension, Name):
        return scope.shapes.fresh(dimension.letter)
    return scope.shapes.fresh()


def infer(scope: Scope, formula: Formula) -> None:
    """Let dimensions find each other; raises Refusal if shapes do not fit."""
    for statement in formula.statements:
        for relation in (*statement.conditions, *statement.claims):
            Inference(scope).relation(relation)


def infer_all(scope: Scope, formulas: list[Formula]) -> None:
    """Dimensions of a section; a formula that does not fit is told when it is decided."""
    for formula in formulas * 2:
        trial = scope.shapes.copy()
        try:
            infer(scope, formula)
        except Refusal:
            scope.shapes.__dict__.update(trial.__dict__)


def vector_parameters(scope: Scope, formula: Formula) -> None:
    """f(x) = (x₁² + x₂, x₁x₂): the parameter is the vector of these entries."""
    for statement in formula.statements:
        for relation in statement.claims:
            head = relation.sides[0]
            if (
                not isinstance(head, tree.Call)
                or not isinstance(head.head, Name)
                or len(relation.sides) < 2
            ):
                continue
            for parameter in head.arguments:
                if isinstance(parameter, Name) and not parameter.index:
                    _entries(scope, parameter, relation.sides[1])


def _entries(scope: Scope, parameter: Name, body: Tree) -> None:
    nodes = [
        n for n in body.walk() if isinstance(n, Name) and n.letter == parameter.plain and n.index
    ]
    bare = any(n == parameter for n in body.walk())
    if nodes and not bare and key(parameter) not in scope.shapes.of:
        numbers = [int(n.index[0].value) for n in nodes if isinstance(n.index[0], tree.Number)]
        scope.shapes.declare(
            key(parameter), (max(numbers),) if numbers else (scope.shapes.fresh(),)
        )
