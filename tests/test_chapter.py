"""A chapter is begun in one step, and wrongly named ones change nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from claims.chapter import begin
from claims.reading import load_page
from claims.verdict import read_problems

NAV = "site_name: A site\n\nnav:\n  - index.md\n  - last.md\n\nplugins: []\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text(NAV)
    return tmp_path


def test_a_chapter_is_a_page_and_stands_last_in_the_nav(root: Path) -> None:
    begin("taylor_series", root)
    assert yaml.safe_load((root / "mkdocs.yml").read_text())["nav"] == [
        "index.md",
        "last.md",
        "taylor_series.md",
    ]
    assert read_problems(load_page(root / "docs" / "taylor_series.md", root), root) == []


@pytest.mark.parametrize("name", ["", "Taylor", "taylor-series", "2_taylor", "../taylor", "index"])
def test_a_wrong_name_changes_nothing(root: Path, name: str) -> None:
    (root / "docs" / "index.md").write_text("# Index\n")
    with pytest.raises(ValueError, match=r"snake_case|there already"):
        begin(name, root)
    assert (root / "mkdocs.yml").read_text() == NAV
    assert [file.name for file in (root / "docs").iterdir()] == ["index.md"]
