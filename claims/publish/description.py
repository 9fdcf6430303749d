"""Description: what a page says of itself where only words fit, from its first paragraph."""

from __future__ import annotations

import html
import re
from xml.etree import ElementTree

LONGEST = 160  # characters; more is cut where the words are shown
LEDGER = re.compile(r'<p class="ledger.*?</p>', re.S)
PARAGRAPH = re.compile(r"</h1>.*?<p\b[^>]*>(.*?)</p>", re.S)
FORMULA = re.compile(r'<span class="katex-mathml">(<math.*?</math>)</span>.*?</katex-html>', re.S)
SENTENCE = re.compile(r".*?[.!?:](?= [A-Z]|$)|.+$")
POWERS = str.maketrans("0123456789-−+n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁺ⁿ")


def described(rendered: str) -> str:
    """The first sentences of a rendered page as plain text, at most 160 characters; "" if it has none."""
    found = PARAGRAPH.search(LEDGER.sub("", rendered, count=1))
    if not found:
        return ""
    text = FORMULA.sub(lambda formula: html.escape(_read(formula[1])), found[1])
    words = html.unescape(re.sub(r"<[^>]*>", "", text)).split()
    return _shortened(" ".join(words))


def _shortened(text: str) -> str:
    """As many sentences as fit; if none does, as many words."""
    kept = ""
    for sentence in SENTENCE.findall(text):
        longer = f"{kept} {sentence.strip()}".strip()
        goes_on = not sentence.endswith((".", "!", "?"))  # in a formula below
        if len(longer) > LONGEST or (kept and goes_on):
            break
        kept = longer
    if kept:
        return re.sub(r":$", ".", kept)
    return re.sub(r"[\s,;:–—(]+\S*$", "", text[:LONGEST]) + "…"


def _read(formula: str) -> str:
    """A short formula as one writes it in a message."""
    tree = ElementTree.fromstring(re.sub(r"\sxmlns=\"[^\"]*\"", "", formula))
    return " ".join(_line(tree).split())


def _line(node: ElementTree.Element) -> str:
    if node.tag == "annotation":
        return ""
    parts = [_line(child) for child in node]
    if node.tag == "mfrac":
        return "/".join(f"({part})" if " " in part.strip() else part for part in parts)
    if node.tag == "msup" and len(parts) == 2:
        base, power = parts
        return base + (
            "′" if power == "′" else power.translate(POWERS) if _small(power) else f"^{power}"
        )
    if node.tag == "mover" and parts[-1] == "^":
        return f"{parts[0]}\N{COMBINING CIRCUMFLEX ACCENT}"
    if node.tag == "mo" and node.text in ("=", "+", "≈", "<", ">", "≤", "≥", "→"):
        return f" {node.text} "
    return (node.text or "").replace("\N{FUNCTION APPLICATION}", "") + "".join(parts)


def _small(power: str) -> bool:
    return power.translate(POWERS) != power and not re.search(r"[^0-9−+n-]", power)
