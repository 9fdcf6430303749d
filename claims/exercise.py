"""Exercise: stub, check, solution and wrong answers, written in one place and run against each other.

The stub must fail the check, the solution pass it, and each wrong answer fail it
with a message of its own: the hint that a reader who errs so will see.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from claims.output import output_of
from claims.page import Fence, Page
from claims.problem import Problem

ROLES = ("exercise", "check", "solution", "wrong")


@dataclass(frozen=True)
class Exercise:
    """The fences of one exercise, by the part they play."""

    name: str
    stubs: tuple[Fence, ...]
    checks: tuple[Fence, ...]
    solutions: tuple[Fence, ...]
    wrongs: tuple[Fence, ...]

    @property
    def first(self) -> Fence:
        """The part that stands first on the page."""
        return min(
            (*self.stubs, *self.checks, *self.solutions, *self.wrongs), key=lambda f: f.start
        )


def role_of(fence: Fence) -> str | None:
    """The part a fence plays in an exercise, if any."""
    return next((role for role in ROLES if role in fence.options), None)


def exercises_of(page: Page) -> list[Exercise]:
    """The exercises of a page, in its order."""
    parts: dict[str, dict[str, list[Fence]]] = {}
    for fence in page.fences:
        role = role_of(fence)
        if role and fence.language == "python":
            parts.setdefault(fence.options[role], {r: [] for r in ROLES})[role].append(fence)
    return [Exercise(name, *(tuple(part[role]) for role in ROLES)) for name, part in parts.items()]


def incomplete_exercises(page: Page) -> Iterator[Problem]:
    """What an exercise lacks before anything of it is run."""
    for exercise in exercises_of(page):
        line = exercise.first.line
        for role, fences in (
            ("exercise", exercise.stubs),
            ("check", exercise.checks),
            ("solution", exercise.solutions),
        ):
            if len(fences) != 1:
                message = f'exercise “{exercise.name}” has {len(fences)} fences {role}="{exercise.name}"; it needs one'
                yield Problem(page.path, line, message)
        for wrong in exercise.wrongs:
            if output_of(wrong, page) is None:
                message = "a wrong answer shows its hint in an ```output fence right after it: run `make update`"
                yield Problem(page.path, wrong.line, message)
        hints = [output.body for wrong in exercise.wrongs if (output := output_of(wrong, page))]
        for wrong in exercise.wrongs:
            output = output_of(wrong, page)
            if output and output.body and hints.count(output.body) > 1:
                yield Problem(
                    page.path,
                    wrong.line,
                    "another wrong answer has the same hint: each needs its own",
                )


def judge_answer(page: Page, fence: Fence, raised: str | None) -> Problem | None:
    """Whether a part of an exercise, followed by its check, did what its role demands."""
    role = role_of(fence)
    name = fence.options[role or "exercise"]
    if role == "solution" and raised:
        return Problem(
            page.path, fence.line, f"the solution of “{name}” fails its own check: {raised}"
        )
    if role == "exercise" and not raised:
        return Problem(page.path, fence.line, f"the stub of “{name}” already passes its check")
    if role == "wrong" and not raised:
        return Problem(page.path, fence.line, f"this wrong answer to “{name}” passes the check")
    if role == "wrong" and not (raised or "").startswith("AssertionError: "):
        return Problem(
            page.path,
            fence.line,
            f"this wrong answer to “{name}” meets no hint, it raises {raised}",
        )
    return None
