"""What `check` predicts is what the linked image holds, for the reference models on five cores."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from microflow.analysis import Request, check
from microflow.compilation import Result
from microflow.files import Disk
from microflow.toolchain.measure import Measurement
from microflow.verify.bench import bench
from tests.need import corpus, need_core

ROOT = Path(__file__).parents[2]
CORES = ("cortex-m3", "cortex-m4", "cortex-m7", "cortex-m55", "rv32imc")
MODELS = (
    "microflow_rs__sine",
    "microflow_rs__speech",
    "microflow_rs__person_detect",
    "mlperf_tiny__kws_ref_model",
    "mlperf_tiny__vww_96_int8",
    "mlperf_tiny__pretrainedresnet_quant",
)


@pytest.mark.parametrize("core", CORES)
@pytest.mark.parametrize("model", MODELS)
def test_the_image_is_as_predicted(model: str, core: str) -> None:
    need_core(core)
    path = corpus() / "models" / f"{model}.tflite"
    (result,) = check(Request(str(path), target=core), Disk()).results
    made, failed = bench(result, path.read_bytes(), steps=1)
    assert made is not None and not failed
    predicted, measured = result.sizes, made.measurement
    assert made.verification.passed
    assert measured.sizes.arena_bytes == predicted.arena_bytes
    assert measured.sizes.constant_bytes == predicted.constant_bytes
    assert measured.sizes.static_bytes == 0
    assert measured.sizes.code_bytes == pytest.approx(predicted.code_bytes, rel=predicted.margin)
    assert measured.stack_bytes <= predicted.stack_bytes
    _times_are_as_predicted(result, measured)


def _times_are_as_predicted(result: Result, measured: Measurement) -> None:
    """Cycles are compared where they are counted, or modelled from the code that ran."""
    costs, modelled = result.target.core.costs, result.times.total
    assert modelled is not None
    assert modelled.instructions == pytest.approx(measured.instructions, rel=costs.margin)
    if measured.cycles is not None:
        assert modelled.cycles == pytest.approx(measured.cycles, rel=costs.cycle_margin)


def test_the_size_tables_are_fresh() -> None:
    """Of every core whose compiler is here, in the version that measured them."""
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "measure_kernels.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_cost_tables_are_fresh() -> None:
    """A sample: two kernels of one core, in the version of the compiler that counted them."""
    need_core("cortex-m3")
    kernels = ("--kernel", "fully_connected_s8", "--kernel", "clamp_s8")
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "fit_costs.py", "--check", *kernels, "cortex-m3"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
