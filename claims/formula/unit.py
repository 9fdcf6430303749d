"""Unit: kilometres and hours as positive symbols, so that km/h and m/s are not confused."""

from __future__ import annotations

import re
from typing import Any

from sympy import Integer, Rational, Symbol

from claims.formula.inside import letters
from claims.formula.refusal import Refusal

BASE = {name: Symbol(f"⟦{name}⟧", positive=True) for name in ("m", "s", "g")}
FACTORS: dict[str, tuple[Any, str]] = {
    "m": (1, "m"), "metre": (1, "m"), "meter": (1, "m"), "km": (1000, "m"), "kilometre": (1000, "m"),
    "kilometer": (1000, "m"), "cm": (Rational(1, 100), "m"), "mm": (Rational(1, 1000), "m"),
    "mile": (Rational(1609344, 1000), "m"), "mi": (Rational(1609344, 1000), "m"),
    "s": (1, "s"), "second": (1, "s"), "sec": (1, "s"), "ms": (Rational(1, 1000), "s"),
    "min": (60, "s"), "minute": (60, "s"), "h": (3600, "s"), "hour": (3600, "s"), "hr": (3600, "s"),
    "g": (1, "g"), "kg": (1000, "g"),
}  # fmt: skip
SPEEDS = {
    "mph": "mile/hour",
    "kmh": "km/h",
    "kph": "km/h",
    "km per hour": "km/h",
    "miles per hour": "mile/hour",
}


def unit(words: str) -> Any:
    """A unit as a product of symbols; words that are none are a unit of their own."""
    text = SPEEDS.get(words.strip(), words.strip())
    parts = re.split(r"\s*(/|·|\*| per )\s*", text)
    product: Any = Integer(1)
    for place in range(0, len(parts), 2):
        factor = _single(parts[place], text)
        if factor is None:
            return Symbol(f"⟦{text}⟧", positive=True)
        divides = place > 0 and parts[place - 1].strip() in ("/", "per")
        product = product / factor if divides else product * factor
    return product


def _single(part: str, text: str) -> Any:
    match = re.fullmatch(r"([A-Za-z]+?)(s?)(?:\^?([23²³]))?", part)
    if part == "%":
        return Rational(1, 100)
    if not match:
        if part in ("1", ""):
            raise Refusal(f"an unknown unit: {text}")
        return None
    name = match[1] + match[2] if match[1] + match[2] in FACTORS else match[1]
    if name not in FACTORS:
        return None
    factor, base = FACTORS[name]
    power = {"²": 2, "³": 3}.get(match[3] or "", match[3])
    return (factor * BASE[base]) ** int(power or 1)


def units_in(expr: Any) -> frozenset[Any]:
    """The unit symbols of an expression."""
    return frozenset(s for s in letters(expr) if s.name.startswith("⟦"))
