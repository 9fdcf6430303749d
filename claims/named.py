"""Named: what a page writes in code font exists under that name.

A name is known if the page's code has it, or `snippets`, `benchmarks`, Python or NumPy; behind a
library's name, as in `scipy.optimize`, it is looked up there. A file is one of the repository. Free
are names of one or two letters, what stands in quotes, commands with their options, addresses and tags.
"""

from __future__ import annotations

import ast
import builtins
import functools
import importlib
import importlib.util
import keyword
import re
from contextlib import suppress
from pathlib import Path

from claims.block import python_of
from claims.needed import FRAMEWORKS
from claims.page import Page
from claims.problem import PageError, Problem
from claims.reads import modules_of

WORD = re.compile(r"[A-Za-z_]\w*")
NAME = re.compile(rf"(?<![\w.])\.?{WORD.pattern}(?:\.{WORD.pattern})*")
QUOTED = re.compile(r"""(["']).*?\1""")
FILE = re.compile(r"[\w./-]+(?:/|\.(?:py|md|js|json|toml|txt|yml))")
FREE = re.compile(
    r"(?:pip|python|make|mkdocs|pytest|git|jupyter) .+|-{1,2}[a-z].*|https?://.*|<.*>"
)
SHORT = 2  # letters of a name that may stand for anything: x, dx
LIBRARIES = {"np": "numpy", "plt": "matplotlib.pyplot", "ax": "matplotlib.axes.Axes"} | {
    name: name for name in ("numpy", "math", "matplotlib", "scipy", "snippets", *FRAMEWORKS)
}


def named_problems(page: Page, root: Path) -> list[Problem]:
    """The code spans of a page of the site in which a name is nobody's."""
    spans = [span for span in page.spans if span.kind == "code" and page.path.startswith("docs/")]
    if not spans:
        return []
    known = _page_words(page, root) | _module_words(page, root) | _language()
    return [
        Problem(page.path, page.line_of(span.start), f"`{span.text}`: {wrong}")
        for span in spans
        if (wrong := _wrong(span.text, known, root))
    ]


def _wrong(text: str, known: frozenset[str], root: Path) -> str | None:
    if FILE.fullmatch(text):
        there = (root / text).exists() or any(root.glob(f"*/{text}"))
        return None if there else "the repository has no such file"
    if FREE.fullmatch(text):
        return None
    for name in NAME.findall(QUOTED.sub("", text)):
        first, _, rest = name.partition(".")
        if first in LIBRARIES and rest:
            if not _exists(f"{LIBRARIES[first]}.{rest}"):
                return f"there is no {name}"
            continue
        for word in name.lstrip(".").split("."):
            if word not in known and ("." in name or len(word) > SHORT):
                return (
                    f"neither the code of this page nor ours, Python or NumPy has the name {word}: "
                    "mend it, or say it in words"
                )
    return None


@functools.cache
def _exists(dotted: str) -> bool:
    """Whether a library has what a dotted name says; a framework that is not installed is believed."""
    first, *rest = dotted.split(".")
    if importlib.util.find_spec(first) is None:
        return first in FRAMEWORKS
    value, path = importlib.import_module(first), first
    for word in rest:
        path += f".{word}"
        with suppress(ModuleNotFoundError):
            value = getattr(value, word) if hasattr(value, word) else importlib.import_module(path)
            continue
        return False
    return True


def _page_words(page: Page, root: Path) -> frozenset[str]:
    """The names in the page's blocks, in what these include, in its notes and in its formulas."""
    texts = [fence.text for fence in page.fences] + [note.text for note in page.notes]
    texts += [span.text for span in page.spans if span.kind != "code"]  # also theta of \theta
    with suppress(PageError):  # told elsewhere
        texts += python_of(page, root)
    return frozenset(WORD.findall("\n".join(texts)))


def _module_words(page: Page, root: Path) -> frozenset[str]:
    """The names in the code of the modules that the page reads."""
    files = sorted(file for file in modules_of(root, page.source) if file.endswith(".py"))
    return frozenset().union(*(_names_in((root / file).read_bytes()) for file in files))


@functools.lru_cache(256)
def _names_in(source: bytes) -> frozenset[str]:
    """The names in a module's code, not the words of its docstrings."""
    nodes = list(ast.walk(ast.parse(source)))
    said = {getattr(node, key, None) for node in nodes for key in ("id", "attr", "name", "arg")}
    return frozenset(name for name in said if isinstance(name, str))


@functools.cache
def _language() -> frozenset[str]:
    """The names of Python, of NumPy and of its arrays."""
    import numpy as np

    libraries = (builtins, np, np.linalg, np.random, np.ndarray)
    return frozenset([*keyword.kwlist, *(name for library in libraries for name in dir(library))])
