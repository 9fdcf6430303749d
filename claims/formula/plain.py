"""Plain: mathematics written in prose without dollars, which nothing would typeset or check."""

from __future__ import annotations

import re
from functools import lru_cache

from claims.problem import Problem
from claims.reading import read_page

PATTERNS = (
    (r"\b[a-zA-Z]['′’]+\([^()\n]{1,20}\)", "a derivative"),
    (r"\b[a-zA-Z]\([a-z](?:, ?[a-z])*\) ?[=≈≤≥<>]", "a function's equation"),
    (r"(?:(?<![\w\\])[a-zA-Zα-ωθ]|\)|\d)\^[\w({−-]", "a power"),
    (r"\bd[a-zA-Z]?/d[a-z]\b", "a derivative"),
    (r"∂\w*\s*/\s*∂\w+", "a partial derivative"),
    (
        r"(?<![\w.])[a-zA-Zα-ωŷ] ?= ?[-−]?(?:\d+(?:\.\d+)?)?[(]?[a-zα-ω](?:\b|[²³₀-₉(])",
        "an equation",
    ),
    (r"(?<![\w.])[a-zA-Zα-ω] ?= ?[-−]?\d+(?:\.\d+)? ?[-+−*·/×^] ?[\w(]", "an equation"),
    (r"(?<![\w.])(?<!\d )[a-zθηλσ][²³⁴ⁿ]", "a power"),
    (r"∇[a-zA-Z]", "a gradient"),
    (r"√[\w(]", "a root"),
)
HEADER = re.compile(
    r"^[ \t]*\|[^\n]*(?=\n[ \t]*\|[ \t:|-]+$)", re.M
)  # “f(X) | ∂f/∂X” tells the checker what to do
UNSEEN = "{words} in plain text is neither typeset nor checked: put “{match}” between dollars"
STRAY = "this dollar bounds no formula: put no space inside its dollars, or write \\$ for the sign"
PLAIN = [(re.compile(pattern), words, UNSEEN) for pattern, words in PATTERNS]
PLAIN += [(re.compile(r"(?<!\\)\$"), "", STRAY)]


@lru_cache(maxsize=1024)  # asked as often as a page's formulas
def plain_mathematics(path: str, source: str) -> tuple[Problem, ...]:
    """A problem for every piece of mathematics that stands in prose without dollars."""
    page = read_page(path, source)
    prose = HEADER.sub(lambda match: " " * len(match[0]), page.prose)
    found: dict[int, Problem] = {}
    for pattern, words, message in PLAIN:
        for match in pattern.finditer(prose):
            line = page.line_of(match.start())
            said = message.format(words=words, match=match[0])
            found.setdefault(line, Problem(path, line, said))
    return tuple(found[line] for line in sorted(found))
