"""The importer matches a file's options with an operator's by the name of the schema's table."""

from __future__ import annotations

import pytest
from ai_edge_litert import schema_py_generated as schema

from microflow.graph.ir import Operator
from microflow.importer import operators as importing
from microflow.importer.tflite import import_model
from microflow.ops import registry
from tests.assemble import N, T, assemble

_WITH_OPTIONS = [
    op
    for op in registry.operators()
    if op.options is not None
    and not op.custom
    and not op.subgraphs(op.options())  # which this model lacks
]


@pytest.mark.parametrize("op", _WITH_OPTIONS, ids=lambda op: op.name)
def test_options_are_those_that_files_have(op: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "operator", registry.operator)
    tensors = [T("x", "int8", (1, 4), scale=1.0), T("y", "int8", (1, 4), scale=1.0)]
    model = assemble(tensors, [N(op.name, [0], [1])], [0], [1])
    stored = schema.Model.GetRootAs(model, 0).Subgraphs(0).Operators(0).BuiltinOptionsType()
    names = registry.schema_enumeration("BuiltinOptions")
    assert op.options is not None and op.options.__name__ == names[stored]
    graph, diagnostics = import_model(model, "m")
    assert graph is not None, diagnostics
    assert isinstance(graph.nodes[0].attrs, op.options)
