"""A page's boxes, folds, tabs and exercises, as cells of a notebook."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest

from claims.along.cell import Cell, cells_of, takes_along
from claims.problem import PageError
from claims.reading import read_page

ROOT = Path(__file__).parents[1]


def cells(source: str, address: str = "page.html") -> list[Cell]:
    """The cells of a page below its head."""
    page = read_page("docs/page.md", f"# Title\n\n{source}")
    return cells_of(page, ROOT, source, address)


def told(source: str, address: str = "page.html") -> list[str]:
    """What the cells hold; of the head, what follows its first two paragraphs."""
    first, *rest = cells(source, address)
    return [first.source.partition("MIT.*")[2].strip("\n"), *(cell.source for cell in rest)]


def printed(sources: list[str]) -> str:
    """What code cells print, one after the other."""
    said = io.StringIO()
    namespace = {"__name__": "cells"}
    with contextlib.redirect_stdout(said):
        for source in sources:
            exec(compile(source, "cells", "exec", dont_inherit=True), namespace)
    return said.getvalue()


PYTHON = "```python\n{}\n```\n"


def test_the_head_says_where_it_comes_from_and_what_it_wants() -> None:
    head = cells(PYTHON.format("x = 1"), "https://a.org/page.html")[0].source
    assert head == (
        "# Title\n\n*From [Checked Calculus](https://a.org/page.html). It needs NumPy and "
        "Matplotlib. Text CC BY 4.0, code MIT.*\n"
    )


def test_what_a_page_prints_and_notes_is_left_to_its_code() -> None:
    page = "It is 6.0<!--= x --> and 2.5e-10<!--= y -->.\n\n"
    page += PYTHON.format("print(6.0)") + "\n```output\n6.0\n```\n\nSo."
    assert told(page) == ["It is 6.0 and 2.5×10⁻¹⁰.", "print(6.0)", "So."]


def test_links_are_absolute() -> None:
    page = "[a](a.md) [b](b.md#c) [d](#e) [f](https://f.org) `g[0](h.md)`\n\n"
    found = told(page + PYTHON.format("x = 1"), "https://a.org/book/page.html")[0]
    book = "https://a.org/book"
    assert found == (
        f"[a]({book}/a.html) [b]({book}/b.html#c) [d]({book}/page.html#e) [f](https://f.org) `g[0](h.md)`"
    )


def test_without_an_address_links_are_relative() -> None:
    page = "[a](../a.md) [b](labs/b.py#c) [d](#e)\n\n" + PYTHON.format("x = 1")
    assert told(page)[0] == "[a](../a.html) [b](labs/b.html#c) [d](page.html#e)"


def test_a_box_is_a_quotation_around_its_code() -> None:
    page = '!!! erratum "E01 · True"\n\n    Words:\n\n    ```python\n    x = 1\n    ```\n\n    $$\n    a\n    $$\n\nAfter.'
    assert told(page) == [
        "> **E01 · True**\n>\n> Words:",
        "x = 1",
        "> $$ a $$\n\nAfter.",
    ]


def test_a_fold_without_code_stays_folded() -> None:
    page = "??? hint\n\n    Words.\n\n" + PYTHON.format("x = 1")
    folded = "<details>\n<summary>Hint</summary>\n\nWords.\n\n</details>"
    assert told(page) == [folded, "x = 1"]


def test_a_tab_is_a_heading() -> None:
    page = '=== "NumPy"\n\n    ```python\n    x = 1\n    ```\n\n=== "Words"\n\n    None.\n'
    assert told(page) == ["#### NumPy", "x = 1", "#### Words\n\nNone."]


def test_a_figure_is_shown_above_its_caption() -> None:
    code = "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()"
    page = (
        f'```python figure="f"\n{code}\n```\n\n![It rises by 6.0](figures/f.svg)<!--= 6.0 * x -->'
    )
    _, style, cell, caption = cells(page)
    assert cell.source == f"{code}\nplt.show()"
    assert caption.source == "*It rises by 6.0*"
    assert "var(--" not in style.source
    assert style.folded


def test_a_widget_leaves_its_figure_and_a_link() -> None:
    figure = "![A figure](figures/f.svg)"
    code = (
        '```python figure="f"\nimport matplotlib.pyplot as plt\nfig, ax = plt.subplots()\n```\n\n'
    )
    page = f'{code}<secant-tangent f="square">\n\n{figure}\n\n</secant-tangent>\n'
    link = "[Move it on the page.](page.html#secant-tangent)"
    assert told(page)[-1] == f"*A figure*\n\n{link}"


EXERCISE = """\
!!! exercise "Twice"

    Return it.

    ```python exercise="twice"
    def twice(x):
        ...
    ```

    ```python check="twice"
    assert twice(2) == 4, "Two of them"
    ```

    ??? solution

        ```python solution="twice"
        def twice(x):
            return 2 * x
        ```

        So.

    ??? wrong "Squared"

        ```python wrong="twice"
        def twice(x):
            return x**3
        ```

        ```output
        AssertionError: Two of them
        ```
"""


def test_an_exercise_has_a_stub_a_check_and_folded_answers() -> None:
    title, stub, check, answers = told(EXERCISE)
    assert title == "### Exercise: Twice\n\nReturn it."
    assert printed([stub, check]) == "Not yet. AssertionError: Two of them\n"
    solution = "def twice(x):\n    return 2 * x"
    assert printed([solution, check]) == "Right.\n"
    assert f"<summary>Solution</summary>\n\n```python\n{solution}\n```\n\nSo." in answers
    assert "```text\nAssertionError: Two of them\n```" in answers


def test_the_code_of_a_solution_stays_folded_unless_something_below_reads_it() -> None:
    solution = "??? solution\n\n    ```python\n    x = 1\n    print(x)\n    ```\n    ```output\n    1\n    ```\n\n"
    alone, below = (told(solution + PYTHON.format(code)) for code in ("y = 2", "y = x"))
    assert "```python\nx = 1\nprint(x)\n```\n\n```text\n1\n```" in alone[0]
    assert alone[1:] == ["y = 2"]
    assert below == ["> **Solution**", "x = 1\nprint(x)", "y = x"]


def test_what_needs_more_is_left_out_with_what_reads_it() -> None:
    page = "\n".join(map(PYTHON.format, ["import nowhere\nx = 1", "y = x", "x = 2", "z = x"]))
    code = [cell for cell in cells(page) if cell.code]
    assert [cell.needs for cell in code] == ["nowhere", "nowhere", "", ""]
    left_out = "Left out: it needs nowhere (pip install nowhere)\n"
    assert printed([cell.source for cell in code]) == left_out * 2
    assert "Without nowhere some cells are left out" in cells(page)[0].source


def test_a_text_of_several_lines_cannot_be_indented() -> None:
    with pytest.raises(PageError, match=r"docs/page\.md:3: downloads indent this"):
        cells(PYTHON.format('import nowhere\nx = """a\nb"""'))


def test_a_block_needs_one_thing_more_at_most() -> None:
    with pytest.raises(PageError, match="needs elsewhere and nowhere"):
        cells(PYTHON.format("import elsewhere, nowhere"))


def test_a_page_that_only_the_repository_can_run_must_say_so() -> None:
    with pytest.raises(PageError, match="only the repository has: say `download: false`"):
        cells(PYTHON.format("import benchmarks"))


def test_which_pages_go_along() -> None:
    code = PYTHON.format("x = 1")
    pages = (code, "Words.", f"---\ntitle: A\ndownload: false\n---\n\n{code}")
    assert [takes_along(read_page("a.md", page)) for page in pages] == [True, False, False]
