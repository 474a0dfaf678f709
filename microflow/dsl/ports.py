"""Checks what a manifest says of an input or output against the tensor in the model."""

from __future__ import annotations

from microflow.diag import Diagnostic, Diagnostics, Edit, Fix, Rule
from microflow.dsl.manifest import PortDeclaration
from microflow.dsl.reals import FLOATS, INTEGERS, representable, written_range, written_shape
from microflow.graph.tensor import Tensor

SHAPE = Rule(
    "MF3055",
    "shape-differs",
    """
The shape is not the model's

`shape` asserts what the application expects. The model decides; when it was trained again with
other dimensions, the application must follow. Batch dimensions count: a model for one picture of
96 by 96 grey pixels has the shape `[1, 96, 96, 1]`.

```mflow
shape = [96, 96]             # wrong
shape = [1, 96, 96, 1]       # right
```
""",
)

TYPE = Rule(
    "MF3056",
    "type-differs",
    """
The element type is not the model's

`type` asserts what the application reads and writes. A model that was converted without
`inference_input_type = tf.int8` keeps `float32` at its ends, even if it is quantised inside.

```mflow
type = int8          # wrong for such a model
type = float32       # right, or convert the model again
```
""",
)

REAL = Rule(
    "MF3057",
    "real-range",
    """
The tensor can't hold the range of real values

A quantised tensor holds scale * (q - zero point), with q in the range of its type. Values beyond
are clamped, so the application would lose them without notice. One step of the scale is tolerated.

```mflow
real = -30.0 .. 30.0       # wrong where the tensor holds -26.0 .. 25.8
real = -26.0 .. 26.0       # right
```

Correct the range, or calibrate the model with data that covers it.
""",
)

LABEL_COUNT = Rule(
    "MF3058",
    "label-count",
    """
The number of labels is not the number of classes

The classes lie along the last dimension of the output, one label each, in the order of the training
data.

```mflow
output scores {              # a tensor of shape [1, 3]
  labels = ["yes", "no"]     # wrong: the third class has no label
}
```
""",
)

DECODE = Rule(
    "MF3059",
    "decode-impossible",
    """
The scores can't be decoded like this

`argmax` compares numbers, so the output must hold numbers. A threshold is a real value; where the
tensor can't reach it no answer would ever be given, and where every value is above it, it would
have no effect.

```mflow
decode = argmax(threshold = 0.999)    # wrong for a tensor that holds 0.0 .. 0.996
decode = argmax(threshold = 0.90)     # right
```
""",
)


def check_port(port: PortDeclaration, tensor: Tensor) -> Diagnostics:
    """Returns every finding about a block whose tensor is known."""
    checks = (_shape, _type, _real, _labels, _decode)
    return tuple(d for check in checks if (d := check(port, tensor)) is not None)


def _shape(port: PortDeclaration, tensor: Tensor) -> Diagnostic | None:
    if port.shape is None or port.shape.value == tensor.shape:
        return None
    given, right = port.shape.value, written_shape(tensor.shape)
    text = f"the shape of `{port.label.value}` is {right}, not {written_shape(given)}"
    remedy = f"write `{right}`, or bind another model"
    if (1, *given) == tensor.shape:
        remedy = f"the batch dimension counts: write `{right}`"
    elif any(d < 1 for d in given):
        remedy = f"a compiled model has fixed dimensions, its batch too: write `{right}`"
    elif len(given) == len(tensor.shape) and given[1:] == tensor.shape[1:]:
        remedy = f"the model's batch is {tensor.shape[0]}: write `{right}`"
    fixes = (Fix(f"write `{right}`", (Edit(port.shape.span, right),)),)
    return Diagnostic(SHAPE, text, remedy, port.shape.span, fixes=fixes)


def _type(port: PortDeclaration, tensor: Tensor) -> Diagnostic | None:
    if port.type is None or port.type.value == tensor.dtype.label:
        return None
    right = tensor.dtype.label
    text = f"the type of `{port.label.value}` is {right}, not {port.type.value}"
    remedy = f"write `{right}`, or convert the model with {port.type.value} at its ends"
    fixes = (Fix(f"write `{right}`", (Edit(port.type.span, right),)),)
    return Diagnostic(TYPE, text, remedy, port.type.span, fixes=fixes)


def _real(port: PortDeclaration, tensor: Tensor) -> Diagnostic | None:
    held = representable(tensor)
    if port.real is None or held is None:
        return None
    low, high = port.real.value
    least, greatest, step = held
    if low >= least - step and high <= greatest + step:
        return None
    right = written_range(least, greatest, step)
    text = f"`{port.label.value}` can't hold {low:g} .. {high:g}: its tensor holds {right}"
    notes = (_quantised(tensor),)
    fixes = (Fix(f"write `{right}`", (Edit(port.real.span, right),)),)
    remedy = f"write `{right}`, or calibrate the model with data that covers the range"
    return Diagnostic(REAL, text, remedy, port.real.span, notes=notes, fixes=fixes)


def _quantised(tensor: Tensor) -> str:
    if tensor.quantization is None:
        return f"{tensor.dtype.label} without a scale: real values are whole numbers"
    return f"{tensor.dtype.label}, scale {tensor.scale:g}, zero point {tensor.zero_point}"


def _labels(port: PortDeclaration, tensor: Tensor) -> Diagnostic | None:
    if port.labels is None:
        return None
    given, classes = len(port.labels.value), tensor.shape[-1] if tensor.shape else 1
    if given == classes:
        return None
    text = f"`{port.label.value}` has {classes} classes, but {given} labels"
    notes = (f"the shape is {written_shape(tensor.shape)}; classes lie along the last dimension",)
    remedy = f"add {classes - given} labels" if given < classes else f"remove {given - classes}"
    return Diagnostic(LABEL_COUNT, text, remedy, port.labels.span, notes=notes)


def _decode(port: PortDeclaration, tensor: Tensor) -> Diagnostic | None:
    if port.decode is None:
        return None
    span, threshold = port.decode.span, port.decode.value.threshold
    if tensor.dtype not in INTEGERS and tensor.dtype not in FLOATS:
        text = f"`argmax` needs numbers; `{port.label.value}` holds {tensor.dtype.label}"
        return Diagnostic(DECODE, text, "remove `decode`", span)
    held = representable(tensor)
    if threshold is None or held is None:
        return None
    least, greatest, step = held
    fixes = (Fix("write `argmax`", (Edit(span, "argmax"),)),)
    if tensor.quantization is None and threshold not in (0.0, 1.0):
        text = f"`{port.label.value}` holds whole numbers; a threshold of {threshold:g} is none"
        return Diagnostic(DECODE, text, "use `argmax` without a threshold", span, fixes=fixes)
    if least - step / 2 <= threshold <= greatest:
        return None
    never = threshold > greatest
    text = f"the threshold {threshold:g} is {'above' if never else 'below'} every score"
    notes = (f"`{port.label.value}` holds {written_range(least, greatest, step)}",)
    remedy = "lower it" if never else "raise it, or use `argmax` without a threshold"
    return Diagnostic(DECODE, text, remedy, span, notes=notes, fixes=() if never else fixes)
