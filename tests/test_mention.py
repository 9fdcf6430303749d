r"""A formula that claims nothing must stand in one that is checked, or in the code; else it is told."""

from __future__ import annotations

import pytest

from claims.formula import check_formulas
from claims.formula.form import Form, form_of, python_forms
from claims.formula.mutant import changed
from claims.formula.refusal import Refusal
from claims.formula.statement import read_formula

pytestmark = pytest.mark.of_no_page


def told(text: str, *code: str) -> list[str]:
    """What is told of a page with this text and this Python."""
    return [
        p.message for p in check_formulas("page.md", f"# A page\n\n{text}\n", None, code).problems
    ]


def form(latex: str) -> Form:
    return form_of(read_formula(latex, frozenset("fg")).statements[0].claims[0].sides[0])


CLAIM = "$f(x) = x^2 + 3x$ has $f'(x) = 2x + 3$. "
HELD = [
    ("The curve is $x^2 + 3x$.", ()),
    ("Its parts are $x^2$ and $3x$.", ()),
    ("The other way round: $3x + x^2$.", ()),
    ("Of $2x$ the slope is even.", ()),
    ("Letters are free: $x$, $f(x)$, $f'(x)$, $|x|$, $e^x$, $\\nabla f$.", ()),
    ("The cube $x^3$ is in the code.", ("def cube(x):\n    return x**3",)),
    ("So is $e^{-x}$.", ("y = np.exp(-x)",)),
    ("So is $\\sqrt{x}$.", ("y = math.sqrt(x)",)),
    ("So is the point $(2, 3)$.", ("p = np.array([2.0, 3.0])",)),
    ("So is the value $t = 2$.", ("t = 2.0",)),
    ("So is the condition $x > 0$.", ("assert 0 < x",)),
    ("And $\\eta = 0.5$.", ("descend(f, 0.5)",)),
    ("A default is a value: $k = 5$.", ("def f(x, k=5):\n    return x",)),
    ("A condition of a claim is held: $|a| = a \\text{ for } a > 0$, and only if $a > 0$.", ()),
    ("A note may hold it: $x^4$<!-- math: \\frac{d}{dx} x^4 = 4x^3 -->.", ()),
    ("The sum $2 + 3$ was worked out: $2 + 3 = 5$.", ()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code"), HELD)
def test_what_a_claim_or_the_code_holds_is_no_problem(text: str, code: tuple[str, ...]) -> None:
    assert told(CLAIM + text, *code) == []


@pytest.mark.parametrize(
    ("text", "code", "latex"),
    [
        ("The curve is $x^3 + 3x$.", (), "x^3 + 3x"),
        ("The curve is $x^2 - 3x$.", (), "x^2 - 3x"),
        ("Its slope is $3x$ or $-3x$.", (), "-3x"),
        ("The cube is $x^3$.", ("y = x**2",), "x^3"),
        ("The rate is $\\frac{\\kappa - 1}{\\kappa + 1}$.", (), "\\frac{\\kappa - 1}{\\kappa + 1}"),
        ("A condition: $x^4$<!-- math: x^4 = 2 -->.", (), "x^4"),
        ("Where $g(x) \\ne 1$.", ("assert g(x) != 0",), "g(x) \\ne 1"),
        ("It is $\\frac{x + 2}{x + 2}$.", ("y = 1",), "\\frac{x + 2}{x + 2}"),
        ("At the point $(2, 4)$.", ("p = (2.0, 3.0)",), "(2, 4)"),
        ("It holds for $x > 0$.", ("assert x < 0",), "x > 0"),
        ("It holds for $x \\ge 0$.", ("assert x > 0",), "x \\ge 0"),
        ("Take $t = 1$.", ("f(x, keepdims=True)",), "t = 1"),
        ("Take $t = 2$, a power.", ("y = x**2",), "t = 2"),
        ("Take $t = 7$.", ("t = 2.0",), "t = 7"),
        ("A part is $\\frac{1}{3}$.", (), "\\frac{1}{3}"),
        ("What breaks off holds nothing: $x^5$.", ("y = x**5 +",), "x^5"),
    ],
)
def test_what_nothing_holds_is_told(text: str, code: tuple[str, ...], latex: str) -> None:
    (message,) = told(CLAIM + text, *code)
    assert f"the formula {latex} claims nothing, and no claim of this page nor its code" in message


def test_what_is_mentioned_elsewhere_holds_nothing() -> None:
    assert len(told("The cube $x^3$ is not the square, and $x^3$ is not the fourth power.")) == 2


def test_a_false_claim_holds_nothing() -> None:
    messages = told("$\\frac{d}{dx} x^3 = 4x^3$, and the slope is $4x^3$.")
    assert len(messages) == 2
    assert "is false" in messages[0]
    assert "claims nothing" in messages[1]


def test_a_definition_holds_what_it_defines_once_a_claim_uses_it() -> None:
    text = "$g(x) = x^3$ is the cube, $x^3$."
    assert any("claims nothing" in message for message in told(text))
    assert told(f"{text} $g'(x) = 3x^2$") == []


def test_what_a_table_differentiates_is_checked() -> None:
    assert told("| Function | Derivative |\n|---|---|\n| $x^4$ | $4x^3$ |\n") == []


def test_without_code_nothing_is_asked() -> None:
    assert check_formulas("page.md", "Only $x^3$.").problems == []


def test_a_note_that_says_the_same_twice_is_told() -> None:
    (message,) = told("<!-- math: 2 x y = 2 y x -->\n\n$x$")
    assert message == "the note 2 x y = 2 y x says the same on both sides"
    assert told("<!-- math: (x + 1)^2 = x^2 + 2x + 1 -->\n\n$x$") == []
    assert told("<!-- math: 2^3 = 8 -->\n\n$x$") == []


def test_a_note_that_differentiates_wrongly_is_false_and_no_condition() -> None:
    messages = told("<!-- math: \\frac{d}{dx} x^4 = 5x^3 -->\n\n$x$")
    assert "is false" in messages[0]


def test_a_letter_that_a_note_ties_is_the_name_of_the_code() -> None:
    def sigmoid(z: float) -> float:
        return z

    page = "<!-- math: \\sigma is sigmoid -->\n\nFar out, $\\sigma(-1000)$ is small.\n"
    for call, count in ("sigmoid(-1000.0)", 0), ("sigmoid(1000.0)", 1):
        found = check_formulas("page.md", page, lambda line: {"sigmoid": sigmoid}, [call]).problems
        assert len(found) == count


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2x", "x \\cdot 2"),
        ("a - b", "-b + a"),
        ("-(a - b)", "b - a"),
        ("\\frac{a}{b}", "a b^{-1}"),
        ("\\frac{4x}{2}", "2x"),
        ("\\frac{1}{xy}", "\\frac{1}{x} \\cdot \\frac{1}{y}"),
        ("\\sqrt{x}", "x^{1/2}"),
        ("e^{2x}", "\\exp(2x)"),
        ("\\mathbf{x}", "x"),
        ("\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}", "(1, 2)"),
        ("(1, 2)^\\top", "(1, 2)"),
        ("2^{-3}", "\\frac{1}{8}"),
        ("x \\cdot x", "x^2"),
        ("\\frac{x^3}{x}", "x^2"),
        ("\\max(a, b)", "\\max(b, a)"),
    ],
)
def test_one_form_however_it_is_written(one: str, other: str) -> None:
    assert form(one) == form(other)


