"""Where models lie: the memories that ``place`` names, and the arenas that models share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from microflow.diag import Diagnostic, Diagnostics, Edit, Fix, Label, Rule
from microflow.dsl.manifest import ModelDeclaration
from microflow.dsl.read import Entry
from microflow.dsl.suggest import closest, listed
from microflow.dsl.symbols import CLASH
from microflow.dsl.types import CALLER
from microflow.dsl.values import Arena, Given
from microflow.targets import Target

UNKNOWN_MEMORY = Rule(
    "MF2028",
    "unknown-memory",
    """
A target has no memory of this name

`place` names memories of the targets that the model is compiled for. Every chip has `flash` and
`ram`; others are declared in a `target` block. A model with several targets is placed alike on all,
so each of them needs a memory of that name.

```mflow
target board : atsamv71 {
  memory dtcm { kind = ram; size = 128KiB }
}

model wake {
  source  = "models/wake.tflite"
  targets = [board]
  place { arena = dctm }           # wrong: did you mean `dtcm`?
}
```
""",
)

MISPLACED = Rule(
    "MF2029",
    "misplaced",
    """
The memory is of the wrong kind

Weights are constant and stay in a flash; the arena is written in every inference and needs a RAM.
On cores whose constants have an address space of their own, such as AVR, weights can't leave the
`flash` of the chip.

```mflow
place { weights = ram; arena = dtcm }      # wrong: weights are never copied to RAM
place { weights = qspi; arena = dtcm }     # right, with `memory qspi { kind = flash; … }`
```
""",
)

UNKNOWN_ARENA = Rule(
    "MF2030",
    "unknown-arena",
    """
There is no such arena

`arena` names an `arena` block of the manifest, whose memory the model shares with others that are
never in use at the same time.

```mflow
arena shared { size = 48KiB }

model wake {
  source  = "models/wake.tflite"
  targets = [nrf52840]
  arena   = sharde                 # wrong: did you mean `shared`?
}
```

Leave the key out to give the model an arena of its own; `caller` stands for memory that the
application gives.
""",
)

CALLERS_ARENA = Rule(
    "MF2040",
    "callers-arena",
    """
No arena can be called `caller`

`arena = caller` in a model says that the application gives the memory, with `P_set_arena`. The
manifest says nothing more of that memory: its size is the macro `P_ARENA_BYTES`, its alignment
`P_ARENA_ALIGNMENT`. An `arena` block declares one that several models share, and needs another
name.

```mflow
arena caller { size = 48KiB }                 # wrong
model wake { arena = caller }                 # right, without a block
```
""",
)

PLACED_APART = Rule(
    "MF2032",
    "placed-apart",
    """
Models place the arena that they share in different memories

A shared arena is one array, so all its users must place it in the same memory of a target.

```mflow
model wake { arena = shared; place { arena = dtcm } }
model fan  { arena = shared }                          # wrong: in `ram`, where `dtcm` is said above
```

