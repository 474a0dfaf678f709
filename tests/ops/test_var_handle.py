"""VAR_HANDLE: gone behind the import, unless something else than a read or an assignment has it."""

from __future__ import annotations

from microflow.importer.tflite import import_model
from tests.assemble import N, T, assemble
from tests.ops.same import findings
from tests.ops.state_models import ADD, ASSIGN, READ, handle, number, remembering


def test_handles_are_worked_out() -> None:
    graph, failed = import_model(remembering([handle("h"), READ, ADD, ASSIGN]), "m")
    assert graph is not None, failed
    assert [n.op.name for n in graph.nodes] == ["READ_VARIABLE", "ADD", "ASSIGN_VARIABLE"]
    variable = graph.tensors[graph.nodes[0].inputs[0] or 0]
    assert (variable.name, variable.is_variable, variable.initial) == ("v", True, b"\5" * 4)
    assert graph.nodes[2].inputs[0] == variable.id


def test_containers_tell_variables_of_one_name_apart() -> None:
    other = N("VAR_HANDLE", [], ["k"], {"sharedName": "v", "container": "c"})
    tensors = [number("x"), number("r"), T("h", "resource", ()), T("k", "resource", ())]
    nodes = [handle("h"), other, READ, N("ASSIGN_VARIABLE", ["k", "x"], [])]
    graph, failed = import_model(assemble(tensors, nodes, ["x"], ["r"]), "m")
    assert graph is not None, failed
    assert graph.nodes[0].inputs[0] != graph.nodes[1].inputs[0]


def test_unsupported_forms() -> None:
    tensors = [number("x"), number("r"), T("h", "resource", ())]
    model = assemble(tensors, [handle("h"), ASSIGN, READ], ["x"], ["r", "h"])
    assert "a variable's handle as an operand of other operators" in findings(model)
