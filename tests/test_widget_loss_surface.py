"""The surface that can be turned shows the package's optimisers, step by step."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser

from snippets import loss_landscape
from snippets.gradient_descent import (
    DescentError,
    adam,
    gradient_descent,
    learning_rate_limit,
    momentum,
    rmsprop,
)

from .conftest import Published
from .widget import ROOT, Driven, agreeing, compare, on_its_page, opened, tells

HERE = ("optimiser", "loss-surface")
pytestmark = [pytest.mark.browser, pytest.mark.of_pages(pages=[HERE[0]], prose=False)]
widget = on_its_page(*HERE)
SURFACES = {
    "bowl": loss_landscape.quadratic_bowl,
    "saddle": loss_landscape.saddle,
    "rosenbrock": loss_landscape.rosenbrock,
    "himmelblau": loss_landscape.himmelblau,
}
OPTIMISERS: dict[str, Any] = {
    "descent": gradient_descent,
    "momentum": momentum,
    "RMSProp": rmsprop,
    "Adam": adam,
}
IMPORT = "const w = await import(new URL('widgets/loss-surface.js', location));"


def path_of(name: str, surface: Any, start: Any, rate: float, steps: int) -> Any:
    """The package's path, up to the point that counts as diverged."""
    try:
        path = OPTIMISERS[name](surface.gradient, start, rate, steps)
    except DescentError as error:
        path = error.path
    gone = np.flatnonzero(np.hypot(*path.T) >= 1000)
    return path[: gone[0] + 1] if gone.size else path


def truth(widget: Driven) -> dict[str, float | str]:
    """What the package says of the state that the widget's link carries."""
    state = widget.state
    surface, start = SURFACES[state["f"]], [float(state["x"]), float(state["y"])]
    shown = {name: float(state[name]) for name in ("x", "y", "rate", "steps", "turn", "tilt")}
    losses: dict[str, float | str] = {}
    for name in OPTIMISERS:
        end = path_of(name, surface, start, shown["rate"], int(shown["steps"]))[-1]
        losses[name] = float(surface.value(end)) if np.hypot(*end) < 1000 else "diverged"
    hessian = surface.hessian(start)
    bowl = np.linalg.eigvalsh(hessian)[0] > 0
    return {
        **shown,
        **losses,
        "κ at the start": float(np.linalg.cond(hessian)) if bowl else "no bowl here",
        "2/λmax there": learning_rate_limit(hessian) if bowl else "no bowl here",
    }


agrees = agreeing(truth)


def test_what_is_displayed_is_what_the_package_computes(widget: Driven) -> None:
    seen = set()
    for f in SURFACES:
        widget.control("f").select_option(f)
        seen.add(agrees(widget))
        for right, down in ((-37, 20), (60, 5)):
            widget.drag(right, down)
            seen.add(agrees(widget))
        for part in (0.1, 0.3, 0.97):
            widget.slide("rate", part)
            seen.add(agrees(widget))
        widget.slide("steps", 0.15)
        widget.press(widget.point(), "ArrowRight", "ArrowUp", "Shift+ArrowLeft")
        seen.add(agrees(widget))
        widget.press(widget.control("rate"), "Home", "ArrowRight")
        widget.press(widget.control("steps"), "ArrowRight", "Shift+ArrowRight")
        seen.add(agrees(widget))
    assert len(seen) >= 24


def test_a_finger_moves_the_start_and_turns_the_surface(
    chromium: Browser, published: Published
) -> None:
    widget = opened(chromium, published, *HERE, "phone")
    seen = {agrees(widget)}
    for right in (-30, 22, -80):
        widget.touch(right, 4)
        seen.add(agrees(widget))
    assert widget.state["turn"] == "-60"
    canvas = widget.whole.locator("canvas")
    canvas.evaluate("c => c.scrollIntoView({ block: 'center' })")
    box = canvas.bounding_box()
    assert box
    widget.swipe(box["x"] + 20, box["y"] + 40, 60, 6)
    seen.add(agrees(widget))
    assert (widget.state["turn"], widget.state["tilt"]) == ("-90", "40"), "it does not tilt"
    assert len(seen) == 5


