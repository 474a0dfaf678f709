"""Python values as C source: numbers, strings, and text that is safe in a comment.

Text from a model is hostile; this module is the only way by which it reaches C.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator

from microflow.graph.tensor import DType

_FORMATS = {
    DType.FLOAT32: "f",
    DType.FLOAT16: "H",
    DType.INT32: "i",
    DType.UINT8: "B",
    DType.INT64: "q",
    DType.BOOL: "B",
    DType.INT16: "h",
    DType.INT8: "b",
    DType.FLOAT64: "d",
    DType.UINT64: "Q",
    DType.UINT32: "I",
    DType.UINT16: "H",
}
LINE = 100


def integer(value: int) -> str:
    """Returns a C integer constant expression; the most negative ones have names."""
    if value == -(2**31):
        return "INT32_MIN"
    if value == -(2**63):
        return "INT64_MIN"
    if value >= 2**63:
        return f"UINT64_C({value})"
    if not -(2**31) < value < 2**31:
        return f"INT64_C({value})"
    return str(value)


def float32(value: float) -> str:
    """Returns a C literal that reads back as `value` rounded to single precision."""
    if math.isinf(value):
        return "-MF_INFINITY" if value < 0 else "MF_INFINITY"
    if math.isnan(value):
        return "MF_NAN"
    digits = f"{value:.9g}"
    return f"{digits}f" if any(c in digits for c in ".e") else f"{digits}.0f"


def elements(dtype: DType, data: bytes) -> Iterator[str]:
    """Yields the elements of little-endian `data` as C literals."""
    form = _FORMATS[dtype]
    count = len(data) // struct.calcsize(form)
    numbers = struct.unpack(f"<{count}{form}", data)
    if dtype is DType.FLOAT32:
        return map(float32, numbers)
    if dtype in (DType.INT8, DType.UINT8, DType.INT16, DType.UINT16, DType.BOOL):
        return map(str, numbers)
    return map(integer, numbers)


def wrapped(dtype: DType, data: bytes) -> tuple[str, ...]:
    """Returns the elements as lines of comma-separated literals, at most `LINE` wide."""
    lines: list[str] = []
    line: list[str] = []
    width = 0
    for literal in elements(dtype, data):
        if line and width + len(literal) + 1 > LINE - 4:
            lines.append(",".join(line) + ",")
            line, width = [], 0
        line.append(literal)
        width += len(literal) + 1
    return (*lines, ",".join(line)) if line else tuple(lines)


def string(text: str) -> str:
    """Returns `text` as a C string literal of its UTF-8 bytes."""
    return '"' + "".join(_escape(byte) for byte in text.encode("utf-8", "replace")) + '"'


def comment(text: str, limit: int = 60) -> str:
    """Returns `text` with everything that could end or confuse a comment replaced."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in "\\?" else "_" for c in text)
    plain = plain.replace("*/", "__").replace("/*", "__")
    return plain if len(plain) <= limit else plain[: limit - 3] + "..."


def _escape(byte: int) -> str:
    character = chr(byte)
    if character in '"\\?' or not 0x20 <= byte < 0x7F:
        return f"\\{byte:03o}"
    return character
