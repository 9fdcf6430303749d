"""Output: what a block printed, beside what the page says it prints."""

from __future__ import annotations

import difflib

from claims.page import Fence, Page
from claims.problem import Problem


def output_of(fence: Fence, page: Page) -> Fence | None:
    """The output fence right after a block: only blank lines may stand between."""
    following = next((f for f in page.fences if f.start > fence.start), None)
    if following is None or following.language != "output" or following.indent != fence.indent:
        return None
    return None if page.source[fence.end : following.start].strip() else following


def stray_outputs(page: Page) -> list[Problem]:
    """Output fences that no block stands before: nothing computes what they hold."""
    owned = [output_of(fence, page) for fence in page.fences if fence.language == "python"]
    return [
        Problem(
            page.path, fence.line, "no block stands right before this output: nothing computes it"
        )
        for fence in page.fences
        if fence.language == "output" and fence not in owned
    ]


def printed_lines(printed: str) -> tuple[str, ...]:
    """What was printed, as the lines an output fence holds: no white space that nobody sees."""
    return tuple(line.rstrip() for line in printed.rstrip().split("\n")) if printed.strip() else ()


def compare_output(page: Page, fence: Fence, printed: str) -> Problem | None:
    """The page's output against what its block printed: equal to the letter, or a unified diff."""
    shown = output_of(fence, page)
    true = printed_lines(printed)
    if shown is None:
        if not true or page.is_lab:
            return None
        message = (
            "this block prints, and no ```output fence follows to say what: run `make update`\n"
        )
        return Problem(page.path, fence.line, message + "\n".join(f"+{line}" for line in true))
    if shown.body == true:
        return None
    first = next(
        (i for i, (a, b) in enumerate(zip(shown.body, true, strict=False)) if a != b),
        min(len(shown.body), len(true)),
    )
    place = f"{page.path}:{shown.line + 1}"
    diff = difflib.unified_diff(
        shown.body, true, f"{place} says", f"{place} is printed", lineterm=""
    )
    return Problem(
        page.path,
        shown.line + 1 + first,
        "the output is not what the block prints\n" + "\n".join(diff),
    )
