"""What holds for every widget of every page; and a widget that does not is told."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser

from claims.number import DIGITS, formatted
from claims.publish.link import link_problems
from claims.widget import Widget

from .browser import (
    AT_REST,
    AXE,
    FITS,
    SCHEMES,
    SHIFT,
    VIOLATIONS,
    Visit,
    context_of,
    follow,
    serve,
    tab_of,
)
from .conftest import Published, told
from .widget import PLACED, PLAIN, Driven, opened, value_of, without_text

browser = pytest.mark.browser
pytestmark = pytest.mark.of_pages("placed", "page", prose=False)
IDS = [f"{page}-{widget.id}" for page, widget in PLACED]
CORE = ("plot.js", "load.js")
WRONG = (
    "%E0%A4%A", "nonsense", "f", "=1", "__proto__=1&constructor=2", "a=NaN&h=Infinity&f=constructor",
    "a=1e999&h=-1e999", "a=&h=&f=", "a=%00&f=<b>", "a=1&a=2&a=x",
)  # fmt: skip


def gzipped(file: Path) -> int:
    return len(gzip.compress(file.read_bytes(), 9, mtime=0))


# What a page loads


@pytest.mark.of_no_page
def test_two_widgets_on_one_page_are_light(published: Published) -> None:
    files = {f.name: gzipped(f) for f in (published.folder / "widgets").glob("*.js")}
    core = sum(files.pop(name) for name in CORE)
    assert core <= 5000
    most = {"loss-surface.js": 4000}  # it paints a surface, and holds four and four optimisers
    assert all(size <= most.get(name, 3500) for name, size in files.items()), files
    assert core + sum(sorted(files.values())[-2:]) <= 12_000


def test_a_page_without_a_widget_loads_nothing_for_one(published: Published) -> None:
    with_widgets = {page for page, _ in PLACED}
    for file in published.folder.glob("*.html"):
        loads = "widgets/load.js" in file.read_text(encoding="utf-8")
        assert loads == (file.stem in with_widgets), file.name


def test_a_page_weighs_little(published: Published) -> None:
    for page in {page for page, _ in PLACED}:
        names = {f"{widget.name}.js" for stem, widget in PLACED if stem == page} | set(CORE)
        assert sum(gzipped(published.folder / "widgets" / name) for name in names) <= 12_000, page


# Each widget, loaded once


@pytest.fixture(scope="module", params=PLACED, ids=IDS)
def placed(request: pytest.FixtureRequest) -> tuple[str, Widget]:
    found: tuple[str, Widget] = request.param
    return found


class Come(NamedTuple):
    """A widget that was come upon by scrolling, and of its page what was said, moved and named."""

    visit: Visit
    driven: Driven
    shift: float
    ids: list[str]


@pytest.fixture(scope="module")
def come(chromium: Browser, published: Published, placed: tuple[str, Widget]) -> Iterator[Come]:
    page, widget = placed
    visit = Visit(context_of(chromium, "desktop"))
    visit.page.add_init_script(SHIFT)
    visit.page.goto(f"{published.address}{page}.html")
    # What the page's own letters move as they come is no widget's doing.
    visit.page.evaluate("document.fonts.ready.then(() => { window.shift = 0 })")
    driven = Driven(visit.page, widget.id)
    shift = float(visit.page.evaluate(f"{AT_REST}.then(() => window.shift)"))
    ids = visit.page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    # From here on the widget has its page for itself, and is far down: text costs a layout for each change.
    driven.ask("w => [...w.parentNode.children].forEach(e => e === w || e.remove())")
    driven.ask("w => { w.parentNode.style.paddingTop = '200vh' }")
    yield Come(visit, driven, shift, ids)
    visit.page.close()


@pytest.fixture
def driven(come: Come) -> Driven:
    """The widget in its first state, motion allowed as in a browser out of the box."""
    come.driven.restore("first")
    return come.driven


@browser
def test_it_begins_as_its_caption_says(driven: Driven, placed: tuple[str, Widget]) -> None:
    _, widget = placed
    assert driven.state.keys() <= widget.state.keys(), "each field has an attribute"
    for name, value in widget.state.items():
        assert driven.state.get(name) in (value, str(float(value)) if _numeric(value) else value)
    caption = driven.whole.locator("figcaption").inner_text()
    numbers = driven.whole.locator("figcaption .checked").all_inner_texts()
    assert caption_problems(caption, numbers, driven.reads) == []


def _numeric(value: str) -> bool:
    return bool(re.fullmatch(DIGITS, value))


def caption_problems(caption: str, numbers: list[str], reads: dict[str, str]) -> list[str]:
    """Numbers of a caption that stand behind no reading's name, or are not what is displayed."""
    wrong, place = [], 0
    for number in numbers:
        place = caption.index(number, place)
        before = re.sub(r"\s*(=|\bis|\bof)?\s*$", "", caption[:place])
        names = [name for name in reads if re.search(rf"(?<!\w){re.escape(name)}$", before)]
        place += len(number)
        if not names:
            wrong.append(f"{number} stands behind no reading's name: {', '.join(reads)}")
            continue
        name = max(names, key=len)
        if formatted(value_of(reads[name]), written(number)) != written(number):
            wrong.append(f"{name} is {number} in the caption and {reads[name]} in the widget")
    return wrong


