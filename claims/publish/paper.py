"""Paper: the edition as a PDF, printed by Chromium; refused if anything on it is cut.

    python -m claims.publish.paper site

Chromium knows the page that a link leads to only when it has printed, so it prints twice:
first to learn the numbers, then with them.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from claims.problem import Problem
from claims.publish.edition import EDITION

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BOOK = "checked_calculus.pdf"
# four figures wide of any link: what is learnt must not change what it was learnt from
UNKNOWN = 888
TRIES = 4

NUMBERED = """pages => {
  for (const link of document.querySelectorAll('.contents a, a[data-elsewhere]'))
    link.dataset.page = pages === null ? UNKNOWN : pages[decodeURIComponent(link.hash.slice(1))] ?? '';
}""".replace("UNKNOWN", str(UNKNOWN))

WIDE = """() => {
  const column = document.querySelector('main').getBoundingClientRect();
  const place = e => e.closest('section[id]')?.id ?? 'front matter';
  const told = (e, what) => [place(e), `${what}: ${e.textContent.trim().slice(0, 60)}`];
  const drawn = 'p, pre, code, th, td, table, li, h1, h2, h3, h4, figcaption, img, svg, .katex-base';
  const found = [];
  for (const e of document.querySelectorAll(drawn)) {
    const box = e.getBoundingClientRect();
    if (e.closest('.katex-mathml, .katex svg') || !box.width) continue;
    if (box.right > column.right + 0.5 || box.left < column.left - 0.5) found.push(told(e, 'wider than the column'));
  }
  for (const e of document.querySelectorAll('.language-output code')) {
    const style = getComputedStyle(e);
    const height = e.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
    const lines = e.textContent.trimEnd().split('\\n').length;
    if (height > (lines + 0.5) * parseFloat(style.lineHeight)) found.push(told(e, 'a line of output goes on in the next'));
  }
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text; (text = words.nextNode()); )
    if (/\\\\[a-zA-Z]+|\\$/.test(text.data) && !text.parentElement.closest('pre, code, annotation, script, style'))
      found.push(told(text.parentElement, 'a formula left as TeX'));
  return found;
}"""


def print_edition(browser: Browser, edition: Path, to: Path, size: str = "A4") -> list[Problem]:
    """Print an edition to a PDF with the network off, unless something on it is wrong.

    Args:
        browser: a headless Chromium.
        edition: the built `print.html`, its site around it.
        to: the PDF to write.
        size: of the paper, as Chromium names it.
    """
    context = browser.new_context(offline=True)
    context.set_default_timeout(0)  # hundreds of pages take what they take
    page = context.new_page()
    page.emulate_media(media="print")
    page.goto(edition.as_uri())
    page.evaluate("document.fonts.ready")
    problems = [
        Problem(f"{edition.name} ({where})", 1, what) for where, what in page.evaluate(WIDE)
    ]
    if not problems:
        _print_with_numbers(page, to, size)
    context.close()
    return problems


def _print_with_numbers(page: Page, to: Path, size: str) -> None:
    page.evaluate(NUMBERED, None)
    numbers = pages_of(page.pdf(format=size, print_background=True))
    for attempt in count(1):
        page.evaluate(NUMBERED, numbers)
        pdf = page.pdf(format=size, print_background=True, tagged=True, outline=True)
        printed, numbers = numbers, pages_of(pdf)
        if printed == numbers or attempt == TRIES:
            break
    to.write_bytes(pdf)


def pages_of(pdf: bytes) -> dict[str, int]:
    """The page, from 1, of each named place of a PDF that Chromium wrote.

    Its objects stand in the open; only what they draw is packed.
    """
    objects = {
        int(o[1]): o[2] for o in re.finditer(rb"(?m)^(\d+) 0 obj\n(<<.*?)\nendobj", pdf, re.S)
    }
    (catalog,) = (o for o in objects.values() if b"/Type /Catalog" in o)

    def leaves(number: int) -> list[int]:
        kids = re.search(rb"/Kids \[(.*?)\]", objects[number], re.S)
        found = re.findall(rb"(\d+) 0 R", kids[1]) if kids else None
        return [number] if found is None else [leaf for kid in found for leaf in leaves(int(kid))]

    def named(entry: bytes) -> int:
        found = re.search(rb"/%s (\d+) 0 R" % entry, catalog)
        return int(found[1]) if found else 0

    numbers = {leaf: page for page, leaf in enumerate(leaves(named(b"Pages")), 1)}
    places = re.findall(rb"/([^\s/\[]+) \[(\d+) 0 R /XYZ", objects.get(named(b"Dests"), b""))
    return {_unescaped(name): numbers[int(leaf)] for name, leaf in places}


def _unescaped(name: bytes) -> str:
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]), name).decode()


def find_chromium() -> str | None:
    """The Chromium that CHROMIUM names, or the one on PATH."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def main(site: Path) -> int:
    """Print a built site's edition into it, and say how many pages it has."""
    from playwright.sync_api import sync_playwright  # who only asks for a Chromium need not wait

    chromium = find_chromium()
    if chromium is None:
        print("The book is printed by Chromium, and none is on PATH, none named by CHROMIUM.")
        return 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        problems = print_edition(browser, (site / EDITION).resolve(), site / BOOK)
        browser.close()
    print(*problems, sep="\n", end="\n" if problems else "")
    if not problems:
        pages = (site / BOOK).read_bytes().count(b"/Type /Page\n")
        print(f"{site / BOOK}: {pages} pages")
    return bool(problems)


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
