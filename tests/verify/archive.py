"""Files of vectors, as `numpy.savez` writes them and as it never would."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import numpy as np

from microflow.compilation import Result
from microflow.verify.difference import Array
from microflow.verify.inputs import draw_inputs
from microflow.verify.vectors import Vectors, load_vectors

from ..oracle import tflm_steps


def reference_arrays(result: Result, model: bytes, steps: int = 5) -> dict[str, Array]:
    """Returns true vectors for `model`, by name."""
    inputs = draw_inputs(result.model.inputs, steps, seed=7)
    outputs = tflm_steps(model, inputs)
    columns = [*zip(*inputs, strict=True), *zip(*outputs, strict=True)]
    count = len(result.model.inputs)
    names = [f"in{i}" for i in range(count)] + [f"out{i}" for i in range(len(columns) - count)]
    return {name: np.stack(column) for name, column in zip(names, columns, strict=True)}


def npz(arrays: Mapping[str, Array]) -> bytes:
    """Returns the bytes that `numpy.savez_compressed` writes."""
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]
    return stream.getvalue()


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Returns a zip archive of `members`."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def loaded(arrays: Mapping[str, Array], result: Result) -> Vectors:
    """Returns `arrays` read as vectors of `result`; fails the test where they are refused."""
    vectors, failed = load_vectors(npz(arrays), "v.npz", result.model)
    assert vectors is not None, [d.message for d in failed]
    return vectors
