"""A figure is the same bytes everywhere, holds the palette's colours alone, and its digest follows its data alone."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest

from claims.drawn import digest
from claims.figure import VARIABLES, drawing, svg

Draw = Callable[[Any, Any], None]  # what a page does with (fig, ax)

x = np.linspace(0, 4, 41)
across, up = np.meshgrid(np.linspace(-2, 2, 11), np.linspace(-1, 1, 11))


def line(fig, ax):
    ax.plot(x, x**2, label="$f(x) = x^2$")
    ax.axline((1, 1), slope=2, color="C1", linestyle="--")
    ax.annotate("slope 2", (1, 1), (2, 6), arrowprops={"arrowstyle": "->"})
    ax.set(title="A tangent", xlabel="$x$", xlim=(0, 4))
    ax.legend()


def logarithmic(fig, ax):
    ax.loglog(10.0 ** -np.arange(10), 10.0 ** -np.arange(10), "o-", markeredgecolor="white")
    ax.axhline(1e-5, color="black")


def landscape(fig, ax):
    fig.colorbar(ax.contourf(across, up, across**2 + up**2))
    ax.contour(across, up, across * up)
    ax.quiver(across[::2, ::2], up[::2, ::2], -across[::2, ::2], -up[::2, ::2])


def labelled(fig, ax):  # the one figure whose data follow the font: labels cut their lines
    ax.clabel(ax.contour(across, up, across * up))


def tiles(fig, ax):
    fig.colorbar(ax.pcolormesh(across, up, across * up, cmap="checked_r"))


def bars(fig, ax):
    ax.bar_label(ax.bar(["forward", "central"], [8, 11], hatch="/", color="C2"))


def cloud(fig, ax):
    ax.scatter(x, np.sin(x), c=x, alpha=0.5)
    ax.fill_between(x, np.sin(x) - 1, np.sin(x) + 1, color="C5", alpha=0.2)
    ax.set_xticks([0, np.pi], ["0", r"$\pi$"])


def circle(fig, ax):
    ax.plot(np.cos(x), np.sin(x))
    ax.set_aspect("equal", adjustable="datalim")
    ax.set(xlim=(-1, 1), ylim=(-1, 1))


FIGURES: list[Draw] = [line, logarithmic, landscape, tiles, bars, cloud, circle, labelled]
every_figure = pytest.mark.parametrize("draw", FIGURES, ids=lambda draw: draw.__name__)


def figure(*steps: Draw):
    """The figure that these steps draw one after another on one pair of axes."""
    with drawing():
        import matplotlib.pyplot as plt

        fig, ax = plt.subplots()
        for step in steps:
            step(fig, ax)
        return fig


@cache
def drawn(draw: Draw) -> tuple[Any, str, str]:
    """A figure, its SVG and its digest: what is asked of it leaves it as it is, as a test below says."""
    fig = figure(draw)
    return fig, svg(fig, "f"), digest(fig)


@cache
def named(draw: Draw) -> str:
    """The SVG of the same figure under another name and with a label."""
    return svg(drawn(draw)[0], "g", label='x < "y"')


def bytes_and_digests() -> list[list[str]]:
    return [[*drawn(draw)[1:]] for draw in FIGURES]


def test_svg_and_digest_are_the_same_in_another_process_under_another_hash_seed():
    here = Path(__file__)
    code = "import json, test_figure as t; print(json.dumps(t.bytes_and_digests()))"
    path = os.pathsep.join(map(str, here.parents[:2]))
    there = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "1", "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        check=True,
    )
    assert json.loads(there.stdout) == bytes_and_digests()


@every_figure
def test_svg_and_digest_do_not_depend_on_how_often_they_are_asked_for(draw):
    fig, text, before = drawn(draw)
    assert svg(fig, "f") == text
    assert digest(fig) == before
    assert digest(figure(draw)) == before, "asked before it is drawn"


def test_svg_does_not_follow_the_machines_own_settings():
    with mpl.rc_context({"axes.xmargin": 0.3, "grid.linestyle": ":"}):
        theirs = svg(figure(cloud), "f")
    assert theirs == drawn(cloud)[1]


@every_figure
def test_every_colour_is_a_variable_in_a_style(draw):
    _, text, _ = drawn(draw)
    assert not re.search(r"#[0-9a-f]{6}\b|rgb", text)
    for element in ElementTree.fromstring(text).iter():
        assert not {"fill", "stroke"} & set(element.keys())
    assert set(re.findall(r"var\(--fig-\w+\)", text)) <= set(VARIABLES.values())


def test_opacity_is_kept():
    assert re.search(r"fill: var\(--fig-5\); fill-opacity: 0\.2", drawn(cloud)[1])


@every_figure
def test_svg_is_well_formed_and_has_no_size_style_sheet_or_line_break(draw):
    text = named(draw)
    root = ElementTree.fromstring(text)
    assert (root.get("role"), root.get("aria-label")) == ("img", 'x < "y"')
    assert {"width", "height"}.isdisjoint(root.keys())
    assert not re.search("<style|<metadata|<!--|<!DOCTYPE", text)
    assert "\n" not in text


def test_svg_is_labelled_by_its_caption_unless_told_what_to_say():
    assert 'aria-labelledby="fig-parabola-caption"' in svg(figure(line), "parabola")


@every_figure
def test_ids_of_two_figures_never_clash_and_every_reference_has_its_target(draw):
    first, second = drawn(draw)[1], named(draw)
    ids = set(re.findall(r' id="([^"]+)"', first))
    assert ids.isdisjoint(re.findall(r' id="([^"]+)"', second))
    assert set(re.findall(r'(?:href="|url\()#([^")]+)', first)) <= ids


def test_words_are_ten_pixels_high_on_a_phone():
    _, text, _ = drawn(line)
    width = float(re.search(r"--fig-width: ([\d.]+)", text)[1])
    scales = set(re.findall(r"scale\((0\.\d+) -0\.\d+\)", text))  # of a font 100 points high
    assert len(scales) == 1
    assert 100 * float(scales.pop()) * 350 / width >= 10


def test_a_colour_set_by_hand_is_refused_by_name():
    fig = figure(lambda fig, ax: ax.plot(x, x, color="red"))
    with pytest.raises(ValueError, match=r"'parabola' sets a colour by hand, #ff0000 \(.*red.*\)"):
        svg(fig, "parabola")


def test_an_image_is_refused():
    with pytest.raises(ValueError, match="'tiles' holds an image"):
        svg(figure(lambda fig, ax: ax.imshow(across)), "tiles")


CHANGES: dict[str, tuple[Draw, Draw]] = {
    "datum": (line, lambda fig, ax: ax.lines[0].set_ydata(x**2 + (x == 2) * 0.01)),
    "slope of an endless line": (line, lambda fig, ax: ax.lines[1].set_slope(2.01)),
    "word": (line, lambda fig, ax: ax.texts[0].set_text("slope 3")),
    "place of a word": (line, lambda fig, ax: ax.texts[0].set_position((2, 6.1))),
    "title": (line, lambda fig, ax: ax.set_title("A secant")),
    "heading": (line, lambda fig, ax: fig.suptitle("A secant")),
    "axis label": (line, lambda fig, ax: ax.set_xlabel("$h$")),
    "legend": (line, lambda fig, ax: ax.legend(["another"])),
    "limit": (line, lambda fig, ax: ax.set_xlim(0, 4.01)),
    "scale": (line, lambda fig, ax: ax.set_yscale("symlog")),
    "inset": (line, lambda fig, ax: ax.inset_axes([0, 0, 0.5, 0.5]).plot([1, 2])),
    "small datum on a logarithmic axis": (
        logarithmic,
        lambda fig, ax: ax.lines[0].set_ydata([*10.0 ** -np.arange(9), 1.001e-9]),
    ),
    "contour level": (landscape, lambda fig, ax: ax.contour(across, up, across * up, levels=[0.3])),
    "arrow": (
        landscape,
        lambda fig, ax: ax.collections[-1].set_UVC(-1.01 * across[::2, ::2], -up[::2, ::2]),
    ),
    "tile": (tiles, lambda fig, ax: ax.collections[0].set_array(across * up + (across == 2))),
    "bar": (bars, lambda fig, ax: ax.patches[0].set_height(8.01)),
    "point": (
        cloud,
        lambda fig, ax: ax.collections[0].set_offsets(np.c_[x, np.sin(x) + (x == 2) * 0.01]),
    ),
    "region": (
        cloud,
        lambda fig, ax: ax.collections[1].set_data(x, np.sin(x) - 1.01, np.sin(x) + 1),
    ),
    "tick": (cloud, lambda fig, ax: ax.set_xticks([0, 3], ["0", r"$\pi$"])),
    "tick's word": (cloud, lambda fig, ax: ax.set_xticks([0, np.pi], ["0", "π"])),
}


@pytest.mark.parametrize("change", CHANGES)
def test_digest_follows(change):
    draw, alter = CHANGES[change]
    assert digest(figure(draw, alter)) != drawn(draw)[2]


@pytest.mark.parametrize("draw", FIGURES[:-1], ids=lambda draw: draw.__name__)
def test_digest_does_not_follow_font_size_colour_or_margin(draw):
    def restyle(fig, ax):
        mpl.rcParams.update({"font.size": 7, "font.family": "DejaVu Serif"})
        ax.margins(0.2)
        fig.set_size_inches(3, 3)
        ax.lines and ax.lines[0].set(color="C4", linewidth=5, marker="s")

    def plain(fig, ax):
        mpl.rcParams.update(mpl.rcParamsDefault | {"image.cmap": "checked"})

    ours = drawn(draw)[2]
    assert digest(figure(restyle, draw, restyle)) == ours
    assert digest(figure(plain, draw)) == ours


@pytest.mark.parametrize("noise", [1e-16, -1e-16])
def test_digest_does_not_follow_rounding_noise(noise):
    def sine(error: float) -> Draw:
        return lambda fig, ax: (
            ax.plot(x, np.sin(np.pi * x) + error),
            ax.plot([3], [error], "o"),
            ax.quiver([0, 1], [0, 1], [0, 1 + 2 * error], [1 + 2 * error, 1 - 2 * error]),
        )

    assert digest(figure(sine(noise))) == digest(figure(sine(0.0)))


def test_digest_says_what_it_cannot_read():
    with pytest.raises(ValueError, match="AxesImage"):
        digest(figure(lambda fig, ax: ax.imshow(across)))


def test_drawing_leaves_nothing_behind():
    import matplotlib.pyplot as plt

    settings = dict(mpl.rcParams)
    with suppress(ZeroDivisionError), drawing():
        plt.rcParams["font.size"] = 99
        plt.subplots()
        raise ZeroDivisionError
    assert dict(mpl.rcParams) == settings
    assert plt.get_fignums() == []


def test_importing_the_checker_does_not_import_matplotlib():
    code = "import sys, claims.figure; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