@pytest.mark.parametrize("f", SURFACES)
def test_each_surface_is_that_of_the_package(widget: Driven, f: str) -> None:
    points = np.random.default_rng(0).uniform(-4, 4, (12, 2))
    ask = "([f, points]) => Promise.resolve().then(async () => { %s const s = w.surfaces[f]; return points.map(p => [s.value(...p), s.gradient(...p), s.hessian(...p)]); })"
    answers = widget.page.evaluate(ask % IMPORT, [f, points.tolist()])
    for point, (value, slope, second) in zip(points, answers, strict=True):
        hessian = SURFACES[f].hessian(point)
        true = [SURFACES[f].value(point), *SURFACES[f].gradient(point), *hessian[0], hessian[1, 1]]
        # 1e-12: some roundings of sums whose terms are a thousand times as large
        assert np.allclose([value, *slope, *second], true, rtol=1e-12, atol=1e-10)


@pytest.mark.parametrize("f", SURFACES)
@pytest.mark.parametrize("name", OPTIMISERS)
def test_each_step_is_that_of_the_package(widget: Driven, f: str, name: str) -> None:
    rate = {"bowl": 0.1, "saddle": 0.05, "rosenbrock": 0.001, "himmelblau": 0.01}[f]
    start = [-1.2, 1.0]
    ask = "([f, name, start, rate]) => Promise.resolve().then(async () => { %s return w[name](w.surfaces[f].gradient, start, rate, 60); })"
    method = OPTIMISERS[name].__name__
    path = np.array(widget.page.evaluate(ask % IMPORT, [f, method, start, rate]))
    true = path_of(name, SURFACES[f], start, rate, 60)
    assert path.shape == true.shape
    # 1e-9: roundings differ in the last bit (powers of β), and sixty steps magnify them
    assert np.allclose(path, true, rtol=1e-9, atol=1e-9)


def test_what_leaves_has_diverged_in_words(widget: Driven) -> None:
    page = (ROOT / "docs" / "optimiser.md").read_text(encoding="utf-8")
    small, large = re.findall(r"\(#loss-surface\?([^)]*)\)", page)
    widget.restore(small)
    agrees(widget)
    losses = {name: float(widget.reads[name]) for name in OPTIMISERS}
    assert min(losses, key=lambda name: losses[name]) == "momentum"
    assert max(losses, key=lambda name: losses[name]) == "Adam"
    widget.restore(large)
    agrees(widget)
    assert (widget.reads["descent"], widget.reads["momentum"]) == ("diverged", "diverged")
    assert float(widget.reads["Adam"]) < float(widget.reads["RMSProp"])


def test_where_the_ground_curves_down_there_is_no_limit(widget: Driven) -> None:
    for state in ("f=saddle", "f=himmelblau&x=-0.25&y=-0.9"):
        widget.restore(state)
        agrees(widget)
        assert widget.reads["2/λmax there"] == "no bowl here"


def test_at_a_minimum_nothing_moves(widget: Driven) -> None:
    for state in ("f=rosenbrock&x=1&y=1", "f=himmelblau&x=3&y=2", "f=bowl&x=0&y=0"):
        widget.restore(state)
        compare(widget.reads, dict.fromkeys(OPTIMISERS, 0.0))


def test_a_start_stays_on_its_surface(widget: Driven) -> None:
    widget.restore("f=rosenbrock&x=5&y=-5")
    assert (widget.state["x"], widget.state["y"]) == ("2", "-1")
    agrees(widget)


def test_another_surface_begins_anew(widget: Driven) -> None:
    widget.restore("f=bowl&x=1&y=1&rate=1")
    widget.control("f").select_option("rosenbrock")
    state = widget.state
    assert (state["x"], state["y"], state["rate"]) == ("-1.2", "1", "0.001")


def test_a_drag_beside_the_point_turns_and_tilts(widget: Driven) -> None:
    widget.restore("first")
    box = widget.whole.locator("canvas").bounding_box()
    assert box
    mouse = widget.page.mouse
    mouse.move(box["x"] + 60, box["y"] + 60)
    mouse.down()
    mouse.move(box["x"] + 100, box["y"] + 90)
    mouse.up()
    mouse.move(box["x"] + 200, box["y"] + 90)
    assert (widget.state["turn"], widget.state["tilt"]) == ("-80", "50")
    assert (widget.state["x"], widget.state["y"]) == ("4", "3")
    agrees(widget)


