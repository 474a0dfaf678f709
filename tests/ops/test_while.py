"""WHILE: rounds of a subgraph, none, some and many."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from attrs import evolve

from tests.assemble import N, S, T, assemble
from tests.ops.same import findings
from tests.ops.state_models import assert_same_steps, handle


def values() -> list[T]:
    """Returns the tensors that go round: a number of rounds, and a sum."""
    return [T("i", "int32", (1,)), T("v", "float32", (1, 3))]


CONDITION = S(
    [*values(), T("limit", "int32", (1,), data=[5]), T("t", "bool", (1,))],
    [N("LESS", ["i", "limit"], ["t"])],
    ["i", "v"],
    ["t"],
)


def body(*more: N, tensors: Sequence[T] = (), result: str = "w") -> S:
    """Returns a body that counts, and makes `result` of v."""
    own = [T("one", "int32", (1,), data=[1]), T("j", "int32", (1,)), T("w", "float32", (1, 3))]
    count = N("ADD", ["i", "one"], ["j"])
    return S([*values(), *own, *tensors], [count, *more], ["i", "v"], ["j", result])


def loop(condition: S, rounds: S, *more: S, tensors: Sequence[T] = ()) -> bytes:
    ports = {"condSubgraphIndex": 1, "bodySubgraphIndex": 2}
    return assemble(
        [*values(), T("n", "int32", (1,)), T("y", "float32", (1, 3)), *tensors],
        [N("WHILE", ["i", "v"], ["n", "y"], ports)],
        ["i", "v"],
        ["n", "y"],
        subgraphs=[condition, rounds, *more],
    )


def starts(*rounds: int) -> list[list[np.ndarray]]:
    rng = np.random.default_rng(2)
    return [[np.array([i], np.int32), rng.normal(0, 2, (1, 3)).astype(np.float32)] for i in rounds]


DOUBLE = body(N("ADD", ["v", "v"], ["w"]))


@pytest.mark.parametrize("sanitize", [False, True])
def test_rounds(sanitize: bool) -> None:
    assert_same_steps(loop(CONDITION, DOUBLE), starts(0, 4, 5, 9, -7), sanitize=sanitize)


def test_a_body_that_gives_out_its_input() -> None:
    assert_same_steps(loop(CONDITION, body(result="v")), starts(0, 6))


def test_a_body_that_exchanges_what_it_was_given() -> None:
    swapped = S(
        [T("a", "float32", (1, 3)), T("b", "float32", (1, 3)), T("c", "float32", (1, 3))],
        [N("ADD", ["a", "b"], ["c"])],
        ["a", "b"],
        ["b", "c"],
    )
    condition = S(
        [
            T("a", "float32", (1, 3)),
            T("b", "float32", (1, 3)),
            T("axes", "int32", (2,), data=[0, 1]),
            T("most", "float32", ()),
            T("limit", "float32", (), data=[50]),
            T("t", "bool", ()),
        ],
        [N("REDUCE_MAX", ["b", "axes"], ["most"]), N("LESS", ["most", "limit"], ["t"])],
        ["a", "b"],
        ["t"],
    )
    ports = {"condSubgraphIndex": 1, "bodySubgraphIndex": 2}
    model = assemble(
        [T(name, "float32", (1, 3)) for name in "abcd"],
        [N("WHILE", ["a", "b"], ["c", "d"], ports)],
        ["a", "b"],
        ["c", "d"],
        subgraphs=[condition, swapped],
    )
    rng = np.random.default_rng(3)
    given = [[rng.random((1, 3), np.float32) + 0.1 for _ in "ab"] for _ in range(3)]
    assert_same_steps(model, given, sanitize=True)


def test_a_choice_in_a_loop() -> None:
    tensors = [T("two", "int32", (1,), data=[2]), T("t", "bool", (1,))]
    ports = {"thenSubgraphIndex": 3, "elseSubgraphIndex": 4}
    rounds = body(
        N("LESS", ["i", "two"], ["t"]), N("IF", ["t", "v"], ["w"], ports), tensors=tensors
    )

    def one(op: str) -> S:
        pair = [T("a", "float32", (1, 3)), T("b", "float32", (1, 3))]
        return S(pair, [N(op, ["a", "a"], ["b"])], ["a"], ["b"])

    assert_same_steps(loop(CONDITION, rounds, one("ADD"), one("MUL")), starts(0, 1, 3, 8))


def test_a_variable_that_counts_rounds() -> None:
    tensors = [T("h", "resource", ()), T("r", "float32", (1, 3))]
    rounds = body(
        handle("h"),
        N("READ_VARIABLE", ["h"], ["r"]),
        N("ADD", ["v", "r"], ["w"]),
        N("ASSIGN_VARIABLE", ["h", "w"], []),
        tensors=tensors,
    )
    assert_same_steps(loop(CONDITION, rounds), starts(0, 2, 5, 4), sanitize=True)


def test_constants_go_round() -> None:
    ports = {"condSubgraphIndex": 1, "bodySubgraphIndex": 2}
    zero = T("i", "int32", (1,), data=[0])
    model = assemble(
        [zero, T("v", "float32", (1, 3)), T("n", "int32", (1,)), T("y", "float32", (1, 3))],
        [N("WHILE", ["i", "v"], ["n", "y"], ports)],
        ["v"],
        ["y"],
        subgraphs=[CONDITION, DOUBLE],
    )
    assert_same_steps(model, [[v] for _, v in starts(0, 0)])


def test_a_condition_with_several_outputs() -> None:
    talkative = evolve(CONDITION, outputs=["t", "v", "limit"])
    assert_same_steps(loop(talkative, DOUBLE), starts(0, 4, 9), sanitize=True)


def test_the_first_element_of_a_condition_decides() -> None:
    pair = [T("i", "int32", (2,)), T("v", "float32", (1, 3))]
    limit = T("limit", "int32", (2,), data=[5, 2])
    condition = S(
        [*pair, limit, T("t", "bool", (2,))], [N("LESS", ["i", "limit"], ["t"])], ["i", "v"], ["t"]
    )
    one, j, w = T("one", "int32", (1,), data=[1]), T("j", "int32", (2,)), T("w", "float32", (1, 3))
    adds = [N("ADD", ["i", "one"], ["j"]), N("ADD", ["v", "v"], ["w"])]
    rounds = S([*pair, one, j, w], adds, ["i", "v"], ["j", "w"])
    model = assemble(
        [*pair, T("n", "int32", (2,)), T("y", "float32", (1, 3))],
        [N("WHILE", ["i", "v"], ["n", "y"], {"condSubgraphIndex": 1, "bodySubgraphIndex": 2})],
        ["i", "v"],
        ["n", "y"],
        subgraphs=[condition, rounds],
    )
    v = np.ones((1, 3), np.float32)
    given = [[np.array(i, np.int32), v] for i in ([0, 0], [0, 4], [6, 0], [4, -9])]
    assert_same_steps(model, given, sanitize=True)


def test_subgraphs_that_see_other_types() -> None:
    """Bytes are copied: the float's are an integer in the condition and in the body."""
    seen = [T("i", "float32", (1,)), T("v", "int32", (3,))]
    condition = S(
        [T("i", "int32", (1,)), T("v", "int32", (3,)), *CONDITION.tensors[2:]],
        CONDITION.nodes,
        ["i", "v"],
        ["t"],
    )
    count = S(
        [T("i", "int32", ()), seen[1], *DOUBLE.tensors[2:4], T("w", "int32", (3,))],
        [N("ADD", ["i", "one"], ["j"]), N("ADD", ["v", "one"], ["w"])],
        ["i", "v"],
        ["j", "w"],
    )
    assert_same_steps(loop(condition, count), starts(0, 3, 7), sanitize=True)


