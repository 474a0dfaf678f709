"""The syntax tree of a manifest: frozen, and every name and value keeps its place."""

from __future__ import annotations

from typing import TypeAlias, TypeVar

from attrs import frozen

from microflow.diag import Edit, Span


@frozen
class Name:
    """A word: a key, a label, a reference or one of several choices."""

    text: str
    span: Span


@frozen
class Number:
    """A number as written in `text`, with the unit behind it; `span` covers both."""

    value: int | float
    text: str
    unit: Name | None
    span: Span


@frozen
class Text:
    """A string; `value` has its escapes resolved."""

    value: str
    span: Span


@frozen
class Range:
    """Two numbers: ``low .. high``."""

    low: Number
    high: Number
    span: Span


@frozen
class Items:
    """A list: ``[a, b, c]``."""

    values: tuple[Value, ...]
    span: Span


@frozen
class Argument:
    """A named argument of a call."""

    name: Name
    value: Value
    span: Span


@frozen
class Call:
    """A word with arguments: ``argmax(threshold = 0.70)``."""

    name: Name
    arguments: tuple[Value | Argument, ...]
    span: Span


Value: TypeAlias = Name | Number | Text | Range | Items | Call
Label: TypeAlias = Name | Number | Text


@frozen
class Attribute:
    """A key with its value."""

    name: Name
    value: Value
    span: Span


@frozen
class Bare:
    """A word with labels alone, such as ``mflow 1``."""

    name: Name
    labels: tuple[Label, ...]
    span: Span


@frozen
class Block:
    """``kind label : parent { body }``. `whole` is False where the header could not be read."""

    name: Name
    labels: tuple[Label, ...]
    parent: Name | None
    body: tuple[Statement, ...]
    span: Span
    opening: Span
    closing: Span
    whole: bool = True


@frozen
class Broken:
    """A statement that could not be read; `name` is its first word, where it has one."""

    name: Name | None
    span: Span


Statement: TypeAlias = Attribute | Bare | Block | Broken


@frozen
class Document:
    """A manifest; `edition` is None where the file does not say, or says what we don't know."""

    path: str
    edition: int | None
    statements: tuple[Statement, ...]

    @property
    def whole(self) -> bool:
        """Tells whether nothing at the top level was lost to a syntax error."""
        return not any(
            isinstance(s, Broken) or (isinstance(s, Block) and not s.whole) for s in self.statements
        )


_S = TypeVar("_S", Attribute, Bare, Block, Broken)


def only(statements: tuple[Statement, ...], kind: type[_S]) -> tuple[_S, ...]:
    """Returns those of `statements` that are of one kind."""
    return tuple(s for s in statements if isinstance(s, kind))


def insertion(block: Block, statement: str) -> Edit:
    """Returns the edit that adds `statement` at the beginning of a block's body."""
    if not block.body:
        at = block.opening
        behind = Span(at.path, at.end_line, at.end_column, at.end_line, at.end_column)
        return Edit(behind, f" {statement}")
    first = block.body[0].span
    before = Span(first.path, first.line, first.column, first.line, first.column)
    if first.line == block.opening.line:
        return Edit(before, f"{statement}; ")
    return Edit(before, f"{statement}\n{' ' * (first.column - 1)}")
