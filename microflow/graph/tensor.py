"""Element types, quantisation and tensors: what operands and constants are."""

from __future__ import annotations

from enum import Enum
from math import prod
from typing import TypeAlias

from attrs import field, frozen

from microflow.diag import quoted

Shape: TypeAlias = tuple[int, ...]


class DType(Enum):
    """An element type: schema code (TensorType), bytes, C type, numpy name."""

    FLOAT32 = (0, 4, "float", "float32")
    FLOAT16 = (1, 2, "uint16_t", "float16")
    INT32 = (2, 4, "int32_t", "int32")
    UINT8 = (3, 1, "uint8_t", "uint8")
    INT64 = (4, 8, "int64_t", "int64")
    STRING = (5, 1, "char", "bytes")
    BOOL = (6, 1, "uint8_t", "bool")
    INT16 = (7, 2, "int16_t", "int16")
    COMPLEX64 = (8, 8, "float", "complex64")
    INT8 = (9, 1, "int8_t", "int8")
    FLOAT64 = (10, 8, "double", "float64")
    UINT64 = (12, 8, "uint64_t", "uint64")
    RESOURCE = (13, 4, "int32_t", "int32")
    UINT32 = (15, 4, "uint32_t", "uint32")
    UINT16 = (16, 2, "uint16_t", "uint16")
    INT4 = (17, 1, "int8_t", "int4")

    @property
    def code(self) -> int:
        """The schema's number of this type."""
        return self.value[0]

    @property
    def size(self) -> int:
        """Bytes an element takes in memory."""
        return self.value[1]

    @property
    def c_type(self) -> str:
        """The C type of an element."""
        return self.value[2]

    @property
    def numpy(self) -> str:
        """The numpy dtype's name."""
        return self.value[3]

    @property
    def label(self) -> str:
        """The name used in manifests and messages, such as ``int8``."""
        return self.name.lower()


@frozen
class Quantization:
    """Affine quantisation: real = scale * (q - zero_point), per tensor or along `axis`."""

    scales: tuple[float, ...]
    zero_points: tuple[int, ...]
    axis: int = 0

    @property
    def scale(self) -> float:
        """The scale, of the first channel where there are several."""
        return self.scales[0]

    @property
    def zero_point(self) -> int:
        """The zero point, of the first channel where there are several."""
        return self.zero_points[0]

    @property
    def per_channel(self) -> bool:
        """Tells whether slices have scales of their own."""
        return len(self.scales) > 1


@frozen
class Tensor:
    """A value of the graph. `data` is set for constants: little-endian, row-major.

    A variable keeps its value from one inference to the next; `initial` is that of the first.
    """

    id: int
    name: str
    dtype: DType
    shape: Shape
    quantization: Quantization | None = None
    data: bytes | None = field(default=None, repr=False)
    is_variable: bool = False
    initial: bytes | None = field(default=None, repr=False)

    @property
    def elements(self) -> int:
        """The number of elements; 1 for a scalar."""
        return prod(self.shape)

    @property
    def bytes(self) -> int:
        """The size in memory, in bytes."""
        return self.elements * self.dtype.size

    @property
    def is_constant(self) -> bool:
        """Tells whether the value is known at compile time."""
        return self.data is not None

    @property
    def scale(self) -> float:
        """The scale; raises where the tensor is not quantised (operators check first)."""
        assert self.quantization is not None
        return self.quantization.scale

    @property
    def zero_point(self) -> int:
        """The zero point; 0 where the tensor is not quantised."""
        return self.quantization.zero_point if self.quantization else 0

    def __str__(self) -> str:
        dims = "x".join(map(str, self.shape)) or "scalar"
        return f"{quoted(self.name)} ({self.dtype.label} {dims})"
