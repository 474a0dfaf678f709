"""Verification of models that remember: all steps in order, and layers looked at in that order."""

from __future__ import annotations

import numpy as np

from microflow.verify.compare import DIFFERENT, verify
from tests.ops.state_models import ADD, CALL, READ, first_values, handle, remembering

from ..assemble import N
from .archive import loaded, reference_arrays
from .models import analysed, tampered

KEEP = N("ASSIGN_VARIABLE", ["h", "y"], [])
CLAMP = N("RELU", ["y"], ["z"])
MODEL = remembering(
    [CALL, handle("h"), READ, ADD, KEEP, CLAMP],
    outputs=("z",),
    subgraphs=[first_values([1, -2, 3, -4])],
)


def test_a_right_model_passes_on_drawn_inputs_and_on_vectors() -> None:
    result = analysed(MODEL)
    for vectors in (None, loaded(reference_arrays(result, MODEL), result)):
        made, found = verify(result, MODEL, vectors)
        assert made is not None and made.passed and not found


def test_a_wrong_layer_is_named() -> None:
    result = analysed(MODEL)
    add = next(i for i, n in enumerate(result.compiled.graph.nodes) if n.op.name == "ADD")
    zero_point = result.compiled.calls[add][0].params["out_zero_point"]
    assert isinstance(zero_point, int)
    wrong = tampered(result, add, {"out_zero_point": zero_point + 1})
    made, (found,) = verify(wrong, MODEL)
    assert made is not None and made.first_difference is not None
    assert found.rule is DIFFERENT
    assert (made.first_difference.operator, made.first_difference.step) == ("ADD", 0)


def test_vectors_that_are_wrong_in_a_late_step_are_to_blame() -> None:
    result = analysed(MODEL)
    arrays = reference_arrays(result, MODEL)
    arrays["out0"] = arrays["out0"].copy()
    arrays["out0"][3, 0, 1] ^= 1
    made, (found,) = verify(result, MODEL, loaded(arrays, result))
    assert made is not None and made.first_difference is None
    assert np.array([o.differing for o in made.outputs]).sum() == 1
    assert "first in step 3; no layer differs from TensorFlow Lite Micro" in found.message
