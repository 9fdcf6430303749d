r"""Function: what a head such as f, f', f ∘ g, sin or \sigma is, and what it is at arguments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Symbol

from claims.formula import matrix, tree
from claims.formula.dotted import listed
from claims.formula.inside import put
from claims.formula.known import known
from claims.formula.matrix import Matrix, Value, mapped
from claims.formula.meaning import RULES, Address, Meaning, entry_at, rule
from claims.formula.refusal import Refusal
from claims.formula.scope import Definition
from claims.formula.script import ONE
from claims.formula.slope import slope
from claims.formula.tree import Name, Tree
from claims.formula.unknown import Inverse, unknown

Expr = Any


@dataclass(frozen=True)
class Mapping:
    """A function as its parameters, which are symbols or vectors of symbols, and its value there."""

    parameters: tuple[Value, ...]
    body: Value

    @property
    def symbols(self) -> list[Expr]:
        """The parameters, vectors entry by entry."""
        return flattened(self.parameters)

    def at(self, arguments: list[Value]) -> Value:
        """The value at arguments; of one number, a vector is taken entry by entry."""
        one = len(self.parameters) == 1 and not isinstance(self.parameters[0], Matrix)
        if one and len(arguments) == 1 and isinstance(arguments[0], Matrix):
            return arguments[0].map(lambda entry: self.at([entry]))
        if len(arguments) == 1 and len(self.parameters) > 1 and isinstance(arguments[0], Matrix):
            arguments = list(arguments[0].entries)
        if (
            len(arguments) > 1
            and len(self.parameters) == 1
            and isinstance(self.parameters[0], Matrix)
        ):
            arguments = [matrix.column(flattened(tuple(arguments)))]
        flat = flattened(tuple(arguments))
        if len(flat) != len(self.symbols):
            raise Refusal(f"{len(flat)} arguments, where the function has {len(self.symbols)}")
        return replaced(self.body, dict(zip(self.symbols, flat, strict=True)))

    def derived(self, order: int) -> Mapping:
        """The derivative of a function of one number."""
        if len(self.symbols) != 1 or isinstance(self.parameters[0], Matrix):
            raise Refusal("a prime is for functions of one variable: write ∂ or ∇")
        if order < 0:
            raise Refusal("an order of differentiation is not negative")
        return Mapping(
            self.parameters, mapped(self.body, lambda e: slope(e, *self.symbols * order))
        )


def flattened(values: tuple[Value, ...]) -> list[Expr]:
    """Vectors entry by entry."""
    return [
        entry
        for value in values
        for entry in (value.entries if isinstance(value, Matrix) else (value,))
    ]


def replaced(value: Value, by: dict[Expr, Expr]) -> Value:
    """A value with expressions for some of its symbols."""
    by = {old: new for old, new in by.items() if old != new}
    return mapped(value, lambda expr: put(expr, by)) if by else value


# Calls


@rule(tree.Call)
def call(meaning: Meaning, body: tree.Call) -> Value:
    """A function at arguments."""
    if isinstance(body.head, tree.Known):
        return known(body.head.word, listed(meaning, body.arguments))
    if isinstance(body.head, Name) and _stays(meaning, body):
        return meaning.symbols(body.head)
    if (
        isinstance(body.head, Name)
        and body.head.plain in ("J", "H")
        and not meaning.scope.defined(body.head)
    ):
        return _matrix_at(meaning, body.head, body.arguments)
    for argument in body.arguments:
        if isinstance(argument, Name) and _is_bare_function(meaning, argument):
            raise Refusal(
                f"{argument.letter} is a function, and stands here as a number: write {argument.letter}(x)"
            )
    return function(meaning, body.head, body.arguments).at(listed(meaning, body.arguments))


def _is_bare_function(meaning: Meaning, name: Name) -> bool:
    """Whether a name is a function only: f in g(f), but not y in g(y) where y(x) is written too."""
    scope = meaning.scope
    if meaning.address(name) in meaning.kept or any(e[1] == name for e in meaning.edges):
        return False
    return name.letter in scope.functions and not any(
        d.parameters is None for d in scope.defined(name)
    )


def _stays(meaning: Meaning, body: tree.Call) -> bool:
    """Whether the function's value is the variable of a derivative around it: dy/dg of f(g(x))."""
    assert isinstance(body.head, Name)
    return bool(meaning.kept) and meaning.address(body.head) in meaning.kept


def function(meaning: Meaning, head: Tree, arguments: tuple[Tree, ...] = ()) -> Mapping:
    """What a head is as a function; `arguments` tell how many an unknown one has."""
    if isinstance(head, Name):
        return _named(meaning, head, arguments)
    if isinstance(head, tree.Known):
        dummy = sympy.Dummy(real=True)
        return Mapping((dummy,), known(head.word, [dummy]))
    if isinstance(head, tree.Prime):
        return _primed(meaning, head, arguments)
    if isinstance(head, tree.Compose):
        inner = function(meaning, head.inner, arguments)
        return Mapping(inner.parameters, function(meaning, head.outer).at([inner.body]))
    if isinstance(head, tree.InverseFunction):
        return _inverse(meaning, head)
    return _expression(meaning, head)


