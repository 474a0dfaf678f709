"""Shapes that the file leaves open: computed from the inputs' and from constants.

Where converters cannot tell a dimension, they state it as -1 in the tensor's signature, and 1 in
its shape; others state no shape at all. Interpreters work such shapes out when they load a model,
and so it is done here. Everything else that a file states is left as it is, to be checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from attrs import evolve

from microflow.flatbuffer import Tables
from microflow.graph.control import Choice, Control, Loop, Once, Run
from microflow.graph.ir import Graph, Node, Site
from microflow.graph.tensor import DType, Shape
from microflow.importer import schema
from microflow.importer.tensors import reshaped

Open: TypeAlias = Mapping[
    int, Shape | None
]  # tensors with their signatures, None: nothing is known

_INTEGERS = (DType.INT32, DType.INT64)  # which shapes are computed with


def open_shapes(tables: Tables, used: Iterable[int], base: int) -> dict[int, Shape | None]:
    """Returns what is known of shapes that are open, by the tensors' indices, `base` and more."""
    found: dict[int, Shape | None] = {}
    for index in used:
        table = tables[index - base]
        signature = table.integers(schema.Tensor.SHAPE_SIGNATURE)
        if not table.has(schema.Tensor.SHAPE):
            found[index] = None
        elif any(size < 0 for size in signature):
            found[index] = signature
    return found


def settle(graph: Graph, is_open: Open) -> Graph:
    """Returns `graph`, and its subgraphs, with the shapes that open ones come to.

    Raises `Refusal` where one is too large, or holds nothing.
    """
    return _settled(graph, is_open, {}) if is_open else graph


def _settled(graph: Graph, is_open: Open, done: dict[int, Graph]) -> Graph:
    """The same; `done` are subgraphs that are settled already, by number."""
    known = graph  # with values, too
    for node in graph.nodes:
        if node.op.control is not None:
            known = _entered(known, node, is_open, done)
        elif any(t in is_open or known.tensors[t].dtype in _INTEGERS for t in node.outputs):
            known = _computed(known, node, is_open)
    shapes = {t.id: t.shape for t in known.tensors.values()}
    tensors = {i: evolve(t, shape=shapes[i]) for i, t in graph.tensors.items()}
    inner = {number: done.get(number, each) for number, each in graph.subgraphs.items()}
    return evolve(graph, tensors=tensors, subgraphs=inner)


def _computed(graph: Graph, node: Node, is_open: Open) -> Graph:
    """What follows from a node's inputs: shapes, and integers that are constant."""
    from microflow.ops.check import inferred  # noqa: PLC0415  (imports numpy)

    shapes = inferred(graph.site(node))
    if shapes is None:
        return graph  # which is said when operators are checked
    graph = _given(graph, node.outputs, shapes, is_open)
    site = graph.site(node)
    if any(t.dtype not in _INTEGERS for t in site.outputs) or not _agree(site, shapes):
        return graph
    made = node.op.fold(site)
    if made is None:
        return graph
    pairs = zip(site.outputs, made, strict=True)
    return graph.with_tensors(*(evolve(tensor, data=data) for tensor, data in pairs))


def _agree(site: Site, shapes: Sequence[Shape]) -> bool:
    return tuple(t.shape for t in site.outputs) == tuple(shapes)


def _entered(graph: Graph, node: Node, is_open: Open, done: dict[int, Graph]) -> Graph:
    """What follows from the subgraphs that a node runs. The first that runs one settles it."""
    site = graph.site(node)
    if not site.inputs or None in site.inputs:
        return graph
    assert node.op.control is not None
    control = node.op.control(site)
    if isinstance(control, Loop):
        graph = _given(graph, control.outputs, _shapes(graph, control.inputs), is_open)
    for run in _runs(control):
        if run.subgraph not in done:
            inner = graph.subgraphs[run.subgraph]
            inner = _given(inner, inner.inputs, _shapes(graph, run.inputs), is_open)
            done[run.subgraph] = _settled(inner, is_open, done)
        inner = done[run.subgraph]
        graph = _given(graph, run.outputs, _shapes(inner, inner.outputs), is_open)
    return graph


def _runs(control: Control) -> tuple[Run, ...]:
    match control:
        case Choice():
            return (control.then, control.other)
        case Loop():
            return (control.condition, control.body)
        case Once():
            return (control.first,)
        case Run():
            return (control,)


def _shapes(graph: Graph, tensors: Iterable[int]) -> list[Shape]:
    return [graph.tensors[t].shape for t in tensors]


def _given(graph: Graph, tensors: Iterable[int], shapes: Iterable[Shape], is_open: Open) -> Graph:
    """Returns `graph` with these `shapes` for those of `tensors` whose own is open and fits."""
    pairs = zip(tensors, shapes, strict=False)  # of a node's ports and a subgraph's
    changed = [
        reshaped(graph.tensors[t], shape)
        for t, shape in pairs
        if t in is_open and graph.tensors[t].shape != shape and _fits(shape, is_open[t])
    ]
    return graph.with_tensors(*changed) if changed else graph


def _fits(shape: Shape, signature: Shape | None) -> bool:
    if any(size < 0 for size in shape):
        return False
    return signature is None or (
        len(shape) == len(signature)
        and all(stated in (size, -1) for size, stated in zip(shape, signature, strict=True))
    )
