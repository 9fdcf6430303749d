"""The polynomial, its error and its bound are those of the package, with derivatives from mpmath."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import mpmath
import pytest
from playwright.sync_api import Browser

from snippets.taylor import lagrange_remainder, taylor_polynomial

from .conftest import Published
from .widget import Driven, compare, on_its_page, opened, tells

HERE = ("taylor_series", "taylor-order")
pytestmark = [pytest.mark.browser, pytest.mark.of_pages(pages=[HERE[0]], prose=False)]
widget = on_its_page(*HERE)
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "sine": mpmath.sin,
    "exponential": mpmath.exp,
    "logarithm": mpmath.log1p,
    "bell": lambda x: 1 / (1 + x * x),
    "flat": lambda x: mpmath.exp(-1 / x**2) if x else mpmath.mpf(0),
}
# the distance to the nearest singularity in the complex plane
RADIUS: dict[str, Callable[[float], float]] = {
    "sine": lambda a: math.inf,
    "exponential": lambda a: math.inf,
    "logarithm": lambda a: abs(-1 - a),
    "bell": lambda a: abs(1j - a),
    "flat": lambda a: abs(a) if a else math.inf,
}
LEAST = 1e-10
HIGHEST = 20


@functools.cache
def derivatives(key: str, a: float) -> list[float]:
    """f(a), …, f⁽²⁰⁾(a) from values of f alone: nothing of the widget's recurrences.

    The flat function needs 80 digits: at 0.1 it begins with 43 zeros.
    """
    if (key, a) == ("flat", 0.0):
        return [0.0] * (HIGHEST + 1)  # as the page proves
    with mpmath.workdps(80 if key == "flat" else 40):
        terms = mpmath.taylor(FUNCTIONS[key], mpmath.mpf(a), HIGHEST)
        return [float(term * mpmath.factorial(k)) for k, term in enumerate(terms)]


def most(key: str, n: int, a: float, x: float) -> float | None:
    """A bound of the derivative of order n + 1 between a and x."""
    low, high, k = min(a, x), max(a, x), n + 1
    if key == "sine":
        return 1.0
    if key == "exponential":
        return math.exp(high)
    if key == "logarithm":
        return math.factorial(n) / (1 + low) ** k
    if key == "bell":  # 1/(1 + x²) is Im 1/(x − i), whose derivatives are powers of 1/(x − i)
        nearest = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
        return float(math.factorial(k) / abs(nearest - 1j) ** (k + 1))
    return None


def said(value: float) -> float | str:
    """What is displayed of an error; below this it is little more than the rounding of f and P."""
    return value if abs(value) >= LEAST else "below 10⁻¹⁰"


def truth(widget: Driven) -> dict[str, float | str]:
    """What the package says of the state that the widget's link carries."""
    key, n = widget.state["f"], int(widget.state["n"])
    a, x = float(widget.state["a"]), float(widget.state["x"])
    f = float(FUNCTIONS[key](mpmath.mpf(x)))
    p = float(taylor_polynomial(derivatives(key, a)[: n + 1], a, x))
    bound, radius = most(key, n, a, x), RADIUS[key](a)
    error_at_most = None if bound is None else float(lagrange_remainder(bound, n, a, x))
    if error_at_most is not None:  # the bound holds: 1e-12 is for rounding, of terms up to 10³
        assert abs(f - p) <= error_at_most * (1 + 1e-9) + 1e-12 * max(1, abs(p))
    beyond = abs(x - a) - radius
    fate = "converges" if beyond < -1e-9 else "diverges" if beyond > 1e-9 else "on the edge"
    return {
        "n": float(n),
        "a": a,
        "x": x,
        "f(x)": f,
        "P(x)": p,
        "error": said(f - p),
        "error at most": "no simple bound" if error_at_most is None else said(error_at_most),
        "radius": radius if radius < math.inf else "no limit",
        "series at x": "converges to 0" if (key, a) == ("flat", 0.0) and x else fate,
    }


def agrees(widget: Driven) -> str:
    """Compare what is displayed with the package; the state, to count the different ones."""
    true = truth(widget)
    assert widget.reads.keys() == true.keys()
    compare(widget.reads, true)
    return widget.link


