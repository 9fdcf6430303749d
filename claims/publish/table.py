"""Table: a table of a section of a chapter, repeated on a page that gathers tables.

A page asks for one by `[TABLE differentiation_rules.md#look-up-every-derivative]`, a line of
its own; `second` before the bracket asks for the second of that section. The table has one home, where its rows are checked; here it stands as it is there.
"""

from __future__ import annotations

import re

ASKED = re.compile(r"<p>\[TABLE (?P<file>\w+)\.md#(?P<anchor>[\w-]+(?: second)?)\]</p>")
HEADING = re.compile(r'<h[1-6] id="(?P<id>[^"]+)"')
TABLE = re.compile(r"<table\b.*?</table>", re.S)


def asks_for_tables(markdown: str) -> bool:
    """Whether a page gathers tables of others."""
    return "[TABLE " in markdown


def tables_of(rendered: str, file: str) -> dict[str, str]:
    """The tables under each heading of a rendered page, by `file#anchor`, then `file#anchor second`."""
    headings = [*HEADING.finditer(rendered)]
    ends = [heading.start() for heading in headings[1:]] + [len(rendered)]
    found = {}
    for heading, end in zip(headings, ends, strict=False):
        tables = TABLE.finditer(rendered, heading.end(), end)
        for table, which in zip(tables, ("", " second"), strict=False):
            found[f"{file}#{heading['id']}{which}"] = table[0]
    return found


def place_tables(rendered: str, tables: dict[str, str]) -> tuple[str, list[str]]:
    """A rendered page with the tables it asks for; and those that are not there."""
    missing: list[str] = []

    def placed(asked: re.Match[str]) -> str:
        name = f"{asked['file']}.md#{asked['anchor']}"
        if name not in tables:
            missing.append(name)
            return asked[0]
        return elsewhere(tables[name], f"{asked['file']}.html")

    return ASKED.sub(placed, rendered), missing


def elsewhere(part: str, file: str) -> str:
    """A part of a page as another page shows it: its links to its own places name the page."""
    return part.replace('href="#', f'href="{file}#')
