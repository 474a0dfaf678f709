"""RELU: negative values become zero."""

from __future__ import annotations

import math
from collections.abc import Iterator

from microflow.graph.access import Access, elementwise
from microflow.graph.call import KernelCall
from microflow.graph.enums import Activation
from microflow.graph.ir import DType, Finding, Operator, Shape, Site
from microflow.numerics import tflm
from microflow.ops import _checks
from microflow.ops._rescale import rescaled
from microflow.targets import Core


def infer(site: Site) -> tuple[Shape, ...]:
    """Returns the input's shape."""
    return (site.input(0).shape,)


def check(site: Site) -> Iterator[Finding]:
    """Yields a finding for each type or missing scale that the clamps don't support."""
    yield from _checks.types(site, 0, *_checks.FLOAT_OR_INT8)
    yield from _checks.same_type(site)
    yield from _checks.quantised(site.input(0), site.output)


def access(site: Site) -> Access:
    """Returns an access by element."""
    return elementwise(1)


def clamped_f32(site: Site, low: float, high: float) -> KernelCall:
    """Returns the call that clamps a float tensor; the limits may be infinite."""
    x, y = site.input(0), site.output
    params = {"count": x.elements, "out_min": low, "out_max": high}
    return KernelCall("relu_f32", (x.id,), (y.id,), params)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, y = site.input(0), site.output
    if x.dtype is DType.FLOAT32:
        return (clamped_f32(site, 0.0, math.inf),)
    return (rescaled(x, y, *tflm.activation_range(Activation.RELU, y)),)


OPERATOR = Operator(
    name="RELU",
    code=19,
    doc="Replaces negative values by zero; int8 may change its scale.",
    infer=infer,
    check=check,
    access=access,
    lower=_lower,
)
