"""Makes every page and every docstring a test; pytest finds docs/ only from here."""

from pathlib import Path
from typing import Any

from claims.for_pytest import collector
from claims.passed import Passed, processes

ROOT = Path(__file__).parent
pytest_collect_file = collector(ROOT)


def pytest_configure(config: Any) -> None:
    """Leave out what passed before and reads nothing that changed."""
    config.pluginmanager.register(Passed(ROOT), "passed")


def pytest_xdist_auto_num_workers(config: Any) -> int:
    """As many processes as there is work for."""
    return processes(ROOT, config)
