"""LOGICAL_NOT against the reference."""

from __future__ import annotations

import numpy as np

from tests.assemble import N, T, assemble
from tests.ops.same import assert_same, findings, joined, values
from tests.ops.unary import part
from tests.run_model import compiled


def test_both_values() -> None:
    x = values("bool", (3, 7), 0)
    assert_same(joined(part("LOGICAL_NOT", "bool", shape=(3, 7))), [[x], [~x]])


def test_constants_are_computed_at_compile_time() -> None:
    x = np.array([True, False, True])
    tensors = [
        T("c", "bool", (3,), data=x),
        T("n", "bool", (3,)),
        T("x", "bool", (3,)),
        T("y", "bool", (3,)),
        T("z", "bool", (3,)),
    ]
    nodes = [N("LOGICAL_NOT", ["c"], ["n"]), N("LOGICAL_NOT", ["x"], ["y"])]
    model = assemble(tensors[:4], nodes, ["x"], ["y", "n"])
    kernels = compiled(model).kernels
    assert "clamp_s8" in kernels
    assert_same(model, [[~x]])


def test_unsupported_forms() -> None:
    assert "type uint8" in findings(joined(part("LOGICAL_NOT", "uint8")))
