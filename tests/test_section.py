"""A section of a snippet, embedded under its imports with the sections it calls, works."""

import ast
import doctest
from pathlib import Path

import pytest
from pymdownx.snippets import SnippetPreprocessor

SNIPPETS = Path(__file__).parents[1] / "snippets"
FILES = sorted(path.stem for path in SNIPPETS.glob("[!_]*.py"))


def source(stem):
    return (SNIPPETS / f"{stem}.py").read_text(encoding="utf-8")


def sections(stem):
    """Each marked section as pymdownx reads it, by name."""
    lines = source(stem).splitlines()
    found, name = {}, None
    for line in lines:
        marker = SnippetPreprocessor.RE_SNIPPET_SECTION.match(line)
        if marker and marker["type"] == "start":
            name = marker["name"]
            found[name] = []
        elif marker:
            assert marker["name"] == name, f"{stem}: {line} does not end [start:{name}]"
            name = None
        elif name:
            found[name].append(line)
    return {name: "\n".join(body) for name, body in found.items()}


@pytest.mark.parametrize("stem", FILES)
def test_every_public_definition_is_a_section_of_its_own_name(stem):
    marked = sections(stem)
    for node in ast.parse(source(stem)).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert f" {node.name}" in marked.get(node.name, "")


def names_used(code):
    """Every name in the code and in the examples of its docstrings."""
    tree = ast.parse(code)
    parser = doctest.DocTestParser()
    for node in list(ast.walk(tree)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            examples = parser.get_examples(ast.get_docstring(node) or "")
            tree.body += [ast.parse(example.source) for example in examples]
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def names_defined(code):
    """Every name that the code binds at its top level."""
    for node in ast.parse(code).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        for target in [*getattr(node, "targets", []), getattr(node, "target", None)]:
            if isinstance(target, ast.Name):
                yield target.id


@pytest.mark.parametrize("stem", FILES)
def test_section_under_its_imports_runs_its_examples(stem):
    """With the sections that it calls, and those that they call."""
    marked = sections(stem)
    home = {name: section for section, code in marked.items() for name in names_defined(code)}
    for section in set(marked) - {"imports"}:
        needed, waiting = {"imports"}, {section}
        while waiting:
            name = waiting.pop()
            needed.add(name)
            waiting |= {home[used] for used in names_used(marked[name]) & set(home)} - needed
        namespace = {"__name__": "pasted"}
        exec("\n".join(code for name, code in marked.items() if name in needed), namespace)
        for test in doctest.DocTestFinder().find(namespace.get(section), section, False, namespace):
            assert doctest.DocTestRunner().run(test).failed == 0
