"""Refusal: a formula that cannot be read, or cannot be decided, said with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

BEYOND = (
    ValueError,
    TypeError,
    AttributeError,
    KeyError,
    IndexError,
    ArithmeticError,
    RecursionError,
)


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error of the program
    """What was not understood; `at` is the place in the LaTeX, None if it is none place's fault."""

    def __init__(self, message: str, at: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.at = at

    def shown(self, latex: str) -> str:
        """The message, with the place it speaks of."""
        if self.at is None:
            return self.message
        rest = latex[self.at : self.at + 24].strip() or "the end"
        return f"{self.message}, at: {rest}"


class Undefined(Exception):  # noqa: N818 - an answer, as a refusal is
    """A value that does not exist at a point: a pole, or outside the domain. Never "equal"."""


class NotThere(Undefined):
    """A value that a page says exists and does not: no case applies, or a series diverges."""


class TooLarge(Undefined):
    """A value that is not computed because it has too many digits before the point."""


@contextmanager
def guarded() -> Iterator[None]:
    """A formula so strange that the program stumbles is refused; a page must not end the check of all others."""
    try:
        yield
    except BEYOND as error:
        raise Refusal(
            f"this is more than the reader can do ({type(error).__name__}: {error})"
        ) from error
