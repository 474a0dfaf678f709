"""Every rule of the importer, provoked: the code, what the message names, and the next step."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from ai_edge_litert import schema_py_generated as schema

import microflow.importer
from microflow.diag import Diagnostic, Rule
from microflow.importer.tflite import import_model
from tests.assemble import N, S, T, assemble, model_object, pack

X = T("x", "int8", (1, 4), scale=1.0)
Y = T("y", "int8", (1, 4), scale=1.0)
H = T("h", "int8", (1, 4), scale=1.0)
ADD = N("ADD", ["x", "x"], ["y"])
CALL = N("CALL", [], [], {"subgraph": 1})


def with_x(**changes: Any) -> bytes:
    """Returns a model whose input is a tensor of these properties."""
    x: dict[str, Any] = {"name": "x", "dtype": "int8", "shape": (1, 4), **changes}
    return assemble([T(**x), Y], [ADD], ["x"], ["y"])


def with_constant(data: bytes, **changes: Any) -> bytes:
    """Returns a model that adds a constant of these properties to its input."""
    c: dict[str, Any] = {"name": "c", "dtype": "int8", "shape": (1, 4), **changes}
    return assemble([X, T(**c, data=data), Y], [N("ADD", ["x", "c"], ["y"])], ["x"], ["y"])


def with_nodes(*nodes: N, outputs: tuple[str, ...] = ("y",)) -> bytes:
    """Returns a model of these operators between x, h, y and the constant c."""
    c = T("c", "int8", (1, 4), data=[1, 2, 3, 4], scale=1.0)
    v = T("v", "int8", (1, 4), variable=True)
    return assemble([X, H, Y, c, v], nodes, ["x"], outputs)


def changed(change: Callable[[schema.ModelT], object]) -> bytes:
    """Returns a sound model after `change`."""
    model = model_object(S([X, Y], [ADD], ["x"], ["y"]))
    change(model)
    return pack(model)


def with_field(path: str, value: Any) -> bytes:
    """Returns a sound model with one field of its objects set, such as ``subgraphs.0.inputs``.

    Its output y refers to buffer 2, which holds nothing.
    """

    def change(model: schema.ModelT) -> None:
        *steps, last = path.split(".")
        place: Any = model
        for step in steps:
            place = place[int(step)] if step.isdigit() else getattr(place, step)
        setattr(place, last, value)

    return changed(change)


SOUND = with_nodes(N("ADD", ["x", "c"], ["y"]))
INF, NAN = float("inf"), float("nan")

CASES: list[tuple[str, bytes, str]] = [
    ("MF3001", b"", "the model file is empty"),
    ("MF3001", b"version https://git-lfs.github.com/spec/v1\noid", "a Git LFS pointer"),
    ("MF3001", b"\x89HDF\r\n\x1a\n" + bytes(99), "HDF5"),
    ("MF3001", b"PK\x03\x04" + bytes(99), "a zip archive"),
    ("MF3001", b"\x1f\x8b\x08\x00" + bytes(99), "a gzip archive"),
    ("MF3001", b"\x08\x07\x12\x07pytorch" + bytes(99), "an ONNX model"),
    ("MF3001", b"\x08\x01\x12\xff\x01" + bytes(99), "a TensorFlow SavedModel"),
    ("MF3001", b'\n{"class_name": "Sequential"}', "JSON"),
    ("MF3001", b"<!DOCTYPE html>\n<html>", "a web page"),
    ("MF3001", b"#include <stdint.h>\nalignas(16) const unsigned char g[] = {", "C source"),
    ("MF3001", b"anything else", "no model format"),
    ("MF3001", b"\x1c\0\0\0TF", "no model format"),
    ("MF3002", SOUND[:120], "the model file is cut short"),
    ("MF3002", SOUND[:8], "the model file is cut short"),
    ("MF3002", with_field("buffers.2.offset", 1 << 40), "run past the end of the file"),
    ("MF3003", SOUND[:8] + bytes(2048), "it states no schema version"),
    ("MF3003", SOUND[:16] + b"\xff\xff\0\0" + bytes(2048), "bytes before the file"),
    ("MF3004", with_field("version", 2), "schema version 2"),
    ("MF3004", SOUND[:4] + b"TFL2" + SOUND[8:], "TFL2"),
    ("MF3005", with_x(dtype="complex128"), "tensor 0 'x' has element type COMPLEX128"),
    ("MF3005", with_x(dtype="string"), "STRING"),
    ("MF3005", with_field("subgraphs.0.tensors.0.type", 99), "number 99"),
    ("MF3006", with_x(shape=(-1, 4)), "[-1, 4]: a dimension is not known"),
    ("MF3006", with_x(shape=(1 << 30, 1 << 30, 4)), "more than 2^31 elements"),
    ("MF3006", with_x(shape=(1, 5000, 5000, 1)), "25,000,000 bytes at run time"),
    ("MF3006", with_x(shape=(1,) * 9), "9 dimensions"),
    ("MF3006", with_x(shape=(0, 4)), "it holds no element"),
    ("MF3006", assemble([X, T("y", "int8", (0,))], [ADD], ["x"], ["y"]), "it holds no element"),
    ("MF3007", with_constant(b"abc"), "tensor 1 'c' has shape [1, 4] of int8 and needs 4 bytes"),
    ("MF3007", with_constant(b"a", dtype="int4"), "needs 2 bytes of data, but has 1"),
    ("MF3007", with_constant(b"abcd", dtype="int64"), "needs 32 bytes of data, but has 4"),
    ("MF3008", with_nodes(N("ADD", ["x", 17], ["y"])), "operator 0 refers to tensor 17"),
    ("MF3008", with_nodes(N("ADD", ["x", -2], ["y"])), "tensor -2"),
    ("MF3008", with_nodes(N("ADD", ["x"], [-1])), "tensor -1"),
    ("MF3008", with_nodes(N("CUSTOM", ["x"], [9], custom="z")), "tensor 9"),
    ("MF3008", with_field("subgraphs.0.inputs", [-1]), "the model's input 0 is tensor -1"),
    ("MF3008", with_field("subgraphs.0.outputs", [2]), "the model's output 0 is tensor 2"),
    ("MF3008", with_field("subgraphs.0.tensors.1.buffer", 9), "a tensor refers to buffer 9"),
    ("MF3008", with_field("subgraphs.0.operators.0.opcodeIndex", 5), "operator code 5"),
    ("MF3009", with_field("subgraphs", []), "no subgraph"),
    ("MF3009", with_field("subgraphs", None), "no subgraph"),
    ("MF3009", with_field("subgraphs.0.outputs", None), "no output"),
    ("MF3010", with_nodes(N("ADD", ["x", "h"], ["y"])), "tensor 1 'h', but nothing computes it"),
    (
        "MF3010",
        with_nodes(N("ADD", ["h", "x"], ["y"]), N("ADD", ["x", "x"], ["h"])),
        "operator 0 (ADD) reads tensor 1 'h', but operator 1 (ADD) computes it only later",
    ),
    ("MF3010", with_nodes(N("ADD", ["y", "x"], ["y"])), "operator 0 (ADD) computes it only later"),
    ("MF3010", with_nodes(ADD, outputs=("h",)), "the model gives out tensor 1 'h'"),
    ("MF3011", with_nodes(ADD, ADD), "operator 1 (ADD) writes tensor 2 'y', which operator 0"),
    ("MF3011", with_nodes(N("ADD", ["x", "x"], ["c"])), "is a constant"),
    ("MF3011", with_nodes(N("ADD", ["x", "x"], ["x"])), "is an input of the model"),
    ("MF3011", with_nodes(N("ADD", ["x", "x"], ["v"])), "is a variable"),
    ("MF3011", with_nodes(N("SPLIT", ["x", "x"], ["y", "y"])), "it names twice"),
    ("MF3012", with_x(scale=NAN), "tensor 0 'x' has a scale of nan"),
    ("MF3012", with_x(scale=INF), "a scale of inf"),
    ("MF3012", with_x(scale=-1.0), "a scale of -1.0"),
    ("MF3012", with_x(scale=1.0, zero_point=128), "a zero point of 128, outside the range of int8"),
    ("MF3012", with_x(scales=[1, 1, 1], zero_points=[0, 0]), "2 zero points for 3 scales"),
    (
        "MF3013",
        with_field("subgraphs.0.tensors.0.sparsity", schema.SparsityParametersT()),
        "tensor 0 'x' is sparse",
    ),
    ("MF3014", with_nodes(*[N("ADD", [0, 0], [2], "absent")] * 16385), "16385 operators"),
    ("MF3015", with_field("subgraphs.0.tensors.1.externalBuffer", 1), "in another file"),
    (
        "MF3016",
        assemble(
            [X, Y],
            [CALL, ADD],
            ["x"],
            ["y"],
            subgraphs=[S([], [CALL])],
        ),
        "subgraph 1 runs itself",
    ),
    (
        "MF3008",
        assemble([X, Y], [CALL, ADD], ["x"], ["y"]),
        "operator 0 runs subgraph 1, but the model has 1",
    ),
    (
        "MF4001",
        with_nodes(N("FLOOR_MOD", ["x", "x"], ["h"]), N("FLOOR_MOD", ["h", "x"], ["y"])),
        "builtin operator FLOOR_MOD is not supported (operator 0, which computes tensor 'h';"
        " 2 uses in all)",
    ),
    ("MF4001", with_field("operatorCodes.0.builtinCode", 9999), "operator with code 9999"),
    (
        "MF4002",
        with_nodes(ADD, N("CUSTOM", ["y"], ["h"], custom="Wow\x1b[31m")),
        r"custom operator 'Wow\x1b[31m' is not supported (operator 1",
    ),
    (
        "MF4003",
        with_nodes(ADD, N("CUSTOM", ["y"], ["h"], custom="ethos-u", custom_options=b"\1\4\1")),
        "custom operator 'ethos-u' is machine code for Arm's Ethos-U (operator 1",
    ),
]


def refusal(model: bytes) -> Diagnostic:
    graph, diagnostics = import_model(model, "m")
    assert graph is None
    (diagnostic,) = diagnostics
    return diagnostic


def rules() -> dict[str, Rule]:
    """Returns every rule that a module of the importer declares."""
    names = [m.name for m in pkgutil.iter_modules(microflow.importer.__path__)]
    modules = [importlib.import_module(f"microflow.importer.{name}") for name in names]
    found = [value for m in modules for value in vars(m).values() if isinstance(value, Rule)]
    return {rule.code: rule for rule in found}


@pytest.mark.parametrize(("code", "model", "says"), CASES)
def test_rule(code: str, model: bytes, says: str) -> None:
    diagnostic = refusal(model)
    assert (diagnostic.rule.code, diagnostic.span) == (code, None)
    assert says in diagnostic.message
    assert diagnostic.message.isprintable() and diagnostic.help


def test_every_rule_is_provoked_here() -> None:
    assert {code for code, _, _ in CASES} == set(rules())


@pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.code)
def test_every_page_has_title_cause_example_and_remedy(rule: Rule) -> None:
    title, blank, *rest = rule.page.splitlines()
    text = "\n".join(rest)
    assert title and not blank
    assert "Remedy: " in text
    assert "\n    " in text or "Example: " in text


def test_an_enumeration_outside_the_schema_names_the_operator() -> None:
    model = with_nodes(N("CONV_2D", ["x", "c"], ["y"], {"fusedActivationFunction": 77}))
    diagnostic = refusal(model)
    assert diagnostic.rule.code == "MF3003"
    assert "operator 0 (CONV_2D): 77 is no Activation of the schema" in diagnostic.message


def test_every_unsupported_operator_is_reported() -> None:
    model = with_nodes(
        N("ATAN2", ["x", "x"], ["h"]),
        N("CUSTOM", ["h"], [3], custom="a"),
        N("CUSTOM", ["h"], [3], custom="b"),
        N("ATAN2", ["x", "x"], ["y"]),
    )
    _, diagnostics = import_model(model, "m")
    assert [d.rule.code for d in diagnostics] == ["MF4001", "MF4002", "MF4002"]
    assert "ATAN2 is not supported (operator 0, which computes tensor 'h'; 2 uses" in (
        diagnostics[0].message
    )


def test_too_many_tensors() -> None:
    model = model_object(S([X], [], [0], [0]))
    model.subgraphs[0].tensors *= 65537
    diagnostic = refusal(pack(model))
    assert diagnostic.rule.code == "MF3014"
    assert "65537 tensors" in diagnostic.message


def test_long_names_are_shortened() -> None:
    message = refusal(assemble([T("x" * 1000, "int8", (-1,))], [], [0], [0])).message
    assert "xxx…'" in message and len(message) < 200


def test_numpy_is_not_imported() -> None:
    code = "import microflow.importer.tflite, sys; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
