"""Time without running: quantities of calls, sums of terms, rows of bands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.call import KernelCall
from microflow.graph.ir import Graph
from microflow.importer.tflite import import_model
from microflow.plan.band import simulate
from microflow.plan.calls import planned_calls
from microflow.plan.cost import Calls, Time, Times, call_time, plan_times, seconds, whole_times
from microflow.plan.plan import settle
from microflow.plan.quantities import amount, laid_down, quantities
from microflow.plan.segment import Division
from microflow.plan.shapes import shape
from microflow.plan.steps import Step, banded, peak, single
from microflow.plan.tasks import Work, work
from microflow.targets import Core, Costs, CostTable, RowCost, core_names, load_core
from tests.assemble import N, T, assemble

KERNELS = sorted(
    p.name for p in (Path(__file__).parents[2] / "runtime_c" / "kernels").iterdir() if p.is_dir()
)
WITH_TABLE = [name for name in core_names() if load_core(name).costs.instructions is not None]


def made(model: bytes) -> Graph:
    graph, _ = import_model(model, "model")
    assert isinstance(graph, Graph)
    return graph


def known(costs: Costs | None, cycles: Costs | None = None, cpi: float | None = None) -> Core:
    return evolve(
        load_core("cortex-m3"), costs=CostTable(instructions=costs, cycles=cycles, cpi=cpi)
    )


ADD = KernelCall("add_f32", (0, 1), (2,), {"runs": 3, "count": 10, "outer": 2, "out_min": 0.5})
_FLOATS = [T(name, "float32", (2, 3)) for name in "aby"]
SITE = made(assemble(_FLOATS, [N("ADD", ["a", "b"], ["y"])], ["a", "b"], ["y"])).sites()[0]
COSTS = Costs(7.0, RowCost(5.0, 2.0, 1.0), {"add_f32": {"1": 20.0, "runs*count": 4.0}})


def test_a_call_takes_the_sum_of_its_terms() -> None:
    time = call_time(ADD, known(COSTS, cpi=1.5))
    assert time is not None
    assert (time.instructions, time.cycles) == (140.0, 210.0)


def test_cycles_come_from_their_own_terms_where_there_are_some() -> None:
    cycles = Costs(0.0, RowCost(), {"add_f32": {"runs": 100.0}})
    time = call_time(ADD, known(COSTS, cycles))
    assert time is not None
    assert (time.instructions, time.cycles) == (140.0, 300.0)


def test_what_is_not_known_is_none() -> None:
    other = evolve(ADD, kernel="conv2d_s8")
    assert call_time(ADD, known(None)) is None
    assert call_time(other, known(COSTS)) is None
    assert whole_time([(ADD,), (other,)], known(None)) is None
    time = call_time(ADD, known(COSTS))
    assert time is not None and time.cycles is None
    assert seconds(time, 64_000_000) is None


def test_a_kernel_that_the_table_lacks_takes_a_typical_time() -> None:
    other = evolve(ADD, kernel="sub_f32")
    time = whole_time([(ADD,), (other,)], known(COSTS, cpi=2.0))
    assert time is not None
    typical = 20 + 4 * SITE.output.elements
    assert time == Time(7 + 140 + typical, 2 * (7 + 140 + typical), rough=True)
    alone = whole_time([(ADD,)], known(COSTS))
    assert alone is not None and not alone.rough


def test_a_kernel_that_is_called_once_may_take_less() -> None:
    costs = evolve(COSTS, once={"add_f32": {"1": 11.0}})
    alone = whole_time([(ADD,)], known(costs))
    both = whole_time([(ADD,), (ADD,)], known(costs))
    assert alone is not None and both is not None
    assert (alone.instructions, both.instructions) == (7 + 11, 7 + 2 * 140)


def test_an_inference_takes_its_calls_and_what_is_beside_them() -> None:
    time = whole_time([(ADD,), (), (ADD, ADD)], known(COSTS, cpi=2.0))
    assert time is not None
    assert time.instructions == 7 + 3 * 140
    assert seconds(time, 1_000) == pytest.approx(2 * (7 + 3 * 140) / 1_000)
    assert seconds(time, None) is None


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_taps_are_counted_as_a_walk_over_the_window_counts_them(data: st.DataObject) -> None:
    def some(low: int, high: int) -> int:
        return data.draw(st.integers(low, high))

    axes = {
        axis: {"in": some(1, 9), "out": some(1, 6), "kernel": some(1, 5), "stride": some(1, 3)}
        for axis in "hw"
    }
    gaps, pads = {a: some(1, 3) for a in "hw"}, {a: some(0, 4) for a in "hw"}
    params = {f"{name}_{axis}": n for axis, sizes in axes.items() for name, n in sizes.items()}
    params |= {"dilation_h": gaps["h"], "dilation_w": gaps["w"], "batches": some(1, 2)}
    params |= {"pad_top": pads["h"], "pad_left": pads["w"], "in_c": 3, "out_c": 6}
    found = quantities(KernelCall("k", (0,), (1,), {**params, "filter_c": 3}))

    def inside(axis: str, place: int) -> list[bool]:
        s = axes[axis]
        taps = (place * s["stride"] - pads[axis] + k * gaps[axis] for k in range(s["kernel"]))
        return [0 <= tap < s["in"] for tap in taps]

    rows = [inside("h", y) for _ in range(params["batches"]) for y in range(axes["h"]["out"])]
    columns = [inside("w", x) for x in range(axes["w"]["out"])]
    windows = [np.outer(row, column) for row in rows for column in columns]
    assert found["pixels"] == len(windows)
    assert found["inside"] == sum(int(w.sum()) for w in windows)
    assert found["outside"] == sum(int((~w).sum()) for w in windows)
    assert found["whole"] == len(rows) * sum(all(column) for column in columns)
    assert found["strips"] == sum(sum(row) for row in rows) * len(columns)
    assert found["gaps"] == sum(int((~w).any(axis=1).sum()) for w in windows)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"in_c": 8, "out_c": 11}, (2, 3, 3)),
        ({"in_c": 8, "out_c": 12, "filter_c": 4}, (2, 4, 4)),
        ({"in_c": 7, "out_c": 7, "depth_multiplier": 1}, (1, 3, 2)),
        ({"in_c": 2, "out_c": 12, "depth_multiplier": 6}, (2, 4, 4)),
    ],
)
def test_channels_are_counted_in_fours(params: dict[str, int], expected: tuple[int, ...]) -> None:
    window = dict.fromkeys(("in_h", "in_w", "out_h", "out_w", "kernel_h", "kernel_w"), 1)
    steps = {"stride_h": 1, "stride_w": 1, "dilation_h": 1, "dilation_w": 1}
    still = {"batches": 1, "pad_top": 0, "pad_left": 0}
    found = quantities(KernelCall("k", (0,), (1,), {**window, **steps, **still, **params}))
    assert (found["quads"], found["singles"], found["tiles"]) == expected
    assert 4 * found["quads"] + found["singles"] == params["out_c"]


def test_a_term_is_a_product() -> None:
    assert amount("1", {}) == 1
    assert amount("runs*count", {"runs": 3, "count": 5}) == 15


# ---- Tables ----


@pytest.mark.parametrize("core", WITH_TABLE)
def test_tables_know_kernels_that_there_are(core: str) -> None:
    table = load_core(core).costs
    for costs in filter(None, (table.instructions, table.cycles)):
        assert set(costs.kernels) <= set(KERNELS)
        assert sorted(costs.once) in ([], sorted(costs.kernels))
        assert all(each > 0 for terms in costs.kernels.values() for each in terms.values())
    assert 0 < table.margin < 0.15
    assert (table.cpi is None) == (not table.source)


@pytest.mark.parametrize("core", ["cortex-m4", "avr5", "rv32imc"])
def test_larger_layers_take_longer(core: str) -> None:
    def time(filters: int, channels: int) -> float:
        (calls,) = lowered(convolution(filters, channels), load_core(core))[1]
        found = call_time(calls[0], load_core(core))
        assert found is not None and found.cycles is not None
        assert found.cycles >= 0.5 * found.instructions
        return found.instructions

    times = [time(filters, 8) for filters in (1, 2, 4, 8, 64)]
    assert times == sorted(times) and times[-1] > 6 * times[-2]
    times = [time(8, channels) for channels in (4, 8, 64)]
    assert times == sorted(times)


# ---- Bands ----


def convolution(filters: int, channels: int) -> bytes:
    return assemble(
        tensors=[
            T("x", "int8", (1, 6, 6, channels), scale=0.5),
            _weights("w", (filters, 3, 3, channels)),
            T("y", "int8", (1, 6, 6, filters), scale=0.5),
        ],
        nodes=[N("CONV_2D", ["x", "w", -1], ["y"], {"strideW": 1, "strideH": 1})],
        inputs=["x"],
        outputs=["y"],
    )


def network() -> bytes:
    """A convolution, a clamp, a convolution that skips no rows, and a sink."""
    same = {"strideW": 1, "strideH": 1}
    return assemble(
        tensors=[
            T("x", "int8", (1, 8, 6, 2), scale=0.5),
            _weights("w", (4, 3, 3, 2)),
            T("y", "int8", (1, 8, 6, 4), scale=0.5),
            T("z", "int8", (1, 8, 6, 4), scale=0.5),
            _weights("v", (4, 1, 1, 4)),
            T("u", "int8", (1, 8, 6, 4), scale=0.5),
            T("f", "int8", (5, 192), data=np.ones((5, 192)), scale=0.5),
            T("s", "int8", (1, 5), scale=0.5),
        ],
        nodes=[
            N("CONV_2D", ["x", "w", -1], ["y"], same),
            N("RELU6", ["y"], ["z"]),
            N("CONV_2D", ["z", "v", -1], ["u"], same),
            N("FULLY_CONNECTED", ["u", "f", -1], ["s"]),
        ],
        inputs=["x"],
        outputs=["s"],
    )


def _weights(name: str, shape: tuple[int, ...]) -> T:
    return T(name, "int8", shape, data=np.ones(shape), scales=[0.5] * shape[0])


def lowered(model: bytes, core: Core) -> tuple[Work, list[tuple[KernelCall, ...]]]:
    graph = made(model)
    calls = [site.node.op.lower(site, core) for site in graph.sites()]
    return work(graph, calls), calls


def whole_time(calls: Calls, core: Core) -> Time | None:
    return whole_times([SITE] * len(calls), calls, core).total


def timed(tasks: Work, steps: Sequence[Step], calls: Calls, core: Core) -> Times:
    whole = whole_times(tasks.graph.sites(), calls, core)
    return plan_times(whole, tasks, steps, (calls, calls), core)


def band(tasks: Work) -> Step:
    found = shape(tasks, 0, len(tasks.tasks) - 1)
    assert found is not None
    return banded(tasks, simulate(tasks, found))


def test_whole_tensors_take_nothing_more() -> None:
    core = load_core("cortex-m4")
    tasks, calls = lowered(network(), core)
    steps = [single(tasks, position) for position in range(len(tasks.tasks))]
    times = timed(tasks, steps, calls, core)
    assert times.total is not None
    assert times == whole_times(tasks.graph.sites(), calls, core)


def test_rows_take_what_the_table_says() -> None:
    """Eight rows of each layer; the clamp begins anew seven times, the sink has five sums."""
    terms = {"conv2d_s8": {"pixels": 10.0}, "clamp_s8": {"1": 3.0, "count": 1.0}}
    costs = Costs(7.0, RowCost(100.0, 20.0, 2.0), {**terms, "fully_connected_s8": {"1": 50.0}})
    core = known(costs, cpi=2.0)
    tasks, calls = lowered(network(), core)
    step = band(tasks)
    times = timed(tasks, [step], calls, core)
    nodes = [time.instructions for time in times.nodes if time is not None]
    first, clamp, second, sink = 8 * (100 + 3 * 20), 8 * 100 + 7 * 3, 8 * 120, 8 * (100 + 5 * 2)
    assert nodes == [480 + first, 3 + 192 + clamp, 480 + second, 50 + sink]
    assert times.total is not None and times.total.instructions == 7 + sum(nodes)
    assert times.total.cycles == 2 * times.total.instructions


def test_rows_that_raise_maxima_take_calls_of_their_own() -> None:
    """Eight rows of a convolution, of which the pool's four take two each, 3 * 4 maxima a row."""
    terms = {"conv2d_s8": {"pixels": 10.0}, "max_pool_s8": {"pixels": 6.0}}
    core = known(Costs(7.0, RowCost(100.0, 20.0, 0.0, 5.0), terms))
    size = {"filterWidth": 2, "filterHeight": 2, "strideW": 2, "strideH": 2}
    tasks, calls = lowered(
        assemble(
            tensors=[
                T("x", "int8", (1, 8, 6, 2), scale=0.5),
                _weights("w", (4, 1, 1, 2)),
                T("y", "int8", (1, 8, 6, 4), scale=0.5),
                T("z", "int8", (1, 4, 3, 4), scale=0.5),
            ],
            nodes=[
                N("CONV_2D", ["x", "w", -1], ["y"], {"strideW": 1, "strideH": 1}),
                N("MAX_POOL_2D", ["y"], ["z"], {**size, "padding": "valid"}),
            ],
            inputs=["x"],
            outputs=["z"],
        ),
        core,
    )
    times = timed(tasks, [band(tasks)], calls, core)
    pool = 4 * 3 * 6 + 8 * 100 + 4 * 2 * 20 + 4 * 12 * 5
    assert [t.instructions for t in times.nodes if t] == [480 + 8 * 120, pool]