```mflow
model fan  { arena = shared; place { arena = dtcm } }
```
""",
)


def declare_arenas(entries: Iterable[Entry]) -> tuple[dict[str, Arena], Diagnostics]:
    """Returns the arenas of a manifest by name, and what is wrong with their names."""
    arenas: dict[str, Arena] = {}
    found = []
    for entry in (e for e in entries if e.label is not None):
        assert entry.label is not None
        values, name = entry.values, entry.label.text
        align = values["align"].value if "align" in values else 1
        section = values["section"].value if "section" in values else ""
        label = Given(name, entry.label.span)
        arenas[name] = Arena(label, values.get("size"), align, section)
        if name == CALLER:
            text = (
                f"`{CALLER}` stands for memory that the application gives, and is declared nowhere"
            )
            remedy = f"choose another name; `arena = {CALLER}` in a model needs no block"
            found.append(Diagnostic(CALLERS_ARENA, text, remedy, label.span))
    return arenas, tuple(found)


def check_placement(
    models: Sequence[ModelDeclaration], targets: Mapping[str, Target], arenas: Mapping[str, Arena]
) -> Diagnostics:
    """Returns what models say wrongly of arenas and memories of `targets`."""
    found: list[Diagnostic] = []
    for model in models:
        found.extend(_unknown_arena(model, arenas))
        found.extend(_clash(model, arenas))
        used = [targets[t.value] for t in model.targets if t.value in targets]
        for key, kind in (("weights", "flash"), ("arena", "ram")):
            found.extend(_all_misplaced(model, key, kind, used))
    return (*found, *(d for arena in arenas for d in _apart(arena, models, targets)))


def _unknown_arena(model: ModelDeclaration, arenas: Mapping[str, Arena]) -> Diagnostics:
    given = model.arena
    if given is None or given.value in arenas or given.value == CALLER:
        return ()
    text = f"there is no arena `{given.value}`"
    meant = closest(given.value, (*arenas, CALLER))
    if meant is not None:
        fixes = (Fix(f"write `{meant}`", (Edit(given.span, meant),)),)
        remedy = f"did you mean `{meant}`?"
        return (Diagnostic(UNKNOWN_ARENA, text, remedy, given.span, fixes=fixes),)
    declared = f"the arenas are {listed(arenas)}; " if arenas else ""
    remedy = f"{declared}declare it with `arena {given.value} {{ }}`, or leave the key out"
    return (Diagnostic(UNKNOWN_ARENA, text, remedy, given.span),)


def _clash(model: ModelDeclaration, arenas: Mapping[str, Arena]) -> Diagnostics:
    name = model.name.value
    if name not in arenas:
        return ()
    arena = arenas[name].label
    text = f"arena `{name}` and model `{name}` would both define `{name}_arena` in C"
    labels = (Label(model.name.span, f"model `{name}`"),)
    return (Diagnostic(CLASH, text, "rename one of them", arena.span, labels=labels),)


def _all_misplaced(
    model: ModelDeclaration, key: str, kind: str, targets: Sequence[Target]
) -> Diagnostics:
    """The first finding of each place that gives `key`: for all targets, or for one."""
    found: dict[Given[str], Diagnostic] = {}
    for target in targets:
        given: Given[str] | None = getattr(model.place_on(target.name), key)
        wrong = None if given is None else _misplaced(key, kind, given, target)
        if given is not None and wrong is not None:
            found.setdefault(given, wrong)
    return tuple(found.values())


def _misplaced(key: str, kind: str, given: Given[str], target: Target) -> Diagnostic | None:
    region = target.region(given.value)
    if region is None:
        return _unknown_memory(given, target)
    bound = kind == "flash" and target.core.separate_program_memory
    fitting = [r.name for r in target.regions if r.kind == kind]
    fitting = ["flash"] if bound else fitting
    if region.name in fitting:
        return None
    text = f"`{key}` takes a memory of kind {kind}; `{region.name}` is of kind {region.kind}"
    if region.kind == kind:
        text = f"constants can't leave the `flash` of {target.core.name}"
    fixes = tuple(Fix(f"write `{name}`", (Edit(given.span, name),)) for name in fitting)
    remedy = f"choose among {listed(fitting)}" if len(fitting) > 1 else f"write `{fitting[0]}`"
    return Diagnostic(MISPLACED, text, remedy, given.span, fixes=fixes)


def _unknown_memory(given: Given[str], target: Target) -> Diagnostic:
    names = [region.name for region in target.regions]
    text = f"target `{target.name}` has no memory `{given.value}`"
    meant = closest(given.value, names)
    if meant is not None:
        fixes = (Fix(f"write `{meant}`", (Edit(given.span, meant),)),)
        remedy = f"did you mean `{meant}`?"
        return Diagnostic(UNKNOWN_MEMORY, text, remedy, given.span, fixes=fixes)
    remedy = f"its memories are {listed(names)}; declare others in a `target` block"
    return Diagnostic(UNKNOWN_MEMORY, text, remedy, given.span)


def _apart(
    arena: str, models: Sequence[ModelDeclaration], targets: Mapping[str, Target]
) -> Diagnostics:
    """A finding for each model that places `arena` elsewhere than the first one of a target."""
    first: dict[str, ModelDeclaration] = {}
    found: dict[str, Diagnostic] = {}
    for model in (m for m in models if m.arena is not None and m.arena.value == arena):
        for target in (t.value for t in model.targets if t.value in targets):
            other = first.setdefault(target, model)
            if _memory(other, target) != _memory(model, target):
                found.setdefault(model.name.value, _is_apart(arena, target, model, other))
    return tuple(found.values())


def _memory(model: ModelDeclaration, target: str) -> str:
    place = model.place_on(target)
    return place.arena.value if place.arena is not None else "ram"


def _is_apart(
    arena: str, target: str, model: ModelDeclaration, other: ModelDeclaration
) -> Diagnostic:
    here, there = (m.place_on(target).arena or m.name for m in (model, other))
    first = _memory(other, target)
    text = f"arena `{arena}` lies in `{first}` for `{other.name.value}`, but in "
    text += f"`{_memory(model, target)}` for `{model.name.value}`"
    labels = (Label(there.span, f"`{other.name.value}`"),)
    remedy = f"write `place {{ arena = {first} }}`, or take another arena"
    return Diagnostic(PLACED_APART, text, remedy, here.span, labels=labels)