def _named(meaning: Meaning, head: Name, arguments: tuple[Tree, ...]) -> Mapping:
    counted = meaning.address(head)[1]
    for definition in meaning.scope.defined(head):
        env = meaning.matched(definition, counted)
        if env is not None and definition.parameters is not None:
            return _defined(meaning, definition, env)
    if head.letter in meaning.scope.ties:
        from claims.formula.code import coded

        return coded(meaning.scope.ties[head.letter], head.letter, len(arguments) or 1)
    if head.letter == "\\sigma" and len(arguments) <= 1:
        dummy = sympy.Dummy(real=True)
        return Mapping((dummy,), known("sigmoid", [dummy]))
    bare = meaning.lookup(head, meaning.address(head))
    if bare is not None:
        return _quantity_as_function(meaning, head, arguments)
    return _unknown(meaning, head, arguments)


def _defined(meaning: Meaning, definition: Definition, env: dict[str, int]) -> Mapping:
    """A defined function; within its body its parameters are nothing but themselves."""
    assert definition.parameters is not None
    parameters = tuple(listed_names(meaning, definition.parameters))
    kept = frozenset(_addresses(meaning, definition.parameters))
    before, meaning.kept = meaning.kept, meaning.kept | kept
    try:
        return Mapping(parameters, meaning.defined(definition, env))
    finally:
        meaning.kept = before


def _addresses(meaning: Meaning, parameters: tuple[Tree, ...]) -> list[Address]:
    """The addresses of parameters, and of the entries of those that are vectors."""
    found: list[Address] = []
    for parameter in parameters:
        if isinstance(parameter, tree.Dots):
            continue
        assert isinstance(parameter, Name)
        if tree.Dots() in parameters:
            found += [(parameter.letter, (i,)) for i in range(1, 9)]
            continue
        letter, counted = meaning.address(parameter)
        found.append((letter, counted))
        if isinstance(meaning.symbols(parameter), Matrix):
            found += [(parameter.plain, (*counted, i)) for i in range(1, 9)]
    return found


def _quantity_as_function(meaning: Meaning, head: Name, arguments: tuple[Tree, ...]) -> Mapping:
    """y(2), where y = x² + 1 has one variable."""
    body = meaning.name(head)
    if isinstance(body, Matrix):
        raise Refusal(f"{head.letter} was defined without arguments")
    variables = sorted(body.free_symbols, key=str)
    if len(variables) != 1 or len(arguments) > 1:
        raise Refusal(f"{head.letter} was defined without arguments: write {head.letter}(x) = …")
    return Mapping((variables[0],), body)


def _unknown(meaning: Meaning, head: Name, arguments: tuple[Tree, ...]) -> Mapping:
    """A function that nothing defines, of as many arguments as it is given."""
    signature = meaning.scope.signatures.get(head.letter)
    values = listed(meaning, arguments) if arguments else []
    if not values and signature:
        values = listed_names(meaning, signature)
    if not values:
        values = [Symbol("x", real=True)]
    symbols = tuple(
        v.map(lambda _: sympy.Dummy(real=True)) if isinstance(v, Matrix) else sympy.Dummy(real=True)
        for v in values
    )
    letter = "_".join([head.letter, *map(str, meaning.address(head)[1])])
    components = meaning.scope.shapes.of.get(f"{head.letter}()")
    if components is not None and not head.index:
        size = range(1, meaning.size(components[0]) + 1)
        return Mapping(
            symbols, matrix.column([unknown(f"{letter}_{i}", flattened(symbols)) for i in size])
        )
    return Mapping(symbols, unknown(letter, flattened(symbols)))


def listed_names(meaning: Meaning, signature: tuple[Tree, ...]) -> list[Value]:
    """The parameters of a function as their symbols; dots are written out."""
    from claims.formula.dotted import written_out

    found: list[Value] = []
    for letter, k, item in written_out(meaning, signature):
        if not isinstance(item, Name):
            raise Refusal("the parameters of a function are names")
        before = dict(meaning.env)
        if letter:
            meaning.env[letter] = k
        found.append(meaning.symbols(item))
        meaning.env = before
    return found


def _primed(meaning: Meaning, head: tree.Prime, arguments: tuple[Tree, ...]) -> Mapping:
    order = meaning.whole(head.order)
    if isinstance(head.head, Name) and not meaning.scope.defined(head.head):
        for definition in meaning.scope.defined(head.head, primes=1):
            env = meaning.matched(definition, meaning.address(head.head)[1])
            if env is not None and order >= 1:
                return _defined(meaning, definition, env).derived(order - 1)
    return function(meaning, head.head, arguments).derived(order)


