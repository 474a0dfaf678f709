"""What the application holds where that is not the tensor itself, checked against the tensor."""

from __future__ import annotations

from collections.abc import Iterator

from microflow.diag import Diagnostic, Diagnostics, Fix, Rule, Severity
from microflow.dsl.ast import insertion
from microflow.dsl.manifest import PortDeclaration
from microflow.dsl.reals import INTEGERS, representable, written, written_range, written_shape
from microflow.dsl.values import Affine, Conversion
from microflow.graph.tensor import DType, Tensor

CONVERTED_TYPE = Rule(
    "MF3065",
    "conversion-impossible",
    """
The tensor can't be converted into

`accept` and `normalize` ask for a function that turns numbers of the application's into the input.
It exists for tensors of `float32`, and for `int8`, `uint8` and `int16` with one scale. Other
inputs hold indices, counts or flags, which are no numbers to normalise.

```mflow
input tokens { accept = uint8 }        # wrong: the tensor is int32
input image  { accept = uint8 }        # right: the tensor is int8
```

Leave the keys out and write the tensor itself.
""",
)

CONVERTED_SHAPE = Rule(
    "MF3066",
    "conversion-shape",
    """
The conversion does not fit the tensor's shape

Channels lie along the last dimension. `order` exchanges the first and the last of three channels,
`layout` needs rows and columns before them, and a list of `mean` or `std` has one value a channel.

```mflow
input image {                # a tensor of shape [1, 96, 96, 1]
  order = bgr                                          # wrong: there is one channel
  accept = uint8
  normalize = affine(mean = [124, 116, 104], std = 58) # wrong: one mean is enough
}
```
""",
)

NEEDS_ACCEPT = Rule(
    "MF3067",
    "normalize-without-accept",
    """
It is not said what is to be normalised

`normalize` computes `(x - mean) / std`. What type `x` has, the application decides: a camera gives
`uint8`, a converter `int16`, a library `float32`.

```mflow
normalize = affine(mean = 127.5, std = 127.5)                   # wrong
accept = uint8; normalize = affine(mean = 127.5, std = 127.5)   # right
```
""",
)

CONVERTED_RANGE = Rule(
    "MF3068",
    "conversion-range",
    """
The conversion gives other values than the tensor or `real` says

Values that the tensor can't hold are clamped, and values of `real` that no number of the accepted
type leads to never occur. Both are signs of a wrong `mean` or `std`: those of the training count,
and they depend on whether the training saw 0 to 255 or 0 to 1.

```mflow
accept = uint8; normalize = affine(mean = 0.5, std = 0.5)       # gives -1 .. 509
accept = uint8; normalize = affine(mean = 127.5, std = 127.5)   # gives -1 .. 1
```

One step of the scale is tolerated at either end.
""",
    Severity.WARNING,
)

STREAMED_PIXELS = Rule(
    "MF3069",
    "streamed-conversion",
    """
The rows of a streamed input can't be converted like this

A streamed input is converted row by row. With `layout = nchw` a row would lie in pieces, one in
each plane, and where a row of the computation ends within a pixel its channels are in two rows.

```mflow
input image { stream = true; layout = nchw }    # wrong
input image { stream = true; layout = nhwc }    # right: the rows come one behind the other
```

Give the pixels with their channels side by side, or leave `stream` out.
""",
)

_ACCEPTING = (DType.INT8, DType.UINT8, DType.INT16)


def conversion(port: PortDeclaration, tensor: Tensor) -> Conversion | None:
    """Returns how what the application holds becomes `tensor`; None where it is the tensor."""
    swapped = port.order is not None and port.order.value == "bgr"
    planar = port.layout is not None and port.layout.value == "nchw" and tensor.shape[-1:] != (1,)
    if port.accept is None and not swapped and not planar:
        return None
    source = port.accept.value if port.accept else None
    affine = port.normalize.value if port.normalize else Affine()
    return Conversion(source, affine, swapped, planar)


def check_conversion(port: PortDeclaration, tensor: Tensor) -> Diagnostics:
    """Returns what is wrong with the conversion that an ``input`` block asks for."""
    if port.normalize is not None and port.accept is None:
        return (_without_accept(port),)
    impossible = _type(port, tensor)
    if impossible is not None:
        return (impossible,)
    misshapen = tuple(_shape(port, tensor))
    return misshapen or tuple(_ranges(port, tensor))


