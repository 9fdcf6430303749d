"""Descent on a curve shows the paths of the package, and each named rate does what it is called."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser

from snippets.finite_difference import complex_step
from snippets.gradient_descent import (
    DescentError,
    convergence_rate,
    gradient_descent,
    learning_rate_limit,
)

from .conftest import Published
from .widget import ROOT, Driven, agreeing, compare, on_its_page, opened, tells, value_of

HERE = ("gradient_descent", "descent-1d")
pytestmark = [pytest.mark.browser, pytest.mark.of_pages(pages=[HERE[0]], prose=False)]
widget = on_its_page(*HERE)
LOSSES: dict[str, Any] = {
    "parabola": lambda w: (w - 3) ** 2,
    "walls": lambda w: 2 * (w - 3) ** 2 + (w - 3) ** 4 / 10,
}
SLOPES: dict[str, Any] = {  # the formulas of the page; that they are the derivatives is tested
    "parabola": lambda w: 2 * (w - 3),
    "walls": lambda w: 4 * (w - 3) + 2 / 5 * (w - 3) ** 3,
}
BEHAVIOURS = ("crawls", "converges", "oscillates", "diverges")


def path_of(state: dict[str, str]) -> Any:
    """The package's path of a state, up to the point that counts as diverged."""
    start, rate, steps = float(state["start"]), float(state["rate"]), int(state["steps"])
    try:
        path = gradient_descent(SLOPES[state["f"]], start, rate, steps)
    except DescentError as error:
        path = error.path
    gone = np.flatnonzero(np.abs(path - 3) >= 1000)
    return path[: gone[0] + 1] if gone.size else path


def curvature(f: str) -> float:
    return float(complex_step(SLOPES[f], 3.0))


def factor(f: str, rate: float) -> float:
    """What is left of a small error, with the side on which it is."""
    size = convergence_rate(curvature(f), rate)
    after = gradient_descent(SLOPES[f], 3 + 1e-4, rate, 1)[1]
    return float(np.copysign(size, after - 3))


def behaviour(left: float) -> str:
    if left == -1:
        return "swings for ever"
    bounds = {-1.0: "diverges", 0.0: "oscillates", np.nextafter(0.9, 1): "converges"}
    return next((name for bound, name in bounds.items() if left < bound), "crawls")


def truth(widget: Driven) -> dict[str, float | str]:
    """What the package says of the state that the widget's link carries."""
    state = widget.state
    f, rate, path = state["f"], float(state["rate"]), path_of(state)
    w, left = path[-1], factor(f, rate)
    run: dict[str, float | str] = {
        "w": float(w),
        "slope f′(w)": float(complex_step(LOSSES[f], w)),
        "loss": float(LOSSES[f](w)),
    }
    return {
        "start": float(state["start"]),
        "rate": rate,
        "steps": len(path) - 1,
        **(run if abs(w - 3) < 1000 else dict.fromkeys(run, "diverged")),
        "limit 2/f″": learning_rate_limit(curvature(f)),
        "factor 1 − ηf″": left,
        "near w = 3": behaviour(left),
    }


agrees = agreeing(truth)


def test_what_is_displayed_is_what_the_package_computes(widget: Driven) -> None:
    seen = set()
    for f in LOSSES:
        widget.control("f").select_option(f)
        for right in (70, -31, 120):
            widget.drag(right)
            seen.add(agrees(widget))
        for part in (0.04, 0.3, 0.45, 0.7, 0.95):
            widget.slide("rate", part)
            seen.add(agrees(widget))
        widget.press(widget.point(), "ArrowRight", "Shift+ArrowLeft")
        seen.add(agrees(widget))
        widget.press(widget.control("rate"), "Home", "ArrowRight", "Shift+ArrowRight", "PageUp")
        seen.add(agrees(widget))
        widget.press(widget.control("reset"), "Enter")
        for _ in range(3):
            widget.control("step").click()
            seen.add(agrees(widget))
        widget.press(widget.control("run"), "Space")
        seen.add(agrees(widget))
    assert len(seen) >= 25


def test_a_finger_moves_the_start(chromium: Browser, published: Published) -> None:
    widget = opened(chromium, published, *HERE, "phone")
    seen = {agrees(widget)}
    for name in ("step", "diverges"):  # first: a tap right after a swipe is none to Chromium
        widget.control(name).tap()
        seen.add(agrees(widget))
    for right in (40, -21, 66):
        widget.touch(right, 3)
        seen.add(agrees(widget))
    assert len(seen) == 6


@pytest.mark.parametrize("f", LOSSES)
def test_a_slope_is_the_derivative_of_its_loss(f: str) -> None:
    w = np.linspace(-0.5, 6.5, 8)
    assert np.allclose(complex_step(LOSSES[f], w), SLOPES[f](w), rtol=1e-14)  # of rounding only


