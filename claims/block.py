"""Block: a Python fence, its includes expanded, each statement run under its own file and line."""

from __future__ import annotations
import __future__

import ast
import contextlib
import io
import re
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import markdown
from pymdownx.snippets import SnippetMissingError

from claims.comment import watched
from claims.page import Fence, Page
from claims.problem import PageError, Problem

INCLUDE = re.compile(r'^\s*-{1,}8<-{1,}[ \t]+"(?P<file>[^":]+)(?::(?P<section>[\w-]+))?"[ \t]*$')
SNIPPETS: dict[str, Any] = {"check_paths": True, "dedent_subsections": True}


@dataclass(frozen=True)
class Code:
    """What a fence shows: its lines with includes expanded, and where each was written."""

    lines: tuple[str, ...]
    places: tuple[tuple[str, int], ...]

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


@dataclass(frozen=True)
class Failure:
    """An exception that a block raised, told with the author's own files and lines."""

    kind: str
    message: str
    line: int
    trace: str

    @property
    def last_line(self) -> str:
        """What Python prints last of a traceback."""
        return f"{self.kind}: {self.message}" if self.message else self.kind


def expand(fence: Fence, path: str, root: Path) -> Code:
    """Expand the includes of a fence with pymdownx's own preprocessor.

    Raises:
        PageError: if an include names a file or a section that is not there.
    """
    lines: list[str] = []
    places: list[tuple[str, int]] = []
    for line, text in enumerate(fence.body, fence.line + 1):
        if "8<-" not in text:
            lines.append(text)
            places.append((path, line))
            continue
        included, first = _include(
            text, root, Problem(path, line, f"cannot include {text.strip()}")
        )
        lines += included
        file = _parse(text)[0] if first else path
        places += [(file, first + i) if first else (path, line) for i in range(len(included))]
    return Code(tuple(lines), tuple(places))


def python_of(page: Page, root: Path) -> list[str]:
    """The text of each Python block of a page, its includes expanded.

    Raises:
        PageError: if an include names a file or a section that is not there.
    """
    return [expand(f, page.path, root).text for f in page.fences if f.language == "python"]


def run(code: Code, path: str, root: Path, namespace: dict[str, Any]) -> tuple[str, Failure | None]:
    """Run code in a namespace: what it printed, and what it raised, if anything.

    A warning is raised as an exception: a page that warns is not right.
    """
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), warnings.catch_warnings():
            warnings.simplefilter("error")
            for statement in _compiled(code, root, namespace):
                exec(statement, namespace)
    except Exception as error:
        return printed.getvalue(), _failure(error, code, path, root)
    return printed.getvalue(), None


def evaluate(expression: str, namespace: dict[str, Any]) -> Any:
    """The value of a note's expression in the page's namespace, warnings being errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return eval(compile(expression, "<note>", "eval", dont_inherit=True), namespace)


def _parse(include: str) -> tuple[str, str | None]:
    match = INCLUDE.match(include)
    return (match["file"], match["section"]) if match else ("", None)


def _include(text: str, root: Path, problem: Problem) -> tuple[list[str], int]:
    """What pymdownx puts in place of an include, and its first line's number there (0: unknown).

    Blank lines around a section are the module's spacing, not the page's.
    """
    included = _preprocessed(text, root, problem)
    blank = next((i for i, line in enumerate(included) if line.strip()), None)
    if blank is None:
        raise PageError(Problem(problem.path, problem.line, f"{problem.message}: it is empty"))
    lines = "\n".join(included).strip("\n").split("\n")
    file, section = _parse(text)
    if not file:
        return lines, 0
    source = (root / file).read_text(encoding="utf-8").splitlines()
    start = re.compile(rf"-8<-+[ \t]*\[[ \t]*start[ \t]*:[ \t]*{re.escape(section or '')}[ \t]*\]")
    marked = (i for i, line in enumerate(source, 1) if section and start.search(line))
    return lines, next(marked, 0) + 1 + blank


def _preprocessed(text: str, root: Path, problem: Problem) -> list[str]:
    converter = markdown.Markdown(
        extensions=["pymdownx.snippets"],
        extension_configs={"pymdownx.snippets": SNIPPETS | {"base_path": [str(root)]}},
    )
    try:
        return list(converter.preprocessors["snippet"].run([text]))
    except SnippetMissingError as error:
        message = f"{problem.message}: {error}"
        raise PageError(Problem(problem.path, problem.line, message)) from None


def _compiled(code: Code, root: Path, namespace: dict[str, Any]) -> Iterator[Any]:
    """Each top-level statement, compiled under the file and line where it was written."""
    flags = 0
    for node in watched(ast.parse(code.text), code, namespace).body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            for alias in node.names:
                flags |= getattr(__future__, alias.name).compiler_flag
        file, line = code.places[_first_line(node) - 1]
        ast.increment_lineno(node, line - _first_line(node))
        yield compile(
            ast.Module([node], []), str(root / file), "exec", flags=flags, dont_inherit=True
        )


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _failure(error: Exception, code: Code, path: str, root: Path) -> Failure:
    """The exception without this package's frames, paths told relative to the repository."""
    if isinstance(error, SyntaxError) and error.filename == "<unknown>":
        file, line = code.places[min(error.lineno or 1, len(code.places)) - 1]
        return Failure(
            type(error).__name__,
            error.msg,
            line if file == path else code.places[0][1],
            f"{file}:{line}: {error.msg}: {(error.text or '').strip()}",
        )
    summary = traceback.TracebackException.from_exception(error)
    ours = str(Path(__file__).parent)
    frames = [frame for frame in summary.stack if not frame.filename.startswith(ours)]
    summary.stack = traceback.StackSummary.from_list(frames)
    own = [frame.lineno for frame in frames if frame.filename == str(root / path) and frame.lineno]
    line = own[-1] if own else code.places[0][1]
    trace = "".join(summary.format()).replace(f"{root}/", "").rstrip()
    return Failure(type(error).__name__, str(error), line, trace)
