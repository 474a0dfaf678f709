"""What the operators that run subgraphs share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Graph, Site
from microflow.graph.tensor import DType, Shape, Tensor
from microflow.targets import Core


def infer(site: Site) -> tuple[Shape, ...]:
    """Returns the outputs' shapes: those that the file states."""
    return tuple(t.shape for t in site.outputs)


def access(site: Site) -> Access:
    """Returns the access of an operator whose subgraphs may read all of every operand."""
    return whole(len(site.inputs))


def lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    """Returns no calls: those of the subgraphs are made where these are compiled."""
    return ()


def operands(site: Site, first: int = 0) -> tuple[int, ...]:
    """Returns the inputs from position `first` on."""
    return tuple(tensor.id for tensor in map(site.input, range(first, len(site.inputs))))


def outputs(site: Site) -> tuple[int, ...]:
    """Returns the outputs."""
    return tuple(tensor.id for tensor in site.outputs)


def ports(
    role: str, graph: Graph, inputs: Sequence[Tensor | None], made: Sequence[Tensor | None]
) -> Iterator[Finding]:
    """Yields a finding where a subgraph takes or gives out other tensors than the operator has.

    Only the bytes count, which are copied: another type sees them in its own way.
    """
    for what, ids, tensors in (("inputs", graph.inputs, inputs), ("outputs", graph.outputs, made)):
        if len(ids) != len(tensors):
            yield Finding(
                f"{role} with {len(ids)} {what} for {len(tensors)} of the operator",
                "as many of one as of the other",
            )
            continue
        for index, tensor in zip(ids, tensors, strict=True):
            if tensor is None or graph.tensors[index].bytes != tensor.bytes:
                yield Finding(
                    f"{role} with {graph.tensors[index]} for {tensor or 'nothing'}",
                    "tensors of one size in bytes",
                    tensor,
                )


def condition(role: str, tensor: Tensor) -> Iterator[Finding]:
    """Yields a finding where a condition is not one truth value."""
    if tensor.dtype is not DType.BOOL or tensor.elements != 1:
        yield Finding(f"{role} {tensor}", "a bool of one element", tensor)


def truth(role: str, tensor: Tensor) -> Iterator[Finding]:
    """Yields a finding where the first element of a condition is no truth value."""
    if tensor.dtype is not DType.BOOL or tensor.elements < 1:
        yield Finding(f"{role} {tensor}", "a bool, of which the first element decides", tensor)
