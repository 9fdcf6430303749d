"""Cell: a page as Markdown and code in turn, which run from top to bottom in an empty environment.

What the page runs, runs here, but for answers: a solution and the wrong answers stay folded,
and a check tells its hint instead of stopping. What needs more than NumPy and Matplotlib is
left out where that is missing, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from claims.along.alone import Block, blocks_alone, spaced
from claims.along.lacking import DISTRIBUTIONS, indented, left_out, needs_of, of_repository
from claims.along.prose import Box, prose_of
from claims.exercise import role_of
from claims.figure import style
from claims.output import output_of
from claims.page import Fence, Page
from claims.problem import PageError, Problem

KEPT = re.compile(r"\A---\n(?:.*\n)*?download: false\n(?:.*\n)*?---\n")
ANSWERS = ("solution", "wrong")


@dataclass(frozen=True)
class Cell:
    """Markdown or code; `fence` is the page's block that the code is, if it is one."""

    source: str
    code: bool = False
    fence: Fence | None = None
    needs: str = ""  # the module without which it is left out
    folded: bool = False  # whether the page folds it


def cells_of(page: Page, root: Path, around: str = "", address: str = "") -> list[Cell]:
    """The cells of a page.

    Args:
        page: the page.
        root: the repository.
        around: a digest of the snippets.
        address: where the page's HTML is, absolute or, if the site has no address, its name.

    Raises:
        PageError: if something of the page cannot run alone.
    """
    blocks = {block.fence.start: block for block in blocks_alone(page, root, around)}
    if ours := of_repository(root, blocks.values()):
        message = f"this page imports {ours}, which only the repository has: say `download: false` in its front matter"
        raise PageError(Problem(page.path, 1, message))
    writer = _Writer(page, blocks)
    writer.box(prose_of(page, address))
    return [*_head(writer, address), *writer.cells[1:]]


def takes_along(page: Page) -> bool:
    """Whether a page has code to take along, and does not keep it to itself."""
    return any(f.language == "python" for f in page.fences) and not KEPT.search(page.source)


class _Writer:
    """Writes the cells of a page from top to bottom."""

    def __init__(self, page: Page, blocks: dict[int, Block]) -> None:
        self.page = page
        self.blocks = blocks
        self.needs = needs_of(page, blocks.values())
        self.cells: list[Cell] = []
        self.compared: set[int] = set()  # outputs of what runs
        self.kept_back: set[int] = set()
        self.defined: set[int] = set()

    def box(self, box: Box, quoted: bool = False) -> None:
        """The cells of what stands in a box."""
        for part in box.parts:
            if isinstance(part, str):
                self._say(part, quoted)
            elif isinstance(part, int):
                self._fence(self.page.fences[part], quoted)
            else:
                self._inner(part, quoted)

    def _inner(self, box: Box, quoted: bool) -> None:
        fences = [self.page.fences[i] for i in box.fences()]
        self.kept_back |= _kept_back(box, fences, self.blocks)
        if box.kind == "exercise" or not any(map(self._runs, fences)):
            for fence in fences:
                self._define(fence)
        if box.mark == "===":
            self._say(f"#### {box.title}", quoted)
            self.box(box, quoted)
        elif box.kind == "exercise":
            self._say(f"### Exercise: {box.title}", quoted)
            self.box(box, quoted)
        elif box.mark == "???" and not any(map(self._runs, fences)):
            self._say(self._folded(box), quoted)
        else:
            self._say(f"**{box.title}**", quoted=True)
            self.box(box, quoted=True)

    def _runs(self, fence: Fence) -> bool:
        known = fence.start in self.blocks and fence.start not in self.kept_back
        return known and role_of(fence) not in ANSWERS

    def _say(self, text: str, quoted: bool) -> None:
        """Add to the Markdown so far."""
        if quoted:
            text = "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
        if self.cells and not self.cells[-1].code:
            last = self.cells[-1].source
            both = quoted and last.rpartition("\n")[2].startswith(">")
            text = f"{last}\n{'>' if both else ''}\n{text}"
            self.cells.pop()
        self.cells.append(Cell(text))

    def _fence(self, fence: Fence, quoted: bool) -> None:
        if self._runs(fence):
            self._define(fence)
            self._code(fence, quoted)
        elif fence.start not in self.compared:
            self._say(self._shown(fence), quoted)

    def _define(self, fence: Fence) -> None:
        block = self.blocks.get(fence.start)
        if block and block.definitions and fence.start not in self.defined:
            self.cells.append(Cell(spaced(block.definitions), code=True, folded=True))
        self.defined.add(fence.start)

    def _code(self, fence: Fence, quoted: bool) -> None:
        text = self.blocks[fence.start].text
        if output := output_of(fence, self.page):
            self.compared.add(output.start)
        if not text:
            self._say("*This code stands above.*", quoted)
            return
        needs = self.needs.get(fence.start, "")
        try:
            text = _told(text, fence, needs)
        except ValueError as error:
            raise PageError(Problem(self.page.path, fence.line, str(error))) from None
        self.cells.append(Cell(text, True, fence, needs, folded=role_of(fence) == "check"))

    def _shown(self, fence: Fence) -> str:
        """Code that is not to run, and what is no code."""
        text = self.blocks[fence.start].text if fence.start in self.blocks else fence.text
        language = "text" if fence.language == "output" else fence.language
        return f"{fence.ticks}{language}\n{text}\n{fence.ticks}"

    def _folded(self, box: Box) -> str:
        """A fold in which nothing runs, as HTML around its Markdown."""
        parts = []
        for part in box.parts:
            if isinstance(part, Box):
                parts.append(self._folded(part))
            else:
                parts.append(part if isinstance(part, str) else self._shown(self.page.fences[part]))
        inside = "\n\n".join(parts)
        return f"<details>\n<summary>{box.title}</summary>\n\n{inside}\n\n</details>"


