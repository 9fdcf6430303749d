"""Section: the formulas of one section in order, with its notes and its tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from claims.formula import tree
from claims.formula.compare import False_
from claims.formula.decide import Decision
from claims.formula.evidence import function_letters, gather, infer_all, vector_parameters
from claims.formula.page import MathNote, Row, Section, Span
from claims.formula.refusal import Refusal, guarded
from claims.formula.report import Checked
from claims.formula.scope import Definition, Scope, key
from claims.formula.statement import read_formula, refuse_empty, unrolled
from claims.formula.table import check_row
from claims.formula.token import tokens
from claims.formula.tree import Formula, Name, Tree

Namespaces = Callable[[int], Mapping[str, object]]
SHAPE = re.compile(
    r"(\S+(?:\{[^}]*\})?)\s+(\d+|[A-Za-z](?=[x×]))(?:\s*[x×]\s*(\d+|[A-Za-z]))?|(\S+)\s+(scalar)"
)
TIE = re.compile(r"(\S+(?:\{[^}]*\})?)\s+is\s+([A-Za-z_][\w.]*)")


@dataclass
class Entry:
    """A formula of the page or of a note, on its way to a verdict."""

    line: int
    latex: str
    span: Span | None = None
    formula: Formula | None = None
    verdict: str = ""
    message: str = ""
    scope: Scope | None = None  # the scope it was decided in
    before: Tree | None = None
    followed: bool = False
    defines: list[Definition] = field(default_factory=list)
    row: Row | None = None

    @property
    def checked(self) -> Checked:
        """What the report says of it."""
        return Checked(
            self.line, self.latex, self.verdict, self.message, bool(self.span and self.span.display)
        )


class SectionCheck:
    """Checks one section; `child` is where the scopes of sub-sections begin.

    Args:
        section: what stands in it.
        parent: the meaning of names in the section around it.
        namespaces: the page's Python names at a line, for notes such as `h is step`.
    """

    def __init__(self, section: Section, parent: Scope, namespaces: Namespaces | None) -> None:
        self.section = section
        self.scope = parent.child(section.level)
        self.namespaces = namespaces
        self.entries: list[Entry] = []
        self.definitions: list[tuple[Definition, Entry]] = []
        self.wrong: list[tuple[int, str]] = []
        self.skips: list[str] = []
        self.rows = 0
        self.last: Tree | None = None  # the last side decided, for a line that begins with =
        self.last_display: Tree | None = None
        self._current: list[Entry] = []  # those of the chunk that is being checked

    def run(self) -> None:
        """Check all formulas, from one `math: new` to the next."""
        chunk: list[Any] = []
        for item in self.section.items:
            if isinstance(item, MathNote) and re.fullmatch(r"new\b.*", item.text, re.S):
                self._chunk(chunk)
                chunk = []
                self._free(item)
            else:
                chunk.append(item)
        self._chunk(chunk)

    def _free(self, note: MathNote) -> None:
        letters = set(re.split(r"[,\s]+", note.text.removeprefix("new").strip())) - {""}
        self.scope.free(letters or None)
        self.last = self.last_display = None

    def _chunk(self, items: list[Any]) -> None:
        skipped = self._skipped(items)
        self._current = entries = [e for item in items for e in self._entries_of(item, skipped)]
        for item in items:
            if isinstance(item, MathNote):
                self._prepare(item)
        self._learn([e.latex for e in entries if not e.verdict], self.scope)
        for entry in entries:
            if not entry.verdict and entry.row is None:
                self._read(entry, self.scope)
        formulas = [e.formula for e in entries if e.formula is not None]
        self._gather(self.scope, formulas)
        self._decide(entries)
        self._again(entries)
        self.entries += entries

    # Reading

    def _learn(self, latexes: list[str], scope: Scope) -> None:
        """Which letters are functions, from all formulas before any is read."""
        for latex in latexes:
            with suppress(Refusal), guarded():  # reading it again will say why
                scope.functions |= function_letters(unrolled(tokens(latex)))

    def _gather(self, scope: Scope, formulas: list[Formula]) -> None:
        """What formulas show of their letters; twice, for the first may need what the last shows."""
        for formula in formulas * 2:
            with suppress(Refusal), guarded():  # deciding it will say why
                vector_parameters(scope, formula)
                gather(scope, formula)
        infer_all(scope, formulas)

    def _read(self, entry: Entry, scope: Scope) -> None:
        try:
            with guarded():
                entry.formula = read_formula(entry.latex, frozenset(scope.functions))
                refuse_empty(entry.formula)
        except Refusal as refusal:
            entry.formula = None
            entry.verdict, entry.message = "refused", refusal.shown(entry.latex)

    def _entries_of(self, item: Any, skipped: dict[int, str]) -> list[Entry]:
        if isinstance(item, Row):
            return [
                Entry(s.line, s.latex, s, row=item)
                for s in item.spans
                if not s.is_number or item.function
            ]
        if isinstance(item, MathNote):
            return [] if _is_directive(item.text) else [Entry(item.line, item.text)]
        if item.is_number:
            return []
        entry = Entry(item.line, item.latex, item)
        if item.start in skipped:
            entry.verdict, entry.message = "skipped", skipped[item.start]
        return [entry]

    # Notes

    def _skipped(self, items: list[Any]) -> dict[int, str]:
        """Which formulas a note skips: the one that ends before it, else the one that follows."""
        found: dict[int, str] = {}
        spans = [
            s
            for i in items
            for s in (i.spans if isinstance(i, Row) else [i] if isinstance(i, Span) else [])
        ]
        for note in items:
            if not isinstance(note, MathNote) or not note.text.startswith("skip"):
                continue
            reason = note.text.removeprefix("skip").strip(" :")
            before = [s for s in spans if 0 <= note.start - s.end <= 3]
            after = [s for s in spans if 0 <= s.start - note.end <= 3]
            if not reason:
                self.wrong.append((note.line, "a skip says why: <!-- math: skip reason -->"))
            elif not before and not after:
                self.wrong.append(
                    (note.line, "this note skips no formula: put it right behind one")
                )
            else:
                found[(before or after)[-1 if before else 0].start] = reason
                self.skips.append(reason)
        return found

    def _prepare(self, note: MathNote) -> None:
        """Take up shapes and ties before anything is decided."""
        if note.text.startswith("skip"):
            return
        if tie := TIE.fullmatch(note.text):
            self._tie(note, tie[1], tie[2])
            return
        if not _is_directive(note.text):
            return
        for part in note.text.split(","):
            match = SHAPE.fullmatch(part.strip())
            assert match is not None
            dims = tuple(self._dimension(d) for d in (match[2], match[3]) if d)
            try:
                self.scope.shapes.declare(match[1] or match[4], dims)
                self.scope.shapes.matrices = True
            except Refusal as refusal:
                self.wrong.append((note.line, refusal.message))

    def _dimension(self, written: str) -> int | str:
        return int(written) if written.isdigit() else self.scope.shapes.fresh(written)

    def _tie(self, note: MathNote, letter: str, name: str) -> None:
        if self.namespaces is None:
            self.wrong.append(
                (note.line, f"{letter} is tied to {name}, and the page's code has not been run")
            )
            return
        value: Any = self.namespaces(note.line)
        for part in name.split("."):
            value = (
                value.get(part, _MISSING)
                if isinstance(value, Mapping)
                else getattr(value, part, _MISSING)
            )
        if value is _MISSING:
            self.wrong.append((note.line, f"the page has no name {name} here to tie {letter} to"))
            return
        self.scope.ties[letter] = value
        if callable(value):
            self.scope.functions.add(letter)

    # Deciding

    def _decide(self, entries: list[Entry]) -> None:
        row: Row | None = None
        inner = self.scope
        for place, entry in enumerate(entries):
            if entry.row is not row:
                row = entry.row
                inner = self._row_scope(entries, row) if row else self.scope
                if row:
                    self._table(row, inner)
            if entry.verdict or (entry.row and entry.row.function):
                continue
            entry.followed = self._is_followed(entry, entries[place + 1 :])
            entry.before = (entry.span and entry.span.display and self.last_display) or self.last
            self.decide(entry, inner)
            verdict: str = entry.verdict
            if verdict == "verified" and entry.formula and entry.formula.continues:
                display = bool(entry.span and entry.span.display)
                self._confirm_head(
                    [e for e in entries[:place] if e.span and e.span.display == display]
                )

    def _is_followed(self, entry: Entry, rest: list[Entry]) -> bool:
        """Whether the next formula set like this one begins with =."""
        display = bool(entry.span and entry.span.display)
        following = next((e for e in rest if e.span and (e.span.display or not display)), None)
        return bool(following and following.formula and following.formula.continues)

    def _confirm_head(self, entries: list[Entry]) -> None:
        """A line that only began a chain is verified when the chain goes on."""
        for entry in reversed(entries):
            if entry.verdict == "read" and entry.followed:
                entry.verdict = "verified"
            if not (entry.formula and entry.formula.continues) and entry.followed:
                return

    def decide(self, entry: Entry, scope: Scope) -> None:
        """Give an entry its verdict."""
        formula = entry.formula
        if formula is None:
            return
        entry.scope = scope.child(scope.level)
        decision = Decision(
            scope,
            formula,
            entry.line,
            entry.latex,
            entry.before,
            entry.followed,
            is_note=entry.span is None,
        )
        try:
            answer = decision.run()
        except False_ as wrong:
            entry.verdict, entry.message = "false", str(wrong)
        except Refusal as refusal:
            entry.verdict, entry.message = "refused", refusal.message
        else:
            self._accept(entry, answer)
        if entry.verdict in ("false", "refused"):
            scope.__dict__.update(entry.scope.child(scope.level).__dict__)
        self.last = decision.answer.last
        if entry.span and entry.span.display:
            self.last_display = self.last

    def _accept(self, entry: Entry, answer: Any) -> None:
        entry.defines = answer.definitions
        entry.verdict = (
            "verified" if answer.verified else "definition" if answer.definitions else "read"
        )
        for definition in answer.used:
            if definition not in answer.definitions or answer.verified:
                definition.used = True
        for definition in answer.definitions:
            definition.used = definition.used or bool(answer.verified)
            self.definitions.append((definition, entry))
        if answer.assumed and entry.span is None and not answer.definitions and not answer.verified:
            entry.verdict = "read"

    def _again(self, entries: list[Entry]) -> None:
        """A claim may speak of what is defined further down: h* before its formula."""
        later = {key(d.name) for e in entries for d in e.defines}
        for entry in entries:
            if entry.verdict not in ("false", "refused") or entry.formula is None or entry.row:
                continue
            names = {key(n) for n in entry.formula.walk() if isinstance(n, Name)}
            known = entry.scope.definitions if entry.scope else {}
            if names & later - set(known):
                verdict, message = entry.verdict, entry.message
                last = self.last, self.last_display
                self.decide(entry, self.scope.child(self.scope.level))
                self.last, self.last_display = last
                if entry.verdict not in ("verified",):
                    entry.verdict, entry.message = verdict, message

    # Tables

    def _row_scope(self, entries: list[Entry], row: Row | None) -> Scope:
        """A row has names of its own: every row may define f."""
        scope = self.scope.child(self.scope.level + 1)
        own = [e for e in entries if e.row is row]
        self._learn([e.latex for e in own], scope)
        for entry in own:
            if not entry.verdict:
                self._read(entry, scope)
        heads = {_head(e.formula) for e in own if e.formula is not None} - {""}
        scope.free(heads) if heads else None
        scope.functions |= {h for h in heads if any(_is_call(e.formula, h) for e in own)}
        self._gather(scope, [e.formula for e in own if e.formula is not None])
        return scope

    def _table(self, row: Row, scope: Scope) -> None:
        own = [e for e in self._current if e.row is row]
        if row.incomplete:
            self.wrong.append(
                (row.line, "this row of a table of derivatives has no formula for both")
            )
            return
        if row.function is None or row.derivative is None:
            return
        self.rows += 1
        function, derivative = (
            next(e for e in own if e.span is s) for s in (row.function, row.derivative)
        )
        check_row(function, derivative, row, scope, self.decide)
        for entry in own:
            if not entry.verdict:
                self.decide(entry, scope)


def _is_directive(text: str) -> bool:
    """Whether a note is a shape, a tie or a skip, and no formula."""
    if text.startswith("skip") or TIE.fullmatch(text):
        return True
    return all(SHAPE.fullmatch(part.strip()) for part in text.split(","))


def _head(formula: Formula | None) -> str:
    if formula is None or not formula.statements or not formula.statements[0].claims:
        return ""
    side = formula.statements[0].claims[0].sides[0]
    side = side.head if isinstance(side, tree.Call) else side
    return (
        side.letter
        if isinstance(side, Name) and len(formula.statements[0].claims[0].sides) > 1
        else ""
    )


def _is_call(formula: Formula | None, letter: str) -> bool:
    return formula is not None and any(
        isinstance(n, tree.Call) and isinstance(n.head, Name) and n.head.letter == letter
        for n in formula.walk()
    )


_MISSING = object()
