"""Parts of the typed C document: constants, inputs and outputs, and what converts them."""

from __future__ import annotations

from attrs import frozen

from microflow.codegen import literals
from microflow.graph.tensor import DType


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
class CRows:
    """Room on the stack for `count` pointers to rows of `c_type` elements."""

    name: str
    c_type: str
    count: int

    @property
    def declaration(self) -> str:
        """The line of C that makes the room."""
        return (
            f"const {self.c_type} *{self.name}[{self.count}]; /* the input rows under a window */"
        )


@frozen
class CPort:
    """An input or output: `c_type` of an element, where it lies, how real values map to it.

    `parameter` is its name among the parameters of functions: the label, unless that is taken.
    """

    label: str
    parameter: str
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
class CConversion:
    """The function that turns `elements` numbers of the application's, `from`, into an input, `to`.

    `lines` do it; `formula` says it in words.
    """

    label: str
    c_type: str
    to_type: str
    elements: int
    tables: tuple[CArray, ...]
    lines: tuple[str, ...]
    formula: str

    @property
    def size(self) -> int:
        """The bytes of flash that its tables take in a program that calls it."""
        return sum(table.size for table in self.tables)


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
