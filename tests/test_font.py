"""Fonts, the style sheet and its colours: everything the pages need, and nothing else."""

from __future__ import annotations

import io
import re
from pathlib import Path

import markdown
import pytest
from fontTools.ttLib import TTFont

from claims.publish import cut
from claims.publish.character import used
from claims.publish.font import FACES
from claims.publish.node import ROOT
from claims.publish.style import write_assets

THEME = ROOT / "docs" / "theme" / "checked.css"
TEXT = "<p>The slope ∇f at ε, čísla, x ≤ 1</p><pre><code>h = ε  # → 0</code></pre>"


def typeset(tex: str) -> str:
    options = {"pymdownx.arithmatex": {"generic": True}}
    return markdown.markdown(
        tex, extensions=["pymdownx.arithmatex", "claims.publish.katex"], extension_configs=options
    )


def site(folder: Path, body: str) -> Path:
    """A built site of one page, its assets written."""
    (folder / "index.html").write_text(f"<html><body>{body}</body></html>", encoding="utf-8")
    (folder / "checked.css").write_text(THEME.read_text(encoding="utf-8"), encoding="utf-8")
    write_assets(folder)
    return folder / "assets"


def fonts(assets: Path) -> dict[str, frozenset[str]]:
    """The characters of each font that is shipped."""
    files = sorted((assets / "fonts").glob("*.woff2"))
    return {file.name: frozenset(map(chr, TTFont(file).getBestCmap())) for file in files}


def test_sheet_names_exactly_what_is_shipped(tmp_path: Path) -> None:
    assets = site(tmp_path, TEXT + typeset(r"$\mathcal{L}(x)$"))
    sheet = (assets / "site.css").read_text(encoding="utf-8")
    named = set(re.findall(r"url\((?!\"?data:)\"?([^)\"]*)\"?\)", sheet))
    assert named == {f"fonts/{name}" for name in fonts(assets)}
    assert not re.search(r"@import|url\(\"?(https?:)?//|\.ttf|\.woff\b|sourceMappingURL", sheet)


def test_every_character_shown_is_in_a_font(tmp_path: Path) -> None:
    body = TEXT + typeset(r"$\sum_{i} \hat y_i \ne \mathbb{R}^n \lVert \boldsymbol\theta \rVert$")
    shipped = fonts(site(tmp_path, body))
    shown = used(body)
    text = frozenset().union(*(has for name, has in shipped.items() if "source" in name))
    code = frozenset().union(*(has for name, has in shipped.items() if "code" in name))
    katex = frozenset().union(*(has for name, has in shipped.items() if "KaTeX" in name))
    assert set("∇ε≤č") <= shown.prose <= text
    assert set("ε→") <= shown.code <= code
    assert set("∑θ") <= shown.formulas - {"\u200b"} <= katex


@pytest.mark.parametrize(
    ("tex", "name"),
    [
        (r"\mathcal{L}", "KaTeX_Caligraphic-Regular.woff2"),
        (r"\mathbb{R}", "KaTeX_AMS-Regular.woff2"),
        (r"\mathbf{x}", "KaTeX_Main-Bold.woff2"),
        (r"\boldsymbol{\theta}", "KaTeX_Math-BoldItalic.woff2"),
        (r"\Big(x\Big)", "KaTeX_Size2-Regular.woff2"),
        (r"\sum_i x_i", "KaTeX_Size1-Regular.woff2"),
        (r"\text{\textbf{\textit{a}}}", "KaTeX_Main-BoldItalic.woff2"),
    ],
)
def test_face_is_shipped_when_a_formula_needs_it(tmp_path: Path, tex: str, name: str) -> None:
    (tmp_path / "plain").mkdir()
    assert name not in fonts(site(tmp_path / "plain", typeset("$x = 1$")))
    assert name in fonts(site(tmp_path, typeset(f"${tex}$")))


def test_page_without_formulas_ships_no_formula_font(tmp_path: Path) -> None:
    assert not [name for name in fonts(site(tmp_path, TEXT)) if "KaTeX" in name]


def test_cut_font_is_smaller_named_anew_and_the_same_every_time() -> None:
    face = FACES[0]
    source = face.source("latin")
    once, again = (cut._woff2(source, "abc", (400, 400), face.family) for _ in range(2))
    assert once == again
    assert len(once) < source.stat().st_size / 5
    font = TTFont(io.BytesIO(once))
    assert "fvar" not in font
    for number in (1, 4, 6, 16):  # the licence reserves "Source" for the whole font
        assert "Source" not in (font["name"].getDebugName(number) or "")
    assert "OFL" in font["name"].getDebugName(14)


def test_unchanged_site_cuts_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = (site(tmp_path, TEXT) / "site.css").read_bytes()
    monkeypatch.setattr(cut, "_woff2", lambda *_: pytest.fail("cut again"))
    assert (site(tmp_path, TEXT) / "site.css").read_bytes() == first


def luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


PAIRS = [
    *((name, "ground", 4.5) for name in ("ink", "quiet", "accent", "wrong", "right", "warning")),
    *((name, "panel", 4.5) for name in ("ink", "quiet", "accent")),
    *((f"code-{name}", "panel", 4.5) for name in ("keyword", "string", "number", "name", "quiet")),
    *((f"fig-{number}", "fig-ground", 3.0) for number in (*range(6), "ink")),
]


@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_colours_are_told_apart_in_both_palettes(front: str, back: str, least: float) -> None:
    pattern = r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)"
    colours = {name: pair for name, *pair in re.findall(pattern, THEME.read_text(encoding="utf-8"))}
    for one, other in zip(colours[front], colours[back], strict=True):
        assert contrast(one, other) >= least
