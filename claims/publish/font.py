"""Fonts: what the pages of the site need of each face, cut from the npm packages, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

from claims.publish.character import Used
from claims.publish.cut import characters, cut
from claims.publish.node import ROOT

MODULES = ROOT / "node_modules"
KATEX = MODULES / "katex" / "dist"

FONT_FACE = re.compile(
    r'@font-face\{[^}]*font-family:"?(\w+)"?;font-style:(\w+);font-weight:(\w+);src:url\(fonts/([\w-]+\.woff2)\)[^}]*\}'
)
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")

# What search and messages may write.
ALWAYS = frozenset(map(chr, range(0x20, 0x7F))) | frozenset("–—‘’“”…×−±°·÷½§¶′″")
# The packages have these three alone; beside ⁻ and ⁰ of another face they would look astray.
POWERS = frozenset("¹²³")
# The first that has a character gives it.
ALPHABETS = ("latin", "latin-ext", "greek", "greek-ext")


@dataclass(frozen=True)
class Face:
    """One face of a family, and the npm package that it is cut from."""

    family: str
    package: str
    fallback: str  # the one of Matplotlib's fonts that has the mathematics this face lacks
    scale: str  # at which the fallback's small letters are as high
    style: str = "normal"
    weights: tuple[int, int] = (400, 400)

    def source(self, alphabet: str) -> Path:
        """The package's file for one alphabet."""
        files = MODULES / "@fontsource-variable" / self.package / "files"
        return files / f"{self.package}-{alphabet}-wght-{self.style}.woff2"


SERIF = ("Checked Serif", "source-serif-4", "DejaVuSerif", "92%")
SANS = ("Checked Sans", "source-sans-3", "DejaVuSans", "88%")
MONO = ("Checked Code", "source-code-pro", "DejaVuSansMono", "100%")  # as wide as ours already
FACES = (
    Face(*SERIF),
    Face(*SERIF, weights=(600, 600)),
    Face(*SERIF, style="italic"),
    Face(*SANS, weights=(400, 700)),
    Face(*MONO),
)


# source, characters, weights, family
Wanted: TypeAlias = tuple[Path, frozenset[str], tuple[int, int] | None, str | None]


@dataclass(frozen=True)
class Font:
    """A file the site serves, what it is cut from, and the rule that names it."""

    name: str
    wanted: Wanted
    rule: str

    @property
    def data(self) -> bytes:
        """The file's bytes."""
        return cut(*self.wanted)


def text_fonts(of: Used) -> Iterator[Font]:
    """The faces of text, headings and code: one file for each alphabet the pages use."""
    for face in FACES:
        wanted = ALWAYS | (of.code if face.family == MONO[0] else of.prose)
        for alphabet, source, scale in _sources(face):
            shown = wanted & characters(source)
            if alphabet == "latin":
                shown -= POWERS
            wanted -= shown
            if shown - {" "}:
                weight = "-".join(map(str, sorted(set(face.weights))))
                name = f"{face.package}-{alphabet}-{weight}-{face.style}.woff2"
                # "optional": a face that comes late waits for the next page, and nothing moves
                extra = f"unicode-range:{_ranges(shown)};size-adjust:{scale};font-display:optional"
                rule = _rule(face.family, weight.replace("-", " "), face.style, name, extra)
                yield Font(name, (source, shown, face.weights, face.family), rule)


def formula_fonts(of: Used, sheet: str) -> Iterator[Font]:
    """KaTeX's faces that the formulas use, by KaTeX's own style sheet."""
    rules = [
        (_classes(selector), body)
        for selectors, body in RULE.findall(sheet)
        for selector in selectors.split(",")
    ]
    needed = {_face(rules, frozenset(classes.split())) for classes in of.classes}
    for family, style, weight, name in FONT_FACE.findall(sheet):
        source = KATEX / "fonts" / name
        shown = of.formulas & characters(source)
        if (family, style, weight) in needed and shown:
            # "block": a formula in another face is another formula
            rule = _rule(family, weight, style, name, "font-display:block")
            yield Font(name, (source, shown, None, None), rule)


def licences() -> str:
    """The licences of everything the fonts are cut from."""
    packages = [MODULES / "@fontsource-variable" / face.package for face in FACES]
    files = [package / "LICENSE" for package in dict.fromkeys([*packages, MODULES / "katex"])]
    files.append(_matplotlib() / "LICENSE_DEJAVU")
    return "\n\n".join(
        f"{file.parent.name}\n\n{file.read_text(encoding='utf-8')}" for file in files
    )


def _sources(face: Face) -> Iterator[tuple[str, Path, str]]:
    for alphabet in ALPHABETS:
        if face.source(alphabet).is_file():
            yield alphabet, face.source(alphabet), "100%"
    if (face.weights[0], face.style) == (400, "normal"):
        yield "math", _matplotlib() / f"{face.fallback}.ttf", face.scale


def _matplotlib() -> Path:
    """Where Matplotlib keeps the DejaVu fonts."""
    spec = find_spec("matplotlib")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"


def _face(rules: list[tuple[frozenset[str], str]], classes: frozenset[str]) -> tuple[str, str, str]:
    """The family, style and weight an element with these classes has, if nothing is inherited."""
    face = {"font-family": "KaTeX_Main", "font-style": "normal", "font-weight": "400"}
    for needed, body in rules:
        if needed and needed <= classes:
            face |= dict(
                declaration.split(":", 1)
                for declaration in body.split(";")
                if declaration.startswith("font-")
            )
    return face["font-family"].strip('"'), face["font-style"], face["font-weight"]


def _classes(selector: str) -> frozenset[str]:
    """The classes a selector asks of the last element it gives any to."""
    last = selector.split()[-1] if selector.split() else ""
    return frozenset(re.findall(r"\.([\w-]+)", last))


def _rule(family: str, weight: str, style: str, name: str, extra: str) -> str:
    source = f'url(fonts/{name}) format("woff2")'
    return f'@font-face{{font-family:"{family}";font-style:{style};font-weight:{weight};src:{source};{extra}}}'


def _ranges(shown: frozenset[str]) -> str:
    """The characters as CSS writes them: runs of code points."""
    runs: list[list[int]] = []
    for code in sorted(map(ord, shown)):
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return ",".join(f"U+{low:X}" if low == high else f"U+{low:X}-{high:X}" for low, high in runs)
