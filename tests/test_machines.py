"""What programs read of the site: Markdown, llms.txt, the sitemap, descriptions, the citation."""

from __future__ import annotations

import gzip
import re
import tomllib
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from claims.publish.description import described
from claims.publish.edition import Part
from claims.publish.plain import Words, plain, write_plain

from .conftest import SITE, Published
from .test_built_site import make

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
FILES = [*DOCS.glob("*.md"), *DOCS.glob("labs/*.py")]
PAGES = sorted(file.relative_to(DOCS).with_suffix("").as_posix() for file in FILES)
CODE = re.compile(r"^(?:> )*(`{3,}).*?^(?:> )*\1$|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]*\$", re.M | re.S)


@pytest.mark.of_pages("name")
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_plain_markdown_beside_its_html(published: Published, name: str) -> None:
    text = (published.folder / f"{name}.md").read_text(encoding="utf-8")
    assert text.startswith("# ")
    prose = CODE.sub("", text)
    for left in ("<!--", "⟦", "{:", "{ .", "<span", "!!!", "???", "--8<--", "[TABLE", "[ERRATA"):
        assert left not in prose, left
    assert "--8<--" not in text
    assert not re.search(r"^(?::::|===) ", prose, re.M)
    for file, place in re.findall(r"\]\(([^)#\s]*\.md)(#[^)\s]*)?\)", prose):
        assert file.startswith(SITE)
        assert (published.folder / file.removeprefix(SITE)).is_file(), file + place
    assert not re.search(r"\]\((?!http|#)", prose)


def test_the_code_of_a_page_is_whole(published: Published) -> None:
    text = (published.folder / "reference.md").read_text(encoding="utf-8")
    source = (ROOT / "snippets" / "gradient_check.py").read_text(encoding="utf-8")
    without_markers = re.sub(r"^ *# --8<-- .*\n", "", source, flags=re.M)
    assert without_markers.strip() in text


def test_a_page_that_gathers_writes_out_what_it_gathers(published: Published) -> None:
    errata = (published.folder / "errata.md").read_text(encoding="utf-8")
    sections = re.split(r"^## [EF]\d\d", errata, flags=re.M)[1:]
    assert len(sections) > 60
    assert min(map(len, sections)) > 250
    card = (published.folder / "formula_card.md").read_text(encoding="utf-8")
    assert f"[power]({SITE}differentiation_rules.md#bring-the-exponent-down)" in card
    assert card.count("|---") > 10


FRAMED = '''\
# A title

Checked on this page: 1 claim decided.
{: .ledger data-search-exclude }

It is <span class="checked">6.0</span>, [there](two.md){ .md-button }.

!!! exercise "Find it"

    ```python title="a.py" hl_lines="1"
    def f():
        """Doc."""


        return {: .kept }
    ```

    ??? hint

        Look.

⟦figure line⟧ It rises by <span class="checked">6.0</span>

=== "JAX"

    Text.
'''

PLAIN = '''\
# A title

Checked on this page: 1 claim decided.

It is 6.0, [there](two.md).

> **Exercise: Find it**
>
> ```python title="a.py"
> def f():
>     """Doc."""
>
>
>     return {: .kept }
> ```
>
> > **Hint**
> >
> > Look.

**Figure.** It rises by 6.0

> **JAX**
>
> Text.
'''


@pytest.mark.of_no_page
def test_frames_are_quoted_and_marks_are_gone() -> None:
    assert plain(FRAMED) == PLAIN


@pytest.mark.of_no_page
@pytest.mark.parametrize("base", ["", "https://a.org/book/"])
def test_llms_lists_the_chapters_by_part(tmp_path: Path, base: str) -> None:
    pages = {
        "one.md": Words("# One\n\n[two](two.md#x)", "Says one."),
        "two.md": Words("# Two", "Says two."),
    }
    parts = [Part("", ("one.html",)), Part("Further", ("two.html",))]
    write_plain(tmp_path, pages, parts, ROOT, "Book", "A summary.", base)
    assert (tmp_path / "one.md").read_text() == f"# One\n\n[two]({base}two.md#x)\n"
    assert (tmp_path / "llms.txt").read_text().splitlines() == [
        "# Book", "", "> A summary.", "",
        "Every page is here as Markdown; its address with .html is the page for people.",
        "", "## Begin", "", f"- [One]({base}one.md): Says one.",
        "", "## Further", "", f"- [Two]({base}two.md): Says two.",
    ]  # fmt: skip


def test_llms_names_every_page_but_the_landing_one(published: Published) -> None:
    text = (published.folder / "llms.txt").read_text(encoding="utf-8")
    listed = re.findall(rf"^- \[.+\]\({re.escape(SITE)}([\w/]+)\.md\): .{{20,}}$", text, re.M)
    assert sorted([*listed, "index"]) == PAGES


