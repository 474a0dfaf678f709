"""Models drawn at random that read, compute and assign variables in any order."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.state_models import assert_same_steps, handle, number, steps

from ..assemble import N, T, assemble
from ..run_model import compiled

VARIABLES = ("v0", "v1")
ACTIONS = st.sampled_from(["read v0", "read v1", "add", "reshape", "assign v0", "assign v1"])


def drawn(data: st.DataObject) -> bytes:
    """Returns a model: each action takes values that there are, and makes the next one."""
    tensors = [number("x"), T("two", "int32", (2,), data=[1, 4])]
    nodes: list[N] = []
    known = ["x"]
    for place, variable in enumerate(VARIABLES):
        tensors.append(T(f"h{place}", "resource", ()))
        nodes.append(handle(f"h{place}", variable))
    for action in data.draw(st.lists(ACTIONS, min_size=2, max_size=9), "actions"):
        kind, _, variable = action.partition(" v")
        given_value = data.draw(st.sampled_from(known), "operand")
        if kind == "assign":
            nodes.append(N("ASSIGN_VARIABLE", [f"h{variable}", given_value], []))
            continue
        made = f"t{len(known)}"
        tensors.append(number(made))
        if kind == "read":
            nodes.append(N("READ_VARIABLE", [f"h{variable}"], [made]))
        elif kind == "reshape":
            nodes.append(N("RESHAPE", [given_value, "two"], [made], {"newShape": [1, 4]}))
        else:
            other = data.draw(st.sampled_from(known), "other")
            nodes.append(N("ADD", [given_value, other], [made]))
        known.append(made)
    for place, _ in enumerate(VARIABLES):  # the reference reads anything where nothing assigns
        last = data.draw(st.sampled_from(known), "last")
        nodes.append(N("ASSIGN_VARIABLE", [f"h{place}", last], []))
    used = {ref for node in nodes for ref in (*node.inputs, *node.outputs)} | {"x"}
    outputs = list(dict.fromkeys(data.draw(st.lists(st.sampled_from(known), min_size=1), "out")))
    kept = [t for t in tensors if t.name in used or t.name in outputs]
    return assemble(kept, nodes, ["x"], outputs)


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_any_order(data: st.DataObject) -> None:
    assert_same_steps(drawn(data), steps(count=3))


def test_a_view_is_of_its_first_operand_alone() -> None:
    """A shape that is itself a variable says nothing: the output's shape is stated."""
    tensors = [
        number("x"),
        T("shape", "int32", (2,), variable=True),
        number("seen", shape=(4, 1)),
        number("y", shape=(4, 1)),
    ]
    nodes = [N("RESHAPE", ["x", "shape"], ["seen"]), N("ADD", ["seen", "seen"], ["y"])]
    made = compiled(assemble(tensors, nodes, ["x"], ["y"]))
    assert [len(group) for group in made.calls] == [0, 1]
