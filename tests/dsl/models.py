"""Graphs and manifests for the tests of the language."""

from __future__ import annotations

from collections.abc import Mapping

from microflow.diag import Diagnostics, Edit, Fix
from microflow.dsl.bind import bind, declare
from microflow.dsl.parse import parse
from microflow.dsl.project import Project
from microflow.dsl.text import Source, in_order, source_of
from microflow.graph.ir import Graph
from microflow.graph.tensor import DType, Quantization, Shape, Tensor

MFCC = Quantization((0.2,), (-2,))  # holds -25.2 .. 25.8
SOFTMAX = Quantization((1 / 256,), (-128,))  # holds 0.0 .. 0.99609375


def tensor(
    index: int, name: str, dtype: DType, shape: Shape, scale: Quantization | None = None
) -> Tensor:
    return Tensor(index, name, dtype, shape, scale)


def graph_of(inputs: list[Tensor], outputs: list[Tensor], *inner: Tensor) -> Graph:
    tensors = {t.id: t for t in (*inputs, *outputs, *inner)}
    given, made = (tuple(t.id for t in side) for side in (inputs, outputs))
    return Graph("main", tensors, (), given, made)


WAKE = graph_of(
    [tensor(0, "serving_default_x:0", DType.INT8, (1, 49, 40, 1), MFCC)],
    [tensor(9, "StatefulPartitionedCall:0", DType.INT8, (1, 3), SOFTMAX)],
    tensor(4, "relu", DType.INT8, (1, 8), MFCC),
)
TWINS = graph_of(
    [
        tensor(0, "left", DType.INT8, (1, 4), MFCC),
        tensor(1, "right", DType.FLOAT32, (1, 4)),
    ],
    [
        tensor(7, "same", DType.INT32, (1, 2)),
        tensor(8, "same", DType.BOOL, (1, 2)),
    ],
)
PICTURE = Quantization((2 / 255,), (-1,))  # holds -0.996 .. 1.004
PHOTO = graph_of(
    [
        tensor(0, "photo", DType.INT8, (1, 8, 6, 3), PICTURE),
        tensor(1, "tokens", DType.INT32, (1, 4)),
        tensor(2, "wide", DType.INT8, (1, 4), Quantization((0.1, 0.2), (0, 0), 1)),
        tensor(3, "plain", DType.FLOAT32, (1, 4)),
    ],
    [tensor(7, "y", DType.INT8, (1, 4), MFCC)],
)
GRAPHS = {
    "models/wake.tflite": WAKE,
    "models/twins.tflite": TWINS,
    "models/photo.tflite": PHOTO,
}
DIGESTS = {"models/wake.tflite": "ab" * 32}


def run(
    text: str, graphs: Mapping[str, Graph] = GRAPHS, path: str = "demo.mflow"
) -> tuple[Project | None, Diagnostics]:
    """Returns the project of a manifest and every finding of every stage."""
    document, syntax = parse(text, path)
    manifest, names = declare(document)
    project, binding = bind(manifest, graphs, DIGESTS) if manifest else (None, ())
    return project, in_order((*syntax, *names, *binding))


def clean(text: str, graphs: Mapping[str, Graph] = GRAPHS) -> Project:
    """Returns the project of a manifest that must have no finding."""
    project, found = run(text, graphs)
    assert found == (), [f"{d.rule.code} {d.message}" for d in found]
    assert project is not None
    return project


def applied(text: str, fix: Fix) -> str:
    """Returns `text` after a fix."""
    source = source_of(text, "demo.mflow")
    places = sorted(((_at(source, e), e) for e in fix.edits), key=lambda p: p[0], reverse=True)
    for (start, end), edit in places:
        text = text[:start] + edit.text + text[end:]
    return text


def _at(source: Source, edit: Edit) -> tuple[int, int]:
    span = edit.span
    start = source.starts[span.line - 1] + span.column - 1
    return start, source.starts[span.end_line - 1] + span.end_column - 1
