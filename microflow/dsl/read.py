"""Reads blocks by the schema's table: which names are known, where they stand, and their values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from microflow.diag import Diagnostic, Diagnostics, Edit, Fix, Label, Rule, Span
from microflow.dsl.ast import Attribute, Bare, Block, Document, Name, Number, Statement
from microflow.dsl.header import read_header
from microflow.dsl.schema import FILE, Kind
from microflow.dsl.suggest import closest, listed
from microflow.dsl.values import Given

UNKNOWN_KEY = Rule(
    "MF2001",
    "unknown-key",
    """
The block has no such key

Every kind of block has its own keys. The message names the key that was probably meant, or the
block in which the key belongs.

```mflow
model wake {
  sorce = "models/wake.tflite"     # wrong: did you mean `source`?
  ram   = 24KiB                    # wrong: belongs in `budget`
}
```
""",
)

UNKNOWN_BLOCK = Rule(
    "MF2002",
    "unknown-block",
    """
There is no such block here

At the top level stand `target`, `arena` and `model`; targets and models have blocks of their own.

```mflow
modell wake { }                 # wrong: did you mean `model`?
budget { flash = 64KiB }        # wrong here: belongs in a `model`
```
""",
)

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

WRONG_FORM = Rule(
    "MF2022",
    "wrong-form",
    """
A key written as a block, or a block written as a key

A key takes a value behind `=`; a block takes statements in braces.

```mflow
budget = 64KiB                   # wrong: `budget` is a block
source { }                       # wrong: `source` is a key
source "models/wake.tflite"      # wrong: the `=` is missing
```

```mflow
budget { flash = 64KiB }
source = "models/wake.tflite"
```
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
            found.append(_bare(kind, statement))
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
            statement.span if isinstance(statement, Attribute) else _head(statement),
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
    block = kind.block(statement.name.text) if isinstance(statement, Block) else None
    if block is None or not isinstance(statement, Block):
        return None
    label = statement.labels[0] if statement.labels else None
    if not block.repeated:
        return block.name, ""
    return (block.name, label.text) if isinstance(label, Name) else None


def _head(statement: Statement) -> Span:
    name = statement.name
    label = statement.labels[:1] if isinstance(statement, Block) else ()
    return label[0].span if label else name.span if name is not None else statement.span


def _read_attribute(
    kind: Kind, statement: Attribute, values: dict[str, Given[Any]], found: list[Diagnostic]
) -> None:
    name = statement.name
    key = kind.key(name.text)
    if key is None:
        found.append(_no_key(kind, name))
        return
    value, findings = key.type.read(key.name, statement.value)
    found.extend(findings)
    if value is not None:
        values[key.name] = Given(value, statement.value.span)


def _read_block(kind: Kind, block: Block, found: list[Diagnostic]) -> tuple[Entry, ...]:
    inner = kind.block(block.name.text)
    if inner is None:
        if block.whole:
            found.append(_no_block(kind, block))
        return ()
    label, findings = read_header(inner, block)
    found.extend(findings)
    entry = _read_body(Entry(inner, block, label, block.parent), found)
    return (entry,)


def _no_key(kind: Kind, name: Name) -> Diagnostic:
    if kind.block(name.text) is not None:
        text = f"`{name.text}` is a block, not a key"
        return Diagnostic(WRONG_FORM, text, f"write `{name.text} {{ … }}`", name.span)
    text = f"`{name.text}` is no key of `{kind.name}`"
    return _unknown(UNKNOWN_KEY, text, kind, name, [k.name for k in kind.keys])


def _no_block(kind: Kind, block: Block) -> Diagnostic:
    name = block.name
    key = kind.key(name.text)
    if key is not None:
        text = f"`{name.text}` is a key, not a block"
        remedy = f"write `{name.text} = {key.type.example}`"
        return Diagnostic(WRONG_FORM, text, remedy, name.span)
    text = f"`{name.text}` is no block of `{kind.name}`"
    return _unknown(UNKNOWN_BLOCK, text, kind, name, [b.name for b in kind.blocks])


def _unknown(rule: Rule, text: str, kind: Kind, name: Name, known: list[str]) -> Diagnostic:
    homes = _homes(name.text)
    meant = None if homes else closest(name.text, known)
    if meant is not None:
        fixes = (Fix(f"write `{meant}`", (Edit(name.span, meant),)),)
        return Diagnostic(rule, text, f"did you mean `{meant}`?", name.span, fixes=fixes)
    what = "keys" if rule is UNKNOWN_KEY else "blocks"
    if homes:
        remedy = f"`{name.text}` belongs in {' or '.join(f'`{h}`' for h in homes)}"
    elif known:
        remedy = f"the {what} of `{kind.name}` are {listed(known)}"
    else:
        blocks = listed(b.name for b in kind.blocks)
        remedy = f"`{kind.name}` has no {what}" + (f", only the blocks {blocks}" if blocks else "")
    return Diagnostic(rule, text, remedy, name.span)


def _homes(name: str) -> list[str]:
    return [k.name for k in FILE.walk() if k.key(name) is not None or k.block(name) is not None]


def _bare(kind: Kind, statement: Bare) -> Diagnostic:
    name, labels = statement.name, statement.labels
    key = kind.key(name.text)
    if key is not None and len(labels) == 1 and not isinstance(labels[0], Number):
        at = labels[0].span
        before = Span(at.path, at.line, at.column, at.line, at.column)
        fix = Fix("insert `=`", (Edit(before, "= "),))
        text = f"`{name.text}` is not followed by `=`"
        remedy = f"write `{name.text} = …`"
        return Diagnostic(WRONG_FORM, text, remedy, statement.span, fixes=(fix,))
    if key is not None:
        text = f"`{name.text}` has no value"
        remedy = f"write `{name.text} = {key.type.example}`"
        return Diagnostic(WRONG_FORM, text, remedy, statement.span)
    if kind.block(name.text) is not None:
        at = statement.span
        behind = Span(at.path, at.end_line, at.end_column, at.end_line, at.end_column)
        fix = Fix("insert `{ }`", (Edit(behind, " { }"),))
        text = f"the block `{name.text}` has no braces"
        return Diagnostic(WRONG_FORM, text, "add `{ … }`", statement.span, fixes=(fix,))
    return _no_key(kind, name) if kind.keys else _no_block_word(kind, name)


def _no_block_word(kind: Kind, name: Name) -> Diagnostic:
    text = f"`{name.text}` is no statement of a {kind.name}"
    return _unknown(UNKNOWN_BLOCK, text, kind, name, [b.name for b in kind.blocks])
