"""Row: what is measured, beside whom, and how much at most; what came of it is an outcome."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np

from benchmarks.measure import Contender, interleaved


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        measure: what is measured.
        peer: beside whom; "" where the target is of our number itself.
        target: the most that ours/peer, or our number, may be.
        ours: in µs, makes the function to time; in another unit, gives the number.
        theirs: the same, of the peer.
        unit: of both numbers.
        rtol: how near the results of the two must be, or None where they are of two kinds.
    """

    measure: str
    peer: str
    target: float
    ours: Callable[[], Any]
    theirs: Callable[[], Any] | None = None
    unit: str = "µs"
    rtol: float | None = 1e-6

    def run(self, rounds: int) -> "Outcome":
        """The outcome, also where a snippet or a peer is absent or the two do not agree."""
        try:
            contenders = [make() for make in (self.ours, self.theirs) if make]
        except ModuleNotFoundError as error:
            return Outcome(self, note=f"{error.name or error} is not installed")
        if self.unit == "µs":
            return self._race(rounds, *contenders)
        if not self.theirs:
            return Outcome(self, float(contenders[0]), None, float(contenders[0]))
        ours, theirs = map(float, contenders)
        return Outcome(self, ours, theirs, ours / theirs)

    def _race(self, rounds: int, ours: Contender, theirs: Contender) -> "Outcome":
        """The outcome in µs: medians over the rounds, of the ratios too.

        A ratio is of the two times of one round, for what slows a round slows both.
        """
        if self.rtol is not None and not _agree(ours(), theirs(), self.rtol):
            return Outcome(self, note="the two do not give the same")
        a, b = interleaved({"ours": ours, "theirs": theirs}, rounds).values()
        ratio = median(x / y for x, y in zip(a, b, strict=True))
        return Outcome(self, 1e6 * median(a), 1e6 * median(b), ratio)


@dataclass(frozen=True)
class Outcome:
    """What a row gave: two numbers, what is compared with the target, or why there is none."""

    row: Row
    ours: float | None = None
    theirs: float | None = None
    ratio: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """ "met", "missed" or "not measured"."""
        if self.ratio is None:
            return "not measured"
        return "met" if self.ratio <= self.row.target else "missed"


def _agree(ours: Any, theirs: Any, rtol: float) -> bool:
    """Whether two arrays, or two lists of arrays, are the same, apart from rounding."""
    if not isinstance(ours, list):
        ours, theirs = [ours], [theirs]
    pairs = [(np.asarray(a), np.asarray(b)) for a, b in zip(ours, theirs, strict=True)]
    return all(
        a.shape == b.shape and bool(np.linalg.norm(a - b) <= rtol * np.linalg.norm(b))
        for a, b in pairs
    )
