"""Does the model fit: the manifest's budget and the chip's memories against what is needed."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.diag import Diagnostic, Diagnostics, Rule, Severity
from microflow.dsl.project import BoundModel
from microflow.graph.ir import Graph
from microflow.plan.plan import Plan
from microflow.plan.sizes import Sizes
from microflow.targets import Target, chip_names, load_target

OVER_BUDGET = Rule(
    "MF5001",
    "over-budget",
    """The model needs more than its budget

The manifest's `budget` says how much flash, RAM and stack the model may take; `mflowc check` says
how much it needs. RAM is the arena (inputs, outputs and scratch included) and the stack; flash is
code and constants. Arena and constants are exact, code and stack come from measured tables.

    budget { ram = 16KiB }     # the model needs 17,204 bytes

Remedy: the message names the step that needs most and the tensors alive in it. Raise the budget,
or make those tensors smaller (fewer channels, a smaller input) and train again.
""",
)

OVER_CHIP = Rule(
    "MF5002",
    "over-chip",
    """The model needs more memory than the chip has

The target's profile says how much flash and RAM the chip has. The model alone needs more.

Remedy: choose a larger chip as target, or make the model smaller.
""",
)

LATENCY_UNKNOWN = Rule(
    "MF5010",
    "latency-not-checked",
    """The latency budget could not be checked

There is no cost model for the target's core yet, so a `latency` in a budget is not compared with
anything.

Remedy: measure on the chip, or leave the key out.
""",
    Severity.NOTE,
)


@frozen
class Need:
    """What a model needs on a target, with the plan that shows why."""

    model: BoundModel
    target: Target
    graph: Graph
    plan: Plan
    sizes: Sizes


def check_budget(need: Need) -> Diagnostics:
    """Returns a diagnostic for each limit of the manifest or the chip that is exceeded."""
    return (*_budget(need), *_chip(need), *_latency(need))


def _budget(need: Need) -> Iterator[Diagnostic]:
    budget, sizes = need.model.budget, need.sizes
    limits = (
        ("ram", budget.ram, sizes.ram_bytes),
        ("flash", budget.flash, sizes.flash_bytes),
        ("stack", budget.stack, sizes.stack_bytes),
    )
    for key, limit, needed in limits:
        if limit is None or needed <= limit:
            continue
        yield Diagnostic(
            OVER_BUDGET,
            f"model '{need.model.name}' needs {needed:,} bytes of {key} on {need.target.name}, "
            f"{needed - limit:,} more than its budget of {limit:,}",
            f"raise the budget to at least {needed:,} bytes, or make the model smaller",
            span=budget.spans.get(key, need.model.source_span),
            notes=_notes(need, key),
        )


def _chip(need: Need) -> Iterator[Diagnostic]:
    target, sizes = need.target, need.sizes
    for key, limit, needed in (
        ("RAM", target.ram, sizes.ram_bytes),
        ("flash", target.flash, sizes.flash_bytes),
    ):
        if limit is not None and needed > limit:
            yield Diagnostic(
                OVER_CHIP,
                f"model '{need.model.name}' needs {needed:,} bytes of {key}; {target.name} has "
                f"{limit:,}, {needed - limit:,} fewer",
                _larger_chips(sizes),
                span=need.model.source_span,
                notes=_notes(need, key.lower()),
            )


def _larger_chips(sizes: Sizes) -> str:
    """Names the smallest built-in chips that would hold a model of these sizes."""
    chips = (load_target(name) for name in chip_names())
    limited = ((c.ram, c.flash, c.name) for c in chips if c.ram is not None)
    fitting = sorted(
        (ram, name)
        for ram, flash, name in limited
        if ram >= sizes.ram_bytes and (flash is None or flash >= sizes.flash_bytes)
    )
    if not fitting:
        return "make the model smaller: no chip that is built in would hold it"
    listed = ", ".join(name for _, name in fitting[:4])
    return f"choose a larger chip ({listed} would hold it), or make the model smaller"


def _latency(need: Need) -> Iterator[Diagnostic]:
    if need.model.budget.latency is not None:
        yield Diagnostic(
            LATENCY_UNKNOWN,
            f"the latency budget of '{need.model.name}' is not checked: no cost model for "
            f"{need.target.core.name}",
            "measure on the chip",
            span=need.model.budget.spans.get("latency", need.model.source_span),
        )


def _notes(need: Need, key: str) -> tuple[str, ...]:
    sizes = need.sizes
    if key == "stack":
        return (f"the stack of {sizes.stack_bytes:,} bytes is estimated from measured kernels",)
    if key == "flash":
        return (
            f"{sizes.constant_bytes:,} bytes of constants (exact), "
            f"{sizes.code_bytes:,} bytes of code (estimated)",
        )
    return (
        f"{sizes.arena_bytes:,} bytes of arena (exact), {sizes.stack_bytes:,} of stack (estimated)",
        peak(need.graph, need.plan),
    )


def peak(graph: Graph, plan: Plan) -> str:
    """Returns the words that name the fullest step and the buffers live in it."""
    steps = range(-1, len(graph.nodes) + 1)
    live = {s: [b for b in plan.buffers if b.first <= s <= b.last] for s in steps}
    fullest = max(steps, key=lambda s: sum(b.size for b in live[s]))
    inside = 0 <= fullest < len(graph.nodes)
    name = f"{graph.nodes[fullest].op.name} (operator {graph.nodes[fullest].index})"
    where = name if inside else "the border of the run"
    buffers = sorted(live[fullest], key=lambda b: -b.size)
    listed = ", ".join(f"'{b.name}' {b.size:,}" for b in buffers)
    return f"the peak is at {where}, with {listed} bytes alive"
