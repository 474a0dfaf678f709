"""Test vectors from a file: NumPy's npz, one array an input and an output, steps first.

`in{i}` and `out{i}` count the model's inputs and outputs from 0. A `tflm_out{i}` takes the place of
`out{i}`: it holds what TensorFlow Lite Micro gives where another runtime gave the rest. Arrays of
other names are ignored. The file is data from a stranger: only arrays that the model has are read,
nothing is unpickled, and its size is checked before memory is taken.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence

import numpy as np
from attrs import frozen

from microflow.diag import Diagnostic, Diagnostics, Rule
from microflow.dsl.project import BoundModel, Port
from microflow.verify.difference import Array
from microflow.verify.npy import Unreadable, array_names, open_npz, read_member

Steps = tuple[tuple[Array, ...], ...]

UNREADABLE_VECTORS = Rule(
    "MF6021",
    "unreadable-vectors",
    """The file of test vectors cannot be read

`verify --vectors` reads NumPy's `.npz` files: zip archives of arrays of numbers. The file is
missing or damaged, it is something else (a single `.npy` array, say), or an array in it holds
Python objects, which are never loaded because loading them runs code.

Remedy: write it with `numpy.savez_compressed("vectors.npz", in0=inputs, out0=outputs)`.
""",
)

MISSING_VECTORS = Rule(
    "MF6022",
    "missing-vectors",
    """The file of test vectors lacks an input or an output

A file of vectors has an array `in0`, `in1`, … for every input of the model and `out0`, `out1`, …
for every output, counted from 0 in the model's order (`mflowc inspect` lists it). An array too many
belongs to another model.

Remedy: save every input and output of this model, no others, under these names.
""",
)

WRONG_VECTORS = Rule(
    "MF6023",
    "wrong-vectors",
    """An array of the test vectors does not fit the model

Each array holds all steps: its first dimension counts them and is the same in every array, the
others are the shape of the tensor, and the element type is the tensor's.

    in0   int8, (100, 1, 49, 40, 1)    100 steps of an input of shape 1x49x40x1
    out0  int8, (100, 1, 4)

Remedy: save the arrays in the model's own types and shapes, not as real numbers.
""",
)

_NUMBERED = re.compile(r"(?:in|out|tflm_out)(\d+)")


@frozen
class Vectors:
    """Inputs and expected outputs of each step, in the order of the model's ports."""

    path: str
    inputs: Steps
    expected: Steps


def load_vectors(data: bytes, path: str, model: BoundModel) -> tuple[Vectors | None, Diagnostics]:
    """Returns the vectors in the bytes of an npz file, or None and everything that is wrong."""
    try:
        vectors, failed = _load(open_npz(data), path, model)
    except Unreadable as error:
        vectors, failed = None, (_unreadable(path, str(error)),)
    return vectors, tuple(d.at(model.source_span) for d in failed)


def _unreadable(path: str, why: str) -> Diagnostic:
    """Returns the diagnostic of a file of vectors that cannot be read."""
    return Diagnostic(
        UNREADABLE_VECTORS,
        f"{path}: {why}",
        "give a file that numpy.savez or numpy.savez_compressed wrote",
    )


def _load(
    archive: zipfile.ZipFile, path: str, model: BoundModel
) -> tuple[Vectors | None, Diagnostics]:
    names = set(array_names(archive))
    wanted = _wanted(model, names)
    failed = (*_missing(wanted, names, path), *_extra(model, names, path))
    if failed:
        return None, failed
    arrays = {key: read_member(archive, key) for key, _ in wanted}
    failed = tuple(_misfits(wanted, arrays, path))
    if failed:
        return None, failed
    steps = _by_step([arrays[key] for key, _ in wanted])
    count = len(model.inputs)
    return Vectors(path, tuple(s[:count] for s in steps), tuple(s[count:] for s in steps)), ()


def _wanted(model: BoundModel, names: set[str]) -> list[tuple[str, Port]]:
    """The arrays to read: those of the inputs, then those of the outputs."""
    given = [(f"in{port.position}", port) for port in model.inputs]
    for port in model.outputs:
        own = f"tflm_out{port.position}"
        given.append((own if own in names else f"out{port.position}", port))
    return given


def _missing(
    wanted: Sequence[tuple[str, Port]], names: set[str], path: str
) -> Iterable[Diagnostic]:
    for key, port in wanted:
        if key not in names:
            yield Diagnostic(
                MISSING_VECTORS,
                f"{path} has no array '{key}' for {port.tensor}",
                f"add {key}: {port.tensor.dtype.label}, {_shape(port)}",
            )


def _extra(model: BoundModel, names: set[str], path: str) -> Iterable[Diagnostic]:
    counts = {"in": len(model.inputs), "out": len(model.outputs), "tflm_out": len(model.outputs)}
    for name in sorted(names):
        found = _NUMBERED.fullmatch(name)
        if found is None:
            continue
        kind = name.removesuffix(found[1])
        if int(found[1]) >= counts[kind]:
            yield Diagnostic(
                MISSING_VECTORS,
                f"{path} has an array '{name}', but the model has {counts[kind]} of those",
                "give the vectors of this model",
            )


def _misfits(
    wanted: Sequence[tuple[str, Port]], arrays: dict[str, Array], path: str
) -> Iterable[Diagnostic]:
    steps = next((len(a) for a in arrays.values() if a.shape), 0)
    for key, port in wanted:
        wrong = _misfit(arrays[key], port, steps)
        if wrong is not None:
            yield Diagnostic(
                WRONG_VECTORS,
                f"{path}: array '{key}' has {wrong}",
                f"save {key} as {port.tensor.dtype.label}, {_shape(port)}, of as many steps as all",
            )


def _misfit(array: Array, port: Port, steps: int) -> str | None:
    """What is wrong with an array, which should be `port`'s over so many steps."""
    tensor = port.tensor
    if array.dtype != np.dtype(tensor.dtype.numpy):
        return f"type {array.dtype} instead of {tensor.dtype.label}"
    if array.shape[1:] != tensor.shape or not array.shape:
        return f"shape {array.shape} instead of {_shape(port)} for {tensor}"
    if len(array) == 0:
        return "no steps"
    return f"{len(array)} steps, the first array {steps}" if len(array) != steps else None


def _shape(port: Port) -> str:
    return f"({', '.join(['steps', *map(str, port.tensor.shape)])})"


def _by_step(arrays: Sequence[Array]) -> Steps:
    return tuple(zip(*arrays, strict=True))
