"""Do the models of a target fit into its memories, each alone and all of them together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from attrs import frozen

from microflow.diag import Diagnostic, Diagnostics, Label, Rule
from microflow.rules.budget import Need, peak
from microflow.targets import Region, chip_names, load_target

OVER_CHIP = Rule(
    "MF5002",
    "over-chip",
    """The model needs more memory than the chip has

The target says how much flash and RAM the chip has, and how large its other memories are. The model
alone needs more of one of them.

Remedy: choose a larger chip as target, place weights or arena in another memory, or make the model
smaller.
""",
)

TOGETHER = Rule(
    "MF5003",
    "together-over-chip",
    """The models of a target together need more memory than the chip has

Each model fits, but all models that the manifest compiles for the target do not fit beside each
other. Constants add up, and so do arenas, unless models share one; the code of a kernel is there
once, and of all stacks only the deepest counts, because one model runs at a time.

    model wake { targets = [nrf52840]; arena = shared }
    model fan  { targets = [nrf52840]; arena = shared }

Remedy: the message lists who takes what. Let models that are never in use at the same time share an
arena, place weights or arenas in another memory, or choose a larger chip.
""",
)

OVER_ARENA = Rule(
    "MF5004",
    "over-arena",
    """A model needs more than the arena that it shares may take

The `size` of a shared arena is the most that it may take. The array in the generated C is as large
as its largest user needs, which here is more.

    arena shared { size = 48KiB }      # the model needs 49,664 bytes

Remedy: raise the size to what the message says, give the model an arena of its own, or make it
smaller.
""",
)


@frozen
class Taker:
    """What takes `bytes` of a memory, and for which models.

    `what` is code, constants, weights, arena, state, variables or stack. `arena` is the name of the
    shared one.
    """

    what: str
    models: tuple[str, ...]
    bytes: int
    arena: str | None = None

    @property
    def estimated(self) -> bool:
        """Tells whether the bytes come from measured tables; the others are exact."""
        return self.what in ("code", "stack")


@frozen
class Use:
    """What lies in a memory of a target."""

    region: Region
    takers: tuple[Taker, ...]

    @property
    def bytes(self) -> int:
        """What is taken, in bytes."""
        return sum(taker.bytes for taker in self.takers)

    @property
    def over(self) -> int:
        """How many bytes there are too few; 0 where all is well."""
        return 0 if self.region.size is None else max(self.bytes - self.region.size, 0)


def memory_uses(needs: Sequence[Need]) -> tuple[Use, ...]:
    """Returns what models of one target take of each of its memories, together."""
    takers = [*_code(needs), *_constants(needs), *_arenas(needs), *_states(needs)]
    takers += [*_variables(needs), *_stack(needs)]
    regions = needs[0].target.regions if needs else ()
    return tuple(Use(r, tuple(t for name, t in takers if name == r.name)) for r in regions)


def check_memory(need: Need) -> Diagnostics:
    """Returns a diagnostic for each memory, and a shared arena, that is too small for one model."""
    over = (use for use in memory_uses([need]) if use.over)
    return (*_over_arena(need), *(_over_chip(need, use) for use in over))


def check_together(needs: Sequence[Need]) -> Diagnostics:
    """Returns a diagnostic for each memory that is too small for all models of one target.

    Nothing is said of a memory that is too small for one of them.
    """
    known = {use.region.name for need in needs for use in memory_uses([need]) if use.over}
    over = (u for u in memory_uses(needs) if u.over and u.region.name not in known)
    return tuple(_together(needs, use) for use in over)


def _code(needs: Sequence[Need]) -> Iterator[tuple[str, Taker]]:
    """Models of a target are one translation unit: a kernel's code is there once."""
    uses = Counter(kernel for need in needs for kernel in need.kernels)
    measured = needs[0].target.core.sizes.kernels if needs else {}
    again = sum((n - 1) * measured[k].code for k, n in uses.items() if k in measured)
    code = sum(need.sizes.flash_bytes - need.sizes.constant_bytes for need in needs) - again
    yield "flash", Taker("code", tuple(need.model.name for need in needs), code)


def _constants(needs: Sequence[Need]) -> Iterator[tuple[str, Taker]]:
    for need in needs:
        place, models = need.model.place.weights_on(need.target), (need.model.name,)
        moved = 0 if place == "flash" else need.weight_bytes
        yield "flash", Taker("constants", models, need.sizes.constant_bytes - moved)
        if moved:
            yield place, Taker("weights", models, moved)


def _arenas(needs: Sequence[Need]) -> Iterator[tuple[str, Taker]]:
    """A shared arena is there once, as large as its largest user needs."""
    groups: dict[tuple[bool, str], list[Need]] = {}
    for need in needs:
        arena = need.model.arena
        key = (False, need.model.name) if arena is None else (True, arena.label.value)
        groups.setdefault(key, []).append(need)
    for (shared, name), users in groups.items():
        place = users[0].model.place.arena_on(users[0].target)
        largest = max(user.sizes.arena_bytes for user in users)
        models = tuple(user.model.name for user in users)
        yield place, Taker("arena", models, largest, name if shared else None)


def _states(needs: Sequence[Need]) -> Iterator[tuple[str, Taker]]:
    """What models keep from one inference to the next lies beside their arenas, never shared."""
    for need in needs:
        if need.sizes.state_bytes:
            place = need.model.place.arena_on(need.target)
            yield place, Taker("state", (need.model.name,), need.sizes.state_bytes)


