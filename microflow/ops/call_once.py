"""CALL_ONCE: runs a subgraph in the first inference, to give variables their first values.

Where it assigns constants, as converters have it, they are worked out when the model is imported,
and the node is gone (`microflow.ops.variables`).
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.graph.control import Control, Once, Run
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Tensor
from microflow.ops import _control
from microflow.ops.options import option


@frozen
class CallOnceOptions:
    """Schema: CallOnceOptions."""

    init_subgraph: int = option(0, "i32")


def _check(site: Site) -> Iterator[Finding]:
    yield from _control.ports("a subgraph", site.subgraphs[0], (), ())


def _state(site: Site) -> tuple[Tensor, ...]:
    return (Tensor(-1, "done", DType.BOOL, (1,), is_variable=True, initial=b"\0"),)


def _control_of(site: Site) -> Control:
    return Once(site.state[0].id, Run(site.attrs.init_subgraph, (), ()))


OPERATOR = Operator(
    name="CALL_ONCE",
    code=129,
    doc="Gives variables their first values, at compile time where these are constants.",
    limits="A subgraph with inputs or outputs.",
    options=CallOnceOptions,
    arity=(0, 0),
    outputs=0,
    infer=_control.infer,
    check=_check,
    access=_control.access,
    lower=_control.lower,
    control=_control_of,
    state=_state,
    types="all",
    subgraphs=lambda attrs: (attrs.init_subgraph,),
)
