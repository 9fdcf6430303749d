"""`make update` makes a page say what its code gives, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from claims.update import update

from .conftest import told

Plant = Callable[..., None]

FALSE = {
    "an output": ("```output\n6.0", "```output\n6.1"),
    "a missing output": ("\n```output\n6.0\n```\n", ""),
    "a number": ("it is 6.0<", "it is 7.3<"),
    "a number word": ("twice<!--= ratio -->", "thrice<!--= ratio -->"),
    "a bound": ("1e-3<!--> error", "1e-7<!--> error"),
    "a description": ("rises by 6.0 a", "rises by 9.9 a"),
    "an indented hint": ("        AssertionError: The slope", "        AssertionError: A slope"),
}


@pytest.mark.parametrize("kind", [kind for kind in FALSE if kind != "a number word"])
def test_it_mends_what_is_false_and_only_that(locked: Path, plant: Plant, kind: str) -> None:
    page = locked / "docs" / "index.md"
    true = page.read_text()
    plant(*FALSE[kind])
    assert told(locked) != ""
    assert update([page], locked) == 0
    assert page.read_text() == true


def test_a_number_word_is_mended_by_the_plainest_word(locked: Path, plant: Plant) -> None:
    plant(*FALSE["a number word"])
    assert update([], locked) == 0
    assert "two<!--= ratio --> the point" in (locked / "docs" / "index.md").read_text()


def test_run_twice_it_changes_nothing(locked: Path, plant: Plant) -> None:
    plant("return 2 * x", "return 3 * x", "snippets/square.py")
    update([], locked)
    files = [locked / "docs" / "index.md", locked / "figures.lock"]
    first = [file.read_bytes() for file in files]
    update([], locked)
    assert [file.read_bytes() for file in files] == first


def test_it_locks_the_figures(locked: Path, plant: Plant) -> None:
    plant("[0.0, slope(3.0)])", "[0.0, slope(3.5)])")
    assert "look at the figure" in told(locked)
    assert update([], locked) == 0
    assert told(locked) == ""


def test_a_page_that_raises_is_left_alone_and_told(
    locked: Path, plant: Plant, capsys: pytest.CaptureFixture[str]
) -> None:
    plant("it is 6.0<", "it is 6.1<")
    plant("h = 5e-4", "h = 5e-4 / 0")
    page = locked / "docs" / "index.md"
    before, lock = page.read_bytes(), (locked / "figures.lock").read_bytes()
    assert update([], locked) == 1
    assert page.read_bytes() == before
    assert (locked / "figures.lock").read_bytes() == lock
    assert "docs/index.md:26: ZeroDivisionError" in capsys.readouterr().err


def test_it_forgets_the_figures_of_a_page_that_is_gone(locked: Path) -> None:
    (locked / "docs" / "index.md").unlink()
    update([], locked)
    assert "line" not in (locked / "figures.lock").read_text()
