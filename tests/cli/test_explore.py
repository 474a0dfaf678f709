"""`mflowc explore`: the front of plans, and which chips would hold a model."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.assemble import N, T, assemble
from tests.cli.command import mflowc
from tests.cli.models import write


def _pictures() -> bytes:
    """A picture that grows eightfold and shrinks again: its rows need far less than the whole."""
    tensors = [T("x", "int8", (1, 48, 48, 1), scale=0.1)]
    nodes = []
    for source, made, stride, size, shape in (
        ("x", "y", 1, 48, (8, 3, 3, 1)),
        ("y", "z", 2, 24, (2, 3, 3, 8)),
    ):
        weights = np.resize(np.arange(9, dtype=np.int8), shape)
        tensors += [
            T(f"w{made}", "int8", shape, data=weights, scale=0.1),
            T(made, "int8", (1, size, size, shape[0]), scale=0.1),
        ]
        ones = {"dilationHFactor": 1, "dilationWFactor": 1}
        options = {"strideH": stride, "strideW": stride, **ones}
        nodes.append(N("CONV_2D", [source, f"w{made}"], [made], options))
    return assemble(tensors, nodes, ["x"], ["z"])


def test_the_front_goes_from_least_memory_to_no_rows(tmp_path: Path) -> None:
    path = write(tmp_path, _pictures(), None)
    (found,) = mflowc("explore", path, "--target", "nrf52840", "--json").results
    whole = [p for p in found["plans"] if p["streamed"] is None]
    streamed = [p for p in found["plans"] if p["streamed"] == "x"]
    assert [p["arena_bytes"] for p in whole] == sorted(p["arena_bytes"] for p in whole)
    rows = [p["row_calls"] for p in whole]
    assert rows == sorted(rows, reverse=True) and rows[0] > 0 and rows[-1] == 0
    assert sum(p["chosen"] for p in found["plans"]) == 1
    assert streamed and streamed[0]["arena_bytes"] < whole[0]["arena_bytes"]


def test_a_chip_holds_what_fits_its_memories(tmp_path: Path) -> None:
    path = write(tmp_path, _pictures(), None)
    (found,) = mflowc("explore", path, "--target", "nrf52840", "--json").results
    for chip in found["chips"]:
        fits = chip["ram_bytes"] <= chip["ram"]
        fits = fits and (chip["flash"] is None or chip["flash_bytes"] <= chip["flash"])
        assert chip["holds"] == fits
    holding = {c["chip"] for c in found["chips"] if c["holds"]}
    assert "nrf52840" in holding and "atmega328p" not in holding
    assert [c["ram"] for c in found["chips"]] == sorted(c["ram"] for c in found["chips"])


def test_as_text_the_plan_that_is_built_is_marked(tmp_path: Path) -> None:
    path = write(tmp_path, _pictures(), None)
    said = mflowc("explore", path, "--target", "nrf52840").out
    assert sum(line.startswith("*") for line in said.splitlines()) == 1
    assert "x streamed" in said and "stm32u5" in said
