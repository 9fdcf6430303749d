"""Search: a page as the index should read it, short enough to be read at every rebuild.

Material's index is made by a parser that goes tag by tag; of a page with formulas, figures and code
most tags are theirs, and say nothing that can be searched.
"""

from __future__ import annotations

import re

FORMULA = re.compile(
    r'<span class="katex-mathml">.*?<annotation [^>]*>(.*?)</annotation>.*?</katex-html>', re.DOTALL
)
CODE = re.compile(r"(<code\b[^>]*>)(.*?)(</code>)", re.DOTALL)
DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)


def indexed(content: str) -> str:
    """The page's HTML with each formula as its TeX, code without its colours, and no drawings."""
    plain = DRAWING.sub("", FORMULA.sub(r"\1", content))
    return CODE.sub(lambda code: code[1] + re.sub(r"<[^>]*>", "", code[2]) + code[3], plain)