@pytest.mark.parametrize(
    ("op", "options"),
    [
        ("CONV_2D", {"strideW": 1, "strideH": 2, "dilationHFactor": 1}),
        ("AVERAGE_POOL_2D", {"filterWidth": 1, "filterHeight": 3, "strideW": 1, "strideH": 2}),
    ],
)
def test_pictures_of_one_column_take_what_the_plan_makes_of_them(
    op: str, options: dict[str, int]
) -> None:
    core = load_core("cortex-m4")
    weights = [_weights("w", (4, 3, 1, 4))] if op == "CONV_2D" else []
    tensors = [T("x", "int8", (1, 12, 1, 4), scale=0.5), T("y", "int8", (1, 6, 1, 4), scale=0.5)]
    inputs: list[int | str] = ["x", "w", -1] if weights else ["x"]
    tasks, calls = lowered(
        assemble([*tensors, *weights], [N(op, inputs, ["y"], options)], ["x"], ["y"]), core
    )
    step = single(tasks, 0)
    plan = settle(tasks, Division((step,), peak(tasks, step), 0))
    ((made,),) = planned_calls(calls, plan, core)
    assert made.params["out_w"] == 6
    standing, laid = (quantities(call) for call in (calls[0][0], laid_down(calls[0][0])))
    assert {**laid, "order": 0} == {**quantities(made), "order": 0}
    assert standing["lines"] == 6 and laid["lines"] == 1


def test_a_band_with_an_unknown_kernel_is_not_known() -> None:
    core = known(Costs(7.0, RowCost(1.0), {"conv2d_s8": {"pixels": 10.0}}))
    tasks, calls = lowered(network(), core)
    times = timed(tasks, [band(tasks)], calls, core)
    assert times.total is None
    assert [time is None for time in times.nodes] == [False, True, False, True]
