"""The error against the step is that of the package, in both precisions, rounding noise included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser

from snippets.finite_difference import central_difference, complex_step, forward_difference

from .conftest import Published
from .widget import Driven, compare, on_its_page, opened, tells

HERE = ("finite_difference", "step-size")
pytestmark = [pytest.mark.browser, pytest.mark.of_pages(pages=[HERE[0]], prose=False)]
widget = on_its_page(*HERE)
# f, its slope, and the sizes of f, f′, f″, f‴; each takes products and quotients alone, which every
# processor rounds alike, so that even noise can be compared
FUNCTIONS: dict[str, tuple[Callable[[Any], Any], Callable[[float], float], Any]] = {
    "reciprocal": (
        lambda x: 1 / x,
        lambda x: -1 / x**2,
        lambda x: (1 / x, 1 / x**2, 2 / x**3, 6 / x**4),
    ),
    "square": (lambda x: x * x, lambda x: 2 * x, lambda x: (x * x, 2 * x, 2.0, 0.0)),
    "cube": (lambda x: x * x * x, lambda x: 3 * x**2, lambda x: (x**3, 3 * x**2, 6 * x, 6.0)),
}
METHODS = {"forward": forward_difference, "central": central_difference, "complex": complex_step}
POWERS = [i / 10 for i in range(-160, -2)]


def step_of(k: float) -> float:
    return float(f"{10**k:.1e}")


def error(method: Any, key: str, precision: str, h: float) -> float | None:
    """The error of a method of the package; None where it refuses the step, for it does not move x."""
    f, slope, _ = FUNCTIONS[key]
    x = np.dtype(precision).type(1.3)
    try:
        return abs(float(method(f, x, h)) - slope(float(x)))
    except ValueError:
        return None


def theory(key: str, precision: str, h: float) -> dict[str, float | str]:
    """The page's models of truncation and rounding, and the steps that balance them."""
    eps, x = float(np.finfo(precision).eps), float(np.dtype(precision).type(1.3))
    size, slope, bend, third = FUNCTIONS[key][2](x)

    def share(truncation: float, rounding: float) -> float:
        return 100 * rounding / (truncation + rounding)

    return {
        "forward best h": 2 * np.sqrt(eps * size / bend),
        "central best h": np.cbrt(3 * eps * size / third) if third else "no limit",
        "complex h below": np.sqrt(6 * eps * slope / third) if third else "no limit",
        "forward rounding": share(bend * h / 2, 2 * eps * size / h),
        "central rounding": share(third * h**2 / 6, eps * size / h),
        "complex rounding": share(third * h**2 / 6, eps * slope),
    }


def said(found: float | None, key: str, precision: str) -> float | str:
    """What is displayed of an error. Below two roundings of the slope it is said in words: there a
    complex quotient may differ by its last bit between processors."""
    x = float(np.dtype(precision).type(1.3))
    if found is None:
        return "x + h = x"
    least = 2 * float(np.finfo(precision).eps) * abs(FUNCTIONS[key][1](x))
    return found if found >= least else "last digit"


def truth(widget: Driven) -> dict[str, float | str]:
    """What the package says of the state that the widget's link carries."""
    key, precision, k = (widget.state[name] for name in ("f", "precision", "k"))
    h = step_of(float(k))
    errors = {
        f"{name} error": said(error(method, key, precision, h), key, precision)
        for name, method in METHODS.items()
    }
    x = float(np.dtype(precision).type(1.3))
    first = {"k": float(k), "h": h, "true slope": FUNCTIONS[key][1](x)}
    return {**first, "ε": float(np.finfo(precision).eps), **errors, **theory(key, precision, h)}


def agrees(widget: Driven) -> str:
    """Compare what is displayed with the package; the state, to count the different ones."""
    reads = {name: text.removesuffix(" %") for name, text in widget.reads.items()}
    true = truth(widget)
    assert reads.keys() == true.keys()
    compare(reads, true)
    return widget.link


