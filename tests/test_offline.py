"""The site in a folder, its network off: unpacked from its own zip and opened from file://."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from jinja2 import Environment
from playwright.sync_api import Browser, Page

from claims.publish.archive import ARCHIVE, SERVER_ONLY, write_archive
from claims.publish.edition import EDITION

from .browser import Visit
from .conftest import Published

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def folder(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip of the real site, unpacked."""
    folder = tmp_path_factory.mktemp("unpacked")
    with ZipFile(published.folder / ARCHIVE) as archive:
        archive.extractall(folder)
    return folder / ARCHIVE.removesuffix(".zip")


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    """A desktop with no network."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    visit = Visit(context)
    yield visit
    assert visit.said == []
    assert visit.failed == []
    assert [url for url in visit.asked if not url.startswith(("file:", "data:", "blob:"))] == []
    context.close()


def test_the_zip_is_the_site_to_the_byte(published: Published, folder: Path) -> None:
    site = {file.relative_to(published.folder): file for file in published.folder.rglob("*")}
    wanted = {
        name: file.read_bytes()
        for name, file in site.items()
        if file.is_file() and not any(name.match(pattern) for pattern in SERVER_ONLY)
    }
    unpacked = (file for file in folder.rglob("*") if file.is_file())
    assert {file.relative_to(folder): file.read_bytes() for file in unpacked} == wanted
    assert {Path("index.html"), Path("derivative.html"), Path("assets/site.css")} <= set(wanted)


@pytest.mark.of_no_page
def test_two_zips_of_one_site_are_the_same_whenever_they_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    made = []
    for times in (1_000_000_000, 1_500_000_000):
        site = tmp_path / str(times)
        for name in ("b.html", "a.html", "404.html", "search/search_index.json"):
            file = site / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f'{{"{name}": 1}}')
            file.chmod(0o600 if times < 1_200_000_000 else 0o644)
            os.utime(file, (times, times))
        write_archive(site)
        made.append((site / ARCHIVE).read_bytes())
    assert made[0] == made[1]
    with ZipFile(tmp_path / "1000000000" / ARCHIVE) as archive:
        names = [name.removeprefix("checked_calculus/") for name in archive.namelist()]
        assert {entry.date_time for entry in archive.infolist()} == {(2023, 11, 14, 22, 13, 20)}
    assert names == ["a.html", "b.html", "search/search_index.js"]


@pytest.mark.of_pages(pages=["derivative", "finite_difference"])
def test_a_chapter_is_whole_and_leads_on(visit: Visit, folder: Path) -> None:
    page = visit.page
    page.goto((folder / "derivative.html").as_uri(), wait_until="load")
    page.evaluate("document.fonts.ready")
    heights = page.locator(".katex-html").evaluate_all(
        "all => all.map(e => Math.max(...[...e.children].map(c => c.getBoundingClientRect().height)))"
    )
    assert len(heights) > 50
    assert min(heights) > 5
    assert page.evaluate("document.fonts.check('16px KaTeX_Main')")
    assert {"Checked Sans", "Checked Serif"} <= drawn_with(page, "h1") | drawn_with(page, "article")
    figures = page.locator("figure.checked-figure svg")
    assert figures.count() >= 2
    assert all((figure.bounding_box() or {"height": 0})["height"] > 100 for figure in figures.all())
    assert not page.locator("details.solution pre").first.is_visible()
    page.locator("details.solution > summary").first.click()
    assert page.locator("details.solution pre").first.is_visible()
    page.locator(".md-footer__link--next").click()
    page.wait_for_url("**/finite_difference.html")
    assert page.locator("h1").inner_text().startswith("Measure")


def drawn_with(page: Page, selector: str) -> set[str]:
    """The faces that the text of an element is drawn with."""
    protocol = page.context.new_cdp_session(page)
    protocol.send("DOM.enable")
    protocol.send("CSS.enable")
    root = protocol.send("DOM.getDocument")["root"]["nodeId"]
    node = protocol.send("DOM.querySelector", {"nodeId": root, "selector": selector})
    fonts = protocol.send("CSS.getPlatformFontsForNode", node)["fonts"]
    return {font["familyName"] for font in fonts}


@pytest.mark.of_pages(pages=["index", "finite_difference"])
def test_search_finds_a_chapter_and_goes_there(visit: Visit, folder: Path) -> None:
    page = visit.page
    page.goto((folder / "index.html").as_uri())
    page.locator(".md-search__input").press_sequentially("Richardson")
    found = page.locator(".md-search-result__link[href*='finite_difference.html']").first
    found.wait_for()
    found.click()
    page.wait_for_url("**/finite_difference.html*")


@pytest.mark.of_pages(pages=["index", "derivative"])
def test_the_palette_is_chosen_and_kept(visit: Visit, folder: Path) -> None:
    page = visit.page
    page.goto((folder / "index.html").as_uri())
    for scheme in ("default", "slate"):
        page.locator("label[for^=__palette]:not([hidden])").click()
        page.wait_for_function(f"document.body.dataset.mdColorScheme === '{scheme}'")
    page.goto((folder / "derivative.html").as_uri())
    page.wait_for_function("document.body.dataset.mdColorScheme === 'slate'")


@pytest.mark.of_pages(pages=["index"])
def test_no_page_offers_the_zip_that_it_came_in(visit: Visit, folder: Path) -> None:
    visit.page.goto((folder / "index.html").as_uri())
    zips = visit.page.locator(f"a[href$='{ARCHIVE}']")
    assert zips.count() >= 1
    assert not any(link.is_visible() for link in zips.all())


@pytest.mark.of_pages(pages=["index"])
def test_the_served_site_offers_its_zip_and_works_without_the_stand_in(
    chromium: Browser, published: Published
) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    visit = Visit(context)
    visit.page.goto(f"{published.address}index.html", wait_until="networkidle")
    assert visit.page.locator(f"a[href$='{ARCHIVE}']").first.is_visible()
    assert not [url for url in visit.asked if url.endswith(("folder.js", "search_index.js"))]
    assert [url for url in visit.asked if url.endswith("KaTeX_Main-Regular.woff2")]
    context.close()


@pytest.mark.of_no_page
@pytest.mark.parametrize("serving", [False, True])
def test_while_an_author_writes_nothing_is_offered_that_is_not_made(serving: bool) -> None:
    footer = (ROOT / "docs" / "theme" / "partials" / "copyright.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=False)  # as MkDocs has it: the footer's links are HTML
    environment.filters["url"] = str
    config = {"copyright": "Text and code", "extra": {"serving": serving}}
    shown = environment.from_string(footer).render(config=config)
    assert "Text and code" in shown
    assert [name in shown for name in (EDITION, ARCHIVE)] == [not serving] * 2
