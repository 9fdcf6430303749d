"""Character: what the built pages show, letter by letter, and where."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import lru_cache

from claims.publish.unchanged import looked_for

FORMULA = re.compile(r'<span class="katex-mathml">.*?(<katex-html.*?</katex-html>)', re.DOTALL)
CODE = re.compile(r"<(code|pre|kbd)\b.*?</\1>", re.DOTALL)
TAG = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL)


@dataclass(frozen=True)
class Used:
    """The characters of some pages, by where they stand, and the class attributes KaTeX wrote."""

    prose: frozenset[str] = frozenset()
    code: frozenset[str] = frozenset()
    formulas: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()

    def __or__(self, other: Used) -> Used:
        return Used(
            *(mine | theirs for mine, theirs in zip(_parts(self), _parts(other), strict=True))
        )


@lru_cache(maxsize=256)  # under `serve` one page changes at a time
def used(page: str) -> Used:
    """What one built page shows."""
    return looked_for("used", page, None, lambda: _used(page))


def _used(page: str) -> Used:
    formulas = "".join(FORMULA.findall(page))
    page = FORMULA.sub("", page)
    code = "".join(match[0] for match in CODE.finditer(page))
    classes = frozenset(re.findall(r'class="([^"]*)"', formulas))
    return Used(_text(CODE.sub("", page)), _text(code), _text(formulas), classes)


def _text(markup: str) -> frozenset[str]:
    text = TAG.sub("\n", markup)
    entities = "".join(set(re.findall(r"&#?\w+;", text)))
    return (frozenset(text) | frozenset(html.unescape(entities))) - {"\n"}


def _parts(of: Used) -> tuple[frozenset[str], ...]:
    return of.prose, of.code, of.formulas, of.classes
