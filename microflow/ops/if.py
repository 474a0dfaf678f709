# ruff: noqa: N999  (named after the operator)
"""IF: runs one of two subgraphs."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.graph.control import Choice, Control, Run
from microflow.graph.ir import Finding, Operator, Site
from microflow.ops import _control
from microflow.ops.options import option


@frozen
class IfOptions:
    """Schema: IfOptions."""

    then_subgraph: int = option(0, "i32")
    else_subgraph: int = option(1, "i32")


def _check(site: Site) -> Iterator[Finding]:
    yield from _control.condition("a condition", site.input(0))
    for role, graph in zip(("a subgraph for true", "one for false"), site.subgraphs, strict=True):
        yield from _control.ports(role, graph, site.inputs[1:], site.outputs)


def _control_of(site: Site) -> Control:
    given, made = _control.operands(site, 1), _control.outputs(site)
    then, other = site.attrs.then_subgraph, site.attrs.else_subgraph
    return Choice(site.input(0).id, Run(then, given, made), Run(other, given, made))


OPERATOR = Operator(
    name="IF",
    code=118,
    doc="Runs one of two subgraphs, each a function of its own.",
    limits=(
        "A condition that is not one bool; a subgraph with inputs or outputs of another size in "
        "bytes than the operator's."
    ),
    options=IfOptions,
    arity=(1, 1 << 16),
    outputs=None,
    infer=_control.infer,
    check=_check,
    access=_control.access,
    lower=_control.lower,
    control=_control_of,
    subgraphs=lambda attrs: (attrs.then_subgraph, attrs.else_subgraph),
    types="all",
)
