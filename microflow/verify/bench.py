"""Benchmarks: what an inference costs on an emulated target, on an image that is verified too."""

from __future__ import annotations

import tempfile
from pathlib import Path

from attrs import frozen

from microflow.compilation import Result
from microflow.diag import Diagnostics
from microflow.toolchain.measure import Measurement, measure
from microflow.verify.compare import Verification, assess, prepare
from microflow.verify.vectors import Vectors

STEPS = 2  # enough to see that a second inference gives the right bytes too


@frozen
class Benchmark:
    """The figures of a model on a target, and how the very image that was counted compared."""

    measurement: Measurement
    verification: Verification


def bench(
    result: Result, model: bytes, vectors: Vectors | None = None, *, steps: int = STEPS
) -> tuple[Benchmark | None, Diagnostics]:
    """Returns what `result` costs on its target, which must be emulated; None where it did not run.

    `model` holds the bytes of the .tflite file. The inputs are those of `vectors`, else drawn ones;
    the count is that of the first. Outputs that differ from the reference are an error.
    """
    trial, failed = prepare(result, model, vectors, steps=steps)
    if trial is None:
        return None, failed
    with tempfile.TemporaryDirectory() as folder:
        made, failed = measure(result.compiled, result.target, trial.sent, Path(folder))
    if made is None:
        return None, failed
    verification, failed = assess(trial, made.outputs)
    if verification is None:
        return None, failed
    return Benchmark(made, verification), failed
