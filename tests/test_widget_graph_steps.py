"""A graph shows the values and gradients of the package, and at each step no more than is known."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from playwright.sync_api import Browser

from snippets import computational_graph as package
from snippets.finite_difference import complex_step

from .conftest import Published
from .widget import Driven, compare, opened, tells

PAGE = "computational_graph"
pytestmark = [pytest.mark.browser, pytest.mark.of_pages(pages=[PAGE], prose=False)]
NUMBER = re.compile(r"(?<![\w∂])−?\d+(?:\.\d+)?(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?")


class Graph(NamedTuple):
    """How the package runs a graph, and how each node is made, of what."""

    forward: Callable[..., Any]
    backward: Callable[..., Any]
    made: dict[str, tuple[str, tuple[str, ...], Callable[..., Any]]]

    @property
    def edges(self) -> list[tuple[str, str, int]]:
        """From a node to one made of it, and its place among what that one is made of."""
        return [(u, v, i) for v, (_, inputs, _) in self.made.items() for i, u in enumerate(inputs)]

    def slope(self, node: dict[str, float], to: str, i: int) -> float:
        """The local slope of a node in its i-th input, by a complex step."""
        _, inputs, made = self.made[to]
        values = [node[name] for name in inputs]
        return float(complex_step(lambda t: made(*values[:i], t, *values[i + 1 :]), values[i]))


END = {
    "r": ("a − y", ("a", "y"), lambda a, y: a - y),
    "L": ("r²", ("r",), lambda r: r**2),
}
GRAPHS = {
    "graph-steps": Graph(
        package.squared_error_forward,
        package.squared_error_backward,
        {
            "z": ("w · x", ("w", "x"), lambda w, x: w * x),
            "a": ("z + b", ("z", "b"), lambda z, b: z + b),
            **END,
        },
    ),
    "neuron": Graph(
        package.neuron_forward,
        package.neuron_backward,
        {
            "z1": ("w1 · x1", ("w1", "x1"), lambda w, x: w * x),
            "z2": ("w2 · x2", ("w2", "x2"), lambda w, x: w * x),
            "s": ("z1 + z2 + b", ("z1", "z2", "b"), lambda u, v, b: u + v + b),
            "a": ("σ(s)", ("s",), lambda s: 1 / (1 + np.exp(-s))),
            **END,
        },
    ),
    "diamond": Graph(
        package.diamond_forward,
        package.diamond_backward,
        {
            "p": ("a · a", ("a", "a"), lambda u, v: u * v),
            "L": ("p + a", ("p", "a"), lambda p, a: p + a),
        },
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def widgets(chromium: Browser, published: Published) -> dict[str, Driven]:
    page = opened(chromium, published, PAGE, "graph-steps").page
    return {name: Driven(page, name) for name in GRAPHS}


@pytest.fixture(params=GRAPHS)
def widget(request: pytest.FixtureRequest, widgets: dict[str, Driven]) -> Driven:
    found = widgets[request.param]
    found.restore("first")
    return found


def truth(graph: Graph, state: dict[str, str]) -> tuple[dict[str, float], dict[str, str]]:
    """Each number that stands in the graph by its name, and what is said, at a step."""
    step = int(state["step"])
    inputs = {name: float(state[name]) for name in state if name not in ("graph", "step")}
    values = graph.forward(**inputs)
    node, edges = values._asdict(), graph.edges
    many = len(edges)
    shown = {name: node[name] for name in node if _last(edges, name) < step}
    shown |= {f"slope of {v} in {u}": graph.slope(node, v, i) for u, v, i in edges[:step]}
    came: dict[str, list[float]] = {"L": [1.0]} if step > many else {}
    said = _words("at the start", "nothing", "nothing")
    if 0 < step <= many:
        u, v, _ = edges[step - 1]
        made = f"{v} = {graph.made[v][0]} = {node[v]!r}" if _last(edges, v) < step else f"{v} waits"
        said = _words(f"forward, {u} → {v}", f"{u} = {node[u]!r}", made)
    for u, v, i in edges[::-1][: max(step - many, 0)]:
        behind, slope = sum(came[v]), graph.slope(node, v, i)
        came.setdefault(u, []).append(behind * slope)
        said = _words(
            f"backward, {v} → {u}", f"{behind!r} · {slope!r} = {came[u][-1]!r}", _sum(u, came[u])
        )
    if step > 2 * many:
        first = next(iter(node))
        said = _words("done", "nothing", _sum(first, came[first]))
        assert {u: sum(parts) for u, parts in came.items()} == pytest.approx(
            graph.backward(values)._asdict(),
            rel=1e-6,  # 1 − a loses ten digits at a sum of 21
        ), "the edges, added up, are the package's backward pass"
    return shown | {f"∂L/∂{u}": sum(parts) for u, parts in came.items()}, said


def _last(edges: list[tuple[str, str, int]], name: str) -> int:
    return max((k for k, (_, v, _) in enumerate(edges) if v == name), default=-1)


def _words(now: str, along: str, here: str) -> dict[str, str]:
    return {"now": now, "along the edge": along, "at the node": here}


def _sum(name: str, parts: list[float]) -> str:
    terms = " + ".join(map(repr, parts)) + " = " if len(parts) > 1 else ""
    return f"∂L/∂{name} = {terms}{sum(parts)!r}".replace("+ -", "− ")


def agrees(widget: Driven) -> str:
    """Compare all numbers and words with the package; the state, to count the different ones."""
    decimals = 3 if widget.ask("w => w.width >= 480") else 2
    shown, said = truth(GRAPHS[widget.name], widget.state)
    drawn = widget.reads_of("svg [data-reads]")
    assert drawn.keys() == shown.keys(), "what is known at this step"
    compare({name: whole(text, decimals) for name, text in drawn.items()}, dict(shown))
    reads = widget.reads
    for name, expected in said.items():
        expected = expected.replace("-", "−").replace("e−0", "e−").replace(".0 ", " ")
        assert NUMBER.sub("#", reads[name]) == EXACT.sub("#", expected), (
            f"{name} shows {reads[name]}, and is {expected}"
        )
        numbers = zip(NUMBER.findall(reads[name]), EXACT.findall(expected), strict=True)
        for text, exact in numbers:
            compare({name: whole(text, decimals)}, {name: float(exact.replace("−", "-"))})
    return widget.link


EXACT = re.compile(r"(?<![\w∂])−?\d+(?:\.\d+)?(?:e−?\d+)?")


def whole(text: str, decimals: int) -> str:
    """A number with the zeros at its end, which the graph leaves out."""
    if "×" in text:
        return text
    before, _, after = text.partition(".")
    return f"{before}.{after:0<{decimals}}"


def test_each_step_shows_what_the_package_computes_and_no_more(widget: Driven) -> None:
    last = 2 * len(GRAPHS[widget.name].edges) + 1
    assert widget.state["step"] == str(last)
    seen = {agrees(widget)}
    widget.press(widget.control("step"), "Home")
    for _ in range(last):
        seen.add(agrees(widget))
        widget.control("next").click()
    assert widget.state["step"] == str(last)
    assert len(seen) == last + 1
    widget.press(widget.control("next"), "Enter")  # and anew
    assert widget.state["step"] == "1"
    for name, step in (("back", "0"), ("back", "0"), ("run", str(last)), ("reset", "0")):
        widget.press(widget.control(name), "Enter")
        assert widget.state["step"] == step
        agrees(widget)


def test_inputs_change_every_number(widget: Driven) -> None:
    seen = set()
    for i, name in enumerate(name for name in widget.state if name not in ("graph", "step")):
        widget.slide(name, 0.2 + 0.11 * i)
        seen.add(agrees(widget))
        widget.press(widget.control(name), "ArrowRight", "Shift+ArrowLeft")
        seen.add(agrees(widget))
        widget.press(widget.control("step"), "ArrowLeft", "Shift+ArrowLeft")
        seen.add(agrees(widget))
        widget.press(widget.control("step"), "End")
        seen.add(agrees(widget))
    assert len(seen) >= 3


def test_the_paths_of_the_diamond_add_up(widgets: dict[str, Driven]) -> None:
    sums = []
    for step in range(5, 10):
        widgets["diamond"].restore(f"a=3&step={step}")
        sums.append(widgets["diamond"].reads["at the node"])
    assert sums == [
        "∂L/∂a = 1", "∂L/∂p = 1", "∂L/∂a = 1 + 3 = 4", "∂L/∂a = 1 + 3 + 3 = 7", "∂L/∂a = 1 + 3 + 3 = 7",
    ]  # fmt: skip
    widgets["diamond"].restore("a=-0.5&step=9")
    assert widgets["diamond"].reads["at the node"] == "∂L/∂a = 1 − 0.5 − 0.5 = 0"


def test_where_the_sigmoid_is_flat_small_gradients_are_not_nothing(
    widgets: dict[str, Driven],
) -> None:
    widgets["neuron"].restore("w1=3&x1=3&w2=3&x2=3&b=3&y=8&step=23")
    agrees(widgets["neuron"])
    assert "×10⁻" in widgets["neuron"].reads["∂L/∂w1"]


def test_a_finger_steps_and_moves_an_input(chromium: Browser, published: Published) -> None:
    widget = opened(chromium, published, PAGE, "neuron", "phone")
    seen = {agrees(widget)}
    for step in (1, 2, 3):
        widget.control("next").tap()
        widget.until(f"w => w.state.step === {step}")
        seen.add(agrees(widget))
    for part in (0.3, 0.8):
        box = widget.control("w2").bounding_box()
        assert box
        widget.page.touchscreen.tap(box["x"] + part * box["width"], box["y"] + 20)
        widget.until(f"w => (w.state.w2 > 0) === {str(part > 0.5).lower()}")
        seen.add(agrees(widget))
    assert len(seen) == 6


def test_where_motion_is_wanted_it_takes_its_time(chromium: Browser, published: Published) -> None:
    widget = opened(chromium, published, PAGE, "diamond", "desktop")
    widget.control("run").click()
    widget.until("w => w.state.step === 1")
    widget.control("a").press("ArrowRight")  # the reader's hand ends it
    assert not widget.ask("w => w.playing")
    agrees(widget)


@pytest.mark.parametrize(
    "mistake",
    [
        ("[v, () => -1]", "[v, () => 1]"),
        ("2 * n[u]", "-2 * n[u]"),
        ("n[a] * (1 - n[a])", "n[a] * (1 + n[a])"),
        ("[u, (n) => n[v]]", "[u, (n) => n[u]]"),
        ("total + part", "total - part"),
        ("Math.exp(-n[u])", "Math.exp(n[u])"),
        ("(back[from] ??= [])", "(back[from] = [])"),
    ],
)
def test_a_planted_mistake_is_told(
    chromium: Browser, published: Published, mistake: tuple[str, str]
) -> None:
    name = "diamond" if "back[from]" in mistake[0] else "neuron"
    tells(opened(chromium, published, PAGE, name, "mistaken", mistake), agrees, "first")
