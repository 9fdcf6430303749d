"""What goes with a page, and the line of links that offers it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from claims.along.beside import COMMIT, offered
from claims.publish.link import link_problems

Plant = Callable[..., None]
REPOSITORY = "https://github.com/someone/book"
ADDRESS = "https://example.org/book/"


def make(site: Path, **options: Any) -> Path:
    """Build a small site strictly."""
    folder = site / "site"
    config = load_config(str(site / "mkdocs.yml"), site_dir=str(folder), strict=True, **options)
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
    return folder


@pytest.fixture(scope="module")
def plain(true_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small site without an address or a repository, built."""
    site = tmp_path_factory.mktemp("plain") / "site"
    return make(Path(shutil.copytree(true_site, site)))


@pytest.fixture(scope="module")
def hosted(true_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with both."""
    site = tmp_path_factory.mktemp("hosted") / "site"
    home = {"repo_url": REPOSITORY, "edit_uri": "edit/main/docs/", "site_url": ADDRESS}
    return make(Path(shutil.copytree(true_site, site)), **home)


def links(page: str) -> dict[str, str]:
    """The line of links: what each says, and where it leads."""
    line = re.search(r'<nav class="along".*?</nav>', page, re.S)
    found = re.findall(r'<a href="([^"]*)"[^>]*>(.*?)</a>', line[0]) if line else []
    return {said: target.replace("&amp;", "&") for target, said in found}


def test_a_page_offers_its_notebook_and_its_script(plain: Path) -> None:
    assert links((plain / "index.html").read_text()) == {
        "Notebook": "index.ipynb",
        "Script": "index.py",
    }
    assert "slope(3.0)" in (plain / "index.py").read_text()


def test_a_page_without_code_has_no_line(plain: Path) -> None:
    assert links((plain / "other.html").read_text()) == {}
    assert not (plain / "other.ipynb").exists()


def test_with_a_repository_it_offers_colab_edit_and_report(hosted: Path) -> None:
    offered = links((hosted / "index.html").read_text())
    assert list(offered) == ["Notebook", "Script", "Colab", "Edit", "Report an error"]
    colab = "https://colab.research.google.com/github/someone/book/blob/notebooks/index.ipynb"
    assert offered["Colab"] == colab
    assert offered["Edit"] == f"{REPOSITORY}/edit/main/docs/index.md"
    assert re.fullmatch(
        rf"{REPOSITORY}/issues/new\?template=error\.yml&page=[^&]*&version=\w*",
        offered["Report an error"],
    )
    other = links((hosted / "other.html").read_text())
    assert list(other) == ["Edit", "Report an error"]


def test_the_notebook_links_to_the_site_s_address(hosted: Path) -> None:
    cells = json.loads((hosted / "index.ipynb").read_text())["cells"]
    words = "".join(line for c in cells if c["cell_type"] == "markdown" for line in c["source"])
    assert f"[the chord]({ADDRESS}index.html#take-the-chord)" in words
    assert f"[the other page]({ADDRESS}other.html#say-more)" in words


@pytest.mark.parametrize("base", ["", ADDRESS])
def test_the_links_of_a_notebook_are_followed(tmp_path: Path, base: str) -> None:
    (tmp_path / "a.html").write_text('<h2 id="here">x</h2>')
    words = f"[a]({base}a.html#here) [b]({base}a.html#there) `c[0](d.html)` [e]({base}e.html)"
    cell = {"cell_type": "markdown", "source": [words]}
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": [cell]}))
    assert [str(problem) for problem in link_problems(tmp_path, base)] == [
        f"a.ipynb:1: <notebook> {base}a.html#there: there is no place #there in a.html",
        f"a.ipynb:1: <notebook> {base}e.html: there is no such file in the site",
    ]


def test_a_page_says_that_it_stays(locked: Path, plant: Plant) -> None:
    plant("# Measure a slope", "---\ndownload: false\n---\n\n# Measure a slope")
    folder = make(locked)
    assert links((folder / "index.html").read_text()) == {}
    assert not (folder / "index.ipynb").exists()
    assert (folder / "index.paste.js").exists()


HIDDEN = "def hidden():\n    from snippets.square import slope\n"


def test_an_import_that_cannot_go_along_stops_the_build(
    locked: Path, plant: Plant, caplog: pytest.LogCaptureFixture
) -> None:
    plant("ratio = slope(3.0) / 3.0", f"{HIDDEN}\nratio = slope(3.0) / 3.0")
    with pytest.raises(Abort) as stopped:
        make(locked)
    assert "on a line of its own, at top level" in f"{caplog.text}\n{stopped.value}"


def test_each_marked_block_has_its_text(plain: Path) -> None:
    page, file = ((plain / f"index{end}").read_text() for end in (".html", ".paste.js"))
    paragraphs, blocks = json.loads(f"[{file.removeprefix('pasted(').rstrip().removesuffix(')')}]")
    numbers = [int(number) for number in re.findall(r'data-paste="index\.paste\.js#(\d+)"', page)]
    assert numbers == [number for number, block in enumerate(blocks) if block]
    text = "\n\n\n".join(paragraphs[i] for i in blocks[numbers[0]])
    assert "def slope" in text
    assert 'print(f"{slope(3.0):.1f}")' in text


CONTENT = '<h1 id="a">A</h1>\n<p class="ledger">Checked</p>\n<p>Words</p>'


@pytest.mark.parametrize(
    ("content", "hide", "before"),
    [
        (CONTENT, [], '<p class="ledger">Checked</p>\n'),
        ("<h1>A</h1><p>Words</p>", [], "<h1>A</h1>\n"),
        (CONTENT, ["navigation"], "<p>Words</p>\n"),
        ("<p>Words</p>", [], "<p>Words</p>\n"),
    ],
)
def test_the_line_stands_below_the_title_or_last(
    content: str, hide: list[str], before: str
) -> None:
    page = SimpleNamespace(edit_url=None, meta={"hide": hide}, url="a.html")
    config = SimpleNamespace(repo_url="", extra={COMMIT: ""})
    assert f'{before}<nav class="along"' in offered(content, page, config, ["a.ipynb"])
    assert offered(content, page, config, []) == content
