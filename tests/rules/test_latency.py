"""A `latency` in the budget against the modelled time."""

from __future__ import annotations

import numpy as np
import pytest

from microflow.analysis import Analysis, Request, check
from microflow.codegen.report import timing
from microflow.diag import Severity, has_errors
from microflow.files import Overlay

from ..assemble import N, T, assemble

_MODEL = assemble(
    tensors=[
        T("x", "int8", (1, 20, 20, 8), scale=0.5),
        T("w", "int8", (16, 3, 3, 8), data=np.ones((16, 3, 3, 8)), scales=[0.5] * 16),
        T("y", "int8", (1, 20, 20, 16), scale=0.5),
        T("z", "int8", (1, 20, 20, 16), scale=0.5),
    ],
    nodes=[
        N("CONV_2D", ["x", "w", -1], ["y"], {"strideW": 1, "strideH": 1}),
        N("RELU6", ["y"], ["z"]),
    ],
    inputs=["x"],
    outputs=["z"],
)


def _check(
    latency: str,
    target: str,
    declared: str = "",
    asked: str | None = None,
    model: bytes = _MODEL,
) -> Analysis:
    text = (
        f'mflow 1\n{declared}\nmodel m {{\n  source = "m.tflite"\n  targets = [{target}]\n'
        f"  budget {{ latency = {latency} }}\n}}\n"
    )
    return check(
        Request("m.mflow", target=asked), Overlay({"m.mflow": text.encode(), "m.tflite": model})
    )


def test_a_model_that_is_fast_enough_is_not_mentioned() -> None:
    analysis = _check("1s", "nrf52840")
    assert not analysis.diagnostics
    (result,) = analysis.results
    assert result.times.total is not None and result.times.total.cycles is not None
    assert 1 < result.times.total.cycles / result.sizes.macs < 20


def test_a_model_that_is_too_slow_is_a_warning_with_its_slowest_operator() -> None:
    analysis = _check("1ms", "nrf52840")
    (found,) = analysis.diagnostics
    assert (found.rule.code, found.severity) == ("MF5011", Severity.WARNING)
    assert not has_errors(analysis.diagnostics)
    total = analysis.results[0].times.total
    assert total is not None and total.cycles is not None
    milliseconds = 1000 * total.cycles / 64_000_000
    assert f"takes about {milliseconds:.2g} ms on nrf52840" in found.message
    assert f"{milliseconds - 1:.2g} ms more than its budget of 1 ms" in found.message
    assert any(f"{total.cycles:,.0f} cycles at 64 MHz" in note for note in found.notes)
    assert any("CONV_2D (operator 0) takes most" in note for note in found.notes)
    assert found.span is not None and found.span.line == 6
    enough = float(found.help.split()[4])
    assert milliseconds <= enough <= 1.1 * milliseconds
    assert not _check(f"{enough:g}ms", "nrf52840").diagnostics


def test_the_same_model_is_slower_on_a_slower_chip() -> None:
    times = [
        _check(latency, chip).results[0].times.total
        for latency, chip in (("1s", "stm32h743"), ("1s", "nrf52840"), ("9s", "samd21"))
    ]
    clocks = (480e6, 64e6, 48e6)
    taken = [t.cycles / clock for t, clock in zip(times, clocks, strict=True) if t and t.cycles]
    assert len(taken) == len(clocks) and taken == sorted(taken)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ("host", "there is no table of times for x86-64"),
        ("cortex-m4", "cortex-m4 has no `clock`"),
        ("esp32", "the cycles of lx106 are not known, only its instructions"),
    ],
)
def test_what_cannot_be_checked_is_a_note_that_says_why(asked: str, reason: str) -> None:
    analysis = _check("1ms", "host", asked=asked)
    (found,) = analysis.diagnostics
    assert (found.rule.code, found.severity) == ("MF5010", Severity.NOTE)
    assert reason in found.message
    assert not has_errors(analysis.diagnostics)


def test_an_operator_that_nobody_measured_is_named() -> None:
    model = assemble(
        [T("x", "float32", (1, 900)), T("y", "float32", (1, 900))],
        [N("SIN", ["x"], ["y"])],
        ["x"],
        ["y"],
    )
    analysis = _check("1us", "nrf52840", model=model)
    (found,) = analysis.diagnostics
    assert found.rule.code == "MF5011"
    assert "off by far" in found.notes[0]
    assert "SIN is only roughly known on cortex-m4" in found.notes[1]
    data = timing(analysis.results[0].times, analysis.results[0].target)
    assert data["cycle_margin"] is None and data["modelled_cycles"] > 900


def test_a_clock_of_ones_own_counts() -> None:
    slow = _check("20ms", "mine", "target mine : nrf52840 { clock = 1MHz }\n")
    assert [d.rule.code for d in slow.diagnostics] == ["MF5011"]
    assert "at 1 MHz" in slow.diagnostics[0].notes[0]
