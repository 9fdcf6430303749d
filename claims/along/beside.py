"""Along: what a reader takes along from a page, and the line of links that offers it.

Each chapter has its notebook and its script beside it, and a file of the texts that its
buttons “copy with what it needs” paste; that one is asked for when such a button is used.
"""

from __future__ import annotations

import html
import itertools
import json
import re
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from claims.along.alone import blocks_alone
from claims.along.cell import cells_of, takes_along
from claims.along.download import notebook, script
from claims.along.lacking import of_repository
from claims.along.pasted import pasted, pasted_text
from claims.block import expand
from claims.cache import kept
from claims.page import Page
from claims.publish.shown import shown_blocks

COMMIT = "claims.commit"  # where the build's settings have it
GITHUB = "https://github.com/"
BRANCH = "notebooks"  # where .github/workflows/publish.yml puts them for Colab
BLOCK = re.compile(r'<div class="language-python\b')
HEAD = re.compile(r'\A\s*<h1\b.*?</h1>(?:\s*<p class="ledger".*?</p>)?', re.S)


@dataclass(frozen=True)
class Along:
    """What goes with one page of the site, by file name; and which of its blocks lack something."""

    files: dict[str, str]
    lacking: list[int]  # by their place among the blocks that the page shows

    @property
    def downloads(self) -> list[str]:
        """The files that a reader asks for."""
        return [name for name in self.files if not name.endswith(".js")]


def along(page: Page, root: Path, around: str, name: str, site: str) -> Along:
    """What goes with a page; worked out when the page or what it imports has changed.

    Args:
        page: the page.
        root: the repository.
        around: a digest of the snippets and of this checker.
        name: the page's address in the site, `derivative.html`.
        site: the site's own address, or "" if it has none.

    Raises:
        PageError: if something of the page cannot run alone.
    """

    def make() -> bytes:
        made = _along(page, root, around, name.removesuffix(".html"), site)
        return json.dumps(asdict(made)).encode()

    made_from = [page.path, page.source, around, name, site]
    return Along(**json.loads(kept("along", made_from, make)))


def _along(page: Page, root: Path, around: str, name: str, site: str) -> Along:
    files, short = {}, name.rpartition("/")[2]
    if takes_along(page):
        cells = cells_of(page, root, around, f"{site}{name}.html" if site else f"{short}.html")
        files = {f"{name}.ipynb": notebook(cells, short), f"{name}.py": script(cells)}
    texts = _texts(page, root, around)
    if any(texts):
        files[f"{name}.paste.js"] = _paste(texts)
    return Along(files, [number for number, text in enumerate(texts) if text])


def marked(rendered: str, took: Along) -> str:
    """A rendered page, each block that lacks something marked with where its text is."""
    file = next((name for name in took.files if name.endswith(".js")), "").rpartition("/")[2]
    numbers = itertools.count()

    def mark(block: re.Match[str]) -> str:
        number = next(numbers)
        if number not in took.lacking:
            return block[0]
        return block[0].replace(" ", f' data-paste="{file}#{number}" ', 1)

    return BLOCK.sub(mark, rendered)


def offered(content: str, page: Any, config: Any, downloads: list[str]) -> str:
    """A page's content with its line of links: below the title, or last on the landing page."""
    links = list(_links(page, config, downloads))
    if not links:
        return content
    line = f'<nav class="along" aria-label="This page">{"".join(links)}</nav>'
    head = HEAD.match(content)
    if head is None or "navigation" in page.meta.get("hide", []):
        return f"{content}\n{line}"
    return f"{head[0]}\n{line}{content[head.end() :]}"


def last_commit(root: Path, what: str) -> str:
    """What Git says of the commit that the site is built from: its name "%h", its date "%ct"."""
    command = ["git", "log", "-1", f"--format={what}"]
    asked = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return asked.stdout.strip()


def _links(page: Any, config: Any, downloads: list[str]) -> Any:
    for name in downloads:
        file = name.rpartition("/")[2]
        kind = "Notebook" if name.endswith(".ipynb") else "Script"
        yield f'<a href="{file}" download>{kind}</a>'
    repository = (config.repo_url or "").rstrip("/")
    if repository.startswith(GITHUB) and downloads:
        place = f"{repository.removeprefix(GITHUB)}/blob/{BRANCH}/{downloads[0]}"
        yield f'<a href="https://colab.research.google.com/github/{place}">Colab</a>'
    if page.edit_url:
        yield f'<a href="{html.escape(page.edit_url)}" rel="edit">Edit</a>'
    if repository:
        about = {"template": "error.yml", "page": page.url, "version": config.extra[COMMIT]}
        address = html.escape(f"{repository}/issues/new?{urlencode(about)}")
        yield f'<a href="{address}" data-report>Report an error</a>'


def _texts(page: Page, root: Path, around: str) -> list[str]:
    """For each block as the page shows them, the text to paste, if it is another than the block."""
    blocks = blocks_alone(page, root, around)
    if of_repository(root, blocks):
        return []
    found = {
        block.fence.start: pasted_text(needed, block.text)
        for block, needed in zip(blocks, pasted(blocks), strict=True)
    }
    plain = {b.fence.start: expand(b.fence, page.path, root).text for b in blocks}
    return [
        "" if found[start].strip() == plain[start].strip() else found[start]
        for start in (fence.start for fence in shown_blocks(page))
    ]


def _paste(texts: list[str]) -> str:
    """The texts as a script, which loads where a page is a file, too: paragraphs, each once."""
    known: dict[str, int] = {}
    made = [
        [known.setdefault(part, len(known)) for part in text.split("\n\n\n")] if text else []
        for text in texts
    ]
    told = [
        json.dumps(part, ensure_ascii=False, separators=(",", ":")) for part in (list(known), made)
    ]
    return f"pasted({','.join(told)})\n"
