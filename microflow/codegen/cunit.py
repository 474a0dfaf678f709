"""A typed document of the C that is generated: what `render` prints, decided beforehand.

All sizes are bytes. Names are complete C identifiers; texts are safe to stand in a C comment.
"""

from __future__ import annotations

from attrs import frozen

from microflow.codegen import literals
from microflow.graph.ir import DType


@frozen
class CArray:
    """A constant table in program memory."""

    name: str
    dtype: DType
    data: bytes

    @property
    def size(self) -> int:
        """Its size in bytes."""
        return len(self.data)

    @property
    def lines(self) -> tuple[str, ...]:
        """The initialiser, as lines of C."""
        return literals.wrapped(self.dtype, self.data)


@frozen
class Vector:
    """An input of a model with the output it must give: the bytes of each tensor, in order."""

    inputs: tuple[bytes, ...]
    outputs: tuple[bytes, ...]


@frozen
class CStruct:
    """The parameters of one kernel call: (field, initialiser) in the struct's order."""

    name: str
    c_type: str
    fields: tuple[tuple[str, str], ...]
    size: int


@frozen
class CCall:
    """One statement of the run function."""

    function: str
    arguments: tuple[str, ...]


@frozen
class CLayer:
    """The calls of one node, and the words that introduce them."""

    index: int
    comment: str
    calls: tuple[CCall, ...]


@frozen
class CRows:
    """Room on the stack for `count` pointers to rows of `c_type` elements."""

    name: str
    c_type: str
    count: int


@frozen
class CPort:
    """An input or output: `c_type` of an element, where it lies, how real values map to it."""

    label: str
    macro: str
    c_type: str
    elements: int
    size: int
    offset: int
    shape: tuple[int, ...]
    comment: str
    scale: str | None = None  # C literal; None where the tensor is not quantised
    zero_point: int = 0
    low: int = 0
    high: int = 0
    labels: tuple[str, ...] = ()  # C string literals
    decodes: bool = False
    threshold: str | None = None  # C literal in the tensor's own type

    @property
    def real_type(self) -> str:
        """The C type of the port in `predict`."""
        return self.c_type if self.scale is None else "float"

    @property
    def zero_point_literal(self) -> str:
        """The zero point, ready to stand behind a minus sign."""
        return f"({self.zero_point})" if self.zero_point < 0 else str(self.zero_point)


@frozen
class CCopy:
    """A port and the constant table that is copied to it, or compared with it."""

    label: str
    table: CArray


@frozen
class CSelftest:
    """An embedded input and the output that it must give."""

    inputs: tuple[CCopy, ...]
    outputs: tuple[CCopy, ...]

    @property
    def tables(self) -> tuple[CArray, ...]:
        """All of its constants."""
        return tuple(copy.table for copy in (*self.inputs, *self.outputs))

    @property
    def size(self) -> int:
        """The bytes of flash that its constants take in a program that calls it."""
        return sum(table.size for table in self.tables)


@frozen
class CModel:
    """Everything of one model; `prefix` begins each public symbol."""

    name: str
    prefix: str
    sha256: str
    arena: str
    arena_bytes: int
    arrays: tuple[CArray, ...]
    structs: tuple[CStruct, ...]
    rows: tuple[CRows, ...]
    layers: tuple[CLayer, ...]
    inputs: tuple[CPort, ...]
    outputs: tuple[CPort, ...]
    selftest: CSelftest | None = None

    @property
    def infer_parameters(self) -> str:
        """The parameters of `infer`: inputs, then outputs, in their own types."""
        given = [f"const {p.c_type} *{p.label}" for p in self.inputs]
        return ", ".join([*given, *(f"{p.c_type} *{p.label}" for p in self.outputs)])

    @property
    def predict_parameters(self) -> str:
        """The parameters of `predict`: the same in real values where the tensor is quantised."""
        given = [f"const {p.real_type} *{p.label}" for p in self.inputs]
        return ", ".join([*given, *(f"{p.real_type} *{p.label}" for p in self.outputs)])

    @property
    def null_checks(self) -> str:
        """The condition under which an argument of `infer` or `predict` is missing."""
        return " || ".join(f"{p.label} == NULL" for p in (*self.inputs, *self.outputs))

    @property
    def constant_bytes(self) -> int:
        """Weights, biases, tables and parameters; without the vector of the self-test."""
        return sum(a.size for a in self.arrays) + sum(s.size for s in self.structs)


@frozen
class CUnit:
    """One translation unit: the models, and the kernel headers they include, in order."""

    prefix: str
    guard: str
    alignment: int
    headers: tuple[str, ...]
    models: tuple[CModel, ...]
