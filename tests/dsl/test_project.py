"""What a good manifest becomes: targets, models, ports, and what heirs take from their parents."""

from __future__ import annotations

import pytest

from microflow.diag import Span
from microflow.dsl.bind import bind, declare, resolve
from microflow.dsl.parse import parse
from microflow.dsl.project import Budget, Decode, Port
from microflow.graph.ir import DType
from microflow.targets import load_target

from .models import GRAPHS, TWINS, WAKE, clean, graph_of, run, tensor

DEMO = """\
mflow 1

target board : host {
  clock = 64MHz
  memory flash { origin = 0x0002_7000; size = 512KiB }
  memory ram { size = 1.5MiB }
}
target small : board { memory ram { size = 8KiB } }

model wake {
  source = "./models/x/../wake.tflite"
  sha256 = "ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB"
  targets = [small, host]
  optimize = latency
  budget { flash = 64KiB; ram = 1536B; latency = 20ms }
  input mfcc {
    tensor = "serving_default_x:0"
    shape = [1, 49, 40, 1]
    type = int8
    real = -25 .. 25.5
    unit = "dB"
    frontend = "fe/log_mel.h"
  }
  output scores {
    labels = ["yes", "no", "\\"?\\""]
    decode = argmax(threshold = 70%)
  }
  emit { prefix = "kws"; dir = "gen"; package = [cmake, esp_idf]; selftest = true }
}

model fan : wake {
  source = "models/twins.tflite"
  targets = [board, host]
  budget { ram = 40KiB }
  input b { tensor = "right" }
  output a { tensor = 7 }
  emit { dir = "other"; package = []; selftest = false }
}
"""


def test_targets_derive_from_chips() -> None:
    project = clean(DEMO)
    host = load_target("host")
    small, chip, board = project.targets
    assert chip is host
    assert (board.name, board.core, board.clock) == ("board", host.core, 64_000_000)
    assert (board.flash, board.ram, board.flash_origin) == (512 * 1024, 1536 * 1024, 0x27000)
    assert (small.name, small.flash, small.ram) == ("small", 512 * 1024, 8 * 1024)
    assert (small.flash_origin, small.ram_origin) == (0x27000, None)


def test_a_model_is_bound() -> None:
    model = clean(DEMO).models[0]
    assert (model.name, model.source, model.sha256) == ("wake", "models/wake.tflite", "ab" * 32)
    assert model.graph is WAKE
    assert (model.profile, model.optimize) == ("tflm", "latency")
    assert (model.prefix, model.out_dir) == ("kws", "gen")
    assert (model.packages, model.selftest) == (("cmake", "esp_idf"), True)
    assert model.selftest_span == Span("demo.mflow", 28, 78, 28, 82)
    assert model.targets == ("small", "host")
    assert model.span == Span("demo.mflow", 10, 1, 29, 2)
    assert model.source_span == Span("demo.mflow", 11, 12, 11, 39)
    assert model.inputs == (
        Port(
            "mfcc",
            0,
            WAKE.tensors[0],
            unit="dB",
            real=(-25.0, 25.5),
            frontend="fe/log_mel.h",
            span=Span("demo.mflow", 16, 9, 16, 13),
        ),
    )
    (scores,) = model.outputs
    assert scores.labels == ("yes", "no", '"?"')
    assert scores.decode == Decode(0.7)


def test_a_budget_keeps_its_places() -> None:
    budget = clean(DEMO).models[0].budget
    assert (budget.flash, budget.ram, budget.stack, budget.latency) == (65536, 1536, None, 0.02)
    assert budget.spans == {
        "flash": Span("demo.mflow", 15, 20, 15, 25),
        "ram": Span("demo.mflow", 15, 33, 15, 38),
        "latency": Span("demo.mflow", 15, 50, 15, 54),
    }


def test_an_heir_takes_what_it_does_not_say() -> None:
    heir = clean(DEMO).models[1]
    assert (heir.name, heir.optimize, heir.prefix, heir.out_dir) == (
        "fan",
        "latency",
        "kws",
        "other",
    )
    assert (heir.budget.flash, heir.budget.ram, heir.budget.latency) == (65536, 40960, 0.02)
    assert heir.targets == ("board", "host")
    assert (heir.packages, heir.selftest) == ((), False)
    assert heir.graph is TWINS
    assert [(p.label, p.position, p.tensor.id) for p in heir.inputs] == [
        ("left", 0, 0),
        ("b", 1, 1),
    ]
    assert [(p.label, p.span is None) for p in heir.outputs] == [("a", False), ("same", True)]


def test_defaults() -> None:
    model = clean('mflow 1\nmodel m { source = "models/wake.tflite"; targets = [host] }').models[0]
    assert (model.profile, model.optimize, model.prefix, model.out_dir) == (
        "tflm",
        "balanced",
        None,
        None,
    )
    assert model.budget == Budget()
    assert (model.packages, model.selftest, model.selftest_span) == ((), False, None)
    assert [p.label for p in (*model.inputs, *model.outputs)] == ["x", "output0"]
    assert all(p.decode is None and p.labels == () for p in model.outputs)


