"""The map with its gradient shows the numbers of the package, and lines of equal height."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser

from snippets.finite_difference import complex_step
from snippets.gradient_descent import gradient_descent
from snippets.loss_landscape import Landscape, quadratic_bowl, saddle

from .conftest import Published
from .widget import Driven, agreeing, compare, on_its_page, opened, tells

HERE = ("gradient", "gradient-contour")
pytestmark = [pytest.mark.browser, pytest.mark.of_pages(pages=[HERE[0]], prose=False)]
widget = on_its_page(*HERE)


def measured(f: Callable[[Any, Any], Any], minima: tuple[tuple[float, float], ...]) -> Landscape:
    """A surface that the package has not: its slopes by complex steps, exact to the last digits."""
    return Landscape(
        formula=f,
        first=lambda x, y: (
            complex_step(lambda t: f(t, complex(y)), float(x)),
            complex_step(lambda t: f(complex(x), t), float(y)),
        ),
        second=lambda x, y: (0, 0, 0),  # nobody asks
        minima=minima,
    )


WAVES = tuple((x, y) for x in (-np.pi / 2, 3 * np.pi / 2) for y in (-np.pi, np.pi))
SURFACES = {
    "bowl": quadratic_bowl,
    "round": measured(lambda x, y: x**2 + y**2, ((0.0, 0.0),)),
    "saddle": saddle,
    "waves": measured(lambda x, y: np.sin(x) + np.cos(y), WAVES),
}


def truth(widget: Driven) -> dict[str, float | str]:
    """What the package says of the state that the widget's link carries."""
    state = widget.state
    surface = SURFACES[state["f"]]
    start, rate, steps = (
        [float(state["x"]), float(state["y"])],
        float(state["rate"]),
        int(state["steps"]),
    )
    path = gradient_descent(surface.gradient, start, rate, steps)
    here = path[-1]
    given: dict[str, float | str] = {"rate": rate, "steps": steps}
    if np.linalg.norm(path, axis=1).max() >= 1000:
        lost = dict.fromkeys(("f", "length of ∇f", "∂f/∂x", "∂f/∂y"), "none")
        return {**given, "x": "diverged", "y": "diverged", **lost}
    slope = surface.gradient(here)
    given |= {"x": here[0], "y": here[1], "f": float(surface.value(here))}
    given |= {"length of ∇f": float(np.linalg.norm(slope)), "∂f/∂x": slope[0], "∂f/∂y": slope[1]}
    return {**given, **course(surface, here, slope)}


def course(surface: Landscape, here: Any, slope: Any) -> dict[str, float | str]:
    """How far −∇f is off the way to the nearest minimum."""
    ways = surface.minimisers - here
    if not len(ways):
        return dict.fromkeys(("degrees astray", "part on course"), "no minimum")
    way = min(ways, key=np.linalg.norm)
    if np.linalg.norm(way) < 1e-6:
        return dict.fromkeys(("degrees astray", "part on course"), "at the minimum")
    part = float(-slope @ way / np.linalg.norm(slope) / np.linalg.norm(way))
    return {
        "degrees astray": float(np.degrees(np.arccos(np.clip(part, -1, 1)))),
        "part on course": part,
    }


agrees = agreeing(truth)


def test_what_is_displayed_is_what_the_package_computes(widget: Driven) -> None:
    seen = set()
    for f in SURFACES:
        widget.restore(f"f={f}")
        for right, down in ((-97, 31), (-130, 60)):
            widget.drag(right, down)
            seen.add(agrees(widget))
        widget.press(widget.point(), "ArrowRight", "Shift+ArrowUp")
        seen.add(agrees(widget))
        widget.press(widget.control("step"), "Enter", "Enter")
        seen.add(agrees(widget))
        widget.slide("rate", 0.3)
        seen.add(agrees(widget))
        widget.slide("steps", 0.2)
        seen.add(agrees(widget))
        widget.press(widget.control("rate"), "ArrowLeft", "Shift+ArrowRight")
        seen.add(agrees(widget))
        widget.press(widget.control("run"), "Enter")
        assert widget.reads["steps"] == "40"
        seen.add(agrees(widget))
    assert len(seen) >= 30


