"""Which operators follow a profile byte for byte, in which form.

The lists were found by experiment: models of each operator with drawn shapes, scales and values, on
TensorFlow Lite Micro's reference kernels and on both of LiteRT's. An operator that is in no list
differed, or was not tried enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import numpy as np

from microflow.graph.enums import Activation
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Tensor
from microflow.numerics import litert, tflm
from microflow.ops import _layer, _weighted, _xnnpack
from microflow.ops._constants import folded_bias, values
from microflow.ops._unsigned import signed
from microflow.ops.registry import operator, schema_names
from microflow.profiles import LITERT_REF, TFLM, XNNPACK

_MOVES = """
BATCH_TO_SPACE_ND CONCATENATION DEPTH_TO_SPACE DYNAMIC_UPDATE_SLICE EXPAND_DIMS GATHER GATHER_ND
MIRROR_PAD PACK PAD PADV2 RESHAPE REVERSE_V2 SELECT_V2 SHAPE SLICE SPACE_TO_DEPTH SPLIT SPLIT_V
SQUEEZE STRIDED_SLICE TILE TRANSPOSE UNPACK
"""
_COMPARISONS = "EQUAL GREATER GREATER_EQUAL LESS LESS_EQUAL NOT_EQUAL"
_INTEGERS = f"{_COMPARISONS} LOGICAL_AND LOGICAL_NOT LOGICAL_OR"
_LAYERS = "CONV_2D DEPTHWISE_CONV_2D FULLY_CONNECTED"
_BYTES = f"""
{_LAYERS} {_COMPARISONS} ABS ADD AVERAGE_POOL_2D DEQUANTIZE HARD_SWISH L2_NORMALIZATION LOGISTIC
MAXIMUM MAX_POOL_2D MINIMUM PRELU REDUCE_MAX REDUCE_MIN RELU RESIZE_NEAREST_NEIGHBOR SOFTMAX
SQUARED_DIFFERENCE SUB TANH
"""
_LISTS: Mapping[str, Mapping[DType, str]] = {
    LITERT_REF: {
        DType.INT8: f"{_BYTES} LEAKY_RELU LOG_SOFTMAX MEAN MUL QUANTIZE RELU6 RESIZE_BILINEAR "
        "TRANSPOSE_CONV",
        DType.UINT8: "RELU RELU6 RESIZE_BILINEAR",
        DType.INT16: "ABS AVERAGE_POOL_2D CONV_2D DEPTHWISE_CONV_2D DEQUANTIZE LOGISTIC "
        "MAXIMUM MAX_POOL_2D MEAN MINIMUM PRELU QUANTIZE RELU TANH TRANSPOSE_CONV",
        DType.FLOAT32: f"{_LAYERS} {_COMPARISONS} ABS ADD AVERAGE_POOL_2D CUMSUM DEQUANTIZE DIV "
        "FLOOR FLOOR_DIV FLOOR_MOD HARD_SWISH L2_NORMALIZATION L2_POOL_2D LEAKY_RELU MAXIMUM "
        "MAX_POOL_2D MEAN MINIMUM MUL NEG PRELU QUANTIZE REDUCE_MIN RELU RELU6 RESIZE_BILINEAR "
        "RESIZE_NEAREST_NEIGHBOR SQRT SQUARE SQUARED_DIFFERENCE SUB SUM TRANSPOSE_CONV",
    },
    XNNPACK: {
        DType.INT8: f"{_BYTES} LEAKY_RELU MEAN MUL QUANTIZE RELU6 RESIZE_BILINEAR SUM",
        DType.FLOAT32: "DEQUANTIZE",
    },
}
PLAIN = (DType.BOOL, DType.INT32, DType.INT64)  # types whose values nothing rounds
_FIXED_OUTPUTS = {"LOGISTIC": (1 / 256, -128), "TANH": (1 / 128, 0)}  # LiteRT's, of int8


def check(site: Site, profile: str) -> Iterator[Finding]:
    """Yields why a supported node cannot follow `profile` byte for byte."""
    if profile == TFLM or _among(site, _MOVES):
        return
    seen = site if profile == XNNPACK else signed(site)
    types = _types(seen)
    inexact = [t.label for t in types if not _among(seen, _LISTS[profile].get(t, ""))]
    if inexact or not (types or _among(site, _INTEGERS)):
        what = inexact[0] if inexact else "an operator on whole numbers"
        yield Finding(f"{what} under profile {profile}", "profile tflm")
    elif seen is site:  # what is known of uint8 is LiteRT's already
        yield from _check_form(site, profile)


def _check_form(site: Site, profile: str) -> Iterator[Finding]:
    yield from _check_output(site, profile)
    if _among(site, _LAYERS):
        yield from _check_layer(site, profile)
    if profile == XNNPACK:
        yield from _check_scales(site)


def _check_scales(site: Site) -> Iterator[Finding]:
    """Scales that XNNPACK does not take: LiteRT computes otherwise then, or not at all."""
    x, y = site.input(0), site.output
    if _among(site, "ADD SUB") and not _weighted.takes(site):
        what = f"an output scale far from an input's under profile {XNNPACK}"
        works = "input scales of 1/1024 of the output's to less than 256 times it"
        yield Finding(what, f"{works}, or profile tflm", y)
    if _among(site, "MUL") and not _xnnpack.takes_product(site):
        what = f"a product with no factor below 256 to the output's scale, under profile {XNNPACK}"
        yield Finding(what, "operands with scales, a larger output scale, or profile tflm", y)
    if _among(site, "RESIZE_BILINEAR") and x.quantization != y.quantization:
        what = f"a picture on another scale than the input's under profile {XNNPACK}"
        yield Finding(what, "one scale and zero point, or profile tflm", y)


def _types(site: Site) -> list[DType]:
    """The types in which a node calculates."""
    tensors = (t for t in (*site.inputs, *site.outputs) if t is not None and not t.is_constant)
    return [d for d in dict.fromkeys(t.dtype for t in tensors) if d not in PLAIN]


def _check_output(site: Site, profile: str) -> Iterator[Finding]:
    """LiteRT fixes the output's scale of some operators; TFLM does not look at it."""
    y = site.output
    for name, (scale, zero_point) in _FIXED_OUTPUTS.items():
        fixed = y.dtype is DType.INT8 and _among(site, name)
        if fixed and (y.scale, y.zero_point) != (scale, zero_point):
            works = f"a scale of {scale:g} with zero point {zero_point}, or profile tflm"
            what = f"an output scale of {y.scale:g} with zero point {y.zero_point}"
            yield Finding(f"{what} under profile {profile}", works, y)
    activation = getattr(site.attrs, "activation", Activation.NONE)
    if activation in (Activation.TANH, Activation.SIGN_BIT):
        what = f"fused activation {activation.name} under profile {profile}"
        yield Finding(what, "the activation as an operator of its own, or profile tflm", y)
    if profile == XNNPACK and y.dtype is DType.INT8 and _clamps_at_a_tie(activation, y):
        what = f"an activation between two steps of the output, under profile {profile}"
        yield Finding(what, "another output scale, or profile tflm", y)