def written(number: str) -> str:
    """A number of a caption as its author wrote it: 10⁻⁸ for 1e-8, 2.5×10⁻⁷ for 2.5e-7."""
    powers = re.sub(r"^10(?=[⁻⁰-⁹¹²³])", "1×10", number)
    mantissa, ten, exponent = powers.partition("×10")
    return f"{mantissa}e{exponent.translate(PLAIN)}" if ten else number


@pytest.mark.of_no_page
def test_a_caption_that_says_something_else_is_told() -> None:
    reads = {"a": "1.00", "slope": "−3.000", "secant slope": "2.500"}
    right = "At a = 1 the slope is −3, the secant slope 2.5"
    assert caption_problems(right, ["1", "−3", "2.5"], reads) == []
    assert caption_problems(right.replace("−3", "3"), ["1", "3", "2.5"], reads) != []
    assert caption_problems(right.replace("2.5", "−3"), ["1", "−3", "−3"], reads) != []
    assert caption_problems(right.replace("a =", "b ="), ["1", "−3", "2.5"], reads) != []
    small = {"h": "1.0×10⁻⁸", "error": "2.5×10⁻⁷"}
    assert caption_problems("h = 10⁻⁸, error 2.5×10⁻⁷", ["10⁻⁸", "2.5×10⁻⁷"], small) == []
    assert caption_problems("h = 10⁻⁷, error 2.4×10⁻⁷", ["10⁻⁷", "2.4×10⁻⁷"], small) != []
    assert caption_problems("error is 2.5×10⁻⁸", ["2.5×10⁻⁸"], small) != []


@browser
def test_it_says_nothing_on_the_console_and_asks_nobody(come: Come, published: Published) -> None:
    visit = come.visit
    for state in WRONG:
        come.driven.restore(state)
    assert visit.said == []
    assert visit.failed == []
    assert [u for u in visit.asked if not u.startswith((published.address, "data:"))] == []


@browser
def test_nothing_moves_as_it_loads(come: Come) -> None:
    assert come.shift < 0.02  # a fifth of what still counts as good, 0.1


@browser
def test_no_name_stands_twice_on_its_page(come: Come) -> None:
    assert [name for name, times in Counter(come.ids).items() if times > 1] == []


@browser
@pytest.mark.parametrize("width", [1280, 800, 390, 320])
def test_it_is_as_high_as_the_room_that_was_kept(driven: Driven, width: int) -> None:
    driven.page.set_viewport_size({"width": width, "height": 900})
    driven.page.wait_for_function(FITS, arg=width)
    live, before = driven.ask(
        "w => { const live = w.getBoundingClientRect().height;"
        "        const tools = w.querySelector('.widget-tools'); const view = w.querySelector('.widget-view');"
        "       tools.remove(); view.remove(); w.classList.remove('live'); const { height } = w.getBoundingClientRect();"
        "       w.classList.add('live'); w.querySelector('figure svg').after(view, tools); return [live, height]; }"
    )
    driven.page.set_viewport_size({"width": 1280, "height": 900})
    assert live == pytest.approx(before, abs=1), "static reserved is less than its controls take"


