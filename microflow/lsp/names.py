"""Names of a manifest's targets, memories, arenas and models: where they are defined and used."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.diag import Edit, Span
from microflow.dsl.ast import Attribute, Block, Document, Items, Name, Statement, only
from microflow.dsl.symbols import is_identifier
from microflow.lsp.document import holds
from microflow.targets import target_names

_DEFINED = ("target", "arena", "model", "memory")
_RENAMED = ("target", "arena", "model")


@frozen
class Occurrence:
    """A name where it stands; `block` is the place of the whole block that defines it."""

    kind: str
    name: str
    span: Span
    block: Span | None = None


def occurrences(document: Document) -> tuple[Occurrence, ...]:
    """Returns every definition and every use, in the order of the text."""
    found = (o for block in only(document.statements, Block) for o in _of_block(block))
    return tuple(sorted(found, key=lambda o: o.span))


def occurrence_at(document: Document, line: int, column: int) -> Occurrence | None:
    """Returns the name at a place, which counts from 1."""
    return next((o for o in occurrences(document) if holds(o.span, line, column)), None)


def same(document: Document, one: Occurrence) -> tuple[Occurrence, ...]:
    """Returns all definitions and uses of what `one` names."""
    every = occurrences(document)
    return tuple(o for o in every if (o.kind, o.name) == (one.kind, one.name))


def renamable(document: Document, one: Occurrence) -> bool:
    """Tells whether the manifest itself gives what `one` names its name."""
    defined = any(o.block is not None for o in same(document, one))
    return one.kind in _RENAMED and defined


def rename(document: Document, one: Occurrence, name: str) -> tuple[Edit, ...] | str:
    """Returns the edits that give what `one` names another name, or why it can't have it."""
    if not is_identifier(name):
        return f"{name!r} is no C identifier, or a word of C or C++"
    taken = {o.name for o in occurrences(document) if o.kind == one.kind and o.block is not None}
    if name != one.name and name in taken:
        return f"there is another {one.kind} `{name}`"
    if one.kind == "target" and name in target_names():
        return f"`{name}` is a built-in chip"
    return tuple(Edit(o.span, name) for o in same(document, one))


def _of_block(block: Block) -> Iterator[Occurrence]:
    kind = block.name.text
    label = block.labels[0] if block.labels else None
    own = label.text if isinstance(label, Name) else ""
    if kind in _DEFINED and isinstance(label, Name):
        yield Occurrence(kind, own, label.span, block.span)
    if kind == "on" and isinstance(label, Name):
        yield Occurrence("target", own, label.span)
    if block.parent is not None and block.parent.text != own and kind in _DEFINED:
        yield Occurrence(kind, block.parent.text, block.parent.span)
    for statement in block.body:
        yield from _of_statement(kind, statement)


def _of_statement(kind: str, statement: Statement) -> Iterator[Occurrence]:
    if isinstance(statement, Block):
        yield from _of_block(statement)
    if not isinstance(statement, Attribute):
        return
    used = {("model", "targets"): "target", ("model", "arena"): "arena"}
    used |= {("place", "weights"): "memory", ("place", "arena"): "memory"}
    what = used.get((kind, statement.name.text))
    values = statement.value.values if isinstance(statement.value, Items) else (statement.value,)
    if what is not None:
        yield from (Occurrence(what, v.text, v.span) for v in values if isinstance(v, Name))
