"""Custom operators that the application computes: a manifest names a C function for each.

The function gets its operands as they lie in memory, each with the number of its elements, and the
options as the file has them. What it computes is its own affair: shapes and types are the file's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import frozen

from microflow.diag import Diagnostic, Rule, quoted
from microflow.graph.access import Access, whole
from microflow.graph.call import Array, Foreign, KernelCall
from microflow.graph.ir import Finding, Graph, Operator, Site
from microflow.graph.state import inner_graphs
from microflow.graph.tensor import DType, Shape, Tensor
from microflow.ops import _checks
from microflow.ops.options import raw
from microflow.targets import Core

MIXED_CUSTOM = Rule(
    "MF4012",
    "mixed-custom",
    """One function would have to take operands of different types

A C function has one prototype. The models use a custom operator with operands of different types,
or with more of them in one place than in another, so no function could compute all of its uses.

```mflow
custom my_op { operator = "MyOp"; header = "my_op.h" }   # int8 in one model, float in another
```

Remedy: give the operator two names in the training script, such as `MyOp` and `MyFloatOp`, with a
`custom` block for each; or compile the models from two manifests.
""",
)

_CODE = 32  # the builtin code of all custom operators
_MANY = 255  # operands
_OPAQUE = (DType.STRING, DType.RESOURCE, DType.INT4, DType.COMPLEX64)
_KNOWN = tuple(t for t in DType if t not in _OPAQUE)


@frozen
class ForeignOptions:
    """The operator's own options: bytes that only its function understands."""

    data: bytes = raw()


def foreign_operator(foreign: Foreign) -> Operator:
    """Returns the record of the operator that a function of the application computes."""

    def lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
        data: bytes = site.attrs.data
        options = Array("options", DType.UINT8, data) if data else None
        given = tuple(t.id for t in _operands(site)[: len(site.inputs)])
        made = tuple(t.id for t in site.outputs)
        return (KernelCall("", given, made, {"options": options}, foreign=foreign),)

    return Operator(
        name=foreign.function,
        code=_CODE,
        custom=foreign.operator,
        doc="A function of the application's own.",
        options=ForeignOptions,
        arity=(0, _MANY),
        outputs=None,
        types="all",
        infer=_infer,
        check=_check,
        access=_access,
        lower=lower,
    )


def check_prototypes(
    graphs: Mapping[str, Graph], customs: Iterable[Foreign]
) -> Iterator[tuple[str, Diagnostic]]:
    """Yields each function whose uses have operands of different types, by name, with why."""
    for foreign in customs:
        uses = [use for path in graphs for use in _uses(foreign, path, graphs[path])]
        other = next((use for use in uses if _types(use[1]) != _types(uses[0][1])), None)
        if other is not None:
            yield foreign.function, _mixed(foreign, *other, *uses[0])


def _uses(foreign: Foreign, path: str, graph: Graph) -> Iterator[tuple[str, Site]]:
    for each in (graph, *inner_graphs(graph).values()):
        yield from ((path, s) for s in each.sites() if s.node.op.custom == foreign.operator)


def _mixed(foreign: Foreign, path: str, site: Site, there: str, other: Site) -> Diagnostic:
    here = f"operator {site.node.index} of {quoted(path)}"
    before = f"operator {other.node.index} of {quoted(there)}"
    text = f"`{foreign.function}` would take ({_types(site)}) for {here}, "
    name = quoted(foreign.operator)
    remedy = f"give {name} another name in one of the two, and a function of its own"
    return Diagnostic(MIXED_CUSTOM, f"{text}({_types(other)}) for {before}", remedy)


def _types(site: Site) -> str:
    given = [t.dtype.label for t in site.inputs if t is not None]
    return f"{', '.join(given)} -> {', '.join(t.dtype.label for t in site.outputs)}"


def _operands(site: Site) -> list[Tensor]:
    return [*(t for t in site.inputs if t is not None), *site.outputs]


def _infer(site: Site) -> tuple[Shape, ...]:
    return tuple(t.shape for t in site.outputs)


def _check(site: Site) -> Iterator[Finding]:
    for position in range(len(site.inputs)):
        yield from _checks.types(site, position, *_KNOWN)
    yield from _checks.output_types(site, *_KNOWN)
    if None in site.inputs:
        yield Finding("an absent input of a custom operator", "inputs that are all there")


def _access(site: Site) -> Access:
    return whole(len(site.inputs))
