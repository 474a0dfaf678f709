"""VAR_HANDLE: names a variable. Reads and assignments say which one through it."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import Shape
from microflow.ops.options import option
from microflow.targets import Core


@frozen
class VarHandleOptions:
    """Schema: VarHandleOptions."""

    container: str = option(0, "text", "")
    shared_name: str = option(1, "text", "")


def _infer(site: Site) -> tuple[Shape, ...]:
    return (site.output.shape,)


def _check(site: Site) -> Iterator[Finding]:
    """Handles that only reads and assignments use are gone before anything is checked."""
    yield Finding(
        "a variable's handle as an operand of other operators than reads and assignments",
        "the variable's value",
        site.output,
    )


def _access(site: Site) -> Access:
    return whole(0)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    raise AssertionError("handles are resolved when a model is imported")


OPERATOR = Operator(
    name="VAR_HANDLE",
    code=142,
    doc="Names a variable, which keeps its value from one inference to the next.",
    limits="Handles as operands of operators other than reads and assignments.",
    options=VarHandleOptions,
    arity=(0, 0),
    infer=_infer,
    check=_check,
    access=_access,
    lower=_lower,
    types="resource",
)