@browser
def test_it_is_accessible_in_both_palettes(driven: Driven) -> None:
    page = driven.page
    page.add_script_tag(path=AXE)
    for scheme, palette in SCHEMES.items():
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # light or dark
        page.wait_for_function(f"document.body.dataset.mdColorScheme === '{palette}'")
        assert page.evaluate(f"axe.run('#{driven.name}').then({VIOLATIONS})") == []
    page.emulate_media(color_scheme="light")


@browser
def test_it_changes_with_the_palette(driven: Driven) -> None:
    colour = "w => getComputedStyle(w.querySelector('.widget-view text')).fill"
    shown = []
    for scheme, palette in SCHEMES.items():
        driven.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # light or dark
        driven.page.wait_for_function(f"document.body.dataset.mdColorScheme === '{palette}'")
        shown.append(driven.ask(colour))
    driven.page.emulate_media(color_scheme="light")
    assert len(set(shown)) == 2


@browser
def test_the_keyboard_reaches_all_of_it_in_order(driven: Driven) -> None:
    name = "e => e.id || e.ariaLabel || e.textContent"
    held = ":is(.widget-view, .widget-tools) :is(a, button, input, select, [tabindex])"
    expected = driven.whole.evaluate(f"w => [...w.querySelectorAll('{held}')].map({name})")
    driven.whole.locator(held).first.focus()
    reached = []
    for _ in expected:
        reached.append(driven.page.evaluate(f"({name})(document.activeElement)"))
        driven.page.keyboard.press("Tab")
    assert reached == expected


@browser
def test_each_slider_and_point_hears_the_arrows(driven: Driven) -> None:
    for held in driven.whole.locator(".point, [type='range']").all():
        before = driven.link
        held.focus()
        outline = "e => getComputedStyle(e).outlineStyle + getComputedStyle(e.querySelector?.('.ring') ?? e).stroke"
        assert held.evaluate(outline) != "nonenone", "the focus can be seen"
        for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):  # also from either end
            driven.page.keyboard.press(key)
        driven.ended()
        assert driven.link != before
        driven.restore("first")


@browser
def test_its_link_restores_its_state(come: Come, driven: Driven) -> None:
    for held in driven.whole.locator(".point, [type='range']").all():
        held.focus()
        driven.page.keyboard.press("ArrowLeft")
        driven.page.keyboard.press("Shift+ArrowLeft")
    for select in driven.whole.locator("select").all():
        select.select_option(index=1)
    changed, reads, link, asked = driven.state, driven.reads, driven.link, len(come.visit.asked)
    click = "(w, link) => { const a = document.createElement('a'); a.href = link; w.after(a); a.click(); a.remove(); }"
    visit = "(w, link) => { history.replaceState(null, '', link); dispatchEvent(new HashChangeEvent('hashchange')); }"
    for comes in (click, visit):
        driven.restore("first")
        driven.page.evaluate("scrollTo(0, 0)")
        driven.ask(comes, link)
        driven.page.wait_for_url(link)
        driven.page.evaluate(AT_REST)
        anew = [url for url in come.visit.asked[asked:] if ".html" in url]
        assert anew == [], "the page is brought anew"
        assert driven.ask("w => w.isConnected")
        assert (driven.state, driven.reads) == (changed, reads)
        assert 0 <= driven.ask("w => w.getBoundingClientRect().y") < 900
        driven.page.evaluate("history.replaceState(null, '', location.pathname)")


@browser
@pytest.mark.parametrize("state", WRONG)
def test_what_a_link_says_wrongly_is_ignored(driven: Driven, state: str) -> None:
    driven.restore("first")
    first = driven.state
    driven.restore(state)
    numbers = " ".join(driven.reads.values())
    assert not re.search("NaN|Infinity|undefined|null", numbers)
    for name, value in driven.state.items():
        assert value == first[name] or f"{name}=" in state


@browser
def test_each_number_of_a_state_stays_in_its_range(driven: Driven) -> None:
    fields = driven.ask(
        "w => Object.entries(w.fields).filter(([, f]) => f.range).map(([n, f]) => [n, ...f.range])"
    )
    for name, low, high, _ in fields:
        for asked, kept in (("-1e9", low), ("1e9", high)):
            driven.restore(f"{name}={asked}")
            assert float(driven.state[name]) == pytest.approx(kept)
            assert not re.search("NaN|Infinity|undefined", " ".join(driven.reads.values()))


