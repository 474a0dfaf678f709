"""Reads blocks by the schema's table: which names are known, where they stand, and their values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from microflow.diag import Diagnostic, Diagnostics, Edit, Fix, Label, Rule, Span
from microflow.dsl.ast import Attribute, Bare, Block, Document, Name, Statement
from microflow.dsl.header import read_header
from microflow.dsl.kinds import Kind
from microflow.dsl.schema import FILE, USE
from microflow.dsl.strays import WRONG_FORM, bare, no_block, no_key, word_with_equal
from microflow.dsl.suggest import closest
from microflow.dsl.values import Given

DUPLICATE = Rule(
    "MF2003",
    "duplicate",
    """
A key or block is given twice

Within a block every key has one value, and blocks of a kind differ by their labels. The first one
holds; the second may be a leftover, or meant for another block.

```mflow
model wake {
  optimize = ram
  optimize = flash      # wrong
}
```

Delete one of the two.
""",
)


@frozen
class Entry:
    """A block, read: its label, its values, the blocks inside.

    `mentioned` holds the name of every statement, as it was meant; `complete` tells that none was
    lost to a mistake.
    """

    kind: Kind
    block: Block
    label: Name | None
    parent: Name | None
    values: Mapping[str, Given[Any]] = field(factory=dict)
    blocks: tuple[Entry, ...] = ()
    mentioned: frozenset[str] = frozenset()
    complete: bool = True

    @property
    def span(self) -> Span:
        """The place of the label, else of the word that opens the block."""
        return self.label.span if self.label is not None else self.block.name.span

    def named(self, kind: str) -> tuple[Entry, ...]:
        """Returns the blocks of one kind inside this one."""
        return tuple(e for e in self.blocks if e.kind.name == kind)


def by_label(entries: tuple[Entry, ...]) -> dict[str, Entry]:
    """Returns entries by their labels, in order."""
    return {e.label.text: e for e in entries if e.label is not None}


def read_document(document: Document) -> tuple[tuple[Entry, ...], Diagnostics]:
    """Returns the blocks at the top level, and what their names and values have wrong."""
    nowhere = Span(document.path, 1, 1, 1, 1)
    name = Name(FILE.name, nowhere)
    whole = Block(name, (), None, document.statements, nowhere, nowhere, nowhere)
    found: list[Diagnostic] = []
    entry = _read_body(Entry(FILE, whole, None, None), found)
    return entry.blocks, tuple(found)


def used_paths(document: Document) -> tuple[Given[str], ...]:
    """Returns the paths of the manifests that a manifest uses, as they are written."""
    bare = (s for s in document.statements if isinstance(s, Bare) and s.name.text == USE.name)
    return tuple(path for s in bare if (path := _path(FILE, s)) is not None)


def _read_body(entry: Entry, found: list[Diagnostic]) -> Entry:
    kind, body = entry.kind, entry.block.body
    values: dict[str, Given[Any]] = {}
    blocks: list[Entry] = []
    seen: dict[tuple[str, str], Span] = {}
    for statement in body:
        if _is_duplicate(kind, statement, seen, found):
            continue
        if isinstance(statement, Attribute):
            _read_attribute(kind, statement, values, found)
        elif isinstance(statement, Block):
            blocks.extend(_read_block(kind, statement, found))
        elif isinstance(statement, Bare):
            found.extend(_read_bare(kind, statement))
    return Entry(
        kind,
        entry.block,
        entry.label,
        entry.parent,
        values,
        tuple(blocks),
        frozenset(_meant(kind, s.name.text) for s in body if s.name is not None),
        all(s.name is not None for s in body),
    )


def _meant(kind: Kind, name: str) -> str:
    known = [k.name for k in kind.keys]
    return name if name in known else closest(name, known) or name


def _is_duplicate(
    kind: Kind, statement: Statement, seen: dict[tuple[str, str], Span], found: list[Diagnostic]
) -> bool:
    identity = _identity(kind, statement)
    if identity is None:
        return False
    first = seen.setdefault(identity, statement.span)
    if first == statement.span:
        return False
    found.append(
        Diagnostic(
            DUPLICATE,
            f"`{' '.join(identity).strip()}` is given twice",
            "delete one of the two",
            _head(statement) if isinstance(statement, Block) else statement.span,
            labels=(Label(first, "first given here"),),
            fixes=(Fix("delete this one", (Edit(statement.span, ""),)),),
        )
    )
    return True


def _identity(kind: Kind, statement: Statement) -> tuple[str, str] | None:
    """Returns what tells a known key or block from others of its block: its name and label."""
    if isinstance(statement, Attribute):
        name = statement.name.text
        return (name, "") if kind.key(name) is not None else None
    if isinstance(statement, Bare):
        path = _path(kind, statement)
        return None if path is None else (statement.name.text, path.value)
    block = kind.block(statement.name.text) if isinstance(statement, Block) else None
    if block is None or not isinstance(statement, Block):
        return None
    label = statement.labels[0] if statement.labels else None
    if not block.repeated:
        return block.name, ""
    return (block.name, label.text) if isinstance(label, Name) else None


def _head(block: Block) -> Span:
    return block.labels[0].span if block.labels else block.name.span


def _read_attribute(
    kind: Kind, statement: Attribute, values: dict[str, Given[Any]], found: list[Diagnostic]
) -> None:
    name = statement.name
    key = kind.key(name.text)
    if kind.word(name.text) is not None:
        found.append(word_with_equal(statement))
        return
    if key is None:
        found.append(no_key(kind, name))
        return
    value, findings = key.type.read(key.name, statement.value)
    found.extend(findings)
    if value is not None:
        values[key.name] = Given(value, statement.value.span)


def _read_block(kind: Kind, block: Block, found: list[Diagnostic]) -> tuple[Entry, ...]:
    inner = kind.block(block.name.text)
    if inner is None:
        if block.whole:
            found.append(no_block(kind, block))
        return ()
    label, findings = read_header(inner, block)
    found.extend(findings)
    entry = _read_body(Entry(inner, block, label, block.parent), found)
    return (entry,)


def _path(kind: Kind, statement: Bare) -> Given[str] | None:
    """The path behind a word such as `use`; None where it is no such statement, or none to read."""
    word = kind.word(statement.name.text)
    if word is None or len(statement.labels) != 1:
        return None
    value, _ = word.type.read(word.name, statement.labels[0])
    return None if value is None else Given(value, statement.labels[0].span)


def _read_bare(kind: Kind, statement: Bare) -> Diagnostics:
    word = kind.word(statement.name.text)
    if word is None:
        return (bare(kind, statement),)
    if len(statement.labels) == 1:
        _, found = word.type.read(word.name, statement.labels[0])
        return found
    text = f"`{word.name}` takes one value, not {len(statement.labels)}"
    remedy = f"write `{word.name} {word.type.example}`, one line for each"
    return (Diagnostic(WRONG_FORM, text, remedy, statement.span),)
