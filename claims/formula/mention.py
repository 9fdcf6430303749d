"""Mention: a formula that claims nothing must stand in one that is checked, or in the code that runs.

“The rate is $(κ − 1)/(κ + 1)$” says nothing that could be decided, yet its signs can be wrong. So what
is only mentioned, an expression, a condition or a value, must be found in a claim of its page that
held, or in its Python: of $x = 3$ the number, given to something. Letters, and functions, derivatives
and gradients of letters, are free: they name things.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from claims.formula import tree
from claims.formula.form import (
    CALL,
    NUMBER,
    PRODUCT,
    ROW,
    SUM,
    Form,
    form_of,
    python_forms,
    relation,
)
from claims.formula.section import Entry, SectionCheck
from claims.formula.side import links
from claims.formula.tree import Formula, Relation, Tree
from claims.problem import Problem

NAMING = (
    tree.Name,
    tree.Known,
    tree.Text,
    tree.Space,
    tree.Dots,
    tree.Infinity,
    tree.Derivative,
    tree.Prime,
)
DECORATING = (tree.Transpose, tree.Gradient, tree.Norm, tree.Absolute, tree.Call, tree.Row)
GIVING = {CALL, ROW, "=", "≠", "<", "≤"}  # what gives its parts to something, as values
VALUE = "value"
DECIDABLE = {"=", "≠", "<", ">", "≤", "≥"}
UNHELD = (
    "claims nothing, and no claim of this page nor its code holds it, so nothing checks it: "
    "say what it equals, here or in a note (<!-- math: … = … -->)"
)


def mention_problems(
    path: str, checks: Iterable[SectionCheck], code: Iterable[str]
) -> Iterator[Problem]:
    """The formulas of a page that claim nothing and stand in nothing that is checked.

    Args:
        path: the page's name in messages.
        checks: its sections, decided.
        code: its Python.
    """
    scopes = [check.scope for check in checks]
    letters = {getattr(v, "__name__", ""): k.strip("\\") for s in scopes for k, v in s.ties.items()}
    entries = [(e, e.formula) for check in checks for e in check.entries if e.formula]
    checked = [formula for entry, formula in entries if _is_checked(entry)]
    held = Held(checked, (form for text in code for form in python_forms(text, letters)))
    for entry, formula in entries:
        shown = " ".join(entry.latex.split())
        if entry.span is None and _says_nothing(formula):
            yield Problem(path, entry.line, f"the note {shown} says the same on both sides")
        elif entry.span and any(part not in held for part in _mentioned(entry, formula)):
            yield Problem(path, entry.line, f"the formula {shown} {UNHELD}")


class Held:
    """The forms that claims and code hold, for `in`: whole, or as some of a sum's or product's parts."""

    def __init__(self, formulas: Iterable[Formula], code: Iterable[Form]) -> None:
        self._whole: set[Form] = set()
        self._many: dict[str, list[Counter[Any]]] = {SUM: [], PRODUCT: []}
        for form in code:
            self._add(form)
        for formula in formulas:
            for form in _forms(formula):
                self._add(form)

    def _add(self, form: Form) -> None:
        if form in self._whole:
            return
        self._whole.add(form)
        if form[0] in self._many:
            self._many[form[0]].append(Counter(form[1:]))
        if form[0] == CALL:
            self._whole.add((ROW, *form[2:]))  # f(2, 3) holds the point (2, 3)
        if form[0] in GIVING:
            self._whole.update((VALUE, part) for part in form[1:])
        for part in form[1:]:
            if isinstance(part, tuple) and part and isinstance(part[0], str):
                self._add(part)

    def __contains__(self, form: Form) -> bool:
        some = Counter(form[1:])
        return form in self._whole or any(
            some <= many and (form[0] == SUM or _size(some) == _size(many))
            for many in self._many.get(form[0], ())
        )


def _size(factors: Counter[Any]) -> Fraction:
    """The number among the factors of a product, without its sign."""
    return next((abs(factor[1]) for factor in factors if factor[0] == NUMBER), Fraction(1))


def _forms(formula: Formula) -> Iterator[Form]:
    """The forms of a formula's relations, and of all that stands in their sides."""
    for node in formula.walk():
        if isinstance(node, Relation):
            yield from _relations(node)
            yield from (form_of(part) for side in node.sides for part in side.walk())


def _mentioned(entry: Entry, formula: Formula) -> Iterator[Form]:
    """What an entry says and does not claim, and could say wrongly all the same."""
    if _is_checked(entry):
        return
    if entry.verdict == "read":
        yield from _said(formula)
    unused = [definition for definition in entry.defines if not definition.used]
    if all(definition.is_value for definition in unused):
        yield from ((VALUE, form_of(definition.body)) for definition in unused)


def _said(formula: Formula) -> Iterator[Form]:
    """The relations of a formula, and its expressions that do more than name."""
    for statement in formula.statements:
        for claim in (*statement.claims, *statement.conditions):
            if set(claim.signs) <= DECIDABLE and claim.signs:
                yield from _relations(claim)
            elif not claim.signs:
                yield from (form_of(side) for side in claim.sides if not is_naming(side))


def is_naming(part: Tree) -> bool:
    """Whether a part of a formula is a letter, or what a function, ∇ or ᵀ makes of letters."""
    if isinstance(part, tree.Power):
        return part.base == tree.Name("e") and is_naming(part.exponent)
    if isinstance(part, DECORATING):
        return all(map(is_naming, part.parts()))
    return isinstance(part, NAMING)


def _relations(chain: Relation) -> Iterator[Form]:
    """The forms of the links of a chain."""
    for sign, left, right in links(chain):
        yield relation(sign, form_of(left), form_of(right))


def _says_nothing(formula: Formula) -> bool:
    """Whether both sides have one form; to work out numbers is to say something."""
    chains = [claim for statement in formula.statements for claim in statement.claims]
    related = [form for chain in chains for form in _relations(chain)]
    same = [a == b and a[0] != NUMBER for sign, a, b in related if sign in ("=", "≤")]
    return bool(same) and len(same) == len(related) and all(same)


def _is_checked(entry: Entry) -> bool:
    if entry.row and entry.span is entry.row.function:
        return True  # it was differentiated
    if entry.verdict == "definition":
        return all(definition.used for definition in entry.defines)
    return entry.verdict == "verified"
