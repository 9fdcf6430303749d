"""The built site as its readers meet it, in Chromium: both palettes, phone and desktop.

Where there is no Chromium these tests say by name that they did not run; with
REQUIRE_BROWSER=1 that is red.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from .conftest import Published

ROOT = Path(__file__).parents[1]
PAGES = sorted(file.stem for file in (ROOT / "docs").glob("*.md"))
PAGES += sorted(f"labs/{file.stem}" for file in (ROOT / "docs" / "labs").glob("*.py"))
WIDTHS = {"phone": 390, "desktop": 1280}
SCHEMES = {"light": "default", "dark": "slate"}
pytestmark = pytest.mark.browser


@pytest.fixture
def address(published: Published) -> str:
    """The address of the real site."""
    return published.address


class Visit:
    """A page opened in a context of its own, everything that it said and asked for noted."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
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


# Contrast depends on colours and size alone, and axe is slow: of formulas and of coloured words
# of code that look the same one of each stays, and the others keep their place and their text.
ONE_OF_EACH = """() => {
  const seen = new Set();
  const ground = e => { const c = getComputedStyle(e).backgroundColor;
                        return c !== 'rgba(0, 0, 0, 0)' || !e.parentElement ? c : ground(e.parentElement); };
  const known = (e, kind) => { const s = getComputedStyle(e);
                               const look = [kind, s.color, s.fontSize, s.fontWeight, ground(e)].join();
                               return seen.has(look) || !seen.add(look); };
  const again = s => [...document.querySelectorAll(s)].filter(e => !e.matches('pre *:has(*)') && known(e, s));
  const words = again('pre code span');  // all are looked at before any goes: a change costs a new layout
  const formulas = again('.katex').map(e => [e, e.getBoundingClientRect()]);
  for (const [formula, {width, height}] of formulas) {
    const place = document.createElement('span');
    place.role = 'img';
    place.ariaLabel = formula.querySelector('annotation')?.textContent ?? 'formula';
    place.style.cssText = `display: inline-block; width: ${width}px; height: ${height}px`;
    formula.replaceWith(place);
  }
  for (const word of words) word.replaceWith(word.textContent);
}"""
FITS = "width => innerWidth === width && document.documentElement.scrollWidth <= width"
VIOLATIONS = "r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)])"


@pytest.mark.of_page("name")
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_quiet_fits_a_phone_and_is_accessible_in_both_palettes(
    chromium: Browser, address: str, name: str
) -> None:
    context = chromium.new_context(color_scheme="light", viewport={"width": 1280, "height": 900})
    visit = Visit(context)
    page = visit.page
    page.goto(f"{address}{name}.html")
    page.evaluate("document.fonts.ready")
    for width in WIDTHS.values():
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_function(FITS, arg=width, timeout=5000)  # once the frame has come to rest
    page.evaluate(ONE_OF_EACH)
    page.add_script_tag(path=ROOT / "node_modules" / "axe-core" / "axe.min.js")
    for scheme, palette in SCHEMES.items():
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # light or dark
        page.wait_for_function(f"document.body.dataset.mdColorScheme === '{palette}'")
        # a palette changes contrast alone: the rest needs one look
        rules = "{}" if scheme == "light" else "{runOnly: ['color-contrast']}"
        assert page.evaluate(f"axe.run({rules}).then({VIOLATIONS})") == []
    assert visit.said == []
    assert visit.failed == []
    assert [url for url in visit.asked if not url.startswith((address, "data:", "blob:"))] == []
    context.close()


def test_one_of_each_look_stays_for_axe_to_see(chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    pale = "style='color: #bbb'"
    page.set_content(
        "<html lang=en><title>t</title><main><h1>h</h1>"
        "<span class=katex>one</span><span class=katex>two</span>"
        f"<span class=katex {pale}>three</span><pre><code><span>four</span><span>five</span><span {pale}>six</span></code></pre>"
    )
    page.evaluate(ONE_OF_EACH)
    assert page.locator(".katex").all_inner_texts() == ["one", "three"]
    assert page.locator("pre").inner_text() == "fourfivesix"
    page.add_script_tag(path=ROOT / "node_modules" / "axe-core" / "axe.min.js")
    found = page.evaluate(f"axe.run({{runOnly: ['color-contrast']}}).then({VIOLATIONS})")
    assert [len(nodes) for _, nodes in found] == [2]
    context.close()


@pytest.mark.of_page("name")
@pytest.mark.parametrize("name", ["derivative", "finite_difference"])
def test_without_javascript_formulas_and_figures_are_there(
    chromium: Browser, published: Published, name: str
) -> None:
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 1280, "height": 900}
    )
    visit = Visit(context)
    visit.page.goto((published.folder / f"{name}.html").as_uri())
    assert visit.failed == []
    assert visit.page.locator(".katex").count() > 10
    assert visit.page.locator("figure.checked-figure svg").count() >= 2
    box = visit.page.locator(".katex").first.bounding_box()
    assert box
    assert box["height"] > 5
    context.close()


@pytest.mark.of_page("name")
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["derivative", "finite_difference"])
def test_nothing_moves_while_a_chapter_loads(
    chromium: Browser, address: str, name: str, width: str
) -> None:
    # the least of a few: a machine that is busy elsewhere only adds to it
    assert (
        min(_shift(chromium, f"{address}{name}.html", width) for _ in range(3)) < 0.02
    )  # 0.1 counts as good


def _shift(chromium: Browser, address: str, width: str) -> float:
    """How far things move while a page loads in a browser that has nothing of it yet."""
    context = chromium.new_context(viewport={"width": WIDTHS[width], "height": 844})
    page = context.new_page()
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(e => window.shift += e.value))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(address, wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    found = float(page.evaluate("window.shift"))
    context.close()
    return found


def test_pages_change_without_a_reload_and_keep_their_formulas(
    chromium: Browser, address: str
) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    visit = Visit(context)
    visit.page.goto(f"{address}derivative.html")
    visit.page.evaluate("window.kept = true")
    visit.page.locator(".md-footer__link--next").click()
    visit.page.wait_for_url("**/finite_difference.html")
    visit.page.locator("h1", has_text="Measure").wait_for()
    assert visit.page.evaluate("window.kept")
    assert visit.page.locator(".katex").count() > 10
    assert visit.said == []
    context.close()


def test_search_finds_a_chapter(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    visit = Visit(context)
    visit.page.goto(f"{address}index.html", wait_until="networkidle")  # the search is ready
    visit.page.locator(".md-search__input").press_sequentially("Richardson")
    visit.page.locator(".md-search-result__link").first.wait_for()
    links = visit.page.locator(".md-search-result__link")
    assert any("finite_difference" in str(link.get_attribute("href")) for link in links.all())
    assert [url for url in visit.asked if not url.startswith((address, "data:", "blob:"))] == []
    context.close()


def test_a_page_that_is_not_there_leads_back(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{address}404.html")
    assert page.locator("article a").count() >= 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
