"""The C functions that a plan becomes: the run function, and those that make rows on demand.

Code generation writes them (`microflow.codegen.bands`); here is what of them decides about code and
stack.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from microflow.graph.access import Window
from microflow.graph.call import KernelCall
from microflow.graph.ir import Graph
from microflow.graph.tensor import DType
from microflow.plan.band import Band
from microflow.plan.calls import Calls, takes_rows
from microflow.plan.plan import Plan
from microflow.plan.tasks import Task

_ZERO = -1  # among addresses: the value that counters are cleared with
RUN = -1  # stands for the run function among positions of tasks

# How a function comes by the rows that a row needs:
RING = "ring"  # several of another function's
STRIDED = "strided"  # the same, under windows that move by more than a row
WHOLE = "whole"  # several of a tensor
ROW = "row"  # one, at a place that never moves or in a tensor
PICK = "pick"  # one, looked up in a ring
RAISE = "raise"  # several, each as soon as it is made
PLAIN = "plain"  # one of each operand, by a kernel that takes no pointers to rows
MIXED = "mixed"  # the same, looked up in rings
SINK = "sink"  # one, which is added to sums
_POINTED = (RING, STRIDED, WHOLE, ROW, PICK, RAISE)
_SUFFIX = {
    DType.INT8: "s8",
    DType.INT16: "s16",
    DType.FLOAT32: "f32",
}  # of what points to rows of a type
# and where it writes the row:
_SLOT, _ONE, _PLACE = "slot", "one", "place"  # in a ring, a ring of one row, a tensor
_SCRATCH = "_scratch"  # where the kernel takes scratch memory beside pointers to rows
_SOURCES = (*_POINTED, *(f"{s}{_SCRATCH}" for s in _POINTED if s != RAISE), PLAIN, MIXED)
PULLS = (*(f"{s}_{t}" for s in _SOURCES for t in (_SLOT, _ONE, _PLACE)), SINK)


@frozen
class Routine:
    """A C function: it calls `kernels` (C functions without ``mf_``) and the functions `pulls`.

    `kind` is one of `PULLS` (from where to where rows go), empty for the run function.
    """

    kind: str
    row_pointers: int
    kernels: tuple[str, ...]
    pulls: tuple[int, ...]


def routines(graph: Graph, plan: Plan, calls: Calls) -> dict[int, Routine]:
    """Returns the functions of a plan by the positions of their tasks, and the run function."""
    bands = [step.band for step in plan.steps if step.band is not None]
    alone = [c for s in plan.steps if s.band is None for c in calls[plan.work.tasks[s.first].node]]
    run = Routine(
        kind="",
        row_pointers=row_pointers(graph, alone),
        kernels=(*(c.kernel for c in alone), *(k for b in bands for k in _around(plan, b, calls))),
        pulls=tuple(band.shape.last for band in bands),
    )
    made = {p: _pull(graph, plan, band, p, calls) for band in bands for p in band.shape.tasks}
    return {RUN: run, **made}


def row_pointers(graph: Graph, calls: Sequence[KernelCall]) -> int:
    """Returns how many pointers to rows a function has: of each type as many as a call wants."""
    most: dict[DType, int] = {}
    for call in (c for c in calls if c.row_pointers):
        dtype = graph.tensors[call.inputs[0]].dtype
        most[dtype] = max(most.get(dtype, 0), call.row_pointers)
    return sum(most.values())


def run_addresses(plan: Plan, calls: Calls) -> Iterator[tuple[int, ...]]:
    """Yields the addresses in the arena that each statement of the run function needs."""
    for number, step in enumerate(plan.steps):
        if step.band is not None:
            yield from _band_addresses(plan, number, step.band)
        else:
            node = plan.work.tasks[step.first].node
            scratch = (plan.scratch(number),) if step.scratch else ()
            for call in calls[node]:
                held = (t for t in (*call.inputs, *call.outputs) if plan.holds(t))
                yield (*map(plan.offset, held), *(scratch if call.scratch else ()))


def _band_addresses(plan: Plan, number: int, band: Band) -> Iterator[tuple[int, ...]]:
    """The counters are cleared and handed over; a sink's sums begin and end."""
    base = plan.scratch(number)
    counters = (base + band.counters, _ZERO)
    sums = () if plan.work.tasks[band.shape.last].by_rows else (base + band.sums,)
    yield counters
    yield sums
    yield counters[:1]
    yield (*sums, plan.offset(band.shape.output)) if sums else ()


