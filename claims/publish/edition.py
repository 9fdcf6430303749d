"""Edition: the whole book on one page, `print.html`, in the order of the nav, for paper.

It is made of the pages as they were built. Each place gets a name that no other chapter
has, a link to another page becomes a link inside, with the number of its page; the address
of an outside link stands at the end of its chapter, what an exercise folds away at its end.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from claims.problem import Problem
from claims.publish.nested import end_of
from claims.publish.unchanged import looked_for

EDITION = "print.html"
LONG = 24  # lines of code, about a third of a page
ARTICLE = re.compile(r"<article\b[^>]*>(.*)</article>", re.S)
HEADING = re.compile(r'<h1 id="[^"]*">(.*?)</h1>', re.S)
SCREEN_ONLY = re.compile(
    r'<a\b[^>]*class="(?:headerlink|md-content__button)[^>]*>.*?</a>'
    r'|<nav class="along".*?</nav>|<script\b.*?</script>',
    re.S,
)
NAMED = re.compile(
    r' (id|for|name|aria-labelledby|aria-describedby|xlink:href)="(#?)([^"]+)"|url\(#'
)
LINK = re.compile(r'<a\b([^>]*?) href="([^"]*)"([^>]*)>(.*?)</a>', re.S)
TABS = re.compile(
    r'<div class="tabbed-set[^>]*>(?:<input[^>]*>)*<div class="tabbed-labels">(.*?)</div>\s*<div class="tabbed-content">',
    re.S,
)
LABEL = re.compile(r"<label\b[^>]*>(.*?)</label>", re.S)
TAB = re.compile(r'<div class="tabbed-block">')
EXERCISE = re.compile(r'<div class="admonition exercise">')
ANSWER = re.compile(r'<details class="(?:hint|solution|wrong)"')
CODE = re.compile(r"(<pre\b[^>]*>(?:<span></span>)?<code)(.*?</code>)", re.S)
TITLE = re.compile(r'<p class="admonition-title">(.*?)</p>', re.S)


@dataclass(frozen=True)
class Part:
    """A part of the book as the nav has it: a title, or none, and the files of its pages."""

    title: str
    files: tuple[str, ...]


@dataclass
class Chapter:
    """A page of the site on its way into the book."""

    stem: str
    title: str
    body: str = ""
    places: set[str] = field(default_factory=set)
    targets: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)


def write_edition(
    site: Path, parts: Sequence[Part], template: str, words: dict[str, str]
) -> list[Problem]:
    """Write `print.html` into a built site.

    Args:
        site: the folder that MkDocs built.
        parts: what goes in, in order.
        template: the page, with places for `$style`, `$contents` and `$chapters`.
        words: what else the template has places for.

    Returns:
        the links that lead to no place in the book.
    """
    stems = stems_of(parts)
    chapters = {
        file: chapter_of((site / file).read_text(encoding="utf-8"), file, stems) for file in stems
    }
    page = Template(template).substitute(
        words,
        style="\n".join(map(_running_foot, chapters.values())),
        contents="\n".join(_contents(part, chapters) for part in parts),
        chapters="\n".join(_section(chapters[file], part) for part in parts for file in part.files),
    )
    (site / EDITION).write_text(page, encoding="utf-8")
    places = {place for chapter in chapters.values() for place in chapter.places} | {"contents"}
    return [
        Problem(EDITION, 1, f"in {chapter.stem}: there is no place #{target}")
        for chapter in chapters.values()
        for target in chapter.targets
        if target not in places
    ]


def stems_of(parts: Sequence[Part]) -> dict[str, str]:
    """What the places of each page begin with."""
    files = (file for part in parts for file in part.files)
    return {file: file.removesuffix(".html").replace("/", "-") for file in files}


def chapter_of(page: str, file: str, stems: dict[str, str]) -> Chapter:
    """A page's article as the book has it."""
    return looked_for("chapter", page, [file, stems], lambda: _chapter(page, file, stems))


def _chapter(page: str, file: str, stems: dict[str, str]) -> Chapter:
    article = ARTICLE.search(page)
    body = SCREEN_ONLY.sub("", article[1] if article else "")
    heading = HEADING.search(body)
    chapter = Chapter(stems[file], heading[1] if heading else file, places={stems[file]})
    body = _answers_at_the_end(_tabs_in_a_row(HEADING.sub("", body, count=1)))
    chapter.body = LINK.sub(lambda link: _link(link, chapter, file, stems), body)
    chapter.body = NAMED.sub(lambda named: _named(named, chapter), chapter.body)
    chapter.body = CODE.sub(_with_its_width, chapter.body)
    chapter.body = chapter.body.replace("<details ", "<details open ") + _addresses(chapter)
    return chapter


