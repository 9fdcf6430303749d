"""What a reader takes along runs where this package is not, and prints what the page prints."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pytest

from claims.along.alone import Block, blocks_alone
from claims.along.cell import KEPT, Cell, cells_of, takes_along
from claims.along.download import notebook, script
from claims.along.lacking import THERE, of_repository
from claims.along.pasted import pasted, pasted_text
from claims.exercise import role_of
from claims.output import output_of, printed_lines
from claims.page import Page
from claims.reading import load_page

from .reader import Gave, bare, with_more

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
FILES = sorted([*DOCS.glob("*.md"), *DOCS.glob("labs/*.py")])
TEXTS = {str(f.relative_to(DOCS).with_suffix("")): f.read_text(encoding="utf-8") for f in FILES}
LABS = [name for name in TEXTS if name.startswith("labs/")]  # long: run whole, not by blocks
# told by words, for every test run asks; `test_the_chapters_are_those_whose_code_is_offered` by the code
OURS = re.compile(r"^ *(?:from|import) (?:benchmarks|claims|tests)\b", re.M)
MORE = re.compile(r"^ *(?:from|import) (?:sklearn|torch|jax)\b", re.M)
CODE = [n for n, text in TEXTS.items() if "```python" in text or n in LABS]
CODE = [n for n in CODE if not OURS.search(TEXTS[n])]
CHAPTERS = [n for n in CODE if not KEPT.search(TEXTS[n])]
WITH_MORE = [n for n in CHAPTERS if n not in LABS and MORE.search(TEXTS[n])]
ADDRESS = "https://example.org/book/{}.html"
OPTIONAL = {"sklearn", "torch", "jax"}


@cache
def page_of(name: str) -> Page:
    """A page."""
    return load_page(next(f for f in FILES if f.with_suffix("") == DOCS / name), ROOT)


def blocks_of(name: str) -> tuple[Block, ...]:
    """A page's blocks, asked for as its cells ask for them: they are made once."""
    return blocks_alone(page_of(name), ROOT, "")


@cache
def chapter(name: str) -> list[Cell]:
    """The cells of a chapter."""
    return cells_of(page_of(name), ROOT, "", ADDRESS.format(name))


# Running: a chapter's cells, and each of its blocks pasted alone


def cell_texts(name: str) -> list[Any]:
    """A chapter's code, cell by cell, with the names that each of its blocks binds."""
    blocks = {b.fence.start: b for b in blocks_of(name)}
    return [
        [cell.source, bound(blocks[cell.fence.start]) if cell.fence else []]
        for cell in chapter(name)
        if cell.code
    ]


@cache
def paste_texts(name: str) -> dict[int, list[Any]]:
    """What the button of each block copies; an answer's, then its check's as a reader adds it."""
    blocks = blocks_of(name)
    texts = {}
    for block, above in zip(blocks, pasted(blocks), strict=True):
        texts[block.fence.start] = [pasted_text(above, block.text), bound(block)]
    checks = {b.fence.options["check"]: b for b in blocks if "check" in b.fence.options}
    found = {}
    for block in blocks:
        role = role_of(block.fence)
        check = checks.get(block.fence.options[role]) if role and role != "check" else None
        if role != "check":
            start = block.fence.start
            found[start] = [texts[start]] + ([texts[check.fence.start]] if check else [])
    return found


def bound(block: Block) -> list[str]:
    """The names that a block binds."""
    return sorted({name for piece in block.own for name in piece.binds})


@cache
def cells_gave(name: str) -> list[Gave]:
    """What a chapter's cells gave."""
    return bare().gives(cell_texts(name))


@cache
def pasted_gave(name: str) -> dict[int, list[Gave]]:
    """What each of its blocks gave, pasted alone."""
    return {start: bare().gives(texts) for start, texts in paste_texts(name).items()}


# Chapters


@pytest.mark.of_pages("name")
@pytest.mark.parametrize("name", TEXTS)
def test_the_chapters_are_those_whose_code_is_offered(name: str) -> None:
    code = any(fence.language == "python" for fence in page_of(name).fences)
    assert (name in CODE) == (code and not of_repository(ROOT, blocks_of(name)))
    assert (name in CHAPTERS) == (name in CODE and takes_along(page_of(name)))
    needing = name in CHAPTERS and any(cell.needs for cell in chapter(name))
    assert (name in WITH_MORE) == (needing and name not in LABS)


