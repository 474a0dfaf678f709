"""The formatter: works on the token stream, so it keeps every comment and every token."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import evolve, frozen
from lark import Token

from microflow.diag import Diagnostic, Diagnostics, Rule
from microflow.dsl.text import MAX_BYTES, source_of, too_long
from microflow.dsl.tokens import CLOSING, MAX_DEPTH, OPENING, end, start, tokens

_INDENT = "  "
_WIDEST = 100  # beyond it nothing is aligned
_NO_BLANK_BEFORE = ("COMMA", "_SEMI", "RSQB", "RPAR", "UNIT")
_NO_BLANK_AFTER = ("LSQB", "LPAR")

REFUSED = Rule(
    "MF1015",
    "format-refused",
    """
Formatting would change the meaning

The formatter compares the tokens before and after, and leaves the file alone where they differ.
That is a mistake of the formatter, not of the file.

Please report it with the file. Until then, the file can be laid out by hand, or left as it is:

```mflow
key = value
```
""",
)


@frozen
class _Line:
    """A line: indentation depth, text before the `=` that is aligned, rest, trailing comment."""

    depth: int
    key: str
    rest: str
    comment: str = ""

    @property
    def text(self) -> str:
        return _INDENT * self.depth + self.key + self.rest if self.key or self.rest else ""


def format_text(text: str) -> str:
    """Returns `text` laid out anew: unchanged where its tokens would not stay the same."""
    return format_source(text, "")[0]


def format_source(text: str, path: str) -> tuple[str, Diagnostics]:
    r"""Returns `text` laid out anew, or unchanged with a finding where its tokens would change.

    Two blanks a level, one blank around `=`, `=` and trailing comments aligned in runs of lines, at
    most one empty line. Lines are neither joined nor split; \r\n stays where it was used.
    """
    if len(text) > MAX_BYTES:
        return text, (too_long(len(text), path),)
    lines = _aligned([_line(row, depth) for row, depth in _rows(tokens(text))])
    newline = "\r\n" if "\r\n" in text else "\n"
    return checked(text, "".join(line + newline for line in _spaced(lines)), path)


def checked(text: str, formatted: str, path: str) -> tuple[str, Diagnostics]:
    """Returns `formatted` if it has the tokens of `text`, else `text` with a finding."""
    if _signature(text) == _signature(formatted):
        return formatted, ()
    found = "formatting would change the meaning of the file, so it was left alone"
    remedy = "leave the file as it is, and report the mistake with it"
    return text, (Diagnostic(REFUSED, found, remedy, source_of(text, path).span(0, 0)),)


def _signature(text: str) -> list[tuple[str, str]]:
    kept: list[tuple[str, str]] = []
    for token in tokens(text):
        newline = token.type == "_NL"
        if token.type == "BLANK" or (newline and (not kept or kept[-1][0] == "_NL")):
            continue
        value = "" if newline else token.rstrip() if token.type == "COMMENT" else str(token)
        kept.append((token.type, value))
    return kept[:-1] if kept and kept[-1][0] == "_NL" else kept


def _rows(every: Sequence[Token]) -> list[tuple[list[Token], int]]:
    rows: list[tuple[list[Token], int]] = []
    row: list[Token] = []
    depth = 0
    for token in (*every, Token("_NL", "")):
        if token.type == "BLANK":
            continue
        if token.type != "_NL":
            row.append(token)
            continue
        closers = next((i for i, t in enumerate(row) if t.type not in CLOSING), len(row))
        rows.append((row, min(MAX_DEPTH, max(0, depth - closers))))
        for t in row:
            depth = max(0, depth + (t.type in OPENING) - (t.type in CLOSING))
        row = []
    return rows


def _line(row: list[Token], depth: int) -> _Line:
    comment = row[-1].rstrip() if row and row[-1].type == "COMMENT" else ""
    solid = row[:-1] if comment else row
    if not solid:
        return _Line(depth, "", comment)
    keyed = [t.type for t in solid[:2]] == ["NAME", "EQUAL"]
    key = str(solid[0]) if keyed else ""
    rest = solid[1:] if keyed else solid
    text = "".join(_gap(a, b) + b for a, b in zip((None, *rest), rest, strict=False))
    return _Line(depth, key, text, comment)


def _gap(before: Token | None, token: Token) -> str:
    if before is None:
        return ""
    if "BAD" in (before.type, token.type):
        return "" if end(before) == start(token) else " "
    call = (before.type, token.type) == ("NAME", "LPAR")
    tight = call or token.type in _NO_BLANK_BEFORE or before.type in _NO_BLANK_AFTER
    return "" if tight else " "


def _aligned(lines: list[_Line]) -> list[str]:
    keyed: list[_Line] = []
    for run in _runs(lines, lambda line: bool(line.key)):
        width = max(len(line.key) for line in run) + 1
        width = width if width <= _WIDEST else 0
        keyed += [evolve(x, key=x.key.ljust(width or len(x.key) + 1)) if x.key else x for x in run]
    texts: list[str] = []
    for run in _runs(keyed, lambda line: bool(line.comment)):
        width = max(len(line.text) for line in run) + 2
        width = width if width <= _WIDEST else 0
        texts += [_commented(x, width) for x in run]
    return texts


def _commented(line: _Line, width: int) -> str:
    text = line.text
    return text.ljust(width or len(text) + 2) + line.comment if line.comment else text


def _runs(lines: list[_Line], has: Callable[[_Line], bool]) -> list[list[_Line]]:
    """Returns `lines` in groups: neighbours of one depth that have what is to be aligned."""
    runs: list[list[_Line]] = []
    for line in lines:
        last = runs[-1][-1] if runs else None
        if last is not None and has(last) and has(line) and last.depth == line.depth:
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs


def _spaced(texts: list[str]) -> list[str]:
    kept: list[str] = []
    for text in texts:
        if text or (kept and kept[-1]):
            kept.append(text)
    return kept[:-1] if kept and not kept[-1] else kept
