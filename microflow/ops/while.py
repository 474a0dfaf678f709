# ruff: noqa: N999  (named after the operator)
"""WHILE: runs a subgraph again and again, as long as another one gives out true."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.graph.control import Control, Loop, Run
from microflow.graph.ir import Finding, Operator, Site
from microflow.ops import _control
from microflow.ops.options import option


@frozen
class WhileOptions:
    """Schema: WhileOptions."""

    condition_subgraph: int = option(0, "i32")
    body_subgraph: int = option(1, "i32")


def _check(site: Site) -> Iterator[Finding]:
    """Shapes stay as they are from one round to the next; the first element decides
    of the condition's first output."""
    condition, body = site.subgraphs
    if not condition.outputs:
        yield Finding("a condition without an output", "an output that says whether to go on")
        return
    made = [condition.tensors[t] for t in condition.outputs]
    yield from _control.truth("a condition that gives out", made[0])
    yield from _control.ports("a condition", condition, site.inputs, made)
    yield from _control.ports("a body", body, site.inputs, site.outputs)


def _control_of(site: Site) -> Control:
    made = _control.outputs(site)
    condition = Run(site.attrs.condition_subgraph, made, ())
    body = Run(site.attrs.body_subgraph, made, made)
    return Loop(_control.operands(site), made, condition, body)


OPERATOR = Operator(
    name="WHILE",
    code=119,
    doc="Runs a subgraph as long as another one gives out true; shapes stay as they are.",
    limits=(
        "A condition that is no bool; a subgraph with inputs or outputs of another size in bytes "
        "than the operator's, such as shapes that change."
    ),
    options=WhileOptions,
    arity=(0, 1 << 16),
    outputs=None,
    infer=_control.infer,
    check=_check,
    access=_control.access,
    lower=_control.lower,
    control=_control_of,
    subgraphs=lambda attrs: (attrs.condition_subgraph, attrs.body_subgraph),
    types="all",
)
