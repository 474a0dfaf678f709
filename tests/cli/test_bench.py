"""mflowc bench: counts that repeat, on an image that was verified; and what can go wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import mflowc
from tests.cli.models import scores, write
from tests.need import need_core


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, scores(), '  output p { labels = ["a", "b", "c"] }\n')
    return tmp_path


def test_counts_are_the_same_in_every_run(folder: Path) -> None:
    need_core("cortex-m4")
    first, second = (
        mflowc("bench", "m.mflow", "--on", "nrf52840", "--json", cwd=folder) for _ in range(2)
    )
    assert first.document == second.document
    (result,) = first.results
    assert result["passed"] and result["oracle"] == "tflite-micro"
    assert result["emulated_as"] == "cortex-m4 (mps2-an386)"
    assert 0 < result["instructions"] < result["cycles"]
    assert result["flash_bytes"] == result["code_bytes"] + result["constant_bytes"]
    assert result["ram_bytes"] == result["arena_bytes"] + result["stack_bytes"]
    layers = sum(layer["instructions"] for layer in result["layers"])
    assert abs(layers - result["instructions"]) < 0.1 * result["instructions"]


def test_what_check_predicts_exactly_is_what_the_image_holds(folder: Path) -> None:
    need_core("cortex-m4")
    (measured,) = mflowc("bench", "m.mflow", "--on", "cortex-m4", "--json", cwd=folder).results
    arguments = ("check", "m.mflow", "--target", "cortex-m4", "--json")
    (predicted,) = mflowc(*arguments, cwd=folder).results
    for key in ("arena_bytes", "constant_bytes", "macs"):
        assert measured[key] == predicted[key], key


def test_the_text_names_what_was_counted_where(folder: Path) -> None:
    need_core("cortex-m4")
    said = mflowc("bench", "m.mflow", "--on", "cortex-m4", cwd=folder).out
    assert "emulated as cortex-m4 (mps2-an386)" in said and "verified" in said
    assert "instructions" in said and "SOFTMAX" in said


def test_this_computer_is_no_emulated_target(folder: Path) -> None:
    done = mflowc("bench", "m.mflow", "--on", "host", "--json", cwd=folder)
    assert done.code == 1
    assert [d["code"] for d in done.document["diagnostics"]] == ["MF6031"]


def test_a_chip_that_cannot_hold_the_model_is_refused_before_anything_is_built(
    folder: Path,
) -> None:
    (folder / "m.mflow").write_text(
        "mflow 1\ntarget tiny : nrf51822 { memory ram { size = 128B } }\n"
        'model m { source = "m.tflite"; targets = [tiny] }\n'
    )
    done = mflowc("bench", "m.mflow", "--on", "tiny", "--json", cwd=folder)
    assert done.code == 1
    assert [d["code"] for d in done.document["diagnostics"]] == ["MF5002"]