def test_what_is_displayed_is_what_the_package_computes(widget: Driven) -> None:
    seen = {agrees(widget)}
    for f in FUNCTIONS:
        widget.control("f").select_option(f)
        for precision in ("float64", "float32"):
            widget.control("precision").select_option(precision)
            for part in (0.04, 0.35, 0.52, 0.96):
                widget.slide("k", part)
                seen.add(agrees(widget))
            for right in (-211, 97):
                widget.drag(right)
                seen.add(agrees(widget))
            widget.press(widget.point(), "ArrowRight", "Shift+ArrowLeft")
            seen.add(agrees(widget))
            widget.press(widget.control("k"), "ArrowLeft", "Shift+ArrowRight")
            seen.add(agrees(widget))
    assert len(seen) >= 40


def test_a_finger_moves_the_step(chromium: Browser, published: Published) -> None:
    widget = opened(chromium, published, *HERE, "phone")
    seen = {agrees(widget)}
    for right in (-60, 31, 90, -20):
        widget.touch(right, 2)
        seen.add(agrees(widget))
    assert len(seen) == 5


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_every_step_gives_numpys_number_to_the_last_bit(widget: Driven, precision: str) -> None:
    """All that is drawn, not what is displayed alone: two differences, every step, every function."""
    computed = widget.page.evaluate(
        "async ([precision, powers]) => {"
        "  const m = await import(new URL('widgets/step-size.js', document.baseURI));"
        "  const all = { forward: m.forward_difference, central: m.central_difference };"
        "  const { r } = m.precisions[precision];"
        "  return Object.entries(m.functions).flatMap(([key, f]) => Object.entries(all).map(([name, method]) =>"
        "    [key, name, powers.map(k => method(f, r(1.3), r(m.step_size(k)), r) || null)]));"
        "}",
        [precision, POWERS],
    )
    assert len(computed) == 6
    for key, name, slopes in computed:
        _, true, _ = FUNCTIONS[key]
        x = np.dtype(precision).type(1.3)
        for k, slope in zip(POWERS, slopes, strict=True):
            expected = error(METHODS[name], key, precision, step_of(k))
            found = None if slope is None else abs(slope - true(float(x)))
            assert found == expected, f"{name} of {key} in {precision} with k = {k}"


def test_a_step_that_does_not_move_x_is_said_and_not_drawn(widget: Driven) -> None:
    dots = widget.whole.locator(".dot")
    for state, words in (("precision=float32&k=-9", "x + h = x"), ("k=-16", "x + h = x")):
        widget.restore(state)
        agrees(widget)
        assert (widget.reads["forward error"], widget.reads["central error"]) == (words, words)
        assert widget.reads["complex error"] == "last digit"
        assert dots.count() == 1
    widget.restore("k=-7")
    assert dots.count() == 3


def test_without_truncation_the_widest_step_is_the_best(widget: Driven) -> None:
    widget.restore("f=square&k=-0.3")
    agrees(widget)
    assert widget.reads["central best h"] == "no limit"
    assert widget.reads["central rounding"] == "100 %"


@pytest.mark.parametrize(
    "mistake",
    [
        ("r(f(r(x + h), r) - f(x, r))", "r(f(r(x + h), r) + f(x, r))"),
        ("f(r(x + h), r) - f(r(x - h), r)", "f(r(x - h), r) - f(r(x + h), r)"),
        ("Math.fround", "(value) => value"),
        ("r(r(x + h) - x) || NaN", "h"),
        ("-1 / x ** 2", "1 / x ** 2"),
        ("r(-ratio * part)", "r(ratio * part)"),
        ("(M * h * h) / 6", "(M * h * h) / 3"),
        ("2 * Math.sqrt((eps * F) / M)", "Math.sqrt((eps * F) / M)"),
    ],
)
def test_a_planted_mistake_is_told(
    chromium: Browser, published: Published, mistake: tuple[str, str]
) -> None:
    widget = opened(chromium, published, *HERE, "mistaken", mistake)
    tells(widget, agrees, "k=-3", "k=-1", "precision=float32&k=-3", "k=-14.3")
