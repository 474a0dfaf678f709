"""The calls of a plan: by single rows in bands, and in the order that the plan wants."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from microflow.graph.call import KernelCall
from microflow.graph.ir import Graph
from microflow.importer.tflite import import_model
from microflow.plan.calls import Calls, planned_calls, row_site, takes_rows, whole_calls
from microflow.plan.plan import Plan, make_plan, settle
from microflow.plan.tasks import work
from microflow.targets import load_target

from ..run.nets import Net
from .cases import choices_at, division, step_of

_CORE = load_target("host").core


@cache
def _lowered() -> tuple[Graph, Calls]:
    """A convolution, an addition to its input, and a convolution that grows."""
    net = Net("int8", 5)
    x = net.input((1, 8, 6, 4))
    y = net.binary("ADD", net.conv(x, 4, (3, 3)), x)
    graph, _ = import_model(net.model([net.conv(y, 9, (1, 1))]), "net")
    assert graph is not None
    return graph, tuple(site.node.op.lower(site, _CORE) for site in graph.sites())


def _banded() -> Plan:
    tasks = work(*_lowered())
    step = step_of(tasks, 0, choices_at(tasks, 0, None)[-1])
    return settle(tasks, division(tasks, [step], None))


def _whole() -> Plan:
    return make_plan(*_lowered(), bands=False)


def test_in_a_band_whoever_takes_no_pointers_to_rows_is_lowered_for_one() -> None:
    _, calls = _lowered()
    planned = planned_calls(calls, _banded(), _CORE)
    ((whole,), (row,)) = calls[1], planned[1]
    assert (whole.kernel, whole.params["count"]) == (row.kernel, 8 * 6 * 4)
    assert row.params["count"] == 6 * 4
    assert (planned[0], planned[2]) == (calls[0], calls[2])
    assert takes_rows(calls[0]) and not takes_rows(calls[1])


def test_a_site_of_one_row_keeps_its_constants() -> None:
    graph, _ = _lowered()
    site = graph.sites()[0]
    row = row_site(site)
    assert (row.input(0).shape, row.output.shape) == ((1, 1, 6, 4), (1, 1, 6, 4))
    assert row.inputs[1:] == site.inputs[1:]


def test_pixels_are_written_in_the_order_of_the_plan() -> None:
    """An output that is larger than its operand lies above it, and is written from the end."""
    _, calls = _lowered()
    plan = _whole()
    assert plan.orders[-1] == -1
    planned = planned_calls(calls, plan, _CORE)
    orders = [call.params.get("order") for group in planned for call in group]
    assert orders == [plan.orders[0], None, -1]


@pytest.mark.parametrize("plan", [_banded, _whole])
def test_the_calls_of_the_graph_come_back(plan: Callable[[], Plan]) -> None:
    _, calls = _lowered()
    made = plan()
    assert whole_calls(planned_calls(calls, made, _CORE), made, _CORE) == calls


def test_whoever_makes_several_calls_takes_no_pointers() -> None:
    call = KernelCall("k", (), (), {}, row_pointers=3)
    assert not takes_rows((call, call))
    assert not takes_rows(())
