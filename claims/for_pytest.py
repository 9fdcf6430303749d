"""For pytest: each block, note and description of a page is a test, and so is each docstring."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from unittest import SkipTest

from sybil import Document, Example, Region, Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.rest import DocTestParser

from claims.lab import markdown_of
from claims.mathematics import decide_anew
from claims.needed import told_absent
from claims.page import Fence
from claims.reading import load_page
from claims.record import record, surroundings
from claims.run import Run, place_of
from claims.verdict import locked_figures, read_problems, step_problem
from claims.widget import widget_problems


def page_parser(root: Path) -> Callable[[Document], Iterable[Region]]:
    """A Sybil parser: one region for the page as it reads, and one for each step of it."""

    def parse(document: Document) -> Iterable[Region]:
        page = load_page(Path(document.path), root)
        run = Run(page, root)
        lock = locked_figures(root).get(page.path, {})

        def reads(example: Example) -> str | None:
            problems = [*read_problems(page, root), *decide_anew(page, root, run.names_at).problems]
            problems += widget_problems(page, root)
            return "\n\n".join(map(str, problems)) or None

        def gives(example: Example) -> str | None:
            index: int = example.parsed
            gave, step = run.through(index), run.steps[index]
            problem = step_problem(page, step, gave, lock)
            if gave.absent and not problem and isinstance(step, Fence):
                raise SkipTest(str(told_absent(page, step, gave.absent)))  # told by name
            if index == len(run.steps) - 1:
                record(page, root, surroundings(page, root), run.all())
            if problem and run.through(index).skipped:
                raise SkipTest(str(problem))  # the failure before it is red, and told once
            return str(problem) if problem else None

        yield Region(0, 0, page, reads)
        for index, step in enumerate(run.steps):
            yield Region(*place_of(step), index, gives)

    return parse


class Script(Document):
    """A lab, in which Sybil counts places as the checker does."""

    def __init__(self, text: str, path: str) -> None:
        super().__init__(markdown_of(text), path)


def collector(root: Path) -> Any:
    """What a root `conftest.py` binds to `pytest_collect_file`."""
    pages = Sybil(
        parsers=[page_parser(root)],
        path=str(root),
        patterns=["*.md", "docs/*.md", "docs/**/*.md", "docs/labs/*.py"],
        document_types={".py": Script},
    )
    docstrings = Sybil(
        parsers=[DocTestParser()],
        path=str(root),
        patterns=["snippets/*.py", "claims/*.py", "claims/**/*.py"],
        document_types={".py": PythonDocStringDocument},
    )
    return (pages + docstrings).pytest()
