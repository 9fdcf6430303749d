"""Makes every page and every docstring a test; pytest finds docs/ only from here."""

from pathlib import Path

from claims.for_pytest import collector

pytest_collect_file = collector(Path(__file__).parent)
