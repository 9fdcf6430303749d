"""Report: the outcomes as a table and as data."""

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from benchmarks.row import Outcome

PACKAGES = ["numpy", "scipy", "torch", "jax", "autograd", "micrograd"]
HEADINGS = ("measure", "peer", "ours", "theirs", "ratio", "target", "verdict")
LINE = "{:41} {:18} {:>12} {:>12} {:>8} {:>9}  {}"


def heading() -> str:
    """The first line of the table."""
    return LINE.format(*HEADINGS)


def line(outcome: Outcome) -> str:
    """The outcome as a line of the table."""
    row = outcome.row
    verdict = outcome.verdict + (f": {outcome.note}" if outcome.note else "")
    return LINE.format(
        row.measure,
        row.peer,
        _number(outcome.ours, row.unit),
        _number(outcome.theirs, row.unit),
        _number(outcome.ratio if row.peer else None),
        f"≤ {_number(row.target)}",
        verdict,
    )


def data(outcomes: Sequence[Outcome], rounds: int) -> dict[str, Any]:
    """What the table shows, in full digits, and what it was measured with."""
    rows = [
        {
            "measure": outcome.row.measure,
            "peer": outcome.row.peer,
            "unit": outcome.row.unit,
            "ours": outcome.ours,
            "theirs": outcome.theirs,
            "ratio": outcome.ratio,
            "target": outcome.row.target,
            "verdict": outcome.verdict,
            "note": outcome.note,
        }
        for outcome in outcomes
    ]
    return {"rounds": rounds, "versions": _versions(), "rows": rows}


def summary(outcomes: Sequence[Outcome]) -> str:
    """How many targets are met, which are missed, and who was absent."""
    met = sum(outcome.verdict == "met" for outcome in outcomes)
    lines = [f"{met} of {len(outcomes)} targets are met."]
    for verdict in ("missed", "not measured"):
        for outcome in outcomes:
            if outcome.verdict == verdict:
                beside = f" beside {outcome.row.peer}" if outcome.row.peer else ""
                note = f": {outcome.note}" if outcome.note else ""
                lines.append(f"{verdict}: {outcome.row.measure}{beside}{note}")
    return "\n".join(lines)


def _number(value: float | None, unit: str = "") -> str:
    """Three digits, and the unit; "–" for none."""
    if value is None:
        return "–"
    digits = f"{value:.0f}" if value >= 1000 else f"{value:#.3g}".rstrip(".") if value else "0"
    return f"{digits} {unit}".rstrip()


def _versions() -> dict[str, str | None]:
    """The version of each package; None where it is not installed."""
    versions: dict[str, str | None] = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = None
    return versions
