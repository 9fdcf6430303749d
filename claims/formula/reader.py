r"""Reader: tokens into a tree. Sums, products, factors; scripts and calls are `script`'s.

What follows a command is read by the function that COMMANDS names: `\frac` and d/dx in
`differential`, `\lim`, `\sum` and `\int` in `operator`, matrices and cases in `environment`.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from claims.formula import tree
from claims.formula.refusal import Refusal
from claims.formula.token import Token, tokens
from claims.formula.tree import Tree
from claims.formula.vocabulary import CONDITIONAL, FUNCTIONS, GREEK, JOINING, OTHERWISE, UNREADABLE

COMMANDS: dict[str, Callable[[Reader], Tree]] = {}
OPENERS = {"(": ")", "[": "]", r"\{": r"\}"}


class Reader:
    """A cursor over tokens, and the grammar of expressions.

    Args:
        found: the tokens, the last of kind "stop".
        functions: letters known to be functions where these tokens stand.
    """

    def __init__(self, found: list[Token], functions: frozenset[str] = frozenset()) -> None:
        self.tokens = found
        self.functions = functions
        self.place = 0
        self.bars = 0  # how many |…| are open: there a | closes
        self.integrals = 0  # how many \int are open: there a d ends
        self.operands = 0  # how many d/dx are open: there a bar is theirs

    # The cursor

    @property
    def now(self) -> Token:
        """The token to be read next."""
        return self.tokens[self.place]

    def ahead(self, distance: int = 1) -> Token:
        """A token further on."""
        return self.tokens[min(self.place + distance, len(self.tokens) - 1)]

    def take(self) -> Token:
        """The next token, passed."""
        token = self.now
        self.place = min(self.place + 1, len(self.tokens) - 1)
        return token

    def sees(self, *texts: str) -> bool:
        """Whether the next token is one of these symbols or commands."""
        return self.now.kind in ("symbol", "command", "letter") and self.now.text in texts

    def skip(self, *texts: str) -> bool:
        """Pass the next token if it is one of these."""
        return self.sees(*texts) and bool(self.take())

    def expect(self, text: str) -> None:
        """Pass this symbol, or refuse."""
        if not self.skip(text):
            raise self.refusal(f"{text} was expected")

    def refusal(self, message: str) -> Refusal:
        """A refusal that speaks of this place."""
        return Refusal(message, self.now.at)

    def group(self) -> list[Token]:
        """The tokens of a braced group, or the single token that stands for one."""
        if not self.sees("{"):
            return self._single()
        start, depth = self.place, 0
        while True:
            if self.now.kind == "stop":
                raise Refusal("} was expected", self.now.at)
            depth += self.sees("{") - self.sees("}")
            self.take()
            if depth == 0:
                return self._closed(self.tokens[start + 1 : self.place - 1])

    def _single(self) -> list[Token]:
        token = self.take()
        if token.kind == "number" and len(token.text) > 1:
            self.place -= 1
            self.tokens[self.place] = Token("number", token.text[1:], token.at + 1)
            token = Token("number", token.text[0], token.at)
        if token.kind == "stop":
            raise Refusal("something was expected", token.at)
        return self._closed([token])

    def _closed(self, inner: list[Token]) -> list[Token]:
        return [*inner, Token("stop", "", self.tokens[self.place - 1].at)]

    def inner(self, group: list[Token]) -> Reader:
        """A reader of a group, which knows what this one knows."""
        return Reader(group, self.functions)

    def whole(self) -> Tree:
        """The one expression that all tokens make."""
        body = self.expression()
        if self.now.kind != "stop":
            raise self.refusal("the expression should end")
        return body

    def braced(self) -> Tree:
        """The expression of the next group."""
        return self.inner(self.group()).whole()

    # Sums

    def expression(self) -> Tree:
        """A sum of terms."""
        terms = [self._signed()]
        while self.sees("+", "-"):
            terms.append(self._signed())
        return terms[0] if len(terms) == 1 else tree.Plus(tuple(terms))

    def _signed(self) -> Tree:
        if self.skip("+"):
            return self.term()
        if self.skip("-"):
            return tree.Minus(self._signed() if self.sees("-") else self.term())
        return self.term()

    # Products

    def term(self) -> Tree:
        r"""A product: by juxtaposition, `\cdot`, `/`, `\odot`."""
        left = self.juxtaposed()
        while True:
            if self.skip("cdot", "times", "*", "ast"):
                left = _product(left, self._signed_factor())
            elif self.skip("odot"):
                left = tree.Elementwise(left, self.juxtaposed())
            elif self.skip("circ"):
                left = tree.Compose(left, self.factor())
            elif self.skip("/", "div"):
                left = tree.Over(left, self._divisor())
            elif self.skip("dots"):
                left = _product(left, tree.Dots())
            else:
                return left

    def _signed_factor(self) -> Tree:
        """What follows a dot; 3 · −2 is written so on many pages."""
        return tree.Minus(self.juxtaposed()) if self.skip("-") else self.juxtaposed()

    def _divisor(self) -> Tree:
        divisor = self.factor()
        if self.starts_factor() and not self.sees("sum", "prod", "int", "lim"):
            raise self.refusal("a / b c is read in two ways: write a fraction or parentheses")
        return divisor

    def juxtaposed(self) -> Tree:
        """Factors written side by side."""
        factors = [self.factor()]
        while self.starts_factor():
            if self.now.kind == "number":
                raise self.refusal("a number stands behind a factor: write a dot between them")
            factors.append(self.factor())
        return factors[0] if len(factors) == 1 else tree.Times(tuple(factors))

    def starts_factor(self) -> bool:
        """Whether the next token can begin a factor."""
        now = self.now
        if now.kind == "letter":
            return not (
                self.integrals and now.text == "d" and self.ahead().kind in ("letter", "command")
            )
        if now.kind == "word":
            return not is_connective(now.text)
        if now.kind == "command":
            return now.text in COMMANDS or now.text in FUNCTIONS or now.text in GREEK
        if now.kind == "left":
            return now.text in "|‖."
        if now.kind == "symbol" and now.text in "|‖":
            return not self.bars and not (now.text == "|" and self.ahead().text == "_")
        return now.kind in ("number", "begin") or self.sees("(", "[", "{", r"\{")

    # Factors

    def factor(self) -> Tree:
        """A number, name, call, group or operator, with what is attached to it."""
        from claims.formula.script import attached

        return attached(self, self.primary())

    def primary(self) -> Tree:
        """A factor before scripts and arguments."""
        from claims.formula.differential import slash_derivative
        from claims.formula.environment import environment
        from claims.formula.name import letter, word

        now = self.now
        if now.kind == "number":
            return self._number()
        if now.kind == "letter" or (now.kind == "command" and now.text in GREEK):
            return slash_derivative(self) or letter(self)
        if now.kind == "word":
            return word(self)
        if now.kind == "begin":
            return environment(self)
        if now.kind == "left" or (now.kind == "symbol" and now.text in "|‖"):
            return self._between_bars()
        if now.text in OPENERS and now.kind == "symbol":
            return self._parenthesis()
        if self.sees("{"):
            return self.braced()
        return self._command()

    def _command(self) -> Tree:
        from claims.formula.name import known

        now = self.now
        if now.kind == "command" and now.text in FUNCTIONS:
            return known(self, FUNCTIONS[self.take().text])
        if now.kind == "command" and now.text in COMMANDS:
            return COMMANDS[now.text](self)
        if now.text in UNREADABLE:
            raise self.refusal(UNREADABLE[now.text])
        if now.kind == "command":
            raise self.refusal(f"\\{now.text} is not known here")
        raise self.refusal("a number, a name or a parenthesis was expected")

    def _number(self) -> Tree:
        token = self.take()
        number = tree.Number(Fraction(token.text), token.text)
        if (
            self.now.kind == "word"
            and not is_connective(self.now.text)
            and self.now.text not in FUNCTIONS
        ):
            return tree.Quantity(number, self.take().text)
        return number

    def _parenthesis(self) -> Tree:
        opening = self.take().text
        items = self.items(OPENERS[opening])
        return items[0] if len(items) == 1 else tree.Row(tuple(items))

    def items(self, closing: str) -> list[Tree]:
        """A list up to its closing symbol, which is passed; dots may stand in it."""
        bars, self.bars = self.bars, 0
        integrals, self.integrals = self.integrals, 0
        operands, self.operands = self.operands, 0
        items = [self._item()]
        while self.skip(",", ";"):
            items.append(self._item())
        self.expect(closing)
        self.bars, self.integrals, self.operands = bars, integrals, operands
        return items

    def with_comma(self) -> Tree:
        """The one expression there is, and perhaps a comma."""
        body = self.expression()
        self.skip(",")
        if self.now.kind != "stop":
            raise self.refusal("the expression should end")
        return body

    def items_until_stop(self) -> list[Tree]:
        """A list that is all there is."""
        items = [self._item()]
        while self.skip(","):
            items.append(self._item())
        if self.now.kind != "stop":
            raise self.refusal("the list should end")
        return items

    def _item(self) -> Tree:
        return tree.Dots() if self.skip("dots") else self.expression()

    def _between_bars(self) -> Tree:
        opening = self.take()
        if opening.text == ".":
            return self._left_open()
        self.bars += 1
        body = self.expression()
        self.bars -= 1
        if self.now.text != opening.text or self.now.kind not in ("right", "symbol"):
            raise self.refusal(f"{opening.text} was expected to close")
        self.take()
        if opening.text == "|":
            return tree.Absolute(body)
        kind = "".join(t.text for t in self.group()[:-1]) if self.skip("_") else ""
        return tree.Norm(body, kind)

    def _left_open(self) -> Tree:
        r"""`\left. … \right|_{x=1}`: the bar that follows is read as an evaluation."""
        body = self.expression()
        if self.now.kind != "right" or self.now.text != "|":
            raise self.refusal(r"\right| was expected")
        self.tokens[self.place] = Token("bar", "|", self.now.at)
        return body


def _product(left: Tree, right: Tree) -> Tree:
    """A product of more factors, kept flat where the left one is a product."""
    before = left.factors if isinstance(left, tree.Times) else (left,)
    after = right.factors if isinstance(right, tree.Times) else (right,)
    return tree.Times((*before, *after))


def is_connective(word: str) -> bool:
    """Whether a word stands between statements and is no name and no unit."""
    return word.strip(" ,") in CONDITIONAL | JOINING | OTHERWISE


def read_expression(latex: str, functions: frozenset[str] = frozenset()) -> Tree:
    """The tree of an expression without relation."""
    return Reader(tokens(latex), functions).whole()


def command(*names: str) -> Callable[[Callable[[Reader], Tree]], Callable[[Reader], Tree]]:
    """Enter a function in COMMANDS: the reader of what follows these commands."""

    def enter(function: Callable[[Reader], Tree]) -> Callable[[Reader], Tree]:
        COMMANDS.update(dict.fromkeys(names, function))
        return function

    return enter
