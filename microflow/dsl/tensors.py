"""Which tensor of the model an ``input`` or ``output`` block means."""

from __future__ import annotations

from collections.abc import Sequence

from microflow.diag import Diagnostic, Edit, Fix, Label, Rule, Span
from microflow.dsl.ast import insertion
from microflow.dsl.manifest import PortDeclaration
from microflow.dsl.reals import quoted
from microflow.dsl.suggest import closest
from microflow.dsl.values import Given
from microflow.graph.ir import Graph
from microflow.graph.tensor import Tensor

UNKNOWN_TENSOR = Rule(
    "MF3052",
    "unknown-tensor",
    """
The model has no such input or output

`tensor` names an input of the model in an `input` block, an output in an `output` block: by its
name, or by its index among all tensors of the model. Tensors inside the model are out of the
application's reach.

```mflow
input mfcc { tensor = "serving_default_x" }      # wrong: did you mean "serving_default_x:0"?
input mfcc { tensor = "serving_default_x:0" }    # right
input mfcc { tensor = 0 }                        # right: the model's tensor 0
```

The message lists what there is.
""",
)

UNNAMED_TENSOR = Rule(
    "MF3053",
    "unnamed-tensor",
    """
The block does not say which tensor it means

The model has several inputs, or several outputs, so that the block needs the key `tensor`.

```mflow
input image  { tensor = "serving_default_image:0" }
input gyro   { tensor = "serving_default_gyro:0" }
```
""",
)

TENSOR_TWICE = Rule(
    "MF3054",
    "tensor-twice",
    """
Two blocks mean the same tensor

Each input and output of the model has one label. Blocks without `tensor` mean the only one there
is.

```mflow
output scores { tensor = "probabilities" }
output boxes  { tensor = "probabilities" }     # wrong: `boxes` is another tensor
```
""",
)

AMBIGUOUS_TENSOR = Rule(
    "MF3061",
    "ambiguous-tensor",
    """
Several tensors have this name

Nothing forbids a model to give one name to several tensors, so a name does not always say which one
is meant. Their indices differ; the message lists them.

```mflow
input left  { tensor = 0 }
input right { tensor = 3 }
```
""",
)


def ends(graph: Graph, direction: str) -> tuple[Tensor, ...]:
    """Returns the graph's inputs or outputs."""
    return tuple(graph.tensors[i] for i in getattr(graph, f"{direction}s"))


def find(
    port: PortDeclaration, graph: Graph, taken: dict[int, PortDeclaration]
) -> tuple[int | None, Diagnostic | None]:
    """Returns the position of a block's tensor among the graph's inputs or outputs.

    None, with a finding, where there is none or another block of `taken` has it.
    """
    tensors = ends(graph, port.direction)
    fitting = _fitting(port, tensors)
    if not fitting:
        return None, _unknown(port, graph, tensors)
    if len({tensors[i].id for i in fitting}) > 1:
        return None, _undecided(port, tensors, fitting)
    free = [i for i in fitting if i not in taken]
    return (free[0], None) if free else (None, _twice(port, taken[fitting[0]], tensors[fitting[0]]))


def listed_tensors(tensors: Sequence[Tensor], most: int = 8) -> str:
    """Returns tensors for a message: index, name, type and shape."""
    parts = [f"{t.id}: {quoted(t.name)} ({t.dtype.label} {list(t.shape)})" for t in tensors[:most]]
    more = f" and {len(tensors) - most} more" if len(tensors) > most else ""
    return ", ".join(parts) + more


def _fitting(port: PortDeclaration, tensors: Sequence[Tensor]) -> list[int]:
    if port.tensor is None:
        return list(range(len(tensors)))
    wanted = port.tensor.value
    if isinstance(wanted, int):
        return [i for i, t in enumerate(tensors) if t.id == wanted]
    return [i for i, t in enumerate(tensors) if t.name == wanted]


def _unknown(port: PortDeclaration, graph: Graph, tensors: Sequence[Tensor]) -> Diagnostic:
    given, what = port.tensor, port.direction
    if given is None:
        text, remedy = f"the model has no {what}s", "remove this block"
        return Diagnostic(UNKNOWN_TENSOR, text, remedy, port.label.span)
    shown = quoted(given.value) if isinstance(given.value, str) else str(given.value)
    inside = [t for t in graph.tensors.values() if given.value in (t.name, t.id)]
    text = f"tensor {shown} is {'no ' + what if inside else 'not in the model'}"
    remedy = f"the model's {what}s are {listed_tensors(tensors)}" if tensors else "there are none"
    meant = _meant(given, tensors)
    if meant is None:
        return Diagnostic(UNKNOWN_TENSOR, text, remedy, given.span)
    fixes = (Fix(f"write `{quoted(meant)}`", (Edit(given.span, quoted(meant)),)),)
    remedy = f"did you mean {quoted(meant)}? {remedy}"
    return Diagnostic(UNKNOWN_TENSOR, text, remedy, given.span, fixes=fixes)


def _meant(given: Given[str | int], tensors: Sequence[Tensor]) -> str | None:
    if len(tensors) == 1 and isinstance(given.value, str):
        return tensors[0].name
    names = [t.name for t in tensors]
    return closest(given.value, names) if isinstance(given.value, str) else None


def _undecided(
    port: PortDeclaration, tensors: Sequence[Tensor], fitting: Sequence[int]
) -> Diagnostic:
    candidates = [tensors[i] for i in fitting]
    if port.tensor is not None:
        text = f"{len(fitting)} {port.direction}s have the name {quoted(str(port.tensor.value))}"
        fixes = tuple(_index_fix(t, port.tensor.span) for t in candidates)
        remedy = f"give an index: {listed_tensors(candidates)}"
        return Diagnostic(AMBIGUOUS_TENSOR, text, remedy, port.tensor.span, fixes=fixes)
    text = f"the model has {len(tensors)} {port.direction}s; which one is `{port.label.value}`?"
    remedy = f"add `tensor`: {listed_tensors(tensors)}"
    fixes = tuple(_insert_fix(t, port, tensors) for t in tensors[:8])
    return Diagnostic(UNNAMED_TENSOR, text, remedy, port.label.span, fixes=fixes)


def _index_fix(tensor: Tensor, span: Span) -> Fix:
    return Fix(f"write `{tensor.id}`", (Edit(span, str(tensor.id)),))


def _insert_fix(tensor: Tensor, port: PortDeclaration, tensors: Sequence[Tensor]) -> Fix:
    line = f"tensor = {reference(tensor, tensors)}"
    return Fix(f"insert `{line}`", (insertion(port.block, line),))


def reference(tensor: Tensor, tensors: Sequence[Tensor]) -> str:
    """Returns what a manifest writes for `tensor`: its name, or its index where that is no use."""
    same = [t for t in tensors if t.name == tensor.name]
    readable = not any(0xD800 <= ord(c) <= 0xDFFF for c in tensor.name)
    return quoted(tensor.name) if tensor.name and len(same) == 1 and readable else str(tensor.id)


def _twice(port: PortDeclaration, other: PortDeclaration, tensor: Tensor) -> Diagnostic:
    text = f"`{other.label.value}` and `{port.label.value}` both mean tensor {quoted(tensor.name)}"
    span = port.tensor.span if port.tensor is not None else port.label.span
    labels = (Label(other.label.span, f"`{other.label.value}`"),)
    remedy = "remove one of the blocks, or name another tensor"
    return Diagnostic(TENSOR_TWICE, text, remedy, span, labels=labels)
