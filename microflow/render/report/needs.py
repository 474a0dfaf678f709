"""What a model needs of each memory, against what its budget and its chip allow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import frozen

from microflow.render.report.facts import Memory, Result, Taker


@frozen
class Part:
    """A share of what is needed, such as the arena's of the RAM."""

    name: str
    amount: float
    estimated: bool


@frozen
class Limit:
    """What there is, and who says so: the budget or the chip."""

    name: str
    amount: float


@frozen
class Need:
    """What is needed of a resource, in `unit`."""

    name: str
    unit: str
    parts: tuple[Part, ...]
    limits: tuple[Limit, ...] = ()

    @property
    def amount(self) -> float:
        """All parts together."""
        return sum(part.amount for part in self.parts)

    @property
    def estimated(self) -> bool:
        """Tells whether any part is an estimate."""
        return any(part.estimated for part in self.parts)

    @property
    def tightest(self) -> float | None:
        """The smallest limit, None where there is none."""
        return min((limit.amount for limit in self.limits), default=None)

    @property
    def over(self) -> bool:
        """Tells whether a limit is exceeded."""
        return self.tightest is not None and self.amount > self.tightest


def needs(result: Result) -> tuple[Need, ...]:
    """Returns the needs of `result`: RAM and flash, stack, and latency where it is known."""
    return (
        *_memories(result, "RAM", "ram", result.budget.ram),
        *_memories(result, "flash", "flash", result.budget.flash),
        Need("stack", "bytes", (_stack(result),), _limits(result.budget.stack, None)),
        *_latency(result),
    )


def together(memories: Sequence[Memory]) -> tuple[Need, ...]:
    """Returns what all models of a target take of each of its memories."""
    used = (memory for memory in memories if memory.takers)
    return tuple(
        Need(m.memory, "bytes", _parts(_named(t) for t in m.takers), _limits(None, m.size))
        for m in used
    )


def fits(result: Result) -> bool:
    """Tells whether nothing exceeds a limit."""
    return not any(need.over for need in needs(result))


def verdict(result: Result) -> str:
    """Returns in a few words whether `result` stays within its limits."""
    found = needs(result)
    over = [need.name for need in found if need.over]
    if over:
        return f"Too large: {', '.join(over)}"
    names = dict.fromkeys(limit.name for need in found for limit in need.limits)
    return f"Fits its {' and its '.join(names)}" if names else "No limits given"


def margin(result: Result) -> str:
    """Returns what is to be known of the estimates; empty where there are none."""
    if not any(need.estimated for need in needs(result)):
        return ""
    words = (
        f"~ marks estimates, from measured kernels; that of code is within {_share(result.margin)}"
    )
    if result.latency_us is not None and result.cycle_margin is not None:
        words += f", that of latency within {_share(result.cycle_margin)}"
    return words


def _share(part: float) -> str:
    return f"{100 * part:.0f} %"


def _memories(result: Result, name: str, kind: str, budget: int | None) -> Iterator[Need]:
    """The need of all memories of a kind, then, where there are several, that of each."""
    used = [(m, parts) for m in result.memories if m.kind == kind and (parts := _own(result, m))]
    chip = used[0][0].size if len(used) == 1 else None
    every = _parts(part for _, parts in used for part in parts)
    yield Need(name, "bytes", every, _limits(budget, chip))
    if len(used) > 1:
        for memory, parts in used:
            yield Need(memory.memory, "bytes", _parts(parts), _limits(None, memory.size))


def _own(result: Result, memory: Memory) -> tuple[Part, ...]:
    """What one model takes of a memory, as if it were alone in it.

    Models may share their code and their arena, and have one stack for all.
    """
    alone = {"code": result.code_bytes, "arena": result.arena_bytes}
    parts = [
        Part(t.what, alone.get(t.what, t.bytes), f"{t.what}_bytes" in result.estimated)
        for t in memory.takers
        if result.model in t.models and t.what != "stack"
    ]
    return (*parts, _stack(result)) if memory.memory == "ram" else tuple(parts)


def _stack(result: Result) -> Part:
    return Part("stack", result.stack_bytes, "stack_bytes" in result.estimated)


def _named(taker: Taker) -> Part:
    return Part(f"{taker.what} of {', '.join(taker.models)}", taker.bytes, taker.estimated)


def _parts(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Parts of a bar, the estimates last."""
    return tuple(sorted(parts, key=lambda part: part.estimated))


def _limits(budget: float | None, chip: float | None) -> tuple[Limit, ...]:
    both = (("budget", budget), ("chip", chip))
    return tuple(Limit(name, amount) for name, amount in both if amount is not None)


def _latency(result: Result) -> Iterator[Need]:
    if result.latency_us is None:
        return
    modelled = Part("modelled", result.latency_us / 1000, True)
    limit = None if result.budget.latency is None else 1000 * result.budget.latency
    yield Need("latency", "ms", (modelled,), _limits(limit, None))
