"""The book on paper: one page of all chapters, and the PDF that Chromium prints of it."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser

from claims.publish.edition import EDITION, Part, write_edition
from claims.publish.paper import WIDE, pages_of, print_edition

from .conftest import Published

ROOT = Path(__file__).parents[1]
TEMPLATE = (ROOT / "docs" / "theme" / "edition.html").read_text(encoding="utf-8")
WORDS = dict.fromkeys(("name", "description", "version", "site_url", "copyright"), "Words")


@pytest.fixture(scope="module")
def edition(published: Published) -> str:
    """The book as the real site has it."""
    return (published.folder / EDITION).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def small(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of two pages, one with wide outputs, in a folder of its own, to plant mistakes in."""
    folder = tmp_path_factory.mktemp("small") / "book"
    folder.mkdir()
    (folder / "assets").symlink_to(published.folder / "assets")
    for name in ("gradient_descent.html", "takeaways.html", "edition.css"):
        shutil.copy(published.folder / name, folder)
    parts = [Part("", ("gradient_descent.html",)), Part("Look up", ("takeaways.html",))]
    write_edition(folder, parts, TEMPLATE, WORDS)  # it tells of links to chapters that are left out
    return folder / EDITION


def chapters_in_order() -> list[str]:
    nav = re.search(r"^nav:\n(.*?)^\w", (ROOT / "mkdocs.yml").read_text(), re.M | re.S)
    assert nav
    listed = str(yaml.safe_load(nav[1]))
    return [name for name in re.findall(r"([\w/]+)\.\w+'", listed) if name != "index"]


def test_every_page_of_the_nav_is_a_chapter_in_its_order(edition: str) -> None:
    found = re.findall(r'<section class="chapter md-typeset" id="([\w-]+)">', edition)
    assert found == [name.replace("/", "-") for name in chapters_in_order()]
    contents = edition[: edition.index("<main>")]
    assert re.findall(r'<li><a href="#([\w-]+)">', contents) == found


def test_every_place_has_one_name_and_every_link_leads_to_one(edition: str) -> None:
    names = Counter(re.findall(r'<[^>]* id="([^"]*)"', edition))
    assert [name for name, times in names.items() if times > 1] == []
    pointed = re.findall(r' (?:href|xlink:href)="#([^"]*)"', edition)
    pointed += re.findall(r"url\(#([^)]*)\)", edition)
    pointed += re.findall(r' (?:for|aria-labelledby|aria-describedby)="([^"]*)"', edition)
    assert len(pointed) > 5000
    assert set(pointed) - set(names) == set()
    assert set(re.findall(r'<a\b[^>]* href="([^"#]*)"', edition)) <= {
        address for address in re.findall(r'href="([^"]*)"', edition) if "://" in address
    } | {"index.html"}


def test_nothing_of_the_screen_is_left(edition: str) -> None:
    for left in (
        'class="along"',
        "headerlink",
        "<script",
        "<button",
        "<input",
        "tabbed-set",
        "md-content__button",
    ):
        assert left not in edition
    assert not re.search(r"<details (?!open)", edition)


def test_answers_stand_after_the_exercises(edition: str) -> None:
    for chapter in edition.split('<section class="chapter')[1:]:
        exercises = [*re.finditer('<div class="admonition exercise">', chapter)]
        answers = [*re.finditer('<details open class="(?:hint|solution|wrong)"', chapter)]
        if exercises:
            assert len(re.findall(r'<h3 id="[\w-]+-answer-\d+">', chapter)) == len(exercises)
            assert exercises[-1].start() < chapter.index('<section class="answers">')
            assert chapter.index('<section class="answers">') < answers[0].start()
    assert len(re.findall('<details open class="solution"', edition)) > 70


def test_outside_addresses_stand_at_the_end_of_their_chapter(edition: str) -> None:
    chapter = edition[edition.index('id="benchmarks">') :].partition("</section>")[0]
    marks = re.findall(
        r'href="(https://[^"]*)"[^>]*>[^<]*</a><sup class="address">(\d+)</sup>', chapter
    )
    listed = re.findall(r"<li>(https://[^<]*)</li>", chapter.partition('<ol class="addresses">')[2])
    assert [(address, str(n)) for n, address in enumerate(listed, 1)] == marks
    assert len(marks) >= 2


def test_the_book_is_no_page_of_the_site(published: Published, edition: str) -> None:
    assert '<meta name="robots" content="noindex">' in edition
    for name in ("sitemap.xml", "search/search_index.json"):
        assert "print.html" not in (published.folder / name).read_text(encoding="utf-8")


