"""Subgraphs that nodes run, planned: each has an arena of its own, in the node's scratch memory.

They run on whole tensors. A subgraph has one plan, whichever nodes run it. All sizes are bytes.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from microflow.graph.ir import Graph
from microflow.plan.calls import Calls, planned_calls
from microflow.plan.choice import Choice
from microflow.plan.plan import Plan, possible_steps, settle
from microflow.plan.segment import least
from microflow.plan.tasks import work
from microflow.targets import Core


@frozen
class Inner:
    """A subgraph after passes, lowering and planning: node i makes ``calls[i]``."""

    graph: Graph
    calls: Calls
    plan: Plan


Inners = Mapping[int, Inner]  # by the subgraph's number, each behind those that it runs


def plan_inner(graph: Graph, choice: Choice) -> Inners:
    """Returns the subgraphs of `graph`, and those that these run."""
    done: dict[int, Inner] = {}
    _plan_all(graph, choice, done)
    return done


def rooms(graph: Graph, inners: Inners) -> Mapping[int, int]:
    """Returns what nodes of `graph` need for subgraphs that they run, by the node's index."""
    found = {}
    for node in graph.nodes:
        arenas = [inners[n].plan.arena_bytes for n in node.op.subgraphs(node.attrs)]
        if arenas:
            found[node.index] = max(arenas)
    return found


def _plan_all(graph: Graph, choice: Choice, done: dict[int, Inner]) -> None:
    for node in graph.nodes:
        for number in node.op.subgraphs(node.attrs):
            if number not in done:
                inner = graph.subgraphs[number]
                _plan_all(inner, choice, done)
                done[number] = _planned(inner, choice.inner[number], choice.core, done)


def _planned(graph: Graph, calls: Calls, core: Core, done: Inners) -> Inner:
    options = possible_steps(work(graph, calls, rooms=rooms(graph, done)), None, bands=False)
    division = least(options)
    assert division is not None, "every task may run on whole tensors"
    plan = settle(options.work, division)
    return Inner(graph, planned_calls(calls, plan, core), plan)
