"""Runs every notebook and script of a built site, as `make downloads` does in an environment
that has NumPy, Matplotlib and Jupyter's kernel, and nothing of ours.

python tests/fresh.py site
"""

import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import nbformat
from nbclient import NotebookClient

OURS = ("snippets", "claims")


def script_prints(file):
    """What a script prints, run in an empty folder."""
    command = [sys.executable, "-I", file.resolve()]
    with tempfile.TemporaryDirectory() as empty:
        done = subprocess.run(command, cwd=empty, capture_output=True, text=True)
    if done.returncode or done.stderr:
        raise SystemExit(f"{file}: {done.stderr}")
    return done.stdout


def notebook_prints(file):
    """What the cells of a notebook print, run in an empty folder; an error ends everything."""
    notebook = nbformat.read(file, as_version=4)
    with tempfile.TemporaryDirectory() as empty:
        client = NotebookClient(notebook, resources={"metadata": {"path": empty}})
        client.execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return "".join(o.text for o in outputs if o.get("name") == "stdout")


def main(site):
    found = [name for name in OURS if find_spec(name)]
    if found:
        raise SystemExit(f"this environment has {', '.join(found)}: it is not empty")
    notebooks = sorted(site.rglob("*.ipynb"))
    for notebook in notebooks:
        printed = script_prints(notebook.with_suffix(".py"))
        if notebook_prints(notebook) != printed:
            raise SystemExit(f"{notebook} and its script print different things")
        print(f"{notebook.name} and its script: {len(printed.splitlines())} lines, the same")
    if not notebooks:
        raise SystemExit(f"there is no notebook in {site}")
    print(f"{len(notebooks)} notebooks and {len(notebooks)} scripts ran without this package")


if __name__ == "__main__":
    os.environ["MPLBACKEND"] = "Agg"  # a notebook's kernel chooses its own
    main(Path(sys.argv[1]))
