# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Measure sine.tflite on 1,000 angles, and hold its largest error against a limit of 0.06.

    python models/sine/evaluate.py [--model FILE]

Exit status: 0, or 1 above the limit, or 2 if something is missing. The file runs in the TensorFlow
Lite Micro interpreter. Needs the Python packages numpy and tflite-micro.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

LIMIT = 0.06


def scale_and_zero_point(details: dict[str, Any]) -> tuple[float, int]:
    """How a tensor of the interpreter is quantised."""
    parameters = details["quantization_parameters"]
    return float(parameters["scales"][0]), int(parameters["zero_points"][0])


def run_model(model: Path, angles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sines of (n,) angles in radians."""
    runtime = importlib.import_module("tflite_micro.python.tflite_micro.runtime")
    interpreter = runtime.Interpreter.from_file(str(model))
    scale, zero_point = scale_and_zero_point(interpreter.get_input_details(0))
    sines = []
    for step in np.clip(np.rint(angles / scale) + zero_point, -128, 127).astype(np.int8):
        interpreter.set_input(step.reshape(1, 1), 0)
        interpreter.invoke()
        sines.append(int(interpreter.get_output(0)[0, 0]))
    scale, zero_point = scale_and_zero_point(interpreter.get_output_details(0))
    return np.array([(step - zero_point) * scale for step in sines])


def main() -> int:
    """Run the model, print its error."""
    parser = argparse.ArgumentParser(description="Measure the sine model.")
    parser.add_argument("--model", type=Path, default=Path(__file__).with_name("sine.tflite"))
    arguments = parser.parse_args()
    if not importlib.util.find_spec("tflite_micro"):
        print("tflite_micro is missing: pip install tflite-micro", file=sys.stderr)
        return 2
    angles = np.linspace(0, 2 * np.pi, 1000)
    error = np.abs(run_model(arguments.model, angles) - np.sin(angles))
    print(f"sine: error mean {error.mean():.4f}, largest {error.max():.4f}, limit {LIMIT}")
    return 0 if error.max() <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
