"""Link: every address in the built site, followed.

Strict MkDocs sees neither raw HTML nor notebook pages; here the HTML itself is
read: links, images, anchors, stylesheets, and requests to anyone else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from claims.problem import Problem

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


@dataclass
class _Address:
    line: int
    tag: str
    target: str
    loads: bool


@dataclass
class _Document:
    """What a built page links to, and the places in it that can be linked to."""

    addresses: list[_Address] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    unnamed_images: list[tuple[int, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.document = _Document()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.document.anchors |= {value for key in ("id", "name") if (value := given.get(key))}
        relations = set((given.get("rel") or "").split())
        for key in ("href", "src"):
            target = given.get(key)
            if target is not None and "canonical" not in relations:
                loads = (tag, key) in LOADED or bool(relations & LOADING_RELATIONS)
                self.document.addresses.append(_Address(self.getpos()[0], tag, target, loads))
        if (
            tag == "img"
            and not (given.get("alt") or "").strip()
            and given.get("role") != "presentation"
        ):
            self.document.unnamed_images.append((self.getpos()[0], given.get("src") or ""))


def link_problems(site: Path, base: str = "") -> list[Problem]:
    """Dead links, dead anchors, undescribed images and outside requests of a built site.

    Args:
        site: the folder that MkDocs built.
        base: the address the site will have; absolute links below it are followed too.
    """
    documents = {page: _read(page) for page in sorted(site.rglob("*.html"))}
    problems: list[Problem] = []
    for page, document in documents.items():
        name = page.relative_to(site).as_posix()
        for line, source in document.unnamed_images:
            problems.append(Problem(name, line, f"the image {source} has no description"))
        for address in document.addresses:
            wrong = _follow(address, page, site, base, documents)
            if wrong:
                problems.append(
                    Problem(name, address.line, f"<{address.tag}> {address.target}: {wrong}")
                )
    return problems


def _read(page: Path) -> _Document:
    reader = _Reader()
    reader.feed(page.read_text(encoding="utf-8"))
    return reader.document


def _follow(
    address: _Address, page: Path, site: Path, base: str, documents: dict[Path, _Document]
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
    found = _file(unquote(parts.path), page, site)
    if found is None:
        return "there is no such file in the site"
    anchor = unquote(parts.fragment)
    if anchor and found in documents and anchor not in documents[found].anchors:
        return f"there is no place #{anchor} in {found.relative_to(site).as_posix()}"
    return None


def _file(path: str, page: Path, site: Path) -> Path | None:
    start = site if path.startswith("/") else page.parent
    file = (start / path.lstrip("/")).resolve() if path else page
    file = file / "index.html" if file.is_dir() else file
    return file if file.is_file() and file.is_relative_to(site.resolve()) else None
