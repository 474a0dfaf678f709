"""BATCH_MATMUL: products of matrices, the last two dimensions, broadcast over those before."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, prod

from attrs import evolve, frozen

from microflow.graph.access import Access, Rowwise, Whole
from microflow.graph.call import KernelCall, Value
from microflow.graph.ir import Cost, Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.numerics import tflm
from microflow.ops import _arithmetic, _broadcast, _checks, _dense, _sixteen
from microflow.ops._constants import values
from microflow.ops.fully_connected import FullyConnectedOptions
from microflow.ops.options import option
from microflow.targets import Core

_RANKS = (2, 3, 4, 5)


@frozen
class BatchMatMulOptions:
    """Schema: BatchMatMulOptions. An adjoint operand is transposed."""

    adj_x: bool = option(0, "bool", False)
    adj_y: bool = option(1, "bool", False)


@frozen
class _Matrix:
    """The last two dimensions of an operand, and elements from one row and column to the next."""

    rows: int
    columns: int
    row: int
    column: int


def _matrix(shape: Shape, transposed: bool) -> _Matrix:
    rows, columns = shape[-2:]
    return _Matrix(columns, rows, 1, columns) if transposed else _Matrix(rows, columns, columns, 1)


def _matrices(site: Site) -> tuple[_Matrix, _Matrix]:
    a, b = site.input(0).shape, site.input(1).shape
    return _matrix(a, site.attrs.adj_x), _matrix(b, site.attrs.adj_y)


def _infer(site: Site) -> tuple[Shape, ...]:
    a, b = _matrices(site)
    batches = _broadcast.broadcast_shape(site.input(0).shape[:-2], site.input(1).shape[:-2])
    assert batches is not None
    return ((*batches, a.rows, b.columns),)


def _check(site: Site) -> Iterator[Finding]:
    a, b = site.input(0), site.input(1)
    yield from _checks.types(site, 0, DType.INT8, DType.INT16, DType.FLOAT32)
    yield from _broadcast.check_types(site)
    yield from _checks.quantised(a, b, site.output)
    yield from _arithmetic.check_scales(site)
    yield from _arithmetic.check_symmetric(site)
    ranks = [*_checks.rank(site, 0, *_RANKS), *_checks.rank(site, 1, *_RANKS)]
    yield from ranks or _check_shapes(site)
    if a.dtype is DType.INT16:
        yield from _sixteen.check_scales(site)


def _check_shapes(site: Site) -> Iterator[Finding]:
    a, b = site.input(0).shape, site.input(1).shape
    if _broadcast.broadcast_shape(a[:-2], b[:-2]) is None:
        yield Finding(
            f"broadcasting matrices of {list(a)} against those of {list(b)}",
            "dimensions before the last two that are equal or 1",
            site.input(1),
        )
    left, right = _matrices(site)
    if left.columns != right.rows:
        yield Finding(
            f"{left.columns} columns times {right.rows} rows",
            "as many columns of the first matrix as rows of the second",
            site.input(1),
        )


def _access(site: Site) -> Access:
    """Matrices of rank 4 are rows of pictures: each makes one of the output."""
    return Access(tuple(Rowwise() if _by_rows(site, i) else Whole() for i in (0, 1)))


def _by_rows(site: Site, position: int) -> bool:
    shape, made = site.input(position).shape, site.output.shape
    return len(shape) == len(made) == 4 and shape[1] == made[1]


def _cost(site: Site) -> Cost:
    return Cost(macs=site.output.elements * _matrices(site)[0].columns)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    a, b = site.input(0), site.input(1)
    if _is_dense(site):
        return (_dense_call(site),)
    left, right = _matrices(site)
    sizes = left.rows * left.columns, right.rows * right.columns
    params: dict[str, Value] = {
        **_broadcast.block_layout(a.shape[:-2], b.shape[:-2], *sizes),
        "rows": left.rows,
        "columns": right.columns,
        "depth": left.columns,
        "a_row": left.row,
        "a_step": left.column,
        "b_column": right.column,
        "b_step": right.row,
        **_SCALING[a.dtype](site),
    }
    kernel = f"batch_matmul_{_arithmetic.SUFFIXES[a.dtype]}"
    return (KernelCall(kernel, (a.id, b.id), (site.output.id,), params),)


def _multiplier(site: Site) -> tuple[int, int]:
    factor = site.input(0).scale * site.input(1).scale / site.output.scale
    return tflm.quantised_multiplier(factor)


def _scaling_s8(site: Site) -> dict[str, Value]:
    multiplier, shift = _multiplier(site)
    return {"multiplier": multiplier, "shift": shift, **_arithmetic.zero_points(site)}


def _scaling_s16(site: Site) -> dict[str, Value]:
    """Sums of 64 bits are scaled by a multiplier of 16."""
    multiplier, shift = _multiplier(site)
    return {"multiplier": tflm.reduced_multiplier(multiplier), "shift": shift}


def _scaling_f32(site: Site) -> dict[str, Value]:
    return {}


_SCALING = {
    DType.INT8: _scaling_s8,
    DType.INT16: _scaling_s16,
    DType.FLOAT32: _scaling_f32,
}


def _is_dense(site: Site) -> bool:
    """Tells whether rows of the first operand meet one constant matrix, as in FULLY_CONNECTED."""
    a, b = site.input(0), site.input(1)
    single = b.is_constant and prod(b.shape[:-2]) == 1 and a.elements > 0 and b.elements > 0
    several_scales = b.quantization is not None and b.quantization.per_channel
    return single and not site.attrs.adj_x and not several_scales and a.dtype is not DType.INT16


def _dense_call(site: Site) -> KernelCall:
    b = site.input(1)
    matrix = values(b).reshape(b.shape[-2:])
    weights = matrix if site.attrs.adj_y else matrix.T
    stored = evolve(b, shape=weights.shape, data=weights.tobytes())
    node = evolve(site.node, attrs=FullyConnectedOptions())
    dense = Site(node, (site.input(0), stored), site.outputs, profile=site.profile)
    call = _dense.call(dense, len(weights), b.zero_point)
    if b.dtype is not DType.FLOAT32:
        return call
    return evolve(call, params={**call.params, "out_min": -inf, "out_max": inf})


OPERATOR = Operator(
    name="BATCH_MATMUL",
    code=126,
    doc="Products of matrices of rank 2 to 5: either transposed, broadcast, constant or computed.",
    kernels=(
        "batch_matmul_f32",
        "batch_matmul_s16",
        "batch_matmul_s8",
        "fully_connected_f32",
        "fully_connected_once_s8",
        "fully_connected_s8",
    ),
    limits="Operands of two types; int16: a zero point other than 0.",
    options=BatchMatMulOptions,
    arity=(2, 2),
    types="int8, int16, float32",
    infer=_infer,
    check=_check,
    access=_access,
    cost=_cost,
    lower=_lower,
)
