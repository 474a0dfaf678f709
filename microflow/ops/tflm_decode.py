"""TFLM_DECODE: constants that are stored compressed. They are decoded when a model is compiled."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import Shape, Tensor
from microflow.ops import _checks, _decoding
from microflow.targets import Core

_ANY = 255  # pairs of operands


def _infer(site: Site) -> tuple[Shape, ...]:
    return tuple(t.shape for t in site.outputs)


def _pairs(site: Site) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Yields the data, what tells how to decode them, and the tensor to make."""
    for number, made in enumerate(site.outputs):
        yield site.input(2 * number), site.input(2 * number + 1), made


def _check(site: Site) -> Iterator[Finding]:
    if len(site.inputs) != 2 * len(site.outputs) or None in site.inputs:
        yield Finding(
            f"{len(site.inputs)} inputs for {len(site.outputs)} outputs",
            "two for each output: the data, and what tells how to decode them",
        )
        return
    for number in range(len(site.outputs)):
        yield from _checks.constant(site, 2 * number, "compressed data")
        yield from _checks.constant(site, 2 * number + 1, "decoding tables")
    if all(t is not None and t.is_constant for t in site.inputs):
        for pair in _pairs(site):
            yield from _check_pair(*pair)


def _check_pair(data: Tensor, header: Tensor, made: Tensor) -> Iterator[Finding]:
    form = _decoding.form_of(header.data or b"")
    if form is None:
        kind = (header.data or b"")[:2].hex(" ") or "nothing"
        yield Finding(
            f"a compressed form whose header begins with {kind}",
            "look-up tables, Huffman codes or pruning in their version 1",
            header,
        )
    elif made.dtype not in form.types:
        labels = ", ".join(t.label for t in form.types)
        yield Finding(f"type {made.dtype.label} in this compressed form", labels, made)
    else:
        yield from _broken(data, header, made)


def _broken(data: Tensor, header: Tensor, made: Tensor) -> Iterator[Finding]:
    try:
        _decoded(data, header, made)
    except _decoding.BrokenError as why:
        yield Finding(f"compressed data with {why}", "a model compressed again", made)


def _decoded(data: Tensor, header: Tensor, made: Tensor) -> bytes:
    assert data.data is not None and header.data is not None
    form = _decoding.form_of(header.data)
    assert form is not None
    found = form.decode(data.data, header.data, made)
    return found.astype(np.dtype(made.dtype.numpy).newbyteorder("<")).tobytes()


def _access(site: Site) -> Access:
    return whole(len(site.inputs))


def _fold(site: Site) -> tuple[bytes, ...] | None:
    return tuple(_decoded(*pair) for pair in _pairs(site))


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    raise AssertionError("constants are decoded when they are folded")


OPERATOR = Operator(
    name="TFLM_DECODE",
    code=32,
    custom="TFLM_DECODE",
    doc="Constants that are stored compressed: decoded when the model is compiled, so that nothing "
    "of it is left at run time. A custom operator.",
    limits=(
        "Operands that are no constants; forms other than look-up tables, Huffman codes and "
        "pruning in version 1."
    ),
    arity=(2, 2 * _ANY),
    outputs=None,
    infer=_infer,
    check=_check,
    access=_access,
    fold=_fold,
    lower=_lower,
    types="int8, int16, int32, int64, float32, bool",
)
