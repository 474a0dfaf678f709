"""Resolves variables: behind the import there are tensors that keep their values, and no handles.

A variable has a name, by which every subgraph can take a handle of it; reads and assignments get
the handle. Its type and shape are those of what is first assigned to it. Subgraphs that only
assign constants before anything else touches these variables are worked out here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import evolve, frozen

from microflow.graph.ir import Graph, Node
from microflow.graph.state import initial_value
from microflow.graph.tensor import Tensor
from microflow.ops import assign_variable, call_once, read_variable, var_handle
from microflow.ops.check import check_site

Key = tuple[str, str]  # container and name
Graphs = Mapping[int, Graph]  # subgraphs by number; 0 is the main one

_USERS = (read_variable.OPERATOR, assign_variable.OPERATOR)


@frozen
class _Use:
    """A read (`value` is the output) or an assignment of a variable."""

    key: Key
    node: Node
    value: Tensor


def resolve_variables(graphs: Graphs) -> Graphs:
    """Returns `graphs`, whose tensors have indices of their own, with variables for handles.

    Handles that other operators take as operands stay, and so do calls that compute first values.
    """
    uses = {number: tuple(_uses(graph)) for number, graph in graphs.items()}
    made = _variables(graphs, uses)
    resolved = {n: _with_variables(graph, uses[n], made) for n, graph in graphs.items()}
    return _worked_out(resolved)


def _uses(graph: Graph) -> Iterator[_Use]:
    handles = {
        node.outputs[0]: (node.attrs.container, node.attrs.shared_name)
        for node in graph.nodes
        if node.op is var_handle.OPERATOR and node.outputs
    }
    for node in graph.nodes:
        handle = node.inputs[0] if node.inputs else None
        if node.op not in _USERS or handle not in handles:
            continue
        values = node.outputs if node.op is read_variable.OPERATOR else node.inputs[1:2]
        if values and values[0] is not None:
            yield _Use(handles[handle], node, graph.tensors[values[0]])


def _variables(graphs: Graphs, uses: Mapping[int, tuple[_Use, ...]]) -> Mapping[Key, Tensor]:
    """The tensors of all variables: formed like what is assigned first, else like what is read."""
    every = [use for number in sorted(graphs) for use in uses[number]]
    every.sort(key=lambda use: use.node.op is read_variable.OPERATOR)  # assignments come first
    formed = {use.key: use for use in reversed(every)}
    free = max(graph.next_id() for graph in graphs.values())
    return {key: _variable(formed[key], free + i) for i, key in enumerate(sorted(formed))}


def _variable(use: _Use, index: int) -> Tensor:
    """A variable that is only ever read is zero, as in the reference."""
    plain = evolve(use.value, id=index, name=use.key[1], data=None, is_variable=True)
    read_only = use.node.op is read_variable.OPERATOR
    return evolve(plain, initial=bytes(plain.bytes) if read_only else initial_value(plain))


def _with_variables(graph: Graph, uses: tuple[_Use, ...], made: Mapping[Key, Tensor]) -> Graph:
    variables = {use.node.index: made[use.key] for use in uses}
    nodes = tuple(
        evolve(node, inputs=(variables[node.index].id, *node.inputs[1:]))
        if node.index in variables
        else node
        for node in graph.nodes
    )
    needed = {t for node in nodes for t in node.inputs} | set(graph.outputs)
    kept = tuple(
        node
        for node in nodes
        if node.op is not var_handle.OPERATOR or not needed.isdisjoint(node.outputs)
    )
    return evolve(graph.with_tensors(*dict.fromkeys(variables.values())), nodes=kept)


def _worked_out(graphs: Graphs) -> Graphs:
    """Returns `graphs` without the main one's calls that only assign constants: first values."""
    values: dict[int, bytes] = {}
    touched: set[int | None] = set()
    kept: list[Node] = []
    for node in graphs[0].nodes:
        first = _first_values(graphs, node)
        if first is None or not touched.isdisjoint(first):
            kept.append(node)
            touched.update(node.inputs)
        else:
            values |= first
    begun = {number: _begun(graph, values) for number, graph in graphs.items()}
    return {**begun, 0: evolve(begun[0], nodes=tuple(kept))}


def _begun(graph: Graph, values: Mapping[int, bytes]) -> Graph:
    known = {v: graph.tensors[v] for v in values if v in graph.tensors}
    return graph.with_tensors(*(evolve(t, initial=values[v]) for v, t in known.items()))


def _first_values(graphs: Graphs, call: Node) -> Mapping[int, bytes] | None:
    """What a call assigns, by variable; None where it does more than assigning constants."""
    if call.op is not call_once.OPERATOR:
        return None
    graph, values = graphs[call.attrs.init_subgraph], dict[int, bytes]()
    if graph.inputs or graph.outputs:
        return None
    for node in graph.nodes:
        if node.op.control is not None:
            return None
        site = graph.site(node)
        if next(check_site(site), None) is not None:
            return None
        folded = node.op.fold(site)
        if folded is not None:
            made = zip(site.outputs, folded, strict=True)
            graph = graph.with_tensors(*(evolve(tensor, data=data) for tensor, data in made))
        elif node.op is assign_variable.OPERATOR and site.input(1).data is not None:
            values[site.input(0).id] = site.input(1).data or b""
        else:
            return None
    return values
