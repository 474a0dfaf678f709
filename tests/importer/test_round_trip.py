"""What a sound file says arrives in the graph."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.dump import dump
from microflow.graph.enums import Activation, Padding
from microflow.graph.ir import Graph
from microflow.graph.tensor import DType, Quantization
from microflow.importer.tflite import import_model
from tests.assemble import N, S, T, assemble, model_object, pack
from tests.importer.records import Conv2DOptions, ReshapeOptions, SoftmaxOptions

X = T("x", "int8", (1, 4), scale=1.0)
Y = T("y", "int8", (1, 4), scale=1.0)
ADD = N("ADD", ["x", "x"], ["y"])


def graph(model: bytes) -> Graph:
    found, diagnostics = import_model(model, "m")
    assert found is not None, diagnostics
    assert diagnostics == ()
    return found


def convolution(**changes: Any) -> bytes:
    """Returns a model of one convolution, its node changed by `changes`."""
    node: dict[str, Any] = {
        "inputs": ["x", "w", -1],
        "options": {"padding": "VALID", "strideW": 2, "fusedActivationFunction": "RELU6"},
    }
    tensors = [
        T("x", "int8", (1, 4, 4, 2), scale=0.5, zero_point=3),
        T("w", "int8", (2, 1, 1, 2), data=[1, 2, -3, 4], scales=[0.1, 0.2]),
        T("y", "int8", (1, 2, 2, 2), scale=0.25, zero_point=-1),
    ]
    return assemble(tensors, [N("CONV_2D", outputs=["y"], **{**node, **changes})], ["x"], ["y"])


def test_a_graph_as_text() -> None:
    nodes = [N("ADD", ["x", "x"], ["h"]), N("RESHAPE", ["h", "s"], ["y"])]
    shape = T("s", "int32", (2,), data=[4, 1])
    tensors = [X, T("h", "int8", (1, 4), scale=1.0), shape, T("y", "int8", (4, 1), scale=1.0)]
    assert dump(graph(assemble(tensors, nodes, ["x"], ["y"]))) == (
        "graph m\n"
        "  in  %0:int8[1x4]\n"
        "  %1:int8[1x4] = ADD(%0, %0)\n"
        "  %3:int8[4x1] = RESHAPE(%1, %2) ReshapeOptions(new_shape=())\n"
        "  out %3\n"
    )


def test_tensors_keep_what_the_file_says() -> None:
    x, w, y = graph(convolution()).tensors.values()
    assert (x.name, x.dtype, x.shape, x.data) == ("x", DType.INT8, (1, 4, 4, 2), None)
    assert x.quantization == Quantization((0.5,), (3,))
    assert w.data == bytes([1, 2, 253, 4])
    tenth, fifth = (float(np.float32(v)) for v in (0.1, 0.2))
    assert w.quantization == Quantization((tenth, fifth), (0, 0), axis=0)
    assert y.zero_point == -1


def test_options_and_an_absent_input() -> None:
    (node,) = graph(convolution()).nodes
    assert node.inputs == (0, 1, None)
    assert node.attrs == Conv2DOptions(Padding.VALID, 2, Activation.RELU6, 1)


def test_absent_options_are_the_defaults() -> None:
    assert graph(convolution(options="absent")).nodes[0].attrs == Conv2DOptions()


def test_options_of_another_operator_are_the_defaults() -> None:
    node = N("CONV_2D", [0], [1], {"newShape": [4, 1]}, options_of="RESHAPE")
    assert graph(assemble([X, Y], [node], [0], [1])).nodes[0].attrs == Conv2DOptions()


def test_vector_and_float_options() -> None:
    nodes = [
        N("RESHAPE", [0], [1], {"newShape": [4, -1]}),
        N("SOFTMAX", [1], [2], {"beta": 0.1}),
    ]
    first, second = graph(assemble([X, Y, T("z", "int8", (1, 4))], nodes, [0], [2])).nodes
    assert first.attrs == ReshapeOptions((4, -1))
    assert second.attrs == SoftmaxOptions(float(np.float32(0.1)))


def test_an_unknown_batch_in_the_signature_is_no_matter() -> None:
    x = T("x", "int8", (1, 4), scale=1.0, signature=(-1, 4))
    assert graph(assemble([x, Y], [ADD], ["x"], ["y"])).tensors[0].shape == (1, 4)


def test_operator_codes_of_old_and_new_files() -> None:
    model = model_object(S([X, Y], [N("BROADCAST_TO", [0, 0], [1])], [0], [1]))
    assert model.operatorCodes[0].deprecatedBuiltinCode == 127
    assert graph(pack(model)).nodes[0].op.name == "BROADCAST_TO"

    old = model_object(S([X, Y], [N("SOFTMAX", [0], [1])], [0], [1]))
    old.operatorCodes[0].builtinCode = 0
    assert graph(pack(old)).nodes[0].op.name == "SOFTMAX"


def test_operator_versions_are_no_matter() -> None:
    assert len(graph(convolution(version=7)).nodes) == 1


def test_an_axis_that_the_tensor_has_not_is_axis_0() -> None:
    bias = T("b", "int32", (2,), data=[1, 2], scales=[0.5, 0.25], axis=3)
    found = graph(assemble([X, bias, Y], [N("ADD", [0, 1], [2])], [0], [2]))
    assert found.tensors[1].quantization == Quantization((0.5, 0.25), (0, 0), axis=0)


def test_the_axis_of_weights_is_kept() -> None:
    w = T("w", "int8", (1, 2), data=[1, 2], scales=[0.5, 0.25], zero_points=[1, 2, 99], axis=1)
    found = graph(assemble([X, w, Y], [N("ADD", [0, 1], [2])], [0], [2]))
    assert found.tensors[1].quantization == Quantization((0.5, 0.25), (1, 2), axis=1)


def test_empty_quantisation_is_none() -> None:
    model = model_object(S([X, Y], [ADD], ["x"], ["y"]))
    x, y = model.subgraphs[0].tensors
    x.quantization.scale = np.array([], np.float32)
    y.quantization.zeroPoint = None
    found = graph(pack(model))
    assert (found.tensors[0].quantization, found.tensors[1].quantization) == (None, None)


def test_a_float_tensor_has_no_quantisation() -> None:
    x = T("x", "float32", (1, 4), scale=float("nan"))
    assert graph(assemble([x], [], ["x"], ["x"])).tensors[0].quantization is None


def test_scalars_and_empty_constants() -> None:
    tensors = [X, T("axis", "int32", (), data=[3]), T("none", "int32", (0,)), Y]
    found = graph(assemble(tensors, [N("ADD", [0, 1, 2], [3])], [0], [3]))
    assert (found.tensors[1].shape, found.tensors[1].data) == ((), b"\x03\0\0\0")
    assert (found.tensors[2].shape, found.tensors[2].data) == ((0,), b"")


def test_only_the_main_subgraph_is_read() -> None:
    odd = S([T("bad", "complex128", (-1,))], [N("CUSTOM", [7], [9], custom="z")], [5], [6])
    model = assemble([X, Y], [ADD], ["x"], ["y"], subgraphs=[odd])
    assert len(graph(model).nodes) == 1


def test_tensors_that_nothing_uses_are_skipped() -> None:
    bad = T("bad", "complex128", (-1, 4), scale=float("nan"))
    assert sorted(graph(assemble([X, bad, Y], [ADD], ["x"], ["y"])).tensors) == [0, 2]


def test_a_model_without_operators_gives_its_input_out() -> None:
    found = graph(assemble([X], [], ["x"], ["x"]))
    assert (found.nodes, found.inputs, found.outputs) == ((), (0,), (0,))


def test_a_model_may_have_no_input() -> None:
    constant = T("c", "int8", (1, 4), data=[1, 2, 3, 4], scale=1.0)
    assert graph(assemble([constant], [], [], ["c"])).inputs == ()


def test_buffer_0_holds_no_data_whatever_is_in_it() -> None:
    model = model_object(S([X, Y], [ADD], ["x"], ["y"]))
    model.buffers[0].data = b"\x07" * 64
    for tensor in model.subgraphs[0].tensors:
        tensor.buffer = 0
    assert all(t.data is None for t in graph(pack(model)).tensors.values())


def test_data_behind_the_tables() -> None:
    constant = T("c", "int8", (1, 4), data=[0, 0, 0, 0], scale=1.0)
    model = model_object(S([X, constant, Y], [N("ADD", [0, 1], [2])], [0], [2]))
    model.buffers[2].data, model.buffers[2].offset, model.buffers[2].size = None, 1 << 20, 4
    model.buffers[2].offset = len(pack(model))
    assert graph(pack(model) + b"\x01\x02\x03\x04").tensors[1].data == b"\x01\x02\x03\x04"


def test_inputs_and_variables_are_no_constants() -> None:
    x = T("x", "int8", (1, 4), data=[1, 2, 3, 4], scale=1.0)
    v = T("v", "int8", (1, 4), data=[1, 2, 3, 4], scale=1.0, variable=True)
    found = graph(assemble([x, v, Y], [N("ADD", ["x", "v"], ["y"])], ["x"], ["y"]))
    assert (found.tensors[0].data, found.tensors[1].data) == (None, None)
    assert found.tensors[1].is_variable


def test_tensors_share_the_bytes_of_a_buffer() -> None:
    a = T("a", "int8", (1, 4), data=[1, 2, 3, 4], scale=1.0)
    model = assemble([X, a, T("b", "int8", (4,), like="a"), Y], [N("ADD", [1, 2], [3])], [0], [3])
    found = graph(model)
    assert found.tensors[1].data is found.tensors[2].data


def test_surplus_data_is_cut_off() -> None:
    c = T("c", "int8", (2,), data=b"\x01\x02\x03\x04", scale=1.0)
    assert graph(assemble([c], [], [], ["c"])).tensors[0].data == b"\x01\x02"


def test_4_bit_constants_have_one_number_a_byte() -> None:
    c = T("c", "int4", (5,), data=[-8, 7, 0, -1, 3], scale=1.0)
    tensor = graph(assemble([c], [], [], ["c"])).tensors[0]
    assert tensor.data is not None
    assert np.frombuffer(tensor.data, np.int8).tolist() == [-8, 7, 0, -1, 3]


def test_names_are_kept_as_they_are() -> None:
    model = model_object(S([T("", "int8", (4,)), T("", "int8", (4,))], [], [0, 1], [0]))
    model.subgraphs[0].tensors[0].name = b"\xff\n"
    model.subgraphs[0].tensors[1].name = "\N{GREEK SMALL LETTER ALPHA}\0"
    names = [t.name for t in graph(pack(model)).tensors.values()]
    assert names == ["\N{REPLACEMENT CHARACTER}\n", "\N{GREEK SMALL LETTER ALPHA}\0"]


_TYPES = st.sampled_from([t for t in DType if t not in (DType.STRING, DType.INT4)])
_SHAPES = st.lists(st.integers(1, 5), max_size=4)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(_TYPES, _SHAPES, st.booleans()), min_size=1, max_size=6))
def test_any_tensors(drawn: list[tuple[DType, list[int], bool]]) -> None:
    tensors = []
    for index, (dtype, shape, constant) in enumerate(drawn):
        data = bytes(range(index, index + dtype.size)) * int(np.prod(shape, dtype=int))
        given_data = data if constant else None
        tensors.append(T(f"t{index}", dtype.label, shape, data=given_data))
    inputs = [i for i, (_, _, constant) in enumerate(drawn) if not constant]
    found = graph(assemble(tensors, [], inputs, range(len(drawn))))
    for tensor, want in zip(found.tensors.values(), tensors, strict=True):
        assert (tensor.name, tensor.dtype.label) == (want.name, want.dtype)
        assert (tensor.shape, tensor.data) == (tuple(want.shape), want.data)
