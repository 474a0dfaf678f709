"""1-D nets stand up, compute the same, and then run row by row."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.codegen.lower import Compiled
from microflow.compilation import compile_model, on_whole_tensors
from microflow.graph.dump import dump
from microflow.graph.ir import Graph
from microflow.graph.verify import verify
from microflow.importer.tflite import import_model
from microflow.ops._turned import lies, stands
from microflow.passes import fuse_activation, run_passes, stand_up
from microflow.plan.tasks import MAX_ROWS
from microflow.targets import load_core, load_target
from microflow.toolchain.host import build_program, run_program
from tests.assemble import N, T
from tests.need import need
from tests.ops.same import Array, Part, joined
from tests.oracle import tflm
from tests.run_model import STRICT, bind_graph

from .signals import COLUMN, FLAT, ROW, Net, nets

HOST = load_core("x86-64")


def imported(*nets: Net | Part) -> Graph:
    parts = [net.part if isinstance(net, Net) else net for net in nets]
    graph, diagnostics = import_model(joined(*parts), "m")
    assert graph is not None, diagnostics
    return graph


def passed(*nets: Net | Part) -> Graph:
    return verify(stand_up.run(imported(*nets)), "stand_up")


def compiled(graph: Graph, model: bytes, goal: str) -> Compiled:
    bound = evolve(bind_graph(graph), sha256=hashlib.sha256(model).hexdigest(), optimize=goal)
    return compile_model(bound, load_target("host").core)


def outputs(made: Compiled, given: Sequence[Array]) -> list[bytes]:
    """Returns what the model makes of `given`, built under the strict flags."""
    core = load_target("host").core
    with tempfile.TemporaryDirectory() as folder:
        program, failed = build_program(made, core, Path(folder), (*STRICT, "-O1"), need("gcc"))
        assert program is not None, failed
        replies, failed = run_program(program, [[x.tobytes() for x in given]], 60)
    assert not failed
    return list(replies[0])


def assert_same(goal: str, *nets: Net, seed: int = 0) -> Compiled:
    """Fails unless `nets` give the reference's bytes."""
    model = joined(*(net.part for net in nets))
    given = [net.input(seed) for net in nets]
    made = compiled(imported(*nets), model, goal)
    assert outputs(made, given) == [y.tobytes() for y in tflm(model, given)]
    return made


def causal(dtype: str = "int8", length: int = 24) -> Net:
    """What a temporal net comes to: padding, convolutions and an activation on [1, W, C]."""
    net = Net(dtype, length, 2)
    net.pad(2, 0)
    net.see(ROW)
    net.convolve(3, filters=4, padding="VALID")
    net.see(FLAT)
    net.relu()
    net.see(ROW)
    net.residual(5)
    net.see(COLUMN)
    net.pool("MAX_POOL_2D", 2, stride=2, padding="VALID")
    net.see(FLAT)
    net.mean()
    return net


def test_before_and_after() -> None:
    net = Net("float32", 8, 2)
    net.see(ROW)
    net.convolve(3, filters=4, stride=2, dilation=1)
    net.see(FLAT)
    net.add()
    net.see(ROW)
    net.convolve(2, padding="VALID")
    assert dump(imported(net)) == (
        "graph m\n"
        "  in  %0:float32[1x8x2]\n"
        "  %1:float32[1x1x8x2] = RESHAPE(%0) ReshapeOptions(new_shape=())\n"
        "  %3:float32[1x1x4x4] = CONV_2D(%1, %2) Conv2DOptions(padding=<Padding.SAME: 0>, "
        "stride_w=2, stride_h=1, activation=<Activation.NONE: 0>, dilation_w=1, dilation_h=1, "
        "pads=(0, 0, 0, 0))\n"
        "  %4:float32[1x4x4] = RESHAPE(%3) ReshapeOptions(new_shape=())\n"
        "  %5:float32[1x4x4] = ADD(%4, %4) AddOptions(activation=<Activation.NONE: 0>)\n"
        "  %6:float32[1x1x4x4] = RESHAPE(%5) ReshapeOptions(new_shape=())\n"
        "  %8:float32[1x1x3x4] = DEPTHWISE_CONV_2D(%6, %7) DepthwiseConv2DOptions("
        "padding=<Padding.VALID: 1>, stride_w=1, stride_h=1, activation=<Activation.NONE: 0>, "
        "dilation_w=1, dilation_h=1, pads=(0, 0, 0, 0))\n"
        "  out %8\n"
    )
    assert dump(passed(net)) == (
        "graph m\n"
        "  in  %0:float32[1x8x2]\n"
        "  %1:float32[1x1x8x2] = RESHAPE(%0) ReshapeOptions(new_shape=())\n"
        "  %9:float32[1x8x1x2] = RESHAPE(%1) ReshapeOptions(new_shape=())\n"
        "  %3:float32[1x4x1x4] = CONV_2D(%9, %10) Conv2DOptions(padding=<Padding.SAME: 0>, "
        "stride_w=1, stride_h=2, activation=<Activation.NONE: 0>, dilation_w=1, dilation_h=1, "
        "pads=(0, 0, 0, 0))\n"
        "  %5:float32[1x4x1x4] = ADD(%3, %3) AddOptions(activation=<Activation.NONE: 0>)\n"
        "  %16:float32[1x3x1x4] = DEPTHWISE_CONV_2D(%5, %15) DepthwiseConv2DOptions("
        "padding=<Padding.VALID: 1>, stride_w=1, stride_h=1, activation=<Activation.NONE: 0>, "
        "dilation_w=1, dilation_h=1, pads=(0, 0, 0, 0))\n"
        "  %8:float32[1x1x3x4] = RESHAPE(%16) ReshapeOptions(new_shape=())\n"
        "  out %8\n"
    )


