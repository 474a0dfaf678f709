"""Counts what graphs take on a core's emulated board."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, combinations
from pathlib import Path

import numpy as np
from attrs import evolve, frozen
from cost_layers import S8, beside, tensor, unary
from cost_shapes import bands
from cost_spreads import SPREADS

from microflow.codegen.lower import Compiled
from microflow.diag import Span
from microflow.dsl.project import BoundModel, Port
from microflow.dsl.values import Budget
from microflow.graph.call import KernelCall
from microflow.graph.ir import Graph
from microflow.graph.tensor import DType
from microflow.plan.band import simulate
from microflow.plan.calls import laid_calls, planned_calls
from microflow.plan.choice import chosen
from microflow.plan.plan import settle
from microflow.plan.quantities import laid_down
from microflow.plan.segment import Division
from microflow.plan.shapes import shape
from microflow.plan.steps import Step, banded, peak, single
from microflow.plan.tasks import Task, Work, work
from microflow.targets import Core, CostTable, core_board
from microflow.toolchain.board import TARGET_STACK, Run, run_image
from microflow.toolchain.cycles import model_cycles
from microflow.toolchain.image import IMAGE_TOO_LARGE, Build, Image, build_image

Calls = tuple[tuple[KernelCall, ...], ...]
SMALL = 2  # bytes of a pointer on boards that hold one layer at a time


@frozen
class Count:
    """What an inference took; cycles where they are known."""

    instructions: int
    cycles: int | None

    def of(self, kind: str) -> int:
        """Returns the instructions, or the cycles."""
        found = self.instructions if kind == "instructions" else self.cycles
        assert found is not None
        return found

    def plus(self, other: Count, times: int = 1) -> Count:
        """Returns what this and `times` another took together."""
        known = self.cycles is not None and other.cycles is not None
        cycles = self.of("cycles") + times * other.of("cycles") if known else None
        return Count(self.instructions + times * other.instructions, cycles)


@frozen
class Layer:
    """The calls of a layer on whole tensors, or of two, and what they took."""

    calls: tuple[KernelCall, ...]
    count: Count


@frozen
class BandCount:
    """What a band has, in all, and what it took `more` than its layers on whole tensors.

    `pointers` and `sums` are counted for every row, `raised` are the maxima that take one more row.
    `again` holds the kernels that are called for a row each, once for every call but the first.
    """

    rows: int
    pointers: int
    sums: int
    raised: int
    again: tuple[str, ...]
    more: Count


def count_run(core: Core) -> Count:
    """Returns what an inference takes beside its kernels, from three layers and pairs of them."""
    made = tensor(S8, zero=-128, scale=1 / 256)
    layers = [unary("LOGISTIC", tensor(S8), made, (count,)) for count in (64, 48, 40)]
    first, second, third = (_counted(beside(pair), core) for pair in combinations(layers, 2))
    return first.plus(second).plus(third).plus(_counted(beside(layers), core), -2)


def count_layers(kernel: str, core: Core, run: Count) -> list[Layer]:
    """Returns the counts of the layers of a kernel's spread; those that don't fit are left out.

    They are in one image, unless their cycles are wanted or the board is small. There are none
    where the core does not have the kernel.
    """
    graphs = list(SPREADS[kernel].layers())
    core = _with_only(kernel, graphs, core)
    graphs = [graph for graph in graphs if _has(kernel, graph, core)]
    if not graphs:
        return []
    tasks, calls = _lowered(beside(graphs), core)
    if core.cycle_model or core.pointer_bytes == SMALL:
        return list(_counted_in_pairs(graphs, core, run))
    return _counted_together(tasks, calls, core)


def count_alone(kernel: str, core: Core, run: Count) -> list[Layer]:
    """Returns the counts of the same layers, each the only one in its image."""
    layers = []
    graphs = list(SPREADS[kernel].layers())
    core = _with_only(kernel, graphs, core)
    for graph in (graph for graph in graphs if _has(kernel, graph, core)):
        tasks, calls = _lowered(graph, core)
        found = count(tasks, calls, core)
        if found is not None:
            layers.append(Layer(_made(tasks, calls, core)[0], found.plus(run, -1)))
    return layers


def _counted_in_pairs(graphs: Sequence[Graph], core: Core, run: Count) -> Iterator[Layer]:
    """Counts each layer beside a small one, so that no compiler sees the same parameters only."""
    small = min(graphs, key=lambda graph: sum(t.bytes for t in graph.tensors.values()))
    for graph in (graph for graph in graphs if graph is not small):
        tasks, calls = _lowered(beside([graph, small]), core)
        found = count(tasks, calls, core)
        if found is not None:
            made = chain.from_iterable(_made(tasks, calls, core))
            yield Layer(tuple(made), found.plus(run, -1))


def _counted_together(tasks: Work, calls: Calls, core: Core) -> list[Layer]:
    found = _run(tasks, calls, core, None, Build(marks=True))
    assert found is not None, f"{core.name}: the layers do not fit"
    counts = found[1].counts[0].layers
    return [
        Layer(group, Count(layer.instructions, layer.cycles))
        for group, layer in zip(_made(tasks, calls, core), counts, strict=True)
    ]


def _made(tasks: Work, calls: Calls, core: Core) -> list[tuple[KernelCall, ...]]:
    """The calls of whole tensors, as their times are modelled."""
    return [tuple(map(laid_down, group)) for group in laid_calls(calls, tasks, core)]


def _counted(graph: Graph, core: Core) -> Count:
    found = count(*_lowered(graph, core), core)
    assert found is not None, f"{core.name}: a small graph does not fit"
    return found


def count_bands(core: Core) -> list[BandCount]:
    """Returns what bands of two layers or three took."""
    return [_count_band(graph, core) for graph in bands()]


def _count_band(graph: Graph, core: Core) -> BandCount:
    tasks, calls = _lowered(graph, core)
    found = shape(tasks, 0, len(tasks.tasks) - 1)
    assert found is not None
    band = simulate(tasks, found)
    whole, by_rows = count(tasks, calls, core), count(tasks, calls, core, banded(tasks, band))
    assert whole is not None and by_rows is not None
    call = {position: calls[tasks.tasks[position].node][0] for position in found.tasks}
    first = list(dict.fromkeys(band.events))
    again = Counter(band.events) - Counter(first)
    made = [call[task] for task, _ in first if tasks.tasks[task].by_rows]
    local = [each.kernel for each in made if not each.row_pointers]
    return BandCount(
        rows=len(band.events),
        pointers=sum(each.row_pointers for each in made),
        sums=sum(call[task].sums for task, _ in first if not tasks.tasks[task].by_rows),
        raised=sum(n * _width(tasks.tasks[task]) for (task, _), n in again.items()),
        again=tuple(kernel for n, kernel in enumerate(local) if kernel in local[:n]),
        more=by_rows.plus(whole, -1),
    )


def _width(task: Task) -> int:
    """The elements of a row of the output."""
    assert task.picture is not None
    return task.site.output.elements // task.picture.rows


def count(tasks: Work, calls: Calls, core: Core, band: Step | None = None) -> Count | None:
    """Returns what an inference takes as a `band`, or on whole tensors; None: it does not fit."""
    found = _run(tasks, calls, core, band, Build())
    if found is None:
        return None
    image, run = found
    first = run.counts[0]
    return Count(first.instructions, first.cycles or model_cycles(core, image.elf, run.blocks))


def _run(
    tasks: Work, calls: Calls, core: Core, band: Step | None, build: Build
) -> tuple[Image, Run] | None:
    """Builds an image and runs it once."""
    wholes = tuple(single(tasks, position) for position in range(len(tasks.tasks)))
    steps = wholes if band is None else (band,)
    least = max(peak(tasks, step) for step in steps)
    plan = settle(tasks, Division(steps, least, sum(step.row_calls for step in steps)))
    compiled = Compiled(_bound(tasks.graph), tasks.graph, planned_calls(calls, plan, core), plan)
    with tempfile.TemporaryDirectory() as folder:
        image, failed = build_image(compiled, core_board(core.name), Path(folder), build)
        if image is None:
            assert failed[0].rule is IMAGE_TOO_LARGE, failed
            return None
        run, failed = run_image(image, [_inputs(tasks.graph)], counted=True)
        assert run is not None or failed[0].rule is TARGET_STACK, failed
        return None if run is None else (image, run)


def _lowered(graph: Graph, core: Core) -> tuple[Work, Calls]:
    calls = tuple(chosen(site, core) for site in graph.sites())
    return work(graph, calls), calls


def _with_only(kernel: str, graphs: Sequence[Graph], core: Core) -> Core:
    """The core with no designs but those that use `kernel` alone; these are always taken."""
    sites = [site for graph in graphs for site in graph.sites()]
    designs = {c.kernel for s in sites for g in s.node.op.designs(s, core) for c in g}
    return evolve(core, unwanted=frozenset(designs - {kernel}), costs=CostTable())


def _has(kernel: str, graph: Graph, core: Core) -> bool:
    """Tells whether the core computes a layer with a kernel."""
    _, calls = _lowered(graph, core)
    return all(call.kernel == kernel for group in calls for call in group)


def _inputs(graph: Graph) -> list[bytes]:
    """Draws what the graph reads: bytes from their whole range, floats of ordinary size."""
    random = np.random.default_rng(5)
    made = []
    for read in (graph.tensors[t] for t in graph.inputs):
        little = np.dtype(read.dtype.numpy).newbyteorder("<")
        if read.dtype is DType.FLOAT32:
            made.append(random.normal(size=read.elements).astype(little).tobytes())
        else:
            limits = np.iinfo(little)
            drawn = random.integers(limits.min, limits.max + 1, read.elements)
            made.append(drawn.astype(little).tobytes())
    return made


def _bound(graph: Graph) -> BoundModel:
    """The graph as a model without a manifest."""
    nowhere = Span("", 1, 1, 1, 1)
    return BoundModel(
        name="layer",
        graph=graph,
        source="",
        sha256="",
        profile="tflm",
        optimize="balanced",
        budget=Budget(),
        inputs=tuple(Port(f"x{i}", i, graph.tensors[t]) for i, t in enumerate(graph.inputs)),
        outputs=tuple(Port(f"y{i}", i, graph.tensors[t]) for i, t in enumerate(graph.outputs)),
        targets=(),
        prefix=None,
        out_dir=None,
        span=nowhere,
        source_span=nowhere,
    )
