"""Cut: a font reduced to some characters and weights; the same bytes every time, made once."""

from __future__ import annotations

import hashlib
import io
from functools import cache
from pathlib import Path
from typing import Any

import fontTools

from claims.cache import is_kept, kept


@cache
def characters(source: Path) -> frozenset[str]:
    """The characters a font has."""
    return frozenset(
        kept("font", [fontTools.version, _digest(source)], lambda: _characters(source)).decode()
    )


def cut(
    source: Path,
    shown: frozenset[str],
    weights: tuple[int, int] | None = None,
    family: str | None = None,
) -> bytes:
    """The font as woff2 with these characters, and these weights if it is a variable one.

    Args:
        source: the whole font.
        shown: the characters to keep.
        weights: the lightest and the heaviest to keep.
        family: a name of its own; licences reserve the whole font's name for the whole font.
    """
    made_from = _made_from(source, shown, weights, family)
    return kept("font", made_from, lambda: _woff2(source, "".join(sorted(shown)), weights, family))


def is_cut(*what: Any) -> bool:
    """Whether `cut` was asked for this before."""
    return is_kept("font", _made_from(*what))


def _made_from(
    source: Path, shown: frozenset[str], weights: tuple[int, int] | None, family: str | None
) -> list[object]:
    return [fontTools.version, _digest(source), "".join(sorted(shown)), weights, family]


def _characters(source: Path) -> bytes:
    from fontTools.ttLib import TTFont  # loading it takes longer than all that is kept

    codes = TTFont(source).getBestCmap()
    return "".join(chr(code) for code in sorted(codes) if not 0xD800 <= code < 0xE000).encode()


def _woff2(source: Path, text: str, weights: tuple[int, int] | None, family: str | None) -> bytes:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    font: Any = TTFont(source, recalcTimestamp=False)  # the time of the build is not in the bytes
    options = Options(notdef_outline=True)
    options.layout_features += ["tnum", "pnum"]  # figures in columns, figures in a line
    options.drop_tables += ["FFTM"]  # when FontForge last saved it
    options.name_IDs += [13, 14]  # the licence stays with the font
    subsetter = Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)
    if weights and "fvar" in font:
        low, high = weights
        font = instantiateVariableFont(font, {"wght": low if low == high else weights})
    if family:
        _rename(font["name"], family)
    font.flavor = "woff2"
    packed = io.BytesIO()
    font.save(packed)
    return packed.getvalue()


def _rename(names: Any, family: str) -> None:
    for record in list(names.names):
        if record.nameID in (1, 4):
            record.string = family
        elif record.nameID in (3, 6):
            record.string = family.replace(" ", "")
        elif record.nameID in (16, 17, 21, 22, 25):
            names.names.remove(record)


@cache
def _digest(source: Path) -> str:
    return hashlib.sha256(source.read_bytes()).hexdigest()
