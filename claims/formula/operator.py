r"""Operator: `\lim`, `\sum`, `\prod`, `\int`, `\max` and `\min`: a variable and a body."""

from __future__ import annotations

from claims.formula import tree
from claims.formula.reader import Reader, command
from claims.formula.refusal import Refusal
from claims.formula.script import ONE
from claims.formula.tree import Name, Tree


@command("lim")
def limit(reader: Reader) -> Tree:
    r"""`\lim_{h \to 0} body`; the body is the term that follows."""
    reader.take()
    if not reader.skip("_"):
        raise reader.refusal(r"\lim names its variable: \lim_{h \to 0}")
    under = reader.inner(reader.group())
    variable = under.factor()
    if not under.skip("to"):
        raise under.refusal(r"\to was expected")
    point, side = _approached(under)
    if under.now.kind != "stop":
        raise under.refusal("a limit goes to one point")
    if reader.now.kind == "stop":
        return variable
    return tree.Limit(variable, point, side, reader.term())


def _approached(under: Reader) -> tuple[Tree, str]:
    """The point, and the side it is approached from: 0^+ is from above."""
    for place, token in enumerate(under.tokens[:-1]):
        if (
            token.text == "^"
            and (side := "".join(t.text for t in under.tokens[place + 1 : -1]).strip("{}")) in "+-"
        ):
            under.tokens[place:-1] = []
            return under.expression(), side
    return under.expression(), ""


@command("sum", "prod")
def series(reader: Reader) -> Tree:
    r"""`\sum_{i=1}^{n} body`, `\sum_i body`, `\sum_{j \ne i} body`."""
    product = reader.take().text == "prod"
    lower: Tree | None = None
    upper: Tree | None = None
    other: Tree | None = None
    indices: list[str] = []
    while reader.sees("_", "^"):
        if reader.take().text == "^":
            upper = reader.braced()
            continue
        under = reader.inner(reader.group())
        indices = [_index(under)]
        while under.skip(","):
            indices.append(_index(under))
        if under.skip("="):
            lower = under.expression()
        elif under.skip("ne"):
            other = under.expression()
        if under.now.kind != "stop":
            raise under.refusal("what a sum runs over is written i=1, i or j ≠ i")
    if not indices:
        raise reader.refusal("a sum names its index: \\sum_{i=1}^{n} or \\sum_i")
    if (lower is None) != (upper is None):
        raise reader.refusal("a sum has both bounds or none")
    if len(indices) > 1 and (lower is not None or other is not None):
        raise reader.refusal("a sum over two indices has no bounds here: write two sums")
    body = reader.term()
    for index in reversed(indices):
        body = tree.Series(index, lower, upper, body, product, other)
    return body


def _index(under: Reader) -> str:
    name = under.factor()
    if not isinstance(name, Name) or name.index or len(name.letter) > 2:
        raise under.refusal("the index of a sum is a letter")
    return name.letter


@command("int")
def integral(reader: Reader) -> Tree:
    r"""`\int_a^b body \, dx`: the body ends at its d."""
    reader.take()
    lower: Tree | None = None
    upper: Tree | None = None
    while reader.sees("_", "^"):
        if reader.take().text == "_":
            lower = reader.braced()
        else:
            upper = reader.braced()
    reader.integrals += 1
    body = ONE if reader.sees("d") else reader.expression()
    reader.integrals -= 1
    if not reader.skip("d"):
        raise reader.refusal("the d of the integral was expected")
    variable = reader.primary()
    if not isinstance(variable, Name):
        raise reader.refusal("an integral runs over a name")
    if (lower is None) != (upper is None):
        raise reader.refusal("an integral has both bounds or none")
    return tree.Integral(body, variable, lower, upper)


@command("max", "min", "argmax", "argmin")
def extreme_command(reader: Reader) -> Tree:
    r"""`\max(0, x)`, `\max_x f(x)`, `\argmax_x f(x)`."""
    return extreme(reader, reader.take().text)


def extreme(reader: Reader, word: str) -> Tree:
    """The largest or smallest of a list, or of a body over a variable; or where that is."""
    variable: Tree | None = None
    if reader.skip("_"):
        variable = reader.braced()
    if variable is not None:
        return tree.Extreme(word, (reader.term(),), variable)
    if word.startswith("arg"):
        raise reader.refusal(f"{word} names its variable: \\operatorname{{{word}}}_x f(x)")
    closing = {"(": ")", r"\{": r"\}", "[": "]"}.get(reader.now.text)
    if not closing:
        raise reader.refusal(f"a list in parentheses was expected behind {word}")
    reader.take()
    items = reader.items(closing)
    if len(items) < 2:
        raise Refusal(f"{word} of one thing", reader.now.at)
    return tree.Extreme(word, tuple(items))