@pytest.mark.of_no_page
def test_a_link_to_no_place_is_told(tmp_path: Path) -> None:
    page = '<article><h1 id="a">A</h1><h2 id="b">B</h2><a href="#b">b</a><a href="one.html#c">c</a>'
    page += '<a href="index.html">home</a><a href="one.ipynb">notebook</a></article>'
    (tmp_path / "one.html").write_text(page)
    problems = write_edition(tmp_path, [Part("", ("one.html",))], TEMPLATE, WORDS)
    assert [str(problem) for problem in problems] == [
        "print.html:1: in one: there is no place #one-c",
        "print.html:1: in one: there is no place #one.ipynb",
    ]


@pytest.mark.of_no_page
def test_a_page_in_a_folder_is_linked_from_there(tmp_path: Path) -> None:
    (tmp_path / "labs").mkdir()
    (tmp_path / "one.html").write_text(
        '<article><h1 id="a">A</h1><a href="labs/two.html">b</a></article>'
    )
    (tmp_path / "labs" / "two.html").write_text(
        '<article><h1 id="a">B</h1><a href="../one.html#a">a</a></article>'
    )
    problems = write_edition(tmp_path, [Part("", ("one.html", "labs/two.html"))], TEMPLATE, WORDS)
    assert [str(problem) for problem in problems] == [
        "print.html:1: in labs-two: there is no place #one-a"
    ]
    assert 'href="#labs-two"' in (tmp_path / EDITION).read_text()


@pytest.mark.of_pages(pages=["gradient_descent", "takeaways"])
def test_the_pdf_has_a_page_for_each_place(chromium: Browser, small: Path, tmp_path: Path) -> None:
    assert print_edition(chromium, small, tmp_path / "book.pdf") == []
    pdf = (tmp_path / "book.pdf").read_bytes()
    pages = pages_of(pdf)
    assert pages["gradient_descent"] == 3  # after the title and the contents
    assert 3 < pages["gradient_descent-answer-1"] <= pages["gradient_descent-answer-2"]
    assert pages["gradient_descent-answer-2"] < pages["takeaways"]
    assert pdf.count(b"/Type /Page\n") >= pages["takeaways"]
    assert b"/Outlines" in pdf


@pytest.mark.of_no_page
def test_pages_are_counted_through_the_tree_of_a_long_pdf(chromium: Browser) -> None:
    page = chromium.new_page()
    links = "".join(f'<a href="#p.{n}">{n}</a>' for n in range(1, 31))
    heads = "".join(f'<h1 id="p.{n}" style="break-before: page">{n}</h1>' for n in range(1, 31))
    page.set_content(links + heads)
    assert pages_of(page.pdf()) == {f"p.{n}": n + 1 for n in range(1, 31)}
    page.close()


WRONG = {
    "a formula left as TeX": ("<p>", r"<p>$\frac{1}{2}$ "),
    "wider than the column": (
        '<span class="katex-base">',
        '<span class="katex-base" style="width: 170mm">',
    ),
    "a line of output goes on in the next": (
        'language-output highlight"><pre>',
        'language-output highlight" style="width: 20mm"><pre style="font-size: 9pt">',
    ),
}


@pytest.mark.of_pages(pages=["gradient_descent", "takeaways"])
@pytest.mark.parametrize("message", WRONG)
def test_a_book_that_would_be_cut_is_not_printed(
    chromium: Browser, small: Path, tmp_path: Path, message: str
) -> None:
    old, new = WRONG[message]
    text = small.read_text(encoding="utf-8")
    assert old in text
    planted = small.with_name("planted.html")
    planted.write_text(text.replace(old, new), encoding="utf-8")
    problems = print_edition(chromium, planted, tmp_path / "book.pdf")
    assert message in "\n".join(map(str, problems))
    assert not (tmp_path / "book.pdf").exists()


@pytest.mark.of_pages(pages=["gradient_descent"])
def test_a_page_of_the_site_prints_whole(chromium: Browser, published: Published) -> None:
    inside_margins = {"width": 642, "height": 900}  # A4 with margins of 20 mm; letter is wider
    context = chromium.new_context(viewport=inside_margins, java_script_enabled=False)
    page = context.new_page()
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(f"{published.address}gradient_descent.html")
    page.evaluate("document.fonts.ready")
    assert page.evaluate(WIDE) == []
    assert page.locator("details.solution pre").first.is_visible()
    assert not page.locator(".md-header").is_visible()
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "light"
    context.close()
