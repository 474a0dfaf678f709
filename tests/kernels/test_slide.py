"""svdf_s8 where some cores have its loops in assembly: over time, against the interpreter."""

from __future__ import annotations

from pathlib import Path

import pytest

from microflow.analysis import Request, check
from microflow.files import Disk
from microflow.verify.compare import verify
from tests.assemble import assemble
from tests.need import need_core
from tests.ops.test_svdf import Layer, parts

MEMORIES = (1, 2, 4, 5, 8, 9, 12, 17, 26)


def layers() -> bytes:
    """Returns a model of layers with few filters and many, which keep few values and many."""
    made = [
        parts(Layer(1, 7, 2 + i % 3, 1 + i % 2, memory, seed=i), kept, str(i))
        for i, (memory, kept) in enumerate((m, k) for k in ("int8", "int16") for m in MEMORIES)
    ]
    tensors = {t.name: t for forms, _ in made for t in forms.values()}
    return assemble(
        [*tensors.values()], [n for _, n in made], ["x"], [n.outputs[0] for _, n in made]
    )


@pytest.mark.parametrize("board", ["cortex-m3", "cortex-m4", "cortex-m55", "rv32imc"])
def test_values_over_time(board: str, tmp_path: Path) -> None:
    need_core(board)
    path = tmp_path / "layers.tflite"
    path.write_bytes(layers())
    (result,) = check(Request(str(path), target=board), Disk()).results
    found, failed = verify(result, path.read_bytes(), steps=2 * max(MEMORIES))
    assert found is not None and found.passed, failed
