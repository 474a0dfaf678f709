"""Is a model as fast as its budget demands: the modelled time against the manifest's `latency`."""

from __future__ import annotations

import math
from collections.abc import Iterator

from microflow.diag import Diagnostic, Diagnostics, Rule, Severity
from microflow.dsl.project import BoundModel
from microflow.graph.ir import Graph
from microflow.plan.cost import Times, seconds
from microflow.targets import Target

LATENCY_UNKNOWN = Rule(
    "MF5010",
    "latency-not-checked",
    """The latency budget could not be checked

The time of an inference is modelled from a table of the core's kernels and from the clock of the
chip. One of these is missing: this computer has no table, a core that is named as target has no
clock, and now and then a table lacks a kernel or the core's cycles. The message says which.

    model wake { targets = [host]; budget { latency = 20ms } }      # of which computer?

Remedy: name a chip as target, or give your own target a `clock`; else measure on the chip, or leave
the key out.
""",
    Severity.NOTE,
)

OVER_LATENCY = Rule(
    "MF5011",
    "over-latency",
    """An inference takes longer than the budget allows

The manifest's `budget` says how long an inference may take, and the modelled time is longer. It is
an estimate: the sum of what the kernels take on the core, for a memory without wait states. Flash
that is slower than the core makes it longer. So this is a warning, and the C is generated.

    budget { latency = 20ms }     # the model takes about 34 ms

Remedy: the message names the operator that takes most. Make its tensors smaller (fewer channels, a
larger stride), write `optimize = latency`, choose a faster chip, or raise the budget.
""",
    Severity.WARNING,
)


def check_latency(model: BoundModel, target: Target, graph: Graph, times: Times) -> Diagnostics:
    """Returns a diagnostic where an inference takes longer than the budget, or nobody knows."""
    limit, taken = model.budget.latency, seconds(times.total, target.clock)
    if limit is None or (taken is not None and taken <= limit):
        return ()
    span = model.budget.spans.get("latency", model.source_span)
    if taken is None:
        missing = _missing(target, graph, times)
        message = f"the latency budget of '{model.name}' is not checked: {missing}"
        remedy = "measure on the chip, or leave `latency` out"
        return (Diagnostic(LATENCY_UNKNOWN, message, remedy, span=span),)
    message = (
        f"an inference of '{model.name}' takes about {_milliseconds(taken)} on {target.name}, "
        f"{_milliseconds(taken - limit)} more than its budget of {_milliseconds(limit)}"
    )
    enough = _milliseconds(_rounded_up(taken))
    remedy = f"raise the budget to {enough}, choose a faster chip, or make the model smaller"
    notes = tuple(_notes(target, graph, times))
    return (Diagnostic(OVER_LATENCY, message, remedy, span=span, notes=notes),)


def _missing(target: Target, graph: Graph, times: Times) -> str:
    """Why the time is not known, in words."""
    core = target.core.name
    if target.core.costs.instructions is None:
        return f"there is no table of times for {core}"
    pairs = zip(graph.nodes, times.nodes, strict=True)
    node = next((node for node, time in pairs if time is None), None)
    if node is not None:
        return f"the time of {node.op.name} (operator {node.index}) on {core} is not known"
    if times.total is None or times.total.cycles is None:
        return f"the cycles of {core} are not known, only its instructions"
    return f"{target.name} has no `clock`"


def _notes(target: Target, graph: Graph, times: Times) -> Iterator[str]:
    assert times.total is not None and times.total.cycles is not None and target.clock is not None
    off = f"by {target.core.costs.cycle_margin:.0%}"
    yield (
        f"{times.total.cycles:,.0f} cycles at {target.clock / 1e6:g} MHz, modelled; "
        f"they may be off {'by far' if times.total.rough else off}"
    )
    pairs = zip(graph.nodes, times.nodes, strict=True)
    rough = dict.fromkeys(node.op.name for node, time in pairs if time is not None and time.rough)
    if rough:
        names = ", ".join(rough)
        yield f"{names} is only roughly known on {target.core.name}: measure with `mflowc bench`"
    cycles = [0.0 if time is None else time.cycles or 0.0 for time in times.nodes]
    most = max(cycles)
    node = graph.nodes[cycles.index(most)]
    yield f"{node.op.name} (operator {node.index}) takes most: {most / times.total.cycles:.0%}"


def _milliseconds(time: float) -> str:
    """A time of two digits, or of whole milliseconds."""
    value = 1000 * time
    return f"{value:,.0f} ms" if value >= 9.95 else f"{value:.2g} ms"


def _rounded_up(value: float) -> float:
    """The next larger number of two digits."""
    unit = 10.0 ** (math.floor(math.log10(value)) - 1)
    return math.ceil(value / unit) * unit