def _variables(needs: Sequence[Need]) -> Iterator[tuple[str, Taker]]:
    for need in needs:
        sizes = need.sizes
        others = sizes.ram_bytes - sizes.arena_bytes - sizes.state_bytes - sizes.stack_bytes
        if others:
            yield "ram", Taker("variables", (need.model.name,), others)


def _stack(needs: Sequence[Need]) -> Iterator[tuple[str, Taker]]:
    if needs:
        deepest = max(needs, key=lambda need: need.sizes.stack_bytes)
        yield "ram", Taker("stack", (deepest.model.name,), deepest.sizes.stack_bytes)


def _over_arena(need: Need) -> Iterator[Diagnostic]:
    model, needed = need.model, need.sizes.arena_bytes
    arena = model.arena
    if arena is None or arena.size is None or needed <= arena.size.value:
        return
    name, limit = arena.label.value, arena.size.value
    labels = (
        () if model.arena_span is None else (Label(model.arena_span, "the model uses it here"),)
    )
    yield Diagnostic(
        OVER_ARENA,
        f"model '{model.name}' needs {needed:,} bytes of arena '{name}' on {need.target.name}, "
        f"{needed - limit:,} more than its size of {limit:,}",
        f"raise the size to at least {needed}B, or give the model an arena of its own",
        span=arena.size.span,
        labels=labels,
        notes=(peak(need.plan),),
    )


def _over_chip(need: Need, use: Use) -> Diagnostic:
    model, region = need.model, use.region
    notes = [f"{_words(taker)}: {taker.bytes:,} bytes" for taker in use.takers]
    if any(taker.what == "arena" for taker in use.takers):
        notes.append(peak(need.plan))
    return Diagnostic(
        OVER_CHIP,
        f"model '{model.name}' needs {use.bytes:,} bytes of {_shown(region)}; {need.target.name} "
        f"has {region.size:,}, {use.over:,} fewer",
        _remedy([need], use),
        span=model.source_span,
        notes=tuple(notes),
    )


def _together(needs: Sequence[Need], use: Use) -> Diagnostic:
    region, (first, *others) = use.region, needs
    labels = (Label(n.model.source_span, f"model '{n.model.name}'") for n in others)
    return Diagnostic(
        TOGETHER,
        f"the {len(needs)} models on {first.target.name} together need {use.bytes:,} bytes of "
        f"{_shown(region)}; it has {region.size:,}, {use.over:,} fewer",
        _remedy(needs, use),
        span=first.model.source_span,
        labels=tuple(labels),
        notes=tuple(f"{_words(taker)}: {taker.bytes:,} bytes" for taker in use.takers),
    )


def _remedy(needs: Sequence[Need], use: Use) -> str:
    """What would make it fit: sharing, another memory, a larger chip."""
    arenas = [taker for taker in use.takers if taker.what == "arena"]
    sharing = "share an arena between models that are never in use at the same time"
    ways = [sharing] if len(arenas) > 1 else []
    ways += [way for taker in use.takers if (way := _elsewhere(needs, taker, use))][:2]
    smaller = f"make the model{'s' if len(needs) > 1 else ''} smaller"
    chips = _larger_chips(needs)
    if use.region.name not in ("flash", "ram"):
        return ", or ".join((*ways, smaller))
    if chips:
        return ", or ".join((*ways, f"choose a larger chip ({chips} would hold it)", smaller))
    return ", or ".join((*ways, f"{smaller}: no chip that is built in would hold it"))


def _elsewhere(needs: Sequence[Need], taker: Taker, use: Use) -> str:
    """Another memory that has room for what can be moved, in words; "" where there is none."""
    key = {"arena": "arena", "weights": "weights", "constants": "weights"}.get(taker.what)
    if key is None or (key == "weights" and needs[0].target.core.separate_program_memory):
        return ""
    room = [
        other.region.name
        for other in memory_uses(needs)
        if other.region.kind == use.region.kind and other.region != use.region
        if other.region.size is None or other.bytes + taker.bytes <= other.region.size
    ]
    owner = f"arena '{taker.arena}'" if taker.arena else f"'{taker.models[0]}'"
    return f"place the {key} of {owner} in `{room[0]}`" if room else ""


def _larger_chips(needs: Sequence[Need]) -> str:
    """The smallest built-in chips that would hold all of it in flash and RAM; "" for none."""
    taken = {"flash": 0, "ram": 0}
    for use in memory_uses(needs):
        taken[use.region.kind] += use.bytes
    chips = [load_target(name) for name in chip_names()]
    limited = ((c.ram, c.flash, c.name) for c in chips if c.ram is not None)
    fitting = sorted(
        (ram, name)
        for ram, flash, name in limited
        if ram >= taken["ram"] and (flash is None or flash >= taken["flash"])
    )
    return ", ".join(name for _, name in fitting[:4])


def _words(taker: Taker) -> str:
    """Who takes it, in words."""
    names = " and ".join(f"'{name}'" for name in taker.models)
    if taker.arena is not None:
        return f"arena '{taker.arena}' of {names}"
    estimated = " (estimated)" if taker.estimated else ""
    return f"{taker.what} of {names}{estimated}"


def _shown(region: Region) -> str:
    return "RAM" if region.name == "ram" else region.name
