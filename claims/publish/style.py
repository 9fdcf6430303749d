"""Style: the one style sheet that every page links, and the fonts it names."""

from __future__ import annotations

import re
from functools import reduce
from operator import or_
from pathlib import Path

from claims.publish.character import Used, used
from claims.publish.cut import cut, is_cut
from claims.publish.font import FONT_FACE, KATEX, Font, formula_fonts, licences, text_fonts
from claims.publish.worker import hand_out

COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
STANDALONE = re.compile(
    r'@charset "[^"]*";|/\*# sourceMappingURL=.*?\*/'
)  # of use to a sheet of its own
THEIRS = ("stylesheets/main.*.min.css", "stylesheets/palette.*.min.css", "_mkdocstrings.css")


def write_assets(site: Path) -> None:
    """Write `assets/site.css` and `assets/fonts/` for the pages built in `site`.

    One sheet instead of Material's two, mkdocstrings', KaTeX's and ours: a page waits for one
    answer before its first paint. `docs/theme/main.html` links it. `assets/faces.css` names the
    faces again, for paper and for a folder, where none is fetched ahead and none may be given up.
    """
    assets = site / "assets"
    pages = (page.read_text(encoding="utf-8") for page in sorted(site.rglob("*.html")))
    modules = (module.read_text(encoding="utf-8") for module in site.glob("widgets/*.js"))
    written = Used(prose=frozenset("".join(modules)))  # what widgets write, they write in words
    shown = reduce(or_, map(used, pages), written)
    katex = (KATEX / "katex.min.css").read_text(encoding="utf-8")
    fonts = [*text_fonts(shown), *formula_fonts(shown, katex)]
    for future in hand_out(cut, [font.wanted for font in fonts if not is_cut(*font.wanted)]):
        future.result()
    (assets / "fonts").mkdir(parents=True, exist_ok=True)
    for font in fonts:
        (assets / "fonts" / font.name).write_bytes(font.data)
    (assets / "fonts" / "LICENSE.txt").write_text(licences(), encoding="utf-8")
    ours = COMMENT.sub("", (site / "checked.css").read_text(encoding="utf-8"))
    theirs = [sheet.read_text(encoding="utf-8") for name in THEIRS for sheet in assets.glob(name)]
    (assets / "site.css").write_text(
        _joined(fonts, [*theirs, FONT_FACE.sub("", katex), ours]), encoding="utf-8"
    )
    (assets / "faces.css").write_text(_waited_for(fonts), encoding="utf-8")
    _mend_script(assets)


def _joined(fonts: list[Font], sheets: list[str]) -> str:
    rules = [font.rule for font in fonts]
    return "\n".join([*rules, *(STANDALONE.sub("", sheet) for sheet in sheets)])


def _waited_for(fonts: list[Font]) -> str:
    return "\n".join(font.rule.replace("display:optional", "display:block") for font in fonts)


def _mend_script(assets: Path) -> None:
    """Material's script calls the buttons of each code block a navigation, all of one name."""
    for script in assets.glob("javascripts/bundle.*.min.js"):
        text = script.read_text(encoding="utf-8")
        script.write_text(
            text.replace('"nav",{class:"md-code__nav"}', '"div",{class:"md-code__nav"}'),
            encoding="utf-8",
        )
