"""Operator records for tests of the importer, which hold whichever operators the compiler has."""

from __future__ import annotations

from attrs import frozen

from microflow.graph.access import Access
from microflow.graph.enums import Activation, Padding
from microflow.graph.ir import Operator
from microflow.ops.options import option
from microflow.ops.registry import schema_names


@frozen
class Conv2DOptions:
    padding: Padding = option(0, Padding, Padding.SAME)
    stride_w: int = option(1, "i32")
    activation: Activation = option(3, Activation, Activation.NONE)
    dilation_w: int = option(4, "i32", 1)


@frozen
class ReshapeOptions:
    new_shape: tuple[int, ...] = option(0, ["i32"], ())


@frozen
class SoftmaxOptions:
    beta: float = option(0, "f32", 0.0)


@frozen
class CallOptions:
    subgraph: int = option(0, "u32")


_OPTIONS = {
    "CONV_2D": Conv2DOptions,
    "RESHAPE": ReshapeOptions,
    "SOFTMAX": SoftmaxOptions,
    "CALL": CallOptions,
}
_MISSING = {"CUSTOM", "FLOOR_MOD", "ATAN2"}


def record(code: int) -> Operator | None:
    """Returns a record of any builtin operator but a few."""
    name = schema_names().get(code)
    if name is None or name in _MISSING:
        return None
    return Operator(
        name=name,
        code=code,
        doc="",
        infer=lambda site: tuple(t.shape for t in site.outputs),
        check=lambda site: (),
        access=lambda site: Access(()),
        lower=lambda site, core: (),
        options=_OPTIONS.get(name),
        subgraphs=lambda attrs: (attrs.subgraph,) if isinstance(attrs, CallOptions) else (),
    )