def _without_accept(port: PortDeclaration) -> Diagnostic:
    assert port.normalize is not None
    text = f"`normalize` of `{port.label.value}` says not what it normalises"
    kinds = ("uint8", "int8", "int16", "float32")
    lines = [f"accept = {kind}" for kind in kinds]
    fixes = tuple(Fix(f"insert `{line}`", (insertion(port.block, line),)) for line in lines)
    remedy = "add `accept` with the type that the application holds, for example `accept = uint8`"
    return Diagnostic(NEEDS_ACCEPT, text, remedy, port.normalize.span, fixes=fixes)


def _type(port: PortDeclaration, tensor: Tensor) -> Diagnostic | None:
    if port.accept is None or tensor.dtype is DType.FLOAT32:
        return None
    if tensor.dtype in _ACCEPTING and representable(tensor) is not None:
        return None
    text = f"`{port.label.value}` can't be converted into: its tensor is {tensor.dtype.label}"
    if tensor.dtype in _ACCEPTING:
        text += " without one valid scale"
    remedy = "remove `accept` and `normalize`, and write the tensor itself"
    return Diagnostic(CONVERTED_TYPE, text, remedy, port.accept.span)


def _shape(port: PortDeclaration, tensor: Tensor) -> Iterator[Diagnostic]:
    label, shape = port.label.value, written_shape(tensor.shape)
    channels = tensor.shape[-1] if tensor.shape else 1
    if port.order is not None and (channels != 3 or len(tensor.shape) < 2):
        text = f"`order` is for three channels; `{label}` has the shape {shape}"
        yield Diagnostic(CONVERTED_SHAPE, text, "remove `order`", port.order.span)
    if port.layout is not None and len(tensor.shape) not in (3, 4):
        text = f"`layout` is for pictures, which have 3 or 4 dimensions; `{label}` is {shape}"
        yield Diagnostic(CONVERTED_SHAPE, text, "remove `layout`", port.layout.span)
    if port.normalize is None:
        return
    affine = port.normalize.value
    for name, values in (("mean", affine.mean), ("std", affine.std)):
        if len(values) not in (1, channels):
            text = f"`{name}` has {len(values)} values; `{label}` {shape} has {channels} channels"
            remedy = f"give one value for all channels, or {channels}"
            yield Diagnostic(CONVERTED_SHAPE, text, remedy, port.normalize.span)


def _ranges(port: PortDeclaration, tensor: Tensor) -> Iterator[Diagnostic]:
    """Findings about the real values that the numbers of an integer type lead to."""
    accepted = next((d for d in INTEGERS if port.accept and d.label == port.accept.value), None)
    if port.accept is None or accepted is None:
        return
    low, high = _produced(port, accepted)
    held = representable(tensor) if tensor.dtype is not DType.FLOAT32 else None
    step = held[2] if held else (high - low) / 256
    given = f"{accepted.label} gives {written(low, step)} .. {written(high, step)}"
    at = port.normalize or port.accept
    remedy = "correct `mean` and `std`: they are those of the training, in the accepted numbers"
    if held is not None and not (low >= held[0] - step and high <= held[1] + step):
        text = f"{given}, but `{port.label.value}` holds {written_range(*held)}"
        yield Diagnostic(CONVERTED_RANGE, text, remedy, at.span)
        return
    if port.real is None:
        return
    least, greatest = port.real.value
    if least < low - step or greatest > high + step:
        text = f"{given}, which is less than the range of `real`, {least:g} .. {greatest:g}"
        yield Diagnostic(CONVERTED_RANGE, text, remedy, at.span)


def _produced(port: PortDeclaration, accepted: DType) -> tuple[float, float]:
    """The least and the greatest real value of any channel."""
    affine = port.normalize.value if port.normalize else Affine()
    least, greatest = INTEGERS[accepted]
    channels = affine.channels(max(len(affine.mean), len(affine.std)))
    return (
        min((least - mean) / std for mean, std in channels),
        max((greatest - mean) / std for mean, std in channels),
    )
