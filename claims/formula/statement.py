r"""Statement: relations, their conditions, and what follows from what, in one dollar span."""

from __future__ import annotations

from dataclasses import replace

from claims.formula import differential, environment, name, operator, tree  # noqa: F401 - they enter COMMANDS
from claims.formula.reader import Reader
from claims.formula.refusal import Refusal
from claims.formula.token import Token, tokens
from claims.formula.tree import Formula, Relation, Statement, Tree
from claims.formula.vocabulary import CONDITIONAL, JOINING, SIGNS, UNREADABLE

ALIGNED = (
    "aligned",
    "align",
    "align*",
    "split",
    "gathered",
    "gather",
    "gather*",
    "equation",
    "equation*",
    "alignedat",
)
FOLLOWS = {"Rightarrow": "so", "Leftrightarrow": "iff"}


def read_formula(latex: str, functions: frozenset[str] = frozenset()) -> Formula:
    """The statements of a formula.

    Raises:
        Refusal: if any of it is not understood, with the place.
    """
    found = unrolled(tokens(latex))
    reader = Reader(found, functions)
    continues = _is_sign(reader.now)
    statements = _Statements(reader, continues).read()
    return Formula(tuple(statements), continues)


def unrolled(found: list[Token]) -> list[Token]:
    r"""Tokens without `aligned`, `\boxed` and `&`; a row that goes on is joined to the one before."""
    inside = 0
    kept: list[Token] = []
    for place, token in enumerate(found):
        inside += (token.kind == "begin" and token.text not in ALIGNED) - (
            token.kind == "end" and token.text not in ALIGNED
        )
        if token.kind in ("begin", "end") and token.text in ALIGNED:
            continue
        if not inside and (token.kind == "gap" or (token.text == "&" and token.kind == "symbol")):
            continue
        if not inside and token.kind == "row":
            if not _goes_on(found[place + 1 :]):
                kept.append(Token("symbol", ";", token.at))
            continue
        kept.append(token)
    return _unboxed(kept)


def _goes_on(rest: list[Token]) -> bool:
    first = next((t for t in rest if t.text != "&" and t.kind not in ("quad", "gap")), rest[-1])
    return _is_sign(first) or first.text in "+-" or first.kind in ("end", "stop")


def _unboxed(found: list[Token]) -> list[Token]:
    """A box around a whole relation is dropped with its braces."""
    for place, token in enumerate(found):
        if token.kind == "command" and token.text == "boxed":
            reader = Reader(found)
            reader.place = place + 1
            inner = reader.group()[:-1]
            return _unboxed([*found[:place], *inner, *found[reader.place :]])
    return found


def _is_sign(token: Token) -> bool:
    return token.kind in ("symbol", "command") and token.text in SIGNS


def relation(reader: Reader, first: Tree | None = None) -> Relation:
    """A chain of sides and signs; one side alone is a chain without sign."""
    sides = [first if first is not None else _side(reader)]
    signs: list[str] = []
    while _is_sign(reader.now) or reader.sees(":"):
        if reader.skip(":"):
            if reader.sees("="):
                continue
            signs.append(":")
        else:
            signs.append(SIGNS[reader.take().text])
            if reader.sees("dots") and SIGNS.get(reader.ahead().text) == signs[-1] and signs[1:]:
                reader.take()  # a = b = … = c claims a = b = c, and more of what is between
                reader.take()
        sides.append(_set(reader) if signs[-1] in ("∈", ":") or ":" in signs else _side(reader))
    if reader.now.kind == "command" and reader.now.text in UNREADABLE:
        raise reader.refusal(UNREADABLE[reader.now.text])
    return Relation(tuple(sides), tuple(signs))


def _side(reader: Reader) -> Tree:
    if reader.now.kind in ("command", "word") and reader.now.text in UNREADABLE:
        raise reader.refusal(UNREADABLE[reader.now.text])
    return reader.expression()


