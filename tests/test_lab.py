"""A lab is a page: what is false in it stops the build, with its line, and it runs again only for cause."""

from __future__ import annotations

import gzip
import hashlib
import logging
import re
import shutil
import sys
from collections.abc import Callable
from multiprocessing import forkserver
from pathlib import Path
from uuid import uuid4

import jupytext
import pytest
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from claims.for_mkdocs import log
from claims.lab import MARKER, markdown_of
from claims.publish.worker import FEW
from claims.reading import load_page, read_lab
from claims.run import Run
from claims.update import update

from .conftest import Published, told
from .test_built_site import make

ROOT = Path(__file__).parents[1]
LABS = {f"labs/{file.stem}": file for file in sorted((ROOT / "docs" / "labs").glob("*.py"))}
pytestmark = pytest.mark.of_no_page  # but where a test says so
Plant = Callable[..., None]

LAB = """\
# %% [markdown]
# # See a slope
#
# The slope of $f(x) = x^2$ is $f'(x) = 2x$: at 3.0<!--= point --> it is 6.0<!--= slope(point) -->.
#
# ## Measure it
#
# See [the chord](../index.md#take-the-chord).

# %%
from snippets.square import slope

point = 3.0

# %%
print(f"the slope is {slope(point):.1f}")

assert slope(point) == 6.0

# %% figure="rise"
import matplotlib.pyplot as plt

fig, ax = plt.subplots()
ax.plot([0.0, 1.0], [0.0, slope(point)])

# %% [markdown]
# ![It rises by 6.0 a unit](figures/rise.svg)<!--= slope(point) -->
"""

MISTAKES = {
    "an exception": ("point = 3.0", "point = 3.0 / 0", "docs/labs/line.py:13: ZeroDivisionError"),
    "a false assertion": ("== 6.0\n", "== 6.5\n", "docs/labs/line.py:18: AssertionError"),
    "a name that is not there": ("{slope(point)", "{slope(pont)", "docs/labs/line.py:16: NameError: name 'pont'"),
    "a warning": ("point = 3.0", "import warnings\n\nwarnings.warn('old')\npoint = 3.0", "docs/labs/line.py:15: UserWarning: old"),
    "a false number": ("it is 6.0<", "it is 6.1<", "docs/labs/line.py:4: the page says 6.1; slope(point) is 6.0"),
    "a number that nothing computes": ("See [", "These 7 see [", "docs/labs/line.py:8: nothing explains the number “7”"),
    "a false formula": ("= 2x$", "= 3x$", "docs/labs/line.py:4: the formula f'(x) = 3x is false"),
    "a formula that KaTeX refuses": ("= 2x$", r"= 2\x$", "docs/labs/line.py:4: KaTeX refuses this formula"),
    "a false description": ("rises by 6.0", "rises by 6.5", "docs/labs/line.py:27: in the description of figures/rise.svg: the page says 6.5"),
    "no description": ("![It rises by 6.0 a unit]", "![]", "docs/labs/line.py:27: the description of figures/rise.svg is empty"),
    "another figure": ("[0.0, slope(point)]", "[0.0, 1.0]", "docs/labs/line.py:20: figure rise draws"),
    "a colour by hand": ("slope(point)])", 'slope(point)], "red")', "docs/labs/line.py:20: figure rise: figure 'rise' sets a colour by hand"),
    "a dead link": ("../index.md", "../indeks.md", "docs/labs/line.py:8: there is no page ../indeks.md"),
    "a dead anchor": ("#take-the-chord", "#take-a-chord", "Doc file 'labs/line.py' contains a link '../index.md#take-a-chord', but the doc 'index.md' does not contain an anchor"),
    "a dead raw link": ("See [the", 'See <a href="nowhere.html">it</a> and [the', "labs/line.html:"),
    "a cell that does not end": ("slope\n\npoint = 3.0\n\n", "slope\n\npoint = 3.0\n", "docs/labs/line.py:13: a code cell ends with an empty line"),
    "prose that is code": ("# See [the", "See [the", "docs/labs/line.py:8: a line of a Markdown cell begins with #: See [the"),
    "a fence in Markdown": ("# See [", "# ```python\n# x = 1\n# ```\n# See [", "docs/labs/line.py:8: what runs is a code cell"),
    "words before the first cell": ("# %% [markdown]\n# # See a", "x = 1\n# %% [markdown]\n# # See a", "docs/labs/line.py:1: a lab begins with"),
    "an unknown option": ('# %% figure="rise"', '# %% figur="rise"', 'docs/labs/line.py:20: figur="…" is no option'),
    "Jupyter's own magic": ("point = 3.0", "%time point = 3.0", "docs/labs/line.py:13: SyntaxError"),
}  # fmt: skip


