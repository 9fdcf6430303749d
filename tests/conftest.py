"""A small site on which mistakes are planted; and no test that did not run goes unnamed."""

from __future__ import annotations

import fcntl
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from claims.mathematics import decide
from claims.publish.paper import FLAGS, find_chromium
from claims.reading import load_page
from claims.run import Run
from claims.update import update
from claims.verdict import locked_figures, page_problems
from claims.widget import widget_problems

from .opened import pages_opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Each law is tried on so many examples, on a slow machine too; EXAMPLES=1000 tries harder.
EXAMPLES = int(os.environ.get("EXAMPLES", "20"))
hypothesis.settings.register_profile("house", max_examples=EXAMPLES, deadline=None)
hypothesis.settings.load_profile("house")

SQUARE = '''\
"""The square, and its slope."""

# --8<-- [start:slope]
def slope(x: float) -> float:
    """Slope of x² at x."""
    return 2 * x
# --8<-- [end:slope]
'''

PAGE = """\
# Measure a slope

## Take the chord

The slope of $f(x) = x^2$ is $f'(x) = 2x$, twice<!--= ratio --> the point.

```python title="snippets/square.py"
--8<-- "snippets/square.py:slope"
```

```python
ratio = slope(3.0) / 3.0
print(f"{slope(3.0):.1f}")
```

```output
6.0
```

At $x = 3$ it is 6.0<!--= slope(3.0) -->, off by less than 1e-3<!--> error --> for a chord
of 5e-4<!--= h -->. It rises everywhere.<!-- check: slope(4.0) > slope(3.0) -->

!!! note "The chord"

    ```python title="a chord" hl_lines="1" linenums="1"
    h = 5e-4
    error = ((3.0 + h) ** 2 - 9.0) / h - 6.0
    ```

```python figure="line"
import matplotlib.pyplot as plt

fig, ax = plt.subplots()
ax.plot([0.0, 1.0], [0.0, slope(3.0)])
```

![The line rises by 6.0 a unit](figures/line.svg)<!--= slope(3.0) -->

!!! exercise "Find a slope"

    ```python exercise="slope"
    def slope_at(x):
        ...
    ```

    ```python check="slope"
    assert slope_at(2) == 4, "The slope of the square is twice the point"
    ```

    ??? solution

        ```python solution="slope"
        def slope_at(x):
            return 2 * x
        ```

    ??? wrong "The factor is forgotten"

        ```python wrong="slope"
        def slope_at(x):
            return x
        ```

        ```output
        AssertionError: The slope of the square is twice the point
        ```

See [the chord](#take-the-chord) and [the other page](other.md#say-more).
"""

OTHER = """\
# Say something else

## Say more

Nothing is computed here.
"""

MKDOCS = """\
site_name: A small site
use_directory_urls: false
theme:
  name: material
  font: false
hooks: [{hook}]
markdown_extensions:
  - admonition
  - pymdownx.details
  - pymdownx.superfences
  - pymdownx.highlight:
      anchor_linenums: false
      pygments_lang_class: true
  - pymdownx.arithmatex:
      generic: true
  - attr_list
  - tables
  - toc
  - claims.publish.katex
validation:
  anchors: warn
  absolute_links: warn
  unrecognized_links: warn
"""


@pytest.fixture(scope="session")
def true_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small site that is true, its figure locked and its run recorded."""
    root = tmp_path_factory.mktemp("site")
    hook = Path(__file__).parents[1] / "claims" / "for_mkdocs.py"
    files = {
        "docs/index.md": PAGE,
        "docs/other.md": OTHER,
        "snippets/__init__.py": "",
        "snippets/square.py": SQUARE,
        "mkdocs.yml": MKDOCS.format(hook=hook),
    }
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert update([], root) == 0
    assert told(root) == ""
    return root


@pytest.fixture
def locked(true_site: Path, tmp_path: Path) -> Path:
    """A copy of the small site, to plant a mistake on."""
    return Path(shutil.copytree(true_site, tmp_path / "site"))


@pytest.fixture
def plant(locked: Path) -> Callable[..., None]:
    """Plants a mistake: replaces a text of a file, which must be there."""

    def replace(old: str, new: str, name: str = "docs/index.md") -> None:
        text = (locked / name).read_text(encoding="utf-8")
        assert old in text, f"nothing to replace in {name}: {old}"
        (locked / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


def told(site: Path, name: str = "docs/index.md") -> str:
    """What the checker says of a page."""
    page = load_page(site / name, site)
    lock = locked_figures(site).get(page.path, {})
    run = Run(page, site)
    formulas = decide(page, site, run.names_at)
    problems = [*page_problems(page, site, run.all(), lock, formulas), *widget_problems(page, site)]
    return "\n".join(map(str, problems))


ROOT = Path(__file__).parents[1]


SITE = "https://calculus.example/"  # whatever the port: what a build made is remembered


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, keeps connections, and says nothing; its sitemap names its own address."""

    protocol_version = "HTTP/1.1"

    def send_head(self) -> Any:
        """A file, as a browser asks for it."""
        if self.path != "/sitemap.xml":
            return super().send_head()
        text = Path(self.translate_path(self.path)).read_text(encoding="utf-8")
        data = text.replace(SITE, f"http://{self.headers['Host']}/").encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        return BytesIO(data)

    def log_message(self, *_: Any) -> None:
        pass


@dataclass(frozen=True)
class Published:
    """The real site, built strictly and served."""

    folder: Path
    address: str


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """The real site, as its readers will have it; built once, though several processes test it."""
    place = tmp_path_factory.getbasetemp()
    folder = (place.parent if "PYTEST_XDIST_WORKER" in os.environ else place) / "published"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            _build(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Published(folder, f"http://127.0.0.1:{server.server_port}/")
    server.shutdown()
    server.server_close()


def _build(folder: Path) -> None:
    """Build the real site, strictly; what is half built stands elsewhere."""
    part = folder.with_suffix(".part")
    config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(part), site_url=SITE, strict=True)
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
    part.rename(folder)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium; where there is none, the tests fail or skip by name."""
    found = find_chromium()
    if not found:
        message = "the browser tests did not run: no Chromium on PATH, none named by CHROMIUM"
        pytest.fail(message) if os.environ.get("REQUIRE_BROWSER") else pytest.skip(message)
    from playwright.sync_api import sync_playwright  # few tests need it

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """One file has the site built; meanwhile run those that do not wait for it, then the others."""
    waiting = [
        *dict.fromkeys(i.path for i in items if "published" in getattr(i, "fixturenames", ()))
    ]

    def turn(item: Any) -> int:
        if not item.path.is_relative_to(ROOT / "tests"):
            return 0  # pages: the site reuses what they gave
        return 1 if item.path in waiting[:1] else 3 if item.path in waiting else 2

    items.sort(key=turn)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: Any) -> Iterator[None]:
    """A test marked `of_pages` opens no other page: it would be left out when that one changes."""
    allowed = item.config.pluginmanager.get_plugin("passed").pages_of(item)
    with pages_opened() as opened:
        yield
    if allowed is not None:
        stems = {name.removeprefix("docs/").rpartition(".")[0] for name in allowed}
        assert opened <= stems, f"its mark `of_pages` leaves out {', '.join(opened - stems)}"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name each test that did not run."""
    for report in terminalreporter.stats.get("skipped", []):
        terminalreporter.write_line(f"did not run: {report.nodeid}")
