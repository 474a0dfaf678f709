"""Reads a token stream to its end, whatever it holds: a finding a mistake, a tree of the rest.

Where a token does not fit, the statement is repaired if we know the slip. Otherwise the parser
goes back to the statement's start, the rest of it is skipped up to a newline, ``;``, ``{`` or
``}``, and an ERROR_ token takes its place. Every repair goes through the queue, so that the
parser's tables check it.
"""

from __future__ import annotations

from collections import deque
from itertools import islice

from attrs import define, field
from lark import Token, Tree, UnexpectedToken
from lark.parsers.lalr_interactive_parser import InteractiveParser

from microflow.diag import Diagnostic, Diagnostics, Label, Rule
from microflow.dsl.schema import TOP_LEVEL
from microflow.dsl.slips import SLIPS, UNCLOSED
from microflow.dsl.syntax import Complaint, Trouble, replace, unexpected, unmatched, unseparated
from microflow.dsl.text import Source
from microflow.dsl.tokens import end, grammar, made, start, starts_statement

MAX_FINDINGS = 50
_SYNCHRONISING = ("_NL", "_SEMI", "LBRACE", "RBRACE")

TOO_MANY = Rule(
    "MF1014",
    "too-many-mistakes",
    f"""
Too many mistakes in the syntax

After {MAX_FINDINGS} mistakes the rest is not listed: the file is probably no manifest, or one
early mistake made everything after it look wrong.

Correct the first findings and check again. A manifest begins so:

```mflow
mflow 1
```
""",
)


