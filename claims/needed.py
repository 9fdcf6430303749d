"""Needed: a block that wants a framework which may not be installed, and blocks that must agree.

`needs="torch"` lets a block not run where that is not installed: its committed output
stands, and it is named as not run. With REQUIRE_FRAMEWORKS=1 that is red. Blocks with the
same `agrees="name"` print the same: one computation in several languages.
"""

from __future__ import annotations

import importlib.util
import os
from collections import defaultdict

from claims.output import output_of
from claims.page import Fence, Page
from claims.problem import Problem

FRAMEWORKS = ("torch", "jax")


def absent(fence: Fence) -> str:
    """The framework that a block needs and that is not installed; empty if it can run."""
    name = fence.options.get("needs", "")
    return name if name and importlib.util.find_spec(name) is None else ""


def told_absent(page: Page, fence: Fence, name: str) -> Problem:
    """That a block did not run, for want of a framework."""
    return Problem(page.path, fence.line, f"did not run: it needs {name}, which is not installed")


def required() -> bool:
    """Whether every block must run."""
    return bool(os.environ.get("REQUIRE_FRAMEWORKS"))


def needed_problems(page: Page) -> list[Problem]:
    """Unknown frameworks, and blocks that should print the same and do not say so."""
    problems = [
        Problem(page.path, f.line, f'needs="{name}" is none of {", ".join(FRAMEWORKS)}')
        for f in page.fences
        if (name := f.options.get("needs")) is not None and name not in FRAMEWORKS
    ]
    groups: dict[str, list[Fence]] = defaultdict(list)
    for fence in page.fences:
        if "agrees" in fence.options:
            groups[fence.options["agrees"]].append(fence)
    for name, fences in groups.items():
        first, *others = fences
        said = output_of(first, page)
        if not others or said is None:
            message = f'agrees="{name}" needs an output and a second block to agree with'
            problems.append(Problem(page.path, first.line, message))
            continue
        for other in others:
            shown = output_of(other, page)
            if shown is None or shown.body != said.body:
                message = f'this block and that of line {first.line}, both agrees="{name}", print different things'
                problems.append(Problem(page.path, other.line, message))
    return problems