def _around(plan: Plan, band: Band, calls: Calls) -> tuple[str, ...]:
    """The kernels that begin and end a band."""
    tail = plan.work.tasks[band.shape.last]
    if tail.by_rows:
        return ()
    kernel = calls[tail.node][0].kernel
    return (f"{kernel}_begin", f"{kernel}_end")


def has_pointers(kind: str) -> bool:
    """Tells whether functions of this kind have pointers to rows."""
    return kind.partition("_")[0] in _POINTED


def takes_one_row(kind: str) -> bool:
    """Tells whether functions of this kind have a pointer to a single row."""
    return kind.partition("_")[0] in (ROW, PICK)


def _pull(graph: Graph, plan: Plan, band: Band, position: int, calls: Calls) -> Routine:
    task = plan.work.tasks[position]
    made = calls[task.node]
    inner = dict.fromkeys(o.buffer for o in task.operands if o.buffer in band.shape.pictures)
    source = _source(task, band, made, position in band.shape.raising)
    beside = _SCRATCH if has_pointers(source) and made[0].scratch else ""
    kind = source if source == SINK else f"{source}{beside}_{_destination(task, band)}"
    return Routine(
        kind=kind,
        row_pointers=row_pointers(graph, made) if has_pointers(kind) else 0,
        kernels=(*_pointing(task, band, source), *_functions(source, made)),
        pulls=tuple(plan.work.maker[b] for b in inner if b != band.shape.streamed),
    )


def _functions(source: str, calls: Sequence[KernelCall]) -> Iterator[str]:
    """The functions of kernels that a task calls."""
    for call in calls:
        if has_pointers(source):
            yield f"{call.kernel}_rows"
        if source == RAISE:
            yield f"{call.kernel}_raise"
        elif source == SINK:
            yield f"{call.kernel}_add"
        elif not has_pointers(source):
            yield call.kernel


def _pointing(task: Task, band: Band, source: str) -> tuple[str, ...]:
    """What points to the rows that a kernel reads, where there are several."""
    if source not in (RING, STRIDED, WHOLE, RAISE):
        return ()
    operand = task.operands[0]
    function = "point_ring" if _rows_kept(band, operand.buffer) else "point_rows"
    return (f"{function}_{_SUFFIX[operand.tensor.dtype]}",)


def _source(task: Task, band: Band, calls: Sequence[KernelCall], raising: bool) -> str:
    if not task.by_rows:
        return SINK
    if raising:
        return RAISE
    most = max(_rows_kept(band, o.buffer) for o in task.operands)
    if not takes_rows(calls):
        return MIXED if most > 1 else PLAIN
    if calls[0].row_pointers == 1:
        return PICK if most > 1 else ROW
    if most == 0:
        return WHOLE
    read = task.operands[0].read
    return RING if isinstance(read, Window) and read.stride[0] == 1 else STRIDED


def _destination(task: Task, band: Band) -> str:
    kept = _rows_kept(band, task.output)
    return _PLACE if kept == 0 else _ONE if kept == 1 else _SLOT


def _rows_kept(band: Band, buffer: int) -> int:
    """The rows in the ring of an inner buffer; none where it has no ring."""
    ring = band.slot(buffer) if buffer in band.shape.pictures else None
    return 0 if ring is None else ring.slots
