"""Names of targets, memories, arenas, models and ports: where they are defined and used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from attrs import frozen

from microflow.diag import Edit, Span
from microflow.dsl.ast import Attribute, Block, Items, Name, Statement, only
from microflow.dsl.schema import MEMORY
from microflow.dsl.symbols import is_identifier
from microflow.dsl.types import CALLER
from microflow.lsp.document import Document, holds
from microflow.targets import target_names

_PORTS = ("input", "output")
_DEFINED = ("target", "arena", "model", "memory", *_PORTS)
_USES = {
    ("model", "targets"): "target",
    ("model", "arena"): "arena",
    ("place", "weights"): "memory",
    ("place", "arena"): "memory",
}

Manifests: TypeAlias = Sequence[Document]
"""Manifests that are read together: an open one, first, and all that it uses."""


@frozen
class Occurrence:
    """A name where it stands; `block` is the place of the whole block that defines it.

    `model` is that of an input or output, whose name means nothing outside of it.
    """

    kind: str
    name: str
    span: Span
    block: Span | None = None
    model: str = ""


def occurrences(document: Document) -> tuple[Occurrence, ...]:
    """Returns every definition and every use, in the order of the text."""
    found = (o for b in only(document.syntax.statements, Block) for o in _of_block(b, ""))
    return tuple(sorted(found, key=lambda o: o.span))


def occurrence_at(document: Document, line: int, column: int) -> Occurrence | None:
    """Returns the name at a place, which counts from 1."""
    return next((o for o in occurrences(document) if holds(o.span, line, column)), None)


def defined(manifests: Manifests, kind: str) -> dict[str, Occurrence]:
    """Returns the definitions of a kind in manifests that are read together, by name."""
    every = (o for d in manifests for o in occurrences(d) if o.kind == kind)
    return {o.name: o for o in reversed(tuple(every)) if o.block is not None}


def meant(one: Occurrence, every: Sequence[Manifests]) -> tuple[Occurrence, ...]:
    """Returns all definitions and uses of what `one` names.

    `every` has the manifests that are read together with each open one; first those around `one`.
    A file that several of them use has its names in all of them.
    """
    reading = list(every[:1])
    definers = _definers(one, reading) or _definers(one, _holding({one.span.path}, every))
    while definers:
        reading = _holding(definers, every)
        uses = {o.span.path for o in _all(one, reading) if o.block is None}
        more = definers | _definers(one, _holding(uses, every))
        if more == definers:
            break
        definers = more
    found = _all(one, reading)
    return tuple(o for o in found if not one.model or o.span.path == one.span.path)


def renamable(one: Occurrence, same: Sequence[Occurrence]) -> bool:
    """Tells whether manifests give what `one` names its name; `same` are its occurrences."""
    given = any(o.block is not None for o in same)
    return given and not (one.kind == "memory" and one.name in MEMORY.labels)


def rename(
    one: Occurrence, name: str, every: Sequence[Manifests]
) -> dict[str, tuple[Edit, ...]] | str:
    """Returns the edits, by path, that give what `one` names another name, or why it can't be."""
    if not is_identifier(name):
        return f"{name!r} is no C identifier, or a word of C or C++"
    same = meant(one, every)
    clash = "" if name == one.name else _taken(one, name, _reached(same, every))
    if clash:
        return clash
    paths = dict.fromkeys(o.span.path for o in same)
    return {p: tuple(Edit(o.span, name) for o in same if o.span.path == p) for p in paths}


def _taken(one: Occurrence, name: str, reached: Sequence[Document]) -> str:
    if one.kind == "target" and name in target_names():
        return f"`{name}` is a built-in chip"
    if one.kind == "memory" and name in MEMORY.labels:
        return f"`{name}` is a memory of the built-in chips"
    if (one.kind, name) == ("arena", CALLER):
        return f"`{CALLER}` is the application's own memory"
    kinds = _PORTS if one.kind in _PORTS else (one.kind,)
    taken = (
        o.kind
        for d in reached
        for o in occurrences(d)
        if o.name == name
        and o.kind in kinds
        and o.block is not None
        and (not one.model or (o.model == one.model and o.span.path == one.span.path))
    )
    kind = next(taken, None)
    return f"there is another {kind} `{name}`" if kind is not None else ""


def _reached(same: Sequence[Occurrence], every: Sequence[Manifests]) -> list[Document]:
    """The manifests that are read together with one that holds an occurrence."""
    return [d for m in _holding({o.span.path for o in same}, every) for d in m]


def _holding(paths: set[str], every: Sequence[Manifests]) -> list[Manifests]:
    return [m for m in every if any(d.path in paths for d in m)]


def _definers(one: Occurrence, every: Sequence[Manifests]) -> set[str]:
    """The paths of the manifests that define what `one` names."""
    return {o.span.path for o in _all(one, every) if o.block is not None}


def _all(one: Occurrence, every: Sequence[Manifests]) -> tuple[Occurrence, ...]:
    files = {d.path: d for manifests in every for d in manifests}
    return tuple(o for d in files.values() for o in _same(d, one))


def _same(document: Document, one: Occurrence) -> tuple[Occurrence, ...]:
    wanted = (one.kind, one.name, one.model)
    return tuple(o for o in occurrences(document) if (o.kind, o.name, o.model) == wanted)


def _of_block(block: Block, model: str) -> Iterator[Occurrence]:
    kind = block.name.text
    label = block.labels[0] if block.labels else None
    own = label.text if isinstance(label, Name) else ""
    if kind in _DEFINED and isinstance(label, Name):
        yield Occurrence(kind, own, label.span, block.span, model if kind in _PORTS else "")
    if kind == "on" and isinstance(label, Name):
        yield Occurrence("target", own, label.span)
    if block.parent is not None and block.parent.text != own and kind in _DEFINED:
        yield Occurrence(kind, block.parent.text, block.parent.span)
    for statement in block.body:
        yield from _of_statement(kind, statement, own if kind == "model" else model)


def _of_statement(kind: str, statement: Statement, model: str) -> Iterator[Occurrence]:
    if isinstance(statement, Block):
        yield from _of_block(statement, model)
    if not isinstance(statement, Attribute):
        return
    what = _USES.get((kind, statement.name.text))
    values = statement.value.values if isinstance(statement.value, Items) else (statement.value,)
    if what is not None:
        yield from (Occurrence(what, v.text, v.span) for v in values if isinstance(v, Name))
