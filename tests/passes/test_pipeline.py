"""Constant folding, dead nodes, constant outputs, and the invariants checked after each pass."""

from __future__ import annotations

import numpy as np
import pytest
from attrs import evolve

from microflow.graph.dump import dump
from microflow.graph.ir import Graph
from microflow.graph.verify import BrokenGraph, verify
from microflow.importer.tflite import import_model
from microflow.passes import (
    drop_unused,
    fold_constants,
    load_constants,
    materialise_outputs,
    run_passes,
)
from microflow.targets import load_core

from ..assemble import N, T, assemble
from ..oracle import tflm
from ..run_model import run_model

HOST = load_core("x86-64")


def _graph(model: bytes) -> Graph:
    graph, diagnostics = import_model(model, "model")
    assert graph is not None, [d.message for d in diagnostics]
    return graph


def _shape_computed_by_nodes() -> bytes:
    """RESHAPE to a shape that SHAPE, STRIDED_SLICE and PACK compute, as converters write it."""
    one = {"data": [1]}
    return assemble(
        tensors=[
            T("x", "float32", (2, 3, 4)),
            T("shape", "int32", (3,)),
            T("begin", "int32", (1,), data=[0]),
            T("end", "int32", (1,), **one),
            T("step", "int32", (1,), **one),
            T("batch", "int32", ()),
            T("rest", "int32", (), data=[12]),
            T("packed", "int32", (2,)),
            T("y", "float32", (2, 12)),
        ],
        nodes=[
            N("SHAPE", ["x"], ["shape"], {"outType": 2}),
            N(
                "STRIDED_SLICE",
                ["shape", "begin", "end", "step"],
                ["batch"],
                {"shrinkAxisMask": 1},
            ),
            N("PACK", ["batch", "rest"], ["packed"], {"valuesCount": 2, "axis": 0}),
            N("RESHAPE", ["x", "packed"], ["y"]),
        ],
        inputs=["x"],
        outputs=["y"],
    )


def test_a_computed_shape_folds_away() -> None:
    folded = fold_constants.run(_graph(_shape_computed_by_nodes()))
    assert [n.op.name for n in folded.nodes] == ["RESHAPE"]
    x = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    (y,) = run_model(_shape_computed_by_nodes(), [x])
    assert np.array_equal(y, x.reshape(2, 12))


def _with_unused_node() -> bytes:
    return assemble(
        tensors=[T(name, "float32", (4,)) for name in ("x", "unused", "y")],
        nodes=[N("RELU", ["x"], ["unused"]), N("RELU6", ["x"], ["y"])],
        inputs=["x"],
        outputs=["y"],
    )


def test_unused_nodes_are_dropped() -> None:
    assert dump(drop_unused.run(_graph(_with_unused_node()))) == (
        "graph model\n  in  %0:float32[4]\n  %2:float32[4] = RELU6(%0)\n  out %2\n"
    )


def _with_constant_output() -> bytes:
    return assemble(
        tensors=[
            T("x", "float32", (2,)),
            T("c", "float32", (2,), data=[1.5, -2.5]),
            T("y", "float32", (2,)),
        ],
        nodes=[N("ADD", ["x", "c"], ["y"])],
        inputs=["x"],
        outputs=["y", "c"],
    )


def test_a_constant_output_gets_memory() -> None:
    graph = verify(materialise_outputs.run(_graph(_with_constant_output())), "test")
    assert graph.tensors[1].data is None
    assert [n.op.name for n in graph.nodes] == ["ADD", "COPY"]
    x = np.array([1, 2], np.float32)
    y, c = run_model(_with_constant_output(), [x])
    want = tflm(_with_constant_output(), [x])
    assert np.array_equal(y, want[0]) and np.array_equal(c, want[1])


def test_the_input_may_be_the_output() -> None:
    model = assemble([T("x", "int8", (3,), scale=1.0)], [], inputs=["x"], outputs=["x"])
    (y,) = run_model(model, [np.array([1, -2, 3], np.int8)])
    assert y.tolist() == [1, -2, 3]


def test_a_broken_graph_is_our_bug() -> None:
    graph = _graph(_with_unused_node())
    swapped = evolve(graph, nodes=tuple(evolve(n, inputs=(2,)) for n in graph.nodes))
    with pytest.raises(BrokenGraph, match="before it is computed"):
        verify(swapped, "test")
    nameless = evolve(graph, nodes=tuple(evolve(n, inputs=(99,)) for n in graph.nodes))
    with pytest.raises(BrokenGraph, match="does not exist"):
        verify(nameless, "test")
    with pytest.raises(BrokenGraph, match="nothing computes"):
        verify(evolve(graph, nodes=()), "test")
    reshaped = graph.with_tensors(evolve(graph.tensors[2], shape=(5,)))
    with pytest.raises(BrokenGraph, match="should have shape"):
        verify(reshaped, "test")


def test_passes_are_repeatable() -> None:
    graph = _graph(_shape_computed_by_nodes())
    once = run_passes(graph, HOST)
    assert dump(once) == dump(run_passes(graph, HOST))
    assert dump(run_passes(once, HOST)) == dump(once)


def test_constant_operands_are_loaded_where_pointers_cannot_reach_them() -> None:
    graph = _graph(_with_constant_output())
    assert [n.op.name for n in load_constants.run(graph, HOST).nodes] == ["ADD"]
    loaded = verify(load_constants.run(graph, load_core("avr5")), "test")
    assert [n.op.name for n in loaded.nodes] == ["COPY", "ADD"]
    assert loaded.nodes[1].inputs == (0, loaded.nodes[0].outputs[0])
