"""Script: our scripts as the site serves them, without comments and indentation."""

from __future__ import annotations

import re
from pathlib import Path

# On lines of their own: what begins behind code may be a part of a string.
UNSERVED = re.compile(r"^\s*/\*(?s:.*?)\*/[ \t]*\n|^\s*//.*\n|^\s+", re.MULTILINE)


def served(source: str) -> str:
    """A module as browsers get it.

    Examples:
        >>> served("/* Adds. */\\nfunction add(x, y) {\\n  // a number\\n  return x + y;\\n}\\n")
        'function add(x, y) {\\nreturn x + y;\\n}\\n'
    """
    return UNSERVED.sub("", source)


def write_scripts(site: Path) -> None:
    """Serve each of our scripts of `site` without what only its readers in the repository need."""
    for module in [*(site / "widgets").glob("*.js"), site / "assets" / "along.js"]:
        module.write_text(served(module.read_text(encoding="utf-8")), encoding="utf-8")
