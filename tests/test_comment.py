"""What a comment says of a shape is compared where the code runs, and a wrong one is told with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from claims.block import Code, run
from claims.comment import said_in, shapes_in
from claims.watcher import OFTEN

pytestmark = pytest.mark.of_no_page


def told(text: str) -> str:
    """What is told of a block with this text; empty if nothing is."""
    lines = ("import numpy as np", *text.strip("\n").split("\n"))
    code = Code(lines, tuple(("docs/page.md", line) for line in range(1, len(lines) + 1)))
    failure = run(code, "docs/page.md", Path.cwd(), {})[1]
    return f"{failure.line}: {failure.last_line}" if failure else ""


RIGHT = """
x = np.ones((2, 3))  # (2, 3)
x, y = np.ones(3), np.ones((3, 1))  # (3,), (3, 1)
n = 4; x = np.ones((n + 1, 2))  # (n + 1, 2)
x = np.ones((7, 2))  # (N, d), letters that nothing is called
x, y = np.ones((7, 2)), np.ones(2)  # (N, d), (d,)
low, high = np.ones((2, 3))  # each (3,)
low, *_, high = np.ones((4, 3))  # (3,) each
x = np.ones((5, 4, 3))  # (…, 3)
x = np.ones((5, 4, 3))  # (5, …, 3)
x = np.ones((5, 4))  # (5, …, 4)
x = np.float64(2)  # ()
x = np.ones((3, 2))  # (3, 2k), a letter too
x = [1.0, 2.0]  # shape (2,): a list is an array to be
name, x = "words", np.ones(3)  # (3,)
x, y = np.ones(3), np.ones(4)  # y: (4,)
x = np.ones(3)  # (2,) or (3,)
x = np.zeros(2); x += 1  # (2,)
x: np.ndarray = np.ones(2)  # (2,)
runs = {"one": np.ones((4, 2)), "other": np.ones((7, 2))}  # each (…, 2)
pairs = [np.ones(2), np.zeros(2)]  # (2,) each
f = lambda x, y: x + y  # (2,), (2,) → (2,)
x = np.ones(2)  # two numbers (no shape is said)
x = np.ones(2)  # (k − 1)! is no shape either
""".strip().split("\n")

WRONG = """
x = np.ones((2, 3))  # (3, 2)
x = np.ones(3)  # (3, 1)
x, y = np.ones(3), np.ones((3, 1))  # (3,), (1, 3)
n = 4; x = np.ones((n, 2))  # (n + 1, 2)
x, y = np.ones((7, 2)), np.ones(3)  # (N, d), (d,)
low, high = np.ones(3), np.ones(4)  # each (3,)
x = np.ones((5, 4, 3))  # (…, 4)
runs = {"one": np.ones((4, 2)), "other": np.ones((7, 3))}  # each (…, 2)
pairs = [np.ones(2), np.zeros(3)]  # (2,) each
x = np.ones(3)  # (4, …)
x = np.ones(1)  # ()
x, y = np.ones(3), np.ones(4)  # y: (3,)
x = np.ones(4)  # (2,) or (3,)
x = np.zeros(2); x = x + np.ones((3, 1))  # (2,)
x = np.zeros(2); x += 1  # (3,)
x: np.ndarray = np.ones(2)  # (3,)
""".strip().split("\n")


@pytest.mark.parametrize("line", RIGHT)
def test_what_is_right_runs(line: str) -> None:
    assert told(line) == ""


@pytest.mark.parametrize("line", WRONG)
def test_what_is_wrong_is_told(line: str) -> None:
    said = line.split("# ")[1]
    assert told(line).startswith(f"2: CommentError: the comment says {said}; ")


def test_the_message_says_what_is_true() -> None:
    assert told("x = np.ones((2, 3))  # (3, 2)").endswith("x has the shape (2, 3)")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("print(np.ones(2))  # (2,)", "docs/page.md:2: a shape is said of what gets a name"),
        ("x = [  # (2,)\n    1, 2\n]", "docs/page.md:2: a shape is said of what gets a name"),
        ("x, y = np.ones(3), np.ones(4)  # (3,)", "it is not clear of which: name it, or say each"),
        ("x = np.ones(3)  # y: (3,)", "y is not among x"),
        ("f = lambda x: x  # (3,)", "f is a function, which has no shape"),
    ],
)
def test_what_cannot_be_compared_is_told(line: str, said: str) -> None:
    assert said in told(line)


FUNCTION = """
def mixed(A, x):  # (m, n), (n,) → (m,)
    "It has a docstring."
    y = A @ x  # (m,)
    return y

