"""Nested: where an element of rendered HTML ends that may hold others of its kind."""

from __future__ import annotations

import re


def end_of(rendered: str, start: int, tag: str) -> int:
    """Where the element ends, its closing tag included, that begins at a place.

    Raises:
        ValueError: if it is not closed.

    Examples:
        >>> end_of("<div><div></div></div> x", 0, "div")
        22
    """
    depth = 0
    for found in re.compile(rf"<{tag}\b|</{tag}>").finditer(rendered, start):
        depth += -1 if found[0].startswith("</") else 1
        if depth == 0:
            return found.end()
    raise ValueError(f"<{tag}> is not closed: {rendered[start : start + 60]}")
