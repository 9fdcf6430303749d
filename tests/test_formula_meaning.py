"""Meaning: names belong to sections; notes, tables and the page's code tell the rest."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest

from claims.formula import FormulaReport, check_formulas


def check(source: str, **names: object) -> FormulaReport:
    """The report on a page whose code leaves these names."""

    def namespaces(line: int) -> Mapping[str, object]:
        return names

    return check_formulas("docs/page.md", source, namespaces)


def verdicts(source: str, **names: object) -> list[str]:
    return [f.verdict for f in check(source, **names).formulas]


def messages(source: str, **names: object) -> str:
    return "\n".join(map(str, check(source, **names).problems))


# Sections


def test_the_first_equation_defines_and_later_ones_claim() -> None:
    assert verdicts("$f(x) = x^2$, $f'(x) = 2x$, $f(3) = 9$") == [
        "definition",
        "verified",
        "verified",
    ]
    assert verdicts("$f(x) = x^2$, $f'(x) = 2x$, $f(3) = 8$")[-1] == "false"


def test_two_definitions_of_one_name_must_agree() -> None:
    assert verdicts("$L(w) = (w-3)^2 + 1$ and $L(w) = w^2 - 6w + 10$") == ["definition", "verified"]
    assert verdicts("$L(w) = (w-3)^2 + 1$ and $L(w) = w^2 - 6w + 11$") == ["definition", "false"]


def test_a_heading_frees_names_and_a_subheading_inherits_them() -> None:
    apart = "## One\n\n$f(x) = x^2$, $f'(x) = 2x$\n\n## Two\n\n$f(x) = x^3$, $f'(x) = 3x^2$\n"
    assert verdicts(apart) == ["definition", "verified"] * 2
    beneath = "## One\n\n$f(x) = x^2$\n\n### Two\n\n$f'(x) = 2x$\n\n### Three\n\n$f'(x) = 3x$\n"
    assert verdicts(beneath) == ["definition", "verified", "false"]


def test_a_claim_may_come_before_what_it_speaks_of() -> None:
    source = r"$E(h) = h + \frac{1}{h}$ has $E'(s) = 0$, where $s = \sqrt{1}$."
    assert verdicts(source) == ["definition", "verified", "definition"]


def test_a_definition_that_nothing_uses_is_a_problem() -> None:
    report = check("$f(x) = x^2$")
    assert report.counts["definition"] == 1
    assert "no formula uses it" in str(report.problems[0])
    assert not check("$f(x) = x^2$, $f'(x) = 2x$").problems


def test_a_number_for_a_letter_is_used_where_the_letter_is_mentioned_or_in_the_code() -> None:
    assert "no formula uses it" in messages("The bound is $\\lambda = 63.2$.")
    assert not messages("At $x = 2$ the slope of $f(x) = x^2$ is $f'(x) = 2x$.")
    assert not messages("The rate is $\\eta = 0.1$.", eta=0.1)
    assert "no formula uses it" in messages("The rate is $\\eta = 0.1$.", eta=0.2)


def test_numbers_for_letters_decide_numeric_claims_only() -> None:
    scene = "Take $w = 1$, $x = 2$. With $L = w x^2$, "
    assert verdicts(scene + "$L = 4$")[-1] == "verified"
    assert verdicts(scene + "$L = 5$")[-1] == "false"
    assert (
        verdicts(scene + r"$\frac{\partial L}{\partial w} = 2x$")[-1] == "false"
    )  # true at x = 2 only


def test_euler_and_an_error_called_e_are_told_apart() -> None:
    assert verdicts(r"$e^2 \approx 7.389$") == ["verified"]
    scene = r"$\hat{y} = wx$, $e = y - \hat{y}$, $L = e^2$, "
    assert verdicts(scene + r"$\frac{\partial L}{\partial e} = 2e$")[-1] == "verified"
    assert verdicts(scene + r"$\frac{\partial L}{\partial w} = -2ex$")[-1] == "verified"


def test_bold_and_plain_letters_are_two_names() -> None:
    source = r"$\mathbf{y} = \mathbf{X}\mathbf{w}$ and $y = 3$ give $y = 3$, $\mathbf{y}^T = \mathbf{w}^T\mathbf{X}^T$"
    assert verdicts(source) == ["definition", "definition", "verified", "verified"]


def test_an_expression_claims_nothing_but_must_be_readable() -> None:
    assert verdicts("$x^2$, $h \\to 0$, $x > 0$, $f(x)$") == ["read"] * 4
    assert verdicts("$x^{$") == ["refused"]


def test_a_condition_on_an_unknown_slope_is_no_claim() -> None:
    assert verdicts("where $f'(x) > 0$") == ["read"]
    assert verdicts("$f(x) = x^2$ where $f'(x) > 0$")[-1] == "false"


def test_a_line_that_begins_with_a_sign_goes_on() -> None:
    assert verdicts("$$f(x) = x^2$$\n$$f'(x) = 2x$$\n$$= x + x$$\n")[-1] == "verified"
    assert verdicts("$$f(x) = x^2$$\n$$f'(x) = 2x$$\n$$= 3x$$\n")[-1] == "false"
    assert verdicts("$$= 3x$$") == ["refused"]


# Notes


def test_a_note_defines() -> None:
    page = (
        r"<!-- math: f(x, y) = x^2 y + 3y^2 -->" + "\n\n" + r"$\frac{\partial f}{\partial x} = 2xy$"
    )
    assert verdicts(page) == ["verified"]
    assert "no formula uses it" in messages("<!-- math: f(x) = x^2 -->\n\nText.")


def test_a_note_gives_shapes() -> None:
    page = "<!-- math: X 3x2, w 2x1, y 3x1 -->\n\n$L = \\|Xw - y\\|^2$ has $\\nabla_w L = 2X^T(Xw - y)$"
    assert verdicts(page) == ["definition", "verified"]
    assert verdicts(page.replace("2X^T", "2X")) == ["definition", "refused"]


def test_a_note_frees_names() -> None:
    page = "$f(x) = x^2$, $f'(x) = 2x$\n\n<!-- math: new -->\n\n$f(x) = x^3$, $f'(x) = 3x^2$"
    assert verdicts(page) == ["definition", "verified"] * 2
    one = "$f(x) = x^2$, $g(x) = x$, $f'(x) = 2g(x)$\n\n<!-- math: new f -->\n\n$f(x) = x^3$, $f(x) = x^2 g(x)$"
    assert verdicts(one) == ["definition", "definition", "verified", "definition", "verified"]


def test_a_note_skips_with_a_reason() -> None:
    page = r"$\theta^* = \arg\min_\theta L(\theta)$<!-- math: skip arg min is notation -->"
    report = check(page)
    assert [f.verdict for f in report.formulas] == ["skipped"]
    assert report.skipped == ["arg min is notation"]
    assert not report.problems
    assert "says why" in messages("$x = y$<!-- math: skip -->".replace("skip ", "skip"))
    assert "skips no formula" in messages("Text. <!-- math: skip reason -->")


def test_a_note_assumes() -> None:
    scene = r"$s_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$, $L = -\sum_i y_i \ln s_i$, "
    claim = r"$\frac{\partial L}{\partial z_i} = s_i - y_i$"
    assert verdicts(scene + claim)[-1] == "false"
    assert verdicts(r"<!-- math: \sum_k y_k = 1 -->" + "\n\n" + scene + claim)[-1] == "verified"
    assert verdicts("$\\sqrt{a^2} = a$") == ["false"]
    assert verdicts("<!-- math: a > 0 -->\n\n$\\sqrt{a^2} = a$") == ["verified"]


# The page's code


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def test_a_formula_is_compared_with_what_the_code_returns() -> None:
    page = "<!-- math: \\sigma is sigmoid -->\n\n$$\\sigma(z) = \\frac{1}{1 + e^{-z}}$$\n\n$$\\sigma'(z) = \\sigma(z)(1 - \\sigma(z))$$"
    assert verdicts(page, sigmoid=sigmoid) == ["verified", "verified"]
    assert verdicts(page, sigmoid=lambda z: sigmoid(2 * z))[0] == "false"
    assert verdicts(page, sigmoid=lambda z: sigmoid(z) + 1e-4)[0] == "false"


def test_the_derivative_of_the_code_is_compared_too() -> None:
    page = "<!-- math: f is cube -->\n\n$$f'(x) = 3x^2$$"
    assert verdicts(page, cube=lambda x: x**3) == ["verified"]
    assert verdicts(page, cube=lambda x: x**3.001 if x > 0 else x**3) == ["false"]


def test_code_may_take_arrays_only() -> None:
    page = "<!-- math: f is total -->\n\n$$f(x) = x^2$$"
    assert verdicts(page, total=lambda x: float(np.sum(x[0] ** 2))) == ["verified"]


def test_a_number_of_the_code_is_compared() -> None:
    page = "<!-- math: h is step -->\n\n$h = 0.5$"
    assert verdicts(page, step=0.5) == ["verified"]
    assert verdicts(page, step=0.25) == ["false"]
    assert verdicts("<!-- math: A is a -->\n\n$A = \\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}$",
                    a=np.array([[1, 2], [3, 4]])) == ["verified"]  # fmt: skip


def test_a_tie_to_a_name_that_is_not_there_is_a_problem() -> None:
    assert "no name sigmoid" in messages("<!-- math: f is sigmoid -->\n\n$f(0) = 1$")
    report = check_formulas("page.md", "<!-- math: f is sigmoid -->\n\n$f(0) = 1$")
    assert "has not been run" in str(report.problems[0])


# Tables

TABLE = "| Function | Derivative |\n|---|---|\n| %s | %s |\n"


@pytest.mark.parametrize(
    ("function", "derivative", "wrong"),
    [
        ("$x^n$", "$n x^{n-1}$", "$n x^{n+1}$"),
        ("$e^x$", "$e^x$", "$x e^{x-1}$"),
        (r"$\ln x$", r"$\frac{1}{x}$", r"$\frac{1}{x^2}$"),
        ("$c$", "$0$", "$1$"),
        ("$7$", "$0$", "$7$"),
        (r"$\sigma(z)$", r"$\sigma(z)(1 - \sigma(z))$", r"$\sigma(z)(1 + \sigma(z))$"),
        (
            r"$\max(0, x)$",
            r"$1$ if … is written $\begin{cases} 1 & x > 0 \\ 0 & x < 0 \end{cases}$",
            "$1$",
        ),
        ("$f(x) = ax + b$", "$f'(x) = a$", "$f'(x) = b$"),
        ("$f(x) = x^2$", "$f'(x) = 2x$", "$f(x) = 2x$"),
        ("$x^3$", "$f'(x) = 3x^2$", "$f'(x) = 3x$"),
        (r"$\tanh z$", r"$1 - \tanh^2 z$", r"$1 + \tanh^2 z$"),
    ],
)
def test_every_row_is_differentiated(function: str, derivative: str, wrong: str) -> None:
    if "…" not in derivative:
        assert not messages(TABLE % (function, derivative)), messages(
            TABLE % (function, derivative)
        )
    assert messages(TABLE % (function, wrong))


def test_a_header_names_the_variable() -> None:
    table = "| f(X) | ∂f/∂X |\n|---|---|\n| %s | %s |\n"
    rows = [
        (r"$\operatorname{tr}(AX)$", "$A^T$", "$A$"),
        (r"$\operatorname{tr}(X^T A)$", "$A$", "$A^T$"),
        (r"$\operatorname{tr}(X^T X)$", "$2X$", "$X$"),
        ("$a^T X b$", "$a b^T$", "$b a^T$"),
    ]
    for function, derivative, wrong in rows:
        assert not messages(table % (function, derivative)), messages(
            table % (function, derivative)
        )
        assert messages(table % (function, wrong))


def test_a_table_of_losses() -> None:
    table = "| Loss | Gradient in $\\hat{y}$ |\n|---|---|\n| %s | %s |\n"
    bce = r"$-y \ln \hat{y} - (1 - y) \ln(1 - \hat{y})$"
    assert not messages(table % (bce, r"$\frac{\hat{y} - y}{\hat{y}(1 - \hat{y})}$"))
    assert messages(table % (bce, r"$\frac{y - \hat{y}}{\hat{y}(1 - \hat{y})}$"))
    vectors = (
        "| Loss | Gradient |\n|---|---|\n| $\\|\\mathbf{X}\\mathbf{w} - \\mathbf{y}\\|^2$ | %s |\n"
    )
    assert not messages(vectors % r"$2\mathbf{X}^T(\mathbf{X}\mathbf{w} - \mathbf{y})$")
    assert messages(vectors % r"$2\mathbf{X}(\mathbf{X}\mathbf{w} - \mathbf{y})$")


def test_a_row_without_formulas_is_a_problem() -> None:
    assert "no formula for both" in messages(TABLE % ("$x^2$", "2x"))


def test_rows_have_names_of_their_own() -> None:
    rows = "| Function | Derivative |\n|---|---|\n| $f(x) = x^2$ | $f'(x) = 2x$ |\n| $f(x) = e^x$ | $f'(x) = e^x$ |\n"
    assert not messages(rows)
    assert check(rows).rows == 2


def test_other_tables_hold_ordinary_formulas() -> None:
    assert verdicts("| Symbol | Value |\n|---|---|\n| $x$ | $1 + 1 = 3$ |\n")[-1] == "false"


# Messages and plain text


def test_a_message_names_page_line_formula_and_reason() -> None:
    text = messages("Text.\n\nMore: $f(x) = x^2$ and $f'(x) = 3x$.\n")
    assert text.startswith("docs/page.md:3: the formula f'(x) = 3x is false: at x = ")


def test_the_unreadable_is_shown_with_its_place() -> None:
    assert r"\oplus is not known here, at: \oplus b" in messages(r"$a \oplus b = c$")


@pytest.mark.parametrize(
    "prose",
    [
        "The derivative is f'(x) = 2x here.",
        "So f'(2) is four.",
        "Take f(x) = x and go.",
        "It is x^2 that counts.",
        "Then dy/dx grows.",
        "Here ∂L/∂w vanishes.",
        "The line y = 3x + 2 rises.",
        "The area x² grows.",
    ],
)
def test_mathematics_in_plain_text_is_a_problem(prose: str) -> None:
    assert "between dollars" in messages(prose)


@pytest.mark.parametrize(
    "prose",
    [
        "The derivative `f'(x) = 2x` is code.",
        "A [link](f'(x)=2x) and $f'(x)$ are not.",
        "It falls from 1e-3 to 2.5e-10, in float64 and/or float32.",
        "See §5.7, 3rd ed.; it isn't f's fault; I/O; 24/7; e.g. this.",
        "An area of 3 m² and km/h.",
        "```python\nf'(x) = 2x\n```",
        "Set `h = 1e-5` (the default).",
    ],
)
def test_prose_and_code_are_not_taken_for_mathematics(prose: str) -> None:
    assert "between dollars" not in messages(prose)
