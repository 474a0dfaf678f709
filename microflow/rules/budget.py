"""Does a model keep its budget: what the manifest allows against what is needed."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.diag import Diagnostic, Diagnostics, Rule
from microflow.dsl.project import BoundModel
from microflow.graph.ir import Graph
from microflow.plan.plan import Plan
from microflow.plan.sizes import Sizes
from microflow.plan.steps import Step
from microflow.targets import Target

OVER_BUDGET = Rule(
    "MF5001",
    "over-budget",
    """The model needs more than its budget

The manifest's `budget` says how much flash, RAM and stack the model may take; `mflowc check` says
how much it needs. RAM is the arena (inputs, outputs and scratch included), the state (what the
model keeps from one inference to the next) and the stack; flash is code and constants. Arena, state
and constants are exact, code and stack come from measured tables.

    budget { ram = 16KiB }     # the model needs 17,204 bytes

Remedy: the message names the step that needs most and the tensors alive in it. Raise the budget,
or make those tensors smaller (fewer channels, a smaller input) and train again.
""",
)


@frozen
class Need:
    """What a model needs on a target, with the plan that shows why.

    `weight_bytes` are those of its constants that `place` can move, `kernels` those it uses.
    """

    model: BoundModel
    target: Target
    graph: Graph
    plan: Plan
    sizes: Sizes
    weight_bytes: int
    kernels: tuple[str, ...]


def check_budget(need: Need) -> Diagnostics:
    """Returns a diagnostic for each limit of the manifest's budget that is exceeded."""
    return tuple(_over(need))


def _over(need: Need) -> Iterator[Diagnostic]:
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


def _notes(need: Need, key: str) -> tuple[str, ...]:
    sizes = need.sizes
    if key == "stack":
        return (f"the stack of {sizes.stack_bytes:,} bytes is estimated from measured kernels",)
    if key == "flash":
        return (
            f"{sizes.constant_bytes:,} bytes of constants (exact), "
            f"{sizes.code_bytes:,} bytes of code (estimated)",
        )
    exact = "exact, given by the application" if need.model.arena_given else "exact"
    state = f"{sizes.state_bytes:,} of state (exact), " if sizes.state_bytes else ""
    return (
        f"{sizes.arena_bytes:,} bytes of arena ({exact}), {state}"
        f"{sizes.stack_bytes:,} of stack (estimated)",
        peak(need.plan),
    )


def peak(plan: Plan) -> str:
    """Returns the words that name the fullest step and the buffers live in it."""
    steps = range(-1, len(plan.steps) + 1)
    live = {s: [b for b in plan.buffers if b.first <= s <= b.last] for s in steps}
    fullest = max(steps, key=lambda s: sum(b.size for b in live[s]))
    where = "the border of the run"
    if 0 <= fullest < len(plan.steps):
        where = _words(plan, plan.steps[fullest])
    buffers = sorted(live[fullest], key=lambda b: -b.size)
    listed = ", ".join(f"'{b.name}' {b.size:,}" for b in buffers)
    shared = sum(b.size for b in buffers) > plan.arena_bytes
    return f"the peak is at {where}, with {listed} bytes alive" + (
        ", partly in the same bytes" if shared else ""
    )


def _words(plan: Plan, step: Step) -> str:
    first, last = (plan.work.tasks[t].site.node for t in (step.first, step.last))
    if step.band is None:
        return f"{first.op.name} (operator {first.index})"
    return f"the rows of operators {first.index} to {last.index}"
