r"""Token: LaTeX cut into numbers, letters, commands and words; what only spaces is dropped."""

from __future__ import annotations

import re
from dataclasses import dataclass

from claims.formula.refusal import Refusal


@dataclass(frozen=True)
class Token:
    r"""A piece of LaTeX and its place.

    `kind` is number, letter, command (`\frac` is "frac"), word (`\text{…}`, `\operatorname{…}`),
    begin and end (of an environment), left and right (a sized delimiter), bar (`\bigg|`),
    row (`\\`), gap (`\ `), quad, symbol or end.
    """

    kind: str
    text: str
    at: int


PIECES = re.compile(
    r"""(?P<number>\d{1,3}(?:\{,\}\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)
    |(?P<letter>[A-Za-z])
    |\\(?P<wordcommand>text|textrm|textbf|textit|mbox|mathrm|mathit|mathsf|mathtt|operatorname\*?)
        \s*\{(?P<word>[^{}]*)\}
    |\\math(?:rm|it|sf)\s*(?P<upright>[A-Za-z])
    |\\begin\s*\{(?P<begin>[a-zA-Z]+\*?)\}|\\end\s*\{(?P<end>[a-zA-Z]+\*?)\}
    |(?P<row>\\\\(?:\s*\[[^\]]*pt\])?)
    |\\(?P<side>left|right)\s*(?P<delimiter>\\[|{}a-zA-Z]+|[.()\[\]|<>/])
    |\\(?:[bB]igg?)(?P<size>[lrm]?)\s*(?P<sized>\\[|{}]|\\[a-zA-Z]+|[()\[\]|/])
    |(?P<thin>\\[,;:!>]|\\(?:displaystyle|textstyle|limits|nolimits)(?![a-zA-Z])|~|\s+|\\\n)
    |(?P<gap>\\\ )
    |\\(?P<quad>q?quad)(?![a-zA-Z])
    |\\(?P<command>[a-zA-Z]+)
    |(?P<escaped>\\[|{}%])
    |(?P<symbol>[-+*/=<>()\[\]|,.;:!^_{}'&])
    """,
    re.X,
)
SAME = {"dfrac": "frac", "tfrac": "frac", "cfrac": "frac", "leq": "le", "geq": "ge", "neq": "ne",
        "rightarrow": "to", "gets": "leftarrow", "implies": "Rightarrow", "iff": "Leftrightarrow",
        "longrightarrow": "to", "Longrightarrow": "Rightarrow", "leqslant": "le", "geqslant": "ge",
        "ldots": "dots", "cdots": "dots", "vdots": "dots", "ddots": "dots", "dotsc": "dots",
        "intercal": "top", "star": "ast", "bm": "mathbf", "boldsymbol": "mathbf", "vec": "mathbf",
        "symbf": "mathbf", "overline": "bar", "widehat": "hat", "widetilde": "tilde",
        "binom": "binom", "dbinom": "binom", "tbinom": "binom", "lvert": "left|", "rvert": "right|",
        "lVert": "left‖", "rVert": "right‖", "Vert": "‖", "vert": "|", "coloneqq": "=",
        "triangleq": "=", "equiv": "=", "land": "and", "wedge": "and",
        "mathscr": "mathcal", "ne": "ne", "lbrace": "{", "rbrace": "}", "exponentialE": "e"}  # fmt: skip
TYPED = str.maketrans({
    "’": "'", "′": "'", "−": "-", "·": r"\cdot ", "×": r"\times ", "…": r"\dots ", "≤": r"\le ",
    "≥": r"\ge ", "≈": r"\approx ", "≠": r"\ne ", "→": r"\to ", "∞": r"\infty ", "∂": r"\partial ",
    "∇": r"\nabla ", "⊙": r"\odot ", "∈": r"\in ", "∑": r"\sum ", "ε": r"\varepsilon ",
    "σ": r"\sigma ", "η": r"\eta ", "θ": r"\theta ", "λ": r"\lambda ", "α": r"\alpha ",
    "β": r"\beta ", "δ": r"\delta ", "π": r"\pi ", "⇒": r"\Rightarrow ", "\u00a0": " ",
})  # fmt: skip


def tokens(latex: str) -> list[Token]:
    """The tokens of a formula, closed by one of kind "stop"."""
    found: list[Token] = []
    typed = "".join(char.translate(TYPED) for char in latex)
    place = _places(latex)
    at = 0
    while at < len(typed):
        match = PIECES.match(typed, at)
        if not match:
            raise Refusal(f"a character that no formula here has: {typed[at]!r}", place[at])
        found += _token(match, place[at])
        at = match.end()
    return [*found, Token("stop", "", len(latex))]


def _places(latex: str) -> list[int]:
    """For each character after typographic ones are spelt out, its place before."""
    return [i for i, char in enumerate(latex) for _ in char.translate(TYPED)] + [len(latex)]


def _token(match: re.Match[str], at: int) -> list[Token]:
    kind = match.lastgroup or ""
    if kind == "thin":
        return []
    if kind == "word":
        return _word(match["wordcommand"], match["word"].strip(), at)
    if kind == "upright":
        return _word("mathrm", match[kind], at)
    if kind == "delimiter":
        return [_delimiter(match["side"], match["delimiter"], at)]
    if kind == "sized":
        side = {"l": "left", "r": "right"}.get(match["size"], "bar")
        return [_delimiter(side, match["sized"], at)]
    if kind == "command":
        return [_command(SAME.get(match["command"], match["command"]), at)]
    if kind == "escaped":
        return [Token("symbol", {r"\|": "‖"}.get(match[0], match[0]), at)]
    if kind == "number":
        return [Token(kind, match[0].replace("{,}", ""), at)]
    return [Token(kind, match[kind], at)]


def _word(command: str, text: str, at: int) -> list[Token]:
    """A word; a letter set upright is that letter (`\\mathrm{d}x`), but `\\mathsf{T}` transposes."""
    if command.startswith("math") and len(text) == 1 and text.isalpha():
        return [Token("command", "top", at) if text == "T" else Token("letter", text, at)]
    return [Token("word", text.replace("\\ ", " ").replace("\\,", " ").replace("~", " "), at)]


def _delimiter(side: str, text: str, at: int) -> Token:
    text = {r"\|": "‖", r"\{": r"\{", r"\}": r"\}"}.get(text, text)
    text = {"\\lvert": "|", "\\rvert": "|", "\\lVert": "‖", "\\rVert": "‖", "\\vert": "|"}.get(
        text, text
    )
    if text in ("|", "‖", "."):
        return Token(side, text, at)
    return Token("symbol", text, at)


def _command(text: str, at: int) -> Token:
    if text in ("left|", "right|", "left‖", "right‖"):
        return Token(text[:-1], text[-1], at)
    if text in ("=", "{", "}", "‖", "|"):
        return Token("symbol", {"{": r"\{", "}": r"\}"}.get(text, text), at)
    return Token("letter", text, at) if text == "e" else Token("command", text, at)
