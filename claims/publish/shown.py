"""Shown: the Python that a built page shows is the Python that was run, and its formulas are those checked."""

from __future__ import annotations

import difflib
import html
import re
from collections import Counter
from itertools import zip_longest
from pathlib import Path

from claims.block import expand
from claims.page import Fence, Page
from claims.problem import Problem


def shown_problems(page: Page, rendered: str, root: Path) -> list[Problem]:
    """Blocks that a rendered page shows and nothing ran, or that ran and are not shown."""
    blocks = shown_blocks(page)
    ran = [expand(f, page.path, root).text.strip("\n") for f in blocks]
    python, plain = _code_blocks(rendered)
    written = {f.text.strip("\n") for f in page.fences}
    problems = [_unknown(page, text) for text in plain if text.strip() and text not in written]
    problems += _untypeset(page, rendered)
    if python == ran:
        return problems
    pairs = enumerate(zip_longest(python, ran))
    index, (shown, true) = next((i, pair) for i, pair in pairs if pair[0] != pair[1])
    shown, true = (shown or "").splitlines(), (true or "").splitlines()
    diff = "\n".join(difflib.unified_diff(shown, true, "shown", "run", lineterm=""))
    line = blocks[index].line if index < len(blocks) else 1
    return [
        *problems,
        Problem(page.path, line, f"the site does not show the Python that was run\n{diff}"),
    ]


def shown_blocks(page: Page) -> list[Fence]:
    """The Python of a page in the order in which it is shown: a figure's stands with its image."""
    blocks = [f for f in page.fences if f.language == "python"]
    figures = {f.options["figure"]: f for f in blocks if "figure" in f.options}
    moved = {figures[i.figure].start: i.start for i in page.images if i.figure in figures}
    return sorted(blocks, key=lambda f: moved.get(f.start, f.start))


def _unknown(page: Page, text: str) -> Problem:
    first = text.strip().splitlines()[0]
    lines = enumerate(page.source.splitlines(), 1)
    line = next((i for i, written in lines if first in written), 1)
    message = f"an indented block or raw <pre> shows code that nothing runs: {first}"
    return Problem(page.path, line, message)


TYPESET = re.compile(r'<annotation encoding="application/x-tex">(.*?)</annotation>', re.S)


def _untypeset(page: Page, rendered: str) -> list[Problem]:
    """Formulas that were checked and are not typeset: Markdown took them for something else."""
    left = Counter(_plain(html.unescape(tex)) for tex in TYPESET.findall(rendered))
    problems = []
    for span in page.spans:
        text = _plain(span.text)
        if span.kind == "code" or re.fullmatch(NUMBER_LIKE, text):
            continue
        if left[text]:
            left[text] -= 1
            continue
        message = f"the site does not typeset the formula {text}"
        if "|" in text:
            message += r": in a table, | ends the cell; write \lvert and \rvert, or \mid"
        problems.append(Problem(page.path, page.line_of(span.start), message))
    return problems


NUMBER_LIKE = r"[-−+]?[\d.,{}]+"  # a number in dollars is printed as the text prints numbers


def _plain(tex: str) -> str:
    return " ".join(tex.split())


# A built page is large and its code blocks are few: only the tags around them are looked at.
MARKUP = re.compile(
    r'<div class="(?P<classes>[^"]*)"|<div\b|(?P<end></div>)'
    r'|(?P<numbers><td class="linenos">.*?</td>)|<pre(?P<pre>[^>]*)>(?P<code>.*?)</pre>',
    re.S,
)


def _code_blocks(rendered: str) -> tuple[list[str], list[str]]:
    """The text of a page's Python blocks, and of those that are, or pretend to be, plain text.

    An indented block is marked as text, as a ```text fence is. Signatures and
    examples of docstrings, which mkdocstrings writes, are tested as docstrings.
    """
    python: list[str] = []
    plain: list[str] = []
    languages: list[str | None] = []  # of the divs around
    for tag in MARKUP.finditer(rendered):
        around = languages[-1] if languages else None
        if tag["code"] is not None:
            text = html.unescape(re.sub(r"<[^>]*>", "", tag["code"])).strip("\n")
            if "claim-broken" not in tag["pre"] and around in (None, "text", "python"):
                (python if around == "python" else plain).append(text)
        elif tag["end"]:
            del languages[-1:]
        elif not tag["numbers"]:
            languages.append(_language(tag["classes"] or "", around))
    return python, plain


def _language(classes: str, around: str | None) -> str | None:
    if "doc-signature" in classes:
        return "signature"
    named = re.search(r"\blanguage-(\S+)", classes)
    return named[1] if named else around
