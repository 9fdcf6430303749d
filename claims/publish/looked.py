"""Looked: each built page looked through by the workers that checked it, while the next is built."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future

from claims.publish.character import used
from claims.publish.edition import Part, chapter_of, stems_of
from claims.publish.link import read
from claims.publish.worker import hand_on


def look_ahead(page: str, file: str, parts: Sequence[Part]) -> list[Future[object]]:
    """Have a worker look through a page, if there is one; then who asks again is answered at once.

    Args:
        page: its HTML.
        file: its address in the site.
        parts: the parts of the book.

    Returns:
        what to wait for.
    """
    return hand_on(_look, page, file, stems_of(parts))


def _look(page: str, file: str, stems: dict[str, str]) -> None:
    used(page)
    read(page)
    if file in stems:
        chapter_of(page, file, stems)
