"""Shown: the Python that a built page shows must be exactly the Python that was run."""

from __future__ import annotations

import difflib
from html.parser import HTMLParser
from itertools import zip_longest
from pathlib import Path

from claims.block import expand
from claims.page import Page
from claims.problem import Problem


def shown_problems(page: Page, rendered: str, root: Path) -> list[Problem]:
    """Blocks that a rendered page shows and nothing ran, or that ran and are not shown."""
    blocks = [f for f in page.fences if f.language == "python"]
    figures = {f.options["figure"]: f for f in blocks if "figure" in f.options}
    moved = {figures[i.figure].start: i.start for i in page.images if i.figure in figures}
    blocks.sort(key=lambda f: moved.get(f.start, f.start))
    ran = [expand(f, page.path, root).text.strip("\n") for f in blocks]
    reader = _CodeReader()
    reader.feed(rendered)
    written = {f.text.strip("\n") for f in page.fences}
    problems = [
        _unknown(page, text) for text in reader.plain if text.strip() and text not in written
    ]
    if reader.python == ran:
        return problems
    pairs = enumerate(zip_longest(reader.python, ran))
    index, (shown, true) = next((i, pair) for i, pair in pairs if pair[0] != pair[1])
    shown, true = (shown or "").splitlines(), (true or "").splitlines()
    diff = "\n".join(difflib.unified_diff(shown, true, "shown", "run", lineterm=""))
    line = blocks[index].line if index < len(blocks) else 1
    return [
        *problems,
        Problem(page.path, line, f"the site does not show the Python that was run\n{diff}"),
    ]


def _unknown(page: Page, text: str) -> Problem:
    first = text.strip().splitlines()[0]
    lines = enumerate(page.source.splitlines(), 1)
    line = next((i for i, written in lines if first in written), 1)
    message = f"an indented block or raw <pre> shows code that nothing runs: {first}"
    return Problem(page.path, line, message)


class _CodeReader(HTMLParser):
    """Collects the text of Python code blocks, and of those that are, or pretend to be, plain text.

    An indented block is marked as text, as a ```text fence is. Signatures and
    examples of docstrings, which mkdocstrings writes, are tested as docstrings.
    """

    def __init__(self) -> None:
        super().__init__()
        self.python: list[str] = []
        self.plain: list[str] = []
        self._languages: list[str | None] = []  # of the divs around
        self._cells: list[bool] = []  # of the table cells around: line numbers or not
        self._text: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Notice where a block begins, and its language."""
        classes = (dict(attributes).get("class") or "").split()
        if tag == "div":
            named = [c.removeprefix("language-") for c in classes if c.startswith("language-")]
            around = self._languages[-1] if self._languages else None
            own = "signature" if "doc-signature" in classes else named[0] if named else around
            self._languages.append(own)
        elif tag == "td":
            self._cells.append("linenos" in classes)
        elif tag == "pre" and not any(self._cells) and "claim-broken" not in classes:
            self._text = ""

    def handle_endtag(self, tag: str) -> None:
        """File a block that ends under its language."""
        if tag == "div" and self._languages:
            self._languages.pop()
        elif tag == "td" and self._cells:
            self._cells.pop()
        elif tag == "pre" and self._text is not None:
            language = self._languages[-1] if self._languages else None
            if language in (None, "text", "python"):
                blocks = self.python if language == "python" else self.plain
                blocks.append(self._text.strip("\n"))
            self._text = None

    def handle_data(self, data: str) -> None:
        """Gather what a block says."""
        if self._text is not None:
            self._text += data
