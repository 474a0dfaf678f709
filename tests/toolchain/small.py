"""Small models that fit every core, and the steps from a model to an image."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from microflow.codegen.lower import Compiled
from microflow.compilation import compile_model
from microflow.importer.tflite import import_model
from microflow.targets import Core, Target, load_target
from microflow.toolchain.image import Build, Image, build_image
from tests.assemble import N, T, assemble
from tests.run_model import bind_graph

Array = NDArray[Any]
CORES = (
    "avr5", "cortex-m0", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55",
    "lx106", "rv32ec", "rv32imc",
)  # fmt: skip


def int8_model() -> bytes:
    """A convolution, a depthwise one, a pool, a fully connected layer and a softmax."""
    random = np.random.default_rng(7)

    def weights(name: str, shape: Sequence[int], axis: int, scale: float = 0.02) -> T:
        data = random.integers(-127, 128, shape)
        scales = [scale * (1 + k / 7) for k in range(shape[axis])]
        return T(name, "int8", shape, data=data, scales=scales, axis=axis)

    def bias(name: str, count: int, scale: float) -> T:
        data = random.integers(-900, 900, count)
        scales = [scale * 0.02 * (1 + k / 7) for k in range(count)]
        return T(name, "int32", (count,), data=data, scales=scales)

    fully = random.integers(-127, 128, (5, 16))
    window = {"strideW": 1, "strideH": 1, "padding": "same"}
    return assemble(
        tensors=[
            T("x", "int8", (1, 6, 6, 2), scale=0.05, zero_point=3),
            weights("w", (4, 3, 3, 2), 0),
            bias("b", 4, 0.05),
            T("y", "int8", (1, 6, 6, 4), scale=0.1, zero_point=-5),
            weights("wd", (1, 3, 3, 4), 3),
            bias("bd", 4, 0.1),
            T("z", "int8", (1, 4, 4, 4), scale=0.2, zero_point=-128),
            T("p", "int8", (1, 2, 2, 4), scale=0.2, zero_point=-128),
            T("wf", "int8", (5, 16), data=fully, scale=0.01),
            T("bf", "int32", (5,), data=[9, -80, 700, -6000, 5], scale=0.002),
            T("f", "int8", (1, 5), scale=0.25, zero_point=11),
            T("s", "int8", (1, 5), scale=1 / 256, zero_point=-128),
        ],
        nodes=[
            N("CONV_2D", ["x", "w", "b"], ["y"], window),
            N(
                "DEPTHWISE_CONV_2D", ["y", "wd", "bd"], ["z"],
                {**window, "padding": "valid", "depthMultiplier": 1,
                 "fusedActivationFunction": "relu"},
            ),
            N(
                "AVERAGE_POOL_2D", ["z"], ["p"],
                {"filterWidth": 2, "filterHeight": 2, "strideW": 2, "strideH": 2},
            ),
            N("FULLY_CONNECTED", ["p", "wf", "bf"], ["f"]),
            N("SOFTMAX", ["f"], ["s"], {"beta": 1.0}),
        ],
        inputs=["x"],
        outputs=["s"],
    )  # fmt: skip


def float_model() -> bytes:
    """Layers that call no mathematical function: their bytes are the same everywhere."""
    random = np.random.default_rng(8)
    return assemble(
        tensors=[
            T("x", "float32", (1, 9)),
            T("w", "float32", (6, 9), data=random.normal(size=(6, 9))),
            T("b", "float32", (6,), data=random.normal(size=6)),
            T("y", "float32", (1, 6)),
            T("z", "float32", (1, 6)),
        ],
        nodes=[
            N("FULLY_CONNECTED", ["x", "w", "b"], ["y"], {"fusedActivationFunction": "relu"}),
            N("MUL", ["y", "y"], ["z"]),
        ],
        inputs=["x"],
        outputs=["z"],
    )


def logistic_model(count: int) -> bytes:
    """The one function of the mathematics library that kernels call."""
    return assemble(
        tensors=[T("x", "float32", (1, count)), T("y", "float32", (1, count))],
        nodes=[N("LOGISTIC", ["x"], ["y"])],
        inputs=["x"],
        outputs=["y"],
    )


def layer_model() -> bytes:
    """Two layers, small enough to see what is added to them."""
    return assemble(
        tensors=[
            T("x", "int8", (1, 8), scale=0.5),
            T("w", "int8", (4, 8), data=range(32), scale=0.25),
            T("y", "int8", (1, 4), scale=2.0),
            T("v", "int8", (2, 4), data=range(8), scale=0.25),
            T("z", "int8", (1, 2), scale=4.0),
        ],
        nodes=[
            N("FULLY_CONNECTED", ["x", "w", -1], ["y"]),
            N("FULLY_CONNECTED", ["y", "v", -1], ["z"]),
        ],
        inputs=["x"],
        outputs=["z"],
    )


def draw(dtype: str, shape: Sequence[int], seed: int = 1) -> Array:
    """Returns random values of a type's whole range; floats of ordinary size."""
    random = np.random.default_rng(seed)
    if dtype == "float32":
        return random.normal(size=shape).astype(np.float32)
    info = np.iinfo(dtype)
    return random.integers(info.min, info.max + 1, shape).astype(dtype)


def compiled_for(model: bytes, core: Core) -> Compiled:
    """Returns `model` compiled for `core`; fails the test where it cannot be."""
    graph, found = import_model(model, "model")
    assert graph is not None, [d.message for d in found]
    return compile_model(bind_graph(graph), core)


def built(
    model: bytes, target: Target | str, folder: Path, *, marks: bool = False, hook: str = ""
) -> Image:
    """Returns the image of `model`; `hook` is what the model does after each layer."""
    board = load_target(target) if isinstance(target, str) else target
    defines = (f"MF_ON_LAYER(index)={hook}",) if hook else ()
    folder.mkdir(exist_ok=True)
    compiled = compiled_for(model, board.core)
    image, failed = build_image(compiled, board, folder, Build(marks=marks, defines=defines))
    assert image is not None, [(d.message, d.notes) for d in failed]
    return image


def as_bytes(steps: Sequence[Sequence[Array]]) -> list[list[bytes]]:
    """Returns the arrays of each step as bytes."""
    return [[np.ascontiguousarray(a).tobytes() for a in step] for step in steps]
