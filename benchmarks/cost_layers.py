"""Builds graphs of single operators, and of a few in a row, to count what they take.

Numbers are always the same; scales are such that results spread over their range.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import evolve

from microflow.graph.enums import Activation, Padding
from microflow.graph.ir import Graph, Node, Operator
from microflow.graph.tensor import DType, Quantization, Shape, Tensor
from microflow.ops import _copy
from microflow.ops.registry import operators

S8, S16, S32, F32 = DType.INT8, DType.INT16, DType.INT32, DType.FLOAT32
SAME, VALID = Padding.SAME, Padding.VALID
OPERATORS: dict[str, Operator] = {op.name: op for op in (*operators(), _copy.OPERATOR)}
SCALE = 0.05  # of activations
WEIGHT = 0.01
SPREAD = 74.0 / 3**0.5  # the deviation of a drawn input, times that of weights within one
AMPLITUDES = (127, 40, 12)  # of weights: results are shifted by more where weights are large


def tensor(
    dtype: DType, shape: Sequence[int] = (1,), zero: int = -3, scale: float = SCALE
) -> Tensor:
    """Returns a tensor that is computed; integers have a scale."""
    quantised = dtype in (S8, S16)
    return Tensor(
        0, "", dtype, tuple(shape), Quantization((scale,), (zero,)) if quantised else None
    )


def constant(
    dtype: DType, shape: Sequence[int], scales: Quantization | None = None, amplitude: int = 127
) -> Tensor:
    """Returns a constant, always with the same numbers."""
    drawn = np.random.default_rng(7).integers(-amplitude, amplitude + 1, int(np.prod(shape)))
    data = drawn.astype(np.dtype(dtype.numpy).newbyteorder("<")).tobytes()
    return Tensor(0, "", dtype, tuple(shape), scales, data)


def indices(numbers: Sequence[int]) -> Tensor:
    """Returns the constant that says where an operator works."""
    return Tensor(0, "", S32, (len(numbers),), None, np.array(numbers, "<i4").tobytes())


def chain(
    graph: Graph, name: str, others: Sequence[Tensor], output: Tensor, **options: Any
) -> Graph:
    """Returns `graph` with an operator behind it, which takes its output and `others`."""
    ids = range(graph.next_id(), graph.next_id() + len(others) + 1)
    named = [evolve(t, id=i, name=f"t{i}") for t, i in zip((*others, output), ids, strict=True)]
    op = OPERATORS[name]
    attrs = op.options(**options) if op.options is not None else None
    read = (*graph.outputs, *ids[:-1])
    node = Node(len(graph.nodes), op, read, tuple(ids[-1:]), attrs)
    made = evolve(graph.with_tensors(*named), nodes=(*graph.nodes, node), outputs=tuple(ids[-1:]))
    computed = tuple(t.id for t in named[:-1] if not t.is_constant)
    (shape,) = op.infer(made.site(node))
    return evolve(made, inputs=(*made.inputs, *computed)).with_tensors(
        evolve(named[-1], shape=shape)
    )


def layer(name: str, inputs: Sequence[Tensor], output: Tensor, **options: Any) -> Graph:
    """Returns the graph of one operator."""
    return chain(Graph("layer", {}, (), (), ()), name, inputs, output, **options)


# ---- Windows and sums ----


def output_of(filters: Tensor, channels: int, relu: bool) -> Tensor:
    """Returns an output whose scale suits the sums that filters make."""
    deviation = SPREAD * amplitude(filters.elements) * (filters.elements / channels) ** 0.5
    scale = SCALE * WEIGHT * deviation / 60
    return tensor(filters.dtype, zero=-128 if relu else 5, scale=scale)


def amplitude(elements: int) -> int:
    """Returns the largest weight of a layer with so many."""
    return AMPLITUDES[elements // 8 % len(AMPLITUDES)]


def weights(dtype: DType, shape: Sequence[int], axis: int) -> Tensor:
    """Returns weights with a scale for each channel."""
    channels = shape[axis]
    scales = Quantization((WEIGHT,) * channels, (0,) * channels, axis)
    largest = amplitude(int(np.prod(shape)))
    return constant(dtype, shape, scales if dtype is S8 else None, largest)


def bias(dtype: DType, channels: int) -> Tensor:
    """Returns the bias of a layer on `dtype`."""
    if dtype is F32:
        return constant(F32, (channels,))
    return constant(S32, (channels,), Quantization((SCALE * WEIGHT,) * channels, (0,) * channels))


def window(
    name: str, graph: Graph, filters: Tensor, channels: int, stride: int, **options: Any
) -> Graph:
    """Returns `graph` with a convolution behind it."""
    relu = options.setdefault("activation", Activation.RELU) is Activation.RELU
    others = (filters, bias(filters.dtype, channels))
    made = output_of(filters, channels, relu)
    return chain(graph, name, others, made, stride_h=stride, stride_w=stride, **options)


def picture(dtype: DType, shape: Sequence[int]) -> Graph:
    """Returns a graph that hands its input on."""
    return Graph("layer", {0: tensor(dtype, (1, *shape))}, (), (0,), (0,))


def vectors(dtype: DType, count: int, elements: int) -> Graph:
    """Returns a graph that hands `count` vectors on."""
    return Graph("layer", {0: tensor(dtype, (count, elements))}, (), (0,), (0,))


def convolution(
    graph: Graph,
    filters: int,
    kernel: tuple[int, int],
    stride: int = 1,
    groups: int = 1,
    **options: Any,
) -> Graph:
    """Returns `graph` with CONV_2D behind it."""
    source = graph.tensors[graph.outputs[0]]
    shape = (filters, *kernel, source.shape[3] // groups)
    return window("CONV_2D", graph, weights(source.dtype, shape, 0), filters, stride, **options)


def depthwise(
    graph: Graph, multiplier: int, kernel: tuple[int, int], stride: int = 1, **options: Any
) -> Graph:
    """Returns `graph` with DEPTHWISE_CONV_2D behind it."""
    source = graph.tensors[graph.outputs[0]]
    channels = source.shape[3] * multiplier
    filters = weights(source.dtype, (1, *kernel, channels), 3)
    return window("DEPTHWISE_CONV_2D", graph, filters, channels, stride, **options)


def dense(graph: Graph, outputs: int, relu: bool = False) -> Graph:
    """Returns `graph` with FULLY_CONNECTED behind it, and with `relu` a ReLU in it."""
    source = graph.tensors[graph.outputs[0]]
    depth = source.elements // source.shape[0]
    scale = Quantization((WEIGHT,), (0,)) if source.dtype is S8 else None
    filters = constant(source.dtype, (outputs, depth), scale, amplitude(outputs * depth))
    made = evolve(output_of(filters, outputs, relu), shape=(source.shape[0], outputs))
    activation = Activation.RELU if relu else Activation.NONE
    others = (filters, bias(source.dtype, outputs))
    return chain(graph, "FULLY_CONNECTED", others, made, activation=activation)


def pooled(graph: Graph, name: str, size: tuple[int, int], stride: int, padding: Padding) -> Graph:
    """Returns `graph` with a pool behind it."""
    height, width = size
    options = {"filter_h": height, "filter_w": width, "padding": padding}
    made = tensor(graph.tensors[graph.outputs[0]].dtype)
    return chain(graph, name, (), made, stride_h=stride, stride_w=stride, **options)


def mean(graph: Graph, axes: Sequence[int]) -> Graph:
    """Returns `graph` with MEAN behind it."""
    made = tensor(graph.tensors[graph.outputs[0]].dtype, zero=4)
    return chain(graph, "MEAN", (indices(axes),), made, keep_dims=True)


def unary(name: str, source: Tensor, output: Tensor, shape: Shape, **options: Any) -> Graph:
    """Returns the layer of an operator on one tensor of `shape`."""
    return layer(name, (evolve(source, shape=shape),), evolve(output, shape=shape), **options)


def beside(graphs: Sequence[Graph]) -> Graph:
    """Returns one graph of all `graphs`, whose inputs and outputs are those of each in order."""
    made = Graph("layers", {}, (), (), ())
    for graph in graphs:
        first = made.next_id()
        moved = (evolve(t, id=first + i, name=f"t{first + i}") for i, t in graph.tensors.items())
        nodes = tuple(_moved(node, first, len(made.nodes)) for node in graph.nodes)
        made = evolve(
            made.with_tensors(*moved),
            nodes=(*made.nodes, *nodes),
            inputs=(*made.inputs, *(first + t for t in graph.inputs)),
            outputs=(*made.outputs, *(first + t for t in graph.outputs)),
        )
    return made


def _moved(node: Node, tensors: int, nodes: int) -> Node:
    inputs = tuple(None if t is None else tensors + t for t in node.inputs)
    outputs = tuple(tensors + t for t in node.outputs)
    return evolve(node, index=nodes + node.index, inputs=inputs, outputs=outputs)
