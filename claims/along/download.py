"""Download: a page's cells as a notebook, and as one script.

Both are the same bytes in every build; a script is in the percent format, which editors
and Jupytext read as the notebook.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from claims.along.cell import Cell

PYTHON = {"display_name": "Python 3", "language": "python", "name": "python3"}


def notebook(cells: Iterable[Cell], name: str) -> str:
    """The cells as a notebook without outputs; the id of each is the page's name and its number."""
    entries = [_entry(cell, f"{name}-{number}") for number, cell in enumerate(cells, 1)]
    whole = {
        "cells": entries,
        "metadata": {"kernelspec": PYTHON, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def script(cells: Iterable[Cell]) -> str:
    """The cells as a script."""
    return "\n\n".join(map(_percent, cells)) + "\n"


def _entry(cell: Cell, name: str) -> dict[str, Any]:
    lines = cell.source.splitlines(keepends=True)
    if not cell.code:
        return {"cell_type": "markdown", "id": name, "metadata": {}, "source": lines}
    folded = {"cellView": "form", "jupyter": {"source_hidden": True}} if cell.folded else {}
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": folded,
        "outputs": [],
        "source": lines,
    }


def _percent(cell: Cell) -> str:
    if cell.code:
        return f"# %%\n{cell.source}"
    lines = (f"# {line}".rstrip() for line in cell.source.split("\n"))
    return "\n".join(["# %% [markdown]", *lines])