def test_keys_turn_and_tilt(widget: Driven) -> None:
    widget.restore("first")
    canvas = widget.whole.locator("canvas")
    assert canvas.get_attribute("role") == "slider"
    widget.press(canvas, "ArrowRight", "Shift+ArrowRight", "ArrowUp", "Shift+ArrowUp")
    assert (widget.state["turn"], widget.state["tilt"]) == ("-49", "51")
    assert canvas.get_attribute("aria-valuetext") == "turn = −49, tilt = 51"
    agrees(widget)


@pytest.mark.parametrize("f", SURFACES)
def test_the_place_under_the_pointer_is_the_place_that_is_seen(widget: Driven, f: str) -> None:
    for turn, tilt in ((-60, 60), (30, 75), (200, 70)):
        widget.restore(f"f={f}&turn={turn}&tilt={tilt}")
        x, y = float(widget.state["x"]), float(widget.state["y"])
        widget.ask("w => w.meet(...w.points['The start'].place)")
        # 0.1: the ray is followed in steps of a hundredth of half a side
        assert (float(widget.state["x"]), float(widget.state["y"])) == pytest.approx(
            (x, y), abs=0.1
        )


def test_the_surface_is_painted_in_both_palettes(widget: Driven) -> None:
    widget.restore("first")
    count = "c => new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size"
    centre = "c => [...c.getContext('2d').getImageData(c.width / 2, c.height * 0.4, 1, 1).data]"
    canvas = widget.whole.locator("canvas")
    painted = []
    for scheme in ("default", "slate"):
        widget.page.evaluate(f"document.body.dataset.mdColorScheme = '{scheme}'")
        widget.page.wait_for_timeout(100)
        assert canvas.evaluate(count) > 100
        painted.append(canvas.evaluate(centre))
    widget.page.evaluate("document.body.dataset.mdColorScheme = 'default'")
    assert painted[0] != painted[1]


def test_run_goes_from_the_start_to_the_end(widget: Driven) -> None:
    widget.restore("steps=12")
    widget.control("run").click()
    assert widget.reads["steps"] == "200"
    agrees(widget)


def test_each_step_of_the_knob_multiplies_the_rate(widget: Driven) -> None:
    widget.restore("rate=0.01")
    rates = []
    for _ in range(10):
        widget.press(widget.control("rate"), "ArrowRight")
        rates.append(float(widget.reads["rate"]))
    assert rates[-1] == pytest.approx(0.1)
    assert np.allclose(np.divide(rates[1:], rates[:-1]), 10**0.1, rtol=0.02)  # of four decimals


@pytest.mark.parametrize(
    "mistake",
    [
        ("x - eta * v[i]", "x + eta * v[i]"),
        ("beta * v + g[i]", "beta * v - g[i]"),
        ("beta = 0.9", "beta = 0.8"),
        ("decay * s + (1 - decay)", "decay * s + decay"),
        ("beta2 = 0.999", "beta2 = 0.99"),
        ("mean / (1 - beta ** t)", "mean"),
        ("beta1 * m + (1 - beta1)", "beta1 * m - (1 - beta1)"),
        ("middle + off]", "middle - off]"),
        ("(a - c) / 2, b", "(a - c) / 2, 0"),
        ("200 * (y - x * x)]", "200 * (x * x - y)]"),
        ("4 * x * a + 2 * b", "4 * x * a - 2 * b"),
        ("3 * x + 2 * y]", "3 * x - 2 * y]"),
        ("gradient: (x, y) => [2 * x, 4 * y]", "gradient: (x, y) => [2 * x, -4 * y]"),
        ("< 1000", "< 1e300"),
    ],
)
def test_a_planted_mistake_is_told(
    chromium: Browser, published: Published, mistake: tuple[str, str]
) -> None:
    widget = opened(chromium, published, *HERE, "mistaken", mistake)
    tells(
        widget, agrees, "f=bowl", "f=saddle", "f=rosenbrock", "f=himmelblau&x=2.5&y=2.5", "rate=1"
    )
