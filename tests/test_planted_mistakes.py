"""Each mistake that an author can make turns a page red, and the message says what to mend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from claims.for_pytest import collector

from .conftest import told

Plant = Callable[..., None]

MISTAKES = {
    "a wrong digit in an output": (
        "```output\n6.0", "```output\n6.1",
        ["docs/index.md:17: the output is not what the block prints", "-6.1\n+6.0"],
    ),
    "a wrong digit in a noted number": (
        "it is 6.0<", "it is 6.1<",
        ["docs/index.md:20: the page says 6.1; slope(3.0) is 6.0"],
    ),
    "a wrong factor in a formula": (
        "f'(x) = 2x", "f'(x) = 3x",
        ["docs/index.md:5: the formula f'(x) = 3x is false"],
    ),
    "a formula that cannot be read": (
        "f'(x) = 2x", "f'(x) = \\heartsuit x",
        ["docs/index.md:5: the formula f'(x) = \\heartsuit x is not understood"],
    ),
    "a formula that claims nothing and is held by nothing": (
        "It rises everywhere.", "So does $x^3$.",
        ["docs/index.md:21: the formula x^3 claims nothing, and no claim of this page nor its code holds it"],
    ),
    "a value that is not the code's": (
        "At $x = 3$", "At $x = 7$",
        ["docs/index.md:20: the formula x = 7 claims nothing"],
    ),
    "a name in code font that nothing has": (
        "It rises everywhere.", "So says `slop(3.0)`.",
        ["docs/index.md:21: `slop(3.0)`: neither the code of this page nor ours, Python or NumPy has the name slop"],
    ),
    "a wrong shape in a comment": (
        "slope(3.0) / 3.0", "slope(3.0) / 3.0  # (3,)",
        ["docs/index.md:12: CommentError: the comment says (3,); ratio has the shape ()"],
    ),
    "a definition that nothing uses": (
        "$f'(x) = 2x$, ", "",
        ["docs/index.md:5: f(x) = x^2 defines f, and no formula uses it"],
    ),
    "mathematics in plain text": (
        "$f'(x) = 2x$", "f'(x) = 2x",
        ["docs/index.md:5:", "is neither typeset nor checked: put"],
    ),
    "a formula with a space before its dollar": (
        "At $x = 3$", "At $x = 3 $",
        ["docs/index.md:20: this dollar bounds no formula: put no space inside its dollars"],
    ),
    "a wrong number word": (
        "twice<!--= ratio -->", "ten<!--= ratio -->",
        ["docs/index.md:5: the page says ten; ratio is two"],
    ),
    "a digit too many": (
        "it is 6.0<", "it is 6.04<",
        ["docs/index.md:20: the page says 6.04; slope(3.0) is 6.00"],
    ),
    "a bound that does not hold": (
        "1e-3<!--> error", "1e-4<!--> error",
        ["docs/index.md:20: the page says below 1e-4; it is not so: error is 0.0005"],
    ),
    "a bound that says little": (
        "1e-3<!--> error", "1e-1<!--> error",
        ["docs/index.md:20: the page says below 1e-1; the bound is not tight (within a factor of 10)"],
    ),
    "a lower bound that does not hold": (
        "1e-3<!--> error", "1e-3<!--< error",
        ["docs/index.md:20: the page says above 1e-3; it is not so: error is 0.0005"],
    ),
    "a sentence that is not so": (
        "slope(4.0) > slope(3.0)", "slope(4.0) < slope(3.0)",
        ["docs/index.md:21: the sentence says what is not so: slope(4.0) < slope(3.0) is False"],
    ),
    "a check that cannot fail": (
        "slope(4.0) > slope(3.0)", "4.0 > 3.0",
        ["docs/index.md:21: the note computes nothing of this page, so it could never be false"],
    ),
    "a note that raises": (
        "slope(4.0) > slope(3.0)", "slope(4.0) > slop(3.0)",
        ["docs/index.md:21: the note raises NameError: name 'slop' is not defined"],
    ),
    "a note behind no number": (
        "it is 6.0<!--=", "it is this<!--=",
        ["docs/index.md:20: no number stands right before this note: slope(3.0)"],
    ),
    "a misspelt note": (
        "<!-- check:", "<!-- chek:",
        ["docs/index.md:21: no note this checker knows"],
    ),
    "a bare number": (
        "It rises everywhere.", "It rises by 7 everywhere.",
        ["docs/index.md:21: nothing explains the number “7”: say what computes it"],
    ),
    "a bare number in code": (
        "It rises everywhere.", "It rises by `7.5` everywhere.",
        ["docs/index.md:21: nothing explains the number “7.5”"],
    ),
    "a bare number word": (
        "It rises everywhere.", "It rises three times.",
        ["docs/index.md:21: nothing explains the number “three”"],
    ),
    "a bare number in a formula": (
        "It rises everywhere.", "It rises by $-1.5$.",
        ["docs/index.md:21: nothing explains the number “-1.5”"],
    ),
    "a wrong digit in a description": (
        "rises by 6.0 a unit", "rises by 6.5 a unit",
        ["docs/index.md:37: in the description of figures/line.svg: the page says 6.5; slope(3.0) is 6.0"],
    ),
    "a bare number in a description": (
        "rises by 6.0 a unit", "rises by 6.0 in 2 units",
        ["docs/index.md:37: the description says 2 numbers (6.0, 2), its note computes 1"],
    ),
    "a description's note that is no Python": (
        "figures/line.svg)<!--= slope(3.0)", "figures/line.svg)<!--= slope(3.0",
        ["docs/index.md:37: the note is no Python expression"],
    ),
    "a description's note with a star": (
        "figures/line.svg)<!--= slope(3.0)", "figures/line.svg)<!--= *[slope(3.0)], h",
        ["docs/index.md:37: a note lists its values one by one, without a star"],
    ),
    "an empty description": (
        "![The line rises by 6.0 a unit]", "![]",
        ["docs/index.md:37: the description of figures/line.svg is empty: say what the picture shows"],
    ),
    "a figure that draws other data": (
        "[0.0, slope(3.0)])", "[0.0, slope(3.5)])",
        ["docs/index.md:30: figure line draws", "look at the figure, then run `make update`"],
    ),
    "a figure that is not shown": (
        "(figures/line.svg)", "(figures/other.svg)",
        ["docs/index.md:30: figure line is drawn and not shown", 'docs/index.md:37: no fence figure="other"'],
    ),
    "a figure fence that leaves no figure": (
        "fig, ax = plt", "figure, ax = plt",
        ['docs/index.md:30: figure="line" leaves no figure called fig'],
    ),
    "a colour set by hand": (
        "slope(3.0)])\n```\n\n!", 'slope(3.0)], "r")\n```\n\n!',
        ["docs/index.md:30: figure line:", "#ff0000"],
    ),
    "a titled block that raises": (
        "    h = 5e-4", "    h = 5e-4 / 0",
        ["docs/index.md:26: ZeroDivisionError", 'File "docs/index.md", line 26'],
    ),
    "a block that warns": (
        "    h = 5e-4", "    import warnings; warnings.warn('old')\n    h = 5e-4",
        ["docs/index.md:26: UserWarning: old"],
    ),
    "a block that is no Python": (
        "ratio = slope(3.0) / 3.0", "ratio = = slope(3.0)",
        ["docs/index.md:12: SyntaxError: invalid syntax", "ratio = = slope(3.0)"],
    ),
    "a py fence": (
        "```python title=\"a chord\"", "```py title=\"a chord\"",
        ["docs/index.md:25: ```py title=\"a chord\"", "looks like Python and would not run: write ```python"],
    ),
    "a braced fence": (
        '```python figure="line"', "```{.python .annotate}",
        ["docs/index.md:30: ```{.python .annotate} looks like Python and would not run"],
    ),
    "a misspelt option": (
        'hl_lines="1"', 'hl_line="1"',
        ['docs/index.md:25: hl_line="…" is no option of a fence'],
    ),
    "an unquoted option": (
        'title="a chord"', "title=two words",
        ['docs/index.md:25: options are written key="value"'],
    ),
    "a misspelt language": (
        "```output\n6.0", "```outptu\n6.0",
        ["docs/index.md:16: ```outptu is not a language this site knows", "and no ```output fence follows"],
    ),
    "a fence of no language": (
        "It rises everywhere.", "\n\n```\nx = 1\n```\n\n",
        ["docs/index.md:23: a fence names its language"],
    ),
    "a renamed section": (
        "square.py:slope\"", "square.py:slopes\"",
        ["docs/index.md:8: cannot include --8<-- \"snippets/square.py:slopes\""],
    ),
    "a file that is not there": (
        "square.py:slope\"", "squares.py:slope\"",
        ["docs/index.md:8: cannot include", "squares.py"],
    ),
    "an include that nothing runs": (
        "It rises everywhere.", '\n\n--8<-- "snippets/square.py:slope"\n\n',
        ["docs/index.md:23: an include outside a python fence"],
    ),
    "an output fence too few": (
        "```output\n6.0\n```", "",
        ["docs/index.md:11: this block prints, and no ```output fence follows", "+6.0"],
    ),
    "an output that no block prints": (
        "It rises everywhere.", "\n\n```output\n7\n```\n\n",
        ["docs/index.md:23: no block stands right before this output"],
    ),
    "code inside an HTML comment": (
        "!!! note", "<!--\n```python\n1 / 0\n```\n-->\n\n!!! note",
        ["docs/index.md:24: code inside an HTML comment is not shown"],
    ),
    "a comment never closed": (
        "It rises everywhere.", "It rises <!-- everywhere.",
        ["docs/index.md:21:"],
    ),
    "code on a bullet's line": (
        "!!! note", "- ```python\n  1 / 0\n  ```\n\n!!! note",
        ["docs/index.md:23: a fence must begin its line"],
    ),
    "code in a quotation": (
        "!!! note", "> ```python\n> 1 / 0\n> ```\n\n!!! note",
        ["docs/index.md:23: a fence must begin its line"],
    ),
    "a fence never closed": (
        "See [the chord]", "```python\n1 / 0\n\nSee [the chord]",
        ["docs/index.md:68: this fence is never closed"],
    ),
    "a stub that already passes": (
        "        ...\n", "        return 2 * x\n",
        ["docs/index.md:41: the stub of “slope” already passes its check"],
    ),
    "a solution that fails": (
        "            return 2 * x\n", "            return 3 * x\n",
        ["docs/index.md:52: the solution of “slope” fails its own check: AssertionError: The slope"],
    ),
    "a wrong answer that passes": (
        "            return x\n", "            return x + x\n",
        ["docs/index.md:59: this wrong answer to “slope” passes the check"],
    ),
    "a hint that the check does not give": (
        "AssertionError: The slope of", "AssertionError: A slope of",
        ["docs/index.md:65: the output is not what the block prints", "-AssertionError: A slope", "+AssertionError: The slope"],
    ),
    "an exercise without a check": (
        'check="slope"', 'title="slope"',
        ['docs/index.md:41: exercise “slope” has 0 fences check="slope"; it needs one'],
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_place(locked: Path, plant: Plant, mistake: str) -> None:
    old, new, messages = MISTAKES[mistake]
    plant(old, new)
    said = told(locked)
    for message in messages:
        assert message in said


def test_a_wrong_sign_in_a_snippet_is_told_wherever_it_shows(locked: Path, plant: Plant) -> None:
    plant("return 2 * x", "return -2 * x", "snippets/square.py")
    said = told(locked)
    assert "-6.0\n+-6.0" in said
    assert "the page says 6.0; slope(3.0) is -6.0" in said
    assert "in the description of figures/line.svg" in said


def test_a_snippet_that_raises_is_traced_to_its_own_line(locked: Path, plant: Plant) -> None:
    plant("return 2 * x", "return 2 * x / 0", "snippets/square.py")
    said = told(locked)
    assert "docs/index.md:12: ZeroDivisionError" in said
    assert 'File "snippets/square.py", line 6, in slope' in said


@dataclass(frozen=True)
class Done:
    """A run of pytest in a site: how it ended, and what it printed."""

    status: int
    stdout: str


@pytest.fixture
def pytest_in(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Done]:
    """Runs pytest in a site, inside this run: another Python would first import everything again."""

    def run(site: Path, *arguments: str) -> Done:
        monkeypatch.chdir(site)
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # they are at work around it
        alone = ["-p", "no:cacheprovider", "--rootdir", str(site), "--capture", "no"]
        collects = SimpleNamespace(pytest_collect_file=collector(site))
        status = pytest.main(["-q", *alone, *arguments], plugins=[collects])
        return Done(status, capsys.readouterr().out)

    return run


def test_pytest_runs_the_earlier_blocks_of_a_page_for_one_selected_alone(
    locked: Path, pytest_in: Callable[..., Done]
) -> None:
    done = pytest_in(locked, "docs/index.md", "-k", "line:20")
    assert "2 passed" in done.stdout, done.stdout
    assert done.status == 0


def test_pytest_tells_a_false_page(
    locked: Path, plant: Plant, pytest_in: Callable[..., Done]
) -> None:
    plant("it is 6.0<", "it is 6.1<")
    done = pytest_in(locked)
    assert done.status == 1
    assert "docs/index.md:20: the page says 6.1; slope(3.0) is 6.0" in done.stdout


def test_pytest_tells_a_failure_once(
    locked: Path, plant: Plant, pytest_in: Callable[..., Done]
) -> None:
    plant("h = 5e-4", "h = 5e-4 / 0")
    done = pytest_in(locked, "-rs")
    assert "1 failed" in done.stdout
    assert "not run, because line 26 failed before it" in done.stdout
    assert done.status == 1
