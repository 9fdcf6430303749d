"""A build that would publish something false stops, and says where."""

from __future__ import annotations

import hashlib
import logging
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from claims.publish.link import link_problems
from claims.publish.worker import FEW

Plant = Callable[..., None]


def make(site: Path, folder: str = "site") -> Path:
    """Build a small site strictly, as `make site` does."""
    config = load_config(str(site / "mkdocs.yml"), site_dir=str(site / folder), strict=True)
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
    return site / folder


@pytest.fixture(scope="module")
def built(true_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small site, built a first time, and again from what the first remembered."""
    site = Path(shutil.copytree(true_site, tmp_path_factory.mktemp("built") / "site"))
    make(site, "first")
    make(site, "again")
    return site


def test_a_true_site_builds_and_shows_what_was_computed(built: Path) -> None:
    page = (built / "first" / "index.html").read_text()
    assert '<span class="checked">6.0</span>' in page
    assert '<figure class="checked-figure"><svg' in page
    assert (
        "Checked on this page: 3 code blocks run, 2 outputs compared, 5 numbers computed, 1 claim decided, 1 formula proved, 1 figure drawn, 1 exercise tried"
        in page
    )


def test_what_follows_a_fence_at_once_is_a_paragraph_too(locked: Path, plant: Plant) -> None:
    plant("```output\n6.0\n```\n\nAt $x = 3$ it", "```output\n6.0\n```\nAt last it")
    assert "<p>At last it is" in (make(locked) / "index.html").read_text()


def test_notes_reach_neither_page_nor_search(built: Path) -> None:
    for name in ("index.html", "search/search_index.json"):
        text = (built / "first" / name).read_text()
        assert "slope(4.0)" not in text
        assert "&lt;!--" not in text


def test_two_clean_builds_are_the_same_to_the_byte(
    locked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def digests(name: str) -> dict[str, str]:
        monkeypatch.setattr("claims.cache.CACHE", tmp_path / f"cache of {name}")
        folder = make(locked, name)
        files = [file for file in folder.rglob("*") if file.is_file()]
        return {
            str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files
        }

    assert digests("first") == digests("second")


MISTAKES = {
    "a false number": ("it is 6.0<", "it is 6.1<", "docs/index.md:20: the page says 6.1"),
    "a formula that KaTeX refuses": ("$x = 3$", r"$\sinus x$", "docs/index.md:20: KaTeX refuses this formula: Undefined"),
    "a broken link": ("(other.md#", "(others.md#", "docs/index.md:68: there is no page others.md"),
    "a broken anchor": ("#say-more", "#say-less", "does not contain an anchor '#say-less'"),
    "a broken anchor on the page": ("#take-the-chord", "#take-a-chord", "there is no such anchor on this page"),
    "a broken raw link": ("It rises", '<a href="nowhere.html">It</a> rises', "<a> nowhere.html: there is no such file"),
    "a broken raw anchor": ("It rises", '<a href="#nowhere">It</a> rises', "<a> #nowhere: there is no place #nowhere"),
    "a broken image": ("It rises", "![A line](line.png) It rises", "contains a link 'line.png', but the target is not found"),
    "a broken raw image": ("It rises", '<img src="line.png" alt="A line"> It rises', "<img> line.png: there is no such file"),
    "a raw image undescribed": ("It rises", '<img src="index.html"> It rises', "the image index.html has no description"),
    "a request to somebody else": (
        "It rises", '<img src="https://example.org/a.png" alt="A line"> It rises', "the site asks somebody else for it",
    ),
    "an indented block": (
        "It rises everywhere.", "\n\n    print(hidden)\n\n",
        "docs/index.md:23: an indented block or raw <pre> shows code that nothing runs: print(hidden)",
    ),
    "a raw pre": ("It rises", "\n\n<pre>print(hidden)</pre>\n\nIt rises", "shows code that nothing runs: print(hidden)"),
    "a formula that a table cuts": (
        "See [the chord]", "| Size | Of |\n|---|---|\n| $|x|^2 = x^2$ | $x$ |\n\nSee [the chord]",
        "the site does not typeset the formula |x|^2 = x^2: in a table, | ends the cell",
    ),
    "a block that is run and not shown": (
        "!!! note", "\n    ```python\n    hidden = 1\n    ```\n\n!!! note", "docs/index.md:24: the site does not show the Python that was run",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_stops_the_build(
    locked: Path, plant: Plant, mistake: str, caplog: pytest.LogCaptureFixture
) -> None:
    old, new, message = MISTAKES[mistake]
    plant(old, new)
    with caplog.at_level(logging.INFO), pytest.raises(Abort) as stopped:
        make(locked)
    assert message in f"{caplog.text}\n{stopped.value}"


def test_a_site_in_a_folder_of_its_host_is_followed_too(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<a href="/book/404.html">x</a>')
    (tmp_path / "404.html").write_text(
        '<a href="/book/">home</a><a href="https://a.org/book/no">no</a>'
    )
    problems = [str(problem) for problem in link_problems(tmp_path, "https://a.org/book/")]
    assert problems == ["404.html:1: <a> https://a.org/book/no: there is no such file in the site"]


def test_a_figure_s_addresses_leave_material_alone(built: Path) -> None:
    page = (built / "first" / "index.html").read_text()
    assert "<use " in page
    assert not re.search(r"<use[^>]* href=", page)


def test_every_address_of_the_small_site_leads_somewhere(built: Path) -> None:
    assert link_problems(built / "first") == []


TWICE = {
    "a false number": ("it is 6.0<", "it is 6.1<", "docs/index.md"),
    "a broken link": ("(other.md#", "(others.md#", "docs/index.md"),
    "a place that another page loses": ("## Say more", "## Say less", "docs/other.md"),
    "a formula": ("f'(x) = 2x", "f'(x) = 3x", "docs/index.md"),
    "a snippet": ("return 2 * x", "return 3 * x", "snippets/square.py"),
}


@pytest.mark.usefixtures("built")  # so that the true site is remembered
@pytest.mark.parametrize("mistake", TWICE)
def test_what_a_build_remembers_hides_no_mistake(locked: Path, plant: Plant, mistake: str) -> None:
    old, new, name = TWICE[mistake]
    plant(old, new, name)
    for _ in range(2):
        with pytest.raises(Abort):
            make(locked)
    plant(new, old, name)
    make(locked)


@pytest.mark.usefixtures("built")
def test_a_page_that_goes_is_missed_by_a_page_that_stays(locked: Path) -> None:
    (locked / "docs" / "other.md").unlink()
    with pytest.raises(Abort):
        make(locked)


def test_what_a_build_remembers_is_what_it_made(built: Path) -> None:
    first, again = built / "first", built / "again"
    files = {f.relative_to(first) for f in first.rglob("*") if f.is_file()}
    assert files == {f.relative_to(again) for f in again.rglob("*") if f.is_file()}
    changed = {f for f in files if (first / f).read_bytes() != (again / f).read_bytes()}
    assert not changed


def test_many_new_pages_are_checked_by_workers_and_a_false_one_is_told(
    locked: Path, caplog: pytest.LogCaptureFixture
) -> None:
    new = uuid4()  # so that nothing is remembered of it
    text = (
        "# Page {}\n\n```python\nvalue = {!r}[:2]\nprint(len(value))\n```\n\n```output\n{}\n```\n"
    )
    for number in range(FEW + 1):
        page = locked / "docs" / f"page_{number}.md"
        page.write_text(text.format("one", f"{number} {new}", 2 + (number == FEW)))
    with caplog.at_level(logging.INFO), pytest.raises(Abort):
        make(locked)
    for number in range(FEW + 1):
        assert f"docs/page_{number}.md is checked" in caplog.text
    assert caplog.text.count("the output is not what the block prints") == 1
    assert f"docs/page_{FEW}.md:9: the output is not what the block prints" in caplog.text
