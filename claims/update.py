"""Update: rewrite what pages say to what their code gives; run twice it changes nothing.

    python -m claims.update [page …]

Outputs, noted numbers, bounds that are powers of ten, descriptions and the
figure lock are rewritten. What is wrong otherwise is told and left to the author.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from claims.cache import write_whole
from claims.claim import Claim
from claims.lab import rewritten
from claims.mathematics import decide
from claims.number import compare_number, formatted, numbers_in, value_of
from claims.output import output_of, printed_lines
from claims.page import Edit, Fence, Image, Page, edited
from claims.problem import Problem
from claims.reading import load_page
from claims.run import Given, Run, Step
from claims.verdict import LOCK, locked_figures, page_problems
from claims.widget import widget_problems

PAGES = ("README.md", "CONTRIBUTING.md", "docs/**/*.md", "docs/labs/*.py")


def pages_of(root: Path) -> list[Path]:
    """Every page of the repository: what the site publishes, and what stands beside it."""
    return sorted({file for pattern in PAGES for file in root.glob(pattern) if file.is_file()})


def updated(page: Page, given: Sequence[Given], steps: Sequence[Step]) -> str:
    """The page's source, saying what its code gave."""
    edits = [
        edit for step, gave in zip(steps, given, strict=True) for edit in _edits(page, step, gave)
    ]
    return edited(page.source, edits)


def update_page(file: Path, root: Path) -> tuple[bool, dict[str, str], list[Problem]]:
    """Rewrite one page; whether it changed, its figures' digests, and what is still wrong."""
    page = load_page(file, root)
    run = Run(page, root)
    given = run.all()
    digests = {
        s.options["figure"]: g.digest
        for s, g in zip(run.steps, given, strict=True)
        if isinstance(s, Fence) and g.digest
    }
    if run.failed:
        return False, locked_figures(root).get(page.path, {}), [run.failed]
    source = updated(page, given, run.steps)
    if source != page.source:
        script = file.read_text(encoding="utf-8")
        written = rewritten(script, page.source, source) if page.is_lab else source
        write_whole(file, written.encode())
    run = Run(load_page(file, root), root)
    formulas = decide(run.page, root, run.names_at)
    problems = page_problems(run.page, root, run.all(), digests, formulas)
    problems += widget_problems(run.page, root)
    return source != page.source, digests, problems


def update(files: Sequence[Path], root: Path) -> int:
    """Rewrite pages, every one if none is named, and the lock; the number of problems left."""
    files = files or pages_of(root)
    lock = locked_figures(root)
    wrong: list[Problem] = []
    for i, file in enumerate(files, 1):
        changed, digests, problems = update_page(file, root)
        name = file.resolve().relative_to(root.resolve()).as_posix()
        print(f"[{i}/{len(files)}] {name}: {'rewritten' if changed else 'unchanged'}")
        lock[name] = digests
        wrong += problems
    kept = {
        name: digests
        for name, digests in sorted(lock.items())
        if digests and (root / name).exists()
    }
    write_whole(root / LOCK, (json.dumps(kept, indent=2, sort_keys=True) + "\n").encode())
    for problem in wrong:
        print(problem, file=sys.stderr)
    return len(wrong)


def _edits(page: Page, step: Step, gave: Given) -> Iterator[Edit]:
    if gave.problem or gave.absent:
        return
    if isinstance(step, Fence):
        yield from _output_edit(page, step, gave.printed)
    elif isinstance(step, Image):
        yield from _description_edits(page, step, gave)
    elif step.number:
        text = _mended(step, gave)
        start, end = step.number.start, step.number.end
        written = page.source[start:end]
        yield start, end, written.replace(step.number.text, text)


def _output_edit(page: Page, fence: Fence, printed: str) -> Iterator[Edit]:
    shown, lines = output_of(fence, page), printed_lines(printed)
    if shown and shown.body == lines:
        return
    text = "\n".join(
        f"{fence.indent}{line}" if line else ""
        for line in (f"{fence.ticks}output", *lines, fence.ticks)
    )
    if shown and lines:
        yield shown.start, shown.end, text
    elif lines and not page.is_lab:
        yield fence.end, fence.end, f"\n\n{text}"


def _description_edits(page: Page, image: Image, gave: Given) -> Iterator[Edit]:
    numbers = numbers_in(image.description)
    if len(numbers) != len(gave.values):
        return
    place = page.source.index(image.description, image.start)
    for number, value in zip(numbers, gave.values, strict=True):
        if compare_number(number.text, "=", value, ""):
            yield place + number.start, place + number.end, formatted(value, number.text)


def _mended(claim: Claim, gave: Given) -> str:
    """The number's new text: the value, or for a bound the next power of ten."""
    assert claim.number
    text, mark, value = claim.number.text, claim.note.mark, gave.values[0]
    if not isinstance(value, int | float):
        return text  # no number: told, and left to the author
    if compare_number(text, mark, value, claim.note.text) is None:
        return text
    if mark == "=":
        return formatted(value, text) if math.isfinite(value) else text
    if value <= 0 or not (
        text.startswith("1e") or value_of(text) == 10 ** round(math.log10(value_of(text)))
    ):
        return text
    power = math.floor(math.log10(value)) + (1 if mark == ">" else 0)
    return formatted(10.0**power, text)


if __name__ == "__main__":
    sys.exit(bool(update([Path(name) for name in sys.argv[1:]], Path.cwd())))