def test_a_finger_moves_the_point_and_its_path(chromium: Browser, published: Published) -> None:
    widget = opened(chromium, published, *HERE, "phone")
    seen = {agrees(widget)}
    for steps in range(1, 4):
        widget.control("step").tap()  # right after a swipe Chromium takes it for its end
        widget.until(f"w => w.state.steps === {steps}")
        seen.add(agrees(widget))
    for right, down in ((-60, 10), (31, 22), (-90, -30)):
        widget.touch(right, down)
        seen.add(agrees(widget))
    assert len(seen) == 7


def test_a_click_on_the_map_brings_the_point_there(widget: Driven) -> None:
    widget.restore("x=3")
    box = widget.box(".widget-view")
    widget.page.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] / 3)
    assert float(widget.state["x"]) < -2
    assert float(widget.state["y"]) > 0.5
    agrees(widget)


def test_where_there_is_no_course_it_says_why(widget: Driven) -> None:
    for state, word in (
        ("f=saddle&x=1&y=1", "no minimum"),
        ("f=bowl&x=0&y=0", "at the minimum"),
        ("f=bowl&x=2&y=1&rate=0.5&steps=1", 0.0),  # swings over the valley, on its axis
        ("f=bowl&x=2&y=0&rate=0.5&steps=1", "at the minimum"),
    ):
        widget.restore(state)
        agrees(widget)
        compare(widget.reads, {"degrees astray": word})
    widget.restore("f=waves&x=-1.55&y=0&rate=0.6&steps=40")  # a pass between hills
    compare(widget.reads, {"degrees astray": "no direction", "length of ∇f": 0.0})


def test_where_steps_are_too_long_it_says_diverged(widget: Driven) -> None:
    widget.restore("f=bowl&rate=0.6&steps=40")
    agrees(widget)
    assert widget.reads["x"] == "diverged"
    widget.restore("f=bowl&rate=0.49&steps=40")
    agrees(widget)
    assert widget.reads["x"] == "0.000"


LINES = """(w, [f, height]) => import('./widgets/gradient-contour.js').then(({ contours }) => {
    const { left, right, top, bottom, x, y } = w.plot;
    return contours(w.values, w.columns, height).flat()
        .map(([column, row]) => [left + (column - 1.5) * 6, top + (row - 1.5) * 6])
        .filter(([a, b]) => a > left && a < right && b > top && b < bottom)
        .map(([a, b]) => [x.back(a), y.back(b)]);
})"""


def lines_are_level(widget: Driven, f: str) -> None:
    """Linear between points of a grid of 6 pixels, a height is off by less than a twelfth of a band."""
    widget.restore(f"f={f}&x=2.2&y=-1.3")
    here = float(SURFACES[f].value([2.2, -1.3]))
    heights, band = HEIGHTS[f]
    for height in (here, *heights):
        points = widget.ask(LINES, [f, height])
        assert len(points) > 20
        assert np.abs(SURFACES[f].value(points) - height).max() < band / 12


HEIGHTS = {
    "bowl": ((10, 40), 5),
    "round": ((8, 36), 4),
    "saddle": ((-12, 60), 8),
    "waves": ((-1, 1.4), 0.4),
}


@pytest.mark.parametrize("f", SURFACES)
def test_lines_join_points_of_one_height(widget: Driven, f: str) -> None:
    lines_are_level(widget, f)


def test_a_line_across_heights_is_told(chromium: Browser, published: Published) -> None:
    widget = opened(chromium, published, *HERE, "mistaken", ("row + part", "row - part"))
    with pytest.raises(AssertionError):
        lines_are_level(widget, "bowl")


@pytest.mark.parametrize(
    "mistake",
    [
        ("value - learning_rate", "value + learning_rate"),
        ("gradient: (x, y) => [2 * x, 4 * y]", "gradient: (x, y) => [2 * x, -4 * y]"),
        ("-Math.sin(y)]", "Math.sin(y)]"),
        ("a * d - b * c", "a * d + b * c"),
        ("slope.map((value) => -value)", "slope"),
        ("3 * x + 2 * y]", "3 * x - 2 * y]"),
    ],
)
def test_a_planted_mistake_is_told(
    chromium: Browser, published: Published, mistake: tuple[str, str]
) -> None:
    widget = opened(chromium, published, *HERE, "mistaken", mistake)
    tells(widget, agrees, "f=bowl&steps=2", "f=saddle&x=1", "f=waves&x=0.3&y=1")
