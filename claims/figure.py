"""Figure: one drawing that follows both palettes and is the same bytes in every build.

A page draws inside `drawing()` with Matplotlib's defaults (`C0` … `C5`, black, white). `svg` turns
those colours into CSS variables, so that the site's palette paints the picture.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK, GROUND, GRID = "#000000", "#ffffff", "#e3e6eb"
# each can be read on white, as a label too
LINES = ("#2860c8", "#c2410c", "#0a6e5f", "#5b1f8a", "#d9237f", "#69707d")

# The only colours a figure may hold, and the CSS variable that stands for each.
VARIABLES = {
    INK: "var(--fig-ink)",
    GROUND: "var(--fig-ground)",
    GRID: "var(--fig-grid)",
    **{colour: f"var(--fig-{number})" for number, colour in enumerate(LINES)},
}


@contextmanager
def drawing() -> Iterator[None]:
    """Draw here: the site's style, no window, and nothing left behind (settings, open figures)."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    with _styled():
        try:
            yield
        finally:
            plt.close("all")


def style() -> dict[str, Any]:
    """The one style sheet, as rcParams over Matplotlib's own defaults."""
    from cycler import cycler

    return {
        # a phone shows 6.4 in, 461 pt, on 350 px: 13.5 pt is 10.3 px there
        "figure.figsize": (6.4, 3.6),
        "figure.constrained_layout.use": True,
        "font.size": 13.5,
        "axes.titlesize": "medium",
        "axes.titlelocation": "left",
        "font.family": ["DejaVu Sans"],  # comes with Matplotlib: the same letters on every machine
        "mathtext.fontset": "dejavuserif",  # italics as tall as the words beside them
        # the palette
        "figure.facecolor": "none",
        "axes.facecolor": "none",
        "axes.prop_cycle": cycler(color=LINES),
        "image.cmap": _one_hue(),
        "axes.edgecolor": INK + "70",  # ink with opacity, for what is read second
        "xtick.color": INK + "b0",
        "ytick.color": INK + "b0",
        "grid.color": GRID,
        # quiet axes, clear lines
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "xtick.minor.size": 0,
        "ytick.minor.size": 0,
        "lines.linewidth": 2.25,
        "contour.linewidth": 1.5,
        "lines.solid_capstyle": "round",
        "legend.frameon": False,
        # the same bytes in every build
        "svg.hashsalt": "checked-calculus",
        "svg.fonttype": "path",
    }


def svg(fig: Figure, name: str, label: str = "") -> str:
    """The figure as one line of SVG to put into a page.

    Args:
        fig: drawn inside `drawing()`.
        name: the figure's name on its page; every id begins with `fig-<name>-`.
        label: what a screen reader says; without it, the element with id `fig-<name>-caption`.

    Returns:
        An <svg> with no size but its viewBox. `--fig-width` on it is its natural width in points:
        `max-width: calc(var(--fig-width) * 1.1px)` makes the text of all figures one size.

    Raises:
        ValueError: if it holds a colour that is none of the palette's, or an image.
    """
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    _share_mathematics()
    buffer = io.StringIO()
    with _styled():
        for artist in fig.findobj():
            artist.set_rasterized(False)  # as a long colour bar would be
        # savefig would draw twice
        FigureCanvasSVG(fig).print_svg(buffer)  # type: ignore[no-untyped-call]  # Matplotlib leaves it so
        fig.set_layout_engine("none")  # laid out once: asked again, the answer is the same
    root = ElementTree.fromstring(buffer.getvalue())
    width = root.get("viewBox", "").split()[2]
    _drop(root, "metadata", "style")
    for element in root.iter():
        _inline(element, f"fig-{name}-")
    _refuse_foreign_colours(root, name)
    root.attrib = {
        "xmlns": "http://www.w3.org/2000/svg",
        "xmlns:xlink": "http://www.w3.org/1999/xlink",
        "viewBox": root.attrib["viewBox"],
        "role": "img",
        **({"aria-label": label} if label else {"aria-labelledby": f"fig-{name}-caption"}),
        # inherited: Matplotlib leaves black unsaid, and says the joins for the whole page
        "style": f"--fig-width: {width}; fill: {VARIABLES[INK]}; "
        "stroke-linejoin: round; stroke-linecap: butt",
    }
    return ElementTree.tostring(root, encoding="unicode")


