"""uint8 models: their tensors seen as int8, the top bit flipped and the zero point less by 128.

TensorFlow Lite Micro refuses most uint8 operators. LiteRT's reference computes those named here as
it does int8, seen in that way, but for what an operator's option `unsigned` stands for: that
convolutions have weights whose zero point counts, that FULLY_CONNECTED rounds once, that means
round ties up, and that vectors are normalised more finely.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from attrs import evolve, fields_dict

from microflow.graph.ir import Node, Operator, Site
from microflow.graph.tensor import DType, Quantization, Tensor
from microflow.ops.registry import operator, schema_names

_TEXT = """
ADD ARG_MAX ARG_MIN AVERAGE_POOL_2D BATCH_TO_SPACE_ND CONCATENATION CONV_2D DEPTHWISE_CONV_2D
DEPTH_TO_SPACE DIV EQUAL FULLY_CONNECTED GATHER GATHER_ND GREATER GREATER_EQUAL HARD_SWISH
L2_NORMALIZATION LEAKY_RELU LESS LESS_EQUAL LOGISTIC LOG_SOFTMAX MAXIMUM MAX_POOL_2D MEAN MINIMUM
MUL NOT_EQUAL PACK PAD PADV2 PRELU QUANTIZE REDUCE_MAX REDUCE_MIN REVERSE_V2 SLICE SOFTMAX
SPACE_TO_BATCH_ND SPACE_TO_DEPTH SPLIT SPLIT_V STRIDED_SLICE SUB SUM TANH TILE TRANSPOSE UNPACK
"""
_NAMES = frozenset(_TEXT.split())
_FLIP = 128


def becomes_signed(site: Site) -> bool:
    """Tells whether a node computes on quantised uint8, and gives the same results on int8.

    One that reads or writes int8 besides has kernels for both.
    """
    tensors = [t for t in (*site.inputs, *site.outputs) if t is not None]
    given = [t for t in tensors if t.dtype is DType.UINT8]
    if not given or any(t.quantization is None or t.is_variable for t in given):
        return False
    return not any(t.dtype is DType.INT8 for t in tensors) and _is_known(site.node.op)


def _is_known(op: Operator) -> bool:
    return op.view or any(op is known for known in _known())


@cache
def _known() -> tuple[Operator, ...]:
    found = (operator(code) for code, name in schema_names().items() if name in _NAMES)
    return tuple(op for op in found if op is not None)


def signed(site: Site) -> Site:
    """Returns a site as it is computed: on int8 if it `becomes_signed`, else as it is."""
    if not becomes_signed(site):
        return site
    return evolve(
        site,
        node=signed_node(site.node),
        inputs=tuple(None if t is None else signed_tensor(t) for t in site.inputs),
        outputs=tuple(signed_tensor(t) for t in site.outputs),
    )


def signed_node(node: Node) -> Node:
    """Returns a node that knows it was made of one on uint8, where that matters."""
    if node.attrs is None or "unsigned" not in fields_dict(type(node.attrs)):
        return node
    return evolve(node, attrs=evolve(node.attrs, unsigned=True))


def signed_tensor(tensor: Tensor) -> Tensor:
    """Returns a uint8 tensor as int8, and any other as it is."""
    if tensor.dtype is not DType.UINT8:
        return tensor
    q = tensor.quantization
    return evolve(
        tensor,
        dtype=DType.INT8,
        quantization=None if q is None else _moved(q),
        data=None if tensor.data is None else _flipped(tensor.data),
    )


def _moved(quantization: Quantization) -> Quantization:
    zeros = tuple(zero - _FLIP for zero in quantization.zero_points)
    return evolve(quantization, zero_points=zeros)


def _flipped(data: bytes) -> bytes:
    return (np.frombuffer(data, np.uint8) ^ _FLIP).tobytes()
