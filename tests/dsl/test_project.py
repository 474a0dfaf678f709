"""What a good manifest becomes: targets, models, ports, and what heirs take from their parents."""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.diag import Span
from microflow.dsl.bind import bind, declare, resolve
from microflow.dsl.parse import parse
from microflow.dsl.project import Arena, Budget, Decode, Place, Port
from microflow.dsl.streams import choose_stream
from microflow.dsl.values import Affine, Conversion, Given
from microflow.graph.tensor import DType
from microflow.targets import Region, load_target

from .models import GRAPHS, TWINS, WAKE, clean, graph_of, run, tensor

DEMO = """\
mflow 1

target board : host {
  clock = 64MHz
  memory flash { origin = 0x0002_7000; size = 512KiB }
  memory ram { size = 1.5MiB }
  memory dtcm { kind = ram; origin = 0x2000_0000; size = 64KiB }
  memory qspi { kind = flash; size = 8MiB }
}
target small : board { memory ram { size = 8KiB }; memory dtcm { size = 16KiB } }
arena shared { size = 48KiB; align = 16; section = ".noinit.mflow" }

model wake {
  source = "./models/x/../wake.tflite"
  sha256 = "ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB"
  targets = [small, board]; arena = shared
  optimize = latency
  place { weights = qspi; arena = dtcm }
  budget { flash = 64KiB; ram = 1536B; latency = 20ms }
  input mfcc {
    tensor = "serving_default_x:0"; stream = true
    shape = [1, 49, 40, 1]
    type = int8
    real = -25 .. 25.5
    unit = "dB"; accept = uint8; normalize = affine(mean = 126, std = [5]); layout = nhwc
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
  targets = [board]
  budget { ram = 40KiB }
  input b { tensor = "right" }
  output a { tensor = 7 }
  emit { dir = "other"; package = []; selftest = false }
  verify { vectors = "v/../fan.npz"; tolerance = 2lsb }
  kernels { isa = portable; softmax = portable }
  on board { optimize = ram; budget { stack = 1KiB }; place { weights = flash } }
}
custom my_op { operator = "MyOp"; header = "my_op.h"; source = "my_op.c" }
"""


def test_targets_derive_from_chips() -> None:
    project = clean(DEMO)
    host = load_target("host")
    small, board = project.targets
    assert (board.name, board.core, board.clock) == ("board", host.core, 64_000_000)
    assert (board.flash, board.ram, board.flash_origin) == (512 * 1024, 1536 * 1024, 0x27000)
    assert (small.name, small.flash, small.ram) == ("small", 512 * 1024, 8 * 1024)
    assert (small.flash_origin, small.ram_origin) == (0x27000, None)
    dtcm, qspi = (
        Region("dtcm", "ram", 65536, 0x20000000),
        Region("qspi", "flash", 8 << 20),
    )
    assert board.memories == (dtcm, qspi)
    assert small.memories == (evolve(dtcm, size=16384), qspi)
    assert [r.name for r in small.regions] == ["flash", "ram", "dtcm", "qspi"]
    assert small.region("ram") == Region("ram", "ram", 8192) and small.region("ccm") is None


def test_a_model_is_bound() -> None:
    model = clean(DEMO).models[0]
    assert (model.name, model.source, model.sha256) == ("wake", "models/wake.tflite", "ab" * 32)
    assert model.graph is WAKE
    assert (model.profile, model.optimize) == ("tflm", "latency")
    assert (model.prefix, model.out_dir) == ("kws", "gen")
    assert (model.packages, model.selftest) == (("cmake", "esp_idf"), True)
    assert model.selftest_span == Span("demo.mflow", 32, 78, 32, 82)
    assert model.targets == ("small", "board")
    assert model.span == Span("demo.mflow", 13, 1, 33, 2)
    assert model.source_span == Span("demo.mflow", 14, 12, 14, 39)
    assert model.inputs == (
        Port(
            "mfcc",
            0,
            WAKE.tensors[0],
            unit="dB",
            real=(-25.0, 25.5),
            frontend="fe/log_mel.h",
            span=Span("demo.mflow", 20, 9, 20, 13),
            stream=True,
            stream_span=Span("demo.mflow", 21, 46, 21, 50),
            conversion=Conversion("uint8", Affine((126.0,), (5.0,))),
        ),
    )
    (scores,) = model.outputs
    assert scores.labels == ("yes", "no", '"?"')
    assert scores.decode == Decode(0.7)


def test_a_model_is_placed_and_shares_its_arena() -> None:
    project = clean(DEMO)
    model, (small, board) = project.models[0], project.targets
    assert model.place.weights == Given("qspi", Span("demo.mflow", 18, 21, 18, 25))
    assert (model.place.weights_on(small), model.place.arena_on(small)) == ("qspi", "dtcm")
    assert (Place().weights_on(board), Place().arena_on(board)) == ("flash", "ram")
    assert model.arena == Arena(
        Given("shared", Span("demo.mflow", 11, 7, 11, 13)),
        Given(48 * 1024, Span("demo.mflow", 11, 23, 11, 28)),
        16,
        ".noinit.mflow",
    )
    assert model.arena_span == Span("demo.mflow", 16, 37, 16, 43)


def test_on_a_chip_without_the_memory_a_model_lies_where_it_usually_does() -> None:
    """A command line may choose a chip that the manifest does not name."""
    model, chip = clean(DEMO).models[0], load_target("nrf52840")
    assert (model.place.weights_on(chip), model.place.arena_on(chip)) == ("flash", "ram")
    other = evolve(chip, memories=(Region("dtcm", "flash"), Region("qspi", "flash")))
    assert (model.place.weights_on(other), model.place.arena_on(other)) == ("qspi", "ram")


