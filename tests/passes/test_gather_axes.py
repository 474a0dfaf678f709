"""Reductions of dimensions that lie apart: a TRANSPOSE brings them together, if one is needed."""

from __future__ import annotations

import numpy as np
import pytest

from microflow.graph.ir import Graph
from microflow.graph.verify import verify
from microflow.importer.tflite import import_model
from microflow.passes import gather_axes
from tests.ops.reductions import part
from tests.ops.same import assert_same, joined, values


def passed(shape: tuple[int, ...], axes: list[int], keep: bool = False) -> Graph:
    graph, diagnostics = import_model(joined(part("MEAN", "int8", shape, axes, keep)), "m")
    assert graph is not None, diagnostics
    return verify(gather_axes.run(graph), "gather_axes")


@pytest.mark.parametrize(
    ("shape", "axes"),
    [((2, 3, 4), [0, 2]), ((2, 3, 4, 5, 6), [1, 3]), ((2, 3, 1, 5, 2), [0, 2, 4])],
)
def test_what_the_kernels_take_stays(shape: tuple[int, ...], axes: list[int]) -> None:
    assert [node.op.name for node in passed(shape, axes).nodes] == ["MEAN"]


@pytest.mark.parametrize("keep", [False, True])
def test_kept_dimensions_come_first(keep: bool) -> None:
    graph = passed((2, 3, 4, 5, 6), [0, 2, 4], keep)
    turn, mean = graph.sites()
    assert [turn.node.op.name, mean.node.op.name] == ["TRANSPOSE", "MEAN"]
    assert turn.output.shape == (3, 5, 2, 4, 6)
    assert mean.output.shape == ((1, 3, 1, 5, 1) if keep else (3, 5))


@pytest.mark.parametrize("op", ["MEAN", "SUM", "REDUCE_MAX"])
@pytest.mark.parametrize("dtype", ["int8", "float32"])
def test_the_most_scattered_of_all(op: str, dtype: str) -> None:
    """In the order of floats, too."""
    shape, y = (2, 1, 3, 2, 2, 3, 2, 2), (0.5, 3)
    parts = [part(op, dtype, shape, axes, y=y) for axes in ([0, 3, 5, 7], [2, -2, 4, 0])]
    given = [[np.nan_to_num(values(dtype, shape, seed)) for seed in (i, i + 1)] for i in (1, 7)]
    assert_same(joined(*parts), given, sanitize=True)
