"""Picture: each ratio as a dot, each target as a tick. Draws data again: FILE.json [FILE.svg]."""

import json
import sys
from pathlib import Path
from typing import Any

LEAST = 1e-4  # of what is shown: 0 has no place on a logarithmic axis


def draw(data: dict[str, Any], file: Path) -> None:
    """Writes the rows that were measured as an SVG.

    Raises:
        ModuleNotFoundError: if matplotlib is not installed.
    """
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    mpl.rcParams.update({"svg.hashsalt": "benchmark", "font.size": 9})
    rows = [row for row in data["rows"] if row["peer"] and row["ratio"] is not None][::-1]
    fig, ax = plt.subplots(figsize=(8, 1 + 0.28 * len(rows)), layout="constrained")
    for height, row in enumerate(rows):
        ratio, colour = row["ratio"], "#1b7f5c" if row["verdict"] == "met" else "#c0392b"
        ax.plot([max(ratio, LEAST), row["target"]], [height] * 2, color=colour, linewidth=1)
        ax.plot(max(ratio, LEAST), height, "o", color=colour)
        ax.plot(row["target"], height, "|", color="black", markersize=13, markeredgewidth=2)
        ax.annotate(f"{ratio:.2g}", (1.02, height), xycoords=("axes fraction", "data"), va="center")
    ax.axvline(1, color="grey", linewidth=0.8, linestyle=":")
    ax.set_yticks(range(len(rows)), [f"{row['measure']} / {row['peer']}" for row in rows])
    ax.set(
        xscale="log", xlabel="ours / peer: dot measured, tick target, dotted as much as the peer"
    )
    ax.spines[["top", "right"]].set_visible(False)
    fig.savefig(file, metadata={"Date": None, "Creator": None})
    plt.close(fig)


if __name__ == "__main__":
    given = Path(sys.argv[1])
    drawn = Path(sys.argv[2]) if len(sys.argv) > 2 else given.with_suffix(".svg")
    draw(json.loads(given.read_text(encoding="utf-8")), drawn)
