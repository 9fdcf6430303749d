"""The built site as its readers meet it, in Chromium: both palettes, phone and desktop.

Where there is no Chromium these tests say by name that they did not run; with
REQUIRE_BROWSER=1 that is red.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from .browser import AXE, DESKTOP, FITS, ROOT, SCHEMES, SHIFT, VIOLATIONS, Visit, context_of, follow
from .conftest import Published

PAGES = sorted(file.stem for file in (ROOT / "docs").glob("*.md"))
PAGES += sorted(f"labs/{file.stem}" for file in (ROOT / "docs" / "labs").glob("*.py"))
WIDTHS = {"phone": 390, "desktop": 1280}
pytestmark = pytest.mark.browser


@pytest.fixture
def address(published: Published) -> str:
    """The address of the real site."""
    return published.address


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


@pytest.mark.of_pages("name")
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_quiet_fits_a_phone_and_is_accessible_in_both_palettes(
    chromium: Browser, address: str, name: str
) -> None:
    visit = Visit(context_of(chromium, "desktop"))
    page = visit.page
    page.set_viewport_size({"width": WIDTHS["phone"], "height": 844})
    page.goto(f"{address}{name}.html")
    page.evaluate("document.fonts.ready")
    for width in WIDTHS.values():
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_function(FITS, arg=width, timeout=5000)  # once the frame has come to rest
    page.evaluate(ONE_OF_EACH)
    page.add_script_tag(path=AXE)
    for scheme, palette in SCHEMES.items():
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # light or dark
        page.wait_for_function(f"document.body.dataset.mdColorScheme === '{palette}'")
        # a palette changes contrast alone: the rest needs one look
        rules = "{}" if scheme == "light" else "{runOnly: ['color-contrast']}"
        assert page.evaluate(f"axe.run({rules}).then({VIOLATIONS})") == []
    assert visit.said == []
    assert visit.failed == []
    assert [url for url in visit.asked if not url.startswith((address, "data:", "blob:"))] == []
    visit.page.close()


@pytest.mark.of_no_page
def test_one_of_each_look_stays_for_axe_to_see(chromium: Browser) -> None:
    page = context_of(chromium, "desktop").new_page()
    pale = "style='color: #bbb'"
    page.set_content(
        "<html lang=en><title>t</title><main><h1>h</h1>"
        "<span class=katex>one</span><span class=katex>two</span>"
        f"<span class=katex {pale}>three</span><pre><code><span>four</span><span>five</span><span {pale}>six</span></code></pre>"
    )
    page.evaluate(ONE_OF_EACH)
    assert page.locator(".katex").all_inner_texts() == ["one", "three"]
    assert page.locator("pre").inner_text() == "fourfivesix"
    page.add_script_tag(path=AXE)
    found = page.evaluate(f"axe.run({{runOnly: ['color-contrast']}}).then({VIOLATIONS})")
    assert [len(nodes) for _, nodes in found] == [2]
    page.close()


@pytest.mark.of_pages("name")
@pytest.mark.parametrize("name", ["derivative", "finite_difference"])
def test_without_javascript_formulas_and_figures_are_there(
    chromium: Browser, published: Published, name: str
) -> None:
    visit = Visit(context_of(chromium, "unscripted"))
    visit.page.goto((published.folder / f"{name}.html").as_uri())
    assert visit.failed == []
    assert visit.page.locator(".katex").count() > 10
    assert visit.page.locator("figure.checked-figure svg").count() >= 2
    box = visit.page.locator(".katex").first.bounding_box()
    assert box
    assert box["height"] > 5
    visit.page.close()


@pytest.mark.of_pages("name")
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["derivative", "finite_difference"])
def test_nothing_moves_while_a_chapter_loads(
    chromium: Browser, address: str, name: str, width: str
) -> None:
    # one of three will do: a machine that is busy elsewhere only adds to it; 0.1 counts as good
    assert any(_shift(chromium, f"{address}{name}.html", width) < 0.02 for _ in range(3))


def _shift(chromium: Browser, address: str, width: str) -> float:
    """How far things move while a page loads in a browser that has nothing of it yet."""
    context = chromium.new_context(viewport={"width": WIDTHS[width], "height": 844})
    page = context.new_page()
    page.add_init_script(SHIFT)
    page.goto(address, wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    found = float(page.evaluate("window.shift"))
    context.close()
    return found


@pytest.mark.of_pages(pages=["derivative", "finite_difference"])
def test_pages_change_without_a_reload_and_keep_their_formulas(
    chromium: Browser, address: str
) -> None:
    visit = Visit(context_of(chromium, "desktop"))
    visit.page.goto(f"{address}derivative.html")
    visit.page.evaluate("window.kept = true")
    follow(visit.page, visit.page.locator(".md-footer__link--next").element_handle())
    visit.page.wait_for_url("**/finite_difference.html")
    visit.page.locator("h1", has_text="Measure").wait_for()
    assert visit.page.evaluate("window.kept")
    assert visit.page.locator(".katex").count() > 10
    assert visit.said == []
    visit.page.close()


@pytest.mark.of_pages(pages=["index", "finite_difference"])
def test_search_finds_a_chapter(chromium: Browser, address: str) -> None:
    context = chromium.new_context(**DESKTOP)
    visit = Visit(context)
    visit.page.goto(f"{address}index.html")
    visit.page.locator(".md-search__input").press_sequentially("Richardson")
    visit.page.locator(".md-search-result__link[href*='finite_difference']").first.wait_for()
    assert visit.said == []
    assert [url for url in visit.asked if not url.startswith((address, "data:", "blob:"))] == []
    context.close()


@pytest.mark.of_no_page
def test_a_page_that_is_not_there_leads_back(chromium: Browser, address: str) -> None:
    page = context_of(chromium, "phone").new_page()
    page.goto(f"{address}404.html")
    assert page.locator("article a").count() >= 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
