"""Formulas for the tests: true ones, wrong ones, and those of the sources."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent
Block = list[str]


def blocks(name: str) -> list[Block]:
    """The blocks of a file: lines that set the scene, and last the formula in question."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("#"))
    return [block.strip().splitlines() for block in text.split("\n\n") if block.strip()]


def page(block: Block) -> str:
    """A page with the formulas of a block, one a paragraph; notes stay notes."""
    return "# A page\n\n" + "\n\n".join(
        line if line.startswith("<!--") else f"$${line}$$" for line in block
    )


def source_page(source: str, notes: dict[str, str] | None = None) -> str:
    """The relations of one source as a page; `notes` are put before the formulas they name."""
    out: list[str] = []
    rows = (HERE / "sources.tsv").read_text(encoding="utf-8").splitlines()
    pending = False
    for row in rows:
        if row == "===":
            pending = True
        if row.count("\t") < 3:
            continue
        name, line, kind, latex = row.split("\t", 3)
        if name != source:
            pending = False
            continue
        if pending:
            out += [f"\n## From line {line}\n"]
            pending = False
        out += [
            f"<!-- math: {note} -->\n"
            for start, note in (notes or {}).items()
            if latex.startswith(start)
        ]
        out += [_placed(source, int(line), kind, latex)]
    return "\n".join(out)


def _placed(source: str, line: int, kind: str, latex: str) -> str:
    """A formula where it stood: lines 80 to 84 of S1 are rows of a table with one row a function."""
    if source == "S1" and 80 <= line <= 84:
        return (
            f"## Row {line}\n\nThere ${latex}$.\n"
            if not latex.startswith("f’")
            else f"There ${latex}$.\n"
        )
    return f"$${latex}$$\n" if kind == "D" else f"So ${latex}$.\n"
