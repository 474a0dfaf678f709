"""The token stream: what the lexer sees, and what of it the parser gets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from lark import Lark, Token

from microflow.diag import Diagnostic, Rule
from microflow.dsl.text import Source
from microflow.resources import resource

BLANKS = ("BLANK", "COMMENT")
OPENING = {"LBRACE": "RBRACE", "LSQB": "RSQB", "LPAR": "RPAR"}
CLOSING = {closing: opening for opening, closing in OPENING.items()}
MAX_DEPTH = 32
_LABELS = ("NAME", "NUMBER", "STRING")
_LONGEST_HEADER = 4

NESTED = Rule(
    "MF1009",
    "nested-too-deeply",
    f"""
Brackets are nested too deeply

More than {MAX_DEPTH} brackets stand open at once. No manifest needs more than four, so the file is
something else, or closing brackets are missing throughout.

```mflow
labels = ["yes", "no"]        # one level
```

Close each bracket on the level on which it was opened.
""",
)


class _KeepAll:
    """Keeps terminals that no rule uses, so that blanks and mistakes become tokens."""

    always_accept = ("BLANK", "COMMENT", "OPEN_STRING", "QUOTED", "BAD")

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        return stream


@cache
def grammar() -> Lark:
    """Returns the parser's tables; building them takes some 40 ms, once a process."""
    text = resource("grammar/mflow.lark").read_text("utf-8")
    keep: object = _KeepAll()
    return Lark(
        text,
        parser="lalr",
        lexer="basic",
        maybe_placeholders=False,
        postlex=keep,
    )


def tokens(text: str) -> list[Token]:
    """Returns every token of `text`; their texts together are `text`."""
    return list(grammar().lex(text))


def made(kind: str, text: str, start: int, end: int) -> Token:
    """Returns a token that stands for the characters from `start` up to `end`."""
    return Token(kind, text, start_pos=start, end_pos=end)


def start(token: Token) -> int:
    """Returns the offset of `token`'s first character."""
    assert token.start_pos is not None
    return token.start_pos


def end(token: Token) -> int:
    """Returns the offset behind `token`."""
    assert token.end_pos is not None
    return token.end_pos


def significant(all_tokens: Sequence[Token]) -> list[Token]:
    """Returns the tokens that the parser gets.

    Blanks and comments go, as do newlines inside brackets, unless the next line plainly starts a
    statement: then the bracket was forgotten, and the mistake is on the line above. Of several
    newlines one stays.
    """
    solid = [t for t in all_tokens if t.type not in BLANKS]
    kept: list[Token] = []
    brackets: list[str] = []
    for i, token in enumerate(solid):
        if token.type == "_NL":
            if i + 1 < len(solid) and solid[i + 1].type == "_NL":
                continue
            if brackets and not _starts_anew(solid, i, brackets[-1]):
                continue
        _follow(brackets, token.type)
        kept.append(token)
    return kept


def starts_statement(following: Sequence[Token]) -> bool:
    """Tells whether tokens plainly start a statement: ``name =`` or ``kind label {``."""
    if not following or following[0].type != "NAME":
        return False
    i = 1
    while i < min(len(following), _LONGEST_HEADER) and following[i].type in _LABELS:
        i += 1
    if i + 1 < len(following) and following[i].type == "COLON":
        i += 2
    if i >= len(following):
        return False
    return following[i].type == "LBRACE" or (i == 1 and following[i].type == "EQUAL")


def too_deep(all_tokens: Sequence[Token], source: Source) -> Diagnostic | None:
    """Returns the finding that brackets nest deeper than anyone would write, if they do."""
    depth = 0
    for token in all_tokens:
        depth += (token.type in OPENING) - (depth > 0 and token.type in CLOSING)
        if depth > MAX_DEPTH:
            return Diagnostic(
                NESTED,
                f"more than {MAX_DEPTH} brackets stand open here",
                "close each bracket on the level on which it was opened",
                source.span(start(token), end(token)),
            )
    return None


def _starts_anew(solid: Sequence[Token], newline: int, bracket: str) -> bool:
    following = solid[newline + 1 : newline + 8]
    if not following or following[0].type == "RBRACE":
        return True
    argument = len(following) > 1 and following[1].type == "EQUAL"
    if bracket == "LPAR" and argument:  # named arguments may stand on lines of their own
        return solid[newline - 1].type not in ("COMMA", "LPAR")
    return starts_statement(following)


def _follow(brackets: list[str], kind: str) -> None:
    if kind in ("LSQB", "LPAR"):
        brackets.append(kind)
    elif kind in ("RSQB", "RPAR"):
        del brackets[-1:]
    elif kind in ("LBRACE", "RBRACE", "_NL"):
        brackets.clear()
