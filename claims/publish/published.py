"""Published: the Markdown that the site is made from, and its figures put in place.

Notes are gone, includes expanded, computed numbers marked, a figure stands with
its description and, folded, its code. What remains is plain Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from claims.block import expand
from claims.claim import Claim
from claims.exercise import role_of
from claims.ledger import ledger_line
from claims.mathematics import decided
from claims.number import DIGITS, numbers_in
from claims.output import printed_lines
from claims.page import FRONT_MATTER, Edit, Fence, Image, Page, edited
from claims.run import Given, steps_of
from claims.widget import mark_edits

SHOWN_OPTIONS = ("title", "hl_lines", "linenums")
SUPERSCRIPT = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
PLACE = "⟦figure {}⟧"


def published(page: Page, root: Path, given: Sequence[Given] = ()) -> str:
    """The page's Markdown as the site shows it; front matter is left out.

    Args:
        page: the page.
        root: the repository.
        given: what its steps gave; of it a lab shows what its cells printed.
    """
    steps = steps_of(page)
    gave = {s.start: g for s, g in zip(steps, given, strict=False) if isinstance(s, Fence)}
    figures = {f.options["figure"]: f for f in page.fences if "figure" in f.options}
    edits: list[Edit] = [note_edit(page, note.start, note.end) for note in page.notes]
    edits += mark_edits(page)
    edits += [_number_edit(s) for s in steps if isinstance(s, Claim) and s.number]
    edits += [
        _image_edit(page, image, figures, root)
        for image in page.images
        if image.figure or image.note
    ]
    for fence in page.fences:
        below = _printed(gave[fence.start]) if page.is_lab and fence.start in gave else ""
        edits.append((fence.start, fence.end, _shown_fence(fence, page, root) + below))
    front = FRONT_MATTER.match(page.source)
    text = edited(page.source, edits)[front.end() if front else 0 :]
    line = ledger_line(page, decided(page, root))
    return (
        re.sub(
            r"^(# .+)$",
            rf"\1\n\n{line}\n{{: .ledger data-search-exclude }}\n",
            text,
            count=1,
            flags=re.M,
        )
        if line
        else text
    )


def figures_of(page: Page, given: Sequence[Given]) -> dict[str, str]:
    """The SVG of each figure that a page's code drew, by its name."""
    drawn = zip(steps_of(page), given, strict=True)
    return {
        step.options["figure"]: gave.svg
        for step, gave in drawn
        if isinstance(step, Fence) and "figure" in step.options
    }


def place_figures(rendered: str, figures: dict[str, str]) -> str:
    """The rendered page with each figure's SVG in place of the mark that `published` left."""
    for name, svg in figures.items():
        rendered = _place_figure(rendered, name, svg)
    return rendered


def spelled(number: str) -> str:
    """A number as a book prints it: 2.5e-10 is 2.5×10⁻¹⁰, a minus is a minus."""
    if not re.fullmatch(DIGITS, number):
        return number
    mantissa, e, exponent = number.replace("-", "−").partition("e")
    if not e:
        return mantissa
    power = f"10{exponent.translate(SUPERSCRIPT)}"
    return power if mantissa == "1" else f"{mantissa}×{power}"


def note_edit(page: Page, start: int, end: int) -> Edit:
    """A note goes; a line that held nothing else goes with it."""
    line = page.source.rfind("\n", 0, start) + 1
    after = page.source.find("\n", end)
    if not page.source[line:start].strip() and after >= 0 and not page.source[end:after].strip():
        return line, after + 1, ""
    while page.source[start - 1 : start] == " " and page.source[end : end + 1] in ("", " ", "\n"):
        start -= 1
    return start, end, ""


def _number_edit(claim: Claim) -> Edit:
    number = claim.number
    assert number
    return number.start, number.end, f'<span class="checked">{spelled(number.text)}</span>'


def _fence_text(fence: Fence, page: Page, root: Path, indent: str | None = None) -> str:
    """A fence as the site's Markdown writes it, its includes expanded."""
    indent = fence.indent if indent is None else indent
    lines = expand(fence, page.path, root).lines if fence.language == "python" else fence.body
    options = "".join(
        f' {key}="{fence.options[key]}"' for key in SHOWN_OPTIONS if key in fence.options
    )
    # air around it: of a line that follows at once Markdown makes no paragraph
    text = ["", f"{fence.ticks}{fence.language}{options}", *lines, fence.ticks, ""]
    return "\n".join(f"{indent}{line}" if line else "" for line in text)


def _shown_fence(fence: Fence, page: Page, root: Path) -> str:
    """A fence in its place: a figure's stands with its image, a check is folded, for it holds hints."""
    if "figure" in fence.options:
        return ""
    if role_of(fence) == "check":
        code = _fence_text(fence, page, root, fence.indent + "    ")
        return f'{fence.indent}??? check "The check your answer must pass"\n\n{code}\n'
    return _fence_text(fence, page, root)


def _printed(gave: Given) -> str:
    """What a lab's cell printed, as the output fence that a chapter's author writes."""
    lines = printed_lines(gave.printed)
    return "\n".join(["\n", "```output", *lines, "```", ""]) if lines else ""


def _image_edit(page: Page, image: Image, figures: dict[str, Fence], root: Path) -> Edit:
    """A figure becomes its mark and caption, then its code, folded; other images keep their address."""
    caption = _spelled_numbers(image)
    if image.figure not in figures:  # an image of a file, or of nothing: told elsewhere
        return image.start, image.end, f"![{caption}]({image.target})"
    indent = figures[image.figure].indent
    code = _fence_text(figures[image.figure], page, root, indent + "    ")
    fold = f'{indent}??? figure-code "The code of this figure"\n\n{code}\n'
    return image.start, image.end, f"{PLACE.format(image.figure)} {caption}\n\n{fold}"


def _spelled_numbers(image: Image) -> str:
    if not image.figure or not image.note:
        return image.description
    edits = [
        (n.start, n.end, f'<span class="checked">{spelled(n.text)}</span>')
        for n in numbers_in(image.description)
    ]
    return edited(image.description, edits)


def _place_figure(rendered: str, name: str, svg: str) -> str:
    """The figure's mark, as Markdown rendered it, becomes the figure with its caption."""
    mark = re.compile(rf"<p>{re.escape(PLACE.format(name))}\s*(.*?)</p>", re.S)
    caption = r'<figcaption id="fig-{}-caption">{}</figcaption>'
    whole = r'<figure class="checked-figure">{}{}</figure>'
    return mark.sub(lambda m: whole.format(svg, caption.format(name, m[1])), rendered, count=1)