def _styled() -> AbstractContextManager[None]:
    """The style sheet over Matplotlib's defaults, whatever this machine's matplotlibrc says."""
    import matplotlib.style

    return matplotlib.style.context(style(), after_reset=True)


@cache
def _share_mathematics() -> None:
    """Give all figures one reader of mathematics: each makes two, which read anew what the others read."""
    from matplotlib import textpath

    once = cache(textpath.MathTextParser)  # type: ignore[attr-defined]  # what it imports, we replace
    textpath.MathTextParser = once  # type: ignore[assignment, attr-defined]  # a function for a class


def _one_hue() -> str:
    """The colour map "checked": C0 from nearly clear to nearly full, for any ground."""
    import matplotlib
    from matplotlib.colors import LinearSegmentedColormap

    if "checked" not in matplotlib.colormaps:
        hue = LinearSegmentedColormap.from_list("checked", [(LINES[0], 0.12), (LINES[0], 0.8)])
        matplotlib.colormaps.register(hue)
        matplotlib.colormaps.register(hue.reversed())
    return "checked"


# From Matplotlib's SVG to the page's

_COLOUR = re.compile(r"#[0-9a-f]{6}\b")
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")


def _drop(root: ElementTree.Element, *tags: str) -> None:
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag.rpartition("}")[2] in tags:
                parent.remove(child)


def _inline(element: ElementTree.Element, prefix: str) -> None:
    """Fit one element for a page: no namespaces, ids of its own, the palette's colours."""
    element.tag = element.tag.rpartition("}")[2]
    element.text = element.tail = None  # line ends; words are paths
    said = {
        key.rpartition("}")[2]: value.replace("url(#", f"url(#{prefix}")
        for key, value in element.items()
    }
    if "id" in said:
        said["id"] = prefix + said["id"]
    # "href" on <use> stops Material's instant navigation, which assigns to every href it finds
    if (target := said.pop("href", "")).startswith("#"):
        said["xlink:href"] = f"#{prefix}{target[1:]}"
    if "d" in said:
        said["d"] = " ".join(_NUMBER.sub(_two_decimals, said["d"]).split())
    # var() has a meaning in a style only, so the attributes of paint move there
    paint = [f"{key}: {said.pop(key)}" for key in ("fill", "stroke") if key in said]
    if css := "; ".join([*paint, said.pop("style", "")]).strip("; "):
        said["style"] = _COLOUR.sub(lambda colour: VARIABLES.get(colour[0], colour[0]), css)
    element.attrib = said


def _two_decimals(number: re.Match[str]) -> str:
    return f"{round(float(number[0]), 2) + 0.0:.8g}"  # + 0.0: no "-0"


def _refuse_foreign_colours(root: ElementTree.Element, name: str) -> None:
    if root.find(".//image") is not None:
        raise ValueError(
            f"figure {name!r} holds an image, which no palette reaches: use pcolormesh"
        )
    styles = " ".join(element.get("style", "") for element in root.iter())
    if foreign := sorted(set(_COLOUR.findall(styles))):
        said = ", ".join(map(_colour_names, foreign))
        ours = f"C0 … C{len(LINES) - 1}, black or white"
        raise ValueError(f"figure {name!r} sets a colour by hand, {said}: use {ours}")


def _colour_names(colour: str) -> str:
    from matplotlib.colors import get_named_colors_mapping, to_hex

    names = [
        name
        for name, value in get_named_colors_mapping().items()
        if to_hex(value) == colour and not name.startswith("xkcd:")
    ]
    return f"{colour} ({', '.join(names)})" if names else colour