@browser
def test_paper_shows_the_figure(driven: Driven) -> None:
    driven.page.emulate_media(media="print")
    visible = [driven.whole.locator(name).first.is_visible()
               for name in (".checked-figure > svg", ".widget-view", ".widget-tools")]  # fmt: skip
    driven.page.emulate_media(media="screen")
    assert visible == [True, False, False]


# Each widget in a browser of its own kind


@browser
@pytest.mark.parametrize(("page", "widget"), PLACED, ids=IDS)
def test_a_finger_scrolls_the_page_and_moves_a_point(
    chromium: Browser, published: Published, page: str, widget: Widget
) -> None:
    driven = opened(chromium, published, page, widget.id, "phone")
    # first: a tap right after a swipe is none to Chromium
    for button in driven.whole.locator(".widget-controls button").all():
        button.tap()  # motion is not wanted: it has ended before the answer
        assert not driven.ask("w => w.playing")
    assert driven.page.evaluate("document.documentElement.scrollWidth") <= 390
    driven.whole.locator(".widget-view").evaluate("v => v.scrollIntoView({ block: 'center' })")
    box = driven.box(".widget-view")
    at, state = driven.page.evaluate("scrollY"), driven.link
    driven.swipe(box["x"] + 60, box["y"] + box["height"] * 0.6, 0, -150)
    driven.page.wait_for_function(f"scrollY > {at} + 60")
    assert driven.link == state
    least = "(w, [kind, size]) => Math.min(...[...w.querySelectorAll(kind)].map(e => e.getBoundingClientRect()[size]))"
    assert driven.ask(least, [".point .hit, .widget-controls :is(select, button)", "height"]) >= 32
    assert driven.ask(least, [".point .hit", "width"]) >= 43.99  # 44, and rounding
    small = "w => Math.min(...[...w.querySelectorAll('.widget-view text')].map(t => parseFloat(getComputedStyle(t).fontSize)))"
    assert driven.ask(small) >= 11


@pytest.mark.of_pages("page", pages=["index"], prose=False)
@browser
@pytest.mark.parametrize(("page", "widget"), PLACED, ids=IDS)
def test_it_lives_when_pages_change_without_a_reload(
    chromium: Browser, published: Published, page: str, widget: Widget
) -> None:
    visit = Visit(context_of(chromium, "desktop"))
    tab = visit.page
    serve(tab, f"**/{page}.html", "text/html", without_text(published, page))
    tab.goto(f"{published.address}index.html")  # it has no widget, and no loader of them
    tab.evaluate("window.kept = true")

    def go(to: str) -> None:
        made = "to => { const a = document.createElement('a'); a.href = to; document.querySelector('article').append(a); return a; }"
        follow(tab, tab.evaluate_handle(made, to))

    link = f"{published.address}{page}.html#{widget.id}?asked=1"
    for first in (True, False):
        go(link)
        tab.locator(f"#{widget.id}.live").wait_for()  # nobody scrolled: the address asks for it
        driven = Driven(tab, widget.id)
        driven.ask("w => w.parentNode.insertBefore(w, w.nextSibling)")  # out and in again
        assert driven.whole.locator(".widget-view").count() == 1
        assert driven.reads
        if first:
            driven.press(driven.whole.locator(".point, [type='range']").first, "ArrowLeft")
            assert driven.link != link
            link = driven.link
        assert driven.link == link
        go(f"{published.address}index.html")
        tab.locator(".lead").wait_for()
    assert tab.evaluate("window.kept")
    assert visit.said == []
    tab.close()


@browser
@pytest.mark.parametrize(("page", "widget"), PLACED, ids=IDS)
def test_without_modules_the_figure_stays(
    chromium: Browser, published: Published, page: str, widget: Widget
) -> None:
    for kind in ("unscripted", "still"):  # from a folder, no module loads
        tab = tab_of(chromium, kind)
        serve(tab, f"**/{page}.html", "text/html", without_text(published, page))
        tab.goto((published.folder / f"{page}.html").as_uri())
        whole = tab.locator(f"#{widget.id}")
        whole.scroll_into_view_if_needed()
        if kind == "still":
            tab.locator(f"#{widget.id}.still").wait_for()
        figure, caption = (whole.locator(name) for name in (".checked-figure > svg", "figcaption"))
        assert figure.is_visible()
        upper, lower = figure.bounding_box(), caption.bounding_box()
        assert upper
        assert lower
        assert lower["y"] - upper["y"] - upper["height"] < 40, "no room is kept for nothing"


