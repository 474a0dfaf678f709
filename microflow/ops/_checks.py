"""Checks that many operators share: each yields the findings of one question."""

from __future__ import annotations

from collections.abc import Iterator

from microflow.graph.enums import Activation
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType, Quantization, Shape, Tensor
from microflow.ops._geometry import Extent

FLOAT_OR_INT8 = (DType.FLOAT32, DType.INT8)
QUANTISED = (DType.INT8, DType.INT16)
_BIASES = {  # by the type of the input
    DType.INT8: (DType.INT32,),
    DType.INT16: (DType.INT64, DType.INT32),
    DType.FLOAT32: (DType.FLOAT32,),
}
_LARGEST_WINDOW = 32767  # the kernels' int16_t fields


def types(site: Site, position: int, *allowed: DType) -> Iterator[Finding]:
    """Yields a finding where an input's type is none of `allowed`."""
    tensor = site.optional(position)
    if tensor is not None and tensor.dtype not in allowed:
        yield _type_finding(tensor, allowed)


def output_types(site: Site, *allowed: DType) -> Iterator[Finding]:
    """Yields a finding for each output whose type is none of `allowed`."""
    for tensor in site.outputs:
        if tensor.dtype not in allowed:
            yield _type_finding(tensor, allowed)


def same_type(site: Site, position: int = 0) -> Iterator[Finding]:
    """Yields a finding where the output's type is not the input's."""
    given, made = site.input(position), site.output
    if given.dtype is not made.dtype:
        yield Finding(
            f"input of type {given.dtype.label} with output of type {made.dtype.label}",
            "input and output of one type",
            made,
        )


def nonempty(site: Site) -> Iterator[Finding]:
    """Yields a finding for each tensor that has no elements."""
    for tensor in (*site.inputs, *site.outputs):
        if tensor is not None and tensor.elements == 0:
            yield Finding("a tensor with no elements", "at least one element", tensor)


def quantised(
    *tensors: Tensor | None, dtypes: tuple[DType, ...] = (DType.INT8,)
) -> Iterator[Finding]:
    """Yields a finding for each tensor of `dtypes` that has no usable scale."""
    for tensor in tensors:
        if tensor is None or tensor.dtype not in dtypes:
            continue
        q = tensor.quantization
        if q is None or not all(s > 0 for s in q.scales):
            label = tensor.dtype.label
            yield Finding(f"an {label} tensor with no scale", "a model that is quantised", tensor)


def same_scale(site: Site, position: int = 0) -> Iterator[Finding]:
    """Yields a finding where the output's quantisation is not the input's."""
    given, made = site.input(position).quantization, site.output.quantization
    if given is None and made is None:
        return
    if given is None or made is None or _scale(given) != _scale(made):
        yield Finding(
            "an output on another scale than the input",
            "one scale and zero point for both, or a QUANTIZE operator between them",
            site.output,
        )


def channel_scales(weights: Tensor, channels: int) -> Iterator[Finding]:
    """Yields a finding where integer weights have neither one scale nor one for each channel.

    A scale may be 0: the channel is its bias.
    """
    if weights.dtype not in (DType.INT8, DType.INT4):
        return
    scales = weights.quantization.scales if weights.quantization else ()
    if len(scales) not in (1, channels):
        label = weights.dtype.label
        yield Finding(
            f"{label} weights with {len(scales)} scales for {channels} output channels",
            "weights with one scale, or one for each output channel",
            weights,
        )


def bias(site: Site, position: int, channels: int, known: bool = True) -> Iterator[Finding]:
    """Yields findings where a bias is of the wrong type or size, or not constant but `known`."""
    tensor = site.optional(position)
    if tensor is None:
        return
    if known:
        yield from constant(site, position, "bias")
    yield from types(site, position, *_BIASES.get(site.input(0).dtype, ()))
    if tensor.elements != channels:
        yield Finding(
            f"a bias of {tensor.elements} elements for {channels} output channels",
            "a bias of one element for each output channel",
            tensor,
        )


def constant(site: Site, position: int, role: str) -> Iterator[Finding]:
    """Yields a finding where an input is computed at run time instead of constant."""
    tensor = site.optional(position)
    if tensor is not None and not tensor.is_constant:
        yield Finding(f"{role} computed at run time", f"constant {role}", tensor)


def rank(site: Site, position: int, *allowed: int) -> Iterator[Finding]:
    """Yields a finding where an input's number of dimensions is none of `allowed`."""
    tensor = site.input(position)
    if len(tensor.shape) not in allowed:
        ranks = " or ".join(map(str, allowed))
        yield Finding(f"a tensor of rank {len(tensor.shape)}", f"rank {ranks}", tensor)


def activation(site: Site) -> Iterator[Finding]:
    """Yields a finding where the fused activation is more than a clamp."""
    if site.attrs.activation in (Activation.TANH, Activation.SIGN_BIT):
        yield Finding(
            f"fused activation {site.attrs.activation.name}",
            "NONE, RELU, RELU6 or RELU_N1_TO_1, or the activation as an operator of its own",
            site.output,
        )


def window(site: Site, *extents: Extent) -> Iterator[Finding]:
    """Yields a finding where a window has no size, does not move, or is too large for a kernel."""
    for extent in extents:
        if min(extent.kernel, extent.stride, extent.dilation) < 1:
            yield Finding(
                f"a window of {extent.kernel} taps with stride {extent.stride} and dilation "
                f"{extent.dilation}",
                "a positive size, stride and dilation",
                site.output,
            )
        elif max(extent.reach, extent.stride) > _LARGEST_WINDOW:
            yield Finding(
                f"a window that covers {extent.reach} pixels with stride {extent.stride}",
                f"windows and strides of at most {_LARGEST_WINDOW} pixels",
                site.output,
            )


def covers(site: Site, shape: Shape) -> Iterator[Finding]:
    """Yields a finding where a window over the input is too large to give an output of `shape`."""
    if min(shape) < 1 <= min(site.input(0).shape):
        yield Finding("a window larger than the picture", "SAME padding", site.input(0))


def _scale(q: Quantization) -> tuple[float, int]:
    return q.scale, q.zero_point


def _type_finding(tensor: Tensor, allowed: tuple[DType, ...]) -> Finding:
    return Finding(f"type {tensor.dtype.label}", " or ".join(t.label for t in allowed), tensor)
