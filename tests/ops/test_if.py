"""IF: one of two subgraphs, whatever these hold, over several steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from tests.assemble import N, S, T, assemble
from tests.ops.same import findings
from tests.ops.state_models import assert_same_steps, handle

SCALE: dict[str, Any] = {"scale": 0.5, "zero_point": 3}


def number(name: str, **more: Any) -> T:
    return T(name, "int8", more.pop("shape", (1, 4)), **SCALE, **more)


def branch(*nodes: N, tensors: Sequence[T] = (), result: str = "b", name: str = "sub") -> S:
    """Returns a subgraph of input a and, as a rule, output b."""
    return S([number("a"), number("b"), *tensors], nodes, ["a"], [result], name)


def choosing(then: S, other: S, *more: S, nodes: Sequence[N] = (), tensors: Any = ()) -> bytes:
    """Returns a model that gives x to one of two subgraphs, as its input `choice` says."""
    choose = N("IF", ["choice", "x"], ["y"], {"thenSubgraphIndex": 1, "elseSubgraphIndex": 2})
    return assemble(
        [number("x"), T("choice", "bool", (1,)), number("y"), *tensors],
        [*nodes, choose],
        ["x", "choice"],
        ["y"],
        subgraphs=[then, other, *more],
    )


def both_ways(count: int = 4) -> list[list[Any]]:
    rng = np.random.default_rng(5)
    shown = [rng.integers(-128, 128, (1, 4)).astype(np.int8) for _ in range(count)]
    return [[x, np.array([i % 3 == 1])] for i, x in enumerate(shown)]


DOUBLE = branch(N("ADD", ["a", "a"], ["b"]))
SQUARE = branch(N("MUL", ["a", "a"], ["c"]), N("ADD", ["c", "a"], ["b"]), tensors=[number("c")])


@pytest.mark.parametrize("sanitize", [False, True])
def test_two_branches(sanitize: bool) -> None:
    assert_same_steps(choosing(DOUBLE, SQUARE), both_ways(), sanitize=sanitize)


def test_a_branch_that_gives_out_its_input_or_a_constant() -> None:
    constant = branch(result="c", tensors=[number("c", data=[1, 2, 3, 4])])
    same = S([number("a")], [], ["a"], ["a"])
    assert_same_steps(choosing(constant, same), both_ways())


def test_branches_within_branches_and_one_subgraph_for_both() -> None:
    ask = N("IF", ["t", "a"], ["b"], {"thenSubgraphIndex": 3, "elseSubgraphIndex": 4})
    greater = N("GREATER", ["sum", "limit"], ["t"])
    total = N("SUM", ["a", "axes"], ["sum"])
    tensors = [
        T("t", "bool", (1,)),
        number("sum", shape=(1,)),
        number("limit", shape=(1,), data=[3]),
        T("axes", "int32", (1,), data=[1]),
    ]
    inner = branch(total, greater, ask, tensors=tensors)
    assert_same_steps(choosing(inner, inner, DOUBLE, SQUARE), both_ways(6))


def test_a_branch_with_weights_and_several_operands() -> None:
    rng = np.random.default_rng(1)
    dense = S(
        [
            number("a"),
            number("k"),
            T("w", "int8", (4, 4), scale=0.02, data=rng.integers(-127, 128, (4, 4))),
            number("b"),
            number("c"),
        ],
        [N("FULLY_CONNECTED", ["a", "w", -1], ["c"]), N("ADD", ["c", "k"], ["b"])],
        ["a", "k"],
        ["b", "c"],
    )
    plain = S([number("a"), number("k")], [], ["a", "k"], ["k", "a"])
    ports = {"thenSubgraphIndex": 1, "elseSubgraphIndex": 2}
    model = assemble(
        [
            number("x"),
            T("choice", "bool", (1,)),
            number("k", data=[9, -9, 100, -100]),
            number("y"),
            number("z"),
            number("s"),
        ],
        [N("IF", ["choice", "x", "k"], ["y", "z"], ports), N("ADD", ["y", "z"], ["s"])],
        ["x", "choice"],
        ["s", "z"],
        subgraphs=[dense, plain],
    )
    assert_same_steps(model, both_ways(), sanitize=True)


def test_a_constant_condition() -> None:
    for truth in (False, True):
        model = assemble(
            [number("x"), T("choice", "bool", (1,), data=[truth]), number("y")],
            [N("IF", ["choice", "x"], ["y"], {"thenSubgraphIndex": 1, "elseSubgraphIndex": 2})],
            ["x"],
            ["y"],
            subgraphs=[DOUBLE, SQUARE],
        )
        assert_same_steps(model, [[x] for x, _ in both_ways()])


def test_variables_in_branches() -> None:
    """One branch counts in a variable that the other, and the main subgraph, read."""
    counting = branch(
        handle("h"),
        N("READ_VARIABLE", ["h"], ["r"]),
        N("ADD", ["a", "r"], ["b"]),
        N("ASSIGN_VARIABLE", ["h", "b"], []),
        tensors=[number("r"), T("h", "resource", ())],
    )
    reading = branch(
        handle("h"),
        N("READ_VARIABLE", ["h"], ["r"]),
        N("ADD", ["a", "r"], ["b"]),
        tensors=[number("r"), T("h", "resource", ())],
    )
    choose = N("IF", ["choice", "x"], ["y"], {"thenSubgraphIndex": 1, "elseSubgraphIndex": 2})
    tensors = [number("before"), number("after"), number("s"), number("u"), T("h", "resource", ())]
    model = assemble(
        [number("x"), T("choice", "bool", (1,)), number("y"), *tensors],
        [
            handle("h"),
            N("READ_VARIABLE", ["h"], ["before"]),
            choose,
            N("READ_VARIABLE", ["h"], ["after"]),
            N("ADD", ["before", "y"], ["s"]),
            N("ADD", ["s", "after"], ["u"]),
        ],
        ["x", "choice"],
        ["y", "u"],
        subgraphs=[counting, reading],
    )
    assert_same_steps(model, both_ways(7), sanitize=True)


def test_a_layer_with_state_in_a_branch() -> None:
    rng = np.random.default_rng(4)
    tensors = [
        T("f", "int8", (4, 4), scale=0.02, data=rng.integers(-127, 128, (4, 4))),
        T("t", "int8", (4, 3), scale=0.05, data=rng.integers(-127, 128, (4, 3))),
        T("bias", "int32", (4,), scale=0.0125, data=[1, 2, 3, 4]),
        T("s", "int8", (1, 12), scale=0.25, zero_point=2, variable=True),
    ]
    layer = N("SVDF", ["a", "f", "t", "bias", "s"], ["b"], {"rank": 1})
    assert_same_steps(choosing(branch(layer, tensors=tensors), DOUBLE), both_ways(7))


@pytest.mark.parametrize("given", [(), ("x",)])
def test_branches_without_outputs(given: tuple[str, ...]) -> None:
    """They leave their mark on a variable; the second one only adds to it what it is given."""

    def assigning(*data: int) -> S:
        value = number("c", data=data) if not given else number("c")
        assign = N("ASSIGN_VARIABLE", ["h", "c"], [])
        tensors = [T("h", "resource", ()), value]
        return S(tensors, [handle("h"), assign], ["c"] if given else [], [])

    ports = {"thenSubgraphIndex": 1, "elseSubgraphIndex": 2}
    model = assemble(
        [number("x"), T("choice", "bool", (1,)), T("h", "resource", ()), number("r"), number("y")],
        [
            handle("h"),
            N("IF", ["choice", *given], [], ports),
            N("READ_VARIABLE", ["h"], ["r"]),
            N("ADD", ["x", "r"], ["y"]),
        ],
        ["x", "choice"],
        ["y"],
        subgraphs=[assigning(1, 2, 3, 4), assigning(9, 8, 7, 6)],
    )
    assert_same_steps(model, both_ways(), sanitize=True)


def test_branches_that_see_other_types() -> None:
    """Bytes are copied, whatever they stand for."""
    whole = S(
        [T("a", "int32", (1,)), T("b", "int32", (1,))],
        [N("ADD", ["a", "a"], ["b"])],
        ["a"],
        ["b"],
    )
    parts = S([T("a", "int16", (2,)), number("b", data=[4, 3, 2, 1])], [], ["a"], ["a"])
    assert_same_steps(choosing(whole, parts), both_ways(), sanitize=True)


def test_unsupported_forms() -> None:
    few = S([number("a")], [], ["a"], [])
    assert "with 0 outputs for 1 of the operator" in findings(choosing(few, DOUBLE))
    wide = S([number("a", shape=(1, 5))], [], ["a"], ["a"])
    assert "one for false with 'a' (int8 1x5)" in findings(choosing(DOUBLE, wide))
    odd = branch(N("ADD", ["a", "c"], ["b"]), tensors=[number("c", shape=(1, 3), data=[1, 2, 3])])
    assert findings(choosing(DOUBLE, odd)).startswith("subgraph 2: ADD (operator 0): ")
    model = assemble(
        [number("x"), T("choice", "int32", (1,)), number("y")],
        [N("IF", ["choice", "x"], ["y"], {"thenSubgraphIndex": 1, "elseSubgraphIndex": 1})],
        ["x", "choice"],
        ["y"],
        subgraphs=[DOUBLE],
    )
    assert "a condition 'choice' (int32 1)" in findings(model)
