"""A page is read as the site will show it: every fence that is shown is seen, and no other."""

from __future__ import annotations

from pathlib import Path

import markdown
import pytest

from claims.reading import read_page
from claims.run import Run

SHOWN = {
    "plain": "```python\nx = 1\n```\n",
    "tildes": "~~~python\nx = 1\n~~~\n",
    "longer ticks": "````python\nx = 1\n````\n",
    "a space before the language": "``` python\nx = 1\n```\n",
    "options": '```python title="a b" hl_lines="1" linenums="1"\nx = 1\n```\n',
    "in an admonition": '!!! note "A note"\n\n    ```python\n    x = 1\n    ```\n',
    "in a fold": '??? note "A note"\n\n    ```python\n    x = 1\n    ```\n',
    "in a tab": '=== "NumPy"\n\n    ```python\n    x = 1\n    ```\n',
    "in a list": "- An item:\n\n    ```python\n    x = 1\n    ```\n",
    "in a numbered list": "1. An item:\n\n    ```python\n    x = 1\n    ```\n",
    "in a tab in an admonition": (
        '!!! note "A note"\n\n    === "NumPy"\n\n        ```python\n        x = 1\n        ```\n'
    ),
    "behind text": "Some text\n```python\nx = 1\n```\nmore text\n",
    "of many lines": "```python\nfor i in range(2):\n\n    x = 1\n```\n",
}


@pytest.mark.parametrize("way", SHOWN)
def test_a_fence_that_is_shown_is_seen_and_run(way: str) -> None:
    page = read_page("page.md", SHOWN[way])
    assert [fence.language for fence in page.fences] == ["python"]
    assert page.problems == ()
    run = Run(page, Path.cwd())
    assert [gave.problem for gave in run.all()] == [None]
    assert run.module.x == 1  # type: ignore[attr-defined]  # as the block left it


@pytest.mark.parametrize("way", SHOWN)
def test_markdown_shows_what_the_reader_saw(way: str) -> None:
    html = markdown.markdown(
        SHOWN[way],
        extensions=["admonition", "pymdownx.superfences", "pymdownx.details", "pymdownx.tabbed"],
        extension_configs={"pymdownx.tabbed": {"alternate_style": True}},
    )
    assert 'class="highlight' in html


LITERAL = {
    "a fence in a longer fence": "````markdown\n```python\n1 / 0\n```\n````\n",
    "a note in code": "Write `6.0<!--= slope -->` behind it.\n",
    "a note in a fence": "```text\n6.0<!--= slope -->\n```\n",
    "a dollar in code": "It costs `$6$ or $7$`.\n",
}


@pytest.mark.parametrize("way", LITERAL)
def test_what_is_quoted_is_not_read(way: str) -> None:
    page = read_page("page.md", LITERAL[way])
    assert [fence for fence in page.fences if fence.language == "python"] == []
    assert page.notes == ()
    assert page.problems == ()


@pytest.mark.parametrize(
    "info",
    [
        "py",
        "python3",
        "Python",
        "PYTHON",
        "pycon",
        "ipython",
        "py3",
        "{.python}",
        "{python}",
        "{ .py }",
    ],
)
def test_a_fence_that_looks_like_python_is_refused(info: str) -> None:
    (problem,) = read_page("page.md", f"Text.\n\n```{info}\nx = 1\n```\n").problems
    assert problem.line == 3
    assert "looks like Python and would not run: write ```python" in problem.message


def test_windows_line_ends_are_read(tmp_path: Path) -> None:
    from claims.reading import load_page

    (tmp_path / "page.md").write_bytes(b"# A page\r\n\r\n```python\r\nx = 1\r\n```\r\n")
    page = load_page(tmp_path / "page.md", tmp_path)
    assert page.fences[0].body == ("x = 1",)


def test_a_number_in_an_attribute_is_prose() -> None:
    from claims.claim import claims_of

    page = read_page("page.md", 'See <abbr title="it is 7 here">this</abbr>.\n')
    assert "“7”" in claims_of(page)[1][0].message


def test_blocks_share_one_namespace_and_run_in_order() -> None:
    source = "It is 3<!--= x -->.\n\n```python\nx = 1\n```\n\n- item\n\n    ```python\n    x += 2\n    ```\n\nIt is 3<!--= x -->.\n"
    run = Run(read_page("page.md", source), Path.cwd())
    given = run.all()
    assert [gave.values for gave in given if gave.values] == [(1,), (3,)]


def test_a_late_step_asked_for_alone_runs_the_earlier_ones_once() -> None:
    source = "```python\nseen = []\n```\n\n```python\nseen.append(1)\n```\n\nOne<!-- check: len(seen) == 1 -->.\n"
    run = Run(read_page("page.md", source), Path.cwd())
    assert run.through(2).values == (True,)
    assert run.through(2).values == (True,)
    assert run.module.seen == [1]  # type: ignore[attr-defined]  # as the blocks left it


def test_a_block_does_not_leak_into_the_next_page() -> None:
    Run(read_page("a.md", "```python\nx = 1\n```\n"), Path.cwd()).all()
    (gave,) = Run(read_page("b.md", "```python\nx\n```\n"), Path.cwd()).all()
    assert gave.problem
    assert "NameError" in gave.problem.message


def test_a_traceback_names_the_line_of_the_page_through_decorators_and_calls() -> None:
    source = "# Page\n\n```python\ndef f():\n    return 1 / 0\n```\n\n```python\n\n\nf()\n```\n"
    run = Run(read_page("page.md", source), Path.cwd())
    problem = run.through(1).problem
    assert problem
    assert problem.line == 5
    assert 'File "page.md", line 11, in <module>' in problem.message
    assert 'File "page.md", line 5, in f' in problem.message


def test_future_imports_hold_for_the_rest_of_their_block() -> None:
    source = "```python\nfrom __future__ import annotations\ndef f(x: Unknown) -> None: ...\n```\n"
    assert Run(read_page("page.md", source), Path.cwd()).through(0).problem is None


def test_dataclasses_and_pickles_find_the_page_they_were_made_on() -> None:
    source = (
        "```python\nfrom __future__ import annotations\nimport pickle\nfrom dataclasses import dataclass\n\n"
        "@dataclass\nclass Point:\n    x: float\n\nprint(pickle.loads(pickle.dumps(Point(1.0))))\n```\n"
    )
    gave = Run(read_page("page.md", source), Path.cwd()).through(0)
    assert gave.problem is None
    assert gave.printed == "Point(x=1.0)\n"
