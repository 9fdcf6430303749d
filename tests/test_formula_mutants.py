"""Mutants of verified formulas: at least 99 % are caught, of those that are not still true."""

from __future__ import annotations

from pathlib import Path

import pytest
import sympy

from claims.formula import compare
from claims.formula.mutant import Harvest, changed, harvest
from claims.formula.proof import limit_of
from claims.formula.refusal import Refusal
from claims.formula.unknown import Approach
from claims.reading import load_page
from tests.formula import blocks, page, source_page

ROOT = Path(__file__).parents[1]
DOCS = {file.stem: file for file in sorted((ROOT / "docs").glob("*.md"))}
DOCS |= {f"labs/{file.stem}": file for file in sorted((ROOT / "docs").glob("labs/*.py"))}
pytestmark = pytest.mark.of_no_page  # but where a test says so
ENOUGH = 16  # mutants a page, evenly spaced; `python -m claims.formula.mutant docs/*.md` makes all


def _share(harvests: list[Harvest]) -> float:
    mutants = sum(h.mutants - len(h.proved) for h in harvests)
    return 1 - sum(len(h.survivors) for h in harvests) / max(mutants, 1)


@pytest.mark.of_pages("name")
@pytest.mark.parametrize("name", DOCS)
def test_mutants_of_a_page_are_caught(name: str) -> None:
    read = load_page(DOCS[name], ROOT)
    found = harvest(read.path, read.source, limit=ENOUGH)
    assert [mutant.latex for mutant in found.survivors] == []


def test_mutants_of_the_sources_are_caught() -> None:
    harvests = [harvest(s, source_page(s), limit=ENOUGH) for s in ("S1", "S2")]
    assert _share(harvests) >= 0.99, [m.latex for h in harvests for m in h.survivors]


def test_mutants_of_the_style_of_the_book_are_caught() -> None:
    harvests = [harvest("page", page(block), limit=3) for block in blocks("true.txt")[::4]]
    assert _share(harvests) >= 0.99, [m.latex for h in harvests for m in h.survivors]


def test_a_checker_that_believes_everything_lets_mutants_pass(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compare, "equal", lambda *sides: None)
    found = harvest("page", "$f(x) = x^2$ has $$f'(x) = 2x$$")
    assert _share([found]) < 0.6


def test_a_weaker_bound_is_proved_and_not_counted() -> None:
    found = harvest("page", "$$|\\sin x| \\le 1$$")
    assert [m.latex for m in found.proved] == ["|\\sin x| \\le 2"]


def test_a_condition_that_says_more_is_proved_behind_a_comma_too() -> None:
    found = harvest("page", "$$\\sqrt{a^2 x^2} = a x \\text{ for } a > 0, x > 0$$")
    assert "\\sqrt{a^2 x^2} = a x \\text{ for } a > 0, x > 1" in [m.latex for m in found.proved]
    assert not found.survivors


def test_a_limit_that_algebra_cannot_tell_is_not_proved() -> None:
    x = sympy.Symbol("x", real=True)
    unsure = Approach(sympy.Abs(x) ** sympy.Symbol("k", real=True), x, sympy.S.Zero, sympy.S.One)
    with pytest.raises(Refusal):
        limit_of(unsure)


@pytest.mark.parametrize(
    ("latex", "mutant"),
    [
        ("f'(x) = 2x", "f'(x) = 3x"),
        ("f'(x) = 2x", "f(x) = 2x"),
        ("f'(x) = 2x", "f'(x) = x"),
        ("a - b = c", "a + b = c"),
        ("x^2 = y", "x^3 = y"),
        ("A^T = B", "A = B"),
        ("x + y = 1", "y + y = 1"),
    ],
)
def test_each_kind_of_change_is_made(latex: str, mutant: str) -> None:
    made = {text.replace(" ", "") for _, text in changed(latex)}
    assert mutant.replace(" ", "") in made


def test_every_mutant_differs_from_its_original() -> None:
    for block in blocks("true.txt")[:40]:
        for _, text in changed(block[-1]):
            assert text != block[-1] or "''" in text


@pytest.mark.of_pages(pages=["derivative"])
def test_pages_hold_formulas_to_mutate() -> None:
    source = (ROOT / "docs" / "derivative.md").read_text(encoding="utf-8")
    assert harvest("derivative.md", source, limit=ENOUGH).mutants > ENOUGH / 2
