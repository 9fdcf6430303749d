"""KaTeX: every formula typeset while the site is built; one it refuses stops the build.

A Python-Markdown extension behind `pymdownx.arithmatex` (generic: true). What a page carries is
HTML for the eye with MathML for the ear, so it needs no script and nothing moves while it loads.
"""

from __future__ import annotations

import atexit
import json
import re
import subprocess
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Extension, Markdown
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from claims.cache import kept
from claims.node import ROOT, ensure_packages, find_node

OPTIONS = {"output": "htmlAndMathml", "throwOnError": True, "strict": "error", "trust": False}
FORMULA = re.compile(
    r'(?P<open><(?P<tag>span|div) class="arithmatex">)'
    r"\\(?P<kind>[(\[])(?P<tex>.*?)\\[)\]]</(?P=tag)>",
    re.DOTALL,
)


class FormulaError(Exception):
    r"""A formula KaTeX refuses.

    Args:
        tex: the formula as the author wrote it.
        message: KaTeX's own words.
        position: where in `tex`, from 0, if KaTeX knows.
        line: its line in the Markdown that was converted, from 1, if it was found there.
    """

    def __init__(self, tex: str, message: str, position: int | None = None, line: int | None = None) -> None:
        self.tex, self.message, self.position, self.line = tex, message, position, line
        super().__init__(tex, message, position, line)

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        shown = self.tex
        if self.position is not None:
            before, after = self.tex[: self.position], self.tex[self.position :]
            indent = " " * len(before.rpartition("\n")[2])
            here, newline, rest = after.partition("\n")
            shown = f"{before}{here}\n{indent}^ here{newline}{rest}"
        return f"{place}KaTeX refuses this formula: {self.message}\n    " + shown.replace("\n", "\n    ")


class KatexExtension(Extension):
    """Typesets what arithmatex marked; in the contents and the title a formula stays as its TeX."""

    lines: list[str]
    typesetting = False

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (Python-Markdown's name)
        """Register the three steps, the outermost ones of the conversion."""
        md.preprocessors.register(_Begin(self, md), "katex-begin", 1000)
        md.treeprocessors.register(_Typeset(self, md), "katex-typeset", -1000)
        md.postprocessors.register(_Formulas(self, md), "katex", 5)  # when raw HTML is back in its place


def makeExtension(**options: Any) -> KatexExtension:  # noqa: N802 (Python-Markdown's name)
    """What `markdown_extensions: [claims.katex]` calls."""
    return KatexExtension(**options)


class _Begin(Preprocessor):
    """Keeps the page's lines, to say later where a refused formula stands."""

    def __init__(self, extension: KatexExtension, md: Markdown) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, lines: list[str]) -> list[str]:
        self.extension.lines, self.extension.typesetting = lines, False
        return lines


class _Typeset(Treeprocessor):
    """The tree is done: headings have been read, so from here on formulas may become HTML."""

    def __init__(self, extension: KatexExtension, md: Markdown) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, root: Element) -> None:
        self.extension.typesetting = True


class _Formulas(Postprocessor):
    """Replaces each formula by what KaTeX makes of it."""

    def __init__(self, extension: KatexExtension, md: Markdown) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, text: str) -> str:
        return FORMULA.sub(self.replace, text)

    def replace(self, formula: re.Match[str]) -> str:
        if not self.extension.typesetting:
            return formula["tex"]
        tex = _unescape(formula["tex"]).strip()
        try:
            html = render(tex, formula["kind"] == "[")
        except FormulaError as error:
            error.line = _line(self.extension.lines, tex)
            raise
        opening = formula["open"]
        if formula["kind"] == "[":
            opening = opening.replace(">", ' tabindex="0">')  # a long one scrolls, by keyboard too
        return f"{opening}{html}</{formula['tag']}>"


def _unescape(html: str) -> str:
    """The TeX before arithmatex and Markdown escaped it."""
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        html = html.replace(entity, character)
    return html


def _line(lines: list[str], tex: str) -> int | None:
    """The line where a formula begins, from 1; None if it is not there word for word."""
    first = tex.splitlines()[0] if tex else ""
    places = [n for n, line in enumerate(lines, 1) if re.search(rf"(\$|\\[(\[]|^\s*){re.escape(first)}", line)]
    return places[0] if places else None


@cache
def render(tex: str, display: bool) -> str:
    """The HTML of one formula, from memory, from `.cache/katex`, or from KaTeX.

    Raises:
        FormulaError: if KaTeX refuses it.
    """
    made_from = [_version(), OPTIONS, tex, display]
    return kept("katex", made_from, lambda: _for_search(_ask(tex, display)).encode()).decode()


def close() -> None:
    """End the Node process; the next formula starts another."""
    if _process.cache_info().currsize:
        process = _process()
        _process.cache_clear()
        process.communicate()  # closes its input, which ends it


def _ask(tex: str, display: bool) -> str:
    process = _process()
    assert process.stdin and process.stdout
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


def _for_search(html: str) -> str:
    """Leave the search index one reading of the formula, its TeX, of the three that KaTeX writes.

    Material forgets an exclusion at the first closing tag of the same name inside it, so what is
    excluded gets a name that does not occur inside.
    """
    html = html.replace("<semantics>", "<semantics><mpadded data-search-exclude>", 1)
    html = html.replace("<annotation ", "</mpadded><annotation ", 1)
    head, _, eye = html.partition('<span class="katex-html" aria-hidden="true">')
    display = head.startswith('<span class="katex-display">')
    eye = eye.removesuffix("</span>" * (3 if display else 2))
    eye = f'<katex-html class="katex-html" aria-hidden="true" data-search-exclude>{eye}</katex-html>'
    return head + eye + "</span>" * (2 if display else 1)


@cache
def _process() -> subprocess.Popen[str]:
    atexit.register(close)
    return subprocess.Popen(
        [find_node(), ROOT / "claims" / "katex.mjs", json.dumps(OPTIONS)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip


@cache
def _version() -> str:
    ensure_packages()
    package = ROOT / "node_modules" / "katex" / "package.json"
    return str(json.loads(package.read_text(encoding="utf-8"))["version"])