def expected(name: str, there: Callable[[str], bool]) -> list[str]:
    """What the code cells of a chapter must print, as patterns."""
    patterns = []
    for cell in chapter(name):
        if not cell.code:
            continue
        output = output_of(cell.fence, page_of(name)) if cell.fence else None
        said = re.escape("\n".join(output.body)) if output else ""
        if name in LABS:
            said = ".*"  # what a lab prints is written on the site alone; its cells assert
        if cell.needs and not there(cell.needs):
            said = r"Left out: it needs [\w-]+ \(pip install [\w-]+\)"
        elif cell.fence and role_of(cell.fence) == "check":
            said = r"Not yet\. \w+: .*"
        patterns.append(said)
    return patterns


def compare(gave: list[Gave], patterns: list[str]) -> None:
    """Each cell prints what it must, and raises nothing."""
    assert [cell["raised"] for cell in gave if cell["raised"]] == []
    for cell, pattern in zip(gave, patterns, strict=True):
        assert re.fullmatch(pattern, "\n".join(printed_lines(cell["printed"])), re.S)


@pytest.mark.of_pages("name", prose=False)
@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_runs_alone_and_prints_what_its_page_prints(name: str) -> None:
    compare(cells_gave(name), expected(name, lambda module: False))


@pytest.mark.of_pages("name", prose=False)
@pytest.mark.parametrize("name", WITH_MORE)
def test_what_needs_more_runs_where_that_is(name: str) -> None:
    texts = paste_texts(name)
    needs = {c.fence.start: c.needs for c in chapter(name) if c.fence and c.needs}
    starts = [start for start in texts if start in needs and find_spec(needs[start])]
    if starts:
        gave = with_more().gives(cell_texts(name))
        compare(gave, expected(name, lambda module: find_spec(module) is not None))
        for start in starts:
            block = with_more().gives(texts[start])
            compare_block(name, start, block)
            compare_worth(name, start, block, gave)
    if absent := sorted({module for module in needs.values() if not find_spec(module)}):
        pytest.skip(f"not installed: {', '.join(absent)}")  # told by name; the rest ran


@pytest.mark.of_pages("name")
@pytest.mark.parametrize("name", CHAPTERS)
def test_a_notebook_is_valid_and_its_script_reads_as_the_same_cells(name: str) -> None:
    cells = chapter(name)
    short = name.rpartition("/")[2]
    read = nbformat.reads(notebook(cells, short), as_version=4)
    nbformat.validate(read)
    assert [c.id for c in read.cells] == [f"{short}-{i}" for i in range(1, len(cells) + 1)]
    assert not any(cell.get("outputs") for cell in read.cells)
    same = jupytext.reads(script(cells), fmt="py:percent")
    assert [(c.cell_type, c.source) for c in same.cells] == [
        (c.cell_type, c.source) for c in read.cells
    ]


@pytest.mark.of_pages("name")
@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_asks_for_numpy_and_matplotlib_alone(name: str) -> None:
    cells = chapter(name)
    assert {m for c in cells if c.code and not c.needs for m in modules(c.source)} <= THERE
    assert {m for c in cells if c.code and c.needs for m in modules(c.source)} <= THERE | OPTIONAL
    code_fences = [f for c in cells if not c.code for f in re.findall(PYTHON, c.source)]
    assert [f for f in code_fences if "snippets" in f] == []


PYTHON = re.compile(r"^```python\n(.*?)^```", re.M | re.S)


