"""What a page takes from the snippets is written out, and meets nothing of the same name."""

from __future__ import annotations

import ast
import contextlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from claims.along.alone import Block, blocks_alone, spaced
from claims.along.library import Library
from claims.along.pasted import pasted, pasted_text
from claims.problem import PageError
from claims.reading import read_page

SLOPES = '''\
"""Slopes."""

# --8<-- [start:imports]
import math
from typing import Any

Number = Any  # one number


# --8<-- [end:imports]
# --8<-- [start:slope]
def slope(x: Number, h: Number = 1e-6) -> Number:
    """By a chord."""
    return _chord(lambda x: x * x, x, h) * SCALE


# --8<-- [end:slope]
def _chord(f, x: Number, h):
    return (f(x + h) - f(x - h)) / (2 * _real(h))


def _real(x):
    return float(x)


SCALE = math.sqrt(1.0)
NAMES = {}
for name in ("slope",):
    NAMES[name] = slope


def named(name):
    return NAMES[name]


def unused():
    return slope(1.0)
'''

AREAS = '''\
"""Areas. Needs slopes."""

from typing import Any

from snippets.slopes import slope

Number = Any


def area(x: Number) -> Number:
    return _real(x) * slope(x)


def _real(x):
    return 10 * x
'''

Alone = Callable[[str], tuple[Block, ...]]


@pytest.fixture
def alone(tmp_path: Path) -> Alone:
    """Blocks of a page, which are separated by blank lines, beside two snippets."""
    (tmp_path / "snippets").mkdir()
    (tmp_path / "snippets" / "slopes.py").write_text(SLOPES, encoding="utf-8")
    (tmp_path / "snippets" / "areas.py").write_text(AREAS, encoding="utf-8")

    def blocks(text: str) -> tuple[Block, ...]:
        fences = (f"```python\n{block}\n```" for block in text.strip().split("\n\n"))
        return blocks_alone(read_page("docs/page.md", "\n\n".join(fences)), tmp_path, text)

    return blocks


def whole(blocks: tuple[Block, ...]) -> str:
    """All of a page's code."""
    return "\n".join(f"{spaced(block.definitions)}\n{block.text}" for block in blocks)


def printed(code: str) -> str:
    """What a text prints where there are no snippets."""
    assert "snippets" not in code
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(code, "alone", "exec", dont_inherit=True), {"__name__": "alone"})
    return said.getvalue()


def last_pasted(blocks: tuple[Block, ...]) -> str:
    """The last block with what it needs."""
    return pasted_text(pasted(blocks)[-1], blocks[-1].text)


# Written out


def test_a_definition_comes_with_all_that_it_needs(alone: Alone) -> None:
    blocks = alone("from snippets.slopes import slope\nprint(round(slope(3.0), 6))")
    assert printed(whole(blocks)) == "6.0\n"
    text = spaced(blocks[0].definitions)
    assert "import math\nfrom typing import Any\n" in text
    assert "unused" not in text


def test_a_definition_that_forgets_its_helper_is_found_out(
    alone: Alone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Library, "closure", lambda self, wanted: set(wanted))
    blocks = alone("from snippets.slopes import slope\nprint(slope(3.0))")
    with pytest.raises(NameError, match="is not defined"):
        printed(whole(blocks))


def test_what_is_written_out_is_not_written_again(alone: Alone) -> None:
    code = whole(
        alone(
            "from snippets.slopes import slope\nprint(round(slope(3.0)))\n\n"
            "from snippets.areas import area\nfrom snippets.slopes import slope\nprint(round(area(1.0)))"
        )
    )
    assert printed(code) == "6\n20\n"
    names = [n.name for n in ast.parse(code).body if isinstance(n, ast.FunctionDef)]
    assert sorted(names) == sorted(set(names))


