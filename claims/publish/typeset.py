"""Typeset: one formula, by KaTeX, in the one Node process of a build."""

from __future__ import annotations

import atexit
import json
import subprocess
from functools import cache
from textwrap import indent

from claims.cache import kept
from claims.publish.node import ROOT, ensure_packages, find_node

OPTIONS = {"output": "htmlAndMathml", "throwOnError": True, "strict": "error"}  # and no trust


class FormulaError(Exception):
    r"""A formula KaTeX refuses.

    Args:
        tex: the formula as the author wrote it.
        message: KaTeX's own words.
        position: where in `tex`, from 0, if KaTeX knows.
        line: its line in the Markdown that was converted, from 1, if it was found there.
    """

    def __init__(
        self, tex: str, message: str, position: int | None = None, line: int | None = None
    ) -> None:
        self.tex, self.message, self.position, self.line = tex, message, position, line
        super().__init__(tex, message, position, line)

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return (
            f"{place}KaTeX refuses this formula: {self.message}\n{indent(self._marked(), '    ')}"
        )

    def _marked(self) -> str:
        """The formula with a caret under the place."""
        if self.position is None:
            return self.tex
        before, after = self.tex[: self.position], self.tex[self.position :]
        here, newline, rest = after.partition("\n")
        caret = " " * len(before.rpartition("\n")[2]) + "^ here"
        return f"{before}{here}\n{caret}{newline}{rest}"


@cache
def render(tex: str, display: bool) -> str:
    """The HTML of one formula, from memory, from `.cache/katex`, or from KaTeX.

    Raises:
        FormulaError: if KaTeX refuses it.
    """
    made_from = [_version(), OPTIONS, tex, display]
    return _for_search(kept("katex", made_from, lambda: _ask(tex, display).encode()).decode())


def close() -> None:
    """End the Node process; the next formula starts another."""
    if _process.cache_info().currsize:
        process = _process()
        _process.cache_clear()
        process.communicate()  # closes its input, which ends it


def _ask(tex: str, display: bool) -> str:
    process = _process()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps({"tex": tex, "display": display}) + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        close()
        raise RuntimeError(f"Node ended while typesetting {tex!r}; what it said is above.")
    answer = json.loads(line)
    if "error" in answer:
        raise FormulaError(tex, answer["error"], answer["position"])
    return str(answer["html"])


@cache
def _process() -> subprocess.Popen[str]:
    atexit.register(close)
    command = [
        str(find_node()),
        str(ROOT / "claims" / "publish" / "katex.mjs"),
        json.dumps(OPTIONS),
    ]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, encoding="utf-8")


@cache
def _version() -> str:
    ensure_packages()
    package = ROOT / "node_modules" / "katex" / "package.json"
    return str(json.loads(package.read_text(encoding="utf-8"))["version"])


def _for_search(html: str) -> str:
    """Leave the search index one reading of the formula, its TeX, of the three that KaTeX writes.

    Material forgets an exclusion at the first closing tag of the same name inside it, so what is
    excluded gets a name that does not occur inside.
    """
    html = html.replace("<semantics>", '<semantics><mpadded data-search-exclude="">', 1)
    html = html.replace("<annotation ", "</mpadded><annotation ", 1)
    before, _, eye = html.partition('<span class="katex-html" aria-hidden="true">')
    closing = "</span>" * (2 if before.startswith('<span class="katex-display">') else 1)
    eye = eye.removesuffix(f"</span>{closing}")
    opening = '<katex-html class="katex-html" aria-hidden="true" data-search-exclude="">'
    return f"{before}{opening}{eye}</katex-html>{closing}"