def test_what_to_verify_with() -> None:
    wake, fan = clean(DEMO).models
    assert (wake.vectors, wake.tolerance) == (None, 0)
    assert (fan.vectors, fan.tolerance) == ("fan.npz", 2)


def test_a_budget_keeps_its_places() -> None:
    budget = clean(DEMO).models[0].budget
    assert (budget.flash, budget.ram, budget.stack, budget.latency) == (65536, 1536, None, 0.02)
    assert budget.spans == {
        "flash": Span("demo.mflow", 19, 20, 19, 25),
        "ram": Span("demo.mflow", 19, 33, 19, 38),
        "latency": Span("demo.mflow", 19, 50, 19, 54),
    }


def test_an_heir_takes_what_it_does_not_say() -> None:
    model, heir = clean(DEMO).models
    assert (heir.name, heir.optimize, heir.prefix, heir.out_dir) == (
        "fan",
        "latency",
        "kws",
        "other",
    )
    assert (heir.budget.flash, heir.budget.ram, heir.budget.latency) == (65536, 40960, 0.02)
    assert heir.targets == ("board",)
    assert (heir.place, heir.arena) == (model.place, model.arena)
    assert not any(port.stream for port in heir.inputs)
    assert (heir.packages, heir.selftest) == ((), False)
    assert heir.graph is TWINS
    assert [(p.label, p.position, p.tensor.id) for p in heir.inputs] == [
        ("left", 0, 0),
        ("b", 1, 1),
    ]
    assert [(p.label, p.span is None) for p in heir.outputs] == [("a", False), ("same", True)]


def test_defaults() -> None:
    project = clean('mflow 1\nmodel m { source = "models/wake.tflite"; targets = [host] }')
    (model,) = project.models
    assert project.targets[0] is load_target("host")
    assert (model.profile, model.optimize, model.prefix, model.out_dir) == (
        "tflm",
        "balanced",
        None,
        None,
    )
    assert model.budget == Budget()
    assert (model.packages, model.selftest, model.selftest_span) == ((), False, None)
    assert (model.place, model.arena, model.arena_span) == (Place(), None, None)
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
    assert [t.name for t in project.targets] == ["board"]


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


MEMORY_NAMES = ("ram", "flash", "dtcm", "itcm", "qspi")


@st.composite
def _blocks(draw: st.DrawFn) -> list[tuple[str, str, int, int]]:
    """Memories of one target, in order: name, kind, origin and size."""
    names = draw(st.lists(st.sampled_from(MEMORY_NAMES), unique=True))
    kinds = {"ram": "ram", "flash": "flash"}
    return [
        (
            name,
            kinds.get(name) or draw(st.sampled_from(("ram", "flash"))),
            draw(st.integers(0, 64)),
            draw(st.integers(1, 16)),
        )
        for name in names
    ]


@settings(max_examples=50, deadline=None)
@given(_blocks())
def test_memories_are_as_written_and_overlaps_are_found(
    blocks: list[tuple[str, str, int, int]],
) -> None:
    lines = [
        f"  memory {name} {{ kind = {kind}; origin = {origin}; size = {size}B }}\n"
        for name, kind, origin, size in blocks
    ]
    text = f"mflow 1\ntarget t : host {{\n{''.join(lines)}}}\nmodel m {{\n"
    text += '  source = "models/wake.tflite"\n  targets = [t]\n}\n'
    project, found = run(text)
    assert project is not None
    (target,) = project.targets
    for name, kind, origin, size in blocks:
        region = target.region(name)
        assert region is not None
        assert (region.kind, region.origin, region.size) == (kind, origin, size)
    clashing = [
        i
        for i, (_, kind, origin, size) in enumerate(blocks)
        if any(
            kind == k and set(range(origin, origin + size)) & set(range(o, o + s))
            for _, k, o, s in blocks[:i]
        )
    ]
    assert {d.rule.code for d in found} <= {"MF2027"}
    assert [d.span.line - 3 for d in found if d.span is not None] == clashing


@pytest.mark.parametrize("stream", [None, "left", "b"])
def test_a_stream_that_is_asked_for_is_the_only_one_of_its_model(stream: str | None) -> None:
    project, found = choose_stream(clean(DEMO), stream)
    assert found == () and project is not None
    streamed = [[p.label for p in m.inputs if p.stream] for m in project.models]
    assert streamed == [["mfcc"], [stream] if stream else []]


def test_a_stream_of_all_models_that_have_such_an_input() -> None:
    project, found = choose_stream(clean(DEMO.replace("input b", "input mfcc")), "mfcc")
    assert found == () and project is not None
    ports = [next(p for p in m.inputs if p.stream) for m in project.models]
    assert [(p.label, p.stream_span) for p in ports] == [("mfcc", None)] * 2


def test_a_stream_that_no_model_has() -> None:
    project = clean(DEMO)
    for asked, remedy in (("mffc", "did you mean `mfcc`?"), ("zzz", "are `mfcc`, `left`, `b`")):
        after, (finding,) = choose_stream(project, asked)
        assert after is project and choose_stream(None, asked) == (None, ())
        assert (finding.rule.code, finding.span) == ("MF3062", None)
        assert asked in finding.message and remedy in finding.help
