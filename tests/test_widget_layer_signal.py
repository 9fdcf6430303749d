"""The gradient through depth is the one of the page's program, from the same random numbers."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser

from claims.reading import load_page

from .conftest import Published
from .widget import ROOT, Driven, agreeing, on_its_page, opened, tells

HERE = ("vanishing_gradients", "layer-signal")
pytestmark = [pytest.mark.browser, pytest.mark.of_pages(pages=[HERE[0]], prose=False)]
widget = on_its_page(*HERE)


@functools.cache
def program() -> dict[str, Any]:
    """What the page has defined where its program `lengths` is, which uses the package's functions."""
    names: dict[str, Any] = {}
    for fence in load_page(ROOT / "docs" / "vanishing_gradients.md", ROOT).fences:
        if fence.language == "python" and not fence.options:
            exec(fence.text, names)
            if "lengths" in names:
                return names
    raise AssertionError("the page defines no lengths")


@functools.cache
def lengths(name: str, variance: float, residual: bool, normalise: bool) -> Any:
    """Length after each layer on the way back, (51,)."""
    page = program()
    f, df = {"sigmoid": page["sig"], "tanh": page["hyp"], "ReLU": page["rel"]}[name]
    alpha = 1 / page["depth"] if residual else 1.0
    return page["lengths"](
        lambda z: alpha * f(z), lambda z: alpha * df(z), variance, float(residual), normalise
    )


def truth(widget: Driven) -> dict[str, float | str]:
    """What the page's program says of the state that the widget's link carries."""
    state = widget.state
    k = int(state["layers"])
    given: dict[str, float | str] = {"layers": k, "variance": float(state["variance"])}
    for name in ("sigmoid", "tanh", "ReLU"):
        how = (state["residual"] == "true", state["normalise"] == "true")
        found = float(lengths(name, float(state["variance"]), *how)[k])
        given |= {name: found, f"× per {name}": found ** (1 / k)}
    return given


agrees = agreeing(truth)


def test_what_is_displayed_is_what_the_page_computes(widget: Driven) -> None:
    seen = set()
    for residual in (False, True):
        for normalise in (False, True):
            widget.restore("first")
            widget.control("residual").set_checked(residual)
            widget.control("normalise").set_checked(normalise)
            seen.add(agrees(widget))
            for name in ("small", "he", "glorot"):
                widget.press(widget.control(name), "Enter")
                seen.add(agrees(widget))
            widget.slide("variance", 0.85)
            seen.add(agrees(widget))
            widget.drag(-170)
            seen.add(agrees(widget))
            widget.press(widget.point(), "ArrowLeft", "Shift+ArrowRight")
            seen.add(agrees(widget))
            widget.press(widget.control("layers"), "Home", "ArrowRight")
            seen.add(agrees(widget))
    assert len(seen) >= 28


def test_a_finger_moves_along_the_layers(chromium: Browser, published: Published) -> None:
    widget = opened(chromium, published, *HERE, "phone")
    widget.control("he").tap()
    widget.until("w => w.state.variance === 2")
    seen = {agrees(widget)}
    for right in (-60, -70, 40):
        widget.touch(right, 2)
        seen.add(agrees(widget))
    assert len(seen) == 4


def test_the_draws_are_those_of_numpy(widget: Driven) -> None:
    """To the last digits: the 256 edges of the ziggurat are computed one from another."""
    a, first, last, u, total = widget.page.evaluate(
        "import('./widgets/layer-signal.js').then(({ drawn }) => {"
        "  const { a, weights, u } = drawn();"
        "  const total = weights.reduce((sum, W) => W.reduce((sum, w) => sum + w * w, sum), 0);"
        "  return [a, weights[0], weights[49], u].map((all) => [...all]).concat(total); })"
    )
    numpy = np.random.default_rng(0).normal(size=500_200)
    assert a == pytest.approx(numpy[:100], rel=1e-12)
    assert first == pytest.approx(numpy[100:10_100], rel=1e-12)
    assert last == pytest.approx(numpy[-10_100:-100], rel=1e-12)
    assert u == pytest.approx(numpy[-100:], rel=1e-12)
    assert total == pytest.approx(np.sum(numpy[100:-100] ** 2), rel=1e-12)


@pytest.mark.parametrize(
    "mistake",
    [
        ("1 - Math.tanh(z) ** 2", "1 + Math.tanh(z) ** 2"),
        ("* (1 - sigmoid(z))", "* (1 + sigmoid(z))"),
        ("Number(z > 0)", "Number(z < 0)"),
        ("value - z[i] * along", "value + z[i] * along"),
        ("alpha * f(value) + path", "alpha * f(value) - path"),
        ("path * value + scale", "path * value - scale"),
        ("W[i * N + j] * slope", "W[j * N + i] * slope"),
        ("2360ed051fc65da4", "2360ed051fc65da5"),
        ("random[0] & 256 ? -1 : 1", "random[0] & 256 ? 1 : -1"),
    ],
)
def test_a_planted_mistake_is_told(
    chromium: Browser, published: Published, mistake: tuple[str, str]
) -> None:
    widget = opened(chromium, published, *HERE, "mistaken", mistake)
    tells(widget, agrees, "first", "normalise=true", "residual=true&variance=4&layers=40")