def test_a_loop_on_nothing_but_a_variable() -> None:
    """The condition and the body have no operands: a variable counts the rounds."""

    def number(name: str, data: int | None = None) -> T:
        given = None if data is None else [data]
        return T(name, "float32", (1,), data=given)

    read = [handle("h"), N("READ_VARIABLE", ["h"], ["v"])]
    kept = [T("h", "resource", ()), number("v")]
    condition = S(
        [*kept, number("limit", 7), T("t", "bool", (1,))],
        [*read, N("LESS", ["v", "limit"], ["t"])],
        [],
        ["t"],
    )
    rounds = S(
        [*kept, number("two", 2), number("s")],
        [*read, N("ADD", ["v", "two"], ["s"]), N("ASSIGN_VARIABLE", ["h", "s"], [])],
        [],
        [],
    )
    ports = {"condSubgraphIndex": 1, "bodySubgraphIndex": 2}
    take_away = [N("SUB", ["v", "x"], ["y"]), N("ASSIGN_VARIABLE", ["h", "y"], [])]
    model = assemble(
        [number("x"), *kept, number("y")],
        [N("WHILE", [], [], ports), *read, *take_away],
        ["x"],
        ["y"],
        subgraphs=[condition, rounds],
    )
    given = [[np.array([x], np.float32)] for x in (3, 0.5, 40, -2)]
    assert_same_steps(model, given, sanitize=True)


def test_unsupported_forms() -> None:
    none = S(values(), [], ["i", "v"], [])
    assert "a condition without an output" in findings(loop(none, DOUBLE))
    number = S(values(), [], ["i", "v"], ["i"])
    assert "a condition that gives out 'i' (int32 1)" in findings(loop(number, DOUBLE))
    growing = S([*values(), T("w", "float32", (1, 6))], [], ["i", "v"], ["i", "w"])
    growing = S(
        [*values(), T("w", "float32", (1, 6))],
        [N("CONCATENATION", ["v", "v"], ["w"], {"axis": 1})],
        ["i", "v"],
        ["i", "w"],
    )
    assert "a body with 'w' (float32 1x6)" in findings(loop(CONDITION, growing))
