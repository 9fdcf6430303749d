"""What tests in a browser share: contexts, visits that note what a page says, and questions to it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).parents[1]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SCHEMES = {"light": "default", "dark": "slate"}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
STILL = {**DESKTOP, "reduced_motion": "reduce"}
KINDS: dict[str, dict[str, Any]] = {
    "desktop": DESKTOP,
    "still": STILL,
    "mistaken": STILL,
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "reduced_motion": "reduce"},
    "clipboard": {"permissions": ["clipboard-read", "clipboard-write"]},
    "unscripted": {**DESKTOP, "java_script_enabled": False},
}  # fmt: skip

VIOLATIONS = "r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)])"
# Waited for, since a frame takes a moment to have its new width.
# The page scrolls up and down alone, and no link hides an end of itself.
FITS = (
    "width => innerWidth === width && document.documentElement.scrollWidth <= width"
    " && [...document.querySelectorAll('main a, footer a')].every(a => getComputedStyle(a).overflowX === 'visible'"
    " || a.scrollWidth <= a.clientWidth)"
)
# How far things have moved, from the first moment.
SHIFT = (
    "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(e => window.shift += e.value))"
    ".observe({type: 'layout-shift', buffered: true})"
)
AT_REST = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
# Material takes a link over once it knows the map of the site; before, the browser goes there itself.
TAKEN = """link => {
  let taken;
  addEventListener('click', event => { taken = event.defaultPrevented; event.preventDefault(); }, { once: true });
  link.click();
  return taken;
}"""
# Material's search asks for its worker and its index, as ever, but no index is made of them: that takes
# half a second of each page and is the same for all; the test of the search has the real one.
NO_INDEX = """window.Worker = class extends EventTarget {
  constructor(url) { super(); fetch(url); }
  postMessage() {}
}"""


@cache
def context_of(chromium: Browser, kind: str) -> BrowserContext:
    """One context of a kind for all tests: what each had to load anew would take longer than they do."""
    context = chromium.new_context(**KINDS[kind])
    context.add_init_script(NO_INDEX)
    return context


def tab_of(chromium: Browser, kind: str) -> Page:
    """One tab of a kind, in which one test after another opens its page."""
    tab = _tab(chromium, kind)
    tab.unroute_all()
    return tab


@cache
def _tab(chromium: Browser, kind: str) -> Page:
    tab = context_of(chromium, kind).new_page()
    tab.set_default_timeout(8000)
    return tab


class Visit:
    """A page in a tab of its own, everything that it says and asks for noted."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.page.set_default_timeout(8000)
        self.said: list[str] = []
        self.asked: list[str] = []
        self.failed: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("requestfailed", lambda request: self.failed.append(request.url))
        self.page.on("response", self._note)

    def _note(self, response: Any) -> None:
        if response.status >= 400:
            self.failed.append(response.url)


def follow(page: Page, link: Any) -> None:
    """Click a link when Material takes it, so that pages change without a reload."""
    page.wait_for_function(TAKEN, arg=link)


def serve(page: Page, where: str, kind: str, body: str) -> None:
    """What a page gets in place of what the site has there."""
    page.route(where, lambda route: route.fulfill(body=body, content_type=kind))
