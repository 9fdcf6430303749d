"""Begin a chapter: its page, and its place in the nav.

python -m claims.chapter taylor_series
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from claims.cache import write_whole

PAGE = """\
---
description: One sentence that a search result can show.
---

# {title}

What you will be able to do, and the result itself, for a reader in a hurry.

## What you need

## Say one idea

Claim, formula, figure, code, one printed value, what it shows.

## Exercises

## In practice

## Sources
"""


def begin(name: str, root: Path) -> str:
    """Write `docs/<name>.md` and add it to the nav; what was done, in words.

    Raises:
        ValueError: if the name is no stem in snake_case, or the page is there already.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        raise ValueError(
            f"a chapter's name is a stem in snake_case, as in taylor_series; got {name!r}"
        )
    page = root / "docs" / f"{name}.md"
    if page.exists():
        raise ValueError(f"docs/{name}.md is there already")
    config = root / "mkdocs.yml"
    text = config.read_text(encoding="utf-8")
    entries = list(re.finditer(r"^nav:\n(?:\s*#.*\n)*((?:  .*\n)+)", text, re.M))
    if not entries:
        raise ValueError("mkdocs.yml has no nav to add the chapter to")
    end = entries[0].end()
    write_whole(page, PAGE.format(title=name.replace("_", " ").capitalize()).encode())
    write_whole(config, f"{text[:end]}  - {name}.md\n{text[end:]}".encode())
    return f"docs/{name}.md is begun, and stands last in the nav of mkdocs.yml"


if __name__ == "__main__":
    try:
        print(begin(sys.argv[1] if len(sys.argv) > 1 else "", Path.cwd()))
    except ValueError as error:
        sys.exit(str(error))
