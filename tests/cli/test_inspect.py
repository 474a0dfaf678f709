"""``mflowc inspect``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from microflow.importer.summary import summarise
from tests.assemble import N, T, assemble
from tests.cli.command import mflowc
from tests.cli.models import scores, two_inputs, unsupported, write
from tests.need import corpus, corpus_entries


def dense() -> bytes:
    """Two layers that share their weights: 4 x 4 int8, 16 multiply-accumulates each."""
    w = np.ones((4, 4), np.int8)
    return assemble(
        [
            T("x", "int8", (1, 4), scale=0.5, zero_point=3),
            T("w", "int8", (4, 4), scale=0.25, data=w),
            T("b", "int32", (4,), scale=0.125, data=[1, 2, 3, 4]),
            T("y", "int8", (1, 4), scale=0.5),
            T("z", "int8", (1, 4), scale=0.5),
        ],
        [N("FULLY_CONNECTED", ["x", "w", "b"], ["y"]), N("FULLY_CONNECTED", ["y", "w", -1], ["z"])],
        ["x"],
        ["z"],
    )


def test_what_a_model_consists_of(tmp_path: Path) -> None:
    write(tmp_path, dense(), None)
    (result,) = mflowc("inspect", "m.tflite", "--json", cwd=tmp_path).results
    assert result["model"] == "m.tflite"
    assert result["file_bytes"] == (tmp_path / "m.tflite").stat().st_size
    assert result["inputs"] == [
        {
            "tensor": 0,
            "name": "x",
            "type": "int8",
            "shape": [1, 4],
            "bytes": 4,
            "scale": 0.5,
            "zero_point": 3,
            "scales": 1,
        }
    ]
    assert [t["name"] for t in result["outputs"]] == ["z"]
    first, second = result["operators"]
    assert (first["operator"], first["index"], first["supported"]) == ("FULLY_CONNECTED", 0, True)
    assert [t["name"] for t in first["inputs"]] == ["x"]
    assert (first["constant_bytes"], second["constant_bytes"]) == (16 + 16, 16)
    assert result["totals"] == {"operators": 2, "unsupported": 0, "constant_bytes": 32, "macs": 32}


def test_the_table(tmp_path: Path) -> None:
    write(tmp_path, dense(), None)
    lines = mflowc("inspect", "m.tflite", cwd=tmp_path).out.splitlines()
    assert lines[2] == "input   'x' int8 1x4, 0.5 * (q - 3)"
    assert lines[3] == "output  'z' int8 1x4, 0.5 * (q - 0)"
    assert lines[7].split() == ["0", "FULLY_CONNECTED", "1x4", "1x4", "int8", "4", "32", "16"]
    assert lines[10].split() == ["2", "operators", "32", "32"]


def test_operators_that_cannot_be_compiled(tmp_path: Path) -> None:
    write(tmp_path, unsupported(), None)
    done = mflowc("inspect", "m.tflite", "--json", cwd=tmp_path)
    (result,) = done.results
    assert [op["supported"] for op in result["operators"]] == [True, False, True]
    assert result["operators"][1]["problems"] == ["the operator is not supported"]
    assert result["totals"]["unsupported"] == 1 and result["totals"]["macs"] is None
    shown = mflowc("inspect", "m.tflite", cwd=tmp_path).out
    assert "CONV_3D (!)" in shown
    assert shown.endswith(
        "cannot be compiled:\n  CONV_3D: the operator is not supported (operator 1)\n"
    )


def test_a_form_that_cannot_be_compiled(tmp_path: Path) -> None:
    odd = assemble(
        [T("x", "int8", (1, 4), scale=0.5), T("y", "float32", (1, 4))],
        [N("SOFTMAX", ["x"], ["y"], {"beta": 1.0})],
        ["x"],
        ["y"],
    )
    write(tmp_path, odd, None)
    (result,) = mflowc("inspect", "m.tflite", "--json", cwd=tmp_path).results
    (operator,) = result["operators"]
    assert not operator["supported"] and "float32" in operator["problems"][0]


def test_custom_operators_dynamic_shapes_and_odd_types(tmp_path: Path) -> None:
    odd = assemble(
        [T("x", "float32", (-1, 4)), T("s", "string", (2,)), T("y", "float32", (1, 4))],
        [N("CUSTOM", ["x", "s"], ["y"], custom="vendor\x1b")],
        ["x", "s"],
        ["y"],
    )
    write(tmp_path, odd, None)
    (result,) = mflowc("inspect", "m.tflite", "--json", cwd=tmp_path).results
    assert [(t["type"], t["shape"], t["bytes"]) for t in result["inputs"]] == [
        ("float32", [-1, 4], None),
        ("string", [2], None),
    ]
    assert result["operators"][0]["operator"] == "CUSTOM vendor\x1b"
    shown = mflowc("inspect", "m.tflite", cwd=tmp_path).out
    assert r"CUSTOM vendor\x1b (!)" in shown and "\x1b" not in shown


@pytest.mark.parametrize("data", [b"", b"nonsense", scores()[:200]])
def test_what_is_no_model(tmp_path: Path, data: bytes) -> None:
    write(tmp_path, data, None)
    done = mflowc("inspect", "m.tflite", "--json", cwd=tmp_path)
    assert done.code == 1 and done.codes[0] in ("MF3001", "MF3002", "MF3003")
    assert done.messages[0].startswith("m.tflite: ")


def test_damaged_files_are_findings() -> None:
    whole = two_inputs()
    for at in range(0, len(whole), 3):
        for byte in (0x00, 0xFF):
            summary, found = summarise(whole[:at] + bytes([byte]) + whole[at + 1 :])
            assert (summary is None) == bool(found)


_PLACEHOLDERS = ("tflite_support__dilated_conv",)  # models whose index goes by stated shapes


def test_every_model_of_the_corpus_can_be_read() -> None:
    folder = corpus()
    counted = 0
    for entry in corpus_entries():
        summary, found = summarise((folder / entry["file"]).read_bytes())
        assert summary is not None, (entry["name"], found)
        if entry["subgraphs"] > 1:
            continue  # the index counts the operators of all of them
        assert len(summary.layers) == entry["n_ops"], entry["name"]
        other = any("Signal" in op for op in entry["ops"]) or entry["name"] in _PLACEHOLDERS
        if not other and not any(layer.problems for layer in summary.layers):
            assert sum(layer.macs or 0 for layer in summary.layers) == entry["macs"], entry["name"]
            counted += 1
    assert counted > 0
