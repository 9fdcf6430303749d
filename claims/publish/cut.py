"""Cut: a font reduced to some characters and weights; the same bytes every time, made once."""

from __future__ import annotations

import hashlib
import io
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from claims.cache import is_kept, kept

VERSIONS = [version(name) for name in ("fonttools", "brotli", "uharfbuzz")]


@cache
def characters(source: Path) -> frozenset[str]:
    """The characters a font has."""
    return frozenset(
        kept("font", [*VERSIONS, _digest(source)], lambda: _characters(source)).decode()
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
    return [*VERSIONS, _digest(source), "".join(sorted(shown)), weights, family]


def _characters(source: Path) -> bytes:
    from fontTools.ttLib import TTFont

    codes = TTFont(source).getBestCmap()
    return "".join(chr(code) for code in sorted(codes) if not 0xD800 <= code < 0xE000).encode()


def _woff2(source: Path, text: str, weights: tuple[int, int] | None, family: str | None) -> bytes:
    import uharfbuzz  # loading these takes longer than all that is kept
    from fontTools.ttLib import TTFont

    font: Any = TTFont(source, recalcTimestamp=False)  # the time of the build is not in the bytes
    whole = uharfbuzz.Face(_saved(font, None))
    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(map(ord, text))
    wanted.flags = uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
    figures = ("tnum", "pnum")  # in columns, in a line
    wanted.layout_feature_tag_set.update(map(_tag, figures))
    wanted.drop_table_tag_set.add(_tag("FFTM"))  # when FontForge last saved it
    wanted.name_id_set.update([13, 14])  # the licence stays with the font
    if weights and "fvar" in font:
        low, high = weights
        wanted.set_axis_range(whole, "wght", low, high, low)
    part = TTFont(io.BytesIO(wanted.subset(whole).blob.data), recalcTimestamp=False)
    if family:
        _rename(part["name"], family)
    return _saved(part, "woff2")


def _saved(font: Any, flavour: str | None) -> bytes:
    font.flavor = flavour
    packed = io.BytesIO()
    font.save(packed, reorderTables=None)
    return packed.getvalue()


def _tag(name: str) -> int:
    return int.from_bytes(name.encode(), "big")


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
