"""Cache: what took long to make, kept under `.cache/` by a digest of everything it was made from."""

from __future__ import annotations

import functools
import hashlib
import json
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path

CACHE = Path(__file__).resolve().parents[1] / ".cache"


def kept(kind: str, made_from: object, make: Callable[[], bytes]) -> bytes:
    """The bytes made from these things before, or made now and kept.

    Args:
        kind: the directory under `.cache/`.
        made_from: everything the result depends on, as JSON can write it.
        make: makes it; what it raises is not kept.
    """
    path = _place(kind, made_from)
    if not path.is_file():
        write_whole(path, make())
    return path.read_bytes()


def is_kept(kind: str, made_from: object) -> bool:
    """Whether `kept` would give at once what was made from these things."""
    return _place(kind, made_from).is_file()


def remembered(kind: str, made_from: object) -> bytes | None:
    """What was made from these things before, if it was."""
    path = _place(kind, made_from)
    return path.read_bytes() if path.is_file() else None


def keep(kind: str, made_from: object, made: bytes) -> None:
    """Keep what was made from these things just now, for `kept` to give."""
    write_whole(_place(kind, made_from), made)


@functools.cache
def installed() -> str:
    """The distributions of this environment, with their versions."""
    return json.dumps(sorted(path.name for path in Path(sysconfig.get_path("purelib")).iterdir()))


def _place(kind: str, made_from: object) -> Path:
    digest = hashlib.sha256(json.dumps([kind, made_from]).encode()).hexdigest()[:32]
    return CACHE / kind / digest


def write_whole(path: Path, data: bytes) -> None:
    """Write a file at once: a reader, or a power cut, never meets half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
        part.write(data)
    whole = Path(part.name)
    whole.chmod(path.stat().st_mode if path.exists() else 0o644)
    whole.replace(path)
