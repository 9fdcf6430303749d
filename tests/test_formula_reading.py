"""Reading: LaTeX into a tree. What is not known is refused, with its place."""

from __future__ import annotations

import random
import subprocess
import sys
from fractions import Fraction

import pytest

from claims.formula import check_formulas, dollar_spans, tree
from claims.formula.reader import read_expression
from claims.formula.refusal import Refusal
from claims.formula.statement import read_formula
from claims.formula.token import tokens
from claims.formula.tree import Name, Times
from tests.formula import blocks

TWO = tree.Number(Fraction(2), "2")


def test_a_hat_a_bar_and_bold_are_part_of_the_name() -> None:
    assert read_expression(r"\hat y") == Name(r"\hat{y}")
    assert read_expression(r"\mathbf{x}") == Name(r"\mathbf{x}")
    assert read_expression(r"\boldsymbol{\delta}") == Name(r"\mathbf{\delta}")
    assert read_expression(r"\bar{x}_i") == Name(r"\bar{x}", (Name("i"),))


def test_letters_side_by_side_are_a_product() -> None:
    assert read_expression("wx") == Times((Name("w"), Name("x")))


def test_a_number_before_a_parenthesis_multiplies() -> None:
    assert read_expression("2(3)") == Times((TWO, tree.Number(Fraction(3), "3")))


def test_subscripts_count_and_words_label() -> None:
    assert read_expression("x_{i+1}").index
    assert read_expression(r"x_{\max}") == Name(r"x_{max}")
    assert read_expression("x^*") == Name("x^{*}")


def test_a_superscript_in_parentheses_is_a_layer_or_a_derivative() -> None:
    assert read_expression("W^{(2)}") == Name("W", (), TWO)
    assert isinstance(read_expression("f^{(2)}(x)"), tree.Call)
    assert read_expression("f^{(2)}(x)").head == tree.Prime(Name("f"), TWO)


def test_t_above_transposes() -> None:
    for latex in ("A^T", r"A^\top", r"A^{\mathsf{T}}", r"A^{\mathrm T}"):
        assert read_expression(latex) == tree.Transpose(Name("A")), latex


def test_an_exponent_without_braces_has_one_digit() -> None:
    with pytest.raises(Refusal, match="dot between"):
        read_expression("x^23")


def test_a_function_letter_before_a_parenthesis_is_called() -> None:
    assert isinstance(read_expression("f(x+1)"), tree.Call)
    assert isinstance(read_expression("a(x+1)"), tree.Times)
    assert isinstance(read_expression("a(x+1)", frozenset(["a"])), tree.Call)


def test_what_may_be_a_product_or_a_call_is_refused() -> None:
    with pytest.raises(Refusal, match="product or a function"):
        read_expression("k(x)")


def test_a_fraction_of_differentials_is_a_derivative() -> None:
    for latex in (r"\frac{df}{dx}", r"\frac{d}{dx} f", r"\frac{\mathrm{d}f}{\mathrm{d}x}", "df/dx"):
        assert read_expression(latex) == tree.Derivative(Name("f"), ((Name("x"), 1),), False), latex
    second = read_expression(r"\frac{\partial^2 f}{\partial x \, \partial y}")
    assert second == tree.Derivative(Name("f"), ((Name("x"), 1), (Name("y"), 1)), True)


def test_d_dx_reaches_over_the_product_that_follows() -> None:
    found = read_expression(r"\frac{d}{dx} a x^2 + 1")
    assert isinstance(found, tree.Plus)
    assert isinstance(found.terms[0], tree.Derivative)
    with pytest.raises(Refusal, match="how far"):
        read_expression(r"\frac{d}{dx} a \cdot x^2")
    with pytest.raises(Refusal, match="how far"):
        read_expression(r"\frac{d}{dx} (a) (x^2)")


def test_a_limit_and_a_sum_take_the_term_that_follows() -> None:
    found = read_expression(r"\lim_{h \to 0} 2x + h")
    assert isinstance(found, tree.Plus)
    assert isinstance(found.terms[0], tree.Limit)
    assert read_expression(r"\lim_{x \to 0^+} x").side == "+"
    assert isinstance(read_expression(r"\sum_{i=1}^n x_i + 1"), tree.Plus)


def test_an_evaluation_bar_belongs_to_what_is_before_it() -> None:
    for latex in (r"\frac{df}{dx}\bigg|_{x=2}", r"\left.\frac{df}{dx}\right|_{x=2}"):
        found = read_expression(latex)
        assert isinstance(found, tree.At)
        assert found.names == (Name("x"),)
    assert read_expression(r"\frac{\partial f}{\partial x}\bigg|_{(2,3)}").values[1:] == (
        tree.Number(Fraction(3), "3"),
    )


