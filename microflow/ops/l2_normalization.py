"""L2_NORMALIZATION: vectors over the root of the sum of their squares."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen

from microflow.graph.access import Access, pixelwise
from microflow.graph.call import KernelCall, Value
from microflow.graph.enums import Activation
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType
from microflow.ops import _checks, _unary
from microflow.ops.options import option
from microflow.targets import Core

_EARLY = 7  # bits that values of uint8 are shifted by before they are scaled


@frozen
class L2NormOptions:
    """Schema: L2NormOptions. A pass made an `unsigned` one of one on uint8."""

    activation: Activation = option(0, Activation, Activation.NONE)
    unsigned: bool = field(default=False, repr=False)


def _check(site: Site) -> Iterator[Finding]:
    x = site.input(0)
    yield from _checks.types(site, 0, *_checks.FLOAT_OR_INT8)
    yield from _checks.same_type(site)
    yield from _checks.quantised(x)
    if not x.shape or not x.shape[-1]:
        yield Finding("no vector to normalise", "a last dimension of 1 or more", x)
    if site.attrs.activation is not Activation.NONE:
        what = f"fused activation {site.attrs.activation.name}"
        yield Finding(what, "the activation as an operator of its own", site.output)


def _access(site: Site) -> Access:
    return pixelwise(site.output.shape)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    """The reference leaves the output's scale aside: it is 1/128."""
    x, y = site.input(0), site.output
    params: dict[str, Value] = {"rows": x.elements // x.shape[-1], "depth": x.shape[-1]}
    if x.dtype is DType.FLOAT32:
        return (KernelCall("l2_norm_f32", (x.id,), (y.id,), params),)
    params |= {"in_zero_point": x.zero_point, "early": _EARLY if site.attrs.unsigned else 0}
    return (KernelCall("l2_norm_s8", (x.id,), (y.id,), params),)


OPERATOR = Operator(
    name="L2_NORMALIZATION",
    code=11,
    doc="Vectors along the last dimension over the root of the sum of their squares.",
    kernels=("l2_norm_f32", "l2_norm_s8"),
    limits="Scalars; a fused activation.",
    beyond="quantised uint8; ranks above 4",
    options=L2NormOptions,
    types="int8, uint8, float32",
    infer=_unary.infer,
    check=_check,
    access=_access,
    lower=_lower,
)
