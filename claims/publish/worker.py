"""Worker: another Python that takes a part of a long build; what it makes comes back through the cache."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

FEW = 3  # so many things are made sooner than two more Pythons have started
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
        # "spawn": a fork would share the Node process, and halt where threads run
        _pool.append(ProcessPoolExecutor(mp_context=get_context("spawn"), initializer=_speak))
    return [_pool[0].submit(make, *part) for part in parts]


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
