r"""Name: letters with hats and bars, words, and functions with a name of their own."""

from __future__ import annotations

from claims.formula import tree
from claims.formula.reader import Reader, command
from claims.formula.refusal import Refusal
from claims.formula.script import ONE, count_primes, number_tree, only
from claims.formula.token import Token
from claims.formula.tree import Name, Tree
from claims.formula.vocabulary import (
    FUNCTIONS,
    GREEK,
    INVERSES,
)

ACCENTS = ("hat", "bar", "tilde", "dot", "mathbf", "mathcal", "mathbb", "mathfrak")


def letter(reader: Reader) -> Tree:
    r"""A letter; O( is Landau's, and \Delta takes the letter behind it along."""
    token = reader.take()
    text = token.text if token.kind == "letter" else f"\\{token.text}"
    if text == "O" and reader.sees("("):
        reader.take()
        return tree.BigO(only(reader.items(")"), token.at))
    if text == "\\Delta" and reader.now.kind in ("letter", "command") and not reader.sees("cdot"):
        follower = reader.take()
        text += f" {follower.text}" if follower.kind == "letter" else f" \\{follower.text}"
    return Name(text)


@command(*ACCENTS)
def accented(reader: Reader) -> Tree:
    r"""`\hat{y}`, `\mathbf x`, `\mathcal{L}`: the decoration is part of the name."""
    accent = reader.take()
    group = reader.group()[:-1]
    for token in group:
        if token.kind == "command" and token.text not in (*GREEK, *ACCENTS):
            raise Refusal(f"no letter to stand under \\{accent.text}", token.at)
    inner = "".join(f"\\{t.text}" if t.kind == "command" else t.text for t in group)
    inner = inner.replace("{", "").replace("}", "") if accent.text == "mathbf" else inner
    if accent.text == "mathcal" and inner == "O" and reader.sees("("):
        reader.take()
        return tree.BigO(only(reader.items(")"), accent.at))
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
    said = token.text.replace(" ", "").lower()
    if said in ("max", "min", "argmax", "argmin"):
        from claims.formula.operator import extreme

        return extreme(reader, said)
    if not token.text:
        raise Refusal("an empty word", token.at)
    return Name(f"\\text{{{token.text}}}")


def known(reader: Reader, name: str) -> Tree:
    r"""`\sin x`, `\sin^2 x`, `\log_2 x`, `\tanh'(z)`, `\ln|x|`."""
    head: Tree = tree.Known(name)
    base = reader.braced() if name in ("log", "ln") and reader.skip("_") else None
    power: Tree | None = None
    primes = count_primes(reader)
    if reader.skip("^"):
        power = reader.braced()
    primes += count_primes(reader)
    if power == tree.Minus(ONE) and name in INVERSES:
        head, power = tree.Known(INVERSES[name]), None
    if primes:
        head = tree.Prime(head, number_tree(primes))
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
        raise reader.refusal(
            "does the function take this parenthesis too? Put its argument in parentheses"
        )
    return [factors[0] if len(factors) == 1 else tree.Times(tuple(factors))]


def _is_function(token: Token) -> bool:
    return token.kind in ("command", "word") and token.text in FUNCTIONS


def _continues(reader: Reader) -> bool:
    """Whether a letter follows, which belongs to the argument as in sin 2πx."""
    if not reader.starts_factor() or _is_function(reader.now):
        return False
    return reader.now.kind == "letter" or (
        reader.now.kind == "command"
        and reader.now.text not in ("frac", "sum", "int", "lim", "prod", "nabla", "partial")
    )
