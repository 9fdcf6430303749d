"""What passed is left out only while nothing that it reads has changed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from .conftest import pytest_runtest_call

pytestmark = pytest.mark.of_no_page  # but where a test says so
ROOT = Path(__file__).parents[1]
HERE = {
    "conftest.py": (
        "from pathlib import Path\n"
        "from claims import passed\n"
        "passed.CACHE = Path(__file__).parent / '.cache'\n"
        "def pytest_configure(config):\n"
        "    config.pluginmanager.register(passed.Passed(Path(__file__).parent), 'passed')\n"
        "    for mark in ('of_pages(argument): of pages', 'of_no_page: of none'):\n"
        "        config.addinivalue_line('markers', mark)\n"
    ),
    "pyproject.toml": '[tool.pytest.ini_options]\ntestpaths = ["tests"]\n',
    ".gitignore": ".cache/\n",
    "requirements.lock": "",
    "package-lock.json": "",
    "docs/one.md": "# One\n\nIt takes from `snippets/a.py`.\n\n```python\nx = 1\n```\n",
    "docs/two.md": "# Two\n\nText.\n",
    "figures.lock": '{"docs/one.md": {"line": "a"}}',
    "docs/all.md": "# All\n\n[ERRATA]\n",
    "snippets/__init__.py": "",
    "snippets/a.py": "from snippets.b import two\none = 1\n",
    "snippets/b.py": "two = 2\n",
    "snippets/c.py": "three = 3\n",
    "snippets/d.py": "four = 4\n",
    "tests/test_a.py": (
        "import pytest\nfrom snippets.a import one\ndef test_one():\n    assert one == 1\n"
        "@pytest.mark.skip\ndef test_with_a_framework():\n    pass\n"
    ),
    "tests/test_c.py": "from snippets.c import three\ndef test_three():\n    assert three == 3\n",
    "tests/test_pages.py": (
        "import pytest\nfrom pathlib import Path\nfrom snippets.d import four\nROOT = Path(__file__).parents[1]\n"
        "pytestmark = pytest.mark.of_pages('other')\n"
        "@pytest.mark.of_pages(pages=['one'])\n"
        "def test_the_first():\n    assert (ROOT / 'docs' / 'one.md').read_text()\n"
        "@pytest.mark.of_no_page\ndef test_none():\n    pass\n"
        "@pytest.mark.of_pages(pages=['one', 'two'], prose=False)\n"
        "def test_the_code_of_two():\n    pass\n"
        "PAGES = sorted((ROOT / \"docs\").glob('*.md'))\n"
        "@pytest.mark.of_pages('name')\n"
        "@pytest.mark.parametrize('name', [page.stem for page in PAGES])\n"
        "def test_page(name):\n    assert 'wrong' not in (ROOT / 'docs' / f'{name}.md').read_text()\n"
    ),
}

# without plugins that nothing here uses, each of these pythons starts sooner
HERE_ALONE = {
    "PYTHONPATH": str(ROOT),
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
}


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., str]:
    """Runs the tests of a small repository with a memory of its own, and gives what was told."""
    for name, text in HERE.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (tmp_path / "tests" / "data.bin").write_bytes(
        b"\xf1\x00"
    )  # no text: nobody may read it as such
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)

    def tell(*arguments: str, change: str = "", to: str = "") -> str:
        if change:
            (tmp_path / change).write_text(to, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            env={**HERE_ALONE, "PATH": os.environ["PATH"]},
        )
        return done.stdout + done.stderr

    return tell


def test_only_what_reads_a_change_runs_again(run: Callable[..., str]) -> None:
    assert "8 passed, 1 skipped" in run()
    again = run()
    assert "no tests ran" in again
    assert "unchanged since they passed" in again
    assert "tests/test_a.py" in again
    assert "did not run: tests/test_a.py::test_with_a_framework" in again
    told = run(change="snippets/b.py", to="two = 3\n")
    assert "4 passed, 1 skipped, 3 deselected" in told
    assert "tests/test_c.py" in told
    assert "1 passed, 5 deselected" in run(change="docs/two.md", to="# Two\n\nMore.\n")
    assert "2 passed, 4 deselected" in run(
        change="docs/two.md", to="# Two\n\nMore.\n\n## A place\n"
    )
    assert "1 passed, 5 deselected" in run(change="docs/two.md", to="# Two\n\nAll.\n\n## A place\n")
    code = "# Two\n\nMore.\n\n```python\nx = 1\n```\n"
    assert "2 passed, 4 deselected" in run(change="docs/two.md", to=code)
    lock = '{"docs/one.md": {"line": "a"}, "docs/two.md": {"line": "b"}}'
    assert "2 passed, 4 deselected" in run(change="figures.lock", to=lock)
    assert "6 passed" in run(change="snippets/d.py", to="four = 5\n")


def test_processes_that_share_a_run_remember_as_one_does(run: Callable[..., str]) -> None:
    shared = ("-p", "xdist", "--numprocesses", "2", "--dist", "loadfile")
    assert "8 passed, 1 skipped" in run(*shared)
    again = run(*shared)
    assert "no tests ran" in again
    assert "tests/test_a.py" in again
    assert "did not run: tests/test_a.py::test_with_a_framework" in again
    told = run(*shared, change="docs/two.md", to="# Two\n\nwrong\n")
    assert "1 failed" in told
    assert "5 tests of pages" in told
    assert "1 failed" in run(*shared)
    assert "1 passed" in run(*shared, change="docs/two.md", to="# Two\n\nright\n")
    assert "no tests ran" in run()


def test_a_page_that_gathers_reads_what_it_gathers_and_no_more(run: Callable[..., str]) -> None:
    run()
    box = '# Two\n\n!!! erratum "E01 · True"\n\n    Said.\n'
    assert "2 passed, 4 deselected" in run(change="docs/two.md", to=box)
    assert "2 passed, 4 deselected" in run(change="docs/two.md", to=box.replace("Said", "Shown"))
    assert "1 passed, 5 deselected" in run(change="docs/two.md", to=box + "\nProse.\n")
    table = "\n| a table |\n|---|\n| of no erratum |\n"
    assert "1 passed, 5 deselected" in run(change="docs/two.md", to=box + table)


def test_what_fails_is_never_remembered(run: Callable[..., str]) -> None:
    run()
    for _ in range(2):
        assert "1 failed" in run(change="docs/one.md", to="# One\n\nwrong\n")
    assert "2 failed" in run(change="snippets/a.py", to="one = 2\n")


def test_chosen_files_always_run(run: Callable[..., str]) -> None:
    run()
    assert "1 passed, 1 skipped" in run("tests/test_a.py")
    assert "1 passed" in run("tests/test_c.py::test_three")


@pytest.mark.of_pages(pages=["faq"])
def test_a_mark_that_leaves_a_page_out_is_told(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    for page in (ROOT / "docs" / "index.md", tmp_path / "published" / "labs" / "xor.html"):
        call = pytest_runtest_call(request.node)
        next(call)
        with suppress(FileNotFoundError):  # asked for is enough
            page.read_text(encoding="utf-8")
        with pytest.raises(AssertionError, match=f"leaves out .*{page.stem}"):
            next(call)


def test_a_mark_that_names_no_page_is_told(run: Callable[..., str]) -> None:
    name = "tests/test_pages.py"
    assert "a test is of the page on" in run(change=name, to=HERE[name].replace("'one'", "'on'"))
