"""Report: the outcomes as a table and as data."""

import datetime
import json
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.measure import TURN
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
    """What the table shows, to four digits, and when and with what it was measured."""
    rows = [
        {
            "measure": outcome.row.measure,
            "peer": outcome.row.peer,
            "unit": outcome.row.unit,
            "ours": _four_digits(outcome.ours),
            "theirs": _four_digits(outcome.theirs),
            "ratio": _four_digits(outcome.ratio),
            "target": _four_digits(outcome.row.target),
            "verdict": outcome.verdict,
            "note": outcome.note,
        }
        for outcome in outcomes
    ]
    return {
        "date": datetime.date.today().isoformat(),
        "processor": _processor(),
        "rounds": rounds,
        "seconds a turn": TURN,
        "versions": _versions(),
        "rows": rows,
    }


def text_of(table: dict[str, Any]) -> str:
    """The data as JSON, a row a line: what changed between two runs can be read."""
    about = [
        f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}"
        for key, value in table.items()
        if key != "rows"
    ]
    rows = [json.dumps(row, ensure_ascii=False, allow_nan=False) for row in table["rows"]]
    separator = ",\n  "
    return f'{{\n  {separator.join(about)},\n  "rows": [\n  {separator.join(rows)}\n  ]\n}}\n'


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


def _four_digits(value: float | None) -> float | None:
    return None if value is None or value != value else float(f"{value:.4g}")


def _processor() -> str:
    """Its name, where Linux tells it."""
    known = Path("/proc/cpuinfo")
    lines = known.read_text(encoding="utf-8").splitlines() if known.exists() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _versions() -> dict[str, str | None]:
    """The version of each package; None where it is not installed."""
    versions: dict[str, str | None] = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = None
    return versions
