"""Number: a number in prose: where it is, what it is worth, how a value is written like it.

The few kinds of EXEMPT are no numbers, each for its reason.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from numbers import Real
from typing import Any

_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
WORDS: dict[str, float] = {
    **{word: value for value, word in enumerate(_UNITS.split())},
    **{word: 10 * value for value, word in enumerate(_TENS.split(), 2)},
    **{"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "dozen": 12},
    **{"half": 0.5, "twice": 2, "thrice": 3, "tenfold": 10, "hundredfold": 100},
}
del WORDS["one"]  # mostly a pronoun: "the one that", "one idea a section"

EXEMPT: tuple[tuple[str, str], ...] = (
    (
        r"(?:§+\s?|\b(?:[Cc]hapters?|[Ss]ections?|[Ff]igures?|[Tt]ables?|[Vv]ersions?|[Pp]arts?|[Ee]xercises?|[Aa]lgorithm"
        r"|ch\.|sec\.|vol\.|no\.|pp?\.)\s?)\d[\d.]*\d?(?:(?:\s?[-–]\s?|,\s| and | to )\d[\d.]*\d?)*\b",
        "section numbers name a place",
    ),
    (
        r"\b(?:Python|NumPy|SciPy|SymPy|Matplotlib|MkDocs|Node|PyTorch|JAX|CC BY|IEEE|arXiv:?)[ ≥>=]*\d[\d.]*\d?"
        r"(?:(?:–|, | and | to )\d[\d.]*\d)*\b",
        "versions and standards are names",
    ),
    (
        r"(?:(?<=\()|(?<=[a-z.], )|(?<=\bin )|(?<=\bsince )|(?<=[A-Z][a-z]{2} )|(?<=[a-z] ))(?:1[6-9]|20)\d\d(?=[).,;:]|$)"
        r"|\b(?<=[Ii]n )(?:1[6-9]|20)\d\d(?=\s+(?:[A-Z]|the\b|an?\b|it\b|to\b|was\b))",
        "years",
    ),
    (r"\b\d+(?:st|nd|rd|th)\b", "ordinals name a place in a row"),
    (r"\b\d+-(?!fold)[A-Za-z]+\b|\b\d+[A-Z]\b", "names such as 2-D"),
    (r"\b[A-Za-z][\w.-]*\d[\w]*\b", "names with a digit such as float32"),
    (rf"\b(?:{'|'.join(WORDS)})-(?!fold)[a-z]+\b|\bnon-zero\b", "compound names such as two-sided"),
    (r"\bhalf(?= precision\b)", "number formats are names"),
    (r"^[ \t]*\d+[.)](?=\s)", "the marker of an ordered list"),
)
TITLE = re.compile(r"^#+ .*$", re.M)  # its words name what its section proves, its digits count
WORD = re.compile(rf"\b(?:{'|'.join(WORDS)})\b", re.I)
DIGITS = r"[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[-+−]?\d+)?"
NUMBER = re.compile(rf"(?<![\w.]){DIGITS}(?!\w)|\b(?:{'|'.join(WORDS)})\b", re.I)
POWER = re.compile(r"(?:([-−]?\d+(?:\.\d+)?)\s*\\(?:times|cdot)\s*)?10\^(?:\{([-−]?\d+)\}|(\d))")


@dataclass(frozen=True)
class Number:
    """A number as it is written, and its place."""

    text: str
    start: int
    end: int


def numbers_in(prose: str) -> list[Number]:
    """The numbers of a text, names and exempt kinds left out."""
    prose = TITLE.sub(lambda title: WORD.sub(_blank, title[0]), prose)
    for pattern, _ in EXEMPT:
        prose = re.sub(pattern, _blank, prose, flags=re.M)
    found = [Number(m[0], m.start(), m.end()) for m in NUMBER.finditer(prose)]
    return [_unsigned(number, prose) for number in found]


def compare_number(text: str, mark: str, value: Any, expression: str) -> str | None:
    """What is wrong with a number that a page says, given the value of its note; None if nothing is."""
    if mark == "check":
        return (
            None
            if value is True
            else f"the sentence says what is not so: {expression} is {value!r}"
        )
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
        return f"{expression} is {value!r}, which is no finite number"
    if mark == "=":
        true = formatted(value, text)
        return None if true == text else f"the page says {text}; {expression} is {true}"
    bound, value = value_of(text), float(value)
    low, high = (bound / 10, bound) if mark == ">" else (bound, 10 * bound)
    if low <= value <= high and value != bound:
        return None
    words = "below" if mark == ">" else "above"
    loose = value > 0 and (value < bound) == (mark == ">")
    why = "the bound is not tight (within a factor of 10)" if loose else "it is not so"
    return f"the page says {words} {text}; {why}: {expression} is {value:.3g}"


def formatted(value: Any, like: str) -> str:
    """A value written as the page writes a number: its decimals, sign, exponent, or word."""
    word = like.lower()
    if word in WORDS:
        return _as_word(value, like)
    power = POWER.fullmatch(like)
    if power:
        return _as_power(value, like, power)
    mantissa, _, exponent = like.partition("e")
    decimals = len(mantissa.partition(".")[2])
    if exponent:
        digits, _, power_of_ten = f"{float(value):.{decimals}e}".partition("e")
        text = f"{digits}e{int(power_of_ten)}"
    else:
        text = f"{value:{',' if ',' in like else ''}.{decimals}f}"
    if not text.strip("-0.,"):
        text = text.removeprefix("-")
    return _signed_like(text, like)


def value_of(text: str) -> float:
    """The value of a number as a page writes it."""
    if text.lower() in WORDS:
        return float(WORDS[text.lower()])
    power = POWER.fullmatch(text)
    if power:
        return float(
            f"{(power[1] or '1').replace('−', '-')}e{(power[2] or power[3]).replace('−', '-')}"
        )
    return float(text.replace("−", "-").replace(",", ""))


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _as_word(value: Any, like: str) -> str:
    if value == WORDS.get(like.lower(), math.nan):
        return like
    other = next((word for word, known in WORDS.items() if known == value), f"{value:g}")
    return other.capitalize() if like[0].isupper() else other


def _as_power(value: Any, like: str, power: re.Match[str]) -> str:
    decimals = len((power[1] or "").partition(".")[2])
    digits, _, exponent = f"{float(value):.{decimals}e}".partition("e")
    if not power[1]:
        return (
            like if float(digits) == 1 and float(value) == value_of(like) else f"{float(value):g}"
        )
    return _signed_like(
        like.replace(power[1], digits, 1).replace(power[2] or power[3], str(int(exponent))), like
    )


def _signed_like(text: str, like: str) -> str:
    text = f"+{text}" if like.startswith("+") and text[0].isdigit() else text
    return text.replace("-", "−") if "−" in like else text


def _unsigned(number: Number, prose: str) -> Number:
    """A dash right behind a word or a number, as in 3-4 or a–b, is no sign."""
    before = prose[number.start - 1 : number.start]
    if number.text[0] in "-+−" and before and not re.match(r"[\s(\[|=*_\"“,;:]", before):
        return Number(number.text[1:], number.start + 1, number.end)
    return number
