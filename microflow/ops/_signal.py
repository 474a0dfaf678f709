"""What the operators of the signal library share: their checks, and state of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from microflow.graph.access import Access, whole
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape, Tensor
from microflow.ops import _checks

CUSTOM = 32  # the builtin code of all custom operators


def signal(custom: str, name: str, doc: str, **more: Any) -> Operator:
    """Returns the record of an operator of the library, which files call `custom`.

    Without more being said, it has one input and reads inputs whole.
    """
    filled = {"access": _access, **more}
    return Operator(name=name, code=CUSTOM, custom=custom, doc=doc, **filled)


def _access(site: Site) -> Access:
    return whole(len(site.inputs))


def forms(
    site: Site,
    inputs: tuple[DType, ...],
    outputs: tuple[DType, ...],
    rank: int | None = 1,
) -> Iterator[Finding]:
    """Yields findings where operands are not of these types, or have no elements.

    Signals, those with more than one element, must have this `rank`.
    """
    given = [t for t in site.inputs if t is not None]
    operands = zip((*given, *site.outputs), (*inputs, *outputs), strict=True)
    for tensor, dtype in operands:
        if tensor.dtype is not dtype:
            yield Finding(f"type {tensor.dtype.label}", dtype.label, tensor)
        if rank is not None and tensor.elements > 1 and len(tensor.shape) != rank:
            yield Finding(f"a tensor of rank {len(tensor.shape)}", f"rank {rank}", tensor)
    yield from _checks.nonempty(site)


def stated(site: Site, *allowed: DType) -> Iterator[Finding]:
    """Yields findings where operands are not of the one type that the option `type` states.

    A file that states none means floats, whose number is 0.
    """
    dtype = next((t for t in allowed if t.code == site.attrs.type), None)
    if dtype is None:
        labels = " or ".join(f"{t.code} ({t.label})" for t in allowed)
        yield Finding(f"option T {site.attrs.type}", labels, site.output)
        return
    yield from forms(site, (dtype,), (dtype,), rank=None)


def in_range(site: Site, name: str, least: int, most: int) -> Iterator[Finding]:
    """Yields a finding where the option `name` is not from `least` to `most`."""
    value = getattr(site.attrs, name)
    if not least <= value <= most:
        yield Finding(f"{name} {value}", f"{least} to {most}", site.output)


def kept(name: str, dtype: DType, shape: Shape) -> Tensor:
    """Returns a variable that begins with zeros; one element at least, as memory needs a size."""
    tensor = Tensor(-1, name, dtype, shape, is_variable=True)
    if not tensor.elements:
        tensor = Tensor(-1, name, dtype, (1,), is_variable=True)
    return Tensor(-1, name, dtype, tensor.shape, is_variable=True, initial=bytes(tensor.bytes))


def counter(first: int) -> Tensor:
    """Returns a variable that counts inferences, beginning with `first`."""
    data = first.to_bytes(4, "little")
    return Tensor(-1, "left", DType.INT32, (1,), is_variable=True, initial=data)


def flag() -> Tensor:
    """Returns a variable that is false at first."""
    return Tensor(-1, "begun", DType.BOOL, (1,), is_variable=True, initial=b"\0")
