"""Table: a row of `Function | Derivative`: the one is differentiated and compared with the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from claims.formula import tree
from claims.formula.compare import False_
from claims.formula.decide import Decision
from claims.formula.reader import read_expression
from claims.formula.refusal import Refusal
from claims.formula.scope import Definition, Scope
from claims.formula.side import primed_head
from claims.formula.tree import Formula, Name, Relation, Statement, Tree
from claims.formula.vocabulary import VARIABLES

if TYPE_CHECKING:
    from claims.formula.page import Row
    from claims.formula.section import Entry

CONSTANT = frozenset(
    ["e", "\\pi", "n", "a", "b", "c", "k", "i", "j", "N", "m", "\\alpha", "\\beta", "p"]
)


def check_row(
    function: Entry,
    derivative: Entry,
    row: Row,
    scope: Scope,
    decide: Callable[[Entry, Scope], None],
) -> None:
    """Give both cells of a row their verdict; `decide` does so for a formula on its own."""
    if function.verdict or derivative.verdict:
        return
    try:
        _check(function, derivative, row, scope, decide)
    except False_ as wrong:
        derivative.verdict, derivative.message = (
            "false",
            f"this is not the derivative of {function.latex}: {wrong}",
        )
    except Refusal as refusal:
        derivative.verdict, derivative.message = "refused", refusal.message
    function.verdict = function.verdict or "read"


def _check(
    function: Entry,
    derivative: Entry,
    row: Row,
    scope: Scope,
    decide: Callable[[Entry, Scope], None],
) -> None:
    body, conditions = _side(function.formula, last=True)
    slope, more = _side(derivative.formula, last=False)
    head = _claimed(function.formula)
    variable = _variable(row, body, slope, scope, head)
    if head is not None:
        decide(function, scope)
    equation = _is_equation(derivative.formula)
    if equation:
        _name(derivative, function, variable, scope, head)
        decide(derivative, scope)
        if derivative.verdict in ("false", "refused"):
            return
    claim = Relation((tree.Derivative(_grouped(body), ((variable, 1),), True), slope), ("=",))
    whole = Formula((Statement((claim,), (*conditions, *more)),))
    answer = Decision(scope, whole, derivative.line, derivative.latex).run()
    for definition in answer.used:
        definition.used = True
    derivative.verdict = "verified"


def _is_equation(formula: Formula | None) -> bool:
    return formula is not None and len(formula.statements[0].claims[0].sides) > 1


def _name(
    derivative: Entry, function: Entry, variable: Name, scope: Scope, head: Name | None
) -> None:
    """Where only the derivative is an equation, f'(x) = 2x beside x², its f is the function beside it."""
    assert derivative.formula is not None
    primed = primed_head(derivative.formula.statements[0].claims[0].sides[0])
    if primed is None or (head is not None and primed != head):
        raise Refusal(
            "whose derivative is this? Its left side should be that of the function beside it"
        )
    if head is None and not scope.defined(primed):
        body, _ = _side(function.formula, last=True)
        scope.define(
            Definition(primed, (variable,), body, function.line, function.latex, used=True)
        )


def _grouped(body: Tree) -> Tree:
    """The body as an expression, so that it need not be named to be differentiated."""
    return tree.Plus((body,)) if isinstance(body, Name) else body


def _side(formula: Formula | None, *, last: bool) -> tuple[Tree, tuple[Relation, ...]]:
    """What a cell says: x² of "x²", of "f(x) = x²"; and under which conditions."""
    if formula is None or not formula.statements or len(formula.statements) > 1:
        raise Refusal("one function and one derivative a row")
    statement = formula.statements[0]
    relation = statement.claims[0]
    if any(sign != "=" for sign in relation.signs):
        raise Refusal("a table of derivatives has equations only")
    return relation.sides[-1] if last else relation.sides[
        min(1, len(relation.sides) - 1)
    ], statement.conditions


def _claimed(formula: Formula | None) -> Name | None:
    assert formula is not None
    side = formula.statements[0].claims[0].sides[0]
    named = len(formula.statements[0].claims[0].sides) > 1
    head = side.head if isinstance(side, tree.Call) else side
    return head if named and isinstance(head, Name) else None


def _variable(row: Row, body: Tree, slope: Tree, scope: Scope, head: Name | None) -> Name:
    """In what a row differentiates: what its header names, its function's argument, the likeliest letter."""
    named = _named_in_header(row, scope)
    if named is not None:
        return named
    if head is not None and head.letter in scope.signatures:
        parameter = scope.signatures[head.letter][0]
        if isinstance(parameter, Name):
            return parameter
    names = [n for n in body.walk() if isinstance(n, Name)]
    called = [n for n in body.walk() if isinstance(n, tree.Call) and isinstance(n.head, Name)]
    names = [n for n in names if n not in [c.head for c in called]]
    letters = [n.letter for n in names]
    for letter in VARIABLES:
        if letter in letters:
            return next(n for n in names if n.letter == letter)
    others = [n for n in dict.fromkeys(names) if n.letter not in CONSTANT]
    if not others and all(n.letter in CONSTANT for n in names):
        return Name("x")
    if len(others) != 1:
        raise Refusal("in which variable? Name it in the table's header, as in ∂L/∂w")
    return others[0]


def _named_in_header(row: Row, scope: Scope) -> Name | None:
    """The variable of ∂f/∂X, f'(x), “gradient in $w$” in the header above the derivatives."""
    import re

    for text in row.header:
        plain = text.replace("$", "")
        patterns = (
            r"∂\s*\S*?\s*/\s*∂\s*(\S+?)\W*$", r"\\partial\s*(\\\w+\{[^}]*\}|\\\w+|\w)\s*\}?\s*$",
            r"(?:d\w?/d|\\frac\{d\w?\}\{d)(\w)\b", r"(?:in|to|w\.r\.t\.) \$?(\\\w+\{[^}]*\}|\\\w+|\w)\$?$",
            r"\\nabla_\{?(\\\w+\{[^}]*\}|\\\w+|\w)\}?", r"^f'\((\w)\)$",
        )  # fmt: skip
        for pattern in patterns:
            match = re.search(pattern, plain.strip())
            if match:
                name: Any = read_expression(match[1].replace("ŷ", "\\hat{y}"))
                if isinstance(name, Name):
                    return name
    return None
