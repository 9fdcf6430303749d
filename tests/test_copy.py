"""What a reader copies in the browser runs as it is pasted."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator
from playwright.sync_api import Page as Tab

from claims.output import output_of, printed_lines
from claims.publish.shown import shown_blocks
from claims.reading import load_page

from .browser import Visit, context_of
from .conftest import Published
from .reader import bare

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[1]
SEVERAL = ["derivative", "finite_difference", "computational_graph", "gradient_descent"]
SMALL = "faq"  # laid out in no time; it has all that goes along, and so has the page after it


@pytest.fixture(scope="module")
def reader(chromium: Browser) -> Visit:
    """A reader who lets pages write to the clipboard, and has one tab."""
    return Visit(context_of(chromium, "clipboard"))


@pytest.fixture
def visit(reader: Visit) -> Visit:
    """The reader at a desk, who has seen nothing yet."""
    reader.page.goto("about:blank")
    reader.page.set_viewport_size({"width": 1280, "height": 720})
    for noted in (reader.said, reader.asked, reader.failed):
        noted.clear()
    return reader


@pytest.fixture
def tab(visit: Visit) -> Tab:
    """The reader's tab."""
    return visit.page


@pytest.fixture
def small(tab: Tab, published: Published) -> Tab:
    """The same, on a small page."""
    tab.goto(f"{published.address}{SMALL}.html")
    return tab


def unfolded(tab: Tab) -> None:
    """Open every fold: what is in it can be copied too."""
    tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


HELD = """async function held() {
  for (let tries = 0; tries < 100; tries++) {
    const text = await navigator.clipboard.readText();
    if (text) return text;
    await new Promise(then => setTimeout(then, 20));
  }
  throw "nothing was copied";
}"""
EACH_HELD = """async blocks => {
  %s
  const texts = [];
  for (const block of blocks) {
    await navigator.clipboard.writeText("");
    const button = block.querySelector("[data-md-type=%s]");
    button.focus({ preventScroll: true });
    if (document.activeElement !== button) throw "no key reaches the button";
    button.click();
    texts.push(await held());
  }
  return texts;
}"""


def copied(tab: Tab, block: Locator, kind: str) -> str:
    """What the clipboard holds when a button of a block was pressed, from the keyboard."""
    tab.evaluate("navigator.clipboard.writeText('')")
    block.locator(f"[data-md-type={kind}]").focus()
    tab.keyboard.press("Enter")
    return str(tab.evaluate(f"() => {{ {HELD} return held(); }}"))


def all_copied(blocks: Locator, kind: str) -> list[str]:
    """What it holds when each block's button was pressed in turn."""
    return list(blocks.evaluate_all(EACH_HELD % (HELD, kind)))


@pytest.mark.of_pages("name")
@pytest.mark.parametrize("name", SEVERAL)
def test_blocks_run_as_they_are_pasted(visit: Visit, published: Published, name: str) -> None:
    page = load_page(ROOT / "docs" / f"{name}.md", ROOT)
    visit.page.goto(f"{published.address}{name}.html")
    unfolded(visit.page)
    blocks = visit.page.locator("[data-paste]")
    places = blocks.evaluate_all("all => all.map(block => block.dataset.paste)")
    printing = 0
    for place, text in zip(places, all_copied(blocks, "paste"), strict=True):
        fence = shown_blocks(page)[int(place.split("#")[1])]
        output = output_of(fence, page)
        if output and "wrong" not in fence.options:
            gave = bare().give(text)
            assert gave["raised"] == "", f"{page.path}:{fence.line}"
            assert "\n".join(printed_lines(gave["printed"])).endswith("\n".join(output.body))
            printing += 1
    assert printing > 0
    assert visit.said == []


@pytest.mark.of_pages("name")
@pytest.mark.parametrize("name", ["learning_as_slope"])
def test_the_first_button_copies_what_is_shown_and_a_page_runs_as_pasted_in_turn(
    tab: Tab, published: Published, name: str
) -> None:
    page = load_page(ROOT / "docs" / f"{name}.md", ROOT)
    tab.goto(f"{published.address}{name}.html")
    unfolded(tab)
    blocks = tab.locator("article .language-python:has(.md-code__nav)")
    texts = [text.strip() for text in all_copied(blocks, "copy")]
    assert texts == [fence.text.strip() for fence in shown_blocks(page)]  # run by its own test


