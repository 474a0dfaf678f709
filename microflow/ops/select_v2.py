"""SELECT_V2: elements of one tensor or another, as a third says; all three are broadcast."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from math import prod

import numpy as np

from microflow.graph.access import Access, Elementwise, Whole
from microflow.graph.call import Array, KernelCall, Value, array
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _checks, _movement
from microflow.ops._broadcast import broadcast_shape
from microflow.ops._constants import values
from microflow.targets import Core

_OPERANDS = ("c", "a", "b")  # condition, what is taken where it is true, and where it is not


def _shape(site: Site) -> Shape | None:
    first = broadcast_shape(site.input(0).shape, site.input(1).shape)
    return None if first is None else broadcast_shape(first, site.input(2).shape)


def _infer(site: Site) -> tuple[Shape, ...]:
    shape = _shape(site)
    assert shape is not None
    return (shape,)


def _check(site: Site) -> Iterator[Finding]:
    yield from _checks.types(site, 0, DType.BOOL)
    yield from _checks.types(site, 1, *_movement.MOVABLE)
    yield from _checks.same_type(site, 1)
    yield from _checks.same_type(site, 2)
    if _shape(site) is None:
        shapes = " and ".join(str(list(site.input(i).shape)) for i in range(3))
        yield Finding(
            f"broadcasting {shapes}",
            "shapes whose dimensions, from the last, are equal or 1",
            site.input(2),
        )


def _access(site: Site) -> Access:
    """Operands of the output's size are read element by element; others whole."""
    size = site.output.elements
    same = (site.input(i).elements == size for i in range(3))
    return Access(tuple(Elementwise() if each else Whole() for each in same))


def _fold(site: Site) -> tuple[bytes, ...] | None:
    if not all(site.input(i).is_constant for i in range(3)):
        return None
    chosen = values(site.input(0)), *(_movement.blocks(site.input(i)) for i in (1, 2))
    condition, a, b = np.broadcast_arrays(*chosen)
    return (np.where(condition, a, b).tobytes(),)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    inputs = tuple(site.input(i) for i in range(3))
    dims = _merged([t.shape for t in inputs]) or [(1, (False,) * 3)]
    (count, steps), *outer = dims
    params: dict[str, Value] = {
        "unit": site.output.dtype.size,
        "runs": prod(size for size, _ in outer),
        "count": count,
        "outer": len(outer),
        "extents": _table("extents", [size for size, _ in outer]),
    }
    for position, name in enumerate(_OPERANDS):
        present = [size if within[position] else 0 for size, within in dims]
        params[f"{name}_step"] = int(steps[position])
        params[f"{name}_strides"] = _table(f"{name}_strides", _strides(present)[1:])
    return (KernelCall("select", tuple(t.id for t in inputs), (site.output.id,), params),)


def _merged(shapes: list[Shape]) -> list[tuple[int, tuple[bool, ...]]]:
    """The dimensions from the last, each with the operands that extend along it.

    Those of one element disappear, neighbours that the same operands extend along become one.
    """
    rank = max(map(len, shapes))
    sizes = zip(*((*[1] * (rank - len(s)), *s) for s in shapes), strict=True)
    wide = [(max(each), tuple(n != 1 for n in each)) for each in sizes if max(each) > 1]
    groups = groupby(reversed(wide), key=lambda dim: dim[1])
    return [(prod(size for size, _ in members), within) for within, members in groups]


def _strides(sizes: list[int]) -> list[int]:
    """The elements from one index to the next; 0 where a size is 0: the operand is repeated."""
    strides, stride = [], 1
    for size in sizes:
        strides.append(stride if size else 0)
        stride *= size or 1
    return strides


def _table(name: str, numbers: list[int]) -> Array | None:
    return array(name, np.array(numbers, np.int32)) if numbers else None


OPERATOR = Operator(
    name="SELECT_V2",
    code=123,
    doc="Elements of one tensor or another, as a condition says; all broadcast, any rank.",
    kernels=("select",),
    limits="Shapes that do not fit each other.",
    beyond="uint8, int32, int64, bool",
    arity=(3, 3),
    infer=_infer,
    check=_check,
    access=_access,
    fold=_fold,
    lower=_lower,
    types="all",
)
