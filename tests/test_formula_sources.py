"""The 60 relations of the sources: read as they were found, decided with and without notes."""

from __future__ import annotations

from collections import Counter

import pytest

from claims.formula import Checked, check_formulas
from tests.formula import source_page

NOTES = {
    r"\dfrac{dy}{dx} = \dfrac{dy}{du}": "u = 3x + 2, y = u^2",
    r"y' = f'(x)": "f(x) = x^2, g(x) = e^x, y = f(x) g(x)",
    r"\dfrac{\partial f}{\partial x} = 2xy": "f(x, y) = x^2 y + 3y^2",
    r"\dfrac{\partial L}{\partial w} = \dfrac{\partial L}{\partial e}": r"\hat{y} = wx + b, e = y - \hat{y}",
}


def _formulas(notes: dict[str, str] | None = None) -> list[Checked]:
    return [f for s in ("S1", "S2") for f in check_formulas(s, source_page(s, notes)).formulas]


@pytest.fixture(scope="module")
def without_notes() -> list[Checked]:
    return _formulas()


def test_there_are_sixty(without_notes: list[Checked]) -> None:
    assert len(without_notes) == 60


def test_without_notes_enough_are_verified_and_read(without_notes: list[Checked]) -> None:
    counts = Counter(f.verdict for f in without_notes)
    assert counts["verified"] >= 37
    assert counts["definition"] >= 12


def test_with_four_notes_nearly_all_are_read() -> None:
    assert len(NOTES) == 4
    counts = Counter(f.verdict for f in _formulas(NOTES))
    assert counts["verified"] + counts["definition"] >= 52
    assert counts["verified"] >= 42


def test_none_is_called_false(without_notes: list[Checked]) -> None:
    assert not [f for f in without_notes + _formulas(NOTES) if f.verdict == "false"]


def test_every_refusal_says_why(without_notes: list[Checked]) -> None:
    refused = [f for f in without_notes if f.verdict == "refused"]
    assert len(refused) <= 8
    assert all(len(f.message) > 20 for f in refused)