@pytest.mark.parametrize(
    ("latex", "code"),
    [
        ("-\\frac{1}{x^2}", "-1 / x**2"),
        ("(w - 3)^2", "(w - 3.0) ** 2"),
        ("x^2", "x * x"),
        ("\\frac{\\kappa - 1}{\\kappa + 1}", "(kappa - 1) / (kappa + 1)"),
        ("\\frac{2}{\\lambda_{\\max}}", "2 / lambda_max"),
        ("1 - \\beta^t", "1 - beta**t"),
        ("X^\\top \\mathbf{r}", "X.T @ r"),
        ("\\|\\mathbf{v}\\|", "np.linalg.norm(v)"),
        ("x_1^2 + 2x_2^2", "x[0] ** 2 + 2 * x[1] ** 2"),
        ("w_1 x_1", "w1 * x1"),
        ("\\ln x", "np.log(x)"),
        ("\\max(0, z)", "np.maximum(z, 0)"),
        ("\\sqrt[3]{\\varepsilon}", "np.cbrt(epsilon)"),
        ("10^{-5}", "1e-5"),
        ("f(x + h)", "f(x + h)"),
    ],
)
def test_python_has_the_form_of_its_formula(latex: str, code: str) -> None:
    assert form(latex) in set(python_forms(code, {}))


@pytest.mark.parametrize("latex", ["x^3 - 2x", "\\frac{a - 1}{2a}", "e^{-2x} y_1", "(3, -4)"])
def test_what_is_not_the_same_has_another_form(latex: str) -> None:
    made = set()
    for _, mutant in changed(latex):
        try:
            made.add(form(mutant))
        except Refusal:  # which is told as well
            continue
    assert len(made) >= 2
    assert form(latex) not in made
