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


def parents_first(
    entries: tuple[Entry, ...], outside: tuple[str, ...] = ()
) -> tuple[tuple[Entry, ...], Diagnostics]:
    """Returns entries so that each follows its parent, and a finding for every circle.

    An entry may have the name of its parent if that is one of those `outside` the manifest.
    """
    by_name = by_label(entries)
    order: dict[int, Entry] = {}
    found = []
    for entry in entries:
        line: dict[int, Entry] = {}
        ancestor: Entry | None = entry
        while ancestor is not None and id(ancestor) not in order and id(ancestor) not in line:
            line[id(ancestor)] = ancestor
            ancestor = _parent(ancestor, by_name, outside)
        if ancestor is not None and id(ancestor) in line:
            members = list(line.values())
            found.append(_cycle(members[list(line).index(id(ancestor)) :]))
        order |= dict(reversed(line.items()))
    return tuple(order.values()), tuple(found)


def inherit(models: tuple[Entry, ...], whole: bool) -> tuple[tuple[Entry, ...], Diagnostics]:
    """Returns models with everything they inherit, and what is wrong with their parents.

    Where the file is not `whole`, an unknown parent may stand in what was lost: nothing is said.
    """
    order, circles = parents_first(models)
    found = list(circles)
    names = by_label(models)
    merged: dict[str, Entry] = {}
    results: dict[int, Entry] = {}
    for model in order:
        parent = model.parent
        entry = model
        if parent is not None and parent.text in merged:
            entry = merge(merged[parent.text], model)
        elif parent is not None:
            entry = evolve(model, complete=False)
            found += [_unknown(parent, names)] if whole and parent.text not in names else []
        if model.label is not None:
            merged[model.label.text] = entry
        results[id(model)] = entry
    return tuple(results[id(m)] for m in models), tuple(found)


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


def _parent(entry: Entry, by_name: Mapping[str, Entry], outside: tuple[str, ...]) -> Entry | None:
    name = entry.parent.text if entry.parent is not None else ""
    parent = by_name.get(name)
    return None if parent is entry and name in outside else parent


def _cycle(circle: list[Entry]) -> Diagnostic:
    start = circle.index(min(circle, key=lambda e: e.span))
    first, *others = circle = circle[start:] + circle[:start]
    names = [e.label.text for e in circle if e.label is not None]
    text = f"`{first.kind.name} {names[0]}` inherits from itself: {' : '.join([*names, names[0]])}"
    labels = tuple(Label(e.span, "on the way") for e in others)
    place = first.parent.span if first.parent is not None else first.span
    return Diagnostic(CYCLE, text, "remove one of these parents", place, labels=labels)


def _unknown(parent: Name, by_name: Mapping[str, Entry]) -> Diagnostic:
    text = f"there is no model `{parent.text}`"
    meant = closest(parent.text, by_name)
    if meant is None:
        remedy = f"the models are {listed(by_name)}"
        return Diagnostic(UNKNOWN_PARENT, text, remedy, parent.span)
    fixes = (Fix(f"write `{meant}`", (Edit(parent.span, meant),)),)
    return Diagnostic(UNKNOWN_PARENT, text, f"did you mean `{meant}`?", parent.span, fixes=fixes)
