"""Nodes that would only copy are views, and nothing else is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from microflow.importer.tflite import import_model
from microflow.passes import view_copies
from tests.assemble import N, T
from tests.ops.moved import Shape, constant, numbers, tensor
from tests.ops.same import Part, assert_outputs, joined, values
from tests.run_model import compiled

SHAPE = (1, 6, 1, 4)


def part(op: str, new: Shape, *tables: Any, **options: Any) -> Part:
    """Returns an operator on a picture of shape `SHAPE`; `tables` are its constants."""
    constants = [numbers(f"t{i}_", table) for i, table in enumerate(tables)]
    return Part(
        [tensor("x", "int8", SHAPE), *constants, tensor("y", "int8", new)],
        [N(op, ["x", *(t.name for t in constants)], ["y"], options or None)],
    )


COPIES = {
    "TRANSPOSE": part("TRANSPOSE", (1, 1, 6, 4), (0, 2, 1, 3)),
    "SLICE": part("SLICE", SHAPE, (0, 0, 0, 0), (-1, 6, 1, 4)),
    "STRIDED_SLICE": part("STRIDED_SLICE", (6, 1, 4), (0,), (1,), (1,), shrinkAxisMask=1),
    "REVERSE_V2": part("REVERSE_V2", SHAPE, (0, 2)),
    "TILE": part("TILE", SHAPE, (1, 1, 1, 1)),
    "BROADCAST_TO": part("BROADCAST_TO", (1, *SHAPE), (1, *SHAPE)),
    "SPACE_TO_DEPTH": part("SPACE_TO_DEPTH", SHAPE, blockSize=1),
    "DEPTH_TO_SPACE": part("DEPTH_TO_SPACE", SHAPE, blockSize=1),
    "RESIZE_NEAREST_NEIGHBOR": part("RESIZE_NEAREST_NEIGHBOR", SHAPE, (6, 1)),
    "CAST": part("CAST", SHAPE),
    "UNPACK": part("UNPACK", (6, 1, 4), axis=0, num=1),
    "GATHER": part("GATHER", SHAPE, (0, 1, 2, 3), axis=3),
    "PACK": part("PACK", (1, *SHAPE), axis=0, valuesCount=1),
    "PAD": part("PAD", SHAPE, [[0, 0]] * 4),
    "PADV2": part("PADV2", SHAPE, [[0, 0]] * 4),
    "MIRROR_PAD": part("MIRROR_PAD", SHAPE, [[0, 0]] * 4),
}


@pytest.mark.parametrize("name", sorted(COPIES))
def test_a_copy_takes_no_code_and_no_memory(name: str) -> None:
    made = compiled(joined(COPIES[name]))
    assert made.calls == ((),)
    assert made.plan.arena_bytes == 24


def test_bytes_pass_through() -> None:
    inputs = [values("int8", SHAPE, i) for i in range(len(COPIES))]
    shapes = [made.tensors[-1].shape for made in COPIES.values()]
    wanted = [x.reshape(shape) for x, shape in zip(inputs, shapes, strict=True)]
    assert_outputs(joined(*COPIES.values()), [inputs], [wanted])


@pytest.mark.parametrize(
    "made",
    [
        part("TRANSPOSE", (1, 4, 1, 6), (0, 3, 2, 1)),
        part("SLICE", (1, 5, 1, 4), (0, 1, 0, 0), (1, 5, 1, 4)),
        part("REVERSE_V2", SHAPE, (1,)),
        constant(COPIES["TRANSPOSE"], x=np.zeros(SHAPE)),
        Part(
            [T("x", "int8", SHAPE, 0.5, variable=True), *COPIES["TRANSPOSE"].tensors[1:]],
            COPIES["TRANSPOSE"].nodes,
            [],
        ),
    ],
)
def test_what_moves_and_what_has_bytes_of_its_own_stays(made: Part) -> None:
    graph, _ = import_model(joined(made), "model")
    assert graph is not None
    assert view_copies.run(graph) == graph
