"""Plain: each page as Markdown that needs no site, beside its HTML; and `llms.txt`, which lists them.

What stands in the frame of an admonition, a fold or a tab is quoted under its title; what a page
repeats from others is written out; a figure is what it shows, in words.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markdown.extensions.toc import slugify

from claims.publish.edition import Part

FENCE = re.compile(r'(?P<ticks>`{3,}|~{3,})(?P<language>[\w-]*)(?:.*?(?P<title> title="[^"]*"))?')
FRAME = re.compile(r'(?:!!!|\?\?\?\+?|===) ?(?P<kind>[\w-]*)(?: ?"(?P<title>.*)")?$')
NAMED = {"exercise": "Exercise: ", "erratum": "Erratum ", "wrong": "A wrong answer: "}
ATTRIBUTES = re.compile(r" ?\{:? ?[.#][^{}]*\}")
CHECKED = re.compile(r'<span class="checked">(.*?)</span>')
FIGURE = re.compile(r"⟦figure \S+⟧ ?")
WIDGET = re.compile(r"⟦/?widget \d+⟧")
ERRATUM = re.compile(r"⟦erratum (?P<number>\w+) of (?P<file>\S+)⟧")
TABLE = re.compile(r"\[TABLE (?P<file>\w+\.md)#(?P<place>[\w-]+)(?P<second> second)?\]")
MODULE = re.compile(r"^::: (?P<name>[\w.]+)\n(?:[ ]{4}.*\n?)*", re.M)
SECTION = re.compile(r"^[ ]*# --8<-- \[.*\n", re.M)
LINK = re.compile(r"\]\((?P<file>[\w/.]+)\.(?:md|py)(?P<place>#[^)\s]*)?\)")


@dataclass(frozen=True)
class Words:
    """A page in words: its Markdown as the site is made from it, and what it says of itself."""

    markdown: str
    description: str

    @property
    def title(self) -> str:
        """Its first heading."""
        found = re.search(r"^# (.+)$", self.markdown, re.M)
        return found[1] if found else ""


def write_plain(
    site: Path,
    pages: Mapping[str, Words],
    parts: Sequence[Part],
    root: Path,
    name: str,
    summary: str,
    base: str = "",
) -> None:
    """Write `<page>.md` beside each page of a built site, and `llms.txt`.

    Args:
        site: the folder that MkDocs built.
        pages: the pages in words, by their file in the docs.
        parts: the parts of the book, in order.
        root: the repository; a reference is the source of the module it names.
        name: of the site.
        summary: of the site, in a sentence.
        base: the address the site will have; links begin with it.
    """
    clean = {file: plain(_sources(words.markdown, root)) for file, words in pages.items()}
    whole = {file: _gathered(text, clean) for file, text in clean.items()}
    for file, text in whole.items():
        to = site / _named(file)
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text(_linked(text, file, base), encoding="utf-8")
    (site / "llms.txt").write_text(_index(pages, parts, name, summary, base), encoding="utf-8")


def _named(file: str) -> str:
    """The Markdown of a page, of a lab too, by its file in the docs or in the site."""
    return re.sub(r"\.(?:py|html)$", ".md", file)


def _linked(text: str, file: str, base: str) -> str:
    """A page with its links to others: to their Markdown, and under the site's address if it has one."""

    def link(found: re.Match[str]) -> str:
        to = f"{found['file']}.md"
        if base:
            to = base + posixpath.normpath(posixpath.join(posixpath.dirname(file), to))
        return f"]({to}{found['place'] or ''})"

    return LINK.sub(link, text)


def plain(markdown: str) -> str:
    """A published page's Markdown without what only this site understands."""
    return "\n".join(_plain_lines(markdown.splitlines())).strip() + "\n"


def _plain_lines(lines: list[str]) -> list[str]:
    out: list[str] = []
    while lines:
        line = lines.pop(0)
        if fence := FENCE.match(line):
            out.append(f"{fence['ticks']}{fence['language']}{fence['title'] or ''}")
            while lines and lines[0].strip() != fence["ticks"]:
                out.append(lines.pop(0))
            out += lines[:1]
            del lines[:1]
        elif frame := FRAME.match(line):
            out += [*_gap(out), *_quoted(frame, lines), ""]
        elif cleaned := _cleaned(line):
            out.append(cleaned)
        else:
            out += _gap(out)
    return out


def _cleaned(line: str) -> str:
    """A line of prose without marks."""
    line = WIDGET.sub("", CHECKED.sub(r"\1", ATTRIBUTES.sub("", line)))
    return FIGURE.sub("**Figure.** ", line)


def _gap(out: list[str]) -> list[str]:
    """An empty line, unless there is one."""
    return [""] if out and out[-1] else []


def _quoted(frame: re.Match[str], lines: list[str]) -> list[str]:
    """What is indented under a frame's title, quoted; it is taken from the lines."""
    body = []
    while lines and (not lines[0].strip() or lines[0].startswith("    ")):
        body.append(lines.pop(0)[4:])
    title = ATTRIBUTES.sub("", frame["title"] or frame["kind"].capitalize())
    inside = plain("\n".join(body)).splitlines()
    return [
        f"> {line}".rstrip() for line in (f"**{NAMED.get(frame['kind'], '')}{title}**", "", *inside)
    ]


def _sources(markdown: str, root: Path) -> str:
    """Each reference to a module becomes its source, which says more than a list of names."""

    def source(asked: re.Match[str]) -> str:
        file = f"{asked['name'].replace('.', '/')}.py"
        text = SECTION.sub("", (root / file).read_text(encoding="utf-8")).strip()
        return f'```python title="{file}"\n{text}\n```\n'

    return MODULE.sub(source, markdown)


def _gathered(text: str, pages: Mapping[str, str]) -> str:
    """A page with what it repeats from others written out."""
    text = ERRATUM.sub(
        lambda mark: _elsewhere(mark, _box(pages[mark["file"]], mark["number"])), text
    )
    return TABLE.sub(lambda asked: _elsewhere(asked, _table(pages[asked["file"]], asked)), text)


def _elsewhere(asked: re.Match[str], found: str) -> str:
    """A part of another page: its links to its own places name the page."""
    return found.replace("](#", f"]({asked['file']}#")


def _box(page: str, number: str) -> str:
    """What the box of an erratum says, without its title."""
    box = re.search(rf"^> \*\*Erratum \[?{number}\b.*\n((?:>.*\n)*)", page, re.M)
    return re.sub(r"^> ?", "", box[1], flags=re.M).strip() if box else ""


def _table(page: str, asked: re.Match[str]) -> str:
    for heading in re.finditer(r"^#+ (.+)$", page, re.M):
        if slugify(heading[1], "-") == asked["place"]:
            section = page[heading.end() :]
            tables = [table[0] for table in re.finditer(r"(?:^\|.*\n)+", section, re.M)]
            return tables[1 if asked["second"] else 0].strip()
    return ""


def _index(
    pages: Mapping[str, Words], parts: Sequence[Part], name: str, summary: str, base: str
) -> str:
    known = {_named(file): words for file, words in pages.items()}
    lines = [f"# {name}", "", f"> {summary}", ""]
    lines += ["Every page is here as Markdown; its address with .html is the page for people."]
    for part in parts:
        lines += ["", f"## {part.title or 'Begin'}", ""]
        for file in map(_named, part.files):
            if file in known:
                lines.append(f"- [{known[file].title}]({base}{file}): {known[file].description}")
    return "\n".join(lines) + "\n"
