"""Mention: a formula that claims nothing must stand in one that is checked, or in the code that runs.

“The rate is $(κ − 1)/(κ + 1)$” claims nothing that could be decided; yet its signs can be wrong. So
what is only mentioned must be found, whole, in a claim of its page that held, or in its Python.
Letters, and functions, derivatives and gradients of letters, name things, and are free.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from claims.formula import tree
from claims.formula.form import CALL, PRODUCT, ROW, SUM, Form, form_of, relation
from claims.formula.tree import Formula, Relation, Tree

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
DECIDABLE = {"=", "≠", "<", ">", "≤", "≥"}


class Held:
    """The forms that a page's claims and code hold, for `in`."""

    def __init__(self, formulas: Iterable[Formula], code: Iterable[Form]) -> None:
        self._whole: set[Form] = set()
        self._many: dict[str, list[Counter[Any]]] = {SUM: [], PRODUCT: []}
        for formula in formulas:
            for part in formula.walk():
                if isinstance(part, Relation):
                    self._add_all(relations_of(part))
                elif not isinstance(part, Formula | tree.Statement):
                    self._add(form_of(part))
        self._add_all(code)

    def _add_all(self, forms: Iterable[Form]) -> None:
        for form in forms:
            self._add(form)

    def _add(self, form: Form) -> None:
        if form in self._whole:
            return
        self._whole.add(form)
        if form[0] in self._many:
            self._many[form[0]].append(Counter(form[1:]))
        elif form[0] == CALL:
            self._whole.add((ROW, *form[2:]))  # f(2, 3) holds the point (2, 3)
        for part in form[1:]:
            if isinstance(part, tuple) and part and isinstance(part[0], str):
                self._add(part)

    def __contains__(self, form: Form) -> bool:
        if form in self._whole:
            return True
        some = Counter(form[1:])
        return any(some <= many for many in self._many.get(form[0], ()))


def relations_of(chain: Relation) -> Iterator[Form]:
    """The forms of the relations of a chain."""
    for i, sign in enumerate(chain.signs):
        yield relation(sign, form_of(chain.sides[i]), form_of(chain.sides[i + 1]))


def unheld(formula: Formula, held: Held) -> bool:
    """Whether a formula that claims nothing says what nothing that is checked holds."""
    for statement in formula.statements:
        for claim in (*statement.claims, *statement.conditions):
            if claim.signs:
                if set(claim.signs) <= DECIDABLE and any(
                    r not in held for r in relations_of(claim)
                ):
                    return True
            elif any(not is_naming(s) and form_of(s) not in held for s in claim.sides):
                return True
    return False


def is_naming(part: Tree) -> bool:
    """Whether a part of a formula is a letter, or what a function, ∇ or ᵀ makes of letters."""
    if isinstance(part, tree.Power):
        return part.base == tree.Name("e") and is_naming(part.exponent)
    if isinstance(part, DECORATING):
        return all(map(is_naming, part.parts()))
    return isinstance(part, NAMING)
