"""Ledger: how much of a page was checked, told to its readers and counted by tests."""

from __future__ import annotations

import re
from collections import Counter

from claims.claim import claims_of, expressions
from claims.comment import shapes_in
from claims.exercise import exercises_of, role_of
from claims.mathematics import Decided
from claims.needed import absent
from claims.output import output_of
from claims.page import Page

KINDS = {
    "block": ("code block run", "code blocks run"),
    "absent": ("code block not run here", "code blocks not run here"),
    "output": ("output compared", "outputs compared"),
    "shape": ("shape compared", "shapes compared"),
    "number": ("number computed", "numbers computed"),
    "claim": ("claim decided", "claims decided"),
    "formula": ("formula proved", "formulas proved"),
    "notation": ("formula taken as notation", "formulas taken as notation"),
    "figure": ("figure drawn", "figures drawn"),
    "exercise": ("exercise tried", "exercises tried"),
}


def ledger(page: Page, formulas: Decided) -> Counter[str]:
    """How much of each kind a page has checked, and how many formulas it asks to take as notation."""
    blocks = [f for f in page.fences if f.language == "python"]
    notes = [claim.note for claim in claims_of(page)[0]]
    cells = "\n".join(f.text for f in blocks if page.is_lab)
    asserted = len(re.findall(r"^\s*assert\b", cells, re.M))  # a lab's claims
    described = [len(expressions(image.note)) for image in page.images if image.note]
    return Counter(
        block=sum(
            role_of(f) is None and "figure" not in f.options for f in blocks if not absent(f)
        ),
        absent=sum(bool(absent(f)) for f in blocks),
        output=sum(output_of(f, page) is not None for f in blocks if not absent(f)),
        shape=sum(len(shapes_in(f.text)) for f in blocks if not absent(f)),
        number=sum(note.mark != "check" for note in notes) + sum(described),
        claim=sum(note.mark == "check" for note in notes) + asserted,
        formula=formulas.verified,
        notation=len(formulas.skipped),
        figure=sum("figure" in f.options and role_of(f) is None for f in blocks),
        exercise=len(exercises_of(page)),
    )


def ledger_line(page: Page, formulas: Decided) -> str:
    """The ledger in words; empty for a page on which there is nothing to run."""
    counts = ledger(page, formulas)
    parts = [
        f"{counts[kind]} {words[counts[kind] > 1]}" for kind, words in KINDS.items() if counts[kind]
    ]
    return f"Checked on this page: {', '.join(parts)}." if parts else ""
