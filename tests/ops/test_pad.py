"""PAD against the reference, and what passes ask of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.access import Whole, Window
from microflow.graph.ir import Site
from microflow.importer.tflite import import_model
from microflow.ops import pad
from tests.assemble import N, T, assemble
from tests.ops.same import Part, assert_outputs, assert_same, findings, joined, values

Pairs = list[tuple[int, int]]


def part(
    dtype: str, shape: tuple[int, ...], pairs: Pairs, zero_point: int = 0, table: Any = None
) -> Part:
    """Returns a PAD; int8 tensors have a scale. `table` replaces the tensor of the paddings."""
    scale = 0.5 if dtype in ("int8", "uint8", "int16") else None
    total = tuple(size + sum(pair) for size, pair in zip(shape, pairs, strict=True))
    return Part(
        [
            T("x", dtype, shape, scale=scale, zero_point=zero_point),
            table or T("p", "int32", (len(pairs), 2), data=pairs),
            T("y", dtype, total, scale=scale, zero_point=zero_point),
        ],
        [N("PAD", ["x", "p"], ["y"])],
    )


def model(*case: Any) -> bytes:
    return joined(part(*case))


def site(built: bytes) -> Site:
    graph, _ = import_model(built, "model")
    assert graph is not None
    return graph.sites()[0]


sizes = st.integers(1, 4)
margins = st.tuples(st.integers(0, 2), st.integers(0, 2))


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, tuple[int, ...], Pairs, int]:
    dtype = draw(st.sampled_from(["int8", "float32", "int16", "int32"]))
    shape = draw(st.lists(sizes, min_size=1, max_size=5))
    still = st.just((0, 0))
    zero_point = draw(st.sampled_from([-128, -3, 0, 127])) if dtype == "int8" else 0
    return dtype, tuple(shape), [draw(margins | still) for _ in shape], zero_point


@settings(deadline=None, max_examples=12)
@given(st.lists(cases(), min_size=1, max_size=5), st.integers(0, 99))
def test_pads_as_the_reference_does(drawn: list[Any], seed: int) -> None:
    given_ = [values(dtype, shape, seed) for dtype, shape, _, _ in drawn]
    assert_same(joined(*(part(*case) for case in drawn)), [given_])


@pytest.mark.parametrize("dtype", ["uint8", "int64", "bool"])
def test_types_that_the_reference_lacks(dtype: str) -> None:
    x = values(dtype, (2, 3), 7)
    padded = np.pad(x, [(1, 0), (2, 1)], constant_values=200 if dtype == "uint8" else 0)
    built = model(dtype, (2, 3), [(1, 0), (2, 1)], 200 if dtype == "uint8" else 0)
    assert_outputs(built, [[x]], [[padded]])


def test_seven_dimensions() -> None:
    pairs: Pairs = [(0, 0), (1, 0), (0, 0), (0, 1), (1, 1), (0, 0), (2, 0)]
    x = values("int32", (1, 2, 1, 2, 1, 2, 3), 1)
    assert_outputs(model("int32", x.shape, pairs), [[x]], [[np.pad(x, pairs)]])


def test_pads_with_the_outputs_zero_point() -> None:
    """The reference copies the data as it is, even where the output's scale is another."""
    built = assemble(
        [
            T("x", "int8", (3,), scale=1.0, zero_point=3),
            T("p", "int32", (1, 2), data=[[1, 2]]),
            T("y", "int8", (6,), scale=2.0, zero_point=7),
        ],
        [N("PAD", ["x", "p"], ["y"])],
        ["x"],
        ["y"],
    )
    assert_same(built, [[np.array([-9, 0, 9], np.int8)]])


def test_paddings_may_be_flat() -> None:
    flat = T("p", "int32", (4,), data=[0, 0, 1, 2])
    assert_same(model("int8", (1, 4), [(0, 0), (1, 2)], 0, flat), [[values("int8", (1, 4), 0)]])


@pytest.mark.parametrize("dtype", ["int8", "float32", "int64"])
def test_constants_fold(dtype: str) -> None:
    x = values(dtype, (2, 3), 3)
    built = assemble(
        [
            T("i", dtype, (4, 4), scale=0.5, zero_point=-7),
            T("x", dtype, (2, 3), scale=0.5, zero_point=-7, data=x),
            T("p", "int32", (2, 2), data=[[1, 1], [0, 1]]),
            T("h", dtype, (4, 4), scale=0.5, zero_point=-7),
            T("y", dtype, (8, 4), scale=0.5, zero_point=-7),
        ],
        [
            N("PAD", ["x", "p"], ["h"]),
            N("CONCATENATION", ["i", "h"], ["y"], {"axis": 0}),
        ],
        ["i"],
        ["y"],
    )
    given_ = values(dtype, (4, 4), 4)
    padded = np.pad(x, [(1, 1), (0, 1)], constant_values=-7 if dtype == "int8" else 0)
    assert_outputs(built, [[given_]], [[np.concatenate([given_, padded])]])


def test_spatial_pads() -> None:
    picture = (1, 2, 3, 4)
    assert pad.spatial_pads(site(model("int8", picture, [(0, 0), (1, 2), (3, 4), (0, 0)]))) == (
        1,
        2,
        3,
        4,
    )
    assert pad.spatial_pads(site(model("int8", picture, [(0, 0)] * 4))) == (0, 0, 0, 0)
    assert pad.spatial_pads(site(model("int8", picture, [(1, 0), *[(0, 0)] * 3]))) is None
    assert pad.spatial_pads(site(model("int8", picture, [*[(0, 0)] * 3, (0, 1)]))) is None
    assert pad.spatial_pads(site(model("int8", (2, 3), [(1, 0), (0, 0)]))) is None


def test_access_is_by_pixel_within_an_image() -> None:
    def reads(pairs: Pairs, shape: tuple[int, ...] = (1, 2, 3, 4)) -> Any:
        return pad.OPERATOR.access(site(model("int8", shape, pairs))).reads[0]

    assert reads([(0, 0), (1, 0), (2, 0), (0, 3)]) == Window(padding=(1, 2))
    assert reads([(1, 0), (1, 0), (2, 0), (0, 3)]) == Whole()
    assert reads([(1, 0), (1, 0)], (2, 3)) == Whole()


def test_unsupported_forms() -> None:
    assert "negative padding" in findings(model("int8", (1, 4), [(0, 0), (-1, 0)]))
    few = T("p", "int32", (1, 2), data=[[0, 0]])
    wrong = findings(model("int8", (1, 4), [(0, 0), (0, 0)], 0, few))
    assert "2 sizes of padding for 2 dimensions" in wrong
    at_run_time = assemble(
        [T("x", "float32", (4,)), T("p", "int32", (1, 2)), T("y", "float32", (5,))],
        [N("PAD", ["x", "p"], ["y"])],
        ["x", "p"],
        ["y"],
    )
    assert "padding computed at run time" in findings(at_run_time)
