"""CAST against the reference: every pair of types that it takes, and the ends of each."""

from __future__ import annotations

from itertools import product

import numpy as np

from tests.assemble import N, T
from tests.ops.moved import assert_folds, constant
from tests.ops.same import Array, Part, assert_outputs, assert_same, findings, joined, values
from tests.ops.windows import changed
from tests.oracle import tflm
from tests.run_model import compiled

TAKEN = ("int8", "int16", "int32", "uint32", "float32", "bool")
LACKING = ("uint8", "uint16")
ODD = [0.9, -0.9, 127.9, -128.9, 300, -300, 4e4, 1e9, 2147483520, -(2.0**31), 3e9, 4294967040, -1.5]


def part(given: str, made: str) -> Part:
    return Part([T("x", given, (64,)), T("y", made, (64,))], [N("CAST", ["x"], ["y"])])


def numbers(dtype: str, seed: int) -> Array:
    """Returns numbers of which half are near 0 and some at the ends of other types."""
    x = values(dtype, (64,), seed)
    if dtype == "float32":
        x[: len(ODD)] = ODD
        x[len(ODD) : 20] = [-0.0, np.nan, np.inf, -np.inf, 1e20, -1e20, 1e-40][: 20 - len(ODD)]
    elif dtype != "bool":
        x[:40] = np.arange(-20, 20).astype(dtype)
        x[40:50] = np.array([2**7, 2**8, 2**15, 2**16, 2**24 + 1] * 2).astype(dtype)
    return x


def test_every_pair_as_the_reference_does() -> None:
    pairs = list(product(TAKEN, TAKEN))
    built = joined(*(part(*pair) for pair in pairs))
    given_ = [[numbers(x, seed + i) for i, (x, _) in enumerate(pairs)] for seed in (0, 99)]
    assert_same(built, given_, sanitize=True)


def test_types_that_the_reference_lacks() -> None:
    pairs = [*product(LACKING, (*TAKEN, *LACKING)), *product(TAKEN[:4], LACKING)]
    given_ = [numbers(x, i) for i, (x, _) in enumerate(pairs)]
    wanted = [x.astype(y) for x, (_, y) in zip(given_, pairs, strict=True)]
    assert_outputs(joined(*(part(*pair) for pair in pairs)), [given_], [wanted], sanitize=True)


def test_constants_fold() -> None:
    """To the same bytes as at run time."""
    pairs = list(product(TAKEN, TAKEN))
    given_ = [numbers(x, i) for i, (x, _) in enumerate(pairs)]
    parts = [part(*pair) for pair in pairs]
    folded = [constant(made, x=x) for made, x in zip(parts, given_, strict=True)]
    assert_folds(folded, tflm(joined(*parts), given_))


def test_scales_do_not_matter() -> None:
    made = changed(changed(part("int8", "int16"), "x", scale=0.5, zero_point=3), "y", scale=0.1)
    assert_same(joined(made), [[numbers("int8", 1)]])


def test_works_in_place() -> None:
    assert compiled(joined(part("int32", "int32"))).plan.arena_bytes == 256
    assert compiled(joined(part("int8", "int8"))).calls == ((),)


def test_unsupported_forms() -> None:
    assert findings(joined(part("int8", "int32"))) == ""
    assert "type int64" in findings(joined(part("int64", "int32")))
    assert "type float64" in findings(joined(part("int8", "float64")))
    wrong = changed(part("int8", "int16"), "y", shape=(8, 8))
    assert "should have shape [64]" in findings(joined(wrong))
