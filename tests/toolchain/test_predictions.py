"""What `check` predicts is what the linked image holds and takes, for the reference models.

Five cores are compared in everything; the others, where a model fits, in the stack.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from microflow.analysis import Request, check
from microflow.codegen.lower import lower_unit
from microflow.codegen.render import render_unit
from microflow.compilation import Result
from microflow.files import Disk
from microflow.toolchain.board import run_image
from microflow.toolchain.image import build_image
from microflow.toolchain.measure import Measurement
from microflow.toolchain.stack import stack_bounds
from microflow.verify.bench import bench
from tests.need import corpus, need_core
from tests.toolchain.counts import assert_no_more
from tests.toolchain.small import as_bytes, draw

ROOT = Path(__file__).parents[2]
CORES = ("cortex-m3", "cortex-m4", "cortex-m7", "cortex-m55", "rv32imc")
OTHERS = ("cortex-m0", "cortex-m33", "lx106")
SMALL = ("avr5", "rv32ec")  # too small, or too slow, for more than two of them
MODELS = (
    "microflow_rs__sine",
    "microflow_rs__speech",
    "microflow_rs__person_detect",
    "mlperf_tiny__kws_ref_model",
    "mlperf_tiny__vww_96_int8",
    "mlperf_tiny__pretrainedresnet_quant",
)
# Bytes of stack of deeper paths that a kernel has for other shapes than the model's: windows over
# a border, or of 3x3, or long columns; where gcc 5 specialises a kernel; and where frames of rows
# are rounded up. They may only shrink.
IDLE = {
    ("microflow_rs__sine", "cortex-m33"): 24,
    ("microflow_rs__sine", "cortex-m4"): 24,
    ("microflow_rs__sine", "cortex-m7"): 28,
    ("microflow_rs__speech", "avr5"): 32,
    ("microflow_rs__speech", "cortex-m3"): 28,
    ("microflow_rs__speech", "cortex-m33"): 8,
    ("microflow_rs__speech", "cortex-m4"): 11,
    ("microflow_rs__speech", "cortex-m55"): 2,
    ("microflow_rs__speech", "cortex-m7"): 12,
    ("microflow_rs__speech", "lx106"): 128,
    ("microflow_rs__speech", "rv32imc"): 92,
    ("mlperf_tiny__vww_96_int8", "cortex-m33"): 48,
    ("mlperf_tiny__vww_96_int8", "cortex-m4"): 40,
    ("mlperf_tiny__vww_96_int8", "cortex-m7"): 40,
    ("mlperf_tiny__pretrainedresnet_quant", "cortex-m33"): 3,
    ("mlperf_tiny__pretrainedresnet_quant", "cortex-m4"): 3,
    ("mlperf_tiny__pretrainedresnet_quant", "cortex-m7"): 3,
}


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
    assert_no_more(model, core, measured.instructions)
    assert measured.sizes.arena_bytes == predicted.arena_bytes
    assert measured.sizes.constant_bytes == predicted.constant_bytes
    assert measured.sizes.static_bytes == 0
    assert measured.sizes.code_bytes == pytest.approx(predicted.code_bytes, rel=predicted.margin)
    _stack_is_as_predicted(result, measured.stack_bytes, IDLE.get((model, core), 0))
    _times_are_as_predicted(result, measured)


@pytest.mark.parametrize(
    ("model", "core"),
    [*((m, c) for m in MODELS for c in OTHERS), *((m, c) for m in MODELS[:2] for c in SMALL)],
)
def test_the_stack_is_as_predicted(model: str, core: str, tmp_path: Path) -> None:
    need_core(core)
    path = corpus() / "models" / f"{model}.tflite"
    stream = "Reshape_1" if (model, core) == (MODELS[1], "avr5") else None  # else it does not fit
    (result,) = check(Request(str(path), target=core, stream=stream), Disk()).results
    image, failed = build_image(result.compiled, result.target, tmp_path)
    assert image is not None and not failed
    inputs = [draw("int8", p.tensor.shape) for p in result.model.inputs]
    run, failed = run_image(image, as_bytes([inputs]), counted=True)
    assert run is not None and not failed
    _stack_is_as_predicted(result, run.counts[0].stack_bytes, IDLE.get((model, core), 0))


def _stack_is_as_predicted(result: Result, measured: int, idle: int = 0) -> None:
    """Never under what is measured, at most 5 % or 8 bytes above; nor is the static bound under it.

    `idle` bytes more are those of a deeper path that the model's shapes do not take.
    """
    predicted = result.sizes.stack_bytes
    assert measured <= predicted <= max(1.05 * measured, measured + 8) + idle
    core = result.target.core
    unit = lower_unit("m", [result.compiled], core)
    entry = next((f"m_push_{p.label}" for p in result.model.inputs if p.stream), "m_run")
    bound = stack_bounds(render_unit(unit), "m.c", (entry,), core)[entry]
    assert bound.bytes is not None and measured <= bound.bytes <= measured + 16 + idle


def _times_are_as_predicted(result: Result, measured: Measurement) -> None:
    """Cycles are compared where they are counted, or modelled from the code that ran."""
    costs, modelled = result.target.core.costs, result.times.total
    assert modelled is not None
    assert modelled.instructions == pytest.approx(measured.instructions, rel=costs.margin)
    if measured.cycles is not None:
        assert modelled.cycles == pytest.approx(measured.cycles, rel=costs.cycle_margin)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["--sealed"], id="sealed"),
        pytest.param(["cortex-m3"], id="measured"),
        pytest.param([], marks=pytest.mark.full, id="all-measured"),
    ],
)
def test_the_size_tables_are_fresh(options: list[str]) -> None:
    """Of every core whose compiler is here, in the version that measured them."""
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "measure_kernels.py", "--check", *options],
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
