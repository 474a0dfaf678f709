"""Small models of the signal library's operators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.assemble import N, T
from tests.ops.custom import flexible
from tests.ops.same import Part, findings, joined
from tests.oracle import tflm_steps
from tests.run_model import run_model_many

Array = NDArray[Any]
CODES = {"float32": 0, "int32": 2, "int16": 7}


def part(
    op: str,
    inputs: Sequence[tuple[str, Sequence[int]]],
    outputs: Sequence[tuple[str, Sequence[int]]],
    constants: Sequence[Array] = (),
    **options: Any,
) -> Part:
    """Returns operator `op` on operands of these types and shapes, and on `constants`."""
    xs = [T(f"x{i}_", dtype, shape) for i, (dtype, shape) in enumerate(inputs)]
    ys = [T(f"y{i}_", dtype, shape) for i, (dtype, shape) in enumerate(outputs)]
    cs = [T(f"c{i}_", c.dtype.name, c.shape, data=c) for i, c in enumerate(constants)]
    names = [[t.name for t in tensors] for tensors in (xs, cs, ys)]
    node = N("CUSTOM", names[0] + names[1], names[2], custom=op, custom_options=flexible(**options))
    return Part([*xs, *cs, *ys], [node], names[0], names[2])


def computed(made: Part, *names: str) -> Part:
    """Returns `made` with these constants as further inputs."""
    free = [T(t.name, t.dtype, t.shape) if t.name in names else t for t in made.tensors]
    return Part(free, made.nodes, [*made.inputs, *names], made.outputs)


def refusal(made: Part) -> str:
    """Returns what the compiler says of a part, one message a line."""
    return findings(joined(made))


def signal(dtype: str, shape: Sequence[int], seed: int, loud: float = 1.0) -> Array:
    """Returns values as a microphone gives them: noise up to `loud` of the whole range."""
    rng = np.random.default_rng(seed)
    if dtype == "float32":
        return rng.normal(0, 1, shape).astype(np.float32)
    info = np.iinfo(dtype)
    most = max(1, int(info.max * loud))
    return rng.integers(max(-most, info.min), most, shape, dtype, endpoint=True)


def transform(
    op: str, dtype: str, length: int, rows: Sequence[int] = (), given: int | None = None
) -> Part:
    """Returns a transform of `length` values, of which `given` are there, in `rows`."""
    real = (dtype, (*rows, length if given is None else given))
    spectrum = (dtype, (*rows, length + 2))
    ends = (spectrum, real) if op == "SignalIrfft" else (real, spectrum)
    return part(op, ends[:1], ends[1:], T=CODES[dtype], fft_length=length)


def assert_same_when_due(model: bytes, steps: Sequence[Sequence[Array]], **options: Any) -> None:
    """Fails unless each second output is the reference's, and where it is true the one before it.

    What the reference leaves in an output that is not due is what lay there before.
    """
    for ours, wanted in zip(
        run_model_many(model, steps, **options), tflm_steps(model, steps), strict=True
    ):
        for i in range(0, len(wanted), 2):
            assert ours[i + 1].tobytes() == wanted[i + 1].tobytes()
            assert not wanted[i + 1].any() or ours[i].tobytes() == wanted[i].tobytes()