def _inverse(meaning: Meaning, head: tree.InverseFunction) -> Mapping:
    if not isinstance(head.head, Name) or meaning.scope.defined(head.head):
        raise Refusal("the inverse of this function is not known here")
    dummy = sympy.Dummy(real=True)
    return Mapping((dummy,), Inverse(Symbol(f"⟨{head.head.letter}⟩"), dummy))


def _expression(meaning: Meaning, body: Tree) -> Mapping:
    """An expression as a function of its one variable: (fg)'."""
    value = meaning.of(body)
    variable = sole_variable(meaning, body, value)
    kept = frozenset([(variable.letter, ())])
    return Mapping((meaning.symbols(variable),), meaning.keeping(kept, body))


def sole_variable(meaning: Meaning, body: Tree, value: Value) -> Name:
    """The variable a prime differentiates in: the functions' own, x, or the only one."""
    for node in body.walk():
        if isinstance(node, Name) and node.letter in meaning.scope.signatures:
            signature = meaning.scope.signatures[node.letter]
            if len(signature) == 1 and isinstance(signature[0], Name):
                return signature[0]
    symbols = {
        str(s) for v in flattened((value,)) for s in v.free_symbols if not str(s).startswith("⟨")
    }
    if "x" in symbols or not symbols:
        return Name("x")
    if len(symbols) == 1 and (letter := symbols.pop()) and "_" not in letter:
        return Name(letter)
    raise Refusal("in which variable does the prime differentiate? Write d/dx")


def at_parameters(meaning: Meaning, name: Name) -> Value:
    """A function without arguments stands for its value at its own parameters."""
    mapping = function(meaning, name)
    signature = meaning.scope.signatures.get(name.letter)
    if not signature and len(mapping.parameters) == 1:
        return mapping.at([Symbol("x", real=True)])
    is_unknown = all(s.is_Dummy for s in mapping.symbols)  # as L₁ is, where only L is defined
    if signature and is_unknown:
        return mapping.at(listed_names(meaning, signature))
    return mapping.body


@rule(tree.Prime)
def _prime(meaning: Meaning, body: tree.Prime) -> Value:
    """f' without arguments, (fg)'."""
    mapping = function(meaning, body)
    if isinstance(body.head, Name):
        signature = meaning.scope.signatures.get(body.head.letter)
        if signature and len(signature) == 1 and isinstance(signature[0], Name):
            return mapping.at([meaning.symbols(signature[0])])
        if not isinstance(mapping.parameters[0], Matrix) and mapping.parameters[0].is_Dummy:
            return mapping.at([Symbol("x", real=True)])
    return mapping.body


@rule(tree.Compose)
def _compose(meaning: Meaning, body: tree.Compose) -> Value:
    return function(meaning, body).at([Symbol("x", real=True)])


@rule(tree.InverseFunction)
def _bare_inverse(meaning: Meaning, body: tree.InverseFunction) -> Value:
    if isinstance(body.head, Name):
        return RULES[tree.Power](meaning, tree.Power(body.head, tree.Minus(ONE)))
    raise Refusal("the inverse of what?")


# Jacobian and Hessian by their letters


def entry_of(meaning: Meaning, name: Name, address: Address) -> Value | None:
    """J and H, if nothing defines them, and the entries of what is defined without subscripts."""
    from claims.formula.gradient import hessian, jacobian

    if name.plain in ("J", "H") and not meaning.scope.whole(name.letter):
        whole = jacobian(meaning) if name.plain == "J" else hessian(meaning)
        if whole is None:
            return None
        return entry_at(whole, address[1]) if name.index else whole
    if not name.index or name.layer is not None:
        return None
    for letter in (name.letter, f"\\mathbf{{{name.letter}}}"):
        if meaning.lookup(Name(letter), (letter, ())) is not None:
            value = meaning.name(Name(letter))
            if isinstance(value, Matrix):
                return entry_at(value, address[1])
    return _component(meaning, name, address)


def _component(meaning: Meaning, name: Name, address: Address) -> Value | None:
    """f₁, where f(x) = (…, …) is defined."""
    for definition in meaning.scope.whole(name.letter):
        if definition.parameters is not None:
            mapping = function(meaning, Name(name.letter))
            if isinstance(mapping.body, Matrix):
                return entry_at(mapping.body, address[1])
    return None


def _matrix_at(meaning: Meaning, head: Name, arguments: tuple[Tree, ...]) -> Value:
    """J(3, 2) of the section's function."""
    from claims.formula.gradient import defined_function, hessian, jacobian

    mapping = defined_function(meaning, of_vectors=head.plain == "J")
    whole = jacobian(meaning) if head.plain == "J" else hessian(meaning)
    if mapping is None or whole is None:
        raise Refusal(f"{head.letter} of which function? Define it first")
    return Mapping(mapping.parameters, whole).at(listed(meaning, arguments))


# Functions with a name