def test_all_of_a_temporal_net_stands() -> None:
    graph = run_passes(imported(causal()), HOST)
    tasks = [site for site in graph.sites() if not site.node.op.view]
    names = [site.node.op.name for site in tasks]
    assert names == ["CONV_2D", "DEPTHWISE_CONV_2D", "ADD", "MAX_POOL_2D", "MEAN"]
    assert [site.output.shape[1:3] for site in tasks[:-1]] == [(24, 1)] * 3 + [(12, 1)]
    assert tasks[0].attrs.pads == (2, 0, 0, 0)


@settings(deadline=None, max_examples=40)
@given(nets())
def test_what_stands_is_named_as_before(net: Net) -> None:
    before, after = imported(net), passed(net)
    assert not any(lies(site) for site in after.sites())
    assert (after.inputs, after.outputs) == (before.inputs, before.outputs)
    made = {node.index: node.outputs for node in after.nodes if not node.op.view}
    for node in before.nodes:
        kept = set(node.outputs).isdisjoint(before.outputs)
        if not node.op.view and kept:
            assert made[node.index] == node.outputs
    assert len({node.index for node in after.nodes}) == len(after.nodes)
    for tensor in (*before.inputs, *before.outputs):
        assert after.tensors[tensor] == before.tensors[tensor]
    assert verify(stand_up.run(after), "twice") == after


@settings(deadline=None, max_examples=20)
@given(st.lists(nets(), min_size=1, max_size=3), st.sampled_from(["ram", "latency"]))
def test_nets_equal_the_reference(drawn: list[Net], goal: str) -> None:
    assert_same(goal, *drawn)


@pytest.mark.parametrize("dtype", ["int8", "float32"])
def test_a_standing_net_runs_row_by_row(dtype: str) -> None:
    net = causal(dtype, length=200)
    banded, whole = assert_same("ram", net), assert_same("latency", net)
    assert any(step.band is not None for step in banded.plan.steps)
    assert banded.plan.arena_bytes < 0.6 * whole.plan.arena_bytes
    again = on_whole_tensors(banded, load_target("host").core)
    assert outputs(again, [net.input(1)]) == outputs(banded, [net.input(1)])
    assert again.calls == whole.calls


def test_on_whole_tensors_signals_lie_again() -> None:
    """One run of taps is faster than a row of each; a net that came upright gains it too."""
    born_upright = Net("int8", 24, 2, COLUMN)
    born_upright.convolve(3, filters=4)
    for net in (causal(), born_upright):
        made = assert_same("latency", net)
        calls = [made.calls[i][0] for i, s in enumerate(made.graph.sites()) if stands(s)]
        assert calls
        for call in calls:
            assert (call.params["in_h"], call.params["kernel_h"], call.row_pointers) == (1, 1, 1)


def test_nothing_stands_without_a_window() -> None:
    net = Net("int8", 9, 3)
    net.relu()
    net.add()
    graph = imported(net)
    assert stand_up.run(graph) is graph


def test_pictures_are_left_alone() -> None:
    shapes = {"x": (1, 5, 6, 2), "y": (1, 5, 3, 2)}
    tensors = [T(name, "int8", shape, scale=0.5) for name, shape in shapes.items()]
    options = {"filterHeight": 1, "filterWidth": 2, "strideH": 1, "strideW": 2}
    graph = imported(Part(tensors, [N("MAX_POOL_2D", ["x"], ["y"], options)]))
    assert stand_up.run(graph) is graph
    twice = {name: (2, 1, *shape[2:]) for name, shape in shapes.items()}
    tensors = [T(name, "int8", shape, scale=0.5) for name, shape in twice.items()]
    graph = imported(Part(tensors, [N("MAX_POOL_2D", ["x"], ["y"], options)]))
    assert stand_up.run(graph) is graph


def test_signals_too_long_for_a_band_keep_lying() -> None:
    assert stand_up.TALLEST == MAX_ROWS
    for length, turned in ((MAX_ROWS, True), (MAX_ROWS + 1, False)):
        net = Net("int8", length, 1, ROW)
        net.convolve(3)
        graph = imported(net)
        assert (stand_up.run(graph) is not graph) == turned


def test_a_table_along_the_signal_is_added_as_it_lies() -> None:
    """No row could be computed without the others' part of the table."""
    net = Net("int8", 6, 2, ROW)
    net.convolve(3)
    net.add(*net.shape)
    net.convolve(3)
    graph = passed(net)
    shapes = {site.node.op.name: site.output.shape for site in graph.sites()}
    assert shapes["ADD"] == (1, 1, 6, 2)
    assert_same("ram", net)


def test_signals_joined_end_to_end_keep_lying() -> None:
    net = Net("int8", 6, 2, ROW)
    net.convolve(3)
    alone = net.part
    (last,) = (t for t in alone.tensors if t.name == net.name)
    joint = N("CONCATENATION", [net.name, net.name], ["y"], {"axis": 2})
    tensors = [*alone.tensors, evolve(last, name="y", shape=(1, 1, 12, 2))]
    graph = passed(Part(tensors, [*alone.nodes, joint], ["x"]))
    assert [s.output.shape for s in graph.sites() if s.node.op.name == "CONCATENATION"] == [
        (1, 1, 12, 2)
    ]


def test_standing_up_lets_padding_and_activations_fold() -> None:
    """Both are kept apart by views where signals lie."""
    net = causal()
    assert "RELU" in [n.op.name for n in fuse_activation.run(imported(net)).nodes]
    assert "RELU" not in [n.op.name for n in fuse_activation.run(passed(net)).nodes]
