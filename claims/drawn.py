"""Drawn: a digest of what a figure shows, apart from how it looks; it says whether the data changed."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

import numpy as np

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend


def digest(fig: Figure) -> str:
    """A short digest of what is drawn: positions, values, words, scales, the author's limits.

    Fonts, colours, sizes, automatic ticks and automatic limits have no part in it. A position is
    rounded to about five digits of the extent of its axis (on a logarithmic axis, its logarithm),
    other values to five digits of their own range: 1e-17 where another processor finds 0 changes
    nothing beside a visible curve. The edges between two roundings are shifted by 1/π of a step,
    away from the round numbers that people plot.

    Raises:
        ValueError: if an artist is of a kind whose data it cannot read.
    """
    facts = "\n".join(map(str, _figure_facts(fig)))
    return hashlib.sha256(facts.encode()).hexdigest()[:12]


def _figure_facts(fig: Figure) -> Iterator[object]:
    yield [text.get_text() for text in fig.texts]
    yield [_words(legend) for legend in fig.legends]
    for axes in fig.axes:
        yield from _axes_facts(axes)


def _axes_facts(axes: Axes) -> Iterator[object]:
    yield axes.get_aspect()
    yield "".join(axes.get_title(side) for side in ("left", "center", "right"))
    stretched = axes.get_adjustable() == "datalim"  # the layout moves limits, even those set
    x = _Ruler(axes.xaxis, stretched or axes.get_autoscalex_on())
    y = _Ruler(axes.yaxis, stretched or axes.get_autoscaley_on())
    yield from (*x.facts(), *y.facts())
    shapes: list[Artist] = [*axes.patches, *axes.collections, *axes.images, *axes.lines]
    words = filter(None, [*axes.texts, *axes.artists, axes.get_legend()])
    for artist in sorted([*shapes, *words], key=lambda artist: artist.get_zorder()):
        yield type(artist).__name__
        yield from _artist_facts(artist, x, y)
    for child in axes.child_axes:
        yield from _axes_facts(cast("Axes", child))


def _artist_facts(artist: Artist, x: _Ruler, y: _Ruler) -> Iterator[object]:
    """What one artist shows, apart from how it looks."""
    from matplotlib.collections import Collection, PathCollection
    from matplotlib.legend import Legend
    from matplotlib.lines import AxLine, Line2D
    from matplotlib.patches import FancyArrowPatch, Patch
    from matplotlib.quiver import Quiver
    from matplotlib.text import Annotation, Text

    def places(points: Any) -> Iterator[object]:
        across, up = _floats(points).reshape(-1, 2).T
        yield from (x(across), y(up))

    match artist:
        case AxLine():  # endless: its two points are set when it is drawn
            yield from places([point for point in (artist.get_xy1(), artist.get_xy2()) if point])
            yield _rounded(artist.get_slope())
        case Line2D():
            yield from places(artist.get_xydata())
        case Quiver():
            yield from places(artist.XY)
            yield from (_rounded(artist.U), _rounded(artist.V))
        case Collection():
            marker = isinstance(artist, PathCollection)  # its shape is a look
            shapes = [] if marker else artist.get_paths()
            for points in (artist.get_offsets(), *(shape.vertices for shape in shapes)):
                yield from places(points)
            yield _rounded(artist.get_array())
        case FancyArrowPatch():  # its path is in pixels
            yield from places(artist._posA_posB)  # type: ignore[attr-defined]  # it says them nowhere else
        case Patch():
            yield from places(artist.get_patch_transform().transform(artist.get_path().vertices))
        case Text():
            yield artist.get_text()
            yield from places(artist.get_position())
            yield from places(artist.xy if isinstance(artist, Annotation) else [])
        case Legend():
            yield _words(artist)
        case _:
            kind = type(artist).__name__
            raise ValueError(f"what a {kind} shows cannot be read: draw it in another way")


def _words(legend: Legend) -> list[str]:
    return [text.get_text() for text in (legend.get_title(), *legend.get_texts())]


class _Ruler:
    """One axis: what the author set on it, and how positions along it are rounded."""

    def __init__(self, axis: Axis, automatic: bool) -> None:
        self.axis = axis
        self.log = axis.get_scale() == "log"
        self.limits = None if automatic else axis.get_view_interval()
        extent = axis.get_data_interval() if automatic else axis.get_view_interval()
        self.step = 1e-5 if self.log else _step(extent)

    def __call__(self, positions: Any) -> list[float]:
        places = _floats(positions)
        if self.log:
            places = np.log10(places, where=places > 0, out=np.full_like(places, np.nan))
        return _rounded(places, self.step)

    def facts(self) -> Iterator[object]:
        from matplotlib.category import StrCategoryLocator
        from matplotlib.ticker import FixedLocator, LogFormatter, ScalarFormatter

        yield self.axis.get_scale(), self.axis.get_label_text(), self.axis.get_inverted()
        yield None if self.limits is None else self(self.limits)
        if isinstance(self.axis.get_major_locator(), FixedLocator | StrCategoryLocator):
            ticks, formatter = self.axis.get_majorticklocs(), self.axis.get_major_formatter()
            yield self(ticks)
            if not isinstance(formatter, ScalarFormatter | LogFormatter):
                yield formatter.format_ticks(list(ticks))


def _floats(values: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.ma.filled(np.ma.asarray(values, dtype=float), np.nan).ravel()


def _rounded(values: Any, step: float | None = None) -> list[float]:
    array = _floats(values)
    rounded: list[float] = np.floor(array / (step or _step(array)) + 1 / math.pi).tolist()
    return rounded


def _step(values: Any) -> float:
    """A power of ten, about a hundred-thousandth of the values' range."""
    array = _floats(values)
    finite = array[np.isfinite(array)]
    if not finite.any():
        return 1e-5
    # a constant has no range but that of its rounding noise
    span = max(np.ptp(finite), 1e-9 * np.abs(finite).max())
    return float(10.0 ** (math.floor(math.log10(math.pi * span)) - 5))
