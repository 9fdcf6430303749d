"""What was decided about formulas is remembered, and never outlives what it was decided of."""

from __future__ import annotations

from pathlib import Path

import pytest

from claims import mathematics
from claims.mathematics import decide, decide_anew, decided
from claims.reading import load_page, read_page
from claims.record import record, recorded
from claims.run import Run

ROOT = Path(__file__).parents[1]
PAGES = [*sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "docs").glob("labs/*.py"))]
SOURCE = """\
# A page

Some words, then $f(x) = x^2$, and more words: $f'(x) = 2x$.

## A section

| Function | Derivative |
|---|---|
| $x^3$ | $3x^2$ |

$$
\\begin{aligned}
(a + b)^2 &= a^2 + 2ab + b^2
\\end{aligned}
$$

It ends with $\\sin^2 x + \\cos^2 x = 2$.
"""


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("claims.cache.CACHE", tmp_path)


@pytest.mark.of_pages("name")
@pytest.mark.parametrize("name", ["derivative", "hessian"])
def test_a_page_is_decided_the_same_from_memory(name: str) -> None:
    page = load_page(ROOT / "docs" / f"{name}.md", ROOT)
    fresh = decide(page, ROOT)
    assert fresh.problems == ()
    for _ in range(2):
        assert decided(page, ROOT) == fresh


def test_formulas_taken_as_notation_are_few() -> None:
    notes = [note for file in PAGES for note in load_page(file, ROOT).notes]
    skipped = [note.text for note in notes if note.mark == "math" and "skip" in note.text]
    assert len(skipped) <= 3, skipped  # raise it only for what claims nothing


def test_an_edit_of_prose_decides_nothing_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first = decided(read_page("page.md", SOURCE), ROOT)
    assert [problem.line for problem in first.problems] == [17]
    monkeypatch.setattr(mathematics, "check_formulas", None)  # would raise if it were asked
    edited = SOURCE.replace("Some words", "Quite\nother words,\n\nand a paragraph").replace(
        "more", ""
    )
    again = decided(read_page("page.md", edited), ROOT)
    assert [problem.line for problem in again.problems] == [20]
    assert again.verified == first.verified == 3


@pytest.mark.parametrize(
    ("old", "new"),
    [("= 2x$", "= 3x$"), ("$3x^2$", "$2x^2$"), ("2ab", "3ab"), ("Derivative", "Remark")],
)
def test_an_edit_of_a_formula_is_decided(old: str, new: str) -> None:
    first = decided(read_page("page.md", SOURCE), ROOT)
    again = decided(read_page("page.md", SOURCE.replace(old, new)), ROOT)
    assert again != first
    assert again == decide(read_page("page.md", SOURCE.replace(old, new)), ROOT)


def test_mathematics_in_words_is_seen_in_words_that_change() -> None:
    decided(read_page("page.md", SOURCE), ROOT)
    page = read_page("page.md", SOURCE.replace("Some words", "So f'(x) = 2x"))
    assert decided(page, ROOT) == decide(page, ROOT)


def test_a_letter_tied_to_code_follows_the_code() -> None:
    tied = (
        "# A page\n\n```python\ndef square(x):\n    return x * x\n```\n\n"
        "<!-- math: q is square -->\n\n$q(x) = x^2$\n"
    )
    page, broken = read_page("a.md", tied), read_page("a.md", tied.replace("x * x", "x * x * x"))
    assert decided(page, ROOT).problems == ()
    assert decided(broken, ROOT).problems != ()


def test_what_a_test_decided_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    page = read_page("page.md", SOURCE)
    anew = decide_anew(page, ROOT, lambda line: {})
    monkeypatch.setattr(mathematics, "check_formulas", None)  # would raise if it were asked
    assert decided(page, ROOT) == anew
    assert len(anew.problems) == 1


def test_what_a_page_gave_in_a_test_is_not_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    page = read_page("page.md", "# A page\n\n```python\nx = 2\n```\n\nIt is 2<!--= x -->.\n")
    given = Run(page, ROOT).all()
    record(page, ROOT, "around", given)
    monkeypatch.setattr(Run, "all", None)  # would raise if it were asked
    assert recorded(page, ROOT, "around") == given
