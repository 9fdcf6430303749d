"""Script: names with sub- and superscripts, primes, powers, calls: what is attached to a factor."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from claims.formula import tree
from claims.formula.call import applies, evaluated, is_bar, is_function, is_point
from claims.formula.reader import Reader
from claims.formula.refusal import Refusal
from claims.formula.token import Token
from claims.formula.tree import Name, Tree
from claims.formula.vocabulary import (
    INDEX_LETTERS,
)

ONE = tree.Number(Fraction(1), "1")


# Functions with a name


# Scripts


def attached(reader: Reader, base: Tree, *, powers: bool = True) -> Tree:
    """A factor with its scripts, arguments, factorials and evaluation bars.

    `powers` is false for what ∇ applies to: the superscript is then the gradient's.
    """
    while True:
        if (
            reader.sees("_")
            or reader.sees("'")
            or (reader.sees("^") and (powers or _is_order(reader)))
        ):
            base = _scripted(reader, base)
        elif reader.skip("!"):
            base = tree.Factorial(base)
        elif reader.now.kind == "symbol" and reader.now.text in "([" and applies(reader, base):
            closing = {"(": ")", "[": "]"}[reader.take().text]
            base = tree.Call(base, tuple(reader.items(closing)))
        elif isinstance(base, tree.Derivative) and reader.sees("(") and is_point(reader, base):
            reader.take()
            base = tree.At(base, (), tuple(reader.items(")")))
        elif is_bar(reader) and not reader.operands:
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
            primes += count_primes(reader)
        else:
            break
    if lower is not None:
        base = _subscript(reader, base, lower)
    if primes:
        base = tree.Prime(base, number_tree(primes))
    return base if upper is None else _superscript(reader, base, upper, at)


def count_primes(reader: Reader) -> int:
    """Pass the primes that follow."""
    count = 0
    while reader.skip("'"):
        count += 1
    return count


def number_tree(value: int) -> Tree:
    """A whole number as a tree."""
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
        return tree.Prime(base, number_tree(len(texts)))
    if texts in (["*"], ["ast"], ["+"], ["-"]) or all(t.kind == "word" for t in upper[:-1]):
        return _labelled(base, "".join(texts).replace("ast", "*"), at)
    if texts[0] in ("(", "[") and isinstance(base, Name | tree.Known):
        return _layered(reader, base, upper)
    if (
        texts == ["-", "1"]
        and is_function(base, reader)
        and (reader.sees("(", ")") or (isinstance(base, Name) and base.letter in reader.functions))
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
    number = only(inner.items({"(": ")", "[": "]"}[opening]), upper[0].at)
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


# Evaluation bars


def only(items: list[Tree], at: int) -> Tree:
    """The one item of a list, or a refusal."""
    if len(items) != 1:
        raise Refusal("one argument was expected", at)
    return items[0]
