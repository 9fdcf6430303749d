r"""Mutant: a formula with one small change, which the checker must catch unless it is still true.

A digit, a sign, an exponent, a prime, a letter, a transpose or a factor is changed in
every formula of a page that was verified. `survivors` lists the mutants that pass;
`proof` says by algebra which of those are true.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from claims.formula.compare import False_
from claims.formula.decide import Decision
from claims.formula.evidence import gather, infer_all
from claims.formula.proof import is_proved
from claims.formula.refusal import Refusal
from claims.formula.section import Entry
from claims.formula.statement import read_formula
from claims.formula.token import Token, tokens
from claims.formula.vocabulary import GREEK
from claims.formula.whole import check_page, check_sections, reported
from claims.reading import load_page

LOOSE = ("_", "^", "{", "}")


@dataclass(frozen=True)
class Mutant:
    """A changed formula: what kind of change, and both texts."""

    kind: str
    original: str
    latex: str
    entry: Entry


@dataclass
class Harvest:
    """All mutants of a page, and those that were not caught."""

    mutants: int
    survivors: list[Mutant]
    proved: list[Mutant]


def harvest(path: str, source: str, *, limit: int | None = None) -> Harvest:
    """Mutate each verified formula of a page and see what is caught; `limit` takes that many mutants."""
    checks = check_sections(path, source)
    entries = [e for check in checks for e in check.entries]
    verified = [e for e in entries if e.verdict == "verified" and e.span]
    mutants = [m for e in verified for m in mutants_of(e)]
    mutants = mutants[:: max(1, len(mutants) // limit)] if limit else mutants

    clean = len(reported(path, source, checks).problems)
    passed = [m for m in mutants if not _caught(m)]
    proved = {id(m) for m in passed if is_proved(m)}
    survivors = [
        m for m in passed if id(m) not in proved and not _caught_on_page(m, path, source, clean)
    ]
    return Harvest(len(mutants), survivors, [m for m in passed if id(m) in proved])


def mutants_of(entry: Entry) -> list[Mutant]:
    """Every mutant of a formula, each text once."""
    found = {
        latex: Mutant(kind, entry.latex, latex, entry)
        for kind, latex in reversed(list(changed(entry.latex)))
    }
    found.pop(entry.latex, None)
    return list(found.values())


def changed(latex: str) -> Iterator[tuple[str, str]]:
    """Every small change of a formula, with its kind."""
    found = tokens(latex)
    ends = [*(t.at for t in found[1:]), len(latex)]
    letters = _letters(found)
    for place in range(len(found) - 1):
        yield from _changes(latex, found, place, ends[place], letters)


def _letters(found: list[Token]) -> list[str]:
    named = [
        t
        for i, t in enumerate(found)
        if _is_letter(t)
        and not _is_differential(found, i)
        and not (t.text == "T" and found[i - 1].text == "^")
    ]
    return sorted({t.text if t.kind == "letter" else f"\\{t.text}" for t in named})


def _is_letter(token: Token) -> bool:
    return token.kind == "letter" or (token.kind == "command" and token.text in GREEK)


def _is_differential(found: list[Token], place: int) -> bool:
    return found[place].text == "d" and (
        _is_letter(found[place + 1]) or found[place + 1].text in "}^"
    )


def _changes(
    latex: str, found: list[Token], place: int, end: int, letters: list[str]
) -> Iterator[tuple[str, str]]:
    token, before, after = found[place], found[place - 1] if place else None, found[place + 1]

    def swapped(text: str) -> str:
        own = latex[token.at : end].rstrip()
        spare = " " if text[-1:].isalpha() and text.startswith("\\") else ""
        return latex[: token.at] + text + spare + latex[token.at + len(own) :]

    if token.kind == "number":
        digit = token.text[-1]
        yield "digit", swapped(token.text[:-1] + ("8" if digit == "9" else str(int(digit) + 1)))
        if _starts(after) and not (before and before.text in ("^", "_")):
            yield "factor", swapped("")
    elif token.text in ("+", "-") and token.kind == "symbol":
        yield "sign", swapped("-" if token.text == "+" else "+")
    elif token.text == "'":
        yield "prime", swapped("")
    elif token.text == "top" or (token.text == "T" and before and before.text == "^"):
        yield "transpose", latex[: before.at if before else 0] + latex[end:]
    elif _is_letter(token) and not _is_differential(found, place):
        yield from _letter_changes(latex, found, place, letters, swapped)
    elif token.text == "^" and after.text not in ("T", "top", "{", "'", "*", "ast"):
        follower = found[place + 2].at
        yield "exponent", latex[: token.at] + " " + latex[follower:]


def _letter_changes(
    latex: str, found: list[Token], place: int, letters: list[str], swapped: object
) -> Iterator[tuple[str, str]]:
    token = found[place]
    own = token.text if token.kind == "letter" else f"\\{token.text}"
    assert callable(swapped)
    if len(letters) > 1:
        yield "letter", swapped(letters[(letters.index(own) + 1) % len(letters)])
    before, after = found[place - 1] if place else None, found[place + 1]
    if (
        before
        and (before.kind == "number" or before.text == "cdot")
        and after.text not in ("_", "^", "(", "'", "}")
    ):
        yield "factor", swapped("1" if before.text == "cdot" else " ")
    if after.text == "(" and found[place - 1].text not in ("^", "_"):
        yield "prime", swapped(own + "'")


def _starts(token: Token) -> bool:
    return (
        _is_letter(token)
        or token.text == "("
        or (token.kind == "command" and token.text in ("frac", "mathbf", "hat"))
    )


# Whether it is caught


def _caught(mutant: Mutant) -> bool:
    """Whether the mutant is refused or false where its original stands; a table's cell stands in its row."""
    if mutant.entry.scope is None:
        return False
    try:
        decided(mutant)
    except (Refusal, False_):
        return True
    return False


def decided(mutant: Mutant) -> None:
    """Decide the mutant in the scope of its original; raises if it is not true."""
    assert mutant.entry.scope is not None
    formula = read_formula(mutant.latex, frozenset(mutant.entry.scope.functions))
    scope = mutant.entry.scope.child(mutant.entry.scope.level)
    gather(scope, formula)
    infer_all(scope, [formula])
    Decision(scope, formula, 1, mutant.latex, mutant.entry.before, mutant.entry.followed).run()


def _caught_on_page(mutant: Mutant, path: str, source: str, clean: int) -> bool:
    """Whether the page as a whole, with the mutant in it, has a problem more."""
    span = mutant.entry.span
    assert span is not None
    start = source.index(mutant.original, span.start)
    page = source[:start] + mutant.latex + source[start + len(mutant.original) :]
    return len(check_page(path, page).problems) > clean


def main() -> int:
    """Mutate every verified formula of the pages named; `python -m claims.formula.mutant docs/*.md`."""
    alive = 0
    for path in map(Path, sys.argv[1:]):
        found = harvest(path.as_posix(), load_page(path, Path.cwd()).source)
        print(
            f"{path}: {found.mutants} mutants, {len(found.proved)} still true, {len(found.survivors)} not caught"
        )
        for mutant in found.survivors:
            print(f"    {mutant.kind}: {mutant.original}  became  {mutant.latex}")
        alive += len(found.survivors)
    return int(alive > 0)


if __name__ == "__main__":
    sys.exit(main())
