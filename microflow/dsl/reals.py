"""What real values a tensor can hold, and how numbers are written in a manifest."""

from __future__ import annotations

from math import isfinite

from microflow.graph.tensor import DType, Tensor

INTEGERS: dict[DType, tuple[int, int]] = {
    DType.INT4: (-8, 7),
    DType.INT8: (-128, 127),
    DType.UINT8: (0, 255),
    DType.INT16: (-(2**15), 2**15 - 1),
    DType.UINT16: (0, 2**16 - 1),
    DType.INT32: (-(2**31), 2**31 - 1),
    DType.UINT32: (0, 2**32 - 1),
    DType.INT64: (-(2**63), 2**63 - 1),
    DType.UINT64: (0, 2**64 - 1),
}
FLOATS = (DType.FLOAT32, DType.FLOAT16, DType.FLOAT64)


def representable(tensor: Tensor) -> tuple[float, float, float] | None:
    """Returns the least and greatest real value of an integer tensor, and the step between two.

    real = scale * (q - zero point); scale 1 and zero point 0 where the tensor is not quantised.
    None for other types, and where scales differ by channel or are no positive numbers.
    """
    if tensor.dtype not in INTEGERS:
        return None
    least, greatest = INTEGERS[tensor.dtype]
    quantization = tensor.quantization
    if quantization is None:
        return float(least), float(greatest), 1.0
    if quantization.per_channel:
        return None
    scale, zero_point = quantization.scale, quantization.zero_point
    if not (isfinite(scale) and scale > 0):
        return None
    return scale * (least - zero_point), scale * (greatest - zero_point), scale


def is_probability(tensor: Tensor) -> bool:
    """Tells whether a quantised tensor's range is 0 to 1, give or take two steps: a softmax's."""
    held = representable(tensor)
    if held is None or tensor.quantization is None:
        return False
    low, high, step = held
    return abs(low) <= step / 2 and abs(high - 1) <= 2 * step


def written(value: float, precision: float) -> str:
    """Returns `value` with as few digits as keep it within `precision`, and a decimal point."""
    for digits in (4, 6, 9, 12):
        text = f"{value:.{digits}g}"
        if abs(float(text) - value) <= precision / 4:
            break
    else:
        text = repr(value)
    return text if any(c in text for c in ".en") else f"{text}.0"


def written_range(low: float, high: float, step: float) -> str:
    """Returns a range as a manifest gives it, exact to a quarter of a step."""
    return f"{written(low, step)} .. {written(high, step)}"


def written_shape(shape: tuple[int, ...]) -> str:
    """Returns a shape as a manifest gives it."""
    return f"[{', '.join(map(str, shape))}]"


def quoted(text: str) -> str:
    """Returns `text` as a string of a manifest, whatever it holds.

    Backslashes, quotes and everything that cannot be seen are escaped. Lone surrogates, which no
    file can hold, become U+FFFD.
    """
    return '"' + "".join(_escaped(c) for c in text) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character == " " or character.isprintable():
        return character
    if 0xD800 <= ord(character) <= 0xDFFF:
        return "\\u{FFFD}"
    return f"\\u{{{ord(character):X}}}"
