"""Verification: right models pass, wrong ones and wrong vectors do not, and the layer is named."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.compilation import Result
from microflow.diag import Diagnostics
from microflow.graph.call import Array as CallArray
from microflow.toolchain.host import Build
from microflow.verify import compare
from microflow.verify.compare import DIFFERENT, NO_REFERENCE, Verification, verify
from microflow.verify.difference import Array
from microflow.verify.oracle import NoResult

from .archive import loaded, reference_arrays
from .models import analysed, soft_inside, tampered, two_inputs


def _failure(result: Result, model: bytes, arrays: dict[str, Array] | None = None) -> Verification:
    """Returns the verification, which must fail with one diagnostic."""
    vectors = loaded(arrays, result) if arrays else None
    made, found = verify(result, model, vectors)
    assert made is not None and not made.passed
    assert [d.rule for d in found] == [DIFFERENT]
    assert found[0].help and found[0].span == result.model.source_span
    return made


@pytest.mark.parametrize("model", [two_inputs(), soft_inside()], ids=["int8", "float32"])
def test_a_right_model_passes_on_drawn_inputs_and_on_vectors(model: bytes) -> None:
    result = analysed(model)
    drawn, found = verify(result, model)
    assert drawn is not None and drawn.passed and not found
    assert (drawn.oracle, drawn.profile, drawn.steps) == ("tflite-micro", "tflm", 16)
    vectors = loaded(reference_arrays(result, model), result)
    made, found = verify(result, model, vectors)
    assert made is not None and made.passed and not found
    assert (made.oracle, made.steps) == ("vectors", 5)
    for output, port in zip(made.outputs, result.model.outputs, strict=True):
        assert output.name == port.label
        assert output.elements == 5 * port.tensor.elements
        assert (output.differing, output.max_difference) == (0, 0.0)


def test_the_tolerance_is_stated() -> None:
    exact, _ = verify(analysed(two_inputs()), two_inputs(), steps=1)
    rounded, _ = verify(analysed(soft_inside()), soft_inside(), steps=1)
    assert exact is not None and exact.tolerance == "none: every byte must be equal"
    assert rounded is not None and "SOFTMAX 16" in rounded.tolerance


@settings(max_examples=6, deadline=None)
@given(st.data())
def test_one_flipped_bit_in_one_output_of_one_step_fails(data: st.DataObject) -> None:
    model = data.draw(st.sampled_from([two_inputs(), soft_inside()]))
    result = analysed(model)
    arrays = reference_arrays(result, model)
    name = data.draw(st.sampled_from([f"out{i}" for i in range(len(result.model.outputs))]))
    raw = bytearray(arrays[name].tobytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    wrong = np.frombuffer(bytes(raw), arrays[name].dtype).reshape(arrays[name].shape)
    made = _failure(result, model, {**arrays, name: wrong})
    assert sum(output.differing for output in made.outputs) == 1
    assert made.first_difference is None


def test_vectors_are_to_blame_where_no_layer_differs() -> None:
    result = analysed(two_inputs())
    arrays = reference_arrays(result, two_inputs())
    arrays["out0"] = arrays["out0"][::-1]
    _, found = verify(result, two_inputs(), loaded(arrays, result))
    assert "no layer differs from TensorFlow Lite Micro" in found[0].message
    assert "make the vectors" in found[0].help


def test_swapped_inputs_fail() -> None:
    result = analysed(two_inputs())
    arrays = reference_arrays(result, two_inputs())
    _failure(result, two_inputs(), {**arrays, "in0": arrays["in1"], "in1": arrays["in0"]})


def test_tflm_vectors_take_the_place_of_others() -> None:
    result = analysed(two_inputs())
    arrays = reference_arrays(result, two_inputs())
    arrays["tflm_out0"], arrays["out0"] = arrays["out0"], ~arrays["out0"]
    made, found = verify(result, two_inputs(), loaded(arrays, result))
    assert made is not None and made.passed and not found


@pytest.mark.parametrize(
    ("step", "changes", "operator", "tensor"),
    [
        (0, {"out_zero_point": 2}, "FULLY_CONNECTED", "a"),
        (2, {"b_zero_point": 1}, "ADD", "sum"),
        (3, {"out_max": -20}, "FULLY_CONNECTED", "logits"),
    ],
)
def test_the_first_wrong_layer_is_named(
    step: int, changes: dict[str, int], operator: str, tensor: str
) -> None:
    result = tampered(analysed(two_inputs()), step, changes)
    made, found = verify(result, two_inputs())
    assert made is not None and made.first_difference is not None
    first = made.first_difference
    assert (first.operator, first.index, first.tensor) == (operator, step, tensor)
    assert 0 < first.differing <= first.elements
    assert first.ours != first.expected
    assert len(first.position) == 2
    assert f"{operator} (operator {step})" in found[0].message
    assert f"{first.ours} instead of {first.expected}" in found[0].message


def test_the_first_wrong_layer_is_named_with_vectors_too() -> None:
    right = analysed(two_inputs())
    arrays = reference_arrays(right, two_inputs())
    made = _failure(tampered(right, 3, {"out_max": -20}), two_inputs(), arrays)
    assert made.first_difference is not None
    assert made.first_difference.index == 3


def test_a_rounding_of_libm_is_allowed_and_reported() -> None:
    """A softmax off by a few units in the last place stands for another C library's expf."""
    result = tampered(analysed(soft_inside()), 1, {"beta": 1 + 2.0**-22})
    made, found = verify(result, soft_inside())
    assert made is not None and made.passed and not found
    assert made.outputs[0].differing > 0
    assert made.outputs[0].max_difference