assert mixed.__doc__ == "It has a docstring."
mixed(np.ones((2, 3)), np.ones(3))
mixed(np.ones((4, 4)), np.ones(4))
"""


def test_letters_are_the_same_within_one_call_of_a_function() -> None:
    assert told(FUNCTION) == ""
    wrong = told(FUNCTION.replace("→ (m,)", "→ (n,)"))
    assert wrong.endswith("what is returned has the shape (2,)")
    wrong = told(FUNCTION.replace("(m, n), (n,)", "(n, m), (n,)"))
    assert wrong.endswith("x has the shape (3,)")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("def f(x): return x  # (2,) → (3,)\nf(np.ones(2))", "what is returned has the shape (2,)"),
        ("def f(x, w):  # w: (3,)\n    return x\nf(1, np.ones(2))", "w has the shape (2,)"),
        ("def f(x):\n    return x  # (3,)\nf(np.ones(2))", "what is returned has the shape (2,)"),
        (
            "def f():\n    return 1.0, np.ones(2)  # a number, (3,)\nf()",
            "",  # it begins with words, and is no shape
        ),
        (
            "def f(x):  # (2,) → a number, (3,)\n    return 1.0, x\nf(np.ones(2))",
            "what is returned has the shape (2,)",
        ),
        (
            "f = lambda x: x[:1]  # (2,) → (2,)\nf(np.ones(2))",
            "what is returned has the shape (1,)",
        ),
        (
            "def f(x):  # (2,) → ()\n    def g(y):\n        return y\n    return g(x).sum()\nf(np.ones(2))",
            "",  # the inner function returns what it likes
        ),
    ],
)
def test_functions_say_what_they_take_and_give(code: str, said: str) -> None:
    assert told(code).endswith(said)
    assert bool(told(code)) is bool(said)


def test_what_has_no_shape_may_be_passed_to_a_function() -> None:
    assert told("def f(x):  # (2,) → ()\n    return x\nf('a dual number, say')") == ""


def test_a_comment_in_a_loop_is_looked_at_often_and_not_always() -> None:
    loop = "for i in range({}):\n    x = np.ones(2 + (i >= {}))  # (2,)"
    assert told(loop.format(OFTEN, OFTEN - 1))
    assert told(loop.format(OFTEN + 1, OFTEN)) == ""


def test_code_without_shapes_runs_as_it_is_written() -> None:
    names: dict[str, Any] = {}
    run(Code(("x = 1  # one",), (("docs/page.md", 1),)), "docs/page.md", Path.cwd(), names)
    assert set(names) == {"__builtins__", "x"}


@pytest.mark.parametrize(
    "comment", ["# (n)", "# 6x", "# pairs (step, slope)", "# f(x, y)", "# ()x", ""]
)
def test_what_says_no_shape(comment: str) -> None:
    said = said_in(comment)
    assert said is None or comment == "# ()x"


def test_the_shapes_of_a_block_are_counted() -> None:
    assert len(shapes_in("x = 1  # one\ny = f(x)  # (2,)\nz = g(y)  # (3,), (4,)\n")) == 2
    assert len(shapes_in("x = f(  # (2,)")) <= 1  # what is broken is told elsewhere
