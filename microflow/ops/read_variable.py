"""READ_VARIABLE: a variable's value. It is read where the variable lies, without a copy.

The pass `copy_variables` puts a copy behind it where the variable is assigned before the last
reader of its value has run.
"""

from __future__ import annotations

from collections.abc import Iterator

from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _view


def _infer(site: Site) -> tuple[Shape, ...]:
    return (site.output.shape,)


def _check(site: Site) -> Iterator[Finding]:
    variable, value = site.input(0), site.output
    if variable.dtype is DType.RESOURCE:
        yield Finding("a handle that is computed", "the handle that a VAR_HANDLE makes", variable)
    elif variable.bytes != value.bytes:
        yield Finding(
            f"{value.bytes} bytes read of a variable of {variable.bytes}",
            "reads of the type and shape that are assigned",
            value,
        )


OPERATOR = Operator(
    name="READ_VARIABLE",
    code=143,
    doc="A variable's value. Copied only where it is assigned before all readers have run.",
    limits="A handle that is computed.",
    infer=_infer,
    check=_check,
    access=_view.access,
    lower=_view.lower,
    types="all",
    view=True,
)
