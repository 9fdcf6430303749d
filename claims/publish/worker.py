"""Worker: another Python that takes a part of a long build; what it makes comes back through the cache."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.context import BaseContext
from typing import Any

FEW = 3  # so many things are made sooner than two more Pythons have started
HEAVY = ["matplotlib.pyplot", "sympy", "sklearn.datasets"]  # left out where it is not installed
_pool: list[ProcessPoolExecutor] = []


def hand_out(make: Callable[..., object], parts: list[tuple[Any, ...]]) -> list[Future[object]]:
    """Have workers make each part, if there are many and processors to make them; else nothing.

    Args:
        make: a function of a module, which keeps what it makes in the cache.
        parts: its arguments, once for each part.
    """
    if len(parts) <= FEW or (os.cpu_count() or 1) == 1:
        return []
    if not _pool:
        _pool.append(ProcessPoolExecutor(mp_context=_context(), initializer=_speak))
    return [_pool[0].submit(make, *part) for part in parts]


def _context() -> BaseContext:
    """How workers begin: not as forks of this process, which would share Node and halt where threads run.

    They are forks of one that has loaded what most pages need and does nothing else.
    """
    if "forkserver" not in get_all_start_methods():  # on Windows
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(HEAVY)
    return context


def hand_on(make: Callable[..., object], *part: Any) -> list[Future[object]]:
    """Have the workers make one thing more, if they are there; else nothing."""
    return [pool.submit(make, *part) for pool in _pool]


def _speak() -> None:
    """Have a worker say what it does, as MkDocs would."""
    logging.basicConfig(format="%(levelname)-7s -  %(message)s")
    logging.getLogger("mkdocs.claims").setLevel(logging.INFO)


def dismiss() -> None:
    """End the workers; the next long build starts others."""
    while _pool:
        _pool.pop().shutdown(cancel_futures=True)
