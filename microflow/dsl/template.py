"""The manifest that ``mflowc init`` writes for a model: everything the model file tells."""

from __future__ import annotations

from posixpath import basename

from microflow.dsl.format import format_text
from microflow.dsl.labels import default_label
from microflow.dsl.reals import (
    is_probability,
    quoted,
    representable,
    written_range,
    written_shape,
)
from microflow.dsl.schema import EDITION
from microflow.dsl.symbols import sanitised
from microflow.dsl.tensors import ends, reference
from microflow.graph.ir import Graph
from microflow.graph.tensor import Tensor

_MOST_LABELS = 16


def default_manifest(graph: Graph, source: str, target: str = "host") -> str:
    """Returns a manifest for `graph`, read from the path `source`, that binds without a finding."""
    name = sanitised(basename(source).rsplit(".", 1)[0]) or "model"
    symbols: set[str] = set()
    ports = [
        port_lines(direction, label, tensor, ends(graph, direction))
        for direction in ("input", "output")
        for position, tensor in enumerate(ends(graph, direction))
        for label in [default_label(direction, position, tensor.name, symbols)]
    ]
    lines = [
        f"mflow {EDITION}",
        "",
        f"model {name} {{",
        f"  source   = {quoted(source)}  # relative to this file",
        f"  targets  = [{target}]  # `mflowc targets` lists the chips",
        "  optimize = balanced  # or latency, ram, flash: what to prefer within the budget",
        "",
        "  # A limit that the model exceeds is an error. Leave out what is not limited.",
        "  # budget { flash = 64KiB; ram = 16KiB; stack = 1KiB; latency = 20ms }",
        *(line for port in ports for line in ("", *port)),
        "}",
    ]
    return format_text("\n".join(lines))


def port_lines(
    direction: str, label: str, tensor: Tensor, tensors: tuple[Tensor, ...]
) -> list[str]:
    """Returns the block that declares `tensor`, one of the model's `tensors` of a direction."""
    return [
        f"  {direction} {label} {{",
        f"    tensor = {reference(tensor, tensors)}",
        f"    shape  = {written_shape(tensor.shape)}",
        f"    type   = {tensor.dtype.label}",
        *_real(tensor),
        *(_classes(tensor) if direction == "output" else ()),
        "  }",
    ]


def _real(tensor: Tensor) -> list[str]:
    held = representable(tensor)
    if held is None or tensor.quantization is None or not held[0] < held[1] < 1e30:
        return []
    return [f"    real   = {written_range(*held)}  # what the tensor can hold, in real values"]


def _classes(tensor: Tensor) -> list[str]:
    if len(tensor.shape) != 2 or not 2 <= tensor.shape[-1] <= _MOST_LABELS:
        return []
    labels = ", ".join(f'"class{i}"' for i in range(tensor.shape[-1]))
    if is_probability(tensor):
        return [f"    labels = [{labels}]  # name your classes", "    decode = argmax"]
    return [
        "    # If these are the scores of classes:",
        f"    # labels = [{labels}]",
        "    # decode = argmax",
    ]
