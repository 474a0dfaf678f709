"""ASSIGN_VARIABLE: gives a variable a new value, which the next inference finds."""

from __future__ import annotations

from collections.abc import Iterator

from microflow.graph.access import Access, Elementwise, Whole
from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _movement
from microflow.targets import Core


def _infer(site: Site) -> tuple[Shape, ...]:
    return ()


def _check(site: Site) -> Iterator[Finding]:
    variable, value = site.input(0), site.input(1)
    yield from _checks_value(site)
    if variable.dtype is DType.RESOURCE:
        yield Finding("a handle that is computed", "the handle that a VAR_HANDLE makes", variable)
    elif variable.bytes != value.bytes:
        yield Finding(
            f"{value.bytes} bytes assigned to a variable of {variable.bytes}",
            "assignments of one type and shape",
            value,
        )


def _checks_value(site: Site) -> Iterator[Finding]:
    value = site.input(1)
    if value.dtype not in _movement.MOVABLE:
        yield Finding(f"type {value.dtype.label}", "a type of numbers", value)


def _access(site: Site) -> Access:
    return Access((Whole(), Elementwise()))


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    variable, value = site.input(0), site.input(1)
    if value.is_constant:
        return (_movement.place(value, variable, rows=1, offset=0, step=0),)
    return (KernelCall("copy", (value.id,), (variable.id,), {"bytes": value.bytes}),)


OPERATOR = Operator(
    name="ASSIGN_VARIABLE",
    code=144,
    doc="Gives a variable a new value.",
    kernels=("copy", "copy_constant"),
    limits="A handle that is computed; a value of another size than the variable.",
    arity=(2, 2),
    outputs=0,
    infer=_infer,
    check=_check,
    access=_access,
    lower=_lower,
    types="all",
    updates=(0,),
)
