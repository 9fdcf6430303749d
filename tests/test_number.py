"""What counts as a number in prose, how it is compared, and how it is written."""

from __future__ import annotations

import math

import numpy as np
import pytest

from claims.claim import claims_of
from claims.number import compare_number, formatted, numbers_in, value_of
from claims.reading import read_page


@pytest.mark.parametrize(
    ("prose", "numbers"),
    [
        ("The slope is 6.0 here.", ["6.0"]),
        ("It falls from 1e-3 to -2.5e-10, or −1.32.", ["1e-3", "-2.5e-10", "−1.32"]),
        ("There are 1,797 images.", ["1,797"]),
        ("It is 97 % right, in 10-fold tests.", ["97", "10"]),
        ("Two of three steps, twice, half as long.", ["Two", "three", "twice", "half"]),
        ("Between 3-4 and 5–6.", ["3", "4", "5", "6"]),
        ("The end is 12.", ["12"]),
        ("(7) and |8| and 9:", ["7", "8", "9"]),
        ("It takes 2000 steps, in 1500 of them.", ["2000", "1500"]),
    ],
)
def test_a_number_in_prose_is_seen(prose: str, numbers: list[str]) -> None:
    assert [number.text for number in numbers_in(prose)] == numbers


@pytest.mark.parametrize(
    "prose",
    [
        "A 2-D array of float32, or float64, on 64-bit machines.",
        "Python 3.11 to 3.14, NumPy 2.4.6, Python ≥ 3.11.",
        "See §5.7, section 4.2, Figure 3 and chapters 2 and 3.",
        "Numerical Recipes, 3rd ed., the 2nd line.",
        "Squire and Trapp (1998), Press et al., 2007. In 2014 Dauphin and others said so.",
        "One value, the first of all, once; a non-zero one-sided, two-sided, second-order rule.",
        "CS231n, S0.3, E04, x1 and IEEE 754.",
        "1. The first item\n2. The second item",
        "# Measure a slope with two values",
    ],
)
def test_what_is_exempt_is_no_number(prose: str) -> None:
    assert numbers_in(prose) == []


def test_a_digit_in_a_title_is_a_number() -> None:
    assert [n.text for n in numbers_in("## Stop after 12 steps")] == ["12"]


@pytest.mark.parametrize(
    ("value", "like", "text"),
    [
        (6.0000000001, "6.0", "6.0"),
        (5.96, "6", "6"),
        (-1.3200000001, "−1.32", "−1.32"),
        (-1.3200000001, "-1.32", "-1.32"),
        (2.26e-3, "+0.002", "+0.002"),
        (-0.0001, "0.00", "0.00"),
        (1797, "1,797", "1,797"),
        (3.04e-9, "3e-9", "3e-9"),
        (9.99e-9, "1.0e-8", "1.0e-8"),
        (2.5e11, "1.0e3", "2.5e11"),
        (5, "five", "five"),
        (5, "Six", "Five"),
        (137, "six", "137"),
        (2.44e-8, r"2.0\times 10^{-7}", r"2.4\times 10^{-8}"),
        (1e-8, "10^{-8}", "10^{-8}"),
    ],
)
def test_a_value_is_written_as_the_page_writes_it(value: float, like: str, text: str) -> None:
    assert formatted(value, like) == text


@pytest.mark.parametrize(
    "text", ["6.0", "−1.32", "1,797", "2.5e-10", "twice", "10^{-8}", r"2.5\times 10^{3}"]
)
def test_reading_and_writing_a_number_are_inverse(text: str) -> None:
    assert formatted(value_of(text), text) == text


@pytest.mark.parametrize(
    ("text", "mark", "value", "right"),
    [
        ("6.0", "=", 6.04, True),
        ("6.0", "=", 6.06, False),
        ("6", "=", np.float32(6.0).item(), True),
        ("6.0", "=", True, False),
        ("6.0", "=", "6.0", False),
        ("6.0", "=", math.nan, False),
        ("6.0", "=", math.inf, False),
        ("6.0", "=", 6 + 0j, False),
        ("1e-3", ">", 0.99e-3, True),
        ("1e-3", ">", 1e-3, False),
        ("1e-3", ">", 1.01e-3, False),
        ("1e-3", ">", 0.99e-4, False),
        ("1e-3", ">", 0.0, False),
        ("1e-3", ">", -0.5e-3, False),
        ("1e-3", "<", 1.01e-3, True),
        ("1e-3", "<", 0.99e-3, False),
        ("1e-3", "<", 1.01e-2, False),
        ("", "check", True, True),
        ("", "check", 1, False),
        ("", "check", "yes", False),
        ("", "check", None, False),
    ],
)
def test_a_number_is_right_or_wrong(text: str, mark: str, value: object, right: bool) -> None:
    assert (compare_number(text, mark, value, "expression") is None) == right


def problems_of(source: str) -> list[str]:
    return [problem.message for problem in claims_of(read_page("page.md", source))[1]]


def test_an_output_explains_the_digits_it_prints_in_its_own_section() -> None:
    output = "```python\nprint(0.5403)\n```\n\n```output\n0.5403\n```\n"
    assert problems_of(f"## One\n\n{output}\nIt is 0.5403.\n") == []
    assert problems_of(f"## One\n\n{output}\nIt is 0.5404.\n") != []
    assert problems_of(f"## One\n\n{output}\n## Other\n\nIt is 0.5403.\n") != []
    assert problems_of(f"## One\n\n{output}\nIt is 0.540.\n") != []


def test_an_output_does_not_explain_a_number_too_short_to_be_no_accident() -> None:
    output = "```python\nprint(6)\n```\n\n```output\n6\n```\n"
    assert problems_of(f"## One\n\n{output}\nIt is 6.\n") != []


def test_numbers_in_code_addresses_and_formulas_are_not_prose() -> None:
    source = "Take `x[3] = 2` and $x^2 = 4$, see [it](page.md#part-2) or https://example.org/1.\n"
    assert problems_of(source) == []


def test_a_derivative_table_is_left_to_the_formula_checker() -> None:
    table = "| Function | Derivative |\n|---|---|\n| $7$ | $0$ |\n"
    assert problems_of(table) == []
    assert problems_of(table.replace("Derivative", "Remark")) != []


def test_a_note_may_follow_emphasis() -> None:
    assert problems_of("It is **6.0**<!--= slope -->.\n") == []
