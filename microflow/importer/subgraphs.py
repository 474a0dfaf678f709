"""Reads the subgraphs of a model: the main one and those that operators run, as graphs.

Behind the import every tensor of the model has an index of its own: those of the main subgraph keep
theirs, those of the others follow in the file's order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, partial
from itertools import accumulate, chain
from types import MappingProxyType

from attrs import evolve, frozen

from microflow.diag import Diagnostics, Rule
from microflow.flatbuffer import Table
from microflow.graph.ir import Graph, Node, Operator
from microflow.graph.tensor import DType, Shape, Tensor
from microflow.importer.operators import (
    Call,
    check_count,
    check_index,
    read_calls,
    read_node,
    unsupported,
)
from microflow.importer.order import check_order
from microflow.importer.refusal import Refusal
from microflow.importer.schema import Model, SubGraph
from microflow.importer.shapes import Open, open_shapes, settle
from microflow.importer.tensors import ReadBuffer, Roles, read_buffer, read_tensor

RECURSION = Rule(
    "MF3016",
    "subgraph-recursion",
    """A subgraph of the model runs itself

Operators such as loops and branches run other subgraphs of the model, and these may run others in
turn. Here one leads back to itself, so that memory could not be laid out: it would run for ever, or
to a depth that nobody knows.

Example: a branch whose subgraph holds the same branch again.

