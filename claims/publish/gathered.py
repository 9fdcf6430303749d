"""Gathered: what chapters teach, repeated on the pages that collect it: errata and tables.

A collecting page is made after all others, from what they became; its sources stay where
they are checked.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from claims.page import Page
from claims.problem import Problem
from claims.publish import errata, table


class Gathered:
    """What the chapters of one build gave to the pages that collect."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.boxes: dict[str, dict[str, str]] = {}
        self.tables: dict[str, dict[str, str]] = {}
        self.home = ""

    def ordered(self, files: Any) -> Any:
        """The files of a build, those that collect last."""
        for file in list(files.documentation_pages()):
            text = Path(file.abs_src_path).read_text(encoding="utf-8")
            if _collects(text):
                files.remove(file)
                files.append(file)
                self.home = file.src_uri if errata.PLACE in text else self.home
        return files

    def markdown(self, markdown: str, page: Page, file: str) -> str:
        """A chapter's Markdown, its boxes linked to the list, or that list."""
        self.pages[file] = page
        if file == self.home:
            chapters = [(page, name) for name, page in self.pages.items() if name != file]
            taught = [e for page, name in chapters for e in errata.errata_of(page, name)]
            return errata.listed(markdown, taught)
        return errata.linked(markdown, self.home) if self.home else markdown

    def content(self, rendered: str, page: Page, file: str) -> tuple[str, list[Problem]]:
        """A rendered page with what it collects; and what it asks for that is not there."""
        self.tables[file] = table.tables_of(rendered, file)
        if file == self.home:
            boxes = {mark: box for found in self.boxes.values() for mark, box in found.items()}
            rendered = errata.place_boxes(rendered, boxes)
        else:
            self.boxes[file] = errata.boxes_of(rendered, errata.errata_of(page, file))
        tables = {name: found for part in self.tables.values() for name, found in part.items()}
        rendered, missing = table.place_tables(rendered, tables)
        return rendered, [
            Problem(page.path, _line(page, name), f"there is no table in {name}")
            for name in missing
        ]


def _collects(markdown: str) -> bool:
    return errata.PLACE in markdown or table.asks_for_tables(markdown)


def _line(page: Page, name: str) -> int:
    return page.line_of(page.source.index(f"[TABLE {name}]"))
