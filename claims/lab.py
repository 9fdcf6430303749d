"""Lab: a percent script read as the page it is, line for line.

A Markdown cell is prose, a code cell a fence, and what its marker says are the fence's options. Each
line of the script is one line of the page, so what is told about the page is told about the script.
"""

from __future__ import annotations

import re

from claims.problem import Problem

MARKER = re.compile(r"# %%(?P<markdown> \[markdown\])?(?P<options>.*)")
FENCE = re.compile(r"#\s*(?:`{3,}|~{3,})")


def markdown_of(script: str) -> str:
    """A lab's Markdown, with as many lines as the script.

    Examples:
        >>> print(markdown_of('# %% [markdown]\\n# # See\\n\\n# %% figure="line"\\nx = 1\\n'))
        <BLANKLINE>
        # See
        <BLANKLINE>
        ```python figure="line"
        x = 1
        ```
    """
    lines: list[str] = []
    code = False
    for text in script.split("\n"):
        if marker := MARKER.fullmatch(text):
            if code:
                lines[-1] = "```"
            code = not marker["markdown"]
            lines.append(f"```python{marker['options']}" if code else "")
        else:
            lines.append(text if code else text.removeprefix("#").removeprefix(" "))
    if code:
        lines[-1] = "```"
    return "\n".join(lines)


def script_problems(path: str, script: str) -> list[Problem]:
    """Lines by which Jupyter and the site would read two different things."""
    problems: list[Problem] = []
    cell, before = "", ""
    for line, text in enumerate([*script.split("\n"), "# %%"], 1):
        marker = MARKER.fullmatch(text)
        wrong = ""
        if marker and cell == "code" and before.strip():
            wrong, line = "a code cell ends with an empty line", line - 1
        elif not marker and not cell and text.strip():
            wrong = "a lab begins with `# %% [markdown]`"
        elif not marker and cell == "markdown" and text.strip() and not text.startswith("#"):
            wrong = f"a line of a Markdown cell begins with #: {text.strip()}"
        elif not marker and cell == "markdown" and FENCE.match(text):
            wrong = "what runs is a code cell, and the site shows what it prints: no fence here"
        if wrong:
            problems.append(Problem(path, line, wrong))
        cell = ("markdown" if marker["markdown"] else "code") if marker else cell
        before = text
    return problems


def rewritten(script: str, before: str, after: str) -> str:
    """The script with the lines of its Markdown cells that were rewritten."""
    lines = zip(script.split("\n"), before.split("\n"), after.split("\n"), strict=True)
    return "\n".join(text if old == new else f"# {new}" for text, old, new in lines)
