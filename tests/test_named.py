"""What stands in code font names something, and what names nothing is told with its line."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from claims.named import named_problems
from claims.needed import FRAMEWORKS
from claims.reading import read_page

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.of_no_page
CODE = """\
# A page

```python
from snippets.gradient import numerical_gradient

def bowl(point):
    return point @ point
```

"""


def told(text: str, path: str = "docs/page.md") -> list[str]:
    return [str(p) for p in named_problems(read_page(path, f"{CODE}{text}\n"), ROOT)]


@pytest.mark.parametrize(
    "known",
    [
        "bowl(point)",  # of the page
        "numerical_gradient",  # of a module that it reads
        "lambda x: abs(x)",  # of Python
        "np.linalg.norm",  # of NumPy
        "x.astype(np.float32)",
        "(n, d)",  # short names stand for anything
        "df = 2x dx",
        "1e-7",
        'bowl("anything")',
        "scipy.optimize",
        "np.False_",
        "ax.set_aspect",
        "snippets/gradient.py",
        "gradient.py",  # somewhere in a folder
        "docs/widgets/",
        "pip install torch",
        "--strict",
        "<secant-tangent>",
    ],
)
def test_what_exists_is_no_problem(known: str) -> None:
    assert told(f"Here is `{known}`.") == []


@pytest.mark.parametrize(
    ("unknown", "said"),
    [
        ("bowls(point)", "has the name bowls: mend it"),
        ("numerical_gradients", "has the name numerical_gradients"),
        ("loss_landscape", "has the name loss_landscape"),  # a module that the page does not read
        ("np.linalg.nrom", "there is no np.linalg.nrom"),
        ("np.gradientt(x)", "there is no np.gradientt"),
        ("scipy.optimise", "there is no scipy.optimise"),
        ("ax.set_aspekt", "there is no ax.set_aspekt"),
        ("jx.grad", "has the name jx"),  # dotted, a short name is somebody's
        (".detatch()", "has the name detatch"),
        ("bowl(pointt=x)", "has the name pointt"),
        ("snippets/gradiant.py", "the repository has no such file"),
    ],
)
def test_what_does_not_exist_is_told(unknown: str, said: str) -> None:
    (message,) = told(f"Here is `{unknown}`.")
    assert message.startswith(f"docs/page.md:10: `{unknown}`: ")
    assert said in message


def test_only_pages_of_the_site_are_asked() -> None:
    assert told("Write `whatever`.", "CONTRIBUTING.md") == []


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_a_framework_is_believed_only_where_it_is_not_installed(name: str) -> None:
    wrong = told(f"Here is `{name}.no_such_thing`.")
    assert bool(wrong) is (importlib.util.find_spec(name) is not None)
    assert told(f"Here is `{name}.{'grad' if name == 'jax' else 'tensor'}`.") == []
