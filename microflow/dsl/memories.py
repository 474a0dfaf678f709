"""The memories of a target: those of its chip, narrowed, and further ones."""

from __future__ import annotations

from attrs import evolve

from microflow.diag import Diagnostic, Diagnostics, Edit, Fix, Label, Rule, Severity
from microflow.dsl.ast import Name
from microflow.dsl.read import Entry
from microflow.dsl.sections import NOT_A_SECTION, is_filled
from microflow.dsl.suggest import closest, listed
from microflow.dsl.values import Given
from microflow.targets import Region, Target

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

NEW_MEMORY = Rule(
    "MF2025",
    "new-memory",
    """
A memory that the chip does not have needs a kind and a size

Every chip has `flash` and `ram`. A block with another name describes a further memory, of which
nothing is known: whether constants lie in it (`flash`) or variables (`ram`), and how large it is.
That the kind must be said also shows that the name is meant, and no slip of the pen.

```mflow
target board : atsamv71 {
  memory dtcm { size = 128KiB }                # wrong: which kind?
  memory dtcm { kind = ram; size = 128KiB }    # right
  memory qspi { kind = flash; size = 8MiB }    # right
}
```
""",
)

MEMORY_KIND = Rule(
    "MF2026",
    "memory-kind",
    """
A memory can't change its kind

`flash` holds constants and `ram` holds variables on every chip, and a memory that a target takes
over from its parent keeps its kind.

```mflow
memory ram  { kind = flash }                 # wrong
memory qspi { kind = flash; size = 8MiB }    # right: a name of its own
```
""",
)

OVERLAP = Rule(
    "MF2027",
    "memories-overlap",
    """
Two memories share addresses

From their origins and sizes, two memories of the same kind have addresses in common. What they
share would be counted twice, and a model that seems to fit may not.

```mflow
memory ram  { origin = 0x2000_0000; size = 256KiB }
memory dtcm { kind = ram; origin = 0x2000_0000; size = 64KiB }    # wrong: a part of `ram`
```

Narrow one of them to what the other leaves.
""",
    Severity.WARNING,
)


def with_memories(target: Target, entries: tuple[Entry, ...]) -> tuple[Target, Diagnostics]:
    """Returns `target` with what ``memory`` blocks say of it, and what is wrong with them."""
    found: list[Diagnostic] = []
    for entry in entries:
        region, findings = _region(target, entry)
        found.extend(findings)
        target = target if region is None else _with(target, region)
    return target, (*found, *_overlaps(target, entries))


def _region(target: Target, entry: Entry) -> tuple[Region | None, Diagnostics]:
    """The memory that a block describes; None where too little is known of it."""
    label, values = entry.label, entry.values
    if label is None:
        return None, ()
    there = target.region(label.text)
    if there is None:
        findings = _incomplete(target, entry, label)
        if "kind" not in values or "size" not in values:
            return None, findings
        there = Region(label.text, values["kind"].value, values["size"].value)
    else:
        findings = _changed(there, target, entry)
    size = values["size"].value if "size" in values else there.size
    origin = values["origin"].value if "origin" in values else there.origin
    return evolve(there, size=size, origin=origin), findings


def _with(target: Target, region: Region) -> Target:
    if region.name == "flash":
        return evolve(target, flash=region.size, flash_origin=region.origin)
    if region.name == "ram":
        return evolve(target, ram=region.size, ram_origin=region.origin)
    memories = {memory.name: memory for memory in (*target.memories, region)}
    return evolve(target, memories=tuple(memories.values()))


def _incomplete(target: Target, entry: Entry, label: Name) -> Diagnostics:
    if is_filled(label.text):
        text = f"the compiler fills the section `.{label.text}` itself"
        return (Diagnostic(NOT_A_SECTION, text, "give the memory another name", label.span),)
    missing = [key for key in ("kind", "size") if key not in entry.mentioned]
    if not missing or not entry.complete:
        return ()
    text = f"`{label.text}` is no memory of `{target.name}`: a new one needs {listed(missing)}"
    meant = closest(label.text, [r.name for r in target.regions]) if "kind" in missing else None
    lines = {"kind": "`kind = ram` or `kind = flash`", "size": "`size = 64KiB` or what it has"}
    remedy = "add " + ", and ".join(lines[key] for key in missing)
    if meant is None:
        return (Diagnostic(NEW_MEMORY, text, remedy, label.span),)
    fixes = (Fix(f"write `{meant}`", (Edit(label.span, meant),)),)
    help_ = f"did you mean `{meant}`? Otherwise {remedy}"
    return (Diagnostic(NEW_MEMORY, text, help_, label.span, fixes=fixes),)


def _changed(there: Region, target: Target, entry: Entry) -> Diagnostics:
    kind, size = entry.values.get("kind"), entry.values.get("size")
    found: list[Diagnostic] = []
    if kind is not None and kind.value != there.kind:
        text = f"`{there.name}` of `{target.name}` is of kind {there.kind}, not {kind.value}"
        fixes = (Fix(f"write `{there.kind}`", (Edit(kind.span, there.kind),)),)
        remedy = f"write `{there.kind}` or nothing, or give another memory another name"
        found.append(Diagnostic(MEMORY_KIND, text, remedy, kind.span, fixes=fixes))
    return (*found, *(_more(there, size, target) if size is not None else ()))


def _more(there: Region, size: Given[int], target: Target) -> Diagnostics:
    if there.size is None or size.value <= there.size:
        return ()
    text = f"`{there.name}` is {size.value} bytes; `{target.name}` has {there.size}"
    remedy = f"give at most {there.size}B, or derive from a chip that has more"
    fix = Fix(f"write `{there.size}B`", (Edit(size.span, f"{there.size}B"),))
    return (Diagnostic(MORE_THAN_THE_CHIP, text, remedy, size.span, fixes=(fix,)),)


def _overlaps(target: Target, entries: tuple[Entry, ...]) -> Diagnostics:
    """A finding for each memory among `entries` that overlaps one before it, or one of the chip."""
    places = {e.label.text: e.label.span for e in entries if e.label is not None}
    before = [r for r in target.regions if r.name not in places]
    found = []
    for region in (r for name in places if (r := target.region(name)) is not None):
        other = next((r for r in before if _overlap(region, r)), None)
        before.append(region)
        if other is None:
            continue
        at = places.get(other.name)
        labels = () if at is None else (Label(at, f"`{other.name}`"),)
        text = f"`{region.name}` and `{other.name}` share addresses"
        remedy = f"correct `origin` or `size` of one of them: `{other.name}` is {_range(other)}"
        found.append(Diagnostic(OVERLAP, text, remedy, places[region.name], labels=labels))
    return tuple(found)


def _range(region: Region) -> str:
    assert region.origin is not None and region.size is not None
    return f"0x{region.origin:08x} to 0x{region.origin + region.size - 1:08x}"


def _overlap(one: Region, other: Region) -> bool:
    if one.kind != other.kind:
        return False
    if one.origin is None or other.origin is None or one.size is None or other.size is None:
        return False
    return one.origin < other.origin + other.size and other.origin < one.origin + one.size
