"""Runs what a reader downloads or pastes where nothing of ours can be imported.

A program of its own, for `python -I -S`, with the folders where libraries are. Each line of stdin
is, as JSON, what to run in one fresh namespace: texts, each with names. A line of stdout answers
what each text printed and raised, and what its names were then worth.
"""

import contextlib
import hashlib
import io
import json
import sys
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


def worth(value):
    """A word that is the same for values that are; "" for what is not compared."""
    if isinstance(value, np.ndarray):
        digest = hashlib.sha256(value.tobytes()).hexdigest()[:16]
        return f"{value.shape} {value.dtype} {digest}" if value.dtype.kind != "O" else ""
    if isinstance(value, bool | int | float | complex | str | np.generic):
        return repr(value)
    if isinstance(value, list | tuple):
        return str([worth(each) for each in value])
    if isinstance(value, dict):
        return str([(worth(k), worth(v)) for k, v in value.items()])
    return ""


def told(texts):
    """What the texts gave, one after the other."""
    namespace, gave = {"__name__": "__main__"}, []
    for text, names in texts:
        printed, raised = run(text, namespace)
        worths = {name: worth(namespace[name]) for name in names if name in namespace}
        gave.append({"printed": printed, "raised": raised, "worth": worths})
    plt.close("all")
    matplotlib.rcdefaults()
    return gave


if __name__ == "__main__":
    sys.path[:0] = sys.argv[1:]
    sys.modules.update(dict.fromkeys(OURS))  # to import one of these is an error
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import numpy as np

    for line in sys.stdin:
        print(json.dumps(told(json.loads(line))), flush=True)
