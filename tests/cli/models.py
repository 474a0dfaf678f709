"""Small models for the command line."""

from __future__ import annotations

from pathlib import Path

from tests.assemble import N, T, assemble

SOFTMAX_SCALE = 1 / 256


def relu(name: str = "x", dtype: str = "int8") -> bytes:
    """One input of shape 1x4, clamped at zero; int8 with a scale of 0.5."""
    scale = 0.5 if dtype == "int8" else None
    return assemble(
        [T(name, dtype, (1, 4), scale=scale), T("y", dtype, (1, 4), scale=scale)],
        [N("RELU", [0], [1])],
        [0],
        [1],
    )


def scores(classes: int = 3) -> bytes:
    """Scores of `classes` classes: softmax of an int8 input with a scale of 0.5."""
    return assemble(
        [
            T("x", "int8", (1, classes), scale=0.5),
            T("p", "int8", (1, classes), scale=SOFTMAX_SCALE, zero_point=-128),
        ],
        [N("SOFTMAX", ["x"], ["p"], {"beta": 1.0})],
        ["x"],
        ["p"],
    )


def two_inputs() -> bytes:
    """The sum of two inputs of shape 1x2, one float and the same scale throughout."""
    return assemble(
        [T(n, "float32", (1, 2)) for n in ("left:0", "right:0", "sum")],
        [N("ADD", ["left:0", "right:0"], ["sum"])],
        ["left:0", "right:0"],
        ["sum"],
    )


def unsupported() -> bytes:
    """A model with an operator that cannot be compiled between two that can."""
    return assemble(
        [T(n, "float32", (1, 4)) for n in ("a", "b", "c", "d")],
        [N("RELU", ["a"], ["b"]), N("CONV_3D", ["b"], ["c"]), N("RELU", ["c"], ["d"])],
        ["a"],
        ["d"],
    )


def manifest(body: str, name: str = "m") -> str:
    """A manifest for the model file `name`.tflite; `body` stands inside the block."""
    return f'mflow 1\n\nmodel {name} {{\n  source = "{name}.tflite"\n  targets = [host]\n{body}}}\n'


def write(folder: Path, model: bytes, body: str | None = "", name: str = "m") -> Path:
    """Writes a model and, unless `body` is None, a manifest for it; returns what to compile."""
    (folder / f"{name}.tflite").write_bytes(model)
    if body is None:
        return folder / f"{name}.tflite"
    path = folder / f"{name}.mflow"
    path.write_text(manifest(body, name), "utf-8")
    return path
