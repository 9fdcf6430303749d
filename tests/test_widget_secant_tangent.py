"""The secant that turns into the tangent shows the numbers of the package."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Browser

from snippets.finite_difference import backward_difference, complex_step, forward_difference

from .conftest import Published
from .widget import Driven, agreeing, compare, on_its_page, opened, tells

HERE = ("derivative", "secant-tangent")
pytestmark = [pytest.mark.browser, pytest.mark.of_pages(pages=[HERE[0]], prose=False)]
widget = on_its_page(*HERE)
FUNCTIONS = {
    "square": np.square,
    "cube": lambda x: x**3,
    "sine": np.sin,
    "exponential": np.exp,
    "absolute": np.abs,
}


def truth(widget: Driven) -> dict[str, float | str]:
    """What the package says of the state that the widget's link carries."""
    state = widget.state
    a, h, f = float(state["a"]), float(state["h"]), FUNCTIONS[state["f"]]
    secant = float(forward_difference(f, a, h) if h > 0 else backward_difference(f, a, -h))
    if state["f"] == "absolute":  # not analytic: by hand
        words = {"tangent slope": "no derivative here", "error": "none"}
        slope = float(np.sign(a))
        rest = {"tangent slope": slope, "error": secant - slope} if a else words
    else:
        slope = float(complex_step(f, a))
        rest = {"tangent slope": slope, "error": secant - slope}
    return {"a": a, "h": h, "secant slope": secant, **rest}


agrees = agreeing(truth)


def test_what_is_displayed_is_what_the_package_computes(widget: Driven) -> None:
    seen = set()
    for f in FUNCTIONS:
        widget.control("f").select_option(f)
        for right in (-97, 55):
            widget.drag(right)
            seen.add(agrees(widget))
        for part in (0.1, 0.45, 0.8):
            widget.slide("h", part)
            seen.add(agrees(widget))
        widget.press(widget.point(), "ArrowRight", "Shift+ArrowLeft")
        seen.add(agrees(widget))
        widget.press(widget.control("h"), "ArrowLeft", "Shift+ArrowRight", "PageDown")
        seen.add(agrees(widget))
        widget.press(widget.control("shrink"), "Enter")
        seen.add(agrees(widget))
    assert len(seen) >= 35


def test_a_finger_moves_the_point(chromium: Browser, published: Published) -> None:
    widget = opened(chromium, published, *HERE, "phone")
    seen = {agrees(widget)}
    widget.control("shrink").tap()  # first: a tap right after a swipe is none to Chromium
    widget.until("w => w.state.h === 0.01")
    seen.add(agrees(widget))
    for right in (-60, 31, -90, 20):
        widget.touch(right, 3)
        seen.add(agrees(widget))
    assert len(seen) == 6


def test_at_the_corner_there_is_no_derivative(widget: Driven) -> None:
    for h, secant in ((0.7, 1), (-0.7, -1)):
        widget.restore(f"f=absolute&a=0&h={h}")
        agrees(widget)
        expected = {"secant slope": secant, "tangent slope": "no derivative here", "error": "none"}
        compare(widget.reads, expected)


def test_the_step_passes_zero_and_never_is_zero(widget: Driven) -> None:
    widget.restore("h=0.02")
    steps = []
    for key in ("ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowRight", "ArrowRight"):
        widget.press(widget.control("h"), key)
        steps.append(widget.reads["h"])
        agrees(widget)
    assert steps == ["0.01", "−0.01", "−0.02", "−0.01", "0.01"]


def test_h_goes_to_zero_from_the_side_where_it_is(widget: Driven) -> None:
    for start, end in (("0.8", "0.01"), ("-0.8", "−0.01")):
        widget.restore(f"f=cube&a=1.5&h={start}")
        for _ in range(2):  # from its end it begins anew
            widget.control("shrink").click()
            assert widget.reads["h"] == end
            agrees(widget)


def test_where_motion_is_wanted_h_passes_values_between(
    chromium: Browser, published: Published
) -> None:
    widget = opened(chromium, published, *HERE, "desktop")
    widget.control("shrink").click()
    widget.until("w => w.state.h < 0.6 && w.state.h > 0.02")
    widget.control("h").press("ArrowRight")  # the reader's hand ends it
    assert not widget.ask("w => w.playing")
    agrees(widget)


@pytest.mark.parametrize(
    "mistake",
    [
        ("f(x + h) - f(x)", "f(x + h) + f(x)"),
        ("f(x + h) - f(x)", "f(x) - f(x + h)"),
        ("slope: Math.cos", "slope: (x) => -Math.cos(x)"),
        ("secant - tangent", "tangent - secant"),
        ("x === 0 ? undefined", "x === 9 ? undefined"),
    ],
)
def test_a_planted_mistake_is_told(
    chromium: Browser, published: Published, mistake: tuple[str, str]
) -> None:
    widget = opened(chromium, published, *HERE, "mistaken", mistake)
    tells(widget, agrees, "f=square&h=0.5", "f=sine&a=0.3", "f=absolute&a=0")
