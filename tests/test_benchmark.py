"""The benchmark takes turns, tells what it missed and who was absent, and writes what it shows."""

import gc
import json
import subprocess
import sys

import numpy as np
import pytest

from benchmarks import row as row_module
from benchmarks.__main__ import MEASURED, main
from benchmarks.measure import interleaved
from benchmarks.report import data, line, summary, text_of
from benchmarks.row import Outcome, Row
from benchmarks.rows import ROWS
from benchmarks.slope import FUNCTIONS, MISTAKES, logistic


class FakeTime:
    """A clock that stands still but for what the contenders take."""

    def __init__(self):
        self.now = 0.0
        self.log = []

    def __call__(self):
        return self.now

    def contender(self, name, seconds):
        def f():
            self.log.append(name)
            self.now += next(seconds) if hasattr(seconds, "__next__") else seconds
            return 1.0

        return f

    def turns(self):
        """The log, a name once for each turn."""
        return [name for i, name in enumerate(self.log) if i == 0 or self.log[i - 1] != name]


def amount(name, value, target, peer="", theirs=None):
    return Row(name, peer, target, lambda: value, theirs and (lambda: theirs), unit="ulp")


def absent():
    raise ModuleNotFoundError("No module named 'torch'", name="torch")


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    def run(*rows, options=(), draws=False):
        file = tmp_path / "deep" / "benchmark.json"
        if not draws:
            monkeypatch.setattr("benchmarks.__main__.draw", lambda table, file: None)
        status = main(["--output", str(file), *options], rows)
        return status, capsys.readouterr().out, file

    return run


def test_contenders_take_turns_and_every_other_round_in_reverse():
    time = FakeTime()
    contenders = {"ours": time.contender("ours", 1.0), "theirs": time.contender("theirs", 2.0)}
    times = interleaved(contenders, rounds=4, clock=time)
    assert times == {"ours": [1.0] * 4, "theirs": [2.0] * 4}
    assert time.log[2:] == ["ours", "theirs", "theirs", "ours"] * 2  # after one call to scale


def test_a_turn_has_as_many_calls_as_fill_it():
    time = FakeTime()
    contenders = {"fast": time.contender("fast", 0.125), "slow": time.contender("slow", 4.0)}
    times = interleaved(contenders, rounds=1, seconds=2.0, clock=time)
    assert time.turns() == ["fast", "slow", "fast", "slow"]
    assert time.log[-17:] == ["fast"] * 16 + ["slow"]  # 16 × 0.125 = 2
    assert times == {"fast": [0.125], "slow": [4.0]}  # for one call


def test_no_garbage_is_collected_during_a_turn():
    seen = []
    time = FakeTime()
    tick = time.contender("f", 1.0)
    interleaved({"f": lambda: (seen.append(gc.isenabled()), tick())}, rounds=2, clock=time)
    assert seen == [False] * 3
    assert gc.isenabled()


def test_medians_are_over_the_rounds_and_the_ratio_is_of_each_round(monkeypatch):
    """Round 2 is slow for both: of the medians 4/20 would be the ratio, in each round it is not."""
    ours, theirs = [1.0, 40.0, 4.0], [10.0, 50.0, 20.0]
    monkeypatch.setattr(
        row_module, "interleaved", lambda contenders, rounds: {"ours": ours, "theirs": theirs}
    )
    outcome = Row("m", "p", 0.5, lambda: lambda: 1.0, lambda: lambda: 1.0).run(3)
    assert (outcome.ours, outcome.theirs) == (4e6, 20e6)
    assert outcome.ratio == 4 / 20  # of 0.1, 0.8 and 0.2
    ours[:] = [9.0, 5.0, 4.0]
    outcome = Row("m", "p", 0.5, lambda: lambda: 1.0, lambda: lambda: 1.0).run(3)
    assert outcome.ratio == 0.2  # of 0.9, 0.1 and 0.2; the medians have 5/20


def test_two_that_differ_are_not_timed():
    row = Row("m", "p", 9.0, lambda: lambda: [np.ones(2)], lambda: lambda: [np.array([1, 1.1])])
    outcome = row.run(7)
    assert outcome.verdict == "not measured"
    assert outcome.note == "the two do not give the same"


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (amount("m", 2.0, 2.0), "met"),
        (amount("m", 2.1, 2.0), "missed"),
        (amount("m", 0, 0), "met"),
        (amount("m", 3.0, 0.5, "p", 6.0), "met"),
        (amount("m", 4.0, 0.5, "p", 6.0), "missed"),
        (amount("m", float("nan"), 2.0), "missed"),
    ],
)
def test_a_target_is_the_most_that_may_be(row, verdict):
    assert row.run(7).verdict == verdict


def test_a_missed_target_is_told_and_gives_status_1(run):
    rows = amount("good", 1.0, 2.0), amount("bad", 3.0, 2.0, "SciPy", 1.0)
    status, told, _ = run(*rows)
    assert status == 1
    assert "1 of 2 targets are met." in told
    assert "missed: bad beside SciPy" in told
    assert run(*rows, options=["--report"])[0] == 0
    assert run(rows[0])[0] == 0


def test_an_absent_peer_is_named_and_not_passed(run):
    rows = amount("good", 1.0, 2.0), Row("speed", "PyTorch", 0.5, lambda: len, absent)
    status, told, file = run(*rows)
    assert status == 1
    assert "not measured: speed beside PyTorch: torch is not installed" in told
    assert "1 of 2 targets are met." in told
    written = json.loads(file.read_text(encoding="utf-8"))["rows"][1]
    assert written["verdict"] == "not measured"
    assert written["ratio"] is None
    assert written["note"] == "torch is not installed"


