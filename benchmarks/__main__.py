"""Measures ours beside the peers' and prints the table; 1 unless every target is met."""

from benchmarks.measure import on_one_core

if __name__ == "__main__":  # before NumPy is imported; who imports `main` keeps all cores
    on_one_core()

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.picture import draw
from benchmarks.report import data, heading, line, summary, text_of
from benchmarks.row import Outcome, Row
from benchmarks.rows import ROWS

MEASURED = Path(__file__).with_name("measured.json")  # what docs/benchmarks.md shows
SOME = Path(".cache/measured.json")


def main(arguments: Sequence[str] | None = None, rows: Sequence[Row] = ROWS) -> int:
    """The exit status: 0 if every target is met, or only a report is wanted."""
    options = _options(arguments)
    chosen = [
        row for row in rows if not options.only or any(n in row.measure for n in options.only)
    ]
    if not chosen:
        print(f"no measure is named {options.only}; there are:")
        print("\n".join(sorted({row.measure for row in rows})))
        return 2
    print(heading(), flush=True)
    outcomes = []
    for row in chosen:
        outcomes.append(row.run(options.rounds))
        print(line(outcomes[-1]), flush=True)
    print(f"\n{summary(outcomes)}")
    _write(outcomes, options.rounds, options.output)
    return 0 if options.report else int(any(outcome.verdict != "met" for outcome in outcomes))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", metavar="NAME", action="append", help="measures with this name")
    parser.add_argument("--report", action="store_true", help="exit with 0 whatever is measured")
    parser.add_argument("--rounds", type=int, default=15, help="of each row, at least 7")
    parser.add_argument("--output", type=Path, help=f"data; {MEASURED}, or {SOME} with --only")
    options = parser.parse_args(arguments)
    options.output = options.output or (SOME if options.only else MEASURED)
    if options.rounds < 7:
        parser.error(f"--rounds must be at least 7, got {options.rounds}")
    return options


def _write(outcomes: Sequence[Outcome], rounds: int, file: Path) -> None:
    """The data, and the picture: of all rows under .cache/, of some beside their data."""
    table, picture = data(outcomes, rounds), file.with_suffix(".svg")
    picture = SOME.with_suffix(".svg") if file == MEASURED else picture
    for folder in (file.parent, picture.parent):
        folder.mkdir(parents=True, exist_ok=True)
    file.write_text(text_of(table), encoding="utf-8")
    print(f"data: {file}" + ("; make update, for docs/benchmarks.md" if file == MEASURED else ""))
    try:
        draw(table, picture)
        print(f"picture: {picture}")
    except ModuleNotFoundError as error:
        print(f"picture: not drawn, {error.name} is not installed")


if __name__ == "__main__":
    raise SystemExit(main())
