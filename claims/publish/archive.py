"""Archive: the whole site in one zip, to be read from a folder with the network off.

The pages are the served ones to the byte. What a folder cannot do, `docs/theme/assets/folder.js`
does in another way; what only a server needs stays out.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

ARCHIVE = "checked_calculus.zip"
# a folder's search reads the index as a script; nobody follows a source map or a sitemap there
SERVER_ONLY = (
    ARCHIVE,
    "404.html",
    "sitemap.xml*",
    "search/search_index.json",
    "*.js.map",
    "*.css.map",
)


def write_archive(site: Path) -> None:
    """Write the zip of a built site into it: the same bytes for the same site."""
    _index_for_folders(site)
    with ZipFile(site / ARCHIVE, "w", ZIP_DEFLATED) as archive:
        for file in sorted(file for file in site.rglob("*") if file.is_file()):
            name = file.relative_to(site)
            if not any(name.match(pattern) for pattern in SERVER_ONLY):
                archive.writestr(_entry(name), file.read_bytes())


def _index_for_folders(site: Path) -> None:
    """Beside the search index, the same as a script: a page in a folder may read no other file."""
    index = site / "search" / "search_index.json"
    if index.is_file():
        text = index.read_text(encoding="utf-8")
        index.with_suffix(".js").write_text(f"var __index = {text}", encoding="utf-8")


def _entry(name: Path) -> ZipInfo:
    """What the zip says of a file: nothing of the machine that it was made on."""
    made = time.gmtime(max(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), 315532800))  # 1980
    entry = ZipInfo(f"{ARCHIVE.removesuffix('.zip')}/{name.as_posix()}", made[:6])
    entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 3, 0o644 << 16
    return entry
