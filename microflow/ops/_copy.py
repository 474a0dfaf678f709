"""COPY: an operator of our own that gives a constant output a place in memory."""

from __future__ import annotations

from microflow.graph.access import elementwise
from microflow.graph.call import KernelCall
from microflow.graph.ir import Operator, Shape, Site
from microflow.targets import Core


def _infer(site: Site) -> tuple[Shape, ...]:
    return (site.input(0).shape,)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    return (
        KernelCall("copy", (site.input(0).id,), (site.output.id,), {"bytes": site.output.bytes}),
    )


OPERATOR = Operator(
    name="COPY",
    code=-1,
    doc="Copies a tensor; inserted by the compiler, never met in a model.",
    infer=_infer,
    check=lambda site: (),
    access=lambda site: elementwise(1),
    lower=_lower,
)
