"""Passed: what passed, and reads nothing that has changed since, is not run again.

A file of tests, a page or a module with docstrings passes as a whole; a test marked `of_pages`
or `of_no_page` passes alone, by the pages that it reads. What a file reads is itself, what it
imports of ours, what its words say it reads besides, and the environment. A run of everything
says what it leaves out; `FRESH=1` leaves out nothing, and neither does a run of chosen files.

What is left is shared among processes, a file in each: every worker leaves out the same,
remembers its tests of pages, and tells the controller, which remembers the files.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import shutil
import sys
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from claims.cache import CACHE, installed, write_whole
from claims.reads import is_page, made_with, reads, tracked_files, with_imports
from claims.verdict import LOCK, locked_figures

# of a page: its code, the elements around its figures, and its headings, which are places
NO_PROSE = re.compile(
    r"^( *)(`{3,}).*?^ *\2 *$|^<([a-z]+-[a-z-]+)\b.*?^</\3>|^#+ [^\n]*$", re.M | re.S
)
# what pages that gather take from others: boxes of errata, tables under their headings
GATHERED = {
    "[ERRATA]": re.compile(r"^ *!!! erratum .*\n(?:(?:    .*)?\n)*", re.M),
    "[TABLE ": re.compile(r"^#+ .*\n|^ *\|.*\n", re.M),
}


class Passed:
    """A pytest plugin: leaves out what passed before, and remembers what passes now."""

    def __init__(self, root: Path) -> None:
        """Remember for the repository `root`."""
        self.root = root
        self.left_out: dict[str, list[str]] = {}
        self.skipped: dict[str, list[str]] = defaultdict(list)
        self.failed: set[str] = set()
        self.ran: set[str] = set()
        self.pages: dict[str, str] = {}  # what a test of a page read
        self.spared = 0

    def pytest_ignore_collect(self, collection_path: Path, config: Any) -> bool | None:
        """Leave out a file that passed, if everything was asked for."""
        tested = collection_path.suffix in (".md", ".py") and collection_path.is_file()
        if not tested or not _everything_is_asked(config):
            return None
        name = collection_path.relative_to(self.root).as_posix()
        record = _record(name, digest(self.root, name))
        if not record.is_file():
            return None
        self.left_out[name] = json.loads(record.read_text(encoding="utf-8"))
        return True

    def pytest_collection_modifyitems(self, config: Any, items: list[Any]) -> None:
        """Leave out a test of one page that passed, if everything was asked for."""
        for item in items:
            if (pages := self.pages_of(item)) is not None:
                prose = _mark(item).kwargs.get("prose", True)
                file = item.nodeid.partition("::")[0]
                read = _digest_of_pages(self.root, tuple(pages), prose)
                self.pages[item.nodeid] = read + _helpers(self.root, file)
        if _everything_is_asked(config):
            known = [i for i in items if i.nodeid in self.pages and self._page_passed(i.nodeid)]
            config.hook.pytest_deselected(items=known)
            self.spared = len(known)
            spared = {item.nodeid for item in known}
            items[:] = [item for item in items if item.nodeid not in spared]

    def pages_of(self, item: Any) -> list[str] | None:
        """The pages that a test marked `of_pages` reads: those it names, or one that an argument of it names."""
        mark = _mark(item)
        if not mark or mark.name == "of_no_page":
            return [] if mark else None
        arguments = item.callspec.params if hasattr(item, "callspec") else {}
        given = [arguments[name] for name in mark.args if name in arguments][:1]
        if mark.args and not given:
            return None
        given = [page[0] if isinstance(page, tuple) else page for page in given]  # and more on it
        return [self._page(stem) for stem in [*given, *mark.kwargs.get("pages", ())]]

    def _page(self, stem: str) -> str:
        names = [f"docs/{stem}.md", f"docs/{stem}.py"]  # a lab is a script
        found = next((name for name in names if (self.root / name).is_file()), None)
        if not found:
            raise pytest.UsageError(f"a test is of the page {stem}, and there is no {names[0]}")
        return found

    def _page_passed(self, nodeid: str) -> bool:
        return _record(nodeid, self.pages[nodeid]).is_file()

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Note how each test ended."""
        name = report.nodeid.partition("::")[0]
        self.ran.add(name)
        if report.failed:
            self.failed.add(name)
        if report.skipped:
            self.skipped[name].append(report.nodeid)
        elif report.passed and report.when == "call" and report.nodeid in self.pages:
            write_whole(_record(report.nodeid, self.pages[report.nodeid]), b"[]")

    def pytest_collectreport(self, report: Any) -> None:
        """What could not be collected did not pass."""
        if report.failed:
            self.failed.add(report.nodeid.partition("::")[0])

    def pytest_sessionfinish(self, session: Any, exitstatus: int) -> None:
        """Remember the files all of whose tests ran and passed."""
        if hasattr(session.config, "workeroutput"):  # it ran a part
            session.config.workeroutput["left_out"] = [self.left_out, self.spared]
            return
        if exitstatus not in (0, 1) or _some_are_chosen(session.config):
            return
        for name in self.ran - self.failed:
            told = json.dumps(self.skipped[name])
            write_whole(_record(name, digest(self.root, name)), told.encode())

    @pytest.hookimpl(optionalhook=True)  # of pytest-xdist
    def pytest_testnodedown(self, node: Any) -> None:
        """Hear from a worker what it left out."""
        self.left_out, self.spared = getattr(node, "workeroutput", {}).get(
            "left_out", [self.left_out, self.spared]
        )

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say what was left out, and name what had not run in it."""
        for name in sorted({name for names in self.left_out.values() for name in names}):
            terminalreporter.write_line(f"did not run: {name}")
        if self.left_out or self.spared:
            names = ", ".join(sorted(self.left_out))
            terminalreporter.write_line(
                f"unchanged since they passed (FRESH=1 runs them): {self.spared} tests of pages; {names}"
            )


def _mark(item: Any) -> Any:
    """The mark that says which pages a test reads: its own, or its file's."""
    return next((m for m in item.iter_markers() if m.name in ("of_pages", "of_no_page")), None)