def test_more_than_the_bound_is_not_allowed() -> None:
    made = _failure(tampered(analysed(soft_inside()), 1, {"beta": 1.001}), soft_inside())
    assert made.first_difference is not None
    assert made.first_difference.operator == "SOFTMAX"


@pytest.mark.parametrize("step", [0, 2])
def test_layers_beside_libm_must_give_equal_bytes(step: int) -> None:
    """Even a unit in the last place counts there, before the softmax and behind it."""
    right = analysed(soft_inside())
    bias = right.compiled.calls[step][0].params["bias"]
    assert isinstance(bias, CallArray)
    nudged = np.frombuffer(bias.data, np.float32) + np.float32(1e-6)
    wrong = evolve(bias, data=nudged.tobytes())
    made = _failure(tampered(right, step, {"bias": wrong}), soft_inside())
    assert made.first_difference is not None
    assert made.first_difference.index == step


def test_without_the_reference_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "tflite_micro", None)
    monkeypatch.setitem(sys.modules, "tflite_micro.python.tflite_micro", None)
    made, found = verify(analysed(two_inputs()), two_inputs())
    assert made is None
    _assert_no_reference(found)
    assert "mflowc[verify]" in found[0].help


def test_a_model_that_the_reference_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare, "profile_steps", lambda *_, **__: NoResult("refused", "try again"))
    made, found = verify(analysed(two_inputs()), two_inputs())
    assert made is None
    _assert_no_reference(found)


def _assert_no_reference(found: Diagnostics) -> None:
    assert [d.rule for d in found] == [NO_REFERENCE]
    assert found[0].span is not None


def test_a_difference_is_found_without_the_reference_too(monkeypatch: pytest.MonkeyPatch) -> None:
    result = analysed(two_inputs())
    arrays = reference_arrays(result, two_inputs())
    vectors = loaded({**arrays, "out0": ~arrays["out0"]}, result)
    monkeypatch.setitem(sys.modules, "tflite_micro", None)
    monkeypatch.setitem(sys.modules, "tflite_micro.python.tflite_micro", None)
    made, found = verify(result, two_inputs(), vectors)
    assert made is not None and not made.passed and made.first_difference is None
    assert "mflowc[verify]" in found[0].help


def test_a_compiler_that_fails_is_reported() -> None:
    build = Build(("-std=c99", "-no-such-flag"))
    made, found = verify(analysed(two_inputs()), two_inputs(), steps=1, build=build)
    assert made is None
    assert [d.rule.code for d in found] == ["MF6002"]
