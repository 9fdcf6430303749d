"""A page that collects tables shows those of the chapters, and says which are not there."""

from __future__ import annotations

from claims.publish.gathered import Gathered
from claims.publish.table import place_tables, tables_of
from claims.reading import read_page

CHAPTER = (
    '<h1 id="top">T</h1><p>x</p><h2 id="rows">R</h2><table><tr><td><a href="#top">x²</a></td></tr></table>'
    '<table>second</table><h2 id="bare">B</h2><p>none</p>'
)


def test_a_heading_has_the_tables_under_it() -> None:
    tables = tables_of(CHAPTER, "a.md")
    assert tables.keys() == {"a.md#rows", "a.md#rows second"}
    assert "second" not in tables["a.md#rows"]
    assert "second" in place_tables("<p>[TABLE a.md#rows second]</p>", tables)[0]


def test_a_table_that_stands_elsewhere_links_to_its_own_page() -> None:
    placed, missing = place_tables("<p>[TABLE a.md#rows]</p>", tables_of(CHAPTER, "a.md"))
    assert placed == '<table><tr><td><a href="a.html#top">x²</a></td></tr></table>'
    assert missing == []


def test_a_table_that_is_not_there_is_told_with_its_line() -> None:
    card = read_page("docs/card.md", "# Card\n\n[TABLE a.md#rows]\n\n[TABLE a.md#bare]\n")
    gathered = Gathered()
    gathered.content(CHAPTER, read_page("docs/a.md", "# A\n"), "a.md")
    rendered = "<p>[TABLE a.md#rows]</p><p>[TABLE a.md#bare]</p>"
    (problem,) = gathered.content(rendered, card, "card.md")[1]
    assert str(problem) == "docs/card.md:5: there is no table in a.md#bare"
