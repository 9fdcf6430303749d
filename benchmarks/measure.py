"""Measure: times that can be compared, taken in turn, on one core, in one run.

Nothing here imports NumPy: `on_one_core` has to come before that.
"""

import gc
import os
import time
from collections.abc import Callable
from typing import Any

Contender = Callable[[], Any]
Clock = Callable[[], float]
TURN = 0.03  # seconds


def on_one_core() -> None:
    """One thread, on one core. To be called before NumPy or a framework is imported."""
    for library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM", "NUMEXPR"):
        os.environ[f"{library}_NUM_THREADS"] = "1"
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    if hasattr(os, "sched_setaffinity"):  # Linux
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def interleaved(
    contenders: dict[str, Contender],
    rounds: int,
    seconds: float = TURN,
    clock: Clock = time.perf_counter,
) -> dict[str, list[float]]:
    """Seconds a call of each contender, in each round.

    In a round each has its turn, a block of calls without garbage collection; every other
    round they go in reverse, so that none is always the one that comes after another.

    Args:
        contenders: what to time, by name.
        rounds: how many turns each has.
        seconds: how long a turn lasts, about.
        clock: gives the seconds.
    """
    calls = {name: _calls(f, seconds, clock) for name, f in contenders.items()}
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(rounds):
        for name in list(contenders)[:: -1 if turn % 2 else 1]:
            times[name].append(_block(contenders[name], calls[name], clock) / calls[name])
    return times


def _calls(f: Contender, seconds: float, clock: Clock) -> int:
    """How many calls take that long, found by doubling, which also warms f up."""
    calls = 1
    while (taken := _block(f, calls, clock)) < seconds / 2:
        calls *= 2
    return max(1, round(calls * seconds / taken))


def _block(f: Contender, calls: int, clock: Clock) -> float:
    """Seconds that so many calls take together."""
    gc.collect(0)  # what the block before left
    collecting = gc.isenabled()
    gc.disable()
    try:
        start = clock()
        for _ in range(calls):
            f()
        return clock() - start
    finally:
        if collecting:
            gc.enable()