def _named(named: re.Match[str], chapter: Chapter) -> str:
    """A name, or what points to it, that no other chapter has."""
    if not named[1]:
        return f"{named[0]}{chapter.stem}-"
    if named[1] == "id":
        chapter.places.add(f"{chapter.stem}-{named[3]}")
    return f' {named[1]}="{named[2]}{chapter.stem}-{named[3]}"'


def _link(link: re.Match[str], chapter: Chapter, own: str, stems: dict[str, str]) -> str:
    """A link to a page becomes one to a chapter; an outside address is noted, for the end."""
    before, target, after, text = link.groups()
    if "://" in target:
        chapter.addresses.append(html.unescape(target))
        return f'{link[0]}<sup class="address">{len(chapter.addresses)}</sup>'
    file, _, place = target.partition("?")[0].partition("#")  # paper has no state of a widget
    file = posixpath.normpath(posixpath.join(posixpath.dirname(own), file)) if file else own
    if file == "index.html":  # the landing page is the book's own contents
        file, place = "contents", ""
    target = "-".join(filter(None, (stems.get(file, file), place)))
    chapter.targets.append(target)
    elsewhere = "" if file == own else ' data-elsewhere=""'
    return f'<a{before} href="#{target}"{after}{elsewhere}>{text}</a>'


def _tabs_in_a_row(body: str) -> str:
    """No tab is chosen on paper: each stands under its own name."""
    names = [name for tabs in TABS.finditer(body) for name in LABEL.findall(tabs[1])]
    body = TABS.sub("<div><div>", body)
    return TAB.sub(lambda _: f'<div class="tab"><p class="tab-name">{names.pop(0)}</p>', body)


def _with_its_width(code: re.Match[str]) -> str:
    """A block says how wide it is, so that the sheet can fit it, and whether it may go on overleaf."""
    lines = html.unescape(re.sub(r"<[^>]*>", "", code[2].partition(">")[2])).splitlines()
    long = ' data-long=""' if len(lines) > LONG else ""
    return f'{code[1]} style="--columns: {max(map(len, lines), default=0)}"{long}{code[2]}'


def _answers_at_the_end(body: str) -> str:
    """Hints, solutions and wrong answers leave their exercises and stand after the last of them."""
    exercises = [(start, end_of(body, start, "div")) for start in _starts(EXERCISE, body)]
    if not exercises:
        return body
    answers, done, kept = [], 0, []
    for number, (start, end) in enumerate(exercises, 1):
        exercise, folds = _without_answers(body[start:end])
        title = TITLE.search(exercise)
        see = f'<p class="see-answer"><a href="#answer-{number}" data-elsewhere="">Hints and solution</a></p></div>'
        kept += [body[done:start], exercise.removesuffix("</div>") + see]
        answers.append(f'<h3 id="answer-{number}">{title[1] if title else ""}</h3>{folds}')
        done = end
    section = f'<section class="answers"><h2 id="answers">Hints and solutions</h2>{"".join(answers)}</section>'
    return "".join([*kept, section, body[done:]])


def _without_answers(exercise: str) -> tuple[str, str]:
    """An exercise without its answers, and these."""
    folds = ""
    while fold := ANSWER.search(exercise):
        end = end_of(exercise, fold.start(), "details")
        folds += exercise[fold.start() : end]
        exercise = exercise[: fold.start()] + exercise[end:]
    return exercise, folds


def _starts(pattern: re.Pattern[str], body: str) -> Iterator[int]:
    return (found.start() for found in pattern.finditer(body))


def _addresses(chapter: Chapter) -> str:
    items = "".join(f"<li>{html.escape(address)}</li>" for address in chapter.addresses)
    return f'<ol class="addresses">{items}</ol>' if items else ""


def _section(chapter: Chapter, part: Part) -> str:
    return (
        f'<section class="chapter md-typeset" id="{chapter.stem}">\n'
        f'<p class="part">{html.escape(part.title)}</p><h1>{chapter.title}</h1>\n{chapter.body}\n</section>'
    )


def _contents(part: Part, chapters: dict[str, Chapter]) -> str:
    items = "".join(
        f'<li><a href="#{chapters[file].stem}">{chapters[file].title}</a></li>'
        for file in part.files
    )
    title = f"<h3>{html.escape(part.title)}</h3>" if part.title else ""
    return f"{title}<ol>{items}</ol>"


def _running_foot(chapter: Chapter) -> str:
    """The chapter's title at the foot of its pages."""
    title = html.unescape(re.sub(r"<[^>]*>", "", chapter.title)).replace('"', r"\"")
    return (
        f"#{chapter.stem} {{ page: {chapter.stem} }}\n"
        f'@page {chapter.stem} {{ @bottom-left {{ content: "{title}" }} }}'
    )
