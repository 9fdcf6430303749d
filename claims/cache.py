"""Cache: what took long to make, kept under `.cache/` by a digest of everything it was made from."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from claims.node import ROOT

CACHE = ROOT / ".cache"


def kept(kind: str, made_from: object, make: Callable[[], bytes]) -> bytes:
    """The bytes made from these things before, or made now and kept.

    Args:
        kind: the directory under `.cache/`.
        made_from: everything the result depends on, as JSON can write it.
        make: makes it; what it raises is not kept.
    """
    digest = hashlib.sha256(json.dumps([kind, made_from]).encode()).hexdigest()[:32]
    path = CACHE / kind / digest
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        data = make()
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
            part.write(data)
        Path(part.name).replace(path)  # whole or not at all, whoever else is building
    return path.read_bytes()