def _head(writer: _Writer, address: str) -> Iterator[Cell]:
    """The title with where it comes from and what it wants, and how figures look."""
    title, _, rest = writer.cells[0].source.partition("\n")
    wanted = [DISTRIBUTIONS.get(name, name) for name in sorted(set(writer.needs.values()))]
    more = f" Without {_listed(wanted)} some cells are left out." if wanted else ""
    source = f"[Checked Calculus]({address})" if address else "Checked Calculus"
    told = f"From {source}. It needs NumPy and Matplotlib.{more} Text CC BY 4.0, code MIT."
    yield replace(writer.cells[0], source=f"{title}\n\n*{told}*\n{rest}")
    if any("figure" in block.fence.options for block in writer.blocks.values()):
        yield Cell(_figure_style(), code=True, folded=True)


def _listed(words: list[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def _figure_style() -> str:
    """The house's figures, for a window with a white ground."""
    said: dict[str, Any] = {k: v for k, v in style().items() if not k.startswith("svg.")}
    colours = said.pop("axes.prop_cycle").by_key()["color"]
    said |= {"figure.facecolor": "white", "axes.facecolor": "white", "image.cmap": "Blues"}
    lines = [f"    {key!r}: {value!r}," for key, value in sorted(said.items())]
    cycle = f"    'axes.prop_cycle': plt.cycler(color={colours!r}),"
    update = "\n".join(["plt.rcParams.update({", *lines, cycle, "})"]).replace("'", '"')
    return f"import matplotlib.pyplot as plt\n\n{update}"


def _kept_back(box: Box, fences: list[Fence], blocks: dict[int, Block]) -> set[int]:
    """The plain blocks of a solution that nothing below it reads: they stay folded with it."""
    if box.kind != "solution":
        return set()
    inside = {f.start for f in fences if f.start in blocks and role_of(f) is None}
    made = {n for f in inside for piece in blocks[f].own for n in piece.changes}
    last = max(inside, default=0)
    below = (block for start, block in blocks.items() if start > last)
    read = {n for block in below for piece in block.own for n in piece.now | piece.later}
    return set() if made & read else inside


def _told(code: str, fence: Fence, needs: str) -> str:
    """A block's code as its cell has it."""
    if role_of(fence) == "check":
        code = _tried(code)
    if "figure" in fence.options:
        code += "\nplt.show()"
    if title := fence.options.get("title"):
        code = f"# {title}\n{code}"
    return left_out(code, needs) if needs else code


def _tried(check: str) -> str:
    """A check that tells its hint: it may meet the stub, and the cells below must run."""
    return (
        indented("try:", check)
        + '\nexcept Exception as _hint:\n    print(f"Not yet. {type(_hint).__name__}: {_hint}")'
        + '\nelse:\n    print("Right.")'
    )
