"""Inheritance: who descends from whom, and what a model takes from its parent."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve

from microflow.diag import Diagnostic, Diagnostics, Edit, Fix, Label, Rule
from microflow.dsl.ast import Name
from microflow.dsl.read import Entry, by_label
from microflow.dsl.suggest import closest, listed

UNKNOWN_PARENT = Rule(
    "MF2014",
    "unknown-parent",
    """
There is no such model to inherit from

Behind the colon stands another model of the manifest. A model takes from its parent everything that
it does not say itself; giving an input replaces all inherited inputs, and likewise for outputs.

```mflow
model fan : wake {                  # needs a `model wake`
  source = "models/fan.tflite"
}
```
""",
)

CYCLE = Rule(
    "MF2015",
    "inheritance-cycle",
    """
Blocks inherit from each other in a circle

Following the parents leads back to the block itself, so there is nothing to begin with.

```mflow
model a : b { }
model b : a { }        # wrong
```

Remove the parent of one of them.
""",
)


def cycle(circle: list[Entry]) -> Diagnostic | None:
    """Returns the finding that each of `circle` inherits from the next, and the last from the first.

    None where the circle does not begin with its first block in the file: one finding is enough.
    """
    first, parent = circle[0], circle[0].parent
    if parent is None or first.span != min(e.span for e in circle):
        return None
    names = [e.label.text for e in circle if e.label is not None]
    text = f"`{first.kind.name} {names[0]}` inherits from itself: {' : '.join([*names, names[0]])}"
    labels = tuple(Label(e.span, "on the way") for e in circle[1:])
    return Diagnostic(CYCLE, text, "remove one of these parents", parent.span, labels=labels)


def inherit(models: tuple[Entry, ...], whole: bool) -> tuple[tuple[Entry, ...], Diagnostics]:
    """Returns models with everything they inherit, and what is wrong with their parents.

    Where the file is not `whole`, an unknown parent may stand in what was lost: nothing is said.
    """
    by_name = by_label(models)
    merged, found = [], []
    for model in models:
        line, finding = _lineage(model, by_name)
        if finding is not None and (whole or finding.rule is CYCLE):
            found.append(finding)
        entry = line[-1]
        for heir in reversed(line[:-1]):
            entry = merge(entry, heir)
        orphan = line[-1].parent is not None
        merged.append(evolve(entry, complete=False) if orphan else entry)
    return tuple(merged), tuple(found)


def merge(parent: Entry, heir: Entry) -> Entry:
    """Returns `heir` with what it does not say taken from `parent`."""
    own = {e.kind.name for e in heir.blocks}
    blocks: list[Entry] = []
    for entry in parent.blocks:
        same = heir.named(entry.kind.name)
        if entry.kind.name not in own:
            blocks.append(entry)
        elif not entry.kind.repeated:
            blocks.extend(merge(entry, s) for s in same)
    blocks += [e for e in heir.blocks if e.kind.repeated or not parent.named(e.kind.name)]
    anew = {k.name for k in heir.kind.keys if k.about in heir.mentioned}
    kept = {name: value for name, value in parent.values.items() if name not in anew}
    return evolve(
        heir,
        values={**kept, **heir.values},
        blocks=tuple(blocks),
        mentioned=parent.mentioned | heir.mentioned,
        complete=parent.complete and heir.complete,
    )


def _lineage(
    model: Entry, by_name: Mapping[str, Entry]
) -> tuple[tuple[Entry, ...], Diagnostic | None]:
    line = [model]
    while (parent := line[-1].parent) is not None:
        if parent.text not in by_name:
            return tuple(line), _unknown(parent, by_name) if len(line) == 1 else None
        ancestor = by_name[parent.text]
        if ancestor is model:
            return tuple(line), cycle(line)
        if ancestor in line:  # a circle further up, which its own members report
            break
        line.append(ancestor)
    return tuple(line), None


def _unknown(parent: Name, by_name: Mapping[str, Entry]) -> Diagnostic:
    text = f"there is no model `{parent.text}`"
    meant = closest(parent.text, by_name)
    if meant is None:
        remedy = f"the models are {listed(by_name)}"
        return Diagnostic(UNKNOWN_PARENT, text, remedy, parent.span)
    fixes = (Fix(f"write `{meant}`", (Edit(parent.span, meant),)),)
    return Diagnostic(UNKNOWN_PARENT, text, f"did you mean `{meant}`?", parent.span, fixes=fixes)
