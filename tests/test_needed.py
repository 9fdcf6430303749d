"""A block that needs a framework is run, or named as not run; blocks that agree print the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from claims import needed
from claims.ledger import ledger
from claims.mathematics import decide
from claims.page import Page
from claims.reading import read_page
from claims.run import Run
from claims.update import updated
from claims.verdict import page_problems, read_problems

PAGE = """\
# Slopes

=== "NumPy"

    ```python agrees="slope"
    print(6.0)
    ```

    ```output
    6.0
    ```

=== "PyTorch"

    ```python needs="torch" agrees="slope"
    import no_such_framework
    ```

    ```output
    6.0
    ```
"""


@pytest.fixture
def no_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needed.importlib.util, "find_spec", lambda name: None)
    monkeypatch.delenv("REQUIRE_FRAMEWORKS", raising=False)


def told(page: Page) -> list[str]:
    run = Run(page, Path.cwd())
    return [
        str(problem)
        for problem in page_problems(page, Path.cwd(), run.all(), {}, decide(page, Path.cwd()))
    ]


@pytest.mark.usefixtures("no_torch")
def test_without_the_framework_the_block_is_not_run_and_its_output_stands() -> None:
    page = read_page("page.md", PAGE)
    run = Run(page, Path.cwd())
    assert [gave.absent for gave in run.all()] == ["", "torch"]
    assert told(page) == []
    assert updated(page, run.all(), run.steps) == PAGE
    counts = ledger(page, decide(page, Path.cwd()))
    assert (counts["block"], counts["output"], counts["absent"]) == (1, 1, 1)


@pytest.mark.usefixtures("no_torch")
def test_where_frameworks_are_required_a_block_that_did_not_run_is_red(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUIRE_FRAMEWORKS", "1")
    assert told(read_page("page.md", PAGE)) == [
        "page.md:15: did not run: it needs torch, which is not installed"
    ]


def test_with_the_framework_the_block_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needed.importlib.util, "find_spec", lambda name: object())
    (problem,) = told(read_page("page.md", PAGE))
    assert "No module named 'no_such_framework'" in problem


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("6.0\n    ```\n\n===", "6.1\n    ```\n\n===", "page.md:15: this block and that of line 5"),
        ('needs="torch" agrees="slope"', 'needs="torch"', 'page.md:5: agrees="slope" needs'),
        ('needs="torch"', 'needs="pandas"', 'page.md:15: needs="pandas" is none of torch, jax'),
    ],
)
def test_blocks_that_do_not_agree_are_told(old: str, new: str, said: str) -> None:
    assert old in PAGE
    problems = read_problems(read_page("page.md", PAGE.replace(old, new)), Path.cwd())
    assert any(str(problem).startswith(said) for problem in problems), problems
