"""Checks that many operators share: each yields the findings of one question."""

from __future__ import annotations

from collections.abc import Iterator

from microflow.graph.enums import Activation
from microflow.graph.ir import DType, Finding, Site, Tensor

FLOAT_OR_INT8 = (DType.FLOAT32, DType.INT8)


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


def quantised(*tensors: Tensor | None) -> Iterator[Finding]:
    """Yields a finding for each int8 tensor that has no usable scale."""
    for tensor in tensors:
        if tensor is None or tensor.dtype is not DType.INT8:
            continue
        q = tensor.quantization
        if q is None or not all(s > 0 for s in q.scales):
            yield Finding(
                "an int8 tensor with no scale", "quantise the model with a converter", tensor
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


def steps(site: Site) -> Iterator[Finding]:
    """Yields a finding where a stride or dilation is not positive."""
    names = ("stride_h", "stride_w", "dilation_h", "dilation_w")
    found = {name: getattr(site.attrs, name) for name in names if hasattr(site.attrs, name)}
    for name, value in found.items():
        if value < 1:
            yield Finding(f"{name} of {value}", f"a positive {name}", site.output)


def _type_finding(tensor: Tensor, allowed: tuple[DType, ...]) -> Finding:
    return Finding(f"type {tensor.dtype.label}", " or ".join(t.label for t in allowed), tensor)
