"""Record: what a page's code gave, kept until the code, the snippets or the versions change.

The site is built from records, so that an edit of prose runs nothing. Tests
never read one. A run with a problem is not kept: its lines would go stale.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from claims.block import expand
from claims.claim import Claim
from claims.page import Fence, Page
from claims.problem import PageError
from claims.run import Given, Run, Step, steps_of

FOLDER = Path(".cache/pages")


def recorded(page: Page, root: Path) -> list[Given]:
    """What every step of a page gave: from its record, or by running it."""
    key = _key(page, root)
    file = root / FOLDER / f"{key}.json"
    if key and file.exists():
        return [_given(entry) for entry in json.loads(file.read_text(encoding="utf-8"))]
    _forget_snippets(root)
    given = Run(page, root).all()
    if key and not any(gave.problem for gave in given):
        _keep(file, given)
    return given


def write_whole(file: Path, text: str) -> None:
    """Write a file at once: a reader, or a power cut, never meets half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", dir=file.parent, delete=False, encoding="utf-8", newline=""
    ) as part:
        part.write(text)
    whole = Path(part.name)
    whole.chmod(file.stat().st_mode if file.exists() else 0o644)
    whole.replace(file)


def digest_of_surroundings(root: Path) -> str:
    """Changes when a snippet, this checker, or a version beneath them does."""
    return hashlib.sha256("".join(_surroundings(root)).encode()).hexdigest()


def _key(page: Page, root: Path) -> str:
    """A digest of all that a page's results depend on; empty if its code cannot be read."""
    try:
        code = [_code_of(step, page, root) for step in steps_of(page)]
    except PageError:
        return ""
    return hashlib.sha256(json.dumps([page.path, code, _surroundings(root)]).encode()).hexdigest()[
        :32
    ]


def _code_of(step: Step, page: Page, root: Path) -> str:
    if isinstance(step, Fence):
        return json.dumps([expand(step, page.path, root).text, step.options])
    if isinstance(step, Claim):
        return step.note.text
    return step.note.text if step.note else ""


def _surroundings(root: Path) -> list[str]:
    """Digests of what pages import, of this checker, and the versions beneath both."""
    files = sorted([*(root / "snippets").rglob("*.py"), *Path(__file__).parent.glob("*.py")])
    return [*(hashlib.sha256(file.read_bytes()).hexdigest() for file in files), *_versions()]


@functools.cache
def _versions() -> tuple[str, ...]:
    return (sys.version, *(importlib.metadata.version(name) for name in ("numpy", "matplotlib")))


def _keep(file: Path, given: list[Given]) -> None:
    try:
        text = json.dumps([asdict(gave) for gave in given])
    except TypeError:  # a value that is no number: the verdict will say so
        return
    write_whole(file, text)


def _given(entry: dict[str, object]) -> Given:
    values = entry.pop("values")
    assert isinstance(values, list)
    return Given(values=tuple(values), **entry)  # type: ignore[arg-type]  # as asdict wrote it


def _forget_snippets(root: Path) -> None:
    """Under `make serve` a page must import the snippets as they are now."""
    for name in [
        name for name in sys.modules if name == "snippets" or name.startswith("snippets.")
    ]:
        origin = getattr(sys.modules[name], "__file__", None) or ""
        if Path(origin).is_relative_to(root):
            del sys.modules[name]
