"""What a model consists of, as far as it can be told: also of one that cannot be compiled."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import TypeAlias

from attrs import evolve, frozen

from microflow.diag import Diagnostics
from microflow.flatbuffer import Malformed, Table
from microflow.graph.ir import Graph, Site
from microflow.graph.tensor import DType, Tensor
from microflow.importer import schema
from microflow.importer.container import damaged, main_subgraph, open_model
from microflow.importer.operators import Call, check_index, read_calls, read_node
from microflow.importer.quantization import read_quantization
from microflow.importer.refusal import Refusal
from microflow.importer.subgraphs import lacking, read_graphs, read_sections
from microflow.importer.tensors import Roles, read_buffer, read_tensor
from microflow.ops.check import check_site
from microflow.ops.registry import schema_enumeration, schema_names

_CUSTOM = "CUSTOM"
_ALL = 1 << 40  # bytes; more than any buffer holds


@frozen
class TensorSummary:
    """A tensor as the file states it; `bytes` is None where a dimension or the type is unknown."""

    index: int
    name: str
    type: str
    shape: tuple[int, ...]
    bytes: int | None
    constant_bytes: int = 0
    scale: float | None = None
    zero_point: int | None = None
    scales: int = 0


@frozen
class LayerSummary:
    """An operator: `macs` is None where it cannot be told, `problems` say why it does not compile.

    `inputs` are those that come from other operators or from outside.
    """

    index: int
    operator: str
    inputs: tuple[TensorSummary, ...]
    outputs: tuple[TensorSummary, ...]
    constant_bytes: int
    macs: int | None
    problems: tuple[str, ...]


@frozen
class Summary:
    """The main subgraph of a model, and the bytes of all its constants (shared ones once)."""

    inputs: tuple[TensorSummary, ...]
    outputs: tuple[TensorSummary, ...]
    layers: tuple[LayerSummary, ...]
    constant_bytes: int


def summarise(data: bytes) -> tuple[Summary | None, Diagnostics]:
    """Returns what the model in `data` consists of, or None and why it cannot be read."""
    try:
        return _summarise(data), ()
    except Malformed as error:
        return None, (damaged(error).diagnostic,)
    except Refusal as refusal:
        return None, (refusal.diagnostic,)


_Describe: TypeAlias = Callable[[int], TensorSummary]


def _summarise(data: bytes) -> Summary:
    model = open_model(data)
    subgraph = main_subgraph(model)
    calls = read_calls(model, subgraph)
    describe = cache(partial(_tensor, model, subgraph))
    graph = _whole(data)
    costs = (
        _cost(model, subgraph, call) if graph is None else _cost_in(graph, call) for call in calls
    )
    layers = tuple(_layer(call, describe, *cost) for call, cost in zip(calls, costs, strict=True))
    used = {t for call in calls for t in call.table.integers(schema.Operator.INPUTS) if t != -1}
    constants = {_buffer(subgraph, t): describe(t).constant_bytes for t in used}
    return Summary(
        tuple(map(describe, subgraph.integers(schema.SubGraph.INPUTS))),
        tuple(map(describe, subgraph.integers(schema.SubGraph.OUTPUTS))),
        layers,
        sum(constants.values()),
    )


def _whole(data: bytes) -> Graph | None:
    """The main graph, of a model that can be imported."""
    model = open_model(data)
    sections = read_sections(model)
    try:
        return None if lacking(sections) else read_graphs(model, sections, "")
    except Refusal:
        return None


def _layer(
    call: Call, describe: _Describe, macs: int | None, problems: tuple[str, ...]
) -> LayerSummary:
    inputs = [describe(t) for t in call.table.integers(schema.Operator.INPUTS) if t != -1]
    return LayerSummary(
        index=call.index,
        operator=_name(call),
        inputs=tuple(t for t in inputs if not t.constant_bytes),
        outputs=tuple(map(describe, call.table.integers(schema.Operator.OUTPUTS))),
        constant_bytes=sum(t.constant_bytes for t in inputs),
        macs=macs,
        problems=problems,
    )


def _name(call: Call) -> str:
    name = schema_names().get(call.code, f"code {call.code}")
    return f"{name} {call.custom_name}" if name == _CUSTOM else name


def _cost_in(graph: Graph, call: Call) -> tuple[int | None, tuple[str, ...]]:
    """The multiply-accumulates of an operator, and what keeps it from being compiled.

    One that the import has worked out, such as what names a variable, costs nothing.
    """
    node = next((n for n in graph.nodes if n.index == call.index), None)
    if node is None:
        return 0, ()
    site = graph.site(node)
    found = tuple(d.message for d in check_site(site))
    return (None, found) if found else (node.op.cost(site).macs, ())


def _cost(model: Table, subgraph: Table, call: Call) -> tuple[int | None, tuple[str, ...]]:
    """The same of an operator whose graph can't be imported."""
    if call.record is None:
        return None, ("the operator is not supported",)
    if call.subgraphs:
        return None, ()
    try:
        site = _site(model, subgraph, call)
    except Refusal as refusal:
        return None, (refusal.diagnostic.message,)
    if any(t is not None and t.dtype is DType.RESOURCE for t in (*site.inputs, *site.outputs)):
        return 0, ()  # whose variable is another operator's to say
    found = tuple(d.message for d in check_site(site))
    return (None, found) if found else (call.record.cost(site).macs, ())


def _site(model: Table, subgraph: Table, call: Call) -> Site:
    tables = subgraph.tables(schema.SubGraph.TENSORS)
    node = read_node(call, len(tables))
    given = frozenset(subgraph.integers(schema.SubGraph.INPUTS))
    roles = Roles(given, frozenset(node.outputs))
    used = {t for t in (*node.inputs, *node.outputs) if t is not None}
    read = partial(read_buffer, model)
    tensors = {t: read_tensor(tables[t], t, roles, read) for t in used}
    return Graph("", tensors, (node,), (), ()).site(node)


def _tensor(model: Table, subgraph: Table, index: int) -> TensorSummary:
    tables = subgraph.tables(schema.SubGraph.TENSORS)
    check_index("the model refers to tensor", index, len(tables))
    table = tables[index]
    code = table.integer(schema.Tensor.TYPE, "i8")
    dtype = next((t for t in DType if t.code == code and t is not DType.STRING), None)
    shape = table.integers(schema.Tensor.SHAPE)
    buffer = table.integer(schema.Tensor.BUFFER, "u32")
    plain = TensorSummary(
        index=index,
        name=table.text(schema.Tensor.NAME),
        type=schema_enumeration("TensorType").get(code, f"type {code}").lower(),
        shape=shape,
        bytes=None,
        constant_bytes=len(read_buffer(model, buffer, _ALL)) if buffer else 0,
    )
    if dtype is None or any(d < 0 for d in shape):
        return plain
    tensor = Tensor(index, plain.name, dtype, shape)
    return _quantised(evolve(plain, bytes=tensor.bytes), table, tensor)


def _quantised(plain: TensorSummary, table: Table, tensor: Tensor) -> TensorSummary:
    try:
        found = read_quantization(table.table(schema.Tensor.QUANTIZATION), tensor, "")
    except Refusal:  # the operators that use it say so
        return plain
    if found is None:
        return plain
    scales = len(found.scales)
    return evolve(plain, scale=found.scale, zero_point=found.zero_point, scales=scales)


def _buffer(subgraph: Table, tensor: int) -> int:
    tables = subgraph.tables(schema.SubGraph.TENSORS)
    return tables[tensor].integer(schema.Tensor.BUFFER, "u32")
