"""Lists that loops fill, a row a round: one operator for what converters make of a write."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.importer.tflite import import_model
from tests.assemble import N, S, T, assemble
from tests.ops.same import Array, assert_outputs
from tests.oracle import litert

CUT = ("list", "ri", "rj", "size", "begin", "before", "row", "behind", "next")


def ports(rows: int, width: int) -> list[T]:
    """Returns what goes round: the number of the row, the list, the state that rows are made of."""
    return [
        T("i", "int32", ()),
        T("list", "float32", (1, 1, 1), signature=(-1, -1, -1)),
        T("v", "float32", (1, width)),
    ]


def body(width: int, **changes: Any) -> S:
    """Returns a body that writes its state as row i; `changes` are tensors and nodes by name."""
    tensors = {
        "one": T("one", "int32", (), data=[1]),
        "single": T("single", "int32", (1,), data=[1]),
        "rest": T("rest", "int32", (2,), data=[-1, -1]),
        "zeros": T("zeros", "int32", (2,), data=[0, 0]),
        "first": T("first", "int32", (3,), data=[0, 0, 0]),
        "rests": T("rests", "int32", (3,), data=[-1, -1, -1]),
        "axis": T("axis", "int32", (), data=[0]),
        "j": T("j", "int32", ()),
        "ri": T("ri", "int32", (1,)),
        "rj": T("rj", "int32", (1,)),
        "size": T("size", "int32", (3,)),
        "begin": T("begin", "int32", (3,)),
        "before": T("before", "float32", (1, 1, 1), signature=(-1, -1, -1)),
        "behind": T("behind", "float32", (1, 1, 1), signature=(-1, -1, -1)),
        "row": T("row", "float32", (1, 1, width)),
        "next": T("next", "float32", (1, 1, width), signature=(-1, -1, width)),
        "w": T("w", "float32", (1, width)),
    }
    nodes = {
        "j_": N("ADD", ["i", "one"], ["j"]),
        "w_": N("ADD", ["v", "v"], ["w"]),
        "ri_": N("RESHAPE", ["i", "single"], ["ri"]),
        "size_": N("CONCATENATION", ["ri", "rest"], ["size"]),
        "before_": N("SLICE", ["list", "first", "size"], ["before"]),
        "rj_": N("RESHAPE", ["j", "single"], ["rj"]),
        "begin_": N("CONCATENATION", ["rj", "zeros"], ["begin"]),
        "behind_": N("SLICE", ["list", "begin", "rests"], ["behind"]),
        "row_": N("EXPAND_DIMS", ["w", "axis"], ["row"]),
        "next_": N("CONCATENATION", ["before", "row", "behind"], ["next"]),
    }
    tensors |= {key: value for key, value in changes.items() if isinstance(value, T)}
    nodes |= {key: value for key, value in changes.items() if isinstance(value, N)}
    made = [*ports(1, width), *tensors.values()]
    return S(made, list(nodes.values()), ["i", "list", "v"], changes.get("out", ["j", "next", "w"]))


def loop(rows: int, width: int, inner: S) -> bytes:
    """Returns a model that fills a list of so many rows, from row i on, and gives it out."""
    limit, truth = T("limit", "int32", (), data=[rows]), T("t", "bool", ())
    less = N("LESS", ["i", "limit"], ["t"])
    condition = S([*ports(rows, width), limit, truth], [less], ["i", "list", "v"], ["t"])
    tensors = [
        T("i", "int32", ()),
        T("v", "float32", (1, width)),
        T("dims", "int32", (3,), data=[rows, 1, width]),
        T("value", "float32", (), data=[-0.5]),
        T("list", "float32", (1, 1, 1), signature=(-1, -1, -1)),
        T("n", "int32", ()),
        T("y", "float32", (1, 1, 1), signature=(-1, -1, -1)),
        T("w", "float32", (1, width)),
    ]
    numbers = {"condSubgraphIndex": 1, "bodySubgraphIndex": 2}
    nodes = [
        N("FILL", ["dims", "value"], ["list"]),
        N("WHILE", ["i", "list", "v"], ["n", "y", "w"], numbers),
    ]
    return assemble(tensors, nodes, ["i", "v"], ["y", "w"], subgraphs=[condition, inner])


def inputs(first: int, width: int) -> list[Array]:
    return [np.array(first, np.int32), np.linspace(-1, 1, width, dtype=np.float32)[None]]


@settings(max_examples=5, deadline=None)
@given(st.integers(1, 6), st.integers(1, 4))
def test_lists_are_filled_as_litert_does(rows: int, width: int) -> None:
    model = loop(rows, width, body(width))
    steps = [inputs(first, width) for first in (0, rows - 1, rows)]
    assert_outputs(model, steps, litert(model, steps))


def test_sanitized() -> None:
    model = loop(4, 3, body(3, j_=N("ADD", ["one", "i"], ["j"])))
    assert_outputs(model, [inputs(1, 3)], litert(model, [inputs(1, 3)]), sanitize=True)


def operators(inner: S) -> list[str]:
    graph, diagnostics = import_model(loop(4, 3, inner), "m")
    assert graph is not None, diagnostics
    return [node.op.name for node in graph.subgraphs[2].nodes]


def test_a_write_is_one_operator() -> None:
    found = operators(body(3))
    assert found.count("DYNAMIC_UPDATE_SLICE") == 1
    assert "SLICE" not in found


TWO = T("two", "int32", (), data=[2])


@pytest.mark.parametrize(
    "changes",
    [
        {"one": evolve(TWO, name="one")},  # rows from i + 2 on lie behind
        {"rj_": N("RESHAPE", ["i", "single"], ["rj"])},  # from i on
        {"ri_": N("RESHAPE", ["one", "single"], ["ri"])},  # one row lies before
        {"j_": N("MUL", ["i", "one"], ["j"])},
        {"j_": N("ADD", ["i", "one"], ["j"], {"fusedActivationFunction": "RELU6"})},
        {"rest": T("rest", "int32", (2,), data=[-1, 1])},
        {"rests": T("rests", "int32", (3,), data=[-1, 1, -1])},
        {"zeros": T("zeros", "int32", (2,), data=[0, 1])},
        {"first": T("first", "int32", (3,), data=[1, 0, 0])},
        {"axis": T("axis", "int32", (), data=[1])},
        {"behind_": N("SLICE", ["w", "begin", "rests"], ["behind"])},
        {"next_": N("CONCATENATION", ["before", "row", "behind"], ["next"], {"axis": 1})},
        {"next_": N("CONCATENATION", ["before", "row"], ["next"])},
        {"next_": N("CONCATENATION", ["behind", "row", "before"], ["next"])},
        {"more_": N("ADD", ["size", "one"], ["more"]), "more": T("more", "int32", (3,))},
        {"more_": N("ABS", ["before"], ["more"]), "more": T("more", "float32", (1, 1, 1))},
        {"out": ["j", "behind", "w"]},
    ],
)
def test_what_is_no_write_stays(changes: Any) -> None:
    assert "DYNAMIC_UPDATE_SLICE" not in operators(body(3, **changes))
