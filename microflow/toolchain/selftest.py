"""Computes the vectors of self-tests: runs models on this computer, on drawn inputs.

The generated C gives the same bytes everywhere, so what it computes here is what the chip must
compute. `verify` is what compares the C with the reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import shake_256
from typing import TYPE_CHECKING

from microflow.codegen.cdata import Vector
from microflow.compilation import Result, compile_model
from microflow.diag import Diagnostic, Diagnostics, Rule
from microflow.dsl.project import BoundModel, Port
from microflow.graph.state import variables
from microflow.graph.tensor import DType
from microflow.targets import load_target
from microflow.toolchain.host import build_and_run

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NO_SELFTEST = Rule(
    "MF6040",
    "no-selftest",
    """The expected output of the self-test could not be computed

`selftest = true` embeds an input with the output that it must give. To know that output, `build`
compiles the model for this computer and runs it once, so it needs a C compiler here: the one that
the environment variable `CC` names, else `cc`, `gcc` or `clang`.

```mflow
emit { selftest = true }
```

Remedy: install a C compiler (Debian and Ubuntu: `apt-get install gcc libc6-dev`), or remove
`selftest`. The note says what went wrong.
""",
)

CANDIDATES = 8  # inputs to choose from
_FLOATS = (-1.0, 1.0)  # the range of a float input whose real range is unknown
_INDICES = 4  # integers that are no quantised values are indices or counts: small


def selftest_vectors(results: Sequence[Result]) -> tuple[Mapping[str, Vector], Diagnostics]:
    """Returns a vector for each model whose manifest asks for a self-test, by the model's name."""
    asked = {r.model.name: r.model for r in results if r.model.selftest}
    made = {name: selftest_vector(model) for name, model in asked.items()}
    vectors = {name: vector for name, (vector, _) in made.items() if vector is not None}
    return vectors, tuple(d for _, failed in made.values() for d in failed)


def selftest_vector(model: BoundModel) -> tuple[Vector | None, Diagnostics]:
    """Returns one of `CANDIDATES` drawn inputs with its output: the one that tells most.

    An output that saturates hides mistakes, so that with the most different values is taken. Where
    variables remember the inputs before, only the first is in the state of a self-test.
    """
    core = load_target("host").core
    compiled = compile_model(model, core)
    count = 1 if variables(compiled.graph) else CANDIDATES
    inputs = [tuple(draw(p, model.sha256, i) for p in model.inputs) for i in range(count)]
    outputs, failed = build_and_run(compiled, core, inputs)
    if failed:
        return None, tuple(_failed(model, d) for d in failed)
    vectors = [Vector(given, made) for given, made in zip(inputs, outputs, strict=True)]
    return max(vectors, key=lambda vector: _variety(model, vector)), ()


def draw(port: Port, seed: str, number: int) -> bytes:
    """Returns the bytes of an input: candidate `number`, the same on every machine."""
    import numpy as np  # noqa: PLC0415  (only where a manifest asks)

    tensor = port.tensor
    source = f"{seed} {port.position} {number}".encode()
    stream = shake_256(source).digest(tensor.elements * max(tensor.dtype.size, 2))
    if tensor.dtype is DType.BOOL:
        return bytes(byte & 1 for byte in stream[: tensor.elements])
    kind = np.dtype(tensor.dtype.numpy)
    words = np.frombuffer(stream, "<u2")[: tensor.elements]
    if kind.kind == "f":
        low, high = port.real or _FLOATS
        return _bytes(low + (high - low) * (words / 65536.0), kind)
    if kind.itemsize > 2 and tensor.quantization is None:
        return _bytes(words % _INDICES, kind)
    return stream[: tensor.bytes]


def _bytes(values: NDArray[np.generic], kind: np.dtype[np.generic]) -> bytes:
    return values.astype(kind.newbyteorder("<")).tobytes()


def _variety(model: BoundModel, vector: Vector) -> int:
    import numpy as np  # noqa: PLC0415

    kinds = (port.tensor.dtype.numpy for port in model.outputs)
    values = (np.frombuffer(d, k) for d, k in zip(vector.outputs, kinds, strict=True))
    return sum(len(np.unique(v)) for v in values if not np.isnan(v).any())


def _failed(model: BoundModel, found: Diagnostic) -> Diagnostic:
    return Diagnostic(
        NO_SELFTEST,
        f"the self-test of '{model.name}' has no expected output: {found.message}",
        f"{found.help}; or remove `selftest`",
        model.selftest_span,
        notes=found.notes,
    )
