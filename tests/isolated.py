"""Runs what a reader downloads or pastes where nothing of ours can be imported.

A program of its own, for `python -I -S`. It reads from stdin, as JSON, where libraries are and
what to run: lists of texts, each list in one fresh namespace. It tells what each text printed and
raised, what its names were then worth, and how long it took.
"""

import contextlib
import hashlib
import io
import json
import sys
import time
import warnings

OURS = ("snippets", "claims", "benchmarks", "tests")


def run(text, namespace):
    """Run a text: what it printed, and what it raised."""
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), warnings.catch_warnings():
            warnings.simplefilter("error")
            exec(compile(text, "<download>", "exec", dont_inherit=True), namespace)
    except Exception as error:
        return printed.getvalue(), f"{type(error).__name__}: {error}"
    return printed.getvalue(), ""


def worth(value, np):
    """A word that is the same for values that are; "" for what is not compared."""
    if isinstance(value, np.ndarray):
        digest = hashlib.sha256(value.tobytes()).hexdigest()[:16]
        return f"{value.shape} {value.dtype} {digest}" if value.dtype.kind != "O" else ""
    if isinstance(value, bool | int | float | complex | str | np.generic):
        return repr(value)
    if isinstance(value, list | tuple):
        return str([worth(each, np) for each in value])
    if isinstance(value, dict):
        return str([(worth(k, np), worth(v, np)) for k, v in value.items()])
    return ""


def told(lists):
    """What the texts gave, list by list."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import numpy as np

    for texts in lists:
        namespace, gave = {"__name__": "__main__"}, []
        for text, names in texts:
            began = time.process_time()
            printed, raised = run(text, namespace)
            took = time.process_time() - began
            worths = {name: worth(namespace[name], np) for name in names if name in namespace}
            gave.append({"printed": printed, "raised": raised, "worth": worths, "took": took})
        plt.close("all")
        matplotlib.rcdefaults()
        yield gave


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    sys.path[:0] = asked["libraries"]
    sys.modules.update(dict.fromkeys(OURS))  # to import one of these is an error
    json.dump(list(told(asked["lists"])), sys.stdout)
