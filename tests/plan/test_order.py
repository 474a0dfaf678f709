"""The order of operators: the best of all, the model's own where none is better."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve
from hypothesis import assume, given, settings

from microflow.codegen.lower import Compiled
from microflow.graph.access import Access, Elementwise, Read, Whole
from microflow.graph.call import KernelCall
from microflow.graph.ir import Graph, Node
from microflow.graph.tensor import DType, Tensor
from microflow.graph.verify import verify
from microflow.importer.tflite import import_model
from microflow.passes import run_passes
from microflow.plan import order
from microflow.plan.calls import planned_calls
from microflow.plan.order import orders
from microflow.plan.plan import make_plan
from microflow.plan.steps import Step, peak, single
from microflow.plan.tasks import storage, work
from microflow.targets import load_target
from microflow.toolchain.host import build_program, run_program
from tests.assemble import N, T, assemble
from tests.need import need
from tests.ops.same import values
from tests.oracle import tflm
from tests.run_model import STRICT, bind_graph

from .draw import COMPUTE, VIEW, Planned, graphs

MOST = 200  # orders that are compared
WHOLE = Whole()


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_no_order_needs_less(planned: Planned) -> None:
    every = list(islice(orders_of(planned.graph), MOST + 1))
    assume(1 < len(every) <= MOST)
    least = min(highest(rearranged(planned, nodes)) for nodes in every)
    own, *others = orders(planned.graph, planned.calls)
    assert own == (planned.graph, planned.calls)
    assert highest(best(planned)) == least
    for graph, _ in others:
        verify(graph, "order")
        assert least < highest(planned) or breaks(graph) < breaks(planned.graph)
    assert orders(planned.graph, planned.calls) == (own, *others)


@settings(max_examples=30, deadline=None)
@given(graphs())
def test_nodes_and_calls_move_together(planned: Planned) -> None:
    by_node = dict(zip(planned.graph.nodes, planned.calls, strict=True))
    for graph, calls in orders(planned.graph, planned.calls):
        assert by_node == dict(zip(graph.nodes, calls, strict=True))
        assert evolve(graph, nodes=planned.graph.nodes) == planned.graph


def orders_of(graph: Graph) -> Iterator[tuple[Node, ...]]:
    """Yields every order in which each node finds its operands."""

    def longer(done: tuple[Node, ...], left: tuple[Node, ...]) -> Iterator[tuple[Node, ...]]:
        if not left:
            yield done
        pending = {t for node in left for t in node.outputs}
        for node in left:
            if pending.isdisjoint(node.inputs):
                yield from longer((*done, node), tuple(n for n in left if n is not node))

    return longer((), graph.nodes)


def rearranged(planned: Planned, nodes: tuple[Node, ...]) -> Planned:
    calls = dict(zip((n.index for n in planned.graph.nodes), planned.calls, strict=True))
    graph = evolve(planned.graph, nodes=nodes)
    return Planned(graph, tuple(calls[node.index] for node in nodes))


def highest(planned: Planned) -> int:
    """Returns the most bytes that a task on whole tensors needs, as the planner counts them."""
    tasks = work(planned.graph, planned.calls)
    steps: list[Step] = [single(tasks, position) for position in range(len(tasks.tasks))]
    return max((peak(tasks, step) for step in steps), default=0)


def breaks(graph: Graph) -> int:
    """Returns how many tasks do not read, views apart, what the task before them made."""
    shown = storage(graph)
    tasks = [node for node in graph.nodes if not node.op.view]
    reads = [{shown.get(t) for t in node.inputs if t is not None} for node in tasks]
    return sum(r.isdisjoint(before.outputs) for r, before in zip(reads[1:], tasks, strict=False))


def tensor(number: int, size: int, variable: bool = False) -> Tensor:
    return Tensor(number, f"t{number}", DType.INT8, (1, 1, 1, size), is_variable=variable)


def node(index: int, read: list[int], written: list[int], how: Read = WHOLE) -> Node:
    return Node(index, COMPUTE, tuple(read), tuple(written), Access((how,) * len(read)))


def invented(sizes: list[int], nodes: list[Node], outputs: list[int]) -> Planned:
    """A graph of tensors of these sizes in bytes, the first of them its input."""
    tensors = {i: tensor(i, size) for i, size in enumerate(sizes)}
    graph = Graph("invented", tensors, tuple(nodes), (0,), tuple(outputs))
    return Planned(graph, tuple((KernelCall("invented", (), n.outputs, {}),) for n in nodes))


def plain(
    sizes: list[int], links: list[tuple[list[int], list[int]]], outputs: list[int]
) -> Planned:
    """The same, of operators that read their operands whole."""
    return invented(sizes, [node(i, *link) for i, link in enumerate(links)], outputs)


def best(planned: Planned) -> Planned:
    return Planned(*orders(planned.graph, planned.calls)[-1])


def indices(planned: Planned) -> list[int]:
    return [node.index for node in verify(best(planned).graph, "order").nodes]


def branches(count: int) -> Planned:
    """Each branch grows from the input and shrinks again; the model runs all of them abreast."""
    wide, narrow = range(1, count + 1), range(count + 1, 2 * count + 1)
    links = [([0], [i]) for i in wide]
    links += [([i], [o]) for i, o in zip(wide, narrow, strict=True)]
    links += [(list(narrow), [2 * count + 1])]
    return plain([8] + [800] * count + [8] * count + [8], links, [2 * count + 1])


def test_branches_run_one_after_the_other() -> None:
    planned = branches(3)
    assert indices(planned) == [0, 3, 1, 4, 2, 5, 6]
    made = best(planned)
    assert (highest(planned), highest(made)) == (3 * 800 + 8, 800 + 3 * 8)


def test_of_equals_a_chain_stays_together() -> None:
    """Two chains of equal tensors, both in turn: where something must move, all of it does."""
    links = [([0], [1]), ([0], [2]), ([1], [3]), ([2], [4]), ([3], [5]), ([4], [6]), ([5, 6], [7])]
    planned = plain([40, 400, 400, 40, 40, 40, 40, 40], links, [7])
    assert indices(planned) == [0, 2, 4, 1, 3, 5, 6]


def test_chains_stay_together_where_that_costs_nothing() -> None:
    links = [([0], [1]), ([0], [2]), ([1], [3]), ([2], [4]), ([3, 4], [5])]
    planned = plain([8, 8, 8, 8, 8, 8], links, [5])
    assert indices(planned) == [0, 2, 1, 3, 4]
    assert highest(best(planned)) == highest(planned)


def test_the_models_own_order_stays_where_none_is_better() -> None:
    links = [([0], [1]), ([1], [2]), ([0], [3]), ([3], [4]), ([2, 4], [5])]
    planned = plain([8, 8, 8, 8, 8, 8], links, [5])
    assert orders(planned.graph, planned.calls) == ((planned.graph, planned.calls),)


def test_an_output_that_waits_for_the_end_is_made_last() -> None:
    planned = plain([8, 400, 400, 8], [([0], [1]), ([0], [2]), ([2], [3])], [1, 3])
    assert indices(planned) == [1, 2, 0]


def test_elementwise_results_take_the_place_of_their_operands() -> None:
    """The second branch, worked on in place, may come first: nothing waits beside it then."""
    nodes = [
        node(0, [0], [1]),
        node(1, [0], [2]),
        node(2, [2], [3], Elementwise()),
        node(3, [3], [4]),
        node(4, [1, 4], [5]),
    ]
    planned = invented([8, 100, 104, 104, 8, 8], nodes, [5])
    assert indices(planned) == [1, 2, 3, 0, 4]
    made = best(planned)
    assert (highest(planned), highest(made)) == (100 + 104 + 8, 104 + 16)


def test_views_follow_what_they_show() -> None:
    planned = branches(2)
    tensors = {**planned.graph.tensors, 9: tensor(9, 800)}
    seen = tuple(evolve(n, inputs=(9,)) if n.inputs == (2,) else n for n in planned.graph.nodes)
    view = Node(5, VIEW, (2,), (9,), Access((Whole(),)))
    nodes = (*seen[:2], view, *seen[2:])
    graph = evolve(planned.graph, tensors=tensors, nodes=nodes)
    calls = (*planned.calls[:2], (), *planned.calls[2:])
    assert indices(Planned(graph, calls)) == [0, 2, 1, 5, 3, 4]


def test_operators_with_state_keep_their_order() -> None:
    planned = branches(2)
    state = tensor(9, 8, variable=True)
    touching = tuple(
        evolve(n, inputs=(*n.inputs, 9), attrs=Access((Whole(), Whole())))
        if n.index in (1, 2)
        else n
        for n in planned.graph.nodes
    )
    graph = evolve(planned.graph, tensors={**planned.graph.tensors, 9: state}, nodes=touching)
    assert indices(planned) == [0, 2, 1, 3, 4]
    assert indices(Planned(graph, planned.calls)) == [1, 3, 0, 2, 4]


def test_a_chain_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    planned = plain([8, 8, 8], [([0], [1]), ([1], [2])], [2])
    monkeypatch.setattr(order, "better", None)
    assert len(orders(planned.graph, planned.calls)) == 1


def test_too_many_orders_leave_the_models_own(monkeypatch: pytest.MonkeyPatch) -> None:
    planned = branches(4)
    assert len(orders(planned.graph, planned.calls)) == 2
    monkeypatch.setattr(order, "MAX_TRIED", 8)
    assert len(orders(planned.graph, planned.calls)) == 1


def inception() -> bytes:
    """Three branches of convolutions, listed abreast as converters do, joined by channels."""

    def conv(name: str, x: str, size: int, channels: tuple[int, int]) -> tuple[list[T], N]:
        weights = values("int8", (channels[1], 3, 3, channels[0]), size)
        made = [
            T(f"w_{name}", "int8", weights.shape, data=weights, scale=0.02, zero_point=0),
            T(name, "int8", (1, 8, 8, channels[1]), scale=0.3, zero_point=-4),
        ]
        return made, N("CONV_2D", [x, f"w_{name}"], [name], {"strideH": 1, "strideW": 1})

    parts = [conv(f"a{i}", "x", i, (2, 16)) for i in range(3)]
    parts += [conv(f"b{i}", f"a{i}", 9 + i, (16, 2)) for i in range(3)]
    tensors = [T("x", "int8", (1, 8, 8, 2), scale=0.5, zero_point=3)]
    tensors += [t for made, _ in parts for t in made]
    tensors += [T("y", "int8", (1, 8, 8, 6), scale=0.3, zero_point=-4)]
    joint = N("CONCATENATION", ["b0", "b1", "b2"], ["y"], {"axis": 3})
    return assemble(tensors, [*(node for _, node in parts), joint], ["x"], ["y"])


def test_a_model_in_another_order_computes_the_same() -> None:
    model, core = inception(), load_target("host").core
    imported, _ = import_model(model, "m")
    assert imported is not None
    own = run_passes(imported, core)
    lowered = tuple(site.node.op.lower(site, core) for site in own.sites())
    graph, calls = orders(own, lowered)[-1]
    plan = make_plan(graph, calls, bands=False)
    assert plan.arena_bytes < make_plan(own, lowered, bands=False).arena_bytes / 2
    made = Compiled(bind_graph(imported), graph, planned_calls(calls, plan, core), plan)
    x = values("int8", (1, 8, 8, 2), 7)
    (expected,) = tflm(model, [x])
    with tempfile.TemporaryDirectory() as folder:
        program, failed = build_program(made, core, Path(folder), (*STRICT, "-O1"), need("gcc"))
        assert program is not None, failed
        ((got,),), failed = run_program(program, [[x.tobytes()]], 60)
    assert not failed
    assert np.frombuffer(got, "int8").tolist() == expected.ravel().tolist()
