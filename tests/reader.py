"""A reader's Python: where some libraries are, and nothing of ours. It is started once, and waits."""

from __future__ import annotations

import atexit
import json
import os
import re
import subprocess
import sys
import tempfile
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from . import isolated

Gave = dict[str, Any]


class Reader:
    """A process that runs what it is given where these libraries are."""

    def __init__(self, libraries: list[str]) -> None:
        """Start it."""
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", isolated.__file__, *libraries],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},  # the second thread would mostly wait
        )
        atexit.register(self.process.communicate)  # it ends when nobody can ask

    def gives(self, texts: list[Any]) -> list[Gave]:
        """What texts give, one after the other in one fresh namespace; each with the names to look at."""
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps(texts), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        assert answer, "the reader's Python ended: stderr says why"
        return list(json.loads(answer))

    def give(self, text: str, *names: str) -> Gave:
        """What one text gives."""
        (gave,) = self.gives([[text, names]])
        return gave


@cache
def bare() -> Reader:
    """NumPy and Matplotlib and what they need, and nothing else."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    for name in _needed("numpy", "matplotlib"):
        known = distribution(name)
        for top in {file.parts[0] for file in known.files or []} - {"..", "__pycache__"}:
            link = Path(folder.name, top)
            if not link.exists():
                link.symlink_to(Path(str(known.locate_file(top))))
    return Reader([folder.name])


@cache
def with_more() -> Reader:
    """All that is installed, but for us."""
    return Reader([path for path in sys.path if path.endswith("-packages")])


def _needed(*names: str) -> set[str]:
    """Distributions, and those they need."""
    found: set[str] = set()
    new = {*names}
    while new:
        name = new.pop()
        try:
            asked = distribution(name).requires or []
        except PackageNotFoundError:
            continue  # for another system, or another Python
        found.add(name)
        new |= {re.split(r"[^\w.-]", a)[0] for a in asked if "extra ==" not in a} - found
    return found
