"""Reading: Markdown into a page. What would be shown and not checked is refused, with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from claims.lab import markdown_of, script_problems
from claims.page import FRONT_MATTER, Fence, Image, Note, Page, Span
from claims.problem import Problem

LANGUAGES = frozenset(
    [
        "python",
        "output",
        "text",
        "bash",
        "console",
        "toml",
        "yaml",
        "json",
        "markdown",
        "latex",
        "html",
        "css",
        "js",
    ]
)


PYTHON_LIKE = re.compile(r"\{?\s*\.?(py|ipy|cpy|cython|rpy)[a-z]*[0-9.]*\b", re.I)


OPTIONS = frozenset(
    [
        "title",
        "hl_lines",
        "linenums",
        "figure",
        "exercise",
        "check",
        "solution",
        "wrong",
        "needs",
        "agrees",
    ]
)


FENCE = re.compile(r"^(?P<indent>[ \t]*)(?P<ticks>`{3,}|~{3,})(?P<info>.*)$")


STRAY_FENCE = re.compile(r"[ \t>]*(?:[-*+]|\d+[.)])?[ \t>]*(?:`{3,}|~{3,})[^`]*$")


INFO = re.compile(r'^[ ]?(?P<language>[\w+-]*)(?P<options>(?:[ \t]+[\w-]+="[^"\n]*")*)[ \t]*$')


OPTION = re.compile(r'([\w-]+)="([^"]*)"')


# What stands in prose without being prose. The first to begin wins, so a note
# quoted in a code span is code, and a dollar in a comment is no formula.
INLINE = re.compile(
    r"(?P<comment><!--.*?-->)"
    r"|(?P<code>(?<!`)(?P<run>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=run)(?!`))"
    r"|(?P<display>(?<!\\)\$\$.+?\$\$)"
    r"|(?P<formula>(?<![\\$])\$(?![\s$])(?:(?!\n[ \t]*\n)[^$])+?(?<![\s\\])\$(?!\d))"
    r"|(?P<image>!\[(?P<description>[^\]]*)\]\((?P<target>[^)\s]*)\))"
    r"|(?P<link>\]\([^)]*\)|\]\[[^\]]*\]|\[\^[^\]]+\]|<?https?://[^\s>)]+>?)"
    r"|(?P<markup><[/a-zA-Z][^>]*>|\{[:#.][^}\n]*\}|^[ \t]*(?:[!?]{3}\+?|===)[ \t]+[\w -]*)",
    re.S | re.M,
)


KINDS = ("comment", "code", "display", "formula", "image", "link", "markup")


ATTRIBUTE = re.compile(r'\b(?:alt|title|aria-label)="([^"]*)"')
NOTE = re.compile(r"\s*(?:(?P<mark>[=<>])|(?P<word>check|math):)\s*(?P<text>.+?)\s*", re.S)


@dataclass
class _Reading:
    """The state of reading one page."""

    path: str
    source: str
    prose: str = ""
    fences: list[Fence] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def page(self) -> Page:
        self.prose = FRONT_MATTER.sub(lambda m: _blank(m[0]), self.source)
        self._read_fences()
        self._read_inline()
        return Page(
            self.path,
            self.source,
            self.prose,
            tuple(self.fences),
            tuple(self.notes),
            tuple(self.images),
            tuple(self.spans),
            tuple(self.problems),
        )

    def refuse(self, place: int, message: str) -> None:
        line = self.source.count("\n", 0, place) + 1
        self.problems.append(Problem(self.path, line, message))

    def _read_fences(self) -> None:
        lines = iter(_lines(self.prose))
        for start, text in lines:
            opening = FENCE.match(text)
            if opening and "`" not in opening["info"]:
                self._read_fence(start, opening, lines)
            elif STRAY_FENCE.match(text):
                self._skip_fence(start, text, lines)
            elif "--8<--" in text and "`" not in text:
                self.refuse(
                    start, "an include outside a python fence would publish what nothing checks"
                )

    def _skip_fence(self, start: int, opening: str, lines: Iterator[tuple[int, str]]) -> None:
        """Refuse a fence that stands behind a bullet or a quotation mark."""
        self.refuse(
            start, f"a fence must begin its line, or it is shown and not run: {opening.strip()}"
        )
        ticks = re.search(r"`{3,}|~{3,}", opening)
        closing = next(
            (
                place + len(text)
                for place, text in lines
                if ticks and text.strip(" \t>") == ticks[0]
            ),
            len(self.prose),
        )
        self._erase(start, closing)

    def _read_fence(
        self, start: int, opening: re.Match[str], lines: Iterator[tuple[int, str]]
    ) -> None:
        indent, ticks = opening["indent"], opening["ticks"]
        body: list[str] = []
        end = start
        for place, text in lines:
            end = place + len(text)
            if text.strip() == ticks and text.startswith(indent):
                break
            body.append(text.removeprefix(indent) if text.strip() else "")
        else:
            self.refuse(start, f"this fence is never closed: {ticks}{opening['info']}")
            self._erase(start, len(self.prose))
            return
        language, options = self._read_info(start, opening["info"])
        line = self.source.count("\n", 0, start) + 1
        self.fences.append(Fence(line, start, end, indent, ticks, language, options, tuple(body)))
        self._erase(start, end)

    def _read_info(self, place: int, info: str) -> tuple[str, dict[str, str]]:
        """Language and options of an opening line; refuses what would not run."""
        shown = info.strip()
        match = INFO.match(info)
        language = match["language"] if match else ""
        if not match and shown.startswith("python "):
            self.refuse(place, f'options are written key="value": ```{shown}')
        elif language != "python" and PYTHON_LIKE.match(shown):
            self.refuse(place, f"```{shown} looks like Python and would not run: write ```python")
        elif not match:
            self.refuse(place, f'options are written key="value": ```{shown}')
        elif not language:
            self.refuse(
                place, "a fence names its language (```text for what is neither code nor output)"
            )
        elif language not in LANGUAGES:
            known = ", ".join(sorted(LANGUAGES))
            self.refuse(place, f"```{language} is not a language this site knows; it knows {known}")
        options = dict(OPTION.findall(match["options"])) if match else {}
        for unknown in sorted(options.keys() - OPTIONS):
            self.refuse(
                place,
                f'{unknown}="…" is no option of a fence; there are {", ".join(sorted(OPTIONS))}',
            )
        return language, options

    def _read_inline(self) -> None:
        for match in list(INLINE.finditer(self.prose)):
            kind = next(kind for kind in KINDS if match[kind] is not None)
            if kind == "comment":
                self._read_note(match)
            elif kind == "image":
                self._read_image(match)
            elif kind in ("code", "display", "formula"):
                self.spans.append(Span(kind, match.start(), match.end(), match[0].strip("`$ ")))
            self._erase(match.start(), match.end())
            for words in ATTRIBUTE.finditer(match[0] if kind == "markup" else ""):
                self._restore(match.start() + words.start(1), words[1])
        self._join_images_and_notes()
        for match in re.finditer(r"<!--", self.prose):
            self.refuse(match.start(), "this comment is never closed")

    def _read_note(self, match: re.Match[str]) -> None:
        hidden = [f for f in self.fences if match.start() < f.start < match.end()]
        note = NOTE.fullmatch(match[0][4:-3])
        if hidden:
            self.problems.append(
                Problem(
                    self.path,
                    hidden[0].line,
                    "code inside an HTML comment is not shown: show it or delete it",
                )
            )
            self.fences = [f for f in self.fences if f not in hidden]
        elif not note:
            self.refuse(
                match.start(), f"no note this checker knows (=, <, >, check:, math:): {match[0]}"
            )
        else:
            line = self.source.count("\n", 0, match.start()) + 1
            self.notes.append(
                Note(
                    line,
                    match.start(),
                    match.end(),
                    note["mark"] or note["word"],
                    " ".join(note["text"].split()),
                )
            )

    def _read_image(self, match: re.Match[str]) -> None:
        description, target = match["description"].strip(), match["target"]
        line = self.source.count("\n", 0, match.start()) + 1
        if not description:
            self.refuse(
                match.start(), f"the description of {target} is empty: say what the picture shows"
            )
        name = re.fullmatch(r"(figures/)?([\w-]+)\.svg", target)
        drawn = {fence.options.get("figure") for fence in self.fences}
        figure = name[2] if name and (name[1] or name[2] in drawn) else None
        image = Image(line, match.start(), match.end(), description, target, figure=figure)
        self.images.append(image)

    def _join_images_and_notes(self) -> None:
        """A note right behind an image speaks of the numbers in its description."""
        for i, image in enumerate(self.images):
            own = next((n for n in self.notes if n.start == image.end and n.mark == "="), None)
            if own:
                self.notes.remove(own)
                self.images[i] = replace(image, end=own.end, note=own)

    def _restore(self, start: int, text: str) -> None:
        """What an attribute says to a reader is prose after all."""
        self.prose = self.prose[:start] + text + self.prose[start + len(text) :]

    def _erase(self, start: int, end: int) -> None:
        self.prose = self.prose[:start] + _blank(self.prose[start:end]) + self.prose[end:]


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1


@lru_cache(maxsize=1024)  # `make serve` reads every page at every rebuild
def read_page(path: str, source: str) -> Page:
    """Read Markdown into a page; what cannot be read is among its problems.

    Args:
        path: the page's name in messages, relative to the repository.
        source: its text; line ends are `\\n`.
    """
    return _Reading(path, source).page()


@lru_cache(maxsize=64)
def read_lab(path: str, script: str) -> Page:
    """Read a percent script into the page that it is; its lines are the page's."""
    page = read_page(path, markdown_of(script))
    return replace(page, problems=(*script_problems(path, script), *page.problems))


def load_page(path: Path, root: Path) -> Page:
    """Read a file, Markdown or a lab, as a page.

    Raises:
        FileNotFoundError: if there is no such file.
    """
    read = read_lab if path.suffix == ".py" else read_page
    return read(
        path.resolve().relative_to(root.resolve()).as_posix(), path.read_text(encoding="utf-8")
    )
