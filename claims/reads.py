"""Reads: the files of the repository that a page, a module or a file of tests reads."""

from __future__ import annotations

import ast
import functools
import hashlib
import json
import re
import subprocess
from pathlib import Path

from claims.cache import kept

OURS = ("snippets", "claims", "tests", "benchmarks")
# words by which a test says that it reads more than it imports
PAGES = re.compile(r'(?:ROOT|parent)\b.*"docs"(?! / "theme")|: Published\b')
PROGRAMS = re.compile(r"\b(?:ROOT|__file__|subprocess|importlib|true_site|locked|plant|told)\b")
# … and a page, that it takes code from a module of ours: an include, an import, a reference
MODULE = re.compile(r"\b(snippets|benchmarks)(?:[./](\w+)|[ \t]+import\b([\w,\s(*]*))")
PACKAGE = re.compile(r"\bimport[ \t]+(snippets|benchmarks)\b(?!\.)()()")

THIS = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()  # what finds imports


def reads(root: Path, name: str) -> set[str]:
    """The files of the repository that a file reads, itself included.

    Args:
        root: the repository.
        name: a page, a file of tests or a module, from the root.
    """
    text = (root / name).read_text(encoding="utf-8")
    if is_page(name):
        return {name, *made_with(root, text)}
    tracked = tracked_files(root)
    rest = {file for file in tracked if not is_page(file)}
    if name.startswith("tests/") and PAGES.search(text):
        return {name, *tracked}
    if name.startswith("tests/") and PROGRAMS.search(text):
        return {name, *(file for file in rest if not file.startswith("tests/test_"))}
    found = with_imports(root, {name, "conftest.py", "tests/conftest.py"} & {name, *tracked})
    data = {f for f in rest if f.startswith(("claims/", "tests/")) and not f.endswith(".py")}
    return found | data | {"pyproject.toml"}


def made_with(root: Path, text: str) -> set[str]:
    """The files besides itself that a page with this text is made with: no other page, no test."""
    rest = {file for file in tracked_files(root) if not is_page(file)}
    theirs = {file for file in rest if file.startswith(("snippets/", "benchmarks/", "tests/"))}
    return {f for f in rest - theirs if not _of_another(f, text)} | modules_of(root, text)


def modules_of(root: Path, text: str) -> set[str]:
    """The files whose code a page takes: what it includes, imports or documents, and what that imports."""
    found: set[str] = set()
    for package, stem, names in {*MODULE.findall(text), *PACKAGE.findall(text)}:
        files = (file for file in (root / package).glob("*.*") if file.is_file())
        of_package = {file.relative_to(root).as_posix() for file in files}
        named = {f"{package}/{word}.py" for word in [stem, *re.findall(r"\w+", names)]}
        # what names no module may read any of them: data, or the package itself
        found |= (named & of_package or of_package) | ({f"{package}/__init__.py"} & of_package)
    return with_imports(root, found)


def is_page(name: str) -> bool:
    """Whether a file of the repository is a page: Markdown, or a lab."""
    return name.endswith(".md") or name.startswith("docs/labs/")


@functools.cache
def tracked_files(root: Path) -> frozenset[str]:
    """The files of the repository: what Git knows, and what it was not told to ignore."""
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(asked, cwd=root, capture_output=True, text=True, check=True).stdout
    return frozenset(name for name in listed.splitlines() if (root / name).is_file())


def _of_another(file: str, text: str) -> bool:
    """Whether a file is an element that this page does not place."""
    stem = Path(file).stem
    return file.startswith("docs/widgets/") and "-" in stem and f"<{stem}" not in text


def with_imports(root: Path, files: set[str]) -> set[str]:
    """Files of the repository, and all of ours that they import, and those, in turn."""
    found: set[str] = set()
    while files:
        found |= files
        files = {i for file in files if file.endswith(".py") for i in imports(root, file)} - found
    return found


def imports(root: Path, name: str) -> frozenset[str]:
    """The files of ours that a file imports."""
    return _imports(root, name, (root / name).stat().st_mtime_ns)


@functools.cache
def _imports(root: Path, name: str, written: int) -> frozenset[str]:
    source = (root / name).read_bytes()
    known = [name, hashlib.sha256(source).hexdigest(), THIS]
    files: set[str] = set()
    for module in json.loads(kept("imports", known, lambda: _asked(name, source))):
        parts = module.split(".")
        for i in range(1, len(parts) + 1):
            stem = "/".join(parts[:i])
            files |= {f for f in (f"{stem}.py", f"{stem}/__init__.py") if (root / f).is_file()}
    return frozenset(files)


def _asked(name: str, source: bytes) -> bytes:
    """What a module imports of ours, by dotted names, some of them no modules."""
    asked: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            asked |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = name.split("/")[: -node.level] if node.level else []
            module = ".".join([*package, *([node.module] if node.module else [])])
            asked |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    ours = {module for module in asked if module.partition(".")[0] in OURS}
    return json.dumps(sorted(ours)).encode()
