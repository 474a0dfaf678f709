"""Whether a model fits: the manifest's budget, the chip's memories, and what is said if not."""

from __future__ import annotations

import numpy as np
import pytest

from microflow.analysis import Analysis, Request, check
from microflow.diag import Severity, has_errors
from microflow.files import Overlay

from ..assemble import N, T, assemble

_CONV = assemble(
    tensors=[
        T("x", "int8", (1, 40, 40, 8), scale=0.5),
        T("w", "int8", (16, 1, 1, 8), data=np.ones((16, 1, 1, 8)), scales=[0.5] * 16),
        T("y", "int8", (1, 40, 40, 16), scale=0.5),
    ],
    nodes=[N("CONV_2D", ["x", "w", -1], ["y"], {"strideW": 1, "strideH": 1})],
    inputs=["x"],
    outputs=["y"],
)
X, Y = 40 * 40 * 8, 40 * 40 * 16  # bytes; the plan may let them overlap


def _check(body: str, target: str = "host") -> Analysis:
    text = f'mflow 1\n\nmodel m {{\n  source = "m.tflite"\n  targets = [{target}]\n{body}}}\n'
    return check(Request("m.mflow"), Overlay({"m.mflow": text.encode(), "m.tflite": _CONV}))


def test_a_model_that_fits_says_what_it_takes() -> None:
    analysis = _check("  budget { ram = 64KiB; flash = 64KiB; stack = 4KiB }\n", "cortex-m4")
    assert not analysis.diagnostics
    sizes = analysis.results[0].sizes
    assert Y <= sizes.arena_bytes <= X + Y
    assert sizes.macs == 40 * 40 * 16 * 8
    assert sizes.ram_bytes == sizes.arena_bytes + sizes.stack_bytes
    assert sizes.flash_bytes == sizes.constant_bytes + sizes.code_bytes
    assert sizes.stack_bytes > 0 and sizes.code_bytes > 0
    assert set(sizes.estimated) == {"code_bytes", "flash_bytes", "stack_bytes", "ram_bytes"}


@pytest.mark.parametrize(("key", "limit"), [("ram", "20KiB"), ("flash", "1KiB"), ("stack", "16B")])
def test_each_limit_of_the_budget_is_held(key: str, limit: str) -> None:
    analysis = _check(f"  budget {{ {key} = {limit} }}\n")
    (found,) = analysis.diagnostics
    assert found.rule.code == "MF5001"
    needed = getattr(analysis.results[0].sizes, f"{key}_bytes")
    assert f"{needed:,} bytes of {key}" in found.message
    assert found.span is not None and (found.span.line, found.span.end_line) == (6, 6)
    assert f"{needed:,}" in found.help


def test_a_ram_error_names_the_peak_and_what_lives_there() -> None:
    (found,) = _check("  budget { ram = 1KiB }\n").diagnostics
    assert any("CONV_2D (operator 0)" in n and "'x' 12,800" in n for n in found.notes)


def test_a_chip_that_is_too_small_names_larger_ones() -> None:
    (found,) = _check("", target="nrf51822").diagnostics
    assert found.rule.code == "MF5002"
    assert "16,384" in found.message
    assert "stm32l4" in found.help and "ch32v003" not in found.help


def test_a_latency_that_cannot_be_checked_is_a_note() -> None:
    analysis = _check("  budget { latency = 20ms }\n")
    (found,) = analysis.diagnostics
    assert (found.rule.code, found.severity) == ("MF5010", Severity.NOTE)
    assert not has_errors(analysis.diagnostics)