@define
class _Reader:
    source: Source
    queue: deque[Token]
    machine: InteractiveParser
    found: list[Diagnostic] = field(factory=list)
    statement: list[Token] = field(factory=list)
    brackets: list[Token] = field(factory=list)
    braces: list[Token] = field(factory=list)
    previous: Token | None = None
    suspect: Token | None = None  # a `{` whose `}` seems, by its indentation, to be another's
    repaired: int = -1  # where the last repair was made
    skipped: Token | None = None  # up to where the last statement was skipped

    def note(self, token: Token) -> None:
        """Remembers a token that the parser took."""
        self.previous = token
        if token.type in ("LSQB", "LPAR"):
            self.brackets.append(token)
        if token.type in ("RSQB", "RPAR"):
            del self.brackets[-1:]
        if token.type in _SYNCHRONISING:
            self.statement, self.brackets = [], []
        else:
            self.statement.append(token)
        if token.type == "LBRACE":
            self.braces.append(token)
        if token.type == "RBRACE" and token and self.braces:
            self._suspect(self.braces.pop(), token)

    def close_braces(self) -> None:
        """Closes the blocks that are open at the end, or where a model or target begins."""
        token = self.queue[0] if self.queue else None
        if not self.braces or (token is not None and not self._begins_anew(token)):
            return
        at = start(token) if token is not None else len(self.source.text)
        for brace in self.braces:
            self._never_closed(brace, token, at)
        for _ in self.braces:
            self.queue.extendleft((made("_NL", "", at, at), made("RBRACE", "", at, at)))
        self.braces, self.suspect = [], None

    def mend(self, token: Token) -> None:
        """Handles a token that the parser refused, so that reading can go on behind it."""
        if not token or token is self.skipped:
            self.queue.popleft()
        elif len(self.found) >= MAX_FINDINGS or start(token) == self.repaired:
            self._skip()
        else:
            self._complain()

    def _complain(self) -> None:
        trouble = self._trouble()
        block = not self.statement and self._behind("RBRACE")
        complete = "_SEMI" in trouble.accepts and (block or bool(self.statement))
        separator = made("_SEMI", "", trouble.behind, trouble.behind)
        if trouble.token.type == "RBRACE" and not self.braces:
            self._apply(unmatched(trouble))
        elif complete and starts_statement(list(islice(self.queue, 8))):
            self._apply(unseparated(trouble, separator))
        elif complete and block:  # the block is whole; the mistake is what follows
            self.queue.appendleft(separator)
        else:
            known = (slip(trouble) for slip in SLIPS)
            self._apply(next((c for c in known if c is not None), None) or unexpected(trouble))

    def _trouble(self) -> Trouble:
        accepted = self.machine.accepts()  # type: ignore[no-untyped-call]
        return Trouble(
            self.source,
            self.statement,
            self.queue,
            frozenset(accepted),
            self.previous,
            self.brackets,
        )

    def _apply(self, complaint: Complaint) -> None:
        self.found.append(complaint.diagnostic)
        if complaint.repair is None:
            self._skip()
            return
        self.repaired = start(self.queue[0])
        for _ in range(complaint.taken):
            self.queue.popleft()
        if complaint.again:
            self._rewind()
        self.queue.extendleft(reversed(complaint.repair))

    def _skip(self) -> None:
        first = self.statement[0] if self.statement else self.queue[0]
        stop = max(end(t) for t in (first, *self.statement)) if self.statement else start(first)
        self._rewind()
        while self.queue and self.queue[0].type not in _SYNCHRONISING:
            stop = end(self.queue.popleft())
        self.skipped = self.queue[0] if self.queue else None
        text = self.source.text[start(first) : stop]
        self.queue.appendleft(made("ERROR_", text or " ", start(first), stop))

    def _rewind(self) -> None:
        state = self.machine.parser_state
        table = state.parse_conf.parse_table.states
        while len(state.state_stack) > 1 and "ERROR_" not in table[state.state_stack[-1]]:
            state.state_stack.pop()
            state.value_stack.pop()
        self.statement, self.brackets = [], []

    def _behind(self, *kinds: str) -> bool:
        return self.previous is not None and self.previous.type in kinds

    def _begins_anew(self, token: Token) -> bool:
        following = self.queue[1].type if len(self.queue) > 1 else ""
        return (
            token in TOP_LEVEL
            and following != "EQUAL"
            and self._column(token) == 1
            and self._behind("_NL", "_SEMI")
        )

    def _never_closed(self, brace: Token, token: Token | None, at: int) -> None:
        blamed = self.suspect or brace
        here = self.source.span(at, at)
        beginning = "" if at == 0 or self.source.text[at - 1] in "\r\n" else "\n"
        fixes = () if self.suspect else replace(here, f"{beginning}}}\n", "insert `}`")
        labels = () if token is None else (Label(here, f"`{token}` begins outside every block"),)
        span = self.source.span(start(blamed), end(blamed))
        text = "this `{` is never closed"
        self.found.append(Diagnostic(UNCLOSED, text, "add `}`", span, labels, fixes=fixes))

    def _suspect(self, brace: Token, closing: Token) -> None:
        line = self.source.text[start(closing) - self._column(closing) + 1 : start(closing)]
        outside = self._indentation(closing) < self._indentation(brace)
        if self.suspect is None and not line.strip() and outside:
            self.suspect = brace

    def _column(self, token: Token) -> int:
        return self.source.span(start(token), start(token)).column

    def _indentation(self, token: Token) -> int:
        line = self.source.text[start(token) - self._column(token) + 1 :][: self._column(token)]
        return len(line) - len(line.lstrip())


def recover(source: Source, solid: list[Token]) -> tuple[Tree[Token], Diagnostics]:
    """Returns the tree of `solid`, the parser's tokens, and a finding for every mistake."""
    size = len(source.text)
    finish = made("$END", "", size, size)
    queue = deque([*solid, made("_NL", "\n", size, size)])
    reader = _Reader(source, queue, grammar().parse_interactive(""))
    while True:
        reader.close_braces()
        token = queue[0] if queue else finish
        try:
            tree = reader.machine.feed_token(token)
        except UnexpectedToken:
            if token is finish:  # cannot be with this grammar; keeps the function total
                return Tree("start", []), _limited(reader.found)
            reader.mend(token)
            continue
        if token is finish:
            return tree, _limited(reader.found)
        queue.popleft()
        reader.note(token)


def _limited(found: list[Diagnostic]) -> Diagnostics:
    if len(found) < MAX_FINDINGS:
        return tuple(found)
    last = Diagnostic(
        TOO_MANY,
        f"more than {MAX_FINDINGS} mistakes: the rest is not listed",
        "correct the first findings and check again",
        found[MAX_FINDINGS - 1].span,
    )
    return (*found[: MAX_FINDINGS - 1], last)