# Mistakes of an author

MODULE = "export class Line {\n  static reserved = [4, 8];\n}\n"
PLACE = "![The line rises by 6.0 a unit](figures/line.svg)<!--= slope(3.0) -->"
RIGHT = f'<small-line rise="6.0">\n\n{PLACE.replace("rises by", "has rise =")}\n\n</small-line>'
MISTAKES = {
    "an element that nobody wrote": (
        RIGHT.replace("small-line", "smaller-line"), "<smaller-line>: there is no docs/widgets/smaller-line.js",
    ),
    "an element that is not closed": (RIGHT.replace("</small-line>", ""), '<small-line rise="6.0"> is not closed'),
    "an element that was not opened": (f"{PLACE}\n\n</small-line>", "</small-line> closes what was not opened"),
    "an element in an element": (
        RIGHT.replace("![", "<small-line>\n\n!["), '<small-line rise="6.0"> is not closed',
    ),
    "an element without a figure": (
        f'{PLACE}\n\n<small-line rise="6.0">\n\n</small-line>', "wraps 0 images; it needs one figure",
    ),
    "an element that begins otherwise": (
        RIGHT.replace('rise="6.0"', 'rise="5"'), 'rise="5" is not what its figure is said to show: write rise = 5',
    ),
    "an attribute that no description states": (
        RIGHT.replace('rise="6.0"', 'rise="6.0" run="1"'), 'run="1" is not what its figure is said to show',
    ),
    "a room that is none": (RIGHT.replace("<small-line", '<small-line room="wide"'), 'room="wide" is no room'),
    "a tag within a line": (RIGHT.replace("<small-line", "See <small-line"), "must stand alone on its line"),
    "an attribute without quotes": (RIGHT.replace('"6.0"', "6"), 'key="value" in it'),
    "two elements of one name": (
        RIGHT + '\n\n<small-line id="small-line">\n\n![x](y.svg)\n\n</small-line>', "two elements are called small-line",
    ),
    "a wrong number in the description": (
        RIGHT.replace("6.0", "6.5"), "the page says 6.5; slope(3.0) is 6.0",
    ),
}  # fmt: skip


@pytest.fixture
def with_widget(locked: Path, plant: Callable[..., None]) -> Callable[[str], Path]:
    """Plants a text in place of the small site's figure."""

    def place(text: str) -> Path:
        (locked / "docs" / "widgets").mkdir()
        (locked / "docs" / "widgets" / "small-line.js").write_text(MODULE)
        plant(PLACE, text)
        return locked

    return place


@pytest.mark.of_no_page
def test_a_widget_without_a_mistake_is_not_told(with_widget: Callable[[str], Path]) -> None:
    assert told(with_widget(RIGHT)) == ""


@pytest.mark.of_no_page
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told(with_widget: Callable[[str], Path], mistake: str) -> None:
    text, message = MISTAKES[mistake]
    assert message in told(with_widget(text))


@pytest.mark.of_no_page
def test_an_element_must_say_what_room_it_takes(with_widget: Callable[[str], Path]) -> None:
    site = with_widget(RIGHT)
    (site / "docs" / "widgets" / "small-line.js").write_text("export class Line {}")
    assert "static reserved = [6, 10]" in told(site)


@pytest.mark.of_no_page
def test_quoted_tags_are_no_widgets(with_widget: Callable[[str], Path]) -> None:
    quoted = f"{PLACE}\n\n`<no-such-thing>` is code.\n\n```html\n<no-such-thing>\n```"
    assert told(with_widget(quoted)) == ""


@pytest.mark.of_no_page
def test_a_link_to_a_state_is_followed_to_its_widget(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<a href="#line?a=1&amp;b=2">x</a><a href="#lines?a=1">y</a><i id="line"></i>'
    )
    assert [str(p) for p in link_problems(tmp_path)] == [
        "a.html:1: <a> #lines?a=1: there is no place #lines in a.html"
    ]
