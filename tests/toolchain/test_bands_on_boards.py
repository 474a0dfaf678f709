"""What bands and streams cost, and save, on emulated boards: exact counts of reference models."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

from microflow.analysis import Request, check
from microflow.compilation import Result, compile_for
from microflow.files import Disk
from microflow.toolchain.measure import Measurement
from microflow.verify.bench import bench
from tests.need import corpus, need_core

MODELS = (
    "microflow_rs__speech",
    "microflow_rs__person_detect",
    "mlperf_tiny__kws_ref_model",
    "mlperf_tiny__vww_96_int8",
    "mlperf_tiny__pretrainedresnet_quant",
)
BESIDE_ARENA = 1536  # bytes of stack and other variables on Cortex-M4
SLACK = 1.05  # instructions that bands may cost


def _path(model: str) -> Path:
    return corpus() / "models" / f"{model}.tflite"


def _counted(result: Result, path: Path) -> Measurement:
    made, failed = bench(result, path.read_bytes(), steps=1)
    assert made is not None and not failed
    assert made.verification.passed
    return made.measurement


@pytest.mark.parametrize("model", MODELS)
def test_bands_cost_little_and_save_memory(model: str) -> None:
    need_core("cortex-m4")
    path = _path(model)
    (banded,) = check(Request(str(path), target="cortex-m4", optimize="ram"), Disk()).results
    (whole,) = check(Request(str(path), target="cortex-m4", optimize="latency"), Disk()).results
    assert all(step.band is None for step in whole.compiled.plan.steps)
    assert any(step.band is not None for step in banded.compiled.plan.steps)
    rows, plain = _counted(banded, path), _counted(whole, path)
    assert rows.instructions <= SLACK * plain.instructions
    assert rows.ram_bytes < plain.ram_bytes
    assert rows.ram_bytes - rows.sizes.arena_bytes <= BESIDE_ARENA


def test_speech_is_recognised_in_one_kilobyte() -> None:
    """Rows of features pushed into an ATmega328P: byte-identical, well inside its memories."""
    need_core("avr5")
    path = _path("microflow_rs__speech")
    (whole,) = check(Request(str(path), target="atmega328p"), Disk()).results
    inputs = tuple(evolve(port, stream=True) for port in whole.model.inputs)
    streamed = compile_for(evolve(whole.model, inputs=inputs), whole.target)
    assert streamed.compiled.plan.streamed is not None
    counted = _counted(streamed, path)
    assert counted.ram_bytes <= 1024
    assert counted.sizes.flash_bytes <= 22 * 1024
