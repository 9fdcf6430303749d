r"""Differential: fractions, and the derivatives written as fractions; `\nabla`."""

from __future__ import annotations

from claims.formula import tree
from claims.formula.call import is_function
from claims.formula.reader import Reader, command
from claims.formula.refusal import Refusal
from claims.formula.script import attached
from claims.formula.token import Token
from claims.formula.tree import Name, Tree
from claims.formula.vocabulary import INDEX_LETTERS

DIFFERENTIALS = ("d", "partial")


@command("frac")
def fraction(reader: Reader) -> Tree:
    r"""`\frac{a}{b}`; if both begin with d or ∂, a derivative."""
    reader.take()
    top, bottom = reader.group(), reader.group()
    if top[0].text in DIFFERENTIALS and bottom[0].text in DIFFERENTIALS and len(bottom) > 2:
        return _derivative(reader, top, bottom)
    return tree.Over(reader.inner(top).whole(), reader.inner(bottom).whole())


def slash_derivative(reader: Reader) -> Tree | None:
    """dy/dx in a line, if that is what follows."""
    if not reader.sees("d") or reader.ahead().kind not in ("letter", "command"):
        return None
    start = reader.place
    found = _slashed(reader)
    if found is None:
        reader.place = start
    return found


@command("partial")
def slash_partial(reader: Reader) -> Tree:
    """∂L/∂w in a line."""
    found = _slashed(reader)
    if found is None:
        raise reader.refusal(r"∂ stands in \frac{∂ …}{∂ …} or in ∂a/∂b")
    return found


def _slashed(reader: Reader) -> Tree | None:
    sign = reader.take().text
    if reader.sees("^") or not reader.starts_factor():
        return None
    try:
        body = attached(reader, reader.primary(), powers=False)
    except Refusal:
        return None
    if not reader.skip("/") or not reader.skip(sign):
        return None
    variable = attached(reader, reader.primary(), powers=False)
    return tree.Derivative(body, ((_variable(variable, reader.now.at), 1),), sign == "partial")


def _derivative(reader: Reader, top: list[Token], bottom: list[Token]) -> Tree:
    """A derivative from numerator and denominator; without body, of what follows."""
    above, below = reader.inner(top), reader.inner(bottom)
    order = _order(above)
    partial = bottom[0].text == "partial"
    variables = _variables(below)
    if (order,) != tuple(c for _, c in variables) and order != _total(variables):
        raise Refusal(f"the order above is {order}; the one below differs", top[0].at)
    body = operand(reader) if above.now.kind == "stop" else above.whole()
    return tree.Derivative(body, variables, partial)


def _total(variables: tuple[tuple[Tree, int | Tree], ...]) -> int:
    """The order of a derivative in several variables; a letter adds nothing that is known."""
    counts = [count for _, count in variables]
    return (
        sum(c for c in counts if isinstance(c, int))
        if all(isinstance(c, int) for c in counts)
        else -1
    )


def _order(above: Reader) -> int | Tree:
    above.take()
    if not above.skip("^"):
        return 1
    digits = "".join(t.text for t in above.group()[:-1])
    return _counted(above, digits)


def _counted(reader: Reader, written: str) -> int | Tree:
    """The order of a derivative: a number, or a letter that counts."""
    if written in INDEX_LETTERS:
        return Name(written)
    if not written.isdigit():
        raise reader.refusal("the order of a derivative is a number or a letter such as n here")
    return int(written)


def _variables(below: Reader) -> tuple[tuple[Tree, int | Tree], ...]:
    """dx, dx², ∂x ∂y."""
    found: list[tuple[Tree, int | Tree]] = []
    while below.now.kind != "stop":
        if below.take().text not in DIFFERENTIALS:
            raise below.refusal("d or ∂ was expected")
        variable = attached(below, below.primary(), powers=False)
        count: int | Tree = 1
        if below.skip("^"):
            digits = "".join(t.text for t in below.group()[:-1])
            if digits == "top" or digits == "T":
                variable, digits = tree.Transpose(variable), "1"
            count = _counted(below, digits)
        found.append((_variable(variable, below.now.at), count))
    return tuple(found)


def _variable(variable: Tree, at: int) -> Tree:
    if isinstance(variable, tree.Call):
        variable = variable.head
    if not isinstance(variable, Name):
        raise Refusal("a derivative is taken in a name", at)
    return variable


def operand(reader: Reader) -> Tree:
    r"""What `\frac{d}{dx}` or `\nabla` applies to: a group, or the product that follows."""
    reader.operands += 1
    grouped = reader.sees("(", "[")
    body = reader.factor() if grouped else reader.juxtaposed()
    reader.operands -= 1
    if grouped and reader.starts_factor():
        raise reader.refusal("how far does d/dx reach? Put its operand, or a dot, behind it")
    if not grouped and reader.sees("cdot", "times", "odot"):
        raise reader.refusal("how far does d/dx reach? Put its operand in parentheses")
    return body


@command("nabla")
def nabla(reader: Reader) -> Tree:
    r"""`\nabla f(x)`, `\nabla_w L`, `\nabla^2 f`; a superscript behind it is the gradient's."""
    reader.take()
    order, variable = 1, None
    while reader.sees("^", "_"):
        if reader.take().text == "^":
            digits = "".join(t.text for t in reader.group()[:-1])
            if digits != "2":
                raise reader.refusal("only ∇ and ∇² are known")
            order = 2
        else:
            variable = reader.braced()
    if reader.now.kind == "letter" or (
        reader.now.kind == "command" and not reader.sees("frac", "sum")
    ):
        start = reader.place
        body = reader.primary()
        body = attached(reader, body, powers=False) if not _is_bars(body) else body
        if isinstance(body, Name | tree.Prime | tree.Call) and _named(body, reader):
            return tree.Gradient(body, variable, order)
        reader.place = start
    return tree.Gradient(operand(reader), variable, order)


def _is_bars(body: Tree) -> bool:
    return isinstance(body, tree.Absolute | tree.Norm)


def _named(body: Tree, reader: Reader) -> bool:
    """Whether ∇ stands before the name of a function, and not before a longer expression."""
    head = body.head if isinstance(body, tree.Call) else body
    return isinstance(head, Name) and (is_function(head, reader) or not reader.starts_factor())


# Commands with arguments


@command("sqrt")
def root(reader: Reader) -> Tree:
    r"""`\sqrt{x}`, `\sqrt[3]{x}`."""
    reader.take()
    degree = 2
    if reader.skip("["):
        token = reader.take()
        if not token.text.isdigit():
            raise Refusal("the degree of a root is a number here", token.at)
        degree = int(token.text)
        reader.expect("]")
    return tree.Root(reader.braced(), degree)


@command("boxed")
def boxed(reader: Reader) -> Tree:
    """A box around an expression says nothing."""
    reader.take()
    return reader.braced()


@command("underbrace", "overbrace")
def underbrace(reader: Reader) -> Tree:
    """What is braced; the words beneath it are for the reader."""
    reader.take()
    body = reader.braced()
    if reader.skip("_") or reader.skip("^"):
        reader.group()
    return body


@command("binom")
def binomial(reader: Reader) -> Tree:
    """n over k."""
    reader.take()
    top, bottom = reader.braced(), reader.braced()
    return tree.Call(tree.Known("binomial"), (top, bottom))


@command("infty")
def infinity(reader: Reader) -> Tree:
    """The sign of infinity."""
    reader.take()
    return tree.Infinity()


@command("lfloor", "lceil", "langle")
def unreadable(reader: Reader) -> Tree:
    """Brackets without a meaning here."""
    raise reader.refusal("these brackets are not known here")
