"""ZEROS_LIKE against the reference: constants, whatever the input is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.assemble import N
from tests.ops.moved import Shape, tensor
from tests.ops.same import Part, assert_outputs, assert_same, findings, joined, values
from tests.ops.windows import changed, site
from tests.run_model import compiled


def part(dtype: str, shape: Shape) -> Part:
    """The zero point does not matter."""
    return Part(
        [tensor("x", dtype, shape, zero_point=7), tensor("y", dtype, shape, zero_point=7)],
        [N("ZEROS_LIKE", ["x"], ["y"])],
    )


def test_as_the_reference_does() -> None:
    types = ("int8", "float32", "int32", "int64")
    built = joined(*(part(dtype, (2, 3)) for dtype in types))
    assert_same(built, [[values(dtype, (2, 3), 1) for dtype in types]])


@pytest.mark.parametrize("dtype", ["uint8", "int16", "bool"])
def test_types_that_the_reference_lacks(dtype: str) -> None:
    x = values(dtype, (2, 3), 1)
    assert_outputs(joined(part(dtype, (2, 3))), [[x]], [[np.zeros_like(x)]], sanitize=True)


def test_is_known_at_compile_time() -> None:
    found = site(part("int8", (2, 3)))
    assert found.node.op.fold(found) == (bytes(6),)
    (call,) = found.node.op.lower(found, None)  # type: ignore[arg-type]
    assert (call.kernel, call.inputs) == ("copy_constant", ())
    assert found.node.op.access(found).reads
    assert compiled(joined(part("int8", (2, 3)))).plan.work.tasks[0].operands == ()


def test_unsupported_forms() -> None:
    def said(**fields: Any) -> str:
        return findings(joined(changed(part("int8", (2, 3)), "y", **fields)))

    assert said() == ""
    assert "input and output of one type" in said(dtype="int16")
    assert "should have shape [2, 3]" in said(shape=(3, 3))
