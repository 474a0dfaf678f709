"""RELU6: values are clamped to 0 to 6."""

from __future__ import annotations

from microflow.graph.call import KernelCall
from microflow.graph.enums import Activation
from microflow.graph.ir import DType, Operator, Site
from microflow.numerics import tflm
from microflow.ops import relu
from microflow.ops._rescale import clamped
from microflow.targets import Core


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    """The reference clamps in the input's quantisation and leaves the output's aside."""
    x, y = site.input(0), site.output
    if x.dtype is DType.FLOAT32:
        return (relu.clamped_f32(site, 0.0, 6.0),)
    return (clamped(x, y, 0, *tflm.activation_range(Activation.RELU6, x)),)


OPERATOR = Operator(
    name="RELU6",
    code=21,
    doc="Clamps values to 0 to 6; the output takes the input's scale.",
    infer=relu.infer,
    check=relu.check,
    access=relu.access,
    lower=_lower,
)
