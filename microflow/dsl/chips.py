"""The chips of a manifest: built-in ones, and those that its ``target`` blocks derive from them."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve

from microflow.diag import Diagnostic, Diagnostics, Edit, Fix, Rule
from microflow.dsl.ast import Name
from microflow.dsl.inherit import parents_first
from microflow.dsl.memories import with_memories
from microflow.dsl.read import Entry, by_label
from microflow.dsl.suggest import closest, listed
from microflow.dsl.values import Given
from microflow.targets import Target, chip_names, core_names, load_target, target_names

UNKNOWN_TARGET = Rule(
    "MF2013",
    "unknown-target",
    """
There is no such chip

A target is a chip that the compiler knows, or a `target` block of the manifest that derives from
one. `mflowc targets` lists the chips.

```mflow
targets = [nrf52480]         # wrong: did you mean `nrf52840`?
targets = [nrf52840]
```

A chip that is missing can be described as one with the same core, with its own memories:

```mflow
target board : nrf52840 {
  memory flash { size = 512KiB }
  memory ram   { size = 128KiB }
}
```
""",
)


def resolve_targets(
    entries: tuple[Entry, ...], whole: bool
) -> tuple[dict[str, Target], Diagnostics]:
    """Returns the chips that ``target`` blocks define, by name, and what is wrong with them.

    Where the file is not `whole`, an unknown parent may stand in what was lost: nothing is said.
    """
    if not entries:
        return {}, ()
    names = by_label(entries)
    order, circles = parents_first(entries, target_names())
    targets: dict[str, Target] = {}
    found = list(circles)
    for entry in order:
        if entry.parent is None or entry.label is None:
            continue  # the header's own finding says so
        base = find_target(entry.parent.text, targets)
        if base is None:
            known = entry.parent.text in names or not whole
            found += [] if known else [unknown_target(entry.parent, names)]
            continue
        targets[entry.label.text], findings = _changed(base, entry)
        found.extend(findings)
    return {name: targets[name] for name in names if name in targets}, tuple(found)


def find_target(name: str, declared: Mapping[str, Target]) -> Target | None:
    """Returns the chip `name`: of the manifest, else a built-in one."""
    if name in declared:
        return declared[name]
    known = name in chip_names() or name in core_names()
    return load_target(name) if known else None


def unknown_target(reference: Name | Given[str], declared: Mapping[str, object]) -> Diagnostic:
    """Returns the finding that there is no chip of this name."""
    name = reference.text if isinstance(reference, Name) else reference.value
    known = [*declared, *(t for t in target_names() if t not in declared)]
    text = f"there is no target `{name}`"
    meant = closest(name, known)
    if meant is None:
        remedy = f"the targets are {listed(known)}"
        return Diagnostic(UNKNOWN_TARGET, text, remedy, reference.span)
    fixes = (Fix(f"write `{meant}`", (Edit(reference.span, meant),)),)
    return Diagnostic(UNKNOWN_TARGET, text, f"did you mean `{meant}`?", reference.span, fixes=fixes)


def _changed(target: Target, entry: Entry) -> tuple[Target, Diagnostics]:
    """The target that a block describes: `target` with another name, and what the block says."""
    changed, found = with_memories(target, entry.named("memory"))
    clock = entry.values["clock"].value if "clock" in entry.values else target.clock
    name = entry.label.text if entry.label is not None else target.name
    return evolve(changed, name=name, clock=clock), found