def test_bars_nest() -> None:
    assert read_expression("||x|-1|") == tree.Absolute(
        tree.Plus((tree.Absolute(Name("x")), tree.Minus(tree.Number(Fraction(1), "1"))))
    )
    assert isinstance(read_expression(r"\|x\|_2^2"), tree.Power)


def test_a_matrix_and_its_damaged_rows() -> None:
    whole = read_expression(r"\begin{bmatrix} a & b \\[8pt] c & d \end{bmatrix}")
    scraped = read_expression(r"\begin{bmatrix} a & b \ c & d \end{bmatrix}")
    assert whole == scraped
    assert len(whole.rows) == 2


def test_cases_have_conditions() -> None:
    found = read_expression(
        r"\begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}"
    )
    assert isinstance(found, tree.Cases)
    assert found.conditions[1] == ()


def test_typographic_primes_minus_and_dots_are_read() -> None:
    assert read_expression("f’(x)") == read_expression("f'(x)")
    assert read_expression("a − b") == read_expression("a - b")
    assert tokens("x … y")[1].text == "dots"


def test_a_chain_its_continuation_and_aligned_rows() -> None:
    assert len(read_formula("a = b = c").statements[0].claims[0].signs) == 2
    assert read_formula("= b").continues
    aligned = read_formula(r"\begin{aligned} a &= b \\ &= c \\ &\quad + d \end{aligned}")
    assert aligned.statements[0].claims[0].signs == ("=", "=")


def test_an_implication_and_a_condition() -> None:
    found = read_formula(r"f(x) = x^2 \Rightarrow f'(x) = 2x").statements[0]
    assert (found.kind, len(found.conditions)) == ("so", 1)
    assert len(read_formula(r"|x| = x \text{ if } x > 0").statements[0].conditions) == 1
    assert len(read_formula(r"h_1 = 2 \qquad h_2 = 3").statements) == 2


def test_a_box_a_brace_and_a_comment_beneath_say_nothing() -> None:
    assert read_formula(r"\boxed{a = b}") == read_formula("a = b")
    assert read_expression(r"\underbrace{a}_{\text{outer}}") == Name("a")


@pytest.mark.parametrize(
    ("latex", "place"),
    [
        (r"a = \foo b", r"\foo"),
        (r"a / b c", "c"),
        (r"\theta^* = \arg\min_\theta L", r"\arg"),
        (r"w \leftarrow w - 1", r"\leftarrow"),
        (r"a \propto b", r"\propto"),
        (r"\frac{a}{b", "the end"),
        (r"a \pm b", r"\pm"),
        (r"(a + b", "the end"),
        (r"\sin x (1 + x)", "("),
        ("a = ", "the end"),
        (r"f: \mathbb{R} \to \mathbb{R} = 3 \mathbb{R}", r"\mathbb"),
    ],
)
def test_what_is_not_known_is_refused_with_its_place(latex: str, place: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_formula(latex)
    assert place in refusal.value.shown(latex)


def test_dollars_in_code_fences_and_comments_are_no_formulas() -> None:
    source = "A `$x$`, a $y$.\n\n```text\n$z$\n```\n\n<!-- math: skip $w$ -->\n\n$$v$$\n"
    assert [(s.latex, s.line, s.display) for s in dollar_spans(source)] == [
        ("y", 1, False),
        ("v", 9, True),
    ]


@pytest.mark.parametrize("number", ["6", "-1.32", "10^{-8}", r"6 \times 10^{-6}", "1{,}797", "0.5"])
def test_a_bare_number_is_prose(number: str) -> None:
    assert dollar_spans(f"It is ${number}$.")[0].is_number


@pytest.mark.parametrize("formula", ["x", "2x", "2 + 3", "x^2", "h = 1"])
def test_other_formulas_are_not(formula: str) -> None:
    assert not dollar_spans(f"It is ${formula}$.")[0].is_number


def test_importing_claims_does_not_import_sympy() -> None:
    code = "import sys, claims, claims.formula; sys.exit('sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_no_text_however_broken_ends_the_check_of_a_page() -> None:
    rng = random.Random(20261121)
    whole = [block[-1] for block in blocks("true.txt") + blocks("wrong.txt")]
    for _ in range(150):
        one, other = rng.choice(whole), rng.choice(whole)
        cut = rng.randrange(len(one))
        broken = rng.choice(
            [one[:cut], one[cut:], one[:cut] + one[cut + 1 :], one[:cut] + other[cut:]]
        )
        if broken.strip():
            assert len(check_formulas("page.md", f"$${broken}$$").formulas) <= 1
