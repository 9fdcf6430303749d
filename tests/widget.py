"""A widget in a real browser: driven by mouse, keyboard and touch, and read as it is displayed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from playwright.sync_api import Browser, Locator, Page, Route

from claims.reading import load_page
from claims.widget import Widget, widgets_of

from .conftest import Published

ROOT = Path(__file__).parents[1]
PLACED: list[tuple[str, Widget]] = [
    (file.stem, widget)
    for file in sorted((ROOT / "docs").glob("*.md"))
    for widget in widgets_of(load_page(file, ROOT))
]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
ALONE = (
    '<meta charset="utf-8"><link rel="stylesheet" href="assets/site.css">'
    '<body class="md-typeset" data-md-color-scheme="default">{}<script src="widgets/load.js"></script>'
)
PLAIN = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")


class Driven:
    """A widget that is loaded, in the view, and has all of its page's attention."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.name = name
        self.whole = page.locator(f"#{name}")
        self.whole.scroll_into_view_if_needed()
        page.locator(f"#{name}.live").wait_for()
        page.wait_for_function("w => w.width > 0", arg=self.whole.element_handle())

    # What it shows

    @property
    def reads(self) -> dict[str, str]:
        """Every number, or the words in its place, by its name."""
        pairs = "all => all.map(one => [one.dataset.reads, one.textContent])"
        return dict(self.whole.locator("[data-reads]").evaluate_all(pairs))

    @property
    def state(self) -> dict[str, str]:
        """The state that its link carries."""
        return dict(parse_qsl(self.link.partition("?")[2], keep_blank_values=True))

    @property
    def link(self) -> str:
        """The address of "This state"."""
        address = self.whole.locator(".widget-link").evaluate("link => link.href")
        assert isinstance(address, str)
        return address

    def control(self, name: str) -> Locator:
        """The slider, choice, box or button of a field."""
        return self.page.locator(f"#{self.name}-{name}")

    def point(self, label: str = "") -> Locator:
        """The point whose label contains these words; the first without any."""
        named = f"[aria-label*='{label}']" if label else ""
        return self.whole.locator(f".point{named}").first

    # What a reader does

    def restore(self, state: str) -> None:
        """Follow a link to a state, as a sentence of the page may hold one."""
        self.whole.evaluate("(w, state) => w.restore(`#${w.id}?${state}`)", state)

    def drag(self, right: float, down: float = 0, label: str = "") -> None:
        """Drag a point with the mouse, by so many pixels."""
        x, y = self._middle(self.point(label))
        mouse = self.page.mouse
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + right / 2, y + down / 2)
        mouse.move(x + right, y + down)
        mouse.up()

    def slide(self, name: str, part: float) -> None:
        """Click a slider at a part of its length, from 0 to 1."""
        box = self.control(name).bounding_box()
        assert box
        self.page.mouse.click(box["x"] + part * box["width"], box["y"] + box["height"] / 2)

    def press(self, where: Locator, *keys: str) -> None:
        """Press keys where they are heard."""
        where.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def swipe(self, x: float, y: float, right: float, down: float) -> None:
        """Touch the screen, move by so many pixels, and let go; the browser may scroll."""
        session = self.page.context.new_cdp_session(self.page)
        for i in range(9):
            at = {"x": x + right * i / 8, "y": y + down * i / 8}
            kind = "touchMove" if i else "touchStart"
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [at]})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        session.detach()

    def touch(self, right: float, down: float = 0, label: str = "") -> None:
        """Drag a point with a finger."""
        self.swipe(*self._middle(self.point(label)), right, down)

    def ended(self) -> None:
        """Wait until nothing moves."""
        self.page.wait_for_function("w => !w.playing", arg=self.whole.element_handle())

    def _middle(self, what: Locator) -> tuple[float, float]:
        box = what.locator(".core").bounding_box()
        assert box
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@contextmanager
def opened(
    chromium: Browser,
    published: Published,
    page: str,
    name: str,
    mistake: tuple[str, str] | None = None,
    **given: Any,
) -> Iterator[Driven]:
    """A widget of a page in a context of its own, in which motion is not wanted.

    Args:
        chromium: the browser.
        published: the real site.
        page: the page's stem.
        name: the widget's id.
        mistake: a text of the element's module, and what stands there instead; the page then holds
            the widget alone, for a chapter takes seconds to lay out.
        given: other options of the context.
    """
    element = {w.id: w.name for p, w in PLACED if p == page}[name]
    context = chromium.new_context(**{**DESKTOP, "reduced_motion": "reduce", **given})

    def mistaken(route: Route) -> None:
        old, new = mistake or ("", "")
        text = route.fetch().text()
        assert old in text, f"nothing to replace in {name}: {old}"
        route.fulfill(body=text.replace(old, new, 1), content_type="text/javascript")

    def alone(route: Route) -> None:
        widget = re.search(
            rf'<([\w-]+) class="widget" id="{name}".*?</\1>', route.fetch().text(), re.S
        )
        assert widget
        route.fulfill(body=ALONE.format(widget[0]), content_type="text/html")

    try:
        tab = context.new_page()
        tab.set_default_timeout(8000)
        if mistake:
            tab.route("**/*.html", alone)
            tab.route(f"**/{element}.js", mistaken)
        tab.goto(f"{published.address}{page}.html")
        yield Driven(tab, name)
    finally:
        context.close()


def value_of(text: str) -> float:
    """A displayed number: −0.25, or 2.5×10⁻⁷."""
    return float(text.replace("×10", "e").translate(PLAIN))


def compare(reads: dict[str, str], true: dict[str, float | str]) -> None:
    """Displayed numbers are those of the package, to half a unit of their last digit; words are the words.

    The half unit is what rounding to the displayed digits leaves; a billionth of it more is for
    values that lie between two roundings, where a last bit decides.
    """
    for name, expected in true.items():
        shown = reads[name]
        if isinstance(expected, str) or not re.match(r"−?\d", shown):
            assert shown == expected, f"{name} shows {shown}, and is {expected}"
            continue
        mantissa, _, exponent = shown.partition("×10")
        digits = len(mantissa.partition(".")[2])
        unit = 10.0 ** (int(exponent.translate(PLAIN) or 0) - digits)
        off = abs(value_of(shown) - expected)
        assert off <= unit / 2 * (1 + 1e-9) + 4 * math.ulp(abs(expected)), (
            f"{name} shows {shown}, and is {expected}"
        )
