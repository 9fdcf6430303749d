"""KaTeX: a Python-Markdown extension that typesets every formula while the site is built.

It stands behind `pymdownx.arithmatex` (generic: true), which finds the formulas. What a page
carries is HTML for the eye with MathML for the ear: it needs no script, and nothing moves while
it loads. One formula that KaTeX refuses stops the build.
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Extension, Markdown
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from claims.publish.typeset import FormulaError, render

__all__ = ["FormulaError", "KatexExtension", "makeExtension", "render"]

FORMULA = re.compile(
    r'(?P<open><(?P<tag>span|div) class="arithmatex">)'
    r"\\(?P<kind>[(\[])(?P<tex>.*?)\\[)\]]</(?P=tag)>",
    re.DOTALL,
)


class KatexExtension(Extension):
    """Typesets what arithmatex marked; in the contents and the title a formula stays as its TeX."""

    lines: list[str]
    typesetting = False

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (Python-Markdown's name)
        """Register the three steps, the outermost ones of the conversion."""
        md.preprocessors.register(_Begin(self, md), "katex-begin", 1000)
        md.treeprocessors.register(_Typeset(self, md), "katex-typeset", -1000)
        # 5: when raw HTML is back in its place
        md.postprocessors.register(_Formulas(self, md), "katex", 5)


def makeExtension(**options: Any) -> KatexExtension:  # noqa: N802 (Python-Markdown's name)
    """What `markdown_extensions: [claims.publish.katex]` calls."""
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
    places = [
        n
        for n, line in enumerate(lines, 1)
        if re.search(rf"(\$|\\[(\[]|^\s*){re.escape(first)}", line)
    ]
    return places[0] if places else None
