"""What an operator is lowered to: calls of C kernels with constant parameters.

A call of kernel ``k`` becomes ``mf_k(inputs…, outputs…, [rows,] [scratch,] &params)``; `params`
fills the struct ``mf_k_params`` that the kernel's contract.h declares, field by field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrs import field, frozen

from microflow.graph.tensor import DType

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@frozen
class Array:
    """A constant table that a kernel's parameters point to; `data` is little-endian."""

    name: str
    dtype: DType
    data: bytes = field(repr=False)

    @property
    def elements(self) -> int:
        """The number of elements."""
        return len(self.data) // self.dtype.size


_BY_NUMPY = {t.numpy: t for t in DType if t not in (DType.RESOURCE, DType.BOOL)}


def array(name: str, values: NDArray[np.generic]) -> Array:
    """Returns `values` as a constant table named `name`, in the order they lie in memory."""
    little = values.astype(values.dtype.newbyteorder("<"), copy=False)
    return Array(name, _BY_NUMPY[values.dtype.name], little.tobytes())


Value = int | float | Array | None


@frozen
class Foreign:
    """A C function of the application's own, which computes what files call `operator`.

    `header` is what declares it, as it stands behind ``#include``. `source` is the path of the C
    file that holds it, "" where only the application has that.
    """

    function: str
    operator: str
    header: str
    source: str = ""


@frozen
class KernelCall:
    """One call: `inputs` and `outputs` are tensor indices.

    A kernel that works by rows gets room for `row_pointers` pointers after its operands; one that
    needs memory of its own gets `scratch` bytes of the arena.

    Where `whole_rows` is set, all that a row of the output needs may be read until the row's last
    byte is written. Without a parameter `order`, pixels are made in ascending order alone.

    Where `sums` is not 0, the kernel can also take its input in pieces, from the first element to
    the last, and give the same bytes: ``mf_k_begin(sums, p)``, ``mf_k_add(in, first, count, sums,
    p)`` for the elements `first` to `first + count` of the input, which lie at `in`, and
    ``mf_k_end(sums, out, p)``. It gets room for `sums` sums of 4 bytes; pieces of a picture are
    whole rows, others have a multiple of `piece` elements.

    Where `raises` is set, no row of the input is under two windows, and the rows under one may be
    taken one by one: ``mf_k_rows`` for the first alone, ``mf_k_raise(row, out, p)`` for the others.

    Where `foreign` is set, no kernel is called but that function: with each operand and the number
    of its elements, then the table `options` of `params` and the number of its bytes.
    """

    kernel: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    params: Mapping[str, Value]
    row_pointers: int = 0
    scratch: int = 0
    sums: int = 0
    piece: int = 1
    raises: bool = False
    whole_rows: bool = False
    foreign: Foreign | None = None

    @property
    def name(self) -> str:
        """What reports call it: the kernel's name, or the function's."""
        return self.kernel if self.foreign is None else self.foreign.function
