"""What the repository promises about itself."""

from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import snippets
from claims.mathematics import decide
from claims.publish.link import link_problems
from claims.reading import load_page, read_page
from claims.run import Run
from claims.verdict import page_problems

from .conftest import Published

ROOT = Path(__file__).parents[1]
MODULES = [module.name for module in pkgutil.iter_modules(snippets.__path__)]
PAGES = sorted((ROOT / "docs").glob("*.md"))
BESIDE = {
    "index",
    "notation",
    "errata",
    "reference",
    "formula_card",
    "faq",
    "takeaways",
    "benchmarks",
}
CHAPTERS = [file.stem for file in PAGES if file.stem not in BESIDE]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def test_the_landing_page_shows_the_message_that_its_own_mistake_gives() -> None:
    page = load_page(ROOT / "docs" / "index.md", ROOT)
    (shown,) = [fence.text for fence in page.fences if fence.language == "text"]
    wrong = page.source.replace("That is 0.54030231<", "That is 0.54030232<")
    assert wrong != page.source
    false = read_page(page.path, wrong)
    assert [
        str(p) for p in page_problems(false, ROOT, Run(false, ROOT).all(), {}, decide(false, ROOT))
    ] == [shown]


@pytest.mark.parametrize("stem", CHAPTERS)
def test_a_chapter_has_figures_exercises_and_the_frame(stem: str) -> None:
    page = load_page(ROOT / "docs" / f"{stem}.md", ROOT)
    assert sum("figure" in fence.options for fence in page.fences) >= 2
    exercises = page.source.split("!!! exercise")[1:]
    assert len(exercises) >= 4
    for exercise in exercises:
        assert "??? hint" in exercise
        assert "??? solution" in exercise
    headings = re.findall(r"^## (.+)$", page.prose, re.M)
    assert headings[-3:] == ["Exercises", "In practice", "Sources"]
    assert "**What you need" in page.source


@pytest.mark.parametrize("module", MODULES)
def test_every_module_and_public_name_is_in_the_reference(module: str) -> None:
    reference = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    assert f"::: snippets.{module}\n" in reference
    public = vars(importlib.import_module(f"snippets.{module}"))
    undocumented = [
        name
        for name, value in public.items()
        if getattr(value, "__module__", None) == f"snippets.{module}"
        and getattr(value, "__name__", "") == name
        and not name.startswith("_")
        and not value.__doc__
    ]
    assert undocumented == []


@pytest.mark.parametrize("module", MODULES)
def test_a_subject_has_one_stem(module: str) -> None:
    assert (ROOT / "tests" / f"test_{module}.py").exists()


@pytest.mark.parametrize("module", MODULES)
def test_a_snippet_needs_numpy_alone(module: str) -> None:
    source = (ROOT / "snippets" / f"{module}.py").read_text(encoding="utf-8")
    imported = set(re.findall(r"^(?:from|import) (\w+)", source, re.M))
    assert imported <= {*sys.stdlib_module_names, "numpy", "snippets"}


def test_nothing_is_imported_against_the_arrows() -> None:
    for file in (ROOT / "snippets").glob("*.py"):
        assert "claims" not in file.read_text(encoding="utf-8")
    for file in (ROOT / "claims").rglob("*.py"):
        assert not re.search(
            r"^\s*(?:from|import) snippets", file.read_text(encoding="utf-8"), re.M
        )


def test_the_real_site_builds_strictly_and_every_address_in_it_leads_somewhere(
    published: Published,
) -> None:
    assert link_problems(published.folder, published.address) == []
    assert len(list(published.folder.glob("*.html"))) == len(PAGES) + 2  # 404.html and print.html


@pytest.mark.parametrize("lock", ["requirements.lock", "node.lock", "package-lock.json"])
def test_a_lock_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r'"resolved"|--index-url|--extra-index-url|--find-links', text)
    if lock.endswith(".lock"):
        assert "://" not in text
        pinned = re.findall(r"^[\w.-]+(?:\[[\w,]+\])?==", text, re.M)
        assert len(pinned) == len(re.findall(r"^[a-zA-Z]", text, re.M))
        assert text.count("--hash=sha256:") >= len(pinned)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.stem)
def test_a_workflow_pins_its_actions_and_asks_for_little(workflow: Path) -> None:
    text = workflow.read_text(encoding="utf-8")
    for action in re.findall(r"uses: (\S+)", text):
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action), action
    assert "permissions" in yaml.safe_load(text)
    assert "secrets." not in text


def test_no_generated_or_foreign_file_is_committed() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    made = re.compile(r"\.(ipynb|png|woff2?|min\.js|min\.css)$|^(site|node_modules|\.cache)/")
    assert [name for name in listed.stdout.splitlines() if made.search(name)] == []
