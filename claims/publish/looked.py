"""Looked: the built pages looked through side by side, by the workers that checked them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from claims.publish.character import used
from claims.publish.edition import Part, chapter_of, stems_of
from claims.publish.link import read
from claims.publish.worker import at_work, hand_out


def look_ahead(site: Path, parts: Sequence[Part]) -> None:
    """Have workers look through the pages, if they are there; then who asks again is answered at once.

    Args:
        site: the folder that MkDocs built.
        parts: the parts of the book.
    """
    pages = sorted(site.rglob("*.html")) if at_work() else []
    stems = stems_of(parts)
    for found in hand_out(
        _look, [(page, page.relative_to(site).as_posix(), stems) for page in pages]
    ):
        found.result()


def _look(page: Path, file: str, stems: dict[str, str]) -> None:
    text = page.read_text(encoding="utf-8")
    used(text)
    read(text)
    if file in stems:
        chapter_of(text, file, stems)
