"""Verdict: what a page says, compared with what its code gave."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from claims.claim import Claim, claims_of, expressions
from claims.exercise import incomplete_exercises, judge_answer, role_of
from claims.mathematics import Decided
from claims.named import named_problems
from claims.needed import needed_problems
from claims.number import compare_number, numbers_in
from claims.output import compare_output, stray_outputs
from claims.page import Fence, Image, Page
from claims.problem import Problem
from claims.publish.katex import FormulaError, render
from claims.run import Given, Step, steps_of

LOCK = "figures.lock"


def read_problems(page: Page, root: Path) -> list[Problem]:
    """What is wrong with a page before anything of it is run."""
    problems = [
        *page.problems,
        *claims_of(page)[1],
        *stray_outputs(page),
        *incomplete_exercises(page),
        *needed_problems(page),
        *named_problems(page, root),
        *_unpaired_figures(page),
        *_refused_formulas(page),
    ]
    return sorted(problems, key=lambda problem: problem.line)


def step_problem(page: Page, step: Step, given: Given, lock: dict[str, str]) -> Problem | None:
    """Whether one step gave what the page says; `lock` holds the digests of the page's figures."""
    if given.problem or given.absent:
        return given.problem
    if isinstance(step, Claim):
        text = step.number.text if step.number else ""
        wrong = compare_number(text, step.note.mark, given.values[0], step.note.text)
        return Problem(page.path, step.note.line, wrong) if wrong else None
    if isinstance(step, Image):
        return _description_problem(page, step, given)
    if role_of(step) and role_of(step) != "check":
        judged = judge_answer(page, step, given.raised)
        if judged:
            return judged
    return compare_output(page, step, given.printed) or _figure_problem(page, step, given, lock)


def page_problems(
    page: Page, root: Path, given: Sequence[Given], lock: dict[str, str], formulas: Decided
) -> list[Problem]:
    """Everything that is not true on a page, in its order; a failure is told once."""
    steps = zip(steps_of(page), given, strict=True)
    ran = [(step, gave) for step, gave in steps if not gave.skipped]
    found = [problem for step, gave in ran if (problem := step_problem(page, step, gave, lock))]
    return sorted(
        [*read_problems(page, root), *formulas.problems, *found], key=lambda problem: problem.line
    )


def locked_figures(root: Path) -> dict[str, dict[str, str]]:
    """The digests that `make update` locked: page → figure → digest of its drawn data."""
    lock = root / LOCK
    return dict(json.loads(lock.read_text(encoding="utf-8"))) if lock.exists() else {}


def _description_problem(page: Page, image: Image, given: Given) -> Problem | None:
    if not image.note:
        return None
    said = numbers_in(image.description)
    if len(said) != len(given.values):
        return None  # told as the page was read
    for number, value, expression in zip(said, given.values, expressions(image.note), strict=True):
        wrong = compare_number(number.text, "=", value, expression)
        if wrong:
            return Problem(page.path, image.line, f"in the description of {image.target}: {wrong}")
    return None


def _figure_problem(page: Page, fence: Fence, given: Given, lock: dict[str, str]) -> Problem | None:
    name = fence.options.get("figure")
    if not name or lock.get(name) == given.digest:
        return None
    was = f"the locked data are {lock[name]}" if name in lock else "it is not locked yet"
    message = (
        f"figure {name} draws {given.digest}, {was}: look at the figure, then run `make update`"
    )
    return Problem(page.path, fence.line, message)


def _refused_formulas(page: Page) -> Iterator[Problem]:
    """Formulas that KaTeX cannot typeset."""
    for span in page.spans:
        if span.kind != "code":
            try:
                render(span.text, span.kind == "display")
            except FormulaError as error:
                yield Problem(page.path, page.line_of(span.start), str(error))


def _unpaired_figures(page: Page) -> list[Problem]:
    drawn = {f.options["figure"]: f for f in page.fences if "figure" in f.options}
    shown = {i.figure: i for i in page.images if i.figure}
    unshown = [
        Problem(
            page.path,
            f.line,
            f"figure {name} is drawn and not shown: write ![what it shows](figures/{name}.svg)",
        )
        for name, f in drawn.items()
        if name not in shown
    ]
    undrawn = [
        Problem(page.path, i.line, f'no fence figure="{name}" stands before this image')
        for name, i in shown.items()
        if name not in drawn or drawn[name].start > i.start
    ]
    return unshown + undrawn
