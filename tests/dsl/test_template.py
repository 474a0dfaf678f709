"""The manifest that is written for a model: it binds without a finding, whatever the model."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.dsl.bind import default_manifest
from microflow.dsl.format import format_text
from microflow.dsl.reals import representable
from microflow.dsl.symbols import is_identifier
from microflow.graph.ir import Graph
from microflow.graph.tensor import DType, Quantization, Tensor
from microflow.importer.tflite import import_model

from ..need import corpus, corpus_entries
from .models import SOFTMAX, TWINS, WAKE, clean, graph_of, tensor

WRITTEN = """\
mflow 1

model my_wake {
  source   = "models/my wake.tflite"  # relative to this file
  targets  = [host]                   # `mflowc targets` lists the chips
  optimize = balanced                 # or latency, ram, flash: what to prefer within the budget

  # A limit that the model exceeds is an error. Leave out what is not limited.
  # budget { flash = 64KiB; ram = 16KiB; stack = 1KiB; latency = 20ms }

  input x {
    tensor = "serving_default_x:0"
    shape  = [1, 49, 40, 1]
    type   = int8
    real   = -25.2 .. 25.8  # what the tensor can hold, in real values
  }

  output output0 {
    tensor = "StatefulPartitionedCall:0"
    shape  = [1, 3]
    type   = int8
    real   = 0.0 .. 0.9961                   # what the tensor can hold, in real values
    labels = ["class0", "class1", "class2"]  # name your classes
    decode = argmax
  }
}
"""


def test_what_is_written() -> None:
    assert default_manifest(WAKE, "models/my wake.tflite") == WRITTEN


def test_what_is_written_binds() -> None:
    project = clean(WRITTEN, {"models/my wake.tflite": WAKE})
    assert project.models[0].inputs[0].real == (-25.2, 25.8)
    assert project.models[0].outputs[0].labels == ("class0", "class1", "class2")
    assert clean(default_manifest(TWINS, "t.tflite"), {"t.tflite": TWINS}).models[0].name == "t"


def test_hostile_names_are_escaped() -> None:
    names = [
        'a"b',
        "a\\",
        "a\nmodel x {",
        "\u202e\u0000",
        "",
        "\ud800",
        "name",
        "name",
        "#",
        "${x}",
    ]
    graph = graph_of(
        [tensor(i, name, DType.INT8, (1, 2)) for i, name in enumerate(names)],
        [tensor(50, "y\r\n}", DType.FLOAT32, (1, 2))],
    )
    text = default_manifest(graph, "x.tflite")
    assert all(c == "\n" or c.isprintable() for c in text)
    labels = [p.label for p in clean(text, {"x.tflite": graph}).models[0].inputs]
    assert labels == ["a_b", "a", "a_model_x", "input3", "input4", "input5", "name", *labels[7:]]
    assert labels[7:] == ["name_2", "input8", "x"]
    assert 'source   = "we\\"ird\\u{A}.tflite"' in default_manifest(graph, 'we"ird\n.tflite')


def test_real_models_bind() -> None:
    folder = corpus()
    bound = 0
    for entry in corpus_entries():
        path = folder / entry["file"]
        graph, _ = import_model(path.read_bytes(), path.name)
        if graph is None:
            continue
        model = clean(default_manifest(graph, path.name), {path.name: graph}).models[0]
        labels = [p.label for p in (*model.inputs, *model.outputs)]
        assert all(is_identifier(label) for label in labels)
        assert len({label.upper() for label in labels}) == len(labels)
        bound += 1
    assert bound > 100


_SCALES = st.one_of(
    st.floats(1e-6, 1e3), st.sampled_from([0.0, -1.0, float("inf"), float("nan"), 1e-45, 1e38])
)


@st.composite
def _tensors(draw: st.DrawFn, index: int) -> Tensor:
    dtype = draw(st.sampled_from(list(DType)))
    shape = tuple(draw(st.lists(st.integers(1, 20), max_size=4)))
    zero_point = draw(st.integers(-300, 300))
    scale = draw(
        st.none()
        | st.just(SOFTMAX)
        | st.builds(Quantization, st.tuples(_SCALES), st.just((zero_point,)))
    )
    name = draw(
        st.text(st.characters(), max_size=12) | st.sampled_from(["x", "int", "serving_default_x:0"])
    )
    return tensor(index, name, dtype, shape, scale)


@st.composite
def _graphs(draw: st.DrawFn) -> Graph:
    counts = draw(st.tuples(st.integers(0, 4), st.integers(0, 4)))
    inputs = [draw(_tensors(i)) for i in range(counts[0])]
    outputs = [draw(_tensors(100 + i)) for i in range(counts[1])]
    return graph_of(inputs, outputs)


@settings(max_examples=50, deadline=None)
@given(_graphs(), st.from_regex(r"[\w ./-]{0,12}", fullmatch=True))
def test_any_model_binds(graph: Graph, stem: str) -> None:
    source = f"{stem.strip(' /.') or 'm'}.tflite"
    text = default_manifest(graph, source)
    project = clean(text, _Any(graph))
    model = project.models[0]
    assert [p.tensor.id for p in model.inputs] == list(graph.inputs)
    assert [p.tensor.id for p in model.outputs] == list(graph.outputs)
    assert all(p.span is not None for p in (*model.inputs, *model.outputs))
    assert format_text(text) == text
    for port in (*model.inputs, *model.outputs):
        held = representable(port.tensor)
        if port.real is not None:
            assert held is not None
            assert abs(port.real[0] - held[0]) <= held[2]
            assert abs(port.real[1] - held[1]) <= held[2]


class _Any(dict[str, Graph]):
    """A mapping that holds one graph under every name."""

    def __init__(self, graph: Graph) -> None:
        super().__init__()
        self.graph = graph

    def __contains__(self, key: object) -> bool:
        return True

    def __getitem__(self, key: str) -> Graph:
        return self.graph