def test_what_is_displayed_is_what_the_package_computes(widget: Driven) -> None:
    seen = {agrees(widget)}
    for f in FUNCTIONS:
        widget.control("f").select_option(f)
        widget.restore(f"f={f}&a=0.5&n=3&x=1.5")
        for right in (-60, 35):
            widget.drag(right, label="centre")
            seen.add(agrees(widget))
            widget.drag(-2 * right, 9, label="point")
            seen.add(agrees(widget))
        for part in (0.02, 0.45, 0.99):
            widget.slide("n", part)
            seen.add(agrees(widget))
        widget.press(widget.point("centre"), "ArrowRight", "Shift+ArrowLeft")
        seen.add(agrees(widget))
        widget.press(widget.point("point"), "ArrowLeft", "ArrowUp", "Shift+ArrowRight")
        seen.add(agrees(widget))
        widget.press(widget.control("n"), "ArrowLeft", "Shift+ArrowLeft")
        seen.add(agrees(widget))
    assert len(seen) >= 40


@pytest.mark.parametrize("f", FUNCTIONS)
def test_high_orders_far_and_near(widget: Driven, f: str) -> None:
    """Where the recurrences are longest, and where they divide by the least."""
    for a in ("-0.9", "0.1", "1.3"):
        for n in (8, 20):
            widget.restore(f"f={f}&a={a}&n={n}&x=2.1")
            agrees(widget)


def test_a_finger_moves_both_points(chromium: Browser, published: Published) -> None:
    widget = opened(chromium, published, *HERE, "phone")
    seen = {agrees(widget)}
    for right, label in ((-40, "centre"), (31, "point"), (62, "centre"), (-90, "point")):
        widget.touch(right, 2, label)
        seen.add(agrees(widget))
    assert len(seen) == 5


def test_a_flat_function_says_that_its_series_is_nothing(widget: Driven) -> None:
    words = widget.whole.locator(".said")
    widget.restore("f=flat&a=0&n=20&x=1")
    agrees(widget)
    assert words.all_text_contents() == ["every derivative at 0 is 0"]
    assert widget.reads["P(x)"] == "0.0000"
    assert widget.reads["series at x"] == "converges to 0"
    widget.restore("f=flat&a=0.1&n=20&x=1")
    agrees(widget)
    assert words.count() == 0


def test_points_stay_where_the_function_is_shown(widget: Driven) -> None:
    widget.restore("f=logarithm&a=-5&x=7")
    assert (widget.state["a"], widget.state["x"]) == ("-0.9", "4")
    agrees(widget)
    widget.restore("f=sine&a=-6&x=7")
    widget.control("f").select_option("bell")
    assert (widget.state["a"], widget.state["x"]) == ("-3", "3")
    agrees(widget)


def test_where_the_series_diverges_is_shaded(widget: Driven) -> None:
    shade = widget.whole.locator(".area[style*='--quiet']")
    for state, areas in (("f=sine", 0), ("f=bell&a=0", 2), ("f=bell&a=3", 1), ("f=flat&a=0", 0)):
        widget.restore(state)
        assert shade.count() == areas
    widget.restore("f=bell&a=0&x=1")
    assert widget.reads["series at x"] == "on the edge"


@pytest.mark.parametrize(
    "mistake",
    [
        ("-d[k - 2]", "d[k - 2]"),
        ("k * (k - 1) * d[k - 2]", "-k * (k - 1) * d[k - 2]"),
        ("2 - 3 * m * a * a", "2 + 3 * m * a * a"),
        ("(x - a) / (k + 1)", "(a - x) / (k + 1)"),
        ("k <= n + 1; k++", "k <= n; k++"),
        ("Math.hypot(1, a)", "Math.abs(1 - a)"),
        ("f(x) - P(x)),", "P(x) - f(x)),"),
    ],
)
def test_a_planted_mistake_is_told(
    chromium: Browser, published: Published, mistake: tuple[str, str]
) -> None:
    widget = opened(chromium, published, *HERE, "mistaken", mistake)
    tells(widget, agrees, *(f"f={f}&a=0.6&n=5&x=1.4" for f in FUNCTIONS))
