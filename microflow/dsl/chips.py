"""The chips of a manifest: built-in ones, and those that its ``target`` blocks derive from them."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve

from microflow.diag import Diagnostic, Diagnostics, Edit, Fix, Rule, Severity
from microflow.dsl.ast import Name
from microflow.dsl.inherit import cycle
from microflow.dsl.read import Entry, by_label
from microflow.dsl.suggest import closest, listed
from microflow.dsl.values import Given
from microflow.targets import Target, load_target, target_names

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

MORE_THAN_THE_CHIP = Rule(
    "MF2024",
    "memory-exceeds-chip",
    """
The target claims more memory than its chip has

A `memory` block narrows what the chip offers, for example behind a bootloader. This one is larger
than the chip's memory, so a model that fits the target may not fit the chip.

```mflow
target uno : atmega328p {
  memory ram { size = 4KiB }      # the chip has 2 KiB
}
```

Correct the size, or derive from the chip that has it. With external memory, the warning is void.
""",
    Severity.WARNING,
)


def resolve_targets(entries: tuple[Entry, ...]) -> tuple[dict[str, Target], Diagnostics]:
    """Returns the chips that ``target`` blocks define, by name, and what is wrong with them."""
    by_name = by_label(entries)
    targets: dict[str, Target] = {}
    found: list[Diagnostic] = []
    for name in by_name:
        target, findings = _resolve(name, by_name)
        found.extend(findings)
        if target is not None:
            targets[name] = target
    return targets, tuple(found)


def find_target(name: str, declared: Mapping[str, Target]) -> Target | None:
    """Returns the chip `name`: of the manifest, else a built-in one."""
    if name in declared:
        return declared[name]
    return load_target(name) if name in target_names() else None


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


def _resolve(name: str, by_name: Mapping[str, Entry]) -> tuple[Target | None, Diagnostics]:
    line = [by_name[name]]
    while (parent := line[-1].parent) is not None:
        ancestor = by_name.get(parent.text)
        if ancestor is line[-1] and parent.text in target_names():  # the built-in of this name
            ancestor = None
        if ancestor is None:
            return _derive(line, parent, by_name)
        if ancestor in line:
            finding = cycle(line) if ancestor is line[0] else None
            return None, (finding,) if finding is not None else ()
        line.append(ancestor)
    return None, ()  # the header's own finding says that the chip is missing


def _derive(
    line: list[Entry], chip: Name, by_name: Mapping[str, Entry]
) -> tuple[Target | None, Diagnostics]:
    if chip.text not in target_names():
        return None, (unknown_target(chip, by_name),) if len(line) == 1 else ()
    target, found = load_target(chip.text), ()
    for entry in reversed(line):
        target, found = _changed(target, entry)
    return target, found  # those of the parents are reported with the parents


def _changed(target: Target, entry: Entry) -> tuple[Target, Diagnostics]:
    changes: dict[str, object] = {"name": entry.label.text if entry.label else target.name}
    found: list[Diagnostic] = []
    if "clock" in entry.values:
        changes["clock"] = entry.values["clock"].value
    for memory in entry.named("memory"):
        kind = memory.label.text if memory.label is not None else ""
        if "size" in memory.values and kind in ("flash", "ram"):
            size = memory.values["size"]
            changes[kind] = size.value
            found.extend(_more(kind, size, target.flash if kind == "flash" else target.ram, target))
        if "origin" in memory.values and kind in ("flash", "ram"):
            changes[f"{kind}_origin"] = memory.values["origin"].value
    return evolve(target, **changes), tuple(found)


def _more(kind: str, size: Given[int], there: int | None, target: Target) -> Diagnostics:
    if there is None or size.value <= there:
        return ()
    text = f"`{kind}` is {size.value} bytes; `{target.name}` has {there}"
    remedy = f"give at most {there}B, or derive from a chip that has more"
    fix = Fix(f"write `{there}B`", (Edit(size.span, f"{there}B"),))
    return (Diagnostic(MORE_THAN_THE_CHIP, text, remedy, size.span, fixes=(fix,)),)
