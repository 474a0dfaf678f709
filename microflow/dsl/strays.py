"""Statements that the schema's table does not know where they stand, or not in their form."""

from __future__ import annotations

from microflow.diag import Diagnostic, Edit, Fix, Rule, Span
from microflow.dsl.ast import Attribute, Bare, Block, Name, Number
from microflow.dsl.kinds import Kind
from microflow.dsl.schema import FILE
from microflow.dsl.suggest import closest, is_plain, listed

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

At the top level stand `target`, `arena` and `model`, besides `use`; targets and models have blocks
of their own.

```mflow
modell wake { }                 # wrong: did you mean `model`?
budget { flash = 64KiB }        # wrong here: belongs in a `model`
```
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
use = "boards.mflow"             # wrong: `use` takes its path without `=`
source "models/wake.tflite"      # wrong: the `=` is missing
```

```mflow
budget { flash = 64KiB }
source = "models/wake.tflite"
use "boards.mflow"
```
""",
)


def no_key(kind: Kind, name: Name) -> Diagnostic:
    """Returns the finding that a block has no key `name`."""
    if kind.block(name.text) is not None:
        text = f"`{name.text}` is a block, not a key"
        return Diagnostic(WRONG_FORM, text, f"write `{name.text} {{ … }}`", name.span)
    text = f"`{name.text}` is no key of `{kind.name}`"
    return _unknown(UNKNOWN_KEY, text, kind, name, [k.name for k in kind.keys])


def no_block(kind: Kind, block: Block) -> Diagnostic:
    """Returns the finding that `block` can not stand in a `kind`."""
    name = block.name
    word = kind.word(name.text)
    if word is not None:
        text = f"`{name.text}` takes no braces"
        remedy = f"write `{name.text} {word.type.example}`"
        return Diagnostic(WRONG_FORM, text, remedy, name.span)
    key = kind.key(name.text)
    if key is not None:
        text = f"`{name.text}` is a key, not a block"
        remedy = f"write `{name.text} = {key.type.example}`"
        return Diagnostic(WRONG_FORM, text, remedy, name.span)
    text = f"`{name.text}` is no block of `{kind.name}`"
    return _unknown(UNKNOWN_BLOCK, text, kind, name, [b.name for b in kind.blocks])


def word_with_equal(statement: Attribute) -> Diagnostic:
    """Returns the finding on an `=` where none belongs, such as behind `use`."""
    name, value = statement.name, statement.value.span
    at = name.span
    between = Span(at.path, at.end_line, at.end_column, value.line, value.column)
    fix = Fix("delete the `=`", (Edit(between, " "),), automatic=True)
    text = f"`{name.text}` takes its value without `=`"
    return Diagnostic(WRONG_FORM, text, f"write `{name.text} …`", name.span, fixes=(fix,))


def _unknown(rule: Rule, text: str, kind: Kind, name: Name, known: list[str]) -> Diagnostic:
    homes = _homes(name.text)
    meant = None if homes else closest(name.text, known)
    if meant is not None:
        sure = is_plain(name.text, known)
        fixes = (Fix(f"write `{meant}`", (Edit(name.span, meant),), automatic=sure),)
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
    homes = (k.name for k in FILE.walk() if k.key(name) or k.block(name) or k.word(name))
    return list(dict.fromkeys(homes))


def bare(kind: Kind, statement: Bare) -> Diagnostic:
    """Returns the finding on a statement of words alone, which is none that `kind` has."""
    name, labels = statement.name, statement.labels
    key = kind.key(name.text)
    if key is not None and len(labels) == 1 and not isinstance(labels[0], Number):
        at = labels[0].span
        before = Span(at.path, at.line, at.column, at.line, at.column)
        fix = Fix("insert `=`", (Edit(before, "= "),), automatic=True)
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
    return no_key(kind, name) if kind.keys else _no_block_word(kind, name)


def _no_block_word(kind: Kind, name: Name) -> Diagnostic:
    text = f"`{name.text}` is no statement of a {kind.name}"
    known = [*(b.name for b in kind.blocks), *(w.name for w in kind.words)]
    return _unknown(UNKNOWN_BLOCK, text, kind, name, known)
