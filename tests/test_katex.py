"""Formulas: typeset at build time, each one or none."""

from __future__ import annotations

import html
import re
from xml.etree import ElementTree

import markdown
import pytest
from material.plugins.search.plugin import Parser

from claims.cache import CACHE
from claims.publish import typeset
from claims.publish.search import indexed
from claims.publish.typeset import FormulaError, render

PAGE = r"""
# Take the slope of $x^2$

Inline $a < b$, beside `$code$` and \$5; bold **$w_1 * w_2$**.

$$
\begin{aligned}
f'(x) &= \lim_{h \to 0} \frac{f(x+h) - f(x)}{h} \\
      &> 0
\end{aligned}
$$

| $f$ | slope |
|---|---|
| $\lvert x \rvert$ | $\operatorname{sign}(x)$ |

- an item with $\nabla f$

    $$J_{ij} = \frac{\partial f_i}{\partial x_j}$$

!!! note "A title with $y$"

    $$\text{if } z \ne 0$$

```text
$not$ a formula
```
"""
FORMULAS = 11


@pytest.fixture
def converter() -> markdown.Markdown:
    return markdown.Markdown(
        extensions=[
            "admonition",
            "tables",
            "toc",
            "pymdownx.superfences",
            "pymdownx.arithmatex",
            "claims.publish.katex",
        ],
        extension_configs={"pymdownx.arithmatex": {"generic": True}},
    )


def annotations(text: str) -> list[str]:
    found = re.findall(r'<annotation encoding="application/x-tex">(.*?)</annotation>', text, re.S)
    return [html.unescape(tex) for tex in found]


def test_every_formula_carries_html_and_mathml(converter: markdown.Markdown) -> None:
    text = converter.convert(PAGE)
    assert text.count("</katex-html>") == text.count("</math>") == FORMULAS
    assert text.count('class="arithmatex"') == FORMULAS
    assert not re.search(r"\\\(|\\\[|<script", text)


def test_formula_is_typeset_as_written(converter: markdown.Markdown) -> None:
    written = annotations(converter.convert(PAGE))
    assert written[1] == "a < b"
    assert "&= \\lim" in written[3]
    assert "&> 0" in written[3]


@pytest.mark.parametrize("display", [False, True])
def test_formula_is_well_formed(display: bool) -> None:
    tex = r"\sqrt{\frac{a}{b}} + \sum_{i=1}^n x_i \begin{pmatrix} 1 & 2 \end{pmatrix}"
    root = ElementTree.fromstring(render(tex, display))
    assert root.get("class") == ("katex-display" if display else "katex")
    assert [child.tag for child in root.iter() if child.get("class") == "katex-html"] == [
        "katex-html"
    ]


def test_code_is_left_alone(converter: markdown.Markdown) -> None:
    text = converter.convert(PAGE)
    assert "<code>$code$</code>" in text
    assert "$not$ a formula" in text


def test_display_is_display_and_reached_by_keyboard(converter: markdown.Markdown) -> None:
    text = converter.convert(PAGE)
    assert text.count('<span class="katex-display">') == 3
    assert text.count('<div class="arithmatex" tabindex="0">') == 3


def test_heading_reads_as_tex_in_the_contents(converter: markdown.Markdown) -> None:
    converter.convert(PAGE)
    (heading,) = converter.toc_tokens
    assert (heading["name"], heading["id"]) == ("Take the slope of x^2", "take-the-slope-of-x2")


def test_formulas_stay_on_their_page(converter: markdown.Markdown) -> None:
    first = converter.convert("$a$ and $b$")
    converter.reset()
    assert annotations(converter.convert("$c$")) == ["c"]
    assert annotations(first) == ["a", "b"]


def searched(content: str) -> str:
    """What Material's search index keeps of a page."""
    reader = Parser()
    reader.feed(content)
    return "".join("".join(section.text) for section in reader.data)


def test_search_reads_each_formula_once(converter: markdown.Markdown) -> None:
    said = searched(
        converter.convert("# Title\n\nThe slope $\\frac{a}{b}$ is\n\n$$c + d$$\n\nhere.")
    )
    words = " ".join(re.sub("<.*?>", " ", said).split())
    assert words == r"The slope \frac{a}{b} is c + d here."


def test_search_loses_nothing_by_being_quick(converter: markdown.Markdown) -> None:
    content = converter.convert(PAGE)
    assert searched(indexed(content)) == searched(content)
    assert len(indexed(content)) < len(content) / 5


@pytest.mark.parametrize(
    ("tex", "told"),
    [
        (r"x + \slope", r"Undefined control sequence: \slope"),
        (r"\frac{1}{2", "expected '}'"),
        ("5€", "Unrecognized Unicode character"),
        (r"\href{https://elsewhere}{x}", r"\href leads out of the page"),
        (r"\includegraphics{x.png}", r"\includegraphics leads out of the page"),
    ],
)
def test_refused_formula_stops_the_build(converter: markdown.Markdown, tex: str, told: str) -> None:
    with pytest.raises(FormulaError) as refused:
        converter.convert(f"# Title\n\nFirst $x$.\n\nThen ${tex}$.")
    assert told in refused.value.message
    assert refused.value.tex == tex
    assert refused.value.line == 5
    assert tex in str(refused.value)


def test_message_points_at_the_place() -> None:
    with pytest.raises(FormulaError) as refused:
        render("a\n+ \\slope b", True)
    assert str(refused.value).splitlines()[1:] == ["    a", "    + \\slope b", "      ^ here"]


def test_kept_formula_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    first = render("k^2", False)
    render.cache_clear()
    monkeypatch.setattr(typeset, "_ask", lambda *_: pytest.fail("asked again"))
    assert render("k^2", False) == first


def test_kept_formula_is_of_this_version_and_these_options(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys: list[object] = []
    monkeypatch.setattr(typeset, "kept", lambda _, made_from, make: keys.append(made_from) or b"")

    def ask(tex: str, display: bool = False) -> None:
        render.cache_clear()
        render(tex, display)

    ask("k^3")
    ask("k^4")
    ask("k^3", display=True)
    monkeypatch.setattr(typeset, "OPTIONS", {"strict": "ignore"})
    ask("k^3")
    monkeypatch.setattr(typeset, "_version", lambda: "0.0")
    ask("k^3")
    render.cache_clear()
    assert len(set(map(repr, keys))) == 5


def test_refusal_is_not_kept() -> None:
    before = set((CACHE / "katex").iterdir())
    with pytest.raises(FormulaError):
        render(r"\nothing", False)
    assert set((CACHE / "katex").iterdir()) == before


def test_process_ends_with_the_build() -> None:
    with pytest.raises(FormulaError):
        render(r"\undefined", False)
    process = typeset._process()
    assert process.poll() is None
    typeset.close()
    assert process.poll() == 0