@pytest.mark.of_pages(pages=[SMALL])
def test_it_says_what_it_copied(small: Tab) -> None:
    text = copied(small, small.locator("[data-paste]:visible").first, "paste")
    message = f"Copied with what it needs, {len(text.splitlines())} lines"
    small.get_by_role("status").filter(has_text=message).wait_for()
    colours = "e => [getComputedStyle(e).color, getComputedStyle(e.parentElement).backgroundColor]"
    ink, ground = small.locator(".md-dialog__inner").evaluate(colours)
    assert ink != ground


@pytest.mark.of_pages(pages=[SMALL])
def test_nothing_to_paste_is_asked_for_before_a_button_is_used(
    visit: Visit, published: Published
) -> None:
    visit.page.goto(f"{published.address}{SMALL}.html", wait_until="networkidle")
    assert visit.page.locator("[data-paste]").count() > 0
    assert [url for url in visit.asked if "paste" in url] == []


@pytest.mark.of_pages(pages=[SMALL, "takeaways"])
def test_after_a_change_of_page_the_buttons_are_there_once(small: Tab) -> None:
    small.locator(".md-footer__link--next").click()
    small.wait_for_url("**/takeaways.html")
    small.locator("h1", has_text="Take these with you").wait_for()
    buttons = small.locator("[data-paste] [data-md-type=paste]")
    buttons.first.wait_for(state="attached")
    assert buttons.count() == small.locator("[data-paste]").count()
    block = small.locator("[data-paste]:visible").first
    assert "check_gradient" in copied(small, block, "paste")


@pytest.mark.of_pages(pages=[SMALL])
def test_without_javascript_there_is_no_button_and_the_links_are(
    chromium: Browser, published: Published
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"{published.address}{SMALL}.html")
    assert tab.locator(".md-code__button").count() == 0
    line = tab.get_by_role("navigation", name="This page")
    assert line.get_by_role("link").all_inner_texts() == ["Notebook", "Script"]
    context.close()


@pytest.mark.of_pages(pages=[SMALL])
def test_a_report_names_the_section_where_the_reader_was(small: Tab) -> None:
    small.evaluate(
        """document.querySelector(".along").innerHTML =
           '<a data-report href="https://example.org/issues/new?template=error.yml&page=a">R</a>'"""
    )
    small.locator("#how-large-may-the-learning-rate-be").scroll_into_view_if_needed()
    small.wait_for_timeout(600)  # a rest
    small.evaluate("scrollTo(0, 0)")
    with small.expect_request(re.compile(r"example\.org")) as asked:
        small.route("https://example.org/**", lambda route: route.abort())
        small.locator("a[data-report]").click()
    fields = parse_qs(urlsplit(asked.value.url).query)
    assert fields["section"] == ["How large may the learning rate be?"]
    assert fields["page"] == ["a"]


@pytest.mark.of_pages(pages=[SMALL])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_line_of_links_fits_on_one_line(small: Tab, width: int) -> None:
    small.set_viewport_size({"width": width, "height": 844})
    small.evaluate(
        """document.querySelector(".along").innerHTML += '<a href="">Colab</a><a href="">Edit</a>'
           + '<a href="">Report an error</a>'"""
    )
    tops = small.locator(".along a").evaluate_all("links => links.map(l => l.offsetTop)")
    assert len(tops) == 5
    assert len(set(tops)) == 1


@pytest.mark.of_pages(pages=["index"])
def test_from_a_folder_without_a_server(tab: Tab, published: Published) -> None:
    tab.goto((published.folder / "index.html").as_uri())
    gave = bare().give(copied(tab, tab.locator("[data-paste]").first, "paste"))
    assert (gave["printed"], gave["raised"]) == ("0.54030231\n", "")
