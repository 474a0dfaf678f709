"""Slips that writers of other languages make, each with an exact message and a repair."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice, takewhile

from lark import Token

from microflow.diag import Diagnostic, Edit, Fix, Label, Rule
from microflow.dsl.syntax import UNEXPECTED, UNEXPECTED_CHARACTER, Complaint, Trouble, replace
from microflow.dsl.tokens import CLOSING, OPENING, end, made, start
from microflow.dsl.units import UNITS

OPEN_STRING = Rule(
    "MF1002",
    "unterminated-string",
    r"""
A string without its closing quote

A string ends on the line on which it begins. A `"` inside it is written `\"`, a `\` is `\\`.

```mflow
unit = "dB      # wrong
unit = "dB"     # right
```

Add the closing `"`.
""",
)

UNCLOSED = Rule(
    "MF1004",
    "unclosed-bracket",
    """
A bracket is never closed

A `{`, `[` or `(` has no partner. Lists may run over several lines; they are taken to end where the
next line plainly begins a statement. A block is taken to end where `model` or `target` begins a
line in the first column.

```mflow
labels = ["yes", "no"         # wrong: `]` is missing
decode = argmax
```

Add the closing bracket. Where a block was forgotten further up, indentation shows which one.
""",
)

_PATH = re.compile(r"[^\s;{}\[\]()\",'#=]+")
_FILE_NAME = re.compile(r"[^\W\d][\w-]*(\.[\w-]+)+")
_CURLY = re.compile(r"[“”„«]([^“”„«»\"\\\r\n]*)[“”»]")
_VALUES = ("STRING", "NUMBER", "NAME")
_STATEMENT_ENDS = ("_NL", "_SEMI", "RBRACE", "$END")


def _open_string(trouble: Trouble) -> Complaint | None:
    token = trouble.token
    if token.type != "OPEN_STRING":
        return None
    at = start(token) + len(token.rstrip())
    end_of_text = trouble.source.span(at, at)
    fixes = replace(end_of_text, '"', 'insert `"`')
    text = "this string has no closing quote"
    remedy = 'add the closing `"`'
    return Complaint(Diagnostic(OPEN_STRING, text, remedy, trouble.span(token), fixes=fixes))


def _other_quotes(trouble: Trouble) -> Complaint | None:
    token = trouble.token
    match = _CURLY.match(trouble.source.text, start(token)) if token.type == "BAD" else None
    if match is None and token.type != "QUOTED":
        return None
    text = match[1] if match else token[1:-1]
    stop = match.end() if match else end(token)
    span = trouble.source.span(start(token), stop)
    diagnostic = Diagnostic(
        UNEXPECTED_CHARACTER,
        "strings stand in double quotes",
        f'write `"{text}"`',
        span,
        fixes=replace(span, f'"{text}"', "use double quotes", automatic=True),
    )
    string = made("STRING", f'"{text}"', start(token), stop)
    return Complaint(diagnostic, (string,), taken=_covered(trouble, stop))


def _slashes(trouble: Trouble) -> Complaint | None:
    token = trouble.token
    following = trouble.source.text[start(token) : start(token) + 2]
    if token.type != "BAD" or following not in ("//", "/*"):
        return None
    span = trouble.source.span(start(token), start(token) + 2)
    fixes = replace(span, "#", "use `#`", automatic=True) if following == "//" else ()
    text = f"comments begin with `#`, not with `{following}`"
    remedy = "begin each line of the comment with `#`"
    rest = sum(1 for _ in takewhile(lambda t: t.type != "_NL", trouble.upcoming))
    return Complaint(Diagnostic(UNEXPECTED_CHARACTER, text, remedy, span, fixes=fixes), (), rest)


def _unquoted(trouble: Trouble) -> Complaint | None:
    statement = trouble.statement
    if len(statement) < 2 or statement[1].type != "EQUAL":
        return None
    first = start(statement[2]) if len(statement) > 2 else start(trouble.token)
    match = _PATH.match(trouble.source.text, first)
    if match is None or match.end() <= start(trouble.token):
        return None
    text = match[0].replace("\\", "/")
    if "/" not in text and not _FILE_NAME.fullmatch(text):
        return None
    span = trouble.source.span(first, match.end())
    diagnostic = Diagnostic(
        UNEXPECTED,
        "paths and text stand in double quotes",
        f'write `"{text}"`',
        span,
        fixes=replace(span, f'"{text}"', "put it in double quotes", automatic=True),
    )
    string = made("STRING", f'"{text}"', first, match.end())
    taken = _covered(trouble, match.end())
    return Complaint(diagnostic, (*statement[:2], string), taken, again=True)


def _colon(trouble: Trouble) -> Complaint | None:
    statement = trouble.statement
    if len(statement) < 2 or statement[1].type != "COLON":
        return None
    line = takewhile(lambda t: t.type not in _STATEMENT_ENDS, islice(trouble.upcoming, 64))
    if any(t.type == "LBRACE" for t in line):
        return None
    span = trouble.span(statement[1])
    diagnostic = Diagnostic(
        UNEXPECTED,
        f"`{statement[0]}` and its value are joined by `=`, not by `:`",
        f"write `{statement[0]} = …`",
        span,
        fixes=replace(span, " =", "use `=`", automatic=True),
    )
    equal = made("EQUAL", "=", start(statement[1]), end(statement[1]))
    return Complaint(diagnostic, (statement[0], equal, *statement[2:]), again=True)


def _equal_before_brace(trouble: Trouble) -> Complaint | None:
    tokens = [*trouble.statement, *islice(trouble.upcoming, 2)]
    at = next((i for i, t in enumerate(tokens) if t.type == "EQUAL"), None)
    if not at or tokens[at - 1].type == "COLON" or _types(tokens[at + 1 : at + 2]) != ["LBRACE"]:
        return None
    taken = at + 2 - len(trouble.statement)
    listed = _list_in_braces(trouble, taken)
    if listed is not None:
        return listed
    span = trouble.span(tokens[at])
    diagnostic = Diagnostic(
        UNEXPECTED,
        f"a block takes no `=`: `{tokens[0]}` is followed by `{{`",
        "delete the `=`",
        span,
        fixes=replace(span, "", "delete the `=`", automatic=True),
    )
    return Complaint(diagnostic, (*tokens[:at], tokens[at + 1]), taken, again=True)


def _list_in_braces(trouble: Trouble, taken: int) -> Complaint | None:
    inside = list(takewhile(lambda t: t.type != "RBRACE", islice(trouble.upcoming, taken, 256)))
    plain = [t for t in inside if t.type != "_NL"]
    values = bool(plain) and (plain[0].type in ("STRING", "NUMBER") or "COMMA" in _types(plain[:2]))
    if taken != 1 or not values or taken + len(inside) >= len(trouble.upcoming):
        return None
    opening, closing = trouble.token, trouble.upcoming[taken + len(inside)]
    if closing.type != "RBRACE":
        return None
    edits = (Edit(trouble.span(opening), "["), Edit(trouble.span(closing), "]"))
    diagnostic = Diagnostic(
        UNEXPECTED,
        "a list stands in square brackets",
        "write `[ … ]`",
        trouble.span(opening),
        labels=(Label(trouble.span(closing), "up to here"),),
        fixes=(Fix("use square brackets", edits, automatic=True),),
    )
    brackets = (
        made("LSQB", "[", start(opening), end(opening)),
        *plain,
        made("RSQB", "]", start(closing), end(closing)),
    )
    return Complaint(diagnostic, (*trouble.statement, *brackets), len(inside) + 2, again=True)


def _spaced_unit(trouble: Trouble) -> Complaint | None:
    token, previous = trouble.token, trouble.previous
    if previous is None or "UNIT" not in trouble.accepts or token not in UNITS:
        return None
    gap = trouble.source.span(end(previous), start(token))
    diagnostic = Diagnostic(
        UNEXPECTED,
        "a unit stands directly behind its number",
        f"write `{previous}{token}`",
        trouble.source.span(start(previous), end(token)),
        fixes=replace(gap, "", "delete the blank", automatic=True),
    )
    unit = made("UNIT", str(token), start(token), end(token))
    return Complaint(diagnostic, (unit,), taken=1)


def _missing_comma(trouble: Trouble) -> Complaint | None:
    if "COMMA" not in trouble.accepts or trouble.token.type not in _VALUES:
        return None
    gap = trouble.source.span(trouble.behind, trouble.behind)
    diagnostic = Diagnostic(
        UNEXPECTED,
        f"expected `,` before `{trouble.token}`",
        "separate the values by `,`",
        trouble.span(trouble.token),
        fixes=replace(gap, ",", "insert `,`", automatic=True),
    )
    return Complaint(diagnostic, (made("COMMA", "", trouble.behind, trouble.behind),))


def _wrong_bracket(trouble: Trouble) -> Complaint | None:
    token = trouble.token
    if token.type not in ("RSQB", "RPAR") or not trouble.brackets:
        return None
    opening = trouble.brackets[-1]
    right = OPENING[opening.type]
    if right not in trouble.accepts or CLOSING[token.type] == opening.type:
        return None
    if trouble.upcoming[1].type == right:
        return _stray(trouble)
    sign = "]" if right == "RSQB" else ")"
    diagnostic = Diagnostic(
        UNEXPECTED,
        f"`{opening}` is closed by `{sign}`, not by `{token}`",
        f"write `{sign}`",
        trouble.span(token),
        labels=(Label(trouble.span(opening), "opened here"),),
        fixes=replace(trouble.span(token), sign, f"use `{sign}`", automatic=True),
    )
    return Complaint(diagnostic, (made(right, sign, start(token), end(token)),), taken=1)


def _stray(trouble: Trouble) -> Complaint:
    span = trouble.span(trouble.token)
    fixes = replace(span, "", "delete it")
    text = f"this `{trouble.token}` closes nothing"
    return Complaint(Diagnostic(UNEXPECTED, text, "delete it", span, fixes=fixes), (), taken=1)


def _unclosed_bracket(trouble: Trouble) -> Complaint | None:
    brackets = trouble.brackets
    if not brackets or trouble.token.type not in _STATEMENT_ENDS:
        return None
    closing = [OPENING[b.type] for b in reversed(brackets)]
    if closing[0] not in trouble.accepts:
        return None
    signs = "".join("]" if kind == "RSQB" else ")" for kind in closing)
    at = trouble.behind
    diagnostic = Diagnostic(
        UNCLOSED,
        f"this `{brackets[0]}` is never closed",
        f"add `{signs}`",
        trouble.span(brackets[0]),
        fixes=replace(trouble.source.span(at, at), signs, f"insert `{signs}`"),
    )
    if trouble.previous is not None and trouble.previous.type in ("COMMA", "LSQB", "LPAR"):
        return Complaint(diagnostic)  # more was to come: nobody knows what
    return Complaint(diagnostic, tuple(made(kind, "", at, at) for kind in closing))


def _types(tokens: list[Token]) -> list[str]:
    return [t.type for t in tokens]


def _covered(trouble: Trouble, stop: int) -> int:
    return sum(1 for _ in takewhile(lambda t: start(t) < stop, trouble.upcoming))


SLIPS: tuple[Callable[[Trouble], Complaint | None], ...] = (
    _open_string,
    _other_quotes,
    _slashes,
    _unquoted,
    _colon,
    _equal_before_brace,
    _spaced_unit,
    _missing_comma,
    _wrong_bracket,
    _unclosed_bracket,
)