WRITTEN: dict[str, tuple[str, str]] = {
    "helpers of one name do not meet": ("from snippets.areas import area\nprint(round(area(1.0)))", "20\n"),
    "the page's own names do not reach a snippet": (
        "from snippets.slopes import slope\nSCALE, math = 5, 7\nprint(round(slope(3.0)), SCALE)", "6 5\n",
    ),
    "a name that the page takes and then binds": (
        "from snippets.areas import area\nfrom snippets.slopes import slope\nprint(round(slope(3.0)))\n\n"
        "def slope(x): return 0\nprint(slope(3.0), round(area(1.0)))", "6\n0 20\n",
    ),
    "other names and whole modules": (
        "from snippets.slopes import slope as rise\nprint(round(rise(3.0)))\n\n"
        "from snippets import slopes as s\nπ = s.slope(3.0); print(round(π), round(s.named('slope')(1)))", "6\n6 2\n",
    ),
    "a loop that fills a table comes along": (
        "from snippets.slopes import named\nprint(round(named('slope')(3.0)))", "6\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRITTEN)
def test_what_a_page_takes_works_as_on_the_page(alone: Alone, case: str) -> None:
    page, says = WRITTEN[case]
    assert printed(whole(alone(page))) == says


def test_what_is_defined_alike_is_written_once_and_what_is_not_under_two_names(
    alone: Alone,
) -> None:
    code = whole(alone("from snippets.areas import area"))
    assert "_real_of_slopes" in code
    assert code.count("Number = Any") == 1


def test_what_the_page_shows_stands_there_and_its_helpers_before(alone: Alone) -> None:
    include = '--8<-- "snippets/slopes.py:{}"'
    shown = f"{include.format('imports')}\n{include.format('slope')}"
    blocks = alone(f"{shown}\n\nfrom snippets.slopes import slope\nprint(round(slope(3.0)))")
    assert "def slope" in blocks[0].text
    assert "def slope" not in spaced(blocks[0].definitions)
    assert "def _chord" in spaced(blocks[0].definitions)
    assert blocks[1].definitions == ()
    assert printed(whole(blocks)) == "6\n"
    assert printed(last_pasted(blocks)) == "6\n"


def test_shown_after_it_was_needed_it_is_not_written_again(alone: Alone) -> None:
    include = '--8<-- "snippets/slopes.py:slope"'
    blocks = alone(f"from snippets.slopes import slope\nprint(round(slope(3.0)))\n\n{include}")
    assert blocks[1].text == ""
    assert "def slope" in last_pasted(blocks)


@pytest.mark.parametrize(
    "block",
    [
        "def f():\n    from snippets.slopes import slope\n    return slope(3.0)",
        "import snippets.slopes",
        "from snippets.slopes import slope; print(slope(3.0))",
    ],
)
def test_an_import_that_cannot_be_written_out_is_refused(alone: Alone, block: str) -> None:
    with pytest.raises(PageError, match=r"docs/page\.md:1: write `from snippets"):
        alone(block)


# Pasted

NEEDED: dict[str, tuple[str, str, str]] = {
    "what it reads": ("a = 1\nb = 2\n\nprint(a)", "1\n", "b = 2"),
    "what that reads": ("a = 1\n\nb = a + 1\nc = 3\n\nprint(b)", "2\n", "c = 3"),
    "the last of several": ("a = 1\n\na = 2\n\nprint(a)", "2\n", "a = 1"),
    "all that change it": ("a = [1]\n\na.append(2)\nb = a[0]\n\nprint(a)", "[1, 2]\n", "b ="),
    "an item set": ("a = [1]\n\na[0] = 5\n\nprint(a)", "[5]\n", "b"),
    "counting up": ("a = 1\n\na += 1\n\nprint(a)", "2\n", "b"),
    "a function's globals": ("s = 2\nt = 3\n\ndef f(x): return s * x\n\nprint(f(2))", "4\n", "t ="),
    "globals bound later": ("def f(x): return s * x\n\ns = 2\n\nprint(f(2))", "4\n", "b"),
    "a global rebound": (
        "s = 2\ndef f(x): return s * x\n\na = f(1)\n\ns = 3\n\nprint(a)", "2\n", "print(b",
    ),
    "the generator's draws": (
        "import numpy as np\nrng = np.random.default_rng(0)\n\na = rng.normal()\nb = 2\n\n"
        "print(f'{rng.normal():.4f}')", "-0.1321\n", "b = 2",
    ),
    "a loop, run": ("for h in (1, 2):\n    r = h * h\n\nprint(r)", "4\n", "b"),
    "a loop over its own name": ("h = 5\n\nprint([h for h in (1, 2)])", "[1, 2]\n", "h = 5"),
    "a branch": ("a = 1\n\nif a > 5:\n    a = 2\n\nprint(a)", "1\n", "b"),
    "no words of others": ("a = 1\nprint('loud')\n\nprint(a)", "1\n", "loud"),
    "a class and its base": (
        "class A:\n    n = 1\nclass C:\n    pass\n\nclass B(A):\n    pass\n\nprint(B.n)", "1\n", "class C",
    ),
    "a decorator": (
        "from functools import cache\nimport math\n\n@cache\ndef f(x): return x\n\nprint(f(2))", "2\n", "math",
    ),
    "the snippets' helpers": (
        "a = 1\nfrom snippets.slopes import slope\n\nprint(round(slope(3.0)))", "6\n", "a = 1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NEEDED)
def test_a_block_is_pasted_with_what_it_needs_and_no_more(alone: Alone, case: str) -> None:
    page, says, missing = NEEDED[case]
    text = last_pasted(alone(page))
    assert printed(text) == says
    assert missing == "b" or missing not in text


def test_imports_stand_first_each_once(alone: Alone) -> None:
    text = last_pasted(
        alone(
            "import math, os\n\nfrom math import pi\nimport math\nx = pi\n\nprint(math.sin(x) < 1)"
        )
    )
    assert text == "import math\nfrom math import pi\n\nx = pi\n\nprint(math.sin(x) < 1)\n"


def test_a_block_that_needs_nothing_is_pasted_as_it_is(alone: Alone) -> None:
    assert last_pasted(alone("a = 1\n\nprint(2)")) == "print(2)\n"


def test_an_answer_is_not_pasted_with_its_check(tmp_path: Path) -> None:
    page = read_page("docs/page.md", EXERCISE)
    blocks = blocks_alone(page, tmp_path)
    by_role: dict[str, Any] = {
        next(iter(b.fence.options)): pasted_text(above, b.text)
        for b, above in zip(blocks[1:], pasted(blocks)[1:], strict=True)
    }
    assert by_role["check"] == "start = 1\n\nassert f(start) == 2\n"
    assert by_role["solution"] == "def f(x): return x + 1\n"


EXERCISE = """\
```python
start = 1
```

!!! exercise "E"

    ```python exercise="f"
    def f(x): ...
    ```

    ```python check="f"
    assert f(start) == 2
    ```

    ```python solution="f"
    def f(x): return x + 1
    ```
"""
