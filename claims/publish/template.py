"""Template: the site's templates, compiled once and not again at every rebuild."""

from __future__ import annotations

from jinja2 import Environment, FileSystemBytecodeCache

from claims.cache import CACHE


def keep_compiled(environment: Environment) -> None:
    """Keep what Jinja compiles; MkDocs makes a new environment for each rebuild, half of whose time this was."""
    directory = CACHE / "template"
    directory.mkdir(parents=True, exist_ok=True)
    environment.bytecode_cache = FileSystemBytecodeCache(str(directory))
