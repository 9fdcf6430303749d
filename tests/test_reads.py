"""What a page or a file of tests reads is found: what it does not read may change beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from claims.reading import load_page
from claims.reads import _imports, imports, modules_of, reads
from claims.record import surroundings

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("docs/derivative.md", "snippets/finite_difference.py"),
        (
            "docs/gradient_check.md",
            "snippets/partial_derivative.py",
        ),  # an import of what it imports
        ("docs/reference.md", "snippets/loss.py"),
        ("docs/benchmarks.md", "benchmarks/measured.json"),
        ("docs/derivative.md", "docs/widgets/secant-tangent.js"),
        ("docs/derivative.md", "docs/widgets/plot.js"),
        ("README.md", "Makefile"),
        ("docs/derivative.md", "claims/number.py"),
        ("docs/derivative.md", "figures.lock"),
        ("docs/labs/xor.py", "snippets/activation.py"),
        ("tests/test_browser.py", "docs/derivative.md"),
        ("tests/test_repository.py", "docs/derivative.md"),
        ("tests/test_inventory.py", "docs/derivative.md"),
        ("tests/test_planted_mistakes.py", "claims/for_mkdocs.py"),
        ("tests/test_hessian.py", "snippets/hessian.py"),
        ("tests/test_formula_wrong.py", "claims/formula/compare.py"),
        ("tests/test_formula_wrong.py", "tests/formula/__init__.py"),
        ("tests/test_formula_wrong.py", "tests/formula/wrong.txt"),
        ("snippets/scalar_engine.py", "snippets/scalar_engine.py"),
    ],
)
def test_a_file_reads(name: str, read: str) -> None:
    assert read in reads(ROOT, name)


@pytest.mark.parametrize(
    ("name", "unread"),
    [
        ("docs/derivative.md", "docs/finite_difference.md"),
        ("docs/derivative.md", "snippets/scalar_engine.py"),
        ("docs/derivative.md", "docs/widgets/graph-steps.js"),
        ("docs/derivative.md", "docs/labs/xor.py"),
        ("docs/labs/xor.py", "docs/derivative.md"),
        ("tests/test_hessian.py", "docs/derivative.md"),
        ("tests/test_hessian.py", "snippets/scalar_engine.py"),
        ("tests/test_number.py", "docs/derivative.md"),
        ("tests/test_planted_mistakes.py", "docs/derivative.md"),
    ],
)
def test_a_file_does_not_read(name: str, unread: str) -> None:
    assert unread not in reads(ROOT, name)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('--8<-- "snippets/loss.py:mse"', {"loss"}),
        ("from snippets.loss import mse", {"loss"}),
        ("from snippets import loss, taylor as t", {"loss", "taylor", "finite_difference"}),
        ("from snippets import (\n    loss,\n)", {"loss"}),
        ("import snippets.loss", {"loss"}),
        ("::: snippets.loss", {"loss"}),
        ("the slope of the loss", None),
    ],
)
def test_a_page_reads_the_modules_that_it_names(text: str, read: set[str] | None) -> None:
    files = {f"snippets/{stem}.py" for stem in {*read, "__init__"}} if read else set()
    assert modules_of(ROOT, text) == files


@pytest.mark.parametrize("text", ["import snippets", "from snippets import *", "snippets.shop"])
def test_a_page_that_names_no_module_may_read_any(text: str) -> None:
    assert {"snippets/loss.py", "snippets/taylor.py"} < modules_of(ROOT, text)


def test_the_surroundings_of_a_page_are_the_modules_that_it_takes_from(tmp_path: Path) -> None:
    modules = {"a": "from snippets.b import two", "b": "two = 2", "c": "three = 3"}
    (tmp_path / "snippets").mkdir()
    for stem, text in modules.items():
        (tmp_path / "snippets" / f"{stem}.py").write_text(text)
    (tmp_path / "page.md").write_text("```python\nfrom snippets.a import two\n```\n")
    page = load_page(tmp_path / "page.md", tmp_path)
    known = [surroundings(page, tmp_path)]
    for stem, text in {"c": "three = 4", "b": "two = 4", "a": "two = 5"}.items():
        (tmp_path / "snippets" / f"{stem}.py").write_text(text)
        known.append(surroundings(page, tmp_path))
    assert known[0] == known[1]
    assert len(set(known)) == 3


def test_what_names_no_module_reads_files_alone(tmp_path: Path) -> None:
    (tmp_path / "snippets" / ".cache").mkdir(parents=True)
    (tmp_path / "snippets" / "a.py").touch()
    assert modules_of(tmp_path, "import snippets") == {"snippets/a.py"}


def test_what_a_module_imports_is_found_anew_by_other_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claims.cache.CACHE", tmp_path)
    for finder, found in ("one", b'["snippets.loss"]'), ("other", b"[]"):
        monkeypatch.setattr("claims.reads.THIS", finder)
        monkeypatch.setattr("claims.reads._asked", lambda name, source, found=found: found)
        _imports.cache_clear()
        assert ("snippets/loss.py" in imports(ROOT, "snippets/hessian.py")) is (finder == "one")
    _imports.cache_clear()
