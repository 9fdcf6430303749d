"""What a reader copies in the browser runs as it is pasted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator
from playwright.sync_api import Page as Tab

from claims.output import output_of, printed_lines
from claims.publish.shown import shown_blocks
from claims.reading import load_page

from .conftest import Published
from .test_browser import Visit
from .test_download import bare, run_alone

__all__ = ["bare"]  # a fixture
pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[1]
SEVERAL = ["derivative", "finite_difference", "computational_graph", "gradient_descent"]


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[BrowserContext]:
    """A reader who lets pages write to the clipboard."""
    made = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    yield made
    made.close()


def unfolded(tab: Tab) -> None:
    """Open every fold: what is in it can be copied too."""
    tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


def copied(tab: Tab, block: Locator, kind: str) -> str:
    """What the clipboard holds when a button of a block was pressed, from the keyboard."""
    tab.evaluate("navigator.clipboard.writeText('')")
    button = block.locator(f"[data-md-type={kind}]")
    button.focus()
    tab.keyboard.press("Enter")
    for _ in range(100):
        if text := tab.evaluate("navigator.clipboard.readText()"):
            return str(text)
        tab.wait_for_timeout(20)
    raise AssertionError("nothing was copied")


@pytest.mark.of_page("name")
@pytest.mark.parametrize("name", SEVERAL)
def test_blocks_run_as_they_are_pasted(
    visitor: BrowserContext, published: Published, bare: str, name: str
) -> None:
    page = load_page(ROOT / "docs" / f"{name}.md", ROOT)
    visit = Visit(visitor)
    visit.page.goto(f"{published.address}{name}.html")
    unfolded(visit.page)
    texts, said = [], []
    for block in visit.page.locator("[data-paste]").all():
        fence = shown_blocks(page)[int(str(block.get_attribute("data-paste")).split("#")[1])]
        output = output_of(fence, page)
        if output and "wrong" not in fence.options:
            texts.append([[copied(visit.page, block, "paste"), []]])
            said.append("\n".join(output.body))
    gave = run_alone([bare], texts)
    assert [block["raised"] for (block,) in gave] == [""] * len(said)
    printed = ["\n".join(printed_lines(block["printed"])) for (block,) in gave]
    assert [p[-len(s) :] for p, s in zip(printed, said, strict=True)] == said
    assert said != []
    assert visit.said == []


@pytest.mark.of_page("name")
@pytest.mark.parametrize("name", ["learning_as_slope"])
def test_the_first_button_copies_what_is_shown_and_a_page_runs_as_pasted_in_turn(
    visitor: BrowserContext, published: Published, name: str
) -> None:
    page = load_page(ROOT / "docs" / f"{name}.md", ROOT)
    tab = visitor.new_page()
    tab.goto(f"{published.address}{name}.html")
    unfolded(tab)
    blocks = tab.locator("article .language-python:has(.md-code__nav)").all()
    texts = [copied(tab, block, "copy").strip() for block in blocks]
    assert texts == [fence.text.strip() for fence in shown_blocks(page)]  # run by its own test


def test_from_a_folder_without_a_server(
    visitor: BrowserContext, published: Published, bare: str
) -> None:
    tab = visitor.new_page()
    tab.goto((published.folder / "index.html").as_uri())
    text = copied(tab, tab.locator("[data-paste]").first, "paste")
    ((gave,),) = run_alone([bare], [[[text, []]]])
    assert (gave["printed"], gave["raised"]) == ("0.54030231\n", "")


def test_it_says_what_it_copied(visitor: BrowserContext, published: Published) -> None:
    tab = visitor.new_page()
    tab.goto(f"{published.address}derivative.html")
    text = copied(tab, tab.locator("[data-paste]:visible").first, "paste")
    message = f"Copied with what it needs, {len(text.splitlines())} lines"
    tab.get_by_role("status").filter(has_text=message).wait_for()
    colours = "e => [getComputedStyle(e).color, getComputedStyle(e.parentElement).backgroundColor]"
    ink, ground = tab.locator(".md-dialog__inner").evaluate(colours)
    assert ink != ground


def test_nothing_to_paste_is_asked_for_before_a_button_is_used(
    visitor: BrowserContext, published: Published
) -> None:
    visit = Visit(visitor)
    visit.page.goto(f"{published.address}derivative.html", wait_until="networkidle")
    assert [url for url in visit.asked if "paste" in url] == []


def test_after_a_change_of_page_the_buttons_are_there_once(
    visitor: BrowserContext, published: Published
) -> None:
    tab = visitor.new_page()
    tab.goto(f"{published.address}derivative.html")
    tab.locator(".md-footer__link--next").click()
    tab.wait_for_url("**/finite_difference.html")
    tab.locator("h1", has_text="Measure a slope").wait_for()
    buttons = tab.locator("[data-paste] [data-md-type=paste]")
    buttons.first.wait_for(state="attached")
    assert buttons.count() == tab.locator("[data-paste]").count()
    block = tab.locator("[data-paste]:visible").first
    assert "central_difference" in copied(tab, block, "paste")


def test_without_javascript_there_is_no_button_and_the_links_are(
    chromium: Browser, published: Published
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"{published.address}derivative.html")
    assert tab.locator(".md-code__button").count() == 0
    line = tab.get_by_role("navigation", name="This page")
    assert line.get_by_role("link").all_inner_texts() == ["Notebook", "Script"]
    context.close()


def test_a_report_names_the_section_where_the_reader_was(
    visitor: BrowserContext, published: Published
) -> None:
    tab = visitor.new_page()
    tab.goto(f"{published.address}derivative.html")
    tab.evaluate(
        """document.querySelector(".along").innerHTML =
           '<a data-report href="https://example.org/issues/new?template=error.yml&page=a">R</a>'"""
    )
    tab.locator("#read-the-sign-of-the-slope").scroll_into_view_if_needed()
    tab.wait_for_timeout(600)  # a rest
    tab.evaluate("scrollTo(0, 0)")
    with tab.expect_request(re.compile(r"example\.org")) as asked:
        tab.route("https://example.org/**", lambda route: route.abort())
        tab.locator("a[data-report]").click()
    fields = parse_qs(urlsplit(asked.value.url).query)
    assert fields["section"] == ["Read the sign of the slope"]
    assert fields["page"] == ["a"]


@pytest.mark.parametrize("width", [390, 1280])
def test_the_line_of_links_fits_on_one_line(
    visitor: BrowserContext, published: Published, width: int
) -> None:
    tab = visitor.new_page()
    tab.set_viewport_size({"width": width, "height": 844})
    tab.goto(f"{published.address}derivative.html")
    tab.evaluate(
        """document.querySelector(".along").innerHTML += '<a href="">Colab</a><a href="">Edit</a>'
           + '<a href="">Report an error</a>'"""
    )
    tops = tab.locator(".along a").evaluate_all("links => links.map(l => l.offsetTop)")
    assert len(tops) == 5
    assert len(set(tops)) == 1
