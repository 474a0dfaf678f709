"""Can the rows of a streamed input be converted one by one, as the plan takes them?"""

from __future__ import annotations

from collections.abc import Iterator

from microflow.diag import Diagnostic
from microflow.dsl.conversion import STREAMED_PIXELS
from microflow.dsl.project import BoundModel
from microflow.graph.tensor import Tensor
from microflow.plan.plan import Plan


def check_streamed_conversion(model: BoundModel, plan: Plan) -> Iterator[Diagnostic]:
    """Yields the finding that a streamed input's conversion needs more than a row at a time."""
    port = next((p for p in model.inputs if p.tensor.id == plan.streamed), None)
    if port is None or port.conversion is None:
        return
    span = port.span or model.source_span
    if port.conversion.planar:
        text = f"`{port.label}` is streamed, and `layout = nchw` spreads each row over all planes"
        yield Diagnostic(STREAMED_PIXELS, text, "use `layout = nhwc`, or do not stream it", span)
        return
    channels, row = port.tensor.shape[-1] if port.tensor.shape else 1, _row(port.tensor, plan)
    if port.conversion.by_channel and row % channels:
        text = f"rows of `{port.label}` have {row} values, which is not a multiple of its "
        text += f"{channels} channels"
        remedy = "give one `mean` and `std` without `order`, or do not stream it"
        yield Diagnostic(STREAMED_PIXELS, text, remedy, span)


def _row(tensor: Tensor, plan: Plan) -> int:
    """The elements of a row of the streamed `tensor`."""
    bands = (step.band for step in plan.steps if step.band is not None)
    shape = next(band.shape for band in bands if band.shape.streamed == tensor.id)
    return shape.pictures[tensor.id].row_bytes // tensor.dtype.size
