"""Run: one page executed from top to bottom in a fresh namespace, and what its code gave.

Every step runs once, after all steps before it: asking for a late step alone
runs the earlier ones first, as a reader would.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

from claims import drawn, figure
from claims.block import Code, evaluate, expand, run
from claims.claim import Claim, claims_of, expressions, names_in
from claims.exercise import Exercise, exercises_of, role_of
from claims.needed import absent, required, told_absent
from claims.page import Fence, Image, Page
from claims.problem import PageError, Problem

Step: TypeAlias = Fence | Claim | Image


@dataclass(frozen=True)
class Given:
    """What one step gave when it ran.

    `raised` is the last line of an answer's exception; `skipped` says that a
    step before it failed, so that it did not run at all, `absent` the framework that
    a block needs and that is not installed.
    """

    printed: str = ""
    values: tuple[Any, ...] = ()
    raised: str | None = None
    svg: str = ""
    digest: str = ""
    problem: Problem | None = None
    skipped: bool = False
    absent: str = ""


def place_of(step: Step) -> tuple[int, int]:
    """Where a step starts and ends in the page's source."""
    written = step.note if isinstance(step, Claim) else step
    return written.start, written.end


def steps_of(page: Page) -> list[Step]:
    """What of a page is run, in its order: Python fences, notes, descriptions with numbers."""
    fences: list[Step] = [f for f in page.fences if f.language == "python"]
    images: list[Step] = [i for i in page.images if i.note or i.figure]
    return sorted([*fences, *claims_of(page)[0], *images], key=place_of)


class Run:
    """A page being run."""

    def __init__(self, page: Page, root: Path) -> None:
        self.page = page
        self.root = root
        self.steps = steps_of(page)
        self.given: dict[int, Given] = {}
        self.taken = 0
        self.early: list[int] = []
        self.failed: Problem | None = None
        self.module = ModuleType("page_" + re.sub(r"\W", "_", page.path))
        self.exercises = {e.name: e for e in exercises_of(page)}

    def through(self, index: int) -> Given:
        """What step `index` gave; runs it and every step before it that has not run yet.

        A note may stand before the block that computes it, as a promise does: it is
        evaluated as soon as the page has all its names.
        """
        while index not in self.given and self.taken < len(self.steps):
            self._take(self.taken)
            self.taken += 1
            last = self.taken == len(self.steps)
            for early in [i for i in self.early if last or self._known(self.steps[i])]:
                self.early.remove(early)
                self.given[early] = self._evaluated(self.steps[early])
        return self.given[index]

    def all(self) -> list[Given]:
        """What every step gave."""
        return [self.through(index) for index in range(len(self.steps))]

    def names_at(self, line: int) -> dict[str, Any]:
        """The page's names as they are at a line, its blocks above having run."""
        for index, step in enumerate(self.steps):
            if isinstance(step, Fence) and step.line < line:
                self.through(index)
        return dict(self.module.__dict__)

    def _take(self, index: int) -> None:
        step = self.steps[index]
        if not isinstance(step, Fence):
            self.early.append(index)
        elif self.failed:
            self.given[index] = self._skipped(step)
        else:
            with self._imported():
                self.given[index] = self._block(step)

    def _known(self, step: Step) -> bool:
        return all(names_in(text) <= self.module.__dict__.keys() for text in _expressions(step))

    def _evaluated(self, step: Step) -> Given:
        if self.failed and not self._known(step):
            return self._skipped(step)
        texts = _expressions(step)
        try:
            with self._imported():
                return Given(
                    values=tuple(_plain(evaluate(text, self.module.__dict__)) for text in texts)
                )
        except Exception as error:
            message = f"the note raises {type(error).__name__}: {error}: {', '.join(texts)}"
            return Given(
                problem=Problem(self.page.path, self.page.line_of(place_of(step)[0]), message)
            )

    def _skipped(self, step: Step) -> Given:
        assert self.failed
        line = self.page.line_of(place_of(step)[0])
        message = f"not run, because line {self.failed.line} failed before it"
        return Given(problem=Problem(self.page.path, line, message), skipped=True)

    @contextmanager
    def _imported(self) -> Iterator[None]:
        """The page as a module that pickling and dataclasses can find."""
        sys.modules[self.module.__name__] = self.module
        try:
            yield
        finally:
            del sys.modules[self.module.__name__]

    def _block(self, fence: Fence) -> Given:
        if framework := absent(fence):
            problem = told_absent(self.page, fence, framework) if required() else None
            return Given(absent=framework, problem=problem)
        try:
            code = expand(fence, self.page.path, self.root)
            role = role_of(fence)
            if role == "check":
                return Given()
            if role:
                return self._answer(fence, code, self.exercises[fence.options[role]])
            return self._run(fence, code)
        except PageError as error:
            self.failed = error.problems[0]
            return Given(problem=self.failed)

    def _run(self, fence: Fence, code: Code) -> Given:
        name = fence.options.get("figure")
        namespace = self.module.__dict__
        if name:
            namespace.pop("fig", None)
        with figure.drawing() if name or "matplotlib" in sys.modules else nullcontext():
            printed, failure = run(code, self.page.path, self.root, namespace)
            if failure:
                message = f"{failure.last_line}\n{failure.trace}"
                self.failed = Problem(self.page.path, failure.line, message)
                return Given(printed, problem=self.failed)
            return self._drawn(fence, name, printed) if name else Given(printed)

    def _drawn(self, fence: Fence, name: str, printed: str) -> Given:
        fig = self.module.__dict__.get("fig")
        if fig is None:
            return Given(
                printed,
                problem=Problem(
                    self.page.path, fence.line, f'figure="{name}" leaves no figure called fig'
                ),
            )
        try:
            return Given(printed, svg=figure.svg(fig, name), digest=drawn.digest(fig))
        except ValueError as error:
            return Given(
                printed, problem=Problem(self.page.path, fence.line, f"figure {name}: {error}")
            )

    def _answer(self, fence: Fence, code: Code, exercise: Exercise) -> Given:
        """Run an answer and then its check, in a copy of the page's namespace."""
        namespace = dict(self.module.__dict__)
        printed, failure = run(code, self.page.path, self.root, namespace)
        if not failure and exercise.checks:
            check = expand(exercise.checks[0], self.page.path, self.root)
            failure = run(check, self.page.path, self.root, namespace)[1]
        raised = failure.last_line if failure else None
        if role_of(fence) == "wrong":
            printed += raised or ""
        return Given(printed, raised=raised)


def _expressions(step: Step) -> list[str]:
    """What a note asks; a description may ask several things, a block asks none."""
    if isinstance(step, Claim):
        return [step.note.text]
    return expressions(step.note) if isinstance(step, Image) and step.note else []


def _plain(value: Any) -> Any:
    """A NumPy scalar, or an array of one element, as the Python number it holds."""
    return value.item() if hasattr(value, "item") and getattr(value, "size", 0) == 1 else value
