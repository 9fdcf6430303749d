"""Script: names with sub- and superscripts, primes, powers, calls: what is attached to a factor."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from claims.formula import tree
from claims.formula.reader import Reader, command
from claims.formula.refusal import Refusal
from claims.formula.token import Token
from claims.formula.tree import Name, Tree
from claims.formula.vocabulary import (
    COST_LETTERS,
    FUNCTION_LETTERS,
    FUNCTIONS,
    INDEX_LETTERS,
    INVERSES,
    UNREADABLE,
)

ACCENTS = ("hat", "bar", "tilde", "dot", "mathbf", "mathcal", "mathbb", "mathfrak")
ONE = tree.Number(Fraction(1), "1")


def letter(reader: Reader) -> Tree:
    r"""A letter; O( is Landau's, and \Delta takes the letter behind it along."""
    token = reader.take()
    text = token.text if token.kind == "letter" else f"\\{token.text}"
    if text == "O" and reader.sees("("):
        reader.take()
        return tree.BigO(_only(reader.items(")"), token.at))
    if text == "\\Delta" and reader.now.kind in ("letter", "command") and not reader.sees("cdot"):
        follower = reader.take()
        text += f" {follower.text}" if follower.kind == "letter" else f" \\{follower.text}"
    return Name(text)


def _only(items: list[Tree], at: int) -> Tree:
    if len(items) != 1:
        raise Refusal("one argument was expected", at)
    return items[0]


@command(*ACCENTS)
def accented(reader: Reader) -> Tree:
    r"""`\hat{y}`, `\mathbf x`, `\mathcal{L}`: the decoration is part of the name."""
    accent = reader.take()
    inner = "".join(f"\\{t.text}" if t.kind == "command" else t.text for t in reader.group()[:-1])
    inner = inner.replace("{", "").replace("}", "") if accent.text == "mathbf" else inner
    if accent.text == "mathcal" and inner == "O" and reader.sees("("):
        reader.take()
        return tree.BigO(_only(reader.items(")"), accent.at))
    if accent.text in ("mathbf", "mathbb") and inner == "1" and reader.sees("[", r"\{", "_"):
        return _indicator(reader)
    if accent.text == "mathbb" and inner != "1":
        raise Refusal(f"the set ℝ may stand behind ∈ only: {inner}", accent.at)
    return Name(f"\\{accent.text}{{{inner}}}")


def _indicator(reader: Reader) -> Tree:
    from claims.formula.statement import relation

    if reader.skip("_"):
        return tree.Indicator(relation(reader.inner(reader.group())))
    closing = {"[": "]", r"\{": r"\}"}[reader.take().text]
    condition = relation(reader)
    reader.expect(closing)
    return tree.Indicator(condition)


def word(reader: Reader) -> Tree:
    r"""`\operatorname{tr}` is a function; other words are names of quantities."""
    token = reader.take()
    if token.text in FUNCTIONS:
        return known(reader, FUNCTIONS[token.text])
    if token.text.replace(" ", "").lower() in ("argmin", "argmax"):
        raise Refusal(UNREADABLE["arg"], token.at)
    if token.text in ("max", "min"):
        from claims.formula.operator import extreme

        return extreme(reader, token.text)
    if not token.text:
        raise Refusal("an empty word", token.at)
    return Name(f"\\text{{{token.text}}}")


# Functions with a name


def known(reader: Reader, name: str) -> Tree:
    r"""`\sin x`, `\sin^2 x`, `\log_2 x`, `\tanh'(z)`, `\ln|x|`."""
    head: Tree = tree.Known(name)
    base = reader.braced() if name in ("log", "ln") and reader.skip("_") else None
    power: Tree | None = None
    primes = _primes(reader)
    if reader.skip("^"):
        power = reader.braced()
    primes += _primes(reader)
    if power == tree.Minus(ONE) and name in INVERSES:
        head, power = tree.Known(INVERSES[name]), None
    if primes:
        head = tree.Prime(head, _number(primes))
    at = reader.now.at
    arguments = _arguments(reader)
    if not arguments:
        if power is None and base is None and not primes:
            return head
        raise Refusal(f"the argument of {name} was expected", at)
    call: Tree = tree.Call(head, tuple(arguments))
    if base is not None:
        call = tree.Over(call, tree.Call(head, (base,)))
    return call if power is None else tree.Power(call, power)


def _arguments(reader: Reader) -> list[Tree]:
    """In parentheses, or the numbers and names that follow side by side."""
    opened = {"(": ")", "[": "]", r"\{": r"\}"}.get(reader.now.text)
    if reader.now.kind == "symbol" and opened:
        reader.take()
        return reader.items(opened)
    if not reader.starts_factor():
        return []
    if _is_function(reader.now):
        return [reader.factor()]
    factors = [reader.factor()]
    while _continues(reader) and not isinstance(factors[-1], tree.Absolute):
        factors.append(reader.factor())
    if reader.sees("(", "[") and not isinstance(factors[-1], tree.Call | tree.Absolute | tree.Norm):
        raise reader.refusal("does the function take this parenthesis too? Put its argument in parentheses")
    return [factors[0] if len(factors) == 1 else tree.Times(tuple(factors))]


def _is_function(token: Token) -> bool:
    return token.kind in ("command", "word") and token.text in FUNCTIONS


def _continues(reader: Reader) -> bool:
    """Whether a letter follows, which belongs to the argument as in sin 2πx."""
    if not reader.starts_factor() or _is_function(reader.now):
        return False
    return reader.now.kind == "letter" or (
        reader.now.kind == "command" and reader.now.text not in ("frac", "sum", "int", "lim", "prod", "nabla", "partial")
    )


# Scripts


def attached(reader: Reader, base: Tree, *, powers: bool = True) -> Tree:
    """A factor with its scripts, arguments, factorials and evaluation bars.

    `powers` is false for what ∇ applies to: the superscript is then the gradient's.
    """
    while True:
        if reader.sees("_") or reader.sees("'") or (reader.sees("^") and (powers or _is_order(reader))):
            base = _scripted(reader, base)
        elif reader.skip("!"):
            base = tree.Factorial(base)
        elif reader.now.kind == "symbol" and reader.now.text in "([" and applies(reader, base):
            closing = {"(": ")", "[": "]"}[reader.take().text]
            base = tree.Call(base, tuple(reader.items(closing)))
        elif isinstance(base, tree.Derivative) and reader.sees("(") and _is_point(reader, base):
            reader.take()
            base = tree.At(base, (), tuple(reader.items(")")))
        elif _is_bar(reader) and not reader.operands:
            base = evaluated(reader, base)
        else:
            return base


def _is_order(reader: Reader) -> bool:
    return reader.ahead().text == "{" and reader.ahead(2).text in ("(", "[")


def _scripted(reader: Reader, base: Tree) -> Tree:
    """Attach one run of scripts: the subscript first, then primes, then the superscript."""
    lower: list[Token] | None = None
    upper: list[Token] | None = None
    primes, at = 0, reader.now.at
    while True:
        if reader.sees("_") and lower is None:
            reader.take()
            lower = reader.group()
        elif reader.sees("^") and upper is None:
            reader.take()
            upper = reader.group()
        elif reader.sees("'"):
            primes += _primes(reader)
        else:
            break
    if lower is not None:
        base = _subscript(reader, base, lower)
    if primes:
        base = tree.Prime(base, _number(primes))
    return base if upper is None else _superscript(reader, base, upper, at)


def _primes(reader: Reader) -> int:
    count = 0
    while reader.skip("'"):
        count += 1
    return count


def _number(value: int) -> Tree:
    return tree.Number(Fraction(value), str(value))


def _subscript(reader: Reader, base: Tree, lower: list[Token]) -> Tree:
    index = _index(reader, lower)
    if index is None:
        label = "".join(t.text for t in lower[:-1] if t.text not in "{}")
        if not isinstance(base, Name):
            raise Refusal("a word under what is no name", lower[0].at)
        return replace(base, letter=f"{base.letter}_{{{label}}}")
    if isinstance(base, Name) and not base.index:
        return replace(base, index=index)
    return tree.Entry(base, index)


def _index(reader: Reader, lower: list[Token]) -> tuple[Tree, ...] | None:
    """Subscripts that count; None if they are a word or letters that do not count."""
    words = [t for t in lower if t.kind in ("word", "command") and t.text not in ("dots",)]
    letters = {t.text for t in lower if t.kind == "letter"}
    if words or letters - INDEX_LETTERS or any(t.text in ("*", "=", "|") for t in lower):
        return None
    inner = reader.inner(lower)
    items = inner.items_until_stop()
    if len(items) == 1 and isinstance(items[0], tree.Times):
        return items[0].factors
    return tuple(items)


def _superscript(reader: Reader, base: Tree, upper: list[Token], at: int) -> Tree:
    texts = [t.text for t in upper[:-1]]
    if texts in (["T"], ["top"]):
        return tree.Transpose(base)
    if texts in (["-", "T"], ["-", "top"]):
        return tree.Power(tree.Transpose(base), tree.Minus(ONE))
    if texts and set(texts) == {"prime"}:
        return tree.Prime(base, _number(len(texts)))
    if texts in (["*"], ["ast"], ["+"], ["-"]) or all(t.kind == "word" for t in upper[:-1]):
        return _labelled(base, "".join(texts).replace("ast", "*"), at)
    if texts[0] in ("(", "[") and isinstance(base, Name | tree.Known):
        return _layered(reader, base, upper)
    if texts == ["-", "1"] and is_function(base, reader) and (
        reader.sees("(", ")") or (isinstance(base, Name) and base.letter in reader.functions)
    ):
        return tree.InverseFunction(base)
    if "circ" in texts or "dagger" in texts:
        raise Refusal("this superscript is not known here", at)
    return tree.Power(base, reader.inner(upper).whole())


def _labelled(base: Tree, label: str, at: int) -> Tree:
    if not isinstance(base, Name):
        raise Refusal("this superscript belongs to a name", at)
    return replace(base, letter=f"{base.letter}^{{{label}}}")


def _layered(reader: Reader, base: Name | tree.Known, upper: list[Token]) -> Tree:
    """f^{(n)} is a derivative; W^{(l)} a layer, W^{(l)T} its transpose."""
    inner = reader.inner(upper)
    opening = inner.take().text
    number = _only(inner.items({"(": ")", "[": "]"}[opening]), upper[0].at)
    turned = inner.skip("T", "top")
    if inner.now.kind != "stop":
        return tree.Power(base, reader.inner(upper).whole())
    if opening == "(" and is_function(base, reader) and not turned:
        return tree.Prime(base, number)
    if isinstance(base, tree.Known):
        raise Refusal("a function has no layer", upper[0].at)
    layered = replace(base, layer=number)
    return tree.Transpose(layered) if turned else layered


# Calls


def is_function(base: Tree, reader: Reader) -> bool:
    """Whether a head is a function by its letter, its word, or what the section says of it."""
    if isinstance(base, Name):
        return base.plain in FUNCTION_LETTERS or base.letter in reader.functions or (
            base.letter.startswith("\\text{")
        )
    if isinstance(base, tree.Prime | tree.Compose | tree.InverseFunction):
        return True
    return isinstance(base, tree.Known)


def applies(reader: Reader, base: Tree) -> bool:
    """Whether the parenthesis that follows holds arguments; refuses what may be either."""
    if isinstance(base, Name | tree.Prime | tree.Compose | tree.InverseFunction | tree.Known):
        if is_function(base, reader):
            return reader.now.text == "(" or not isinstance(base, Name)
    if not isinstance(base, Name) or reader.now.text != "(":
        return False
    inside = _inside(reader)
    names = all(t.kind in ("letter", "command") or t.text in (",", "_", "{", "}") or t.kind == "number" for t in inside)
    if any(t.text == "," for t in inside):
        return True
    if base.letter in COST_LETTERS and names:
        return True
    if len(inside) == 1 and names and inside[0].kind != "number":
        raise reader.refusal(
            f"{base.letter}({inside[0].text}) may be a product or a function's value: "
            "write a dot, or define the function first"
        )
    return False


def _is_point(reader: Reader, base: tree.Derivative) -> bool:
    """Whether ∂f/∂y is taken at what stands in the parenthesis that follows."""
    if any(t.text == "," for t in _inside(reader)):
        return True
    if isinstance(base.body, Name) and is_function(base.body, reader):
        raise reader.refusal("a product, or the derivative at a point? Write a dot, or |_{x=2}")
    return False


def _inside(reader: Reader) -> list[Token]:
    """The tokens of the parenthesis that follows."""
    depth, found = 0, []
    for token in reader.tokens[reader.place :]:
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0:
            break
        found.append(token)
    return found[1:]


# Evaluation bars


def _is_bar(reader: Reader) -> bool:
    barred = reader.now.kind == "bar" or (reader.now.kind == "symbol" and reader.now.text == "|")
    return barred and reader.ahead().text == "_" and not (reader.bars and reader.now.kind != "bar")


def evaluated(reader: Reader, base: Tree) -> Tree:
    r"""`\bigg|_{(2,3)}`, `\bigg|_{x=2}`."""
    reader.take()
    reader.take()
    inner = reader.inner(reader.group())
    names: list[Tree] = []
    values: list[Tree] = []
    while True:
        first = inner.expression()
        if inner.skip("="):
            names.append(first)
            values.append(inner.expression())
        elif isinstance(first, tree.Row):
            values += first.items
        else:
            values.append(first)
        if not inner.skip(","):
            break
    if inner.now.kind != "stop" or (names and len(names) != len(values)):
        raise inner.refusal("a point such as x = 2 or (2, 3) was expected")
    if names and isinstance(names[0], tree.Row):
        names = [*names[0].items]
        values = [*values[0].items] if isinstance(values[0], tree.Row) else values
    return tree.At(base, tuple(names), tuple(values))
