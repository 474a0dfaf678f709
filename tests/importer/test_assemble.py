"""The assembler and the reference that other tests rely on."""

from __future__ import annotations

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from microflow.verify.oracle import NoResult, tflm_refusal
from microflow.verify.oracle import tflm_steps as product_steps
from tests.assemble import N, T, assemble
from tests.oracle import tflm, tflm_accepts, tflm_steps, tflm_tensors

_NAMES = [name for name in vars(schema.BuiltinOperator) if name.isupper()]
_X = T("x", "int8", (1, 4), scale=1.0)
_Y = T("y", "int8", (1, 4), scale=1.0)
_VALUES = np.array([[1, -2, 3, 100]], np.int8)


def _read(model: bytes) -> schema.ModelT:
    return schema.ModelT.InitFromObj(schema.Model.GetRootAs(model, 0))


def _doubled() -> bytes:
    return assemble([_X, _Y], [N("ADD", ["x", "x"], ["y"])], ["x"], ["y"])


@pytest.mark.parametrize("name", _NAMES)
def test_every_operator_of_the_schema_can_be_assembled(name: str) -> None:
    model = _read(assemble([_X, _Y], [N(name, [0], [1])], [0], [1]))
    code = model.operatorCodes[0]
    assert code.builtinCode == getattr(schema.BuiltinOperator, name)
    assert code.deprecatedBuiltinCode == min(code.builtinCode, 127)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("CONV_2D", "Conv2DOptionsT"),
        ("MAX_POOL_2D", "Pool2DOptionsT"),
        ("REDUCE_MAX", "ReducerOptionsT"),
        ("UNIDIRECTIONAL_SEQUENCE_LSTM", "UnidirectionalSequenceLSTMOptionsT"),
        ("LOGISTIC", "NoneType"),
    ],
)
def test_options_have_the_type_of_the_operator(name: str, options: str) -> None:
    operator = _read(assemble([_X, _Y], [N(name, [0], [1])], [0], [1])).subgraphs[0].operators[0]
    assert type(operator.builtinOptions).__name__ == options


def test_options_by_name_and_by_list() -> None:
    conv = N("CONV_2D", [0, 0, -1], [1], {"padding": "valid", "strideW": 2})
    reshape = N("RESHAPE", [0], [1], {"newShape": [4, 1]})
    first, second = _read(assemble([_X, _Y], [conv, reshape], [0], [1])).subgraphs[0].operators
    assert (first.builtinOptions.padding, first.builtinOptions.strideW) == (1, 2)
    assert list(first.inputs) == [0, 0, -1]
    assert list(second.builtinOptions.newShape) == [4, 1]


def test_mistakes_in_a_test_are_told() -> None:
    with pytest.raises(AssertionError, match="has no 'strideX'"):
        assemble([_X, _Y], [N("CONV_2D", [0], [1], {"strideX": 1})], [0], [1])
    with pytest.raises(AssertionError, match="has no 'CONV'"):
        assemble([_X, _Y], [N("CONV", [0], [1])], [0], [1])
    with pytest.raises(AssertionError, match="does not fit"):
        assemble([T("w", "int8", (3,), data=[1, 2])], [], [], [])


def test_constants_are_aligned_to_16_bytes() -> None:
    first = T("a", "int8", (3,), data=b"\x01\x02\x03")
    second = T("b", "int8", (21,), data=b"needle in the haystack"[:21])
    model = assemble([first, second], [], [], [0])
    assert model[4:8] == b"TFL3"
    assert model.index(b"needle in the haystac") % 16 == 0


def test_the_reference_runs_steps_on_one_interpreter() -> None:
    (step,) = tflm_steps(_doubled(), [[_VALUES]])
    np.testing.assert_array_equal(step[0], [[2, -4, 6, 127]])
    np.testing.assert_array_equal(tflm(_doubled(), [_VALUES])[0], step[0])


def test_the_reference_gives_intermediate_tensors() -> None:
    middle = T("m", "int8", (1, 4), scale=1.0)
    nodes = [N("ADD", ["x", "x"], ["m"]), N("ADD", ["m", "x"], ["y"])]
    model = assemble([_X, middle, _Y], nodes, ["x"], ["y"])
    seen = tflm_tensors(model, [_VALUES])
    assert sorted(seen) == [1, 2]
    np.testing.assert_array_equal(seen[1], [[2, -4, 6, 127]])
    np.testing.assert_array_equal(seen[2], tflm(model, [_VALUES])[0])


def test_the_reference_survives_models_that_end_its_process() -> None:
    negative = T("x", "int8", (1, 4), scale=-1.0)
    model = assemble([negative, _Y], [N("ADD", ["x", "x"], ["y"])], ["x"], ["y"])
    assert not tflm_accepts(model)
    assert tflm_accepts(_doubled())


def test_a_refusal_says_what_the_reference_printed() -> None:
    model = assemble([_X, _Y], [N("ADD", ["x"], ["y"])], ["x"], ["y"])
    refusal = tflm_refusal(model)
    assert refusal is not None and "Node ADD" in refusal.reason
    with pytest.raises(AssertionError, match="does not run the model"):
        tflm(model, [_VALUES])


def test_a_wrong_input_is_a_refusal() -> None:
    result = product_steps(_doubled(), [[_VALUES.astype(np.float32)]])
    assert isinstance(result, NoResult) and "FLOAT32" in result.reason


def test_the_isolated_reference_computes_the_same() -> None:
    result = product_steps(_doubled(), [[_VALUES], [_VALUES]], isolated=True)
    assert not isinstance(result, NoResult)
    assert [out.tolist() for (out,) in result] == [[[2, -4, 6, 127]]] * 2