def _check_layer(site: Site, profile: str) -> Iterator[Finding]:
    x, w = site.input(0), site.input(1)
    if x.dtype is DType.INT16:
        yield from _check_wide(site, profile)
    elif w.dtype is not x.dtype:
        yield Finding(f"{w.dtype.label} weights under profile {profile}", "profile tflm", w)
    elif x.dtype is DType.INT8 and (profile == XNNPACK or _among(site, "FULLY_CONNECTED")):
        yield from _check_weights(site, profile)


def _check_wide(site: Site, profile: str) -> Iterator[Finding]:
    """Layers of int16, whose sums TFLM scales in another way where the bias has 32 bits."""
    w, bias = site.input(1), site.optional(2)
    if not w.is_constant or w.dtype is not DType.INT8:
        yield Finding(f"weights computed at run time under profile {profile}", "profile tflm", w)
    elif bias is None or bias.dtype is not DType.INT64:
        what = f"an int16 layer without a bias of 64 bits, under profile {profile}"
        yield Finding(what, "a bias of type int64, or profile tflm", bias)


def _check_weights(site: Site, profile: str) -> Iterator[Finding]:
    """Layers whose sums are not brought to the output's scale as TFLM does it."""
    w, bias = site.input(1), site.optional(2)
    assert w.quantization is not None
    if not w.is_constant or (bias is not None and not bias.is_constant):
        yield Finding(f"weights computed at run time under profile {profile}", "profile tflm", w)
    elif any(w.quantization.zero_points):
        yield Finding(f"weights with a zero point under profile {profile}", "profile tflm", w)
    elif profile == XNNPACK:
        yield from _check_xnnpack(site)
    elif not _rounds_once(site):
        what = f"sums so large that they round unlike under profile {profile}"
        yield Finding(what, "profile tflm", site.output)


def _rounds_once(site: Site) -> bool:
    weights = values(site.input(1)).reshape(site.input(1).shape[-2:])
    bias = folded_bias(weights, site.optional(2), site.input(0).zero_point)
    return _layer.single_tables(site, weights, bias) is not None


def _check_xnnpack(site: Site) -> Iterator[Finding]:
    """LiteRT leaves a layer to kernels of its own where XNNPACK does not take it."""
    x, w, bias, y = site.input(0), site.input(1), site.optional(2), site.output
    assert w.quantization is not None
    if bias is None or not _has_scales(bias, len(w.quantization.scales)):
        what = f"a layer without a bias that is quantised, under profile {XNNPACK}"
        yield Finding(what, "a bias with scales, or profile tflm", bias)
    elif not litert.takes_scales(litert.float_scales(x, w, y)):
        what = f"a factor to the output's scale that profile {XNNPACK} does not take"
        yield Finding(what, "a factor below 256, or profile tflm", y)
    elif _among(site, "CONV_2D") and w.shape[3] != x.shape[3]:
        yield Finding(f"groups under profile {XNNPACK}", "one group, or profile tflm", w)


def _has_scales(bias: Tensor, count: int) -> bool:
    q = bias.quantization
    return q is not None and len(q.scales) == count and not any(q.zero_points)


def _clamps_at_a_tie(activation: Activation, output: Tensor) -> bool:
    limits = (limit for limit in tflm.real_activation_range(activation) if limit)
    return any(float(np.float32(limit) / np.float32(output.scale)) % 1 == 0.5 for limit in limits)


def _among(site: Site, names: str) -> bool:
    return any(site.node.op is op for op in _operators(names))


@cache
def _operators(names: str) -> tuple[Operator, ...]:
    words = names.split()
    found = (operator(code) for code, name in schema_names().items() if name in words)
    return tuple(op for op in found if op is not None)
