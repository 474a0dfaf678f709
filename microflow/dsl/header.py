"""Checks what stands before a block's brace: its label and its parent."""

from __future__ import annotations

from microflow.diag import Diagnostic, Diagnostics, Edit, Fix, Rule, Span
from microflow.dsl.ast import Block, Name, Text
from microflow.dsl.kinds import Kind
from microflow.dsl.symbols import check_identifier
from microflow.dsl.types import unknown_choice

WRONG_HEADER = Rule(
    "MF2017",
    "wrong-header",
    """
A block's label or parent is missing, or there is one too many

A block begins with its kind. Kinds that may stand several times have a label, which is a word
without quotes; `target` and `model` may name a parent behind a colon, and a target must, because it
takes everything it does not say from a chip that the compiler knows.

```mflow
model { }                        # wrong: which name?
model "wake" { }                 # wrong: a label takes no quotes
target board { }                 # wrong: which chip?
budget small { }                 # wrong: a model has one budget
```

```mflow
model wake { }
target board : nrf52840 { }
budget { }
```
""",
)


def read_header(kind: Kind, block: Block) -> tuple[Name | None, Diagnostics]:
    """Returns the label of `block`, and what its header has wrong."""
    if not block.whole:
        return None, ()
    label, found = _label(kind, block)
    return label, (*found, *_parent(kind, block))


def _label(kind: Kind, block: Block) -> tuple[Name | None, Diagnostics]:
    labels = block.labels
    most = 1 if kind.label else 0
    if len(labels) > most:
        extra = labels[most].span
        text = f"`{kind.name}` takes {'one label' if most else 'no label'}"
        fix = Fix("delete it", (Edit(extra, ""),))
        return None, (Diagnostic(WRONG_HEADER, text, "delete this", extra, fixes=(fix,)),)
    if not most:
        return None, ()
    if not labels:
        return None, (_unlabelled(kind, block),)
    label = labels[0]
    if not isinstance(label, Name):
        return None, (_no_word(kind, label.span, label.value if isinstance(label, Text) else ""),)
    return label, _check_label(kind, label)


def _check_label(kind: Kind, label: Name) -> Diagnostics:
    if kind.labels and not kind.open:
        known = label.text in kind.labels
        return () if known else (unknown_choice(kind.name, label.text, label.span, kind.labels),)
    return check_identifier(kind.label, label.text, label.span) if kind.symbol else ()


def _unlabelled(kind: Kind, block: Block) -> Diagnostic:
    example = kind.labels[0] if kind.labels else "NAME"
    text = f"`{kind.name}` has no label: it needs the name of {kind.label}"
    return Diagnostic(WRONG_HEADER, text, f"write `{kind.name} {example} {{ … }}`", block.name.span)


def _no_word(kind: Kind, span: Span, text: str) -> Diagnostic:
    plain = text.isidentifier() and text.isascii()
    fixes = (Fix(f"write `{text}`", (Edit(span, text),), automatic=True),) if plain else ()
    found = f"the label of `{kind.name}` is a word, without quotes"
    remedy = f"write `{kind.name} {text if fixes else 'NAME'} {{ … }}`"
    return Diagnostic(WRONG_HEADER, found, remedy, span, fixes=fixes)


def _parent(kind: Kind, block: Block) -> Diagnostics:
    if block.parent is not None and not kind.parent:
        text = f"`{kind.name}` inherits from nothing"
        return (Diagnostic(WRONG_HEADER, text, "delete the colon and the name", block.parent.span),)
    if block.parent is None and kind.parent_required:
        text = f"this {kind.name} does not say which chip it is"
        remedy = f"write `{kind.name} NAME : CHIP {{ … }}`"
        return (Diagnostic(WRONG_HEADER, text, remedy, block.name.span),)
    return ()
