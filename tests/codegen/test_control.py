"""Subgraphs as functions: one each, innermost first, counted as they are."""

from __future__ import annotations

import pytest

from microflow.analysis import Request, check
from microflow.codegen.lower import lower_model
from microflow.compilation import Result
from microflow.files import Overlay
from microflow.targets import load_core
from tests.assemble import N
from tests.ops.state_models import ADD, ASSIGN, CALL, READ, first_values, handle, remembering
from tests.ops.test_if import DOUBLE, SQUARE, branch, choosing
from tests.ops.test_while import CONDITION, loop
from tests.ops.test_while import DOUBLE as ROUNDS

INNER = branch(N("CALL", ["a"], ["b"], {"subgraph": 3}))
MODELS = {
    "choice": choosing(DOUBLE, SQUARE),
    "one for both": choosing(INNER, INNER, SQUARE),
    "loop": loop(CONDITION, ROUNDS),
    "state": remembering(
        [CALL, handle("h"), READ, ADD, ASSIGN], subgraphs=[first_values([1, 2, 3, 4])]
    ),
}


def compiled(model: bytes) -> Result:
    analysis = check(Request("m.tflite", "nrf52840"), Overlay({"m.tflite": model}))
    assert not analysis.diagnostics, [d.message for d in analysis.diagnostics]
    return analysis.results[0]


@pytest.mark.parametrize("name", MODELS)
def test_constants_are_what_the_code_has(name: str) -> None:
    result = compiled(MODELS[name])
    core = load_core("cortex-m4")
    model = lower_model(result.compiled, core, "m")
    assert result.sizes.constant_bytes == model.constant_bytes
    assert result.weight_bytes == model.weight_bytes
    names = [array.name for array in model.arrays]
    names += [struct.name for struct in model.structs]
    names += [function.name for function in model.functions]
    assert len(names) == len(set(names))


def test_a_function_comes_before_those_that_call_it_and_once() -> None:
    result = compiled(MODELS["one for both"])
    model = lower_model(result.compiled, load_core("cortex-m4"), "m")
    assert [f.name for f in model.functions] == ["subgraph_3", "subgraph_1", "subgraph_2"]
    lines = [line for f in model.functions for step in f.steps for line in step.lines]
    assert sum("subgraph_3(" in line for line in lines) == 2
    assert not any("MF_ON_LAYER" in line for line in lines)


def test_a_subgraph_needs_scratch_memory_stack_and_no_known_time() -> None:
    result = compiled(MODELS["loop"])
    inners = result.compiled.inners
    scratch = max(inner.plan.arena_bytes for inner in inners.values())
    (task,) = result.compiled.plan.work.tasks
    assert task.scratch == scratch
    assert result.sizes.arena_bytes >= scratch + 16
    assert result.times.total is None
    assert set(result.compiled.kernels) == {"add_f32", "add_s32", "compare_s32"}