@pytest.mark.of_pages("name")
@pytest.mark.parametrize("name", PAGES)
def test_a_page_describes_itself_in_words(published: Published, name: str) -> None:
    page = (published.folder / f"{name}.html").read_text(encoding="utf-8")
    meta = dict(re.findall(r'<meta (?:name|property)="([\w:]+)" content="([^"]*)">', page))
    description = unescape(meta["description"])
    assert 30 < len(description) <= 160  # more is cut where it is shown
    assert not re.search(r"[\\$<>*`{}\n]|\[.*\]\(", description)
    assert description[-1] in ".…!?"
    assert meta["og:description"] == meta["description"]
    assert meta["og:title"] in page.partition("<title>")[2].partition("</title>")[0]
    assert meta["og:url"] == f"{SITE}{name}.html"
    assert "og:image" not in meta


def test_pages_describe_themselves_each_in_its_own_words(published: Published) -> None:
    pages = [(published.folder / f"{name}.html").read_text(encoding="utf-8") for name in PAGES]
    said = [re.findall(r'<meta name="description" content="([^"]*)">', page) for page in pages]
    assert all(len(descriptions) == 1 for descriptions in said)
    assert len({descriptions[0] for descriptions in said}) == len(PAGES)


@pytest.mark.of_no_page
def test_a_description_keeps_numbers_and_reads_short_formulas() -> None:
    ledger = '<p class="ledger">Checked.</p>'
    first = '<p>It is <span class="checked">6.0</span> &amp; <code>x</code>. It falls:</p>'
    assert described(f"<h1>T</h1>{ledger}{first}<p>No.</p>") == "It is 6.0 & x."
    assert described("<h1>T</h1><p>It falls:</p>") == "It falls."
    long = "word " * 31 + "at 3.14159 exactly, and on"
    assert described(f"<h1>T</h1><p>{long}</p>") == "word " * 31 + "at…"
    assert described("<h1>T</h1>") == ""


@pytest.mark.of_no_page
def test_a_description_writes_a_formula_as_one_would_in_a_message() -> None:
    power = "<msup><mi>x</mi><mn>2</mn></msup>"
    slope = "<mfrac><mrow><mi>d</mi><mi>y</mi></mrow><mrow><mi>d</mi><mi>x</mi></mrow></mfrac>"
    math = f"<math><semantics><mrow>{slope}<mo>=</mo>{power}</mrow><annotation>\\x</annotation></semantics></math>"
    formula = f'<span class="katex-mathml">{math}</span><katex-html>x</katex-html>'
    assert described(f"<h1>T</h1><p>So {formula}.</p>") == "So dy/dx = x²."


def test_the_sitemap_has_each_page_once(published: Published) -> None:
    text = (published.folder / "sitemap.xml").read_text(encoding="utf-8")
    assert gzip.decompress((published.folder / "sitemap.xml.gz").read_bytes()).decode() == text
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    listed = [str(url.text) for url in ElementTree.fromstring(text).iter(f"{space}loc")]
    assert sorted(listed) == [f"{SITE}{name}.html" for name in PAGES]


@pytest.mark.of_no_page
def test_a_site_without_an_address_has_a_sitemap_that_says_nothing(locked: Path) -> None:
    assert "<url>" not in (make(locked) / "sitemap.xml").read_text()


@pytest.mark.of_no_page
def test_the_citation_is_one_and_has_the_version_of_the_package() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {"cff-version", "message", "title", "authors"} <= set(
        citation
    )  # what the format requires
    assert citation["cff-version"] == "1.2.0"
    assert citation["type"] in ("software", "dataset")
    assert citation["version"] == project["version"]
    assert citation["license"] in project["license"].split(" AND ")
    assert citation["abstract"] == project["description"]
    assert all("name" in author or "family-names" in author for author in citation["authors"])


@pytest.mark.of_no_page
def test_the_form_has_the_fields_that_a_link_fills_in() -> None:
    folder = ROOT / ".github" / "ISSUE_TEMPLATE"
    form = yaml.safe_load((folder / "error.yml").read_text(encoding="utf-8"))
    assert {"name", "description", "body"} <= set(form)
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert [field["id"] for field in fields] == ["page", "section", "version", "what"]
    assert all(field["attributes"]["label"] for field in fields)
    required = [f["id"] for f in fields if f.get("validations", {}).get("required")]
    assert required == ["page", "what"]
    config = yaml.safe_load((folder / "config.yml").read_text(encoding="utf-8"))
    assert set(config) <= {"blank_issues_enabled", "contact_links"}
