"""Problem: one thing on a page that is not true, said so that an author can mend it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and what would be right.

    Args:
        path: the file as the author knows it, relative to the repository.
        line: its line there, from 1.
        message: what is said and what is true; may have several lines.
    """

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class PageError(Exception):
    """A page that cannot be read or is not true; carries every problem found."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))
