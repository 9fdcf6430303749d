"""Claim: a note together with the number it speaks of, and the numbers that no note explains.

A number is explained by the note behind it, by being written in a formula or in
code, or by an output of its section that prints the same digits.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from claims.number import DIGITS, POWER, Number, numbers_in
from claims.page import Image, Note, Page
from claims.problem import Problem

TRUSTED_DIGITS = 3  # shorter digits are found in an output by luck


@dataclass(frozen=True)
class Claim:
    """A note together with the number it speaks of; a `check` speaks of a sentence."""

    note: Note
    number: Number | None


def page_numbers(page: Page) -> list[Number]:
    """The numbers of a page's prose, and the code spans and formulas that are bare numbers."""
    bare = [
        Number(span.text, span.start, span.end)
        for span in page.spans
        if re.fullmatch(DIGITS, span.text) or POWER.fullmatch(span.text)
    ]
    return sorted([*numbers_in(page.prose), *bare], key=lambda number: number.start)


@lru_cache(maxsize=1024)
def claims_of(page: Page) -> tuple[list[Claim], list[Problem]]:
    """Each note with its number, and what is wrong with notes and numbers before anything runs."""
    numbers = page_numbers(page)
    claims: list[Claim] = []
    problems: list[Problem] = []
    for note in page.notes:
        if note.mark == "math":
            continue
        number = None if note.mark == "check" else _before(note, numbers, page)
        wrong = _wrong_note(note, number)
        if wrong:
            problems.append(Problem(page.path, note.line, wrong))
        else:
            claims.append(Claim(note, number))
    noted = {claim.number for claim in claims}
    bare = [n for n in numbers if n not in noted]
    problems += [_unexplained(page, n) for n in bare if not (_printed(page, n) or _tabled(page, n))]
    return claims, problems + [p for image in page.images for p in _image_problems(page, image)]


def expressions(note: Note) -> list[str]:
    """The expressions of a note: an image's may give several, in the order of its numbers."""
    if _wrong_expression(note):
        return []
    tree = ast.parse(f"({note.text})", mode="eval").body
    parts = tree.elts if isinstance(tree, ast.Tuple) else [tree]
    return [ast.unparse(part) for part in parts]


def names_in(expression: str) -> set[str]:
    """The names that an expression takes from the page, not from Python itself."""
    nodes = list(ast.walk(ast.parse(expression, mode="eval")))
    bound = {node.arg for node in nodes if isinstance(node, ast.arg)}
    bound |= {n.id for n in nodes if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    return {n.id for n in nodes if isinstance(n, ast.Name)} - bound - set(dir(builtins))


def _before(note: Note, numbers: list[Number], page: Page) -> Number | None:
    """The number right before a note; the end of an emphasis may stand between."""
    near = [
        n
        for n in numbers
        if n.end <= note.start and re.fullmatch(r"[*_]{0,3}", page.source[n.end : note.start])
    ]
    return near[-1] if near else None


def _wrong_note(note: Note, number: Number | None) -> str | None:
    if note.mark != "check" and number is None:
        return f"no number stands right before this note: {note.text}"
    return _wrong_expression(note)


def _wrong_expression(note: Note) -> str | None:
    try:
        tree = ast.parse(f"({note.text})", mode="eval").body
    except SyntaxError as error:
        return f"the note is no Python expression ({error.msg}): {note.text}"
    if isinstance(tree, ast.Tuple) and any(isinstance(part, ast.Starred) for part in tree.elts):
        return f"a note lists its values one by one, without a star: {note.text}"
    if not names_in(note.text):
        return f"the note computes nothing of this page, so it could never be false: {note.text}"
    return None


def _unexplained(page: Page, number: Number) -> Problem:
    text = number.text
    return Problem(
        page.path,
        page.line_of(number.start),
        f"nothing explains the number “{text}”: say what computes it ({text}<!--= expression -->), or write it as a formula",
    )


def _printed(page: Page, number: Number) -> bool:
    """Whether an output of the number's section prints the same digits, enough of them to be no accident."""
    digits = re.sub(r"\D", "", number.text.partition("e")[0]).lstrip("0")
    if len(digits) < TRUSTED_DIGITS:
        return False
    start, end = page.section(number.start)
    exact = re.compile(rf"(?<![\w.]){re.escape(number.text.replace('−', '-'))}(?![\w.]?\d)")
    return any(
        exact.search(f.text)
        for f in page.fences
        if f.language == "output" and start <= f.start < end
    )


def _tabled(page: Page, number: Number) -> bool:
    """Whether a number is a formula of a derivative table, whose rows are checked as such."""
    above = page.source[: number.start].split("\n\n")[-1].lstrip()
    header = above.split("\n")[0]
    formula = page.source[number.start] == "$"
    return (
        formula
        and header.startswith("|")
        and bool(re.search(r"[Dd]erivative|[Gg]radient|∂", header))
    )


def _image_problems(page: Page, image: Image) -> Iterator[Problem]:
    said = numbers_in(image.description)
    if image.note is None:
        for number in said:
            message = f"nothing explains the number “{number.text}” in this description: write ](…)<!--= expression -->"
            yield Problem(page.path, image.line, message)
        return
    wrong = _wrong_note(image.note, None if not said else said[0])
    if wrong:
        yield Problem(page.path, image.line, wrong)
    elif len(expressions(image.note)) != len(said):
        listed = ", ".join(n.text for n in said)
        message = f"the description says {len(said)} numbers ({listed}), its note computes {len(expressions(image.note))}"
        yield Problem(page.path, image.line, message)
