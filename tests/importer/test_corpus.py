"""Models that were not made for these tests: they import, whatever operators they use."""

from __future__ import annotations

from typing import Any

import pytest

from microflow.graph.tensor import Tensor
from microflow.graph.verify import verify
from microflow.importer import operators
from microflow.importer.tflite import import_model
from microflow.ops import registry
from microflow.ops.check import check_operators
from tests.need import corpus, corpus_entries

_ENTRIES = corpus_entries()


@pytest.mark.parametrize("entry", _ENTRIES or [None], ids=lambda e: e["name"] if e else "absent")
def test_model(entry: dict[str, Any] | None) -> None:
    folder = corpus()
    assert entry is not None
    graph, diagnostics = import_model((folder / entry["file"]).read_bytes(), entry["name"])
    if graph is None:
        assert diagnostics and {d.rule.code for d in diagnostics} <= {"MF4001", "MF4002"}
        return
    assert len(graph.nodes) == entry["n_ops"] or entry["subgraphs"] > 1
    for port, wanted in zip(graph.inputs, entry["inputs"], strict=True):
        assert _described(graph.tensors[port]) == {**wanted, "shape_signature": None}
    for port, wanted in zip(graph.outputs, entry["outputs"], strict=True):
        assert _described(graph.tensors[port]) == {**wanted, "shape_signature": None}


@pytest.mark.parametrize("entry", _ENTRIES or [None], ids=lambda e: e["name"] if e else "absent")
def test_model_with_the_operators_there_are(
    entry: dict[str, Any] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = corpus()
    assert entry is not None
    monkeypatch.setattr(operators, "operator", registry.operator)
    graph, diagnostics = import_model((folder / entry["file"]).read_bytes(), entry["name"])
    assert (graph is None) == bool(diagnostics)
    assert {d.rule.code for d in diagnostics} <= {"MF4001", "MF4002"}
    if graph is not None and not check_operators(graph):
        verify(graph, "import")


def _described(tensor: Tensor) -> dict[str, Any]:
    """Returns a port as the corpus's index describes it."""
    q = tensor.quantization
    return {
        "name": tensor.name,
        "shape": list(tensor.shape),
        "dtype": tensor.dtype.label,
        "shape_signature": None,
        **({"scale": q.scale, "zero_point": q.zero_point} if q else {}),
    }


@pytest.mark.parametrize(
    "entry", _ENTRIES[:8] or [None], ids=lambda e: e["name"] if e else "absent"
)
def test_truncated(entry: dict[str, Any] | None) -> None:
    folder = corpus()
    assert entry is not None
    model = (folder / entry["file"]).read_bytes()
    for part in range(50):
        _, diagnostics = import_model(model[: len(model) * part // 50], "m")
        broken = [d for d in diagnostics if d.rule.code.startswith("MF3")]
        assert len(broken) <= 1
