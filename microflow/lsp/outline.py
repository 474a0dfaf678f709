"""The shape of a manifest: its symbols, what folds, what a selection grows to, and its links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import isabs

from attrs import frozen

from microflow.diag import Span
from microflow.dsl.ast import Attribute, Bare, Block, Items, Name, Statement, Text, only
from microflow.dsl.paths import resolve
from microflow.dsl.tokens import start
from microflow.lsp.document import Document, holds

_LINKS = {"model": "source", "input": "frontend", "verify": "vectors"}


@frozen
class Symbol:
    """A block or a key: its word, its label, the places of all of it and of its name."""

    kind: str
    name: str
    span: Span
    name_span: Span
    children: tuple[Symbol, ...] = ()


@frozen
class Link:
    """A path that leads to a file."""

    span: Span
    path: str


def symbols(document: Document) -> tuple[Symbol, ...]:
    """Returns the blocks of a manifest with what is in them."""
    return _symbols(document.syntax.statements)


def folds(document: Document) -> tuple[tuple[int, int, bool], ...]:
    """Returns first and last line of what folds, from 1, and whether it is a comment."""
    blocks = [(s.opening.line, s.closing.line - 1) for s in _blocks(document.syntax.statements)]
    lists = [
        (k.value.span.line, k.value.span.end_line - 1)
        for k in _attributes(document.syntax.statements)
        if isinstance(k.value, Items)
    ]
    kept = {(first, last, False) for first, last in (*blocks, *lists) if last > first}
    return tuple(sorted(kept | set(_comments(document))))


def selection(document: Document, offset: int) -> tuple[Span, ...]:
    """Returns what a selection at `offset` grows to, the smallest first."""
    here = document.source.span(offset, offset)
    spans = [document.source.span(0, len(document.text))]
    found = _around(document.syntax.statements, here.line, here.column)
    for span in (*found, *_words(document, offset)):
        if span != spans[-1]:
            spans.append(span)
    return tuple(reversed(spans))


def uses(document: Document) -> tuple[Link, ...]:
    """Returns the manifests that the manifest uses."""
    return tuple(
        Link(word.labels[0].span, resolve(word.labels[0].value, document.path))
        for word in only(document.syntax.statements, Bare)
        if word.name.text == "use" and word.labels and isinstance(word.labels[0], Text)
    )


def links(document: Document) -> tuple[Link, ...]:
    """Returns the files that the manifest names, with paths as the compiler reads them."""
    found = [*uses(document)]
    for block in _blocks(document.syntax.statements):
        for key in only(block.body, Attribute):
            named = _LINKS.get(block.name.text) == key.name.text
            if named and isinstance(key.value, Text) and key.value.value.strip():
                found.append(Link(key.value.span, resolve(key.value.value, document.path)))
    return tuple(link for link in found if isabs(link.path))


def _symbols(statements: Iterable[Statement]) -> tuple[Symbol, ...]:
    return tuple(_symbol(s) for s in statements if isinstance(s, Block | Attribute) and s.name.text)


def _symbol(statement: Block | Attribute) -> Symbol:
    word = statement.name.text
    if isinstance(statement, Attribute):
        return Symbol("key", word, statement.span, statement.name.span)
    label = statement.labels[0] if statement.labels else None
    children = _symbols(statement.body)
    if isinstance(label, Name):
        return Symbol(word, label.text, statement.span, label.span, children)
    return Symbol(word, word, statement.span, statement.name.span, children)


def _blocks(statements: Iterable[Statement]) -> Iterator[Block]:
    for statement in statements:
        if isinstance(statement, Block):
            yield statement
            yield from _blocks(statement.body)


def _attributes(statements: Iterable[Statement]) -> Iterator[Attribute]:
    for block in _blocks(statements):
        yield from only(block.body, Attribute)


def _comments(document: Document) -> Iterator[tuple[int, int, bool]]:
    """Runs of lines that are comments alone."""
    lines = [
        here.line
        for token in document.tokens
        if token.type == "COMMENT"
        and (here := document.source.span(start(token), start(token)))
        and not document.line(here.line)[: here.column - 1].strip()
    ]
    first = previous = None
    for line in (*lines, None):
        if first is not None and previous is not None and line != previous + 1:
            if previous > first:
                yield first, previous, True
            first = None
        first = line if first is None else first
        previous = line


def _around(statements: Iterable[Statement], line: int, column: int) -> Iterator[Span]:
    statement = next((s for s in statements if holds(s.span, line, column)), None)
    if statement is None:
        return
    yield statement.span
    if isinstance(statement, Block):
        yield from _around(statement.body, line, column)
    if isinstance(statement, Attribute):
        value = statement.value
        inner = value.values if isinstance(value, Items) else ()
        yield from (v.span for v in (value, *inner) if holds(v.span, line, column))


def _words(document: Document, offset: int) -> Iterator[Span]:
    kinds = ("NAME", "NUMBER", "STRING", "COMMENT")
    for token in document.tokens:
        at = start(token)
        if token.type in kinds and at <= offset <= at + len(token):
            yield document.source.span(at, at + len(token))
            return
