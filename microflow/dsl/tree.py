"""From the parser's tree to the syntax tree: values with their places, escapes resolved."""

from __future__ import annotations

import re
from math import isfinite

from attrs import frozen
from lark import Token, Tree

from microflow.diag import Diagnostic, Diagnostics, Rule, Span
from microflow.dsl.ast import (
    Argument,
    Attribute,
    Bare,
    Block,
    Broken,
    Call,
    Items,
    Label,
    Name,
    Number,
    Range,
    Statement,
    Text,
    Value,
)
from microflow.dsl.text import Source
from microflow.dsl.tokens import end, start

_LARGEST_INTEGER = 1 << 64
_LARGEST_REAL = 1e100
_LONGEST_NUMBER = 128
_ESCAPE = re.compile(r"\\(u\{([0-9A-Fa-f]{1,6})\}|.)")
_FIRST_WORD = re.compile(r"[^\W\d][\w-]*")
_ESCAPES = {'"': '"', "\\": "\\", "n": "\n", "r": "\r", "t": "\t"}

BAD_ESCAPE = Rule(
    "MF1006",
    "bad-escape",
    r"""
A backslash in a string has no meaning here

In strings, a backslash begins one of `\"`, `\\`, `\n`, `\r`, `\t` and `\u{1F600}` (a Unicode
character by its number in hexadecimal).

```mflow
source = "models\wake.tflite"      # wrong: `\w`
source = "models/wake.tflite"      # right: paths use `/` on every system
```

Write `\\` where a backslash is meant.
""",
)

NUMBER_TOO_LARGE = Rule(
    "MF1007",
    "number-too-large",
    """
A number is too large

Integers have at most 64 bits; real numbers lie between -1e100 and 1e100. Nothing that a
microcontroller counts or measures comes near.

```mflow
real = 0.0 .. 1e999       # wrong
real = 0.0 .. 1.0         # right
```
""",
)


def build(tree: Tree[Token], source: Source) -> tuple[tuple[Statement, ...], Diagnostics]:
    """Returns the statements of a parsed file. A statement with a finding of its own is Broken."""
    builder = _Builder(source, [])
    statements = tuple(builder.statement(t) for t in tree.children if isinstance(t, Tree))
    return statements, tuple(builder.found)


