"""Value: what is computed once and remembered is what computing it anew would give."""

from __future__ import annotations

import pytest
import sympy
from mpmath import mp, mpf
from sympy import Symbol

from claims.formula import check_formulas, nearby, wave  # noqa: F401 - these two enter OPERATIONS
from claims.formula.inside import put
from claims.formula.meaning import Meaning
from claims.formula.sample import Where, points
from claims.formula.slope import slope
from claims.formula.tries import Tries
from claims.formula.unknown import Area, Split, unknown
from claims.formula.value import Point
from tests.formula import page

X, Y, T = (Symbol(letter, real=True) for letter in "xyt")
KINDS = [
    X**3 * Y**2 * sympy.sin(X) + Y,
    sympy.sqrt(X**2 + Y**2) / (1 + X * Y),
    X**Y + 2 ** (X * Y),
    sympy.exp(-(X**2)) * sympy.log(1 + X**2),
    sympy.atan(X * Y) * sympy.tanh(X) / sympy.cosh(Y),
    sympy.Abs(X - 3) * sympy.erf(X) + sympy.Max(X, 2 * Y),
    unknown("f", [X**2, X * Y]) * unknown("g", [X]),
    Area(sympy.exp(-T * X), T, sympy.S.Zero, X**2),
    Split((X**2 * Y, X > 5), (sympy.cos(X * Y), True), evaluate=False),
]


def _at(expr: sympy.Expr) -> mpf:
    with mp.workdps(30):
        return Point({X: mpf("0.7"), Y: mpf("1.3")}, seed=1).value(expr)


@pytest.mark.parametrize("expr", KINDS, ids=str)
@pytest.mark.parametrize("symbols", [(X,), (Y,), (X, X), (X, Y), (T,)], ids=str)
def test_a_slope_is_that_of_sympy(expr: sympy.Expr, symbols: tuple[Symbol, ...]) -> None:
    if len(symbols) > 1 and expr.has(Split):
        symbols = symbols[:1]  # the second is a limit of the first
    with mp.workdps(30):
        assert mp.almosteq(_at(slope(expr, *symbols)), _at(expr.diff(*symbols)), mpf(10) ** -22)


def test_a_slope_in_what_is_no_symbol_is_refused() -> None:
    with pytest.raises(ValueError, match="First variable"):
        slope(X**2, sympy.Integer(2))


@pytest.mark.parametrize("expr", KINDS, ids=str)
@pytest.mark.parametrize(
    "by", [{X: Y}, {X: Y**2, Y: X + 1}, {X: sympy.Integer(2)}, {X**2: T}], ids=str
)
def test_symbols_are_put_in_at_once(expr: sympy.Expr, by: dict[sympy.Expr, sympy.Expr]) -> None:
    assert put(expr, by) == expr.xreplace(by)


def test_a_point_that_is_moved_computes_anew_what_moves() -> None:
    point = Point({X: mpf(2), Y: mpf(3)}, seed=0)
    assert point.value(X * Y**2 + Y) == 21
    assert point.moved(X, mpf(5)).value(X * Y**2 + Y) == 48
    assert point.moved(X, mpf(5)).moved(Y, mpf(1)).value(X * Y**2 + Y) == 6


def test_a_point_that_is_moved_has_the_digits_in_force() -> None:
    with mp.workdps(80):
        point = Point({X: mpf(2), Y: mpf(3)}, seed=0)
        point.value(sympy.sqrt(Y))
    with mp.workdps(400):
        finer = point.moved(X, mpf(1)).value(X * sympy.sqrt(Y))
        assert abs(finer**2 - 3) < mpf(10) ** -395


def test_points_remembered_are_those_of_their_seed_and_their_digits() -> None:
    for digits in (80, 30, 80):
        with mp.workdps(digits):
            first, second, *_ = points([X * Y], Where(), 4)
            assert first.symbols != second.symbols
            assert first.value(X / 3) * 3 == pytest.approx(first.symbols[X])
            assert first.digits == digits


def test_an_unknown_function_is_another_one_at_every_point() -> None:
    function = unknown("f", [sympy.Integer(1)])
    with mp.workdps(30):
        values = {point.value(function) for point in points([function], Where(), 5)}
    assert len(values) == 5


def test_an_integral_that_is_the_same_everywhere_keeps_its_ends() -> None:
    whole, half = (Area(sympy.exp(-(T**2)), T, low, sympy.oo) for low in (-sympy.oo, sympy.S.Zero))
    other = Area(sympy.exp(-2 * T**2), T, -sympy.oo, sympy.oo)
    assert mp.almosteq(_at(whole), mp.sqrt(mp.pi))
    assert mp.almosteq(_at(half), mp.sqrt(mp.pi) / 2)
    assert mp.almosteq(_at(other), mp.sqrt(mp.pi / 2))


@pytest.mark.parametrize(
    ("latex", "sizes"),
    [
        (r"\sum_{k=1}^{n} k = \frac{n(n+1)}{2}", 5),
        (r"(a + b)^2 = \sum_{k=0}^{2} \binom{2}{k} a^k b^{2-k} \text{ for } n > 0", 1),
    ],
)
def test_only_sizes_that_are_asked_for_are_tried(
    latex: str, sizes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Meaning] = []
    meanings = Tries.meanings

    def counted(*arguments: object, **more: object) -> object:
        for meaning in meanings(*arguments, **more):
            tried.append(meaning)
            yield meaning

    monkeypatch.setattr(Tries, "meanings", counted)
    scene = r"\sum_{j=1}^{n} 1 = n"
    found = check_formulas("page.md", page([scene, latex])).formulas
    assert [f.verdict for f in found] == ["verified", "verified"]
    assert len(tried) == 5 + sizes


def test_what_was_decided_before_changes_no_evidence() -> None:
    false = page([r"\sin(x)^2 + \sqrt{x^2 + 3} \cos(y) = 1"])
    first = check_formulas("page.md", false).formulas[-1].message
    for other in (
        r"\sin(x)^2 = 1 - \cos(x)^2",
        r"\frac{d}{dx} \sin(x y) = y \cos(x y)",
        r"x^2 \ge 0",
    ):
        check_formulas("page.md", page([other]))
    assert first == check_formulas("page.md", false).formulas[-1].message
    assert "left side" in first