def _set(reader: Reader) -> Tree:
    r"""`\mathbb{R}^{m \times n}`, or an interval, or a list."""
    if not reader.sees("mathbb"):
        return reader.expression()
    reader.take()
    letter = "".join(t.text for t in reader.group()[:-1])
    if reader.skip("_"):
        reader.group()
    dimensions: tuple[Tree, ...] = ()
    if reader.skip("^"):
        body = reader.braced()
        dimensions = body.factors if isinstance(body, tree.Times) else (body,)
    return tree.Space(letter, dimensions)


class _Statements:
    """Reads statement after statement, and what joins them."""

    def __init__(self, reader: Reader, continues: bool) -> None:
        self.reader = reader
        self.done: list[Statement] = []
        self.waiting: tuple[Relation, ...] = ()  # conditions named before their claim
        self.continues = continues

    def read(self) -> list[Statement]:
        joint = ""
        while not self._ends():
            joint = self._joint() or joint
            if self._ends():
                break
            first: Tree | None = tree.Dots() if self.continues and not self.done else None
            self._add(relation(self.reader, first), joint)
            joint = ""
            now = self.reader.now
            if not self._ends() and now.kind == "command" and now.text not in FOLLOWS:
                raise self.reader.refusal(f"\\{now.text} is not known here")
            if not self._ends() and not self._at_joint():
                raise self.reader.refusal("a relation, a comma or a word such as “if” was expected")
        if self.waiting and not self.done:
            self.done.append(Statement(self.waiting, (), "is"))
        return self.done

    def _ends(self) -> bool:
        rest = self.reader.tokens[self.reader.place : -1]
        return all(t.kind == "quad" or t.text in (".", ",", ";") for t in rest)

    def _at_joint(self) -> bool:
        now = self.reader.now
        return now.kind in ("word", "quad") or (
            now.kind in ("symbol", "command") and now.text in (",", ";", ".", *FOLLOWS)
        )

    def _joint(self) -> str:
        """Pass what stands between statements; the strongest of it."""
        joint = ""
        while self._at_joint():
            token = self.reader.now
            said = token.text.strip(" ,.:")
            if token.kind == "word":
                if said not in CONDITIONAL | JOINING:
                    if said and not self._remark(said):
                        return joint
                    joint = joint or ","
                else:
                    joint = "if" if said in CONDITIONAL else joint or ","
            elif token.text in FOLLOWS:
                joint = FOLLOWS[token.text]
            else:
                joint = joint or ","
            self.reader.take()
        return joint

    def _remark(self, said: str) -> bool:
        """Words in parentheses behind a relation, as in `x^2 \\quad \\text{(power rule)}`, say nothing."""
        return said.startswith("(") and said.endswith(")")

    def _add(self, found: Relation, joint: str) -> None:
        if joint == "if":
            self._condition(found)
        elif joint == "so" and self.done:
            premises = self.done.pop()
            self.done.append(Statement((found,), (*premises.claims, *premises.conditions), "so"))
        elif joint == "iff" and self.done:
            premises = self.done.pop()
            if premises.kind != "is":
                raise self.reader.refusal("one ⇔ a formula")
            self.done.append(Statement((*premises.claims, found), premises.conditions, "iff"))
        else:
            conditions, self.waiting = self.waiting, ()
            self.done.append(Statement((found,), conditions))

    def _condition(self, found: Relation) -> None:
        if not found.signs:
            if not isinstance(found.sides[0], tree.Name):
                raise self.reader.refusal("a condition is a relation")
            found = replace(found, sides=(*found.sides, *found.sides), signs=("=",))
        if self.done:
            last = self.done.pop()
            self.done.append(replace(last, conditions=(*last.conditions, found)))
        else:
            self.waiting = (*self.waiting, found)


def refuse_empty(formula: Formula) -> None:
    """A formula says something."""
    if not formula.statements:
        raise Refusal("there is nothing in this formula")