@pytest.fixture(scope="module")
def true_lab(true_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small site with a lab that imports its snippets; the plugin is set as in the real site."""
    site = Path(shutil.copytree(true_site, tmp_path_factory.mktemp("lab") / "site"))
    labs = site / "docs" / "labs"
    labs.mkdir()
    (labs / "line.py").write_text(LAB, encoding="utf-8")
    real = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    settings = re.search(r"^  - mkdocs-jupyter:.*\n(?:      .*\n)+", real, re.M)
    assert settings
    with (site / "mkdocs.yml").open("a") as config:
        config.write(f"use_directory_urls: false\nplugins:\n  - search\n{settings[0]}")
    with pytest.MonkeyPatch.context() as patch:
        import_from(site, patch)
        assert update([labs / "line.py"], site) == 0
    assert (labs / "line.py").read_text() == LAB
    return site


@pytest.fixture
def locked(true_lab: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, to plant a mistake on."""
    site = Path(shutil.copytree(true_lab, tmp_path / "site"))
    import_from(site, monkeypatch)
    return site


def import_from(site: Path, patch: pytest.MonkeyPatch) -> None:
    """Have `snippets` be the site's own."""
    for module in [m for m in sys.modules if m.partition(".")[0] == "snippets"]:
        patch.delitem(sys.modules, module)
    patch.syspath_prepend(site)


@pytest.fixture
def plant_in_lab(plant: Plant) -> Callable[[str, str], None]:
    """Plants a mistake in the lab."""
    return lambda old, new: plant(old, new, "docs/labs/line.py")


def test_a_true_lab_is_a_page_with_its_outputs_and_without_jupyters_looks(locked: Path) -> None:
    page = (make(locked) / "labs" / "line.html").read_text()
    assert "the slope is 6.0" in page
    assert '<span class="checked">6.0</span>' in page
    assert '<figure class="checked-figure"><svg' in page
    assert (
        "Checked on this page: 2 code blocks run, 3 numbers computed, 1 claim decided, 1 formula proved, 1 figure drawn."
        in page
    )
    assert "jp-" not in page
    assert "&lt;!--" not in page


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_lab_stops_the_build(
    locked: Path,
    plant_in_lab: Callable[[str, str], None],
    mistake: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    old, new, message = MISTAKES[mistake]
    plant_in_lab(old, new)
    with caplog.at_level(logging.INFO), pytest.raises(Abort) as stopped:
        make(locked)
    assert message in f"{caplog.text}\n{stopped.value}"


def test_a_change_in_the_snippets_changes_the_lab(
    locked: Path, plant: Plant, caplog: pytest.LogCaptureFixture
) -> None:
    make(locked)
    plant("return 2 * x", "return 2 * x + 0.5", "snippets/square.py")
    (locked / "docs" / "index.md").write_text("# Nothing\n\n## Take the chord\n\nNothing.\n")
    with pytest.raises(Abort):
        make(locked)
    assert "docs/labs/line.py:18: AssertionError" in caplog.text
    file = locked / "docs" / "labs" / "line.py"
    file.write_text(file.read_text().replace("== 6.0\n", "== 6.5\n"))
    assert update([file], locked) == 0
    assert "at 3.0<!--= point --> it is 6.5<!--= slope(point) -->" in file.read_text()
    assert "the slope is 6.5" in (make(locked) / "labs" / "line.html").read_text()


def test_a_lab_says_that_it_runs_and_runs_once(
    locked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("claims.cache.CACHE", tmp_path / "cache")
    with caplog.at_level(logging.INFO, log.name):
        make(locked)
        assert "Running docs/labs/line.py …" in caplog.text
        assert re.search(r"Ran docs/labs/line\.py in \d\.\d s", caplog.text)
        caplog.clear()
        make(locked, "again")
    assert "docs/labs" not in caplog.text


def test_a_worker_says_so_too(
    locked: Path, plant_in_lab: Callable[[str, str], None], capfd: pytest.CaptureFixture[str]
) -> None:
    new = uuid4()  # so that nothing is remembered of it
    plant_in_lab("point = 3.0", f"point = 3.0  # {new}")
    for number in range(FEW + 1):
        (locked / "docs" / f"page_{number}.md").write_text(f'# Page\n\n`"{new}"`\n')
    forkserver._forkserver._stop()  # type: ignore[attr-defined]  # it speaks where it began, in an earlier test
    make(locked)
    assert "INFO    -  Running docs/labs/line.py …" in capfd.readouterr().err


def test_two_clean_builds_of_a_lab_are_the_same_to_the_byte(
    locked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def digest(name: str) -> str:
        monkeypatch.setattr("claims.cache.CACHE", tmp_path / f"cache of {name}")
        return hashlib.sha256((make(locked, name) / "labs" / "line.html").read_bytes()).hexdigest()

    assert digest("first") == digest("second")


def test_an_update_rewrites_prose_and_leaves_cells_alone(
    locked: Path, plant_in_lab: Callable[[str, str], None]
) -> None:
    plant_in_lab("it is 6.0<", "it is 6.1<")
    plant_in_lab("rises by 6.0", "rises by 7.0")
    file = locked / "docs" / "labs" / "line.py"
    assert update([file], locked) == 0
    assert file.read_text() == LAB


def test_what_was_wrong_is_told_with_the_line_of_the_script(locked: Path) -> None:
    file = locked / "docs" / "labs" / "line.py"
    file.write_text(LAB.replace("it is 6.0<", "it is 6.1<"))
    assert told(locked, "docs/labs/line.py").startswith("docs/labs/line.py:4: the page says 6.1")


def test_jupyter_runs_a_lab_to_the_same_output_and_stops_at_the_same_mistake(
    locked: Path,
    plant_in_lab: Callable[[str, str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from mkdocs_jupyter.convert import nb2html
    from nbclient.exceptions import CellExecutionError

    monkeypatch.setenv("PYTHONPATH", str(locked))
    settings = load_config(str(ROOT / "mkdocs.yml")).plugins["mkdocs-jupyter"].config
    safely = {name: settings[name] for name in ("execute", "allow_errors")}
    file = str(locked / "docs" / "labs" / "line.py")
    assert "the slope is 6.0" in nb2html(file, **safely)
    plant_in_lab("== 6.0\n", "== 6.5\n")
    with pytest.raises(CellExecutionError, match="AssertionError"):
        nb2html(file, **safely)


@pytest.mark.of_pages("name")
@pytest.mark.parametrize(("name", "file"), LABS.items())
def test_a_lab_reads_as_jupytext_reads_it(name: str, file: Path) -> None:
    cells = jupytext.read(file, fmt="py:percent").cells
    page = load_page(file, ROOT)
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert [fence.text.rstrip() for fence in page.fences] == [cell.source for cell in code]
    figures = [cell.metadata.get("figure") for cell in code]
    assert [fence.options.get("figure") for fence in page.fences] == figures
    prose = re.sub(r"^```python.*?^```$", "", page.source, flags=re.M | re.S)
    words = " ".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert prose.split() == words.split()


@pytest.mark.of_pages("name")
@pytest.mark.parametrize(("name", "file"), LABS.items())
def test_a_lab_has_a_line_of_the_page_for_each_of_its_own(name: str, file: Path) -> None:
    script = file.read_text(encoding="utf-8")
    pairs = zip(script.split("\n"), markdown_of(script).split("\n"), strict=True)
    assert all(read.strip("`") in line or MARKER.fullmatch(line) for line, read in pairs)


@pytest.mark.of_pages("name")
@pytest.mark.parametrize(("name", "file"), LABS.items())
def test_a_lab_asserts_says_what_it_draws_and_fits_a_page(name: str, file: Path) -> None:
    page = load_page(file, ROOT)
    assert sum(f.text.count("assert ") for f in page.fences) >= 3
    assert sum("figure" in f.options for f in page.fences) >= 2
    wide = [line for fence in page.fences for line in fence.body if len(line) > 78]
    assert wide == []


@pytest.mark.of_pages("name")
@pytest.mark.parametrize("name", LABS)
def test_a_lab_weighs_little(published: Published, name: str) -> None:
    page = (published.folder / f"{name}.html").read_bytes()
    assert len(gzip.compress(page, 9, mtime=0)) < 60_000
    assert b"jp-" not in page


def test_a_cell_runs_after_those_before_it() -> None:
    page = read_lab("docs/labs/a.py", "# %%\nx = 1\n\n# %%\nprint(x)\n")
    assert [gave.printed for gave in Run(page, ROOT).all()] == ["", "1\n"]
