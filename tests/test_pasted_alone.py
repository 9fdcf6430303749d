"""Each snippet, pasted into an empty folder with the siblings it names, runs its own examples."""

import ast
import doctest
import importlib
import re
import shutil
import sys
from pathlib import Path

import pytest

SNIPPETS = Path(__file__).parents[1] / "snippets"
FILES = sorted(file.stem for file in SNIPPETS.glob("[!_]*.py"))


def siblings(name):
    """The files that the first line says it needs."""
    first_line = (SNIPPETS / f"{name}.py").read_text(encoding="utf-8").splitlines()[0]
    needed = re.search(r"Needs ([\w, ]+)\.", first_line)
    return needed[1].split(", ") if needed else []


def imported(name):
    """The modules that it imports."""
    tree = ast.parse((SNIPPETS / f"{name}.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


@pytest.fixture
def pasted(monkeypatch, tmp_path):
    """Imports a snippet from a folder that holds nothing but it and its siblings."""
    for module in [m for m in sys.modules if m.partition(".")[0] == "snippets"]:
        monkeypatch.delitem(sys.modules, module)
    libraries = [p for p in sys.path if Path(p).exists() and not (Path(p) / "snippets").exists()]
    monkeypatch.setattr(sys, "path", [str(tmp_path), *libraries])
    pythons_own = [f for f in sys.meta_path if f.__module__.startswith("_frozen_importlib")]
    monkeypatch.setattr(sys, "meta_path", pythons_own)  # an editable install has a finder too

    def paste(name):
        needed = siblings(name)
        folder = tmp_path / "snippets" if needed else tmp_path
        folder.mkdir(exist_ok=True)
        for file in [name, *needed]:
            shutil.copy(SNIPPETS / f"{file}.py", folder)
        importlib.invalidate_caches()
        module = f"snippets.{name}" if needed else name
        monkeypatch.setitem(sys.modules, module, None)  # what is set is taken away at the end
        del sys.modules[module]
        return importlib.import_module(module)

    yield paste
    for module in [m for m in sys.modules if m.partition(".")[0] == "snippets"]:
        del sys.modules[module]


@pytest.mark.parametrize("name", FILES)
def test_pasted_alone_it_runs_its_examples(name, pasted, tmp_path):
    module = pasted(name)
    assert Path(module.__file__).is_relative_to(tmp_path)
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("name", FILES)
def test_it_needs_numpy_and_what_its_first_line_says(name):
    allowed = {"numpy", *sys.stdlib_module_names}
    others = {module for module in imported(name) if module.partition(".")[0] not in allowed}
    assert others == {f"snippets.{sibling}" for sibling in siblings(name)}


@pytest.mark.parametrize("name", FILES)
def test_its_lines_fit_a_page(name):
    """A page shows 78 columns without scrolling; the first line, of the siblings, is not shown."""
    lines = (SNIPPETS / f"{name}.py").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines[1:] if len(line) > 78] == []


def test_a_file_pasted_without_its_sibling_is_found_out(pasted, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "siblings", lambda name: ["taylor"])
    with pytest.raises(ModuleNotFoundError, match=r"snippets\.finite_difference"):
        pasted("partial_derivative")