Remedy: convert the model again. If you edit models with a script, check the subgraphs' numbers.
""",
)


MAX_DEPTH = 100  # of subgraphs that run each other


@frozen
class Section:
    """A subgraph of the file with its operators; `base` is the index of its first tensor."""

    number: int
    table: Table
    calls: tuple[Call, ...]
    base: int

    @property
    def name(self) -> str:
        """What messages call it."""
        return "the model" if self.number == 0 else f"subgraph {self.number}"

    @property
    def tensors(self) -> int:
        """How many tensors it has."""
        return len(self.table.tables(SubGraph.TENSORS))


def read_sections(
    model: Table, customs: Mapping[str, Operator] = MappingProxyType({})
) -> tuple[Section, ...]:
    """Returns the main subgraph, and those that operators run, each behind one that runs it.

    `customs` are records of custom operators, by name, beside those that there are.
    """
    tables = model.tables(Model.SUBGRAPHS)
    counts = (len(table.tables(SubGraph.TENSORS)) for table in tables)
    bases = tuple(accumulate(counts, initial=0))
    found: dict[int, Section] = {}
    waiting = [0]
    while waiting:
        number = waiting.pop(0)
        if number in found:
            continue
        calls = read_calls(model, tables[number], number, customs)
        found[number] = Section(number, tables[number], calls, bases[number])
        for call in calls:
            for inner in call.subgraphs:
                check_index(f"operator {call.index} runs subgraph", inner, len(tables))
                waiting.append(inner)
    return tuple(found.values())


def lacking(sections: Iterable[Section]) -> Diagnostics:
    """Returns one diagnostic for each operator that the compiler lacks, a subgraph at a time."""
    return tuple(chain.from_iterable(unsupported(s.table, s.calls) for s in sections))


def read_graphs(model: Table, sections: Iterable[Section], name: str) -> Graph:
    """Returns the main graph, which holds the others; raises `Refusal` for an unsound one."""
    every = {section.number: section for section in sections}
    order = _innermost_first(every)
    buffer = cache(partial(read_buffer, model))  # tensors may share one
    read = {n: _graph(every[n], name, buffer) for n in order}
    graphs = _with_writes(_resolved(read))
    linked: dict[int, Graph] = {}
    for number in order:
        inner = {i for node in graphs[number].nodes for i in node.op.subgraphs(node.attrs)}
        linked[number] = evolve(graphs[number], subgraphs={i: linked[i] for i in sorted(inner)})
    return settle(linked[0], _open_shapes(every, read))


def _open_shapes(sections: Mapping[int, Section], graphs: Mapping[int, Graph]) -> Open:
    found: dict[int, Shape | None] = {}
    for number, section in sections.items():
        tables = section.table.tables(SubGraph.TENSORS)
        found |= open_shapes(tables, graphs[number].tensors, section.base)
    return found


def _resolved(graphs: Mapping[int, Graph]) -> Mapping[int, Graph]:
    """The same graphs with variables for handles."""
    tensors = (t for graph in graphs.values() for t in graph.tensors.values())
    if all(t.dtype is not DType.RESOURCE for t in tensors):
        return graphs
    from microflow.ops.variables import resolve_variables  # noqa: PLC0415  (imports operators)

    return resolve_variables(graphs)


def _with_writes(graphs: Mapping[int, Graph]) -> Mapping[int, Graph]:
    """The same graphs with one operator for each write to a list, which loops have."""
    if len(graphs) == 1:
        return graphs
    from microflow.ops.list_writes import with_list_writes  # noqa: PLC0415  (imports operators)

    return {number: with_list_writes(graph) for number, graph in graphs.items()}


def _innermost_first(sections: Mapping[int, Section]) -> tuple[int, ...]:
    """The numbers of subgraphs, each behind those that it runs."""
    order: list[int] = []
    entered = {0}
    path = [(0, _inner(sections[0]))]
    while path:
        number, waiting = path[-1]
        inner = next(waiting, None)
        if inner is None:
            order.append(number)
            path.pop()
        elif inner not in entered:
            check_count("subgraphs inside each other", len(path), MAX_DEPTH)
            entered.add(inner)
            path.append((inner, _inner(sections[inner])))
        elif inner not in order:
            raise Refusal(RECURSION, f"subgraph {inner} runs itself, directly or through others")
    return tuple(order)


def _inner(section: Section) -> Iterator[int]:
    return (number for call in section.calls for number in call.subgraphs)


def _graph(section: Section, name: str, buffer: ReadBuffer) -> Graph:
    nodes = tuple(read_node(call, section.tensors) for call in section.calls)
    inputs = _ports(section, SubGraph.INPUTS, "input")
    outputs = _ports(section, SubGraph.OUTPUTS, "output")
    tensors = _tensors(section, nodes, inputs, outputs, buffer)
    title = name if section.number == 0 else section.name
    graph = Graph(title, tensors, nodes, inputs, outputs)
    check_order(graph)
    return _renumbered(graph, section.base) if section.base else graph


def _ports(section: Section, slot: SubGraph, direction: str) -> tuple[int, ...]:
    ports = section.table.integers(slot)
    for position, tensor in enumerate(ports):
        check_index(f"{section.name}'s {direction} {position} is tensor", tensor, section.tensors)
    return ports


def _tensors(
    section: Section,
    nodes: Iterable[Node],
    inputs: tuple[int, ...],
    outputs: tuple[int, ...],
    buffer: ReadBuffer,
) -> dict[int, Tensor]:
    """Returns the tensors that the graph uses, by ascending index."""
    written = frozenset(chain.from_iterable(node.outputs for node in nodes))
    read = {t for node in nodes for t in node.inputs if t is not None}
    roles = Roles(frozenset(inputs), written)
    tables = section.table.tables(SubGraph.TENSORS)
    between = chain.from_iterable(node.intermediates for node in nodes)
    used = sorted({*inputs, *outputs, *read, *written, *between})
    return {i: read_tensor(tables[i], i, roles, buffer) for i in used}


def _renumbered(graph: Graph, base: int) -> Graph:
    """Returns `graph` with `base` added to the indices of its tensors."""
    nodes = tuple(
        evolve(
            node,
            inputs=tuple(None if t is None else t + base for t in node.inputs),
            outputs=tuple(t + base for t in node.outputs),
            intermediates=tuple(t + base for t in node.intermediates),
        )
        for node in graph.nodes
    )
    return evolve(
        graph,
        tensors={i + base: evolve(t, id=i + base) for i, t in graph.tensors.items()},
        nodes=nodes,
        inputs=tuple(t + base for t in graph.inputs),
        outputs=tuple(t + base for t in graph.outputs),
    )
