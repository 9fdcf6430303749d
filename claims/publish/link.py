"""Link: every address in the built site, followed.

Strict MkDocs sees neither raw HTML nor notebook pages; here the HTML itself is
read: links, images, anchors, stylesheets, and requests to anyone else; and the
Markdown of the notebooks that readers take along.
"""

from __future__ import annotations

import html
import json
import posixpath
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from claims.page import Fence, Page, Span
from claims.problem import Problem
from claims.publish.unchanged import looked_for

LOADED = {
    ("img", "src"),
    ("script", "src"),
    ("iframe", "src"),
    ("source", "src"),
    ("audio", "src"),
    ("video", "src"),
}
LOADING_RELATIONS = {
    "stylesheet",
    "preload",
    "icon",
    "modulepreload",
    "preconnect",
    "dns-prefetch",
    "prefetch",
}


# A built page is large and its addresses are few: only the tags that hold one, or a place, are read.
SCRIPT = re.compile(r"(<(script|style)\b[^>]*>).*?(</\2>)|<!--.*?-->", re.S)
NAMED = re.compile(r"\s(?:id|name|href|src)\s*=|<img\b")
TAG = re.compile(r"""<([a-zA-Z][\w-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>""")
ATTRIBUTE = re.compile(r"""([\w:-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
MARKDOWN_LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)\s]+)\)")
MARKDOWN_CODE = re.compile(r"^(`{3,}).*?^\1$|`[^`\n]+`|\$[^$]+\$", re.M | re.S)


def missing_pages(page: Page, root: Path) -> list[Problem]:
    """Links to pages that are not there, with their lines, which MkDocs does not tell."""
    here = (root / page.path).parent
    parts: list[Fence | Span] = [*page.fences, *page.spans]
    return [
        Problem(page.path, page.line_of(link.start()), f"there is no page {link['page']}")
        for link in PAGE_LINK.finditer(page.source)
        if not (here / link["page"]).is_file()
        and not any(part.start < link.start() < part.end for part in parts)
    ]


PAGE_LINK = re.compile(r"\]\((?P<page>[\w./-]+\.(?:md|py))(?:#[^)]*)?\)")


@dataclass(frozen=True)
class _Address:
    line: int
    tag: str
    target: str
    loads: bool


@dataclass
class Document:
    """What a built page links to, and the places in it that can be linked to."""

    addresses: list[_Address] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    unnamed_images: list[tuple[int, str]] = field(default_factory=list)


def link_problems(site: Path, base: str = "", followed: Container[str] = ()) -> list[Problem]:
    """Dead links, dead anchors, undescribed images and outside requests of a built site.

    Args:
        site: the folder that MkDocs built.
        base: the address the site will have; absolute links below it are followed too.
        followed: pages whose own addresses were followed when they were made.
    """
    files = sorted(file.relative_to(site).as_posix() for file in site.rglob("*") if file.is_file())
    pages = [name for name in files if name.endswith(".html") and name not in followed]
    documents: dict[str, Document | None] = dict.fromkeys(files)
    documents |= {name: read((site / name).read_text(encoding="utf-8")) for name in pages}
    documents |= {name: _read_notebook(site / name) for name in files if name.endswith(".ipynb")}
    problems: list[Problem] = []
    for name, document in documents.items():
        if document is None:
            continue
        for line, source in document.unnamed_images:
            problems.append(Problem(name, line, f"the image {source} has no description"))
        for address in document.addresses:
            wrong = _follow(address, name, base, documents)
            if wrong:
                problems.append(
                    Problem(name, address.line, f"<{address.tag}> {address.target}: {wrong}")
                )
    return problems


def read(page: str) -> Document:
    """What a built page links to, and its places."""
    return looked_for("linked", page, None, lambda: _read(page))


def _read(page: str) -> Document:
    document, last = Document(), -1
    text = SCRIPT.sub(_without_body, page)
    line, counted = 1, 0
    for named in NAMED.finditer(text):
        start = text.rfind("<", 0, named.start() + 1)
        tag = TAG.match(text, start) if start > last else None
        if tag is None:
            continue  # read already, or text that only looks like a tag
        last = start
        line, counted = line + text.count("\n", counted, start), start
        _note(document, line, tag[1].lower(), _attributes(tag[2]))
    return document


def _read_notebook(file: Path) -> Document:
    text = file.read_text(encoding="utf-8")
    document = Document()
    for cell in json.loads(text)["cells"]:
        words = "".join(cell["source"]) if cell["cell_type"] == "markdown" else ""
        for target in MARKDOWN_LINK.findall(MARKDOWN_CODE.sub("", words)):
            line = text.count("\n", 0, text.find(f"]({target})")) + 1
            document.addresses.append(_Address(line, "notebook", target, loads=False))
    return document


def _without_body(found: re.Match[str]) -> str:
    """A script without what it does, a comment without a word; lines stay where they are."""
    breaks = "\n" * found[0].count("\n")
    return f"{found[1]}{breaks}{found[3]}" if found[1] else breaks


def _attributes(text: str) -> dict[str, str]:
    found = ATTRIBUTE.findall(text)
    return {name.lower(): html.unescape(a or b or c) for name, a, b, c in found}


def _note(document: Document, line: int, tag: str, given: dict[str, str]) -> None:
    """Enter a tag's addresses and places."""
    document.anchors |= {value for key in ("id", "name") if (value := given.get(key))}
    relations = set(given.get("rel", "").split())
    for key in ("href", "src"):
        if key in given and "canonical" not in relations:
            loads = (tag, key) in LOADED or bool(relations & LOADING_RELATIONS)
            document.addresses.append(_Address(line, tag, given[key], loads))
    described = given.get("alt", "").strip() or given.get("role") == "presentation"
    if tag == "img" and not described:
        document.unnamed_images.append((line, given.get("src", "")))


def _follow(
    address: _Address, page: str, base: str, documents: Mapping[str, Document | None]
) -> str | None:
    """What is wrong with an address, seen from a page; None if it leads somewhere."""
    target = address.target
    for start in (base, urlsplit(base).path):  # the site may be a folder of its host
        if start and target.startswith(start):
            target = "/" + target.removeprefix(start).lstrip("/")
            break
    parts = urlsplit(target)
    if parts.scheme in ("http", "https") or target.startswith("//"):
        return "the site asks somebody else for it" if address.loads else None
    if parts.scheme in ("mailto", "data", "javascript"):
        return None
    found = _file(unquote(parts.path), page, documents)
    if found is None:
        return "there is no such file in the site"
    anchor = unquote(parts.fragment).partition("?")[0]  # behind it, a widget's state
    document = documents[found]
    if anchor and document and anchor not in document.anchors:
        return f"there is no place #{anchor} in {found}"
    return None


def _file(path: str, page: str, files: Container[str]) -> str | None:
    """The file of the site that a path names, seen from a page; None if there is none."""
    start = "" if path.startswith("/") else posixpath.dirname(page)
    file = posixpath.normpath(posixpath.join(start, path.lstrip("/"))) if path else page
    return next(
        (name for name in (file, posixpath.normpath(f"{file}/index.html")) if name in files), None
    )
