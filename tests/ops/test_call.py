"""CALL: a subgraph in the place of its operators. The reference does not have it."""

from __future__ import annotations

import numpy as np

from tests.assemble import N, S, T, assemble
from tests.ops.same import findings
from tests.oracle import tflm_steps
from tests.run_model import run_model_many


def test_a_call_is_what_it_calls() -> None:
    tensors = [T(name, "float32", (1, 4)) for name in ("x", "y", "z")]
    nodes = [N("ADD", ["x", "x"], ["y"]), N("MUL", ["y", "x"], ["z"])]
    sub = S([T(name, "float32", (1, 4)) for name in "ab"], [N("ADD", ["a", "a"], ["b"])], "a", "b")
    called = [N("CALL", ["x"], ["y"], {"subgraph": 1}), nodes[1]]
    model = assemble(tensors, called, ["x"], ["z"], subgraphs=[sub])
    rng = np.random.default_rng(3)
    given = [[rng.normal(0, 3, (1, 4)).astype(np.float32)] for _ in range(3)]
    expected = tflm_steps(assemble(tensors, nodes, ["x"], ["z"]), given)
    for (ours,), (wanted,) in zip(run_model_many(model, given), expected, strict=True):
        assert ours.tobytes() == wanted.tobytes()


def test_unsupported_forms() -> None:
    tensors = [T("x", "float32", (1, 4)), T("y", "float32", (1, 4))]
    sub = S([T("a", "float32", (1, 3))], [], "a", "a")
    call = N("CALL", ["x"], ["y"], {"subgraph": 1})
    model = assemble(tensors, [call], ["x"], ["y"], subgraphs=[sub])
    assert "a subgraph with 'a' (float32 1x3)" in findings(model)