def test_a_target_may_have_the_name_of_its_chip() -> None:
    text = "mflow 1\ntarget host : host { clock = 1kHz }\nmodel m {\n"
    text += '  source = "models/wake.tflite"\n  targets = [host]\n}\n'
    assert clean(text).targets[0].clock == 1000


def test_more_memory_than_the_chip_is_a_warning() -> None:
    text = "mflow 1\ntarget a : host { memory ram { size = 8KiB } }\n"
    text += "target b : a { memory ram { size = 9KiB } }\nmodel m {\n"
    text += '  source = "models/wake.tflite"\n  targets = [b]\n}\n'
    project, found = run(text)
    assert [d.rule.code for d in found] == ["MF2024"]
    assert found[0].span == Span("demo.mflow", 3, 36, 3, 40)
    assert found[0].severity.value == "warning"
    assert project is not None
    assert project.targets[0].ram == 9 * 1024


def test_models_without_a_graph_are_left_out() -> None:
    manifest, found = declare(parse(DEMO, "demo.mflow")[0])
    assert found == ()
    assert manifest is not None
    assert list(manifest.sources) == ["models/wake.tflite", "models/twins.tflite"]
    assert bind(manifest, {}) == (None, ())
    project, found = bind(manifest, {"models/twins.tflite": TWINS})
    assert found == ()
    assert project is not None
    assert [m.name for m in project.models] == ["fan"]
    assert [t.name for t in project.targets] == ["board", "host"]


def test_a_model_with_mistakes_is_still_bound() -> None:
    text = (
        'mflow 1\nmodel m { source = "models/wake.tflite"; targets = [host, zzz]\n'
        "  input a { type = float32; oops = 1 }\n  output b { tensor = 77 }\n}\n"
    )
    project, found = run(text)
    assert [d.rule.code for d in found] == ["MF2013", "MF3056", "MF2001", "MF3052"]
    assert project is not None
    model = project.models[0]
    assert model.targets == ("host",)
    assert [p.label for p in (*model.inputs, *model.outputs)] == ["a", "output0"]


def test_only_a_manifest_without_models_is_none() -> None:
    for text in ("", "mflow 1\n", "mflow 1\nmodel { }\n"):
        assert declare(parse(text, "demo.mflow")[0])[0] is None


@pytest.mark.parametrize(
    ("path", "manifest", "resolved"),
    [
        ("m/x.tflite", "demo.mflow", "m/x.tflite"),
        ("m/x.tflite", "a/b/demo.mflow", "a/b/m/x.tflite"),
        ("../m/./x.tflite", "a/b/demo.mflow", "a/m/x.tflite"),
        ("../../../x", "a/demo.mflow", "../../x"),
        ("x", "/a/demo.mflow", "/a/x"),
        ("/x/../y", "a/demo.mflow", "/y"),
        ("C:/x/y", "a/demo.mflow", "C:/x/y"),
        ("x", "C:/a/demo.mflow", "C:/a/x"),
    ],
)
def test_resolve(path: str, manifest: str, resolved: str) -> None:
    assert resolve(path, manifest) == resolved


def test_default_labels_are_unique_identifiers() -> None:
    names = [
        "serving_default_a b:0",
        "A_b",
        "int",
        "",
        "Identity:0",
        "π",
        "x" * 99,
        "p/q/" + "r" * 40,
    ]
    graph = graph_of(
        [tensor(i, name, DType.INT8, (1,)) for i, name in enumerate(names)],
        [tensor(100 + i, name, DType.INT8, (1,)) for i, name in enumerate(("a_b", "m/n/soft max"))],
    )
    text = 'mflow 1\nmodel m { source = "m"; targets = [host]\n  input x { tensor = 3 }\n}\n'
    model = clean(text, {**GRAPHS, "m": graph}).models[0]
    labels = [p.label for p in (*model.inputs, *model.outputs)]
    assert labels == [
        "a_b",
        "A_b_2",
        "int_",
        "x",
        "input4",
        "input5",
        "input6",
        "input7",
        "a_b_3",
        "m_n_soft_max",
    ]
    assert [p.position for p in model.inputs] == list(range(len(names)))


def test_one_tensor_twice_among_the_inputs() -> None:
    left = tensor(0, "x", DType.INT8, (1, 2))
    graph = graph_of([left, left], [tensor(1, "y", DType.INT8, (1, 2))])
    text = 'mflow 1\nmodel m { source = "m"; targets = [host]\n  input a { }\n  input b { }\n}\n'
    model = clean(text, {"m": graph}).models[0]
    assert [(p.label, p.position) for p in model.inputs] == [("a", 0), ("b", 1)]