def processes(root: Path, config: Any) -> int:
    """How many processes are to share a run: as many as processors, if more than one file is new."""
    if not _all_is_named(config):
        return 0
    files = (
        name for name in tracked_files(root) if is_page(name) or name.startswith("tests/test_")
    )
    fresh = os.environ.get("FRESH")
    new = [name for name in files if fresh or not _record(name, digest(root, name)).is_file()]
    return (os.cpu_count() or 1) if len(new) > 1 else 0


@functools.cache
def digest(root: Path, name: str, prose: bool = True) -> str:
    """A digest of all that a file of tests reads, as it was when first asked: before anything ran.

    Args:
        root: the repository.
        name: the file, from the root.
        prose: whether the words of a page are read, or its code, figures and elements alone.
    """
    text = (root / name).read_text(encoding="utf-8")
    own = text
    if not prose and name.endswith(".md"):  # a lab is code
        own = "\n".join(match[0] for match in NO_PROSE.finditer(text))
    asks = [asked for asked in GATHERED if name.endswith(".md") and asked in text]
    gathered = "".join(_gathered(root, asked) for asked in asks)
    rest = reads(root, name) - {name}
    if is_page(name):  # of the locked figures it reads its own
        with suppress(ValueError):  # a lock that a merge has torn is read whole
            gathered += json.dumps(locked_figures(root).get(name))
            rest = rest - {LOCK}
    return _digest(root, rest, own + gathered)


@functools.cache
def _digest_of_pages(root: Path, pages: tuple[str, ...], prose: bool) -> str:
    """A digest of some pages and all that they are made with; of none, of what is the same for all."""
    return "".join(digest(root, page, prose) for page in pages) or _digest(
        root, made_with(root, "") - {LOCK}
    )


def _digest(root: Path, files: set[str], text: str = "") -> str:
    known = hashlib.sha256((_environment(root) + _titles(root) + text).encode())
    for name in sorted(files):
        known.update(f"{name} {_content(root, name)}\n".encode())
    return known.hexdigest()


@functools.cache
def _helpers(root: Path, name: str) -> str:
    """What a file with tests of pages reads besides them: itself, and what of tests and snippets it imports."""
    here = {file for file in (name, "tests/conftest.py") if (root / file).is_file()}
    found = (f for f in with_imports(root, here) if f.startswith(("tests/", "snippets/")))
    return "".join(_content(root, file) for file in sorted(found))


def _everything_is_asked(config: Any) -> bool:
    return not os.environ.get("FRESH") and _all_is_named(config)


def _all_is_named(config: Any) -> bool:
    return config.args_source.name == "TESTPATHS" and not _some_are_chosen(config)


def _some_are_chosen(config: Any) -> bool:
    option = config.option
    return bool(
        option.keyword
        or option.markexpr
        or option.deselect
        or getattr(option, "lf", False)
        or option.collectonly
        or any("::" in arg for arg in config.args)
    )


def _record(name: str, read: str) -> Path:
    return CACHE / "passed" / hashlib.sha256(f"{name}\n{read}".encode()).hexdigest()[:32]


@functools.cache
def _content(root: Path, name: str) -> str:
    return hashlib.sha256((root / name).read_bytes()).hexdigest()


@functools.cache
def _titles(root: Path) -> str:
    """The title of every page: each page shows them all."""
    pages = (root / name for name in sorted(tracked_files(root)) if is_page(name))
    titles = (re.search(r"^# (?!%%).+$", page.read_text(encoding="utf-8"), re.M) for page in pages)
    return "\n".join(title[0] for title in titles if title)


@functools.cache
def _gathered(root: Path, asked: str) -> str:
    """What a page that asks so takes from all others."""
    pages = (root / name for name in sorted(tracked_files(root)) if name.endswith(".md"))
    texts = (page.read_text(encoding="utf-8") for page in pages)
    found = (part for text in texts for part in GATHERED[asked].findall(text))
    return "\n".join(part.strip() for part in found)


@functools.cache
def _environment(root: Path) -> str:
    """What is installed, and what tests are told by variables."""
    browser = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
    stamp = Path(browser).stat().st_mtime if browser and Path(browser).exists() else 0
    variables = [os.environ.get(name, "") for name in ("REQUIRE_BROWSER", "REQUIRE_FRAMEWORKS")]
    lock = [_content(root, name) for name in ("requirements.lock", "package-lock.json")]
    return json.dumps([sys.version, installed(), browser, stamp, variables, lock])
