"""CALL: runs a subgraph."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.graph.control import Control, Run
from microflow.graph.ir import Finding, Operator, Site
from microflow.ops import _control
from microflow.ops.options import option


@frozen
class CallOptions:
    """Schema: CallOptions."""

    subgraph: int = option(0, "u32")


def _check(site: Site) -> Iterator[Finding]:
    yield from _control.ports("a subgraph", site.subgraphs[0], site.inputs, site.outputs)


def _control_of(site: Site) -> Control:
    return Run(site.attrs.subgraph, _control.operands(site), _control.outputs(site))


OPERATOR = Operator(
    name="CALL",
    code=31,
    doc="Runs a subgraph. TensorFlow Lite Micro does not have it.",
    limits="A subgraph with inputs or outputs of another type or size than the operator's.",
    options=CallOptions,
    arity=(0, 1 << 16),
    outputs=None,
    infer=_control.infer,
    check=_check,
    access=_control.access,
    lower=_control.lower,
    control=_control_of,
    subgraphs=lambda attrs: (attrs.subgraph,),
    types="all",
)