@frozen
class _Builder:
    source: Source
    found: list[Diagnostic]

    def statement(self, tree: Tree[Token]) -> Statement:
        match tree.data:
            case "block" | "broken_block":
                return self.block(tree)
            case "broken":
                return Broken(self.first_word(tree), self.span(tree))
        before = len(self.found)
        made = self.attribute(tree) if tree.data == "attribute" else self.bare(tree)
        return made if len(self.found) == before else Broken(made.name, made.span)

    def attribute(self, tree: Tree[Token]) -> Attribute:
        name, _, value = tree.children
        return Attribute(self.name(name), self.value(value), self.span(tree))

    def bare(self, tree: Tree[Token]) -> Bare:
        name, *labels = tree.children
        return Bare(self.name(name), tuple(self.label(x) for x in labels), self.span(tree))

    def block(self, tree: Tree[Token]) -> Block:
        opening = next(i for i, x in enumerate(tree.children) if _is(x, "LBRACE"))
        first, *rest = tree.children[:opening]
        whole = tree.data == "block"
        parents = [x.children[1] for x in rest if isinstance(x, Tree)]
        body = tree.children[opening + 1 : -1]
        word = self.name(first) if whole else self.first_word(tree)
        return Block(
            word or Name("", self.span(first)),
            tuple(self.label(x) for x in rest if isinstance(x, Token)),
            self.name(parents[0]) if parents else None,
            tuple(self.statement(x) for x in body if isinstance(x, Tree)),
            self.span(tree),
            self.span(tree.children[opening]),
            self.span(tree.children[-1]),
            whole,
        )

    def value(self, node: Tree[Token] | Token) -> Value:
        if isinstance(node, Token):
            return self.text(node) if node.type == "STRING" else self.name(node)
        match node.data:
            case "quantity":
                return self.number(node)
            case "range":
                low, _, high = node.children
                return Range(self.number(low), self.number(high), self.span(node))
            case "list":
                return Items(self.values(node.children[1:-1]), self.span(node))
        name, _, *arguments, _ = node.children
        given = tuple(self.argument(x) for x in arguments if not _is(x, "COMMA"))
        return Call(self.name(name), given, self.span(node))

    def values(self, nodes: list[Tree[Token] | Token]) -> tuple[Value, ...]:
        return tuple(self.value(x) for x in nodes if not _is(x, "COMMA"))

    def argument(self, node: Tree[Token] | Token) -> Value | Argument:
        if isinstance(node, Token) or node.data != "argument":
            return self.value(node)
        name, _, value = node.children
        return Argument(self.name(name), self.value(value), self.span(node))

    def label(self, node: Tree[Token] | Token) -> Label:
        assert isinstance(node, Token)
        if node.type == "STRING":
            return self.text(node)
        return self.number(Tree("quantity", [node])) if node.type == "NUMBER" else self.name(node)

    def number(self, node: Tree[Token] | Token) -> Number:
        assert isinstance(node, Tree)
        digits, *unit = node.children
        assert isinstance(digits, Token)
        value = number_value(str(digits))
        if value is None:
            shown = digits if len(digits) <= 20 else f"{digits[:17]}…"
            text = f"the number `{shown}` is too large"
            span = self.span(digits)
            self.found.append(Diagnostic(NUMBER_TOO_LARGE, text, "write a smaller number", span))
        return Number(
            value or 0, str(digits), self.name(unit[0]) if unit else None, self.span(node)
        )

    def text(self, token: Token) -> Text:
        inner = token[1:-1]
        value, at = unescape(inner)
        if at is not None:
            here = start(token) + 1 + at
            text = f"`{inner[at : at + 2]}` has no meaning in a string"
            remedy = r"write `\\` for a backslash; paths use `/`"
            span = self.source.span(here, here + 2)
            self.found.append(Diagnostic(BAD_ESCAPE, text, remedy, span))
        return Text(value, self.span(token))

    def name(self, node: Tree[Token] | Token) -> Name:
        return Name(str(node), self.span(node))

    def first_word(self, tree: Tree[Token]) -> Name | None:
        token = tree.children[0]
        assert isinstance(token, Token)
        match = _FIRST_WORD.match(token)
        if match is None:
            return None
        return Name(match[0], self.source.span(start(token), start(token) + match.end()))

    def span(self, node: Tree[Token] | Token) -> Span:
        first, last = node, node
        while isinstance(first, Tree):
            first = first.children[0]
        while isinstance(last, Tree):
            last = last.children[-1]
        return self.source.span(start(first), end(last))


def number_value(digits: str) -> int | float | None:
    """Returns the value of a number as the grammar writes it, or None where it is too large."""
    plain = digits.replace("_", "")
    if len(plain) > _LONGEST_NUMBER:
        return None
    body = plain.lstrip("+-").lower()
    if body.startswith(("0x", "0b")):
        value: int | float = int(body, 0) * (-1 if plain.startswith("-") else 1)
    elif "." in body or "e" in body:
        value = float(plain)
    else:
        value = int(plain)
    if isinstance(value, int):
        return value if abs(value) < _LARGEST_INTEGER else None
    return value if isfinite(value) and abs(value) <= _LARGEST_REAL else None


def unescape(inner: str) -> tuple[str, int | None]:
    """Returns a string's value, and where its first bad escape stands, if there is one."""
    bad: list[int] = []

    def one(match: re.Match[str]) -> str:
        point = int(match[2], 16) if match[2] else -1
        known = _ESCAPES.get(match[1]) if point < 0 else None
        if known is None and (point < 0 or point > 0x10FFFF or 0xD800 <= point <= 0xDFFF):
            bad.append(match.start())
            return ""
        return known if known is not None else chr(point)

    value = _ESCAPE.sub(one, inner)
    return value, bad[0] if bad else None


def _is(node: Tree[Token] | Token, kind: str) -> bool:
    return isinstance(node, Token) and node.type == kind
