"""What to say where a token does not fit, and how to read on: the rules of the syntax."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from attrs import frozen
from lark import Token

from microflow.diag import Diagnostic, Edit, Fix, Rule, Span
from microflow.dsl.text import Source
from microflow.dsl.tokens import end, start

UNEXPECTED = Rule(
    "MF1001",
    "unexpected-text",
    """
Something else was expected here

A manifest consists of two kinds of statements, keys and blocks, one a line:

```mflow
model wake {                     # a block: kind, name, statements in braces
  source = "models/wake.tflite"  # a key: name, `=`, value
  targets = [host]
}
```

A value is a string in double quotes, a number with its unit, a word, a list in square brackets or
a range such as `-1.0 .. 1.0`. The message says what could stand at the place it marks. The rest of
the statement was skipped; everything else in the file was read.
""",
)

UNEXPECTED_CHARACTER = Rule(
    "MF1003",
    "unexpected-character",
    """
A character that no manifest contains

Outside strings and comments a manifest uses letters, digits, `_`, `-` and the signs
`= : ; , .. { } [ ] ( ) " #`. Text pasted from a document may bring others: typographic quotes, or
blanks and marks that cannot be seen.

```mflow
unit = “dB”      # wrong: typographic quotes
unit = "dB"      # right
```

Replace the character, or put the text that contains it in double quotes.
""",
)

UNMATCHED = Rule(
    "MF1005",
    "unmatched-brace",
    """
A `}` closes nothing

No block is open where this `}` stands: there is one too many, or the `{` before it is missing.

```mflow
model wake
  source = "models/wake.tflite"
}                                # wrong: `model wake` has no `{`
```

Delete the `}`, or open the block that it should close.
""",
)

UNSEPARATED = Rule(
    "MF1008",
    "missing-separator",
    """
Two statements without a separator

Statements stand on lines of their own, or are separated by `;`.

```mflow
memory flash { origin = 0 size = 512KiB }    # wrong
memory flash { origin = 0; size = 512KiB }   # right
```
""",
)

_NAMES = {
    "NAME": "a name",
    "NUMBER": "a number",
    "STRING": "a string",
    "EQUAL": "`=`",
    "COLON": "`:`",
    "COMMA": "`,`",
    "LBRACE": "`{`",
    "RBRACE": "`}`",
    "LSQB": "`[`",
    "RSQB": "`]`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "RANGE": "`..`",
    "$END": "end of file",
}
_STATEMENT_HELP = "write `key = value`, or `kind name { … }`"
_VALUE_HELP = (
    'a value is a string `"…"`, a number with its unit, a word, a list `[…]` or a range `a .. b`'
)


@frozen
class Trouble:
    """Where the parser stopped: `upcoming` begins with the token that does not fit.

    `statement` holds the tokens of the statement before it, `accepts` what would have fitted.
    """

    source: Source
    statement: Sequence[Token]
    upcoming: Sequence[Token]
    accepts: frozenset[str]
    previous: Token | None
    brackets: Sequence[Token]

    @property
    def token(self) -> Token:
        """The token that does not fit."""
        return self.upcoming[0]

    @property
    def behind(self) -> int:
        """The offset behind what was understood."""
        return end(self.previous) if self.previous is not None else 0

    def span(self, token: Token) -> Span:
        """Returns the place of `token`."""
        return self.source.span(start(token), end(token))


@frozen
class Complaint:
    """A finding, and the `repair` to read instead of the next `taken` tokens, if there is one.

    With `again` the statement is read anew, so that `repair` holds its tokens too.
    """

    diagnostic: Diagnostic
    repair: Sequence[Token] | None = None
    taken: int = 0
    again: bool = False


def replace(span: Span, text: str, title: str, automatic: bool = False) -> tuple[Fix, ...]:
    """Returns the fix that replaces what stands at `span`."""
    return (Fix(title, (Edit(span, text),), automatic),)


def unexpected(trouble: Trouble) -> Complaint:
    """Returns what to say of a token of which nothing better is known."""
    token = trouble.token
    if token.type == "BAD":
        return _unexpected_character(trouble)
    wanted, remedy = _expectation(trouble)
    at_end = token.type in ("_NL", "$END")
    span = trouble.source.span(trouble.behind, trouble.behind) if at_end else trouble.span(token)
    message = f"expected {wanted}, found {_described(token)}"
    return Complaint(Diagnostic(UNEXPECTED, message, remedy, span))


def unmatched(trouble: Trouble) -> Complaint:
    """Returns what to say of a closing brace that has no partner; it is left out."""
    span = trouble.span(trouble.token)
    diagnostic = Diagnostic(
        UNMATCHED,
        "this `}` closes nothing",
        "delete it, or open the block that it should close",
        span,
        fixes=replace(span, "", "delete the `}`"),
    )
    return Complaint(diagnostic, (), taken=1)


def unseparated(trouble: Trouble, separator: Token) -> Complaint:
    """Returns what to say where a statement begins behind another on the same line."""
    gap = trouble.source.span(trouble.behind, trouble.behind)
    diagnostic = Diagnostic(
        UNSEPARATED,
        f"expected end of line or `;` before `{trouble.token}`",
        "begin a new line, or put `;` between the statements",
        trouble.span(trouble.token),
        fixes=replace(gap, ";", "insert `;`"),
    )
    return Complaint(diagnostic, (separator,))


def _expectation(trouble: Trouble) -> tuple[str, str]:
    accepts, previous = trouble.accepts, trouble.previous
    if {"STRING", "NUMBER", "LSQB"} <= accepts:
        return "a value", _VALUE_HELP
    if {"COMMA", "RSQB"} <= accepts or {"COMMA", "RPAR"} <= accepts:
        closing = "`]`" if "RSQB" in accepts else "`)`"
        return f"`,` or {closing}", f"separate values by `,` and close with {closing}"
    if not trouble.statement and "NAME" in accepts:
        return "a statement", _STATEMENT_HELP
    if "LBRACE" in accepts and previous is not None and previous.type in ("NAME", "STRING"):
        return ("`=` or `{`" if "EQUAL" in accepts else "`{`"), _STATEMENT_HELP
    if "_SEMI" in accepts:
        return "end of line", "begin a new line, or put `;` between two statements"
    names = [_NAMES[kind] for kind in _NAMES if kind in accepts]
    wanted = " or ".join(names) or "end of line"
    return wanted, f"put {wanted} here"


def _unexpected_character(trouble: Trouble) -> Complaint:
    token = trouble.token
    span = trouble.span(token)
    character = str(token)
    if not character.isspace() and unicodedata.category(character)[0] != "C":
        text = f"unexpected character `{character}`"
        remedy = "remove it, or put the text that contains it in double quotes"
        return Complaint(Diagnostic(UNEXPECTED_CHARACTER, text, remedy, span))
    name = unicodedata.name(character, "control character").lower()
    diagnostic = Diagnostic(
        UNEXPECTED_CHARACTER,
        f"a character that cannot be seen: U+{ord(character):04X} ({name})",
        "replace it by a blank",
        span,
        fixes=replace(span, " ", "replace it by a blank", automatic=True),
    )
    return Complaint(diagnostic, (), taken=1)


def _described(token: Token) -> str:
    if token.type == "_NL":
        return "end of line"
    if token.type == "$END":
        return "end of file"
    text = str(token)
    return f"`{text}`" if len(text) <= 40 else f"`{text[:37]}…`"
