"""What EQUAL, NOT_EQUAL, LESS, LESS_EQUAL, GREATER and GREATER_EQUAL share.

An operator is the set of relations between two elements for which it is true. int8 elements are
compared as multiples of 2^-8 rounded from their real values, so that small scales make neighbours
equal: that is what the reference does.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntFlag
from typing import Any

import numpy as np
from numpy.typing import NDArray

from microflow.graph.call import KernelCall, Value
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType
from microflow.numerics import tflm
from microflow.ops import _arithmetic, _broadcast, _checks, _logical
from microflow.targets import Core


class Relation(IntFlag):
    """How an element may stand to another."""

    LESS = 1
    EQUAL = 2
    GREATER = 4
    UNORDERED = 8


OTHERS = Relation.LESS | Relation.GREATER | Relation.UNORDERED  # than EQUAL
_TRUTHS = {Relation.EQUAL: 0b1001, OTHERS: 0b0110}  # as functions of two truth values
_NUMBERS = (DType.FLOAT32, DType.INT8, DType.INT32, DType.INT64)
_KERNELS = ("compare_f32", "compare_s32", "compare_s64", "compare_s8")


def operator(name: str, code: int, relations: Relation, words: str, more: str = "") -> Operator:
    """Returns the record of the operator that is true for `relations`, which are `words`.

    `more` is what it refuses beside the others.
    """
    truths = _TRUTHS.get(relations)

    def check(site: Site) -> Iterator[Finding]:
        yield from _checks.types(site, 0, *_NUMBERS, *((DType.BOOL,) if truths else ()))
        yield from _check(site)

    def lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
        if truths and site.input(0).dtype is DType.BOOL:
            return (_logical.call(site, truths),)
        return (_arithmetic.call(site, "compare", _params(site, relations)),)

    def fold(site: Site) -> tuple[bytes, ...] | None:
        if truths and site.input(0).dtype is DType.BOOL:
            return _logical.folded(site, truths)
        return _broadcast.folded(site, lambda a, b: _compared(a, b, relations))

    return Operator(
        name=name,
        code=code,
        doc=f"Tells where elements are {words} those of another tensor, broadcast.",
        arity=(2, 2),
        types=("bool, " if truths else "") + "int8, uint8, int32, int64, float32 -> bool",
        kernels=(*_KERNELS, *(("logical_u8",) if truths else ())),
        limits="Operands of two types; int8 scales of 1 or more." + more,
        beyond="quantised uint8",
        infer=_broadcast.infer,
        check=check,
        access=_broadcast.access,
        fold=fold,
        lower=lower,
    )


def _check(site: Site) -> Iterator[Finding]:
    a, b = site.input(0), site.input(1)
    yield from _checks.types(site, 1, a.dtype)
    yield from _checks.output_types(site, DType.BOOL)
    yield from _checks.quantised(a, b)
    for tensor in (a, b):
        q = tensor.quantization
        if tensor.dtype is DType.INT8 and q is not None and q.scale >= 1:
            yield Finding(f"a comparison of values on a scale of {q.scale:g}", "a scale below 1", a)
    yield from _broadcast.check_shapes(site)


def _params(site: Site, relations: Relation) -> dict[str, Value]:
    if site.input(0).dtype is not DType.INT8:
        return {"outcomes": relations.value}
    params: dict[str, Value] = {"outcomes": relations.value}
    for name, tensor in (("a", site.input(0)), ("b", site.input(1))):
        multiplier, shift = tflm.quantised_multiplier(tensor.scale)
        params |= {
            f"{name}_zero_point": tensor.zero_point,
            f"{name}_multiplier": multiplier,
            f"{name}_shift": shift,
        }
    return params


def _compared(a: NDArray[Any], b: NDArray[Any], relations: Relation) -> NDArray[Any]:
    conditions = [a < b, a == b, a > b]
    found = np.select(conditions, [*Relation][:3], Relation.UNORDERED)
    made: NDArray[Any] = found & relations.value != 0
    return made.astype(np.uint8)
