"""Opened: the pages that a test opens, as sources or as built, so that no test of pages reads another."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[1] / "docs"
# docs/labs/xor.py, and of the site that `published` builds labs/xor.html and the Markdown beside it
PAGE = re.compile(rf"(?:^{re.escape(str(DOCS))}|/published)/((?:labs/)?\w+)\.(?:md|html|py)$")
ALL = {"print", "404"}  # made of all pages, or of none
_noted: list[set[str]] = []


@contextmanager
def pages_opened() -> Iterator[set[str]]:
    """The stems of the pages that are opened meanwhile, by a server of this process too."""
    _noted.append(set())
    try:
        yield _noted[-1]
    finally:
        _noted.pop()


def _note(event: str, given: tuple[Any, ...]) -> None:
    if event == "open" and _noted and isinstance(given[0], str | os.PathLike):
        found = PAGE.search(os.fspath(given[0]))
        _noted[-1] |= {found[1]} - ALL if found else set()


sys.addaudithook(_note)