def modules(code: str) -> set[str]:
    """The modules that a text of Python imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


@pytest.mark.of_pages("name", prose=False)
@pytest.mark.parametrize("name", CHAPTERS)
def test_no_definition_stands_twice(name: str) -> None:
    assert defined_twice("\n".join(c.source for c in chapter(name) if c.code)) <= redefined(name)


def defined_twice(code: str) -> set[str]:
    """The functions and classes that a text defines more than once."""
    kinds = ast.FunctionDef | ast.ClassDef
    count = Counter(n.name for n in ast.parse(code).body if isinstance(n, kinds))
    return {name for name, times in count.items() if times > 1}


def redefined(name: str) -> set[str]:
    """Those that the page itself writes more than once."""
    page = page_of(name)
    own = [f.text for f in page.fences if f.language == "python" and "--8<--" not in f.text]
    count = Counter(n for text in own for n in re.findall(r"^(?:def|class) (\w+)", text, re.M))
    return {name for name, times in count.items() if times > 1}


LEFT_OVER = re.compile(r"^[> ]*(?:!!!|\?\?\?|===) |<!--|--8<--|\{ ?[:.#]|⟦|```output", re.M)


@pytest.mark.of_pages("name")
@pytest.mark.parametrize("name", CHAPTERS)
def test_its_words_are_plain_markdown_with_absolute_links(name: str) -> None:
    for cell in chapter(name):
        if not cell.code:
            assert LEFT_OVER.search(cell.source) is None
            words = re.sub(r"`[^`]*`|\$[^$]*\$", "", re.sub(PYTHON, "", cell.source))
            links = re.findall(r"(?<=\]\()[^)]+", words)
            assert [link for link in links if not link.startswith("https://")] == []


# Blocks with what they need


@pytest.mark.of_pages("name", prose=False)
@pytest.mark.parametrize("name", [name for name in CODE if name not in LABS])
def test_each_block_runs_where_it_is_pasted_with_what_it_needs(name: str) -> None:
    for start, gave in pasted_gave(name).items():
        compare_block(name, start, gave)


@pytest.mark.of_pages("name", prose=False)
@pytest.mark.parametrize("name", [name for name in CHAPTERS if name not in LABS])
def test_a_pasted_block_computes_what_it_computes_on_its_page(name: str) -> None:
    for start, gave in pasted_gave(name).items():
        compare_worth(name, start, gave, cells_gave(name))


def compare_block(name: str, start: int, gave: list[Gave]) -> None:
    """A block prints what its page says; an answer with its check, what the check says of it."""
    page = page_of(name)
    fence = next(f for f in page.fences if f.start == start)
    missing = rf"ModuleNotFoundError: No module named '({'|'.join(OPTIONAL)})'"
    if re.fullmatch(missing, gave[0]["raised"]):
        return
    output = output_of(fence, page)
    said = "\n".join(output.body) if output else ""
    if role_of(fence) == "wrong":
        assert (gave[0]["raised"], gave[1]["raised"]) == ("", said)
        return
    assert gave[0]["raised"] == "", f"{page.path}:{fence.line}"
    assert "\n".join(printed_lines(gave[0]["printed"])).endswith(said)
    if role_of(fence) == "exercise":
        assert gave[1]["raised"] != ""
    elif role_of(fence) == "solution":
        assert gave[1]["raised"] == ""


def compare_worth(name: str, start: int, gave: list[Gave], cells: list[Gave]) -> None:
    """What a pasted block binds is worth what it is on the page, read from top to bottom."""
    code = [cell for cell in chapter(name) if cell.code]
    for cell, on_page in zip(code, cells, strict=True):
        if cell.fence and cell.fence.start == start and not on_page["printed"].startswith("Left"):
            assert gave[0]["worth"] == on_page["worth"], f"{page_of(name).path}:{cell.fence.line}"


# Planted mistakes


def test_a_snippet_import_left_in_is_found_out() -> None:
    text = "from snippets.finite_difference import central_difference"
    raised = bare().give(text)["raised"]
    assert raised.startswith("ModuleNotFoundError: No module named 'snippets.")
    assert modules(text) - THERE == {"snippets"}


def test_nothing_but_numpy_and_matplotlib_is_there() -> None:
    names = ["numpy", "matplotlib.pyplot", "sklearn", "yaml"]
    raised = [bare().give(f"import {name}")["raised"] for name in names]
    assert [bool(error) for error in raised] == [False, False, True, True]


def test_what_another_text_named_is_not_there() -> None:
    assert bare().give("x = 1")["raised"] == ""
    assert bare().give("print(x)")["raised"].startswith("NameError")


def test_a_stale_output_is_found_out() -> None:
    cells = [bare().give("print(6.0)")]
    compare(cells, [r"6\.0"])
    with pytest.raises(AssertionError):
        compare(cells, [r"6\.1"])


def test_what_raises_is_found_out() -> None:
    cells = [{"printed": "", "raised": "NameError: name '_real' is not defined"}]
    with pytest.raises(AssertionError, match="_real"):
        compare(cells, [""])


def test_a_warning_is_found_out() -> None:
    gave = bare().give("import numpy as np\nnp.float64(1) / 0")
    assert gave["raised"].startswith("RuntimeWarning")


def test_a_name_defined_twice_is_found_out() -> None:
    assert defined_twice("def f(): ...\nx = 1\ndef f(): ...") == {"f"}


def test_another_value_is_found_out() -> None:
    gave = bare().give("import numpy as np\nx = np.arange(3.0)", "x")
    other = bare().give("import numpy as np\nx = np.arange(3.0) + 1e-16", "x")
    assert gave["worth"] != other["worth"]
