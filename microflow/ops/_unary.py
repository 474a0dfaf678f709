"""Operators that make every element of one tensor a function of itself.

An int8 element has 256 values, so any function of it is a table, computed here and looked up by one
kernel. Other types have a kernel each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from microflow.graph.access import Access, elementwise
from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape, Tensor
from microflow.ops import _checks
from microflow.ops._constants import values

Table: TypeAlias = NDArray[np.int8]  # the results for -128 to 127
Floats: TypeAlias = NDArray[np.float32]
Tabulate: TypeAlias = Callable[[Site], Table]
Exact: TypeAlias = Callable[[Any, Site], NDArray[Any]]  # of a constant's values
Check: TypeAlias = Callable[[Site], Iterable[Finding]]
Lower: TypeAlias = Callable[[Site], KernelCall]

_PLAIN = (DType.FLOAT32, DType.BOOL)


class Function(Enum):
    """The functions of the kernel unary_f32, by the numbers of its contract."""

    ABS = 0
    NEG = 1
    SQUARE = 2
    LEAKY_RELU = 3
    SIGN_BIT = 4


class Direction(Enum):
    """The whole numbers that the kernel round_f32 makes, by the numbers of its contract."""

    DOWN = 0
    UP = 1
    NEAREST = 2


def unary(
    name: str,
    code: int,
    doc: str,
    forms: Mapping[DType, Lower],
    table: Tabulate | None = None,
    exact: Exact | None = None,
    check: Check = lambda site: (),
    quantised: tuple[DType, ...] = _checks.QUANTISED,
    unsigned: bool = False,
    **more: Any,
) -> Operator:
    """Returns the record of an operator on one tensor.

    `table` returns the results of int8, `forms` the call of each other type. `check` sees only a
    site of such a type, with a scale where the type is among `quantised`. Constants are folded
    where int8, and where `exact` computes the result of numbers without a scale bit for bit.
    `unsigned` tells whether uint8 is computed as int8 is (`microflow.ops._unsigned`).
    """
    lowerings: dict[DType, Lower] = dict(forms)
    if table is not None:
        lowerings = {DType.INT8: lambda site: looked_up(site, table(site)), **lowerings}

    return Operator(
        name=name,
        code=code,
        doc=doc,
        types=labels(lowerings, unsigned),
        infer=infer,
        check=lambda site: _findings(site, tuple(lowerings), quantised, check),
        access=access,
        fold=lambda site: _folded(site, table, exact),
        lower=lambda site, core: (lowerings[site.input(0).dtype](site),),
        **more,
    )


def labels(dtypes: Iterable[DType], unsigned: bool) -> str:
    """Returns the words for `dtypes`, with uint8 behind int8 where that is computed alike."""
    alike = {DType.INT8: [DType.INT8, DType.UINT8]} if unsigned else {}
    return ", ".join(t.label for dtype in dtypes for t in alike.get(dtype, [dtype]))


def _findings(
    site: Site, dtypes: tuple[DType, ...], quantised: tuple[DType, ...], check: Check
) -> Iterator[Finding]:
    findings = [
        *_checks.types(site, 0, *dtypes),
        *_checks.same_type(site),
        *_checks.quantised(site.input(0), site.output, dtypes=quantised),
    ]
    yield from findings or check(site)


def _folded(site: Site, table: Tabulate | None, exact: Exact | None) -> tuple[bytes, ...] | None:
    x = site.input(0)
    if not x.is_constant:
        return None
    if x.dtype is DType.INT8 and table is not None:
        return (table(site)[values(x).astype(int) + 128].tobytes(),)
    if x.dtype not in _PLAIN or exact is None:
        return None
    with np.errstate(all="ignore"):
        made = exact(values(x), site)
    return (made.astype(values(x).dtype).tobytes(),)


def infer(site: Site) -> tuple[Shape, ...]:
    """Returns the input's shape."""
    return (site.input(0).shape,)


def access(site: Site) -> Access:
    """Returns an access by element."""
    return elementwise(1)


def centred(site: Site) -> Iterator[Finding]:
    """Yields a finding for each int16 tensor whose zero point is not 0."""
    for tensor in (site.input(0), site.output):
        if tensor.dtype is DType.INT16 and tensor.zero_point != 0:
            yield Finding(f"a zero point of {tensor.zero_point} in int16", "0", tensor)


def steps(x: Tensor) -> NDArray[np.int64]:
    """Returns the int8 values -128 to 127 less the zero point of `x`."""
    return np.arange(-128, 128, dtype=np.int64) - x.zero_point


def clipped(results: NDArray[np.int64]) -> Table:
    """Returns `results`, quantised, within int8."""
    return results.clip(-128, 127).astype(np.int8)


def looked_up(site: Site, table: Table) -> KernelCall:
    """Returns the call that looks every int8 element up in `table`."""
    return call(site, "lookup_s8", table=array("table", table))


def call(site: Site, kernel: str, **params: Value) -> KernelCall:
    """Returns the call of an elementwise kernel; the number of elements is added to `params`."""
    x = site.input(0)
    return KernelCall(kernel, (x.id,), (site.output.id,), {"count": x.elements, **params})


def mapped(kernel: str) -> Lower:
    """Returns a lowering to an elementwise kernel that takes nothing but the number of elements."""
    return lambda site: call(site, kernel)


def arithmetic(function: Function) -> Lower:
    """Returns a lowering to the kernel of float32 functions that need no mathematics library."""
    return lambda site: call(site, "unary_f32", function=function.value, slope=0.0)


def rounded(direction: Direction) -> Lower:
    """Returns a lowering to the kernel of float32 that makes whole numbers."""
    return lambda site: call(site, "round_f32", direction=direction.value)