def test_only_what_is_named_is_measured(run):
    def never():
        raise AssertionError("measured")

    rows = amount("good", 1.0, 2.0), Row("other", "", 1.0, never, unit="ulp")
    status, told, _ = run(*rows, options=["--only", "goo"])
    assert status == 0
    assert "other" not in told
    status, told, _ = run(*rows, options=["--only", "nothing"])
    assert status == 2
    assert "good\nother" in told


def test_fewer_than_seven_rounds_are_refused(run):
    with pytest.raises(SystemExit):
        run(amount("good", 1.0, 2.0), options=["--rounds", "6"])


def test_data_and_picture_hold_what_the_table_shows(run):
    rows = amount("good", 1.0, 2.0, "SciPy", 4.0), amount("bad", 3.0, 2.0, "JAX", 1.0)
    _, told, file = run(*rows, draws=True)
    picture = file.with_suffix(".svg").read_text(encoding="utf-8")
    table = json.loads(file.read_text(encoding="utf-8"))["rows"]
    assert table == data([row.run(7) for row in rows], 7)["rows"]
    assert json.loads(text_of(data([], 7)))["rounds"] == 7
    for shown, row in zip(told.splitlines()[1:], table, strict=False):
        assert shown.split() == [
            row["measure"], row["peer"],
            f"{row['ours']:.2f}", "ulp", f"{row['theirs']:.2f}", "ulp",
            f"{row['ratio']:#.3g}", "≤", f"{row['target']:.2f}", row["verdict"],
        ]  # fmt: skip
        assert f"<!-- {row['measure']} / {row['peer']} -->" in picture


def test_a_line_has_three_digits():
    row = Row("m", "p", 1 / 300, lambda: None, lambda: None)
    shown = line(Outcome(row, 46.53, 11708.4, 0.0039741))
    assert shown.split() == [
        *"mp",
        "46.5",
        "µs",
        "11708",
        "µs",
        "0.00397",
        "≤",
        "0.00333",
        "missed",
    ]
    assert summary([Outcome(row, 1.0, 1.0, 1.0)]).endswith("missed: m beside p")


def test_every_measure_of_the_issue_has_its_rows():
    targets = {(row.measure.split(",")[0], row.peer, row.target) for row in ROWS}
    assert targets >= {
        ("backpropagation", "PyTorch", 0.85), ("backpropagation", "jax.jit", 1.5),
        ("backpropagation", "PyTorch", 0.3), ("backpropagation", "jax.jit", 1.3),
        ("reverse_mode", "backpropagation", 1.06), ("reverse_mode", "PyTorch", 0.6),
        ("reverse_mode", "autograd", 0.15), ("memory of reverse_mode", "PyTorch", 1.2),
        ("scalar_engine", "micrograd", 0.8), ("numerical_gradient", "SciPy", 0.4),
        ("numerical_gradient", "", 3e-10), ("check_gradient", "SciPy", 1 / 300),
        ("check_gradient", "", 0), ("complex_step", "central_difference", 1.0),
        ("Dual", "central_difference", 1.6), ("complex_step", "", 2), ("Dual", "", 2),
    }  # fmt: skip


def test_what_a_page_shows_is_of_these_rows():
    shown = json.loads(MEASURED.read_text(encoding="utf-8"))
    table = [(row["measure"], row["peer"], row["target"]) for row in shown["rows"]]
    assert table == [(row.measure, row.peer, float(f"{row.target:.4g}")) for row in ROWS]
    assert shown["rounds"] >= 7
    assert None not in shown["versions"].values()


def test_what_is_differentiated_has_the_slope_that_is_claimed():
    """A mistake in the benchmark itself would make its errors meaningless."""
    mpmath = pytest.importorskip("mpmath")
    for f, formula in FUNCTIONS.values():
        chord = (f(0.9 + 1e-5) - f(0.9 - 1e-5)) / 2e-5
        assert float(formula(mpmath, mpmath.mpf(0.9))) == pytest.approx(chord, rel=1e-8)
    loss, gradient, w = logistic(785)
    v = np.random.default_rng(1).normal(size=785)
    chord = (loss(w + 1e-5 * v) - loss(w - 1e-5 * v)) / 2e-5
    assert gradient(w) @ v == pytest.approx(chord, rel=1e-7)
    assert loss(np.stack([w, v])) == pytest.approx([loss(w), loss(v)])
    for name, plant in MISTAKES.items():
        assert not np.allclose(plant(gradient(w)), gradient(w)), name


@pytest.mark.parametrize(("name", "threads"), [("benchmarks", "1"), ("imported", "2")])
def test_it_keeps_to_one_core_and_who_imports_it_does_not(name, threads):
    """All tests once ran on one core, since one of them imports `main`."""
    asked = f"""
import os, runpy, sys
os.environ["OMP_NUM_THREADS"] = "2"
cores = getattr(os, "sched_getaffinity", lambda _: {{0}})(0)
sys.argv = ["benchmarks", "--only", "nothing"]
try:
    runpy.run_module("benchmarks", run_name={"__main__" if name == "benchmarks" else name!r})
except SystemExit:
    pass
kept = getattr(os, "sched_getaffinity", lambda _: {{0}})(0)
print(os.environ["OMP_NUM_THREADS"], len(kept) == (1 if {threads} == 1 else len(cores)))
"""
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == f"{threads} True"
