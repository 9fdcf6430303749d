"""Record: what a page's code gave, kept until the code, the snippets or the versions change.

The site is built from records, so that an edit of prose runs nothing. Tests
write them and never read one. A run with a problem is not kept: its lines would go stale.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import logging
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

from claims.block import expand
from claims.cache import keep, kept
from claims.claim import Claim
from claims.needed import FRAMEWORKS
from claims.page import Fence, Page
from claims.problem import PageError
from claims.reads import modules_of
from claims.run import Given, Run, Step, steps_of

log = logging.getLogger("mkdocs.claims")


def recorded(page: Page, root: Path, around: str) -> list[Given]:
    """What every step of a page gave: from its record, or by running it.

    Args:
        page: the page.
        root: the repository.
        around: its `surroundings`.
    """
    given: list[Given] = []

    def run() -> bytes:
        _forget_snippets(root)
        told = log.info if page.is_lab else log.debug  # a chapter is quick
        began = time.perf_counter()
        told("Running %s …", page.path)
        given.extend(Run(page, root).all())
        told("Ran %s in %.1f s", page.path, time.perf_counter() - began)
        return _written(given)

    try:
        record = kept("pages", _made_from(page, root, around), run)
    except (PageError, TypeError, _UnkeptError):  # unreadable code, a value no number, a problem
        return given or Run(page, root).all()
    return [_given(entry) for entry in json.loads(record)]


def record(page: Page, root: Path, around: str, given: list[Given]) -> None:
    """Keep what a page gave in a test, so that the site need not run it again."""
    with suppress(PageError, TypeError, _UnkeptError):
        keep("pages", _made_from(page, root, around), _written(given))


def surroundings(page: Page, root: Path) -> str:
    """A digest of the modules that a page takes code from, of this checker, and of the versions beneath."""
    known = hashlib.sha256(checker().encode())
    for name in sorted(modules_of(root, page.source)):
        known.update((root / name).read_bytes())
    return known.hexdigest()


@functools.cache
def checker() -> str:
    """A digest of this checker, and of the versions beneath."""
    known = hashlib.sha256("".join(_versions()).encode())
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        known.update(file.read_bytes())
    return known.hexdigest()


class _UnkeptError(Exception):
    """The run is not to be kept."""


def _made_from(page: Page, root: Path, around: str) -> list[object]:
    code = [_code_of(step, page, root) for step in steps_of(page)]
    return [page.path, code, around]


def _written(given: list[Given]) -> bytes:
    if any(gave.problem for gave in given):
        raise _UnkeptError
    return json.dumps([asdict(gave) for gave in given]).encode()


def _code_of(step: Step, page: Page, root: Path) -> str:
    if isinstance(step, Fence):
        return json.dumps([expand(step, page.path, root).text, step.options])
    if isinstance(step, Claim):
        return step.note.text
    return step.note.text if step.note else ""


MAYBE = ("sympy", *FRAMEWORKS)  # what decides formulas, and what some blocks need


def _versions() -> tuple[str, ...]:
    names = ["numpy", "matplotlib", "scikit-learn"]
    names += [name for name in MAYBE if find_spec(name)]
    return (sys.version, *(importlib.metadata.version(name) for name in names))


def _given(entry: dict[str, object]) -> Given:
    values = entry.pop("values")
    assert isinstance(values, list)
    return Given(values=tuple(values), **entry)  # type: ignore[arg-type]  # as asdict wrote it


def _forget_snippets(root: Path) -> None:
    """Under `make serve` a page must import the snippets as they are now."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "snippets"]:
        origin = getattr(sys.modules[name], "__file__", None) or ""
        if Path(origin).is_relative_to(root):
            del sys.modules[name]
