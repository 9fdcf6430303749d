"""A widget in a real browser: driven by mouse, keyboard and touch, and read as it is displayed."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Browser, Locator, Page

from claims.reading import load_page
from claims.widget import Widget, widgets_of

from .browser import serve, tab_of
from .conftest import Published

ROOT = Path(__file__).parents[1]
PLACED: list[tuple[str, Widget]] = [
    (file.stem, widget)
    for file in sorted((ROOT / "docs").glob("*.md"))
    for widget in widgets_of(load_page(file, ROOT))
]
WIDGETS = re.compile(
    r'<([\w-]+) class="widget".*?</\1>|<script src="widgets/load.js".*?</script>', re.S
)
# as wide as in its chapter, and with room above and below to scroll
ALONE = (
    '<meta charset="utf-8"><link rel="stylesheet" href="assets/site.css">'
    '<meta name="viewport" content="width=device-width">'
    '<body class="md-typeset" data-md-color-scheme="default" style="margin: 100vh auto; '
    'width: min(644px, 100vw - 34px)">{}'
)
PLAIN = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")


class Driven:
    """A widget that is loaded, in the view, and has all of its page's attention."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.name = name
        self.whole = page.locator(f"#{name}")
        self.element = self.whole.element_handle()
        self.element.scroll_into_view_if_needed()
        self.until("w => w.classList.contains('live') && w.width > 0")

    def ask(self, what: str, given: Any = None) -> Any:
        """The answer of a function of the element, in one go."""
        return self.element.evaluate(what, given)

    def until(self, what: str) -> None:
        """Wait until a function of the element is true."""
        self.page.wait_for_function(what, arg=self.element)

    # What it shows

    @property
    def reads(self) -> dict[str, str]:
        """Every number, or the words in its place, by its name."""
        return self.reads_of("[data-reads]")

    def reads_of(self, kind: str) -> dict[str, str]:
        """The readings that are of a kind."""
        pairs = "(w, kind) => [...w.querySelectorAll(kind)].map(one => [one.dataset.reads, one.textContent])"
        return dict(self.ask(pairs, kind))

    @property
    def state(self) -> dict[str, str]:
        """The state that its link carries."""
        return dict(parse_qsl(self.link.partition("?")[2], keep_blank_values=True))

    @property
    def link(self) -> str:
        """The address of "This state"."""
        return str(self.ask("w => w.link.href"))

    def control(self, name: str) -> Locator:
        """The slider, choice, box or button of a field."""
        return self.page.locator(f"#{self.name}-{name}")

    def point(self, label: str = "") -> Locator:
        """The point whose label contains these words; the first without any."""
        return self.whole.locator(_point(label)).first

    # What a reader does

    def restore(self, state: str) -> None:
        """Follow a link to a state, as a sentence of the page may hold one."""
        self.ask("(w, state) => w.restore(`#${w.id}?${state}`)", state)

    def drag(self, right: float, down: float = 0, label: str = "") -> None:
        """Drag a point with the mouse, by so many pixels."""
        x, y = self._middle(label)
        mouse = self.page.mouse
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + right / 2, y + down / 2)
        mouse.move(x + right, y + down)
        mouse.up()

    def slide(self, name: str, part: float) -> None:
        """Click a slider at a part of its length, from 0 to 1."""
        box = self.box(f"#{self.name}-{name}")
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
        self.swipe(*self._middle(label), right, down)

    def ended(self) -> None:
        """Wait until nothing moves."""
        self.until("w => !w.playing")

    def box(self, kind: str) -> dict[str, float]:
        """Where the first of a kind stands in the view."""
        box: dict[str, float] = self.ask(
            "(w, kind) => w.querySelector(kind).getBoundingClientRect().toJSON()", kind
        )
        return box

    def _middle(self, label: str) -> tuple[float, float]:
        box = self.box(f"{_point(label)} .core")
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _point(label: str) -> str:
    return f".point[aria-label*='{label}']" if label else ".point"


def opened(
    chromium: Browser,
    published: Published,
    page: str,
    name: str,
    kind: str = "still",
    mistake: tuple[str, str] = ("", ""),
) -> Driven:
    """A widget of a page, alone with the page's other widgets: a chapter takes seconds to lay out.

    Args:
        chromium: the browser.
        published: the real site.
        page: the page's stem.
        name: the widget's id.
        kind: of what kind the browser is; the next widget of this kind takes its place.
        mistake: a text of the element's module, and what stands there instead.
    """
    element = {w.id: w.name for p, w in PLACED if p == page}[name]
    text = (published.folder / f"{page}.html").read_text(encoding="utf-8")
    module = (published.folder / "widgets" / f"{element}.js").read_text(encoding="utf-8")
    assert mistake[0] in module, f"nothing to replace in {element}.js: {mistake[0]}"
    tab = tab_of(chromium, kind)
    serve(tab, f"**/{page}.html", "text/html", ALONE.format(_kept(text)))
    serve(tab, f"**/{element}.js", "text/javascript", module.replace(*mistake, 1))
    tab.goto(f"{published.address}{page}.html")
    return Driven(tab, name)


def without_text(published: Published, page: str) -> str:
    """A page as the site has it, but that nothing stands in it besides its widgets, far down."""
    text = (published.folder / f"{page}.html").read_text(encoding="utf-8")
    before, article, after = re.split(r"(?s)(?<=<article)(.*)(?=</article>)", text)
    opening = article[: article.index(">") + 1]
    return f'{before}{opening}<p style="height: 300vh"></p>{_kept(article)}{after}'


def _kept(text: str) -> str:
    """The widgets of a page, and what loads them."""
    return "".join(found[0] for found in WIDGETS.finditer(text))


def on_its_page(page: str, name: str) -> Any:
    """A fixture: a widget of a page, opened once for the tests of a file."""

    def widget(chromium: Browser, published: Published) -> Driven:
        return opened(chromium, published, page, name)

    return pytest.fixture(scope="module")(widget)


def tells(widget: Driven, agrees: Callable[[Driven], Any], *states: str) -> None:
    """A widget with a mistake in its module is told in one of these states."""

    def compared() -> None:
        for state in states:
            widget.restore(state)
            agrees(widget)

    with pytest.raises(AssertionError, match=r"shows .*, and is "):
        compared()


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


def agreeing(truth: Callable[[Driven], dict[str, float | str]]) -> Callable[[Driven], str]:
    """What compares all that is displayed with the truth; it gives the state, to count the different ones."""

    def agrees(widget: Driven) -> str:
        compare(widget.reads, truth(widget))
        return widget.link

    return agrees
