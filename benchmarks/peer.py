"""Peer: a peer, or a snippet, imported when a row needs it; one that is absent is an error."""

from importlib import import_module
from typing import Any


def peer(name: str) -> Any:
    """The module, on one thread and, where it would else be float32, in float64 too."""
    module = import_module(name)
    if name == "torch":
        module.set_num_threads(1)
    if name == "jax":
        module.config.update("jax_enable_x64", True)
    return module
