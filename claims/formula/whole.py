"""Whole: a page's sections one after the other, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from claims.formula import tree
from claims.formula.mention import mention_problems
from claims.formula.page import sections
from claims.formula.plain import plain_mathematics
from claims.formula.report import FormulaReport
from claims.formula.scope import Definition, Scope, key
from claims.formula.section import Entry, SectionCheck
from claims.formula.tree import Name, Tree
from claims.problem import Problem


def check_page(
    path: str,
    source: str,
    namespaces: Callable[[int], Mapping[str, object]] | None = None,
    code: Sequence[str] | None = None,
) -> FormulaReport:
    """See `claims.formula.check_formulas`."""
    return reported(path, source, check_sections(path, source, namespaces), namespaces, code)


def reported(
    path: str,
    source: str,
    checks: list[SectionCheck],
    namespaces: Callable[[int], Mapping[str, object]] | None = None,
    code: Sequence[str] | None = None,
) -> FormulaReport:
    """What is to be said of a page's sections, once they are decided."""
    report = FormulaReport(path)
    for check in checks:
        report.formulas += [e.checked for e in check.entries if e.span]
        report.problems += [Problem(path, line, text) for line, text in check.wrong]
        report.problems += [
            _problem(path, e) for e in check.entries if e.verdict in ("false", "refused")
        ]
        report.skipped += check.skips
        report.rows += check.rows
    report.problems += _unused(path, checks, namespaces, values=code is None)
    if code is not None:
        report.problems += mention_problems(path, checks, code)
    report.problems += plain_mathematics(path, source)
    report.problems.sort(key=lambda p: p.line)
    return report


def check_sections(
    path: str, source: str, namespaces: Callable[[int], Mapping[str, object]] | None = None
) -> list[SectionCheck]:
    """Every section decided in the scope of the section around it."""
    open_scopes = [Scope(level=-1)]
    found = []
    for section in sections(path, source):
        while open_scopes[-1].level >= section.level:
            open_scopes.pop()
        check = SectionCheck(section, open_scopes[-1], namespaces)
        check.run()
        open_scopes.append(check.scope)
        found.append(check)
    return found


def _problem(path: str, entry: Entry) -> Problem:
    said = "is false" if entry.verdict == "false" else "is not understood"
    return Problem(
        path, entry.line, f"the formula {' '.join(entry.latex.split())} {said}: {entry.message}"
    )


def _unused(
    path: str,
    checks: list[SectionCheck],
    namespaces: Callable[[int], Mapping[str, object]] | None,
    *,
    values: bool,
) -> list[Problem]:
    """Definitions that no claim uses, so that nothing checks them; those of a value if `values`."""
    every = [entry for check in checks for entry in check.entries]
    found = []
    for definition, entry in (pair for check in checks for pair in check.definitions):
        if definition.used or (definition.is_value and not values):
            continue
        if definition.is_value and _is_mentioned(definition, entry, every):
            continue
        if definition.is_value and _is_in_code(definition, namespaces):
            continue
        shown = " ".join(definition.latex.split())
        found.append(
            Problem(
                path,
                definition.line,
                f"{shown} defines {definition.name.letter}, and no formula uses it, so nothing checks it: "
                "claim something about it, tie it to the page's code "
                f"(<!-- math: {definition.name.letter} is name -->), or skip it with a reason",
            )
        )
    return found


def _is_mentioned(definition: Definition, own: Entry, entries: list[Entry]) -> bool:
    """Whether another formula speaks of a letter that is given a number, or of a value there."""
    letter = key(definition.name)

    def mentions(node: Tree) -> bool:
        at_number = isinstance(node, tree.Call) and definition.body in node.arguments
        return at_number or (isinstance(node, Name) and key(node) == letter)

    others = [e.formula for e in entries if e is not own and e.formula is not None]
    return any(mentions(node) for formula in others for node in formula.walk())


def _is_in_code(
    definition: Definition, namespaces: Callable[[int], Mapping[str, object]] | None
) -> bool:
    """Whether the page's code has the same number under the same name."""
    from claims.formula.meaning import Meaning

    if namespaces is None:
        return False
    value = namespaces(definition.line).get(definition.name.letter.lstrip("\\"))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return bool(
        abs(float(Meaning(Scope(), {}, {}, set()).of(definition.body)) - value)
        <= 1e-12 * abs(value)
    )