@pytest.mark.parametrize("f", LOSSES)
@pytest.mark.parametrize("name", BEHAVIOURS)
def test_a_named_rate_does_what_it_is_called(widget: Driven, f: str, name: str) -> None:
    widget.restore(f"f={f}&steps=7")
    widget.control(name).click()
    agrees(widget)
    assert widget.reads["near w = 3"] == name
    left = factor(f, float(widget.state["rate"]))
    error = path_of(widget.state) - 3
    sides, ratios = np.sign(error), np.abs(error[1:] / error[:-1])
    if name == "crawls":
        assert 0.9 < left < 1
        assert np.abs(error[-1] / error[-11]) > 1 / 3
    if name == "converges":
        assert 0 <= left <= 0.9
        assert np.abs(error[-1]) < 0.01
    if name == "oscillates":
        assert -1 < left < 0
        assert (ratios < 1).all()
    if name == "diverges":
        assert left < -1
        assert (ratios > 1).all()
    swings = name in ("oscillates", "diverges")
    assert (sides[1:] == (-sides[:-1] if swings else sides[:-1])).all()


def test_the_named_rates_are_those_of_the_page(widget: Driven) -> None:
    page = (ROOT / "docs" / "gradient_descent.md").read_text(encoding="utf-8")
    rates = re.search(r"\brates = .*?\(([\d., ]+)\)$", page, re.M)
    assert rates
    widget.restore("first")
    shown = []
    for name in BEHAVIOURS:
        widget.control(name).click()
        shown.append(value_of(widget.reads["rate"]))
    assert shown == [float(rate) for rate in rates[1].split(",")]


def test_what_leaves_has_diverged_in_words(widget: Driven) -> None:
    page = (ROOT / "docs" / "gradient_descent.md").read_text(encoding="utf-8")
    far, near = re.findall(r"\(#descent-1d\?([^)]*)\)", page)
    for state in ("rate=1.2&start=0&steps=30", far):
        widget.restore(state)
        agrees(widget)
        words = {"w": "diverged", "slope f′(w)": "diverged", "loss": "diverged"}
        compare(widget.reads, words)
    assert widget.reads["near w = 3"] == "oscillates", "below the limit of the minimum"
    widget.restore(near)
    agrees(widget)
    assert value_of(widget.reads["w"]) == 3, "and from nearer it converges"


def test_at_the_limit_it_swings_for_ever(widget: Driven) -> None:
    widget.restore("rate=1&start=1&steps=29")
    agrees(widget)
    expected: dict[str, float | str] = {"w": 5, "near w = 3": "swings for ever"}
    compare(widget.reads, expected)


def test_at_the_minimum_nothing_moves(widget: Driven) -> None:
    widget.restore("rate=1.2&start=3&steps=30")
    compare(widget.reads, {"w": 3, "loss": 0, "slope f′(w)": 0})


@pytest.mark.parametrize("f", LOSSES)
def test_the_mark_on_the_slider_is_at_the_limit(widget: Driven, f: str) -> None:
    widget.restore(f"f={f}")
    places = widget.control("rate").evaluate(
        "slider => [slider, slider.parentNode.querySelector('span')].map(e => e.getBoundingClientRect()).map(r => [r.x, r.width])"
    )
    (left, width), (mark, thick) = places
    low, high = 0.005, 1.2
    part = (mark + thick / 2 - left - 8) / (width - 16)  # half the knob stands over at each end
    assert low + part * (high - low) == pytest.approx(learning_rate_limit(curvature(f)), abs=0.003)


def test_run_goes_on_to_the_end_and_begins_anew(widget: Driven) -> None:
    widget.restore("steps=12")
    for _ in range(2):
        widget.control("run").click()
        assert widget.reads["steps"] == "30"
    widget.control("step").click()
    assert widget.reads["steps"] == "30"
    widget.control("reset").click()
    assert widget.reads["steps"] == "0"
    agrees(widget)


def test_where_motion_is_wanted_it_walks_step_by_step(
    chromium: Browser, published: Published
) -> None:
    widget = opened(chromium, published, *HERE, "desktop")
    widget.control("crawls").click()
    widget.until("w => w.state.steps > 2 && w.state.steps < 25")
    widget.control("step").click()  # the reader's hand ends it
    assert not widget.ask("w => w.playing")
    agrees(widget)


@pytest.mark.parametrize(
    "mistake",
    [
        ("path.at(-1) - learning_rate * slope", "path.at(-1) + learning_rate * slope"),
        ("return 2 / curvature", "return 1 / curvature"),
        ("1 - learning_rate * curvature", "1 + learning_rate * curvature"),
        ("slope: (w) => 2 * (w - 3)", "slope: (w) => 2 * (3 - w)"),
        ("(2 / 5) * (w - 3) ** 3", "(4 / 5) * (w - 3) ** 3"),
        ("curvature: (w) => 4 +", "curvature: (w) => 2 +"),
        ("curve.curvature(MINIMUM), rate", "curve.curvature(start), rate"),
        ("left < -1", "left < 1"),
        ("left > 0.9", "left > 0.7"),
        (">= FAR", "> 1e300"),
    ],
)
def test_a_planted_mistake_is_told(
    chromium: Browser, published: Published, mistake: tuple[str, str]
) -> None:
    widget = opened(chromium, published, *HERE, "mistaken", mistake)
    tells(widget, agrees, "rate=0.1", "f=walls&start=1&rate=0.45", "f=walls&start=0&rate=0.3")
