"""`accept`, `normalize`, `order`, `layout`: every byte against NumPy's arithmetic."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attrs import evolve, frozen
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from microflow.analysis import Output, Request, check, generate
from microflow.files import Overlay

from ..assemble import N, T, assemble
from ..need import need, need_sanitizers
from ..oracle import tflm
from ..run_model import SANITIZE, STRICT
from .product import write

Array = NDArray[Any]
ROUNDS = 256
_STEPS = {"strideH": 1, "strideW": 1}
MAIN = """
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "net.h"

int main(void) {
  SOURCE *const from = (SOURCE *)malloc(net_X_ELEMENTS * sizeof(SOURCE));
  if (from == NULL || net_convert_x(NULL) != net_E_ARGUMENT) return 1;
  for (int i = 0; i < ROUNDS; i++) {
    if (fread(from, sizeof(SOURCE), net_X_ELEMENTS, stdin) != net_X_ELEMENTS) return 2;
    if (net_convert_x(from) != net_OK) return 3;
    fwrite(net_input_x(), sizeof *net_input_x(), net_X_ELEMENTS, stdout);
  }
  free(from);
  return 0;
}
"""
STREAM = """
#include <stdio.h>
#include "net.h"

static SOURCE row[ROW];

int main(void) {
  for (int i = 0; i < 2; i++) {
    for (int y = 0; y < 6; y++) {
      if (fread(row, sizeof(SOURCE), ROW, stdin) != ROW) return 1;
      if (net_convert_x(row) != (y < 5 ? net_MORE : net_OK)) return 2;
    }
    fwrite(net_output_out(), 1, net_OUT_ELEMENTS, stdout);
  }
  return net_convert_x(NULL) == net_E_ARGUMENT ? 0 : 3;
}
"""
C_TYPES = {"uint8": "uint8_t", "int8": "int8_t", "int16": "int16_t", "float32": "float"}


@frozen
class Case:
    """A conversion: the tensor's type, scale, zero point and shape, and what is asked for."""

    dtype: str
    scale: float
    zero_point: int
    shape: tuple[int, ...]
    accept: str | None
    mean: tuple[float, ...]
    std: tuple[float, ...]
    order: str | None
    layout: str | None

    @property
    def keys(self) -> str:
        """The lines of the manifest."""
        lines = [] if self.accept is None else [f"accept = {self.accept}"]
        if self.accept is not None and (self.mean, self.std) != ((0.0,), (1.0,)):
            moments = f"mean = {_written(self.mean)}, std = {_written(self.std)}"
            lines.append(f"normalize = affine({moments})")
        lines += [] if self.order is None else [f"order = {self.order}"]
        lines += [] if self.layout is None else [f"layout = {self.layout}"]
        return "; ".join(lines)

    @property
    def source(self) -> str:
        """The type of what the application holds."""
        return self.accept or self.dtype


def _written(values: tuple[float, ...]) -> str:
    return repr(values[0]) if len(values) == 1 else str(list(values))


def _model(case: Case) -> bytes:
    scale = {} if case.dtype == "float32" else {"scale": case.scale}
    zero = {} if case.dtype == "float32" else {"zero_point": case.zero_point}
    x = T("x", case.dtype, case.shape, **scale, **zero)  # type: ignore[arg-type]
    if case.dtype in ("uint8", "int16"):
        y = T("y", "int8", case.shape, scale=0.5)
        return assemble([x, y], [N("QUANTIZE", ["x"], ["y"])], ["x"], ["y"])
    return assemble([x, evolve(x, name="y")], [N("RELU", ["x"], ["y"])], ["x"], ["y"])


def _generated(model: bytes, keys: str) -> Output:
    text = f'mflow 1\nmodel net {{ source = "m.tflite"; targets = [host]\ninput x {{ {keys} }} }}\n'
    files = {"a.mflow": text.encode(), "m.tflite": model}
    analysis = check(Request("a.mflow"), Overlay(files))
    wrong = [d for d in analysis.diagnostics if d.rule.code != "MF3068"]
    assert not wrong, [d.message for d in wrong]
    (output,) = generate(analysis)
    return output


def _built(
    output: Output,
    main: str,
    folder: Path,
    source: str,
    defines: tuple[str, ...],
    compiler: str = "gcc",
) -> Path:
    write({**output.files, "main.c": main}, folder)
    command = [need_sanitizers(compiler), *STRICT, *SANITIZE, "-O1", f"-DSOURCE={C_TYPES[source]}"]
    command += [*defines, "main.c", "net.c", "-lm", "-o", "program"]
    subprocess.run(command, cwd=folder, check=True)
    return folder / "program"


def _drawn(case: Case) -> Array:
    """Rounds of numbers; of one byte, each element meets all of them."""
    kind, count = np.dtype(case.source), int(np.prod(case.shape))
    chance = np.random.default_rng(count)
    if kind.itemsize == 1:
        grid = np.arange(ROUNDS)[:, None] + 7 * np.arange(count)[None, :]
        return (grid % 256).astype(np.uint8).view(kind)
    if kind.kind == "i":
        drawn = chance.integers(-32768, 32768, (ROUNDS, count))
        drawn[:2, 0] = -32768, 32767
        return drawn.astype(kind)
    spread = np.where(chance.random((ROUNDS, count)) < 0.5, 1.0, 150.0)
    drawn = (chance.normal(size=(ROUNDS, count)) * spread).astype(np.float32)
    drawn[:3, 0] = np.nan, np.inf, -np.inf
    return drawn


def converted(case: Case, given_: Array) -> Array:
    """What the documentation promises: table in double precision, else in single precision."""
    rounds, shape = len(given_), case.shape
    picture = given_.reshape((rounds, *shape))
    if case.layout == "nchw":
        n, (h, w, c) = int(np.prod(shape[:-3])), shape[-3:]
        picture = given_.reshape((rounds, n, c, h, w)).transpose(0, 1, 3, 4, 2)
    picture = picture.reshape((rounds, *shape))
    picture = picture[..., ::-1] if case.order == "bgr" else picture
    if case.accept is None:
        return picture
    channels = max(len(case.mean), len(case.std))
    exact = np.dtype(case.accept).itemsize == 1 and case.dtype != "float32" and channels <= 4
    kind = np.float64 if exact else np.float32
    mean, std = (np.array(v, kind) for v in (case.mean, case.std))
    real = (picture.astype(kind) - mean) / std
    return real if case.dtype == "float32" else _quantised(real, case)


def _quantised(real: Array, case: Case) -> Array:
    kind = real.dtype.type
    steps = real / kind(np.float32(case.scale))
    limits = np.iinfo(case.dtype)
    steps = np.where(np.isnan(steps), -np.inf, np.clip(steps, -1e6, 1e6))
    steps = np.clip(steps, -1e6, 1e6)
    away = np.where(np.abs(steps - np.trunc(steps)) >= kind(0.5), np.sign(steps), 0)
    nearest = np.trunc(steps) + away + case.zero_point
    return np.clip(nearest, limits.min, limits.max).astype(case.dtype)


_numbers = st.sampled_from((0.0, 0.5, 127.5, 128.0, 103.939, -3.25, 255.0, 1 / 3))
_spreads = st.sampled_from((1.0, 127.5, 255.0, 0.017, 57.375, 3.0))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draws from the product of all options."""
    dtype = draw(st.sampled_from(("int8", "int8", "float32", "uint8", "int16")))
    channels = draw(st.sampled_from((1, 2, 3, 3, 3, 5)))
    rank = draw(st.sampled_from((2, 3, 4)))
    dims = (draw(st.sampled_from((1, 2))), draw(st.integers(1, 3)), draw(st.integers(1, 4)))
    shape = (*dims[4 - rank :], channels)
    count = draw(st.sampled_from((1, channels)))
    moments = (
        tuple(draw(st.lists(kind, min_size=n, max_size=n)))
        for kind, n in ((_numbers, count), (_spreads, draw(st.sampled_from((1, channels)))))
    )
    mean, std = moments
    accept = draw(st.sampled_from(("uint8", "int8", "int16", "float32", None)))
    order = draw(st.sampled_from(("bgr", "rgb", None))) if channels == 3 else None
    layout = draw(st.sampled_from(("nchw", "nhwc", None))) if rank > 2 else None
    if accept is None and order != "bgr" and (layout != "nchw" or channels == 1):
        accept = "uint8"
    scale = draw(st.sampled_from((1 / 127.5, 2 / 255, 0.0186584, 1.0, 0.02)))
    least = {"uint8": (0, 128), "int16": (0,)}
    zero_point = draw(st.sampled_from(least.get(dtype, (-128, -1, 0, 7))))
    return Case(dtype, scale, zero_point, shape, accept, mean, std, order, layout)


def _tie(accept: str, mean: float, std: float) -> Case:
    """Numbers that lie in the middle between two values of the tensor."""
    return Case("int8", 1.0, 3, (1, 2), accept, (mean,), (std,), None, None)


@settings(max_examples=40, deadline=None)
@given(cases(), st.sampled_from(("gcc", "clang")))
@example(_tie("uint8", 127.5, 1.0), "gcc")
@example(_tie("int8", 0.0, 2.0), "gcc")
@example(_tie("int16", 0.0, 2.0), "gcc")
def test_every_byte(case: Case, compiler: str) -> None:
    sent = _drawn(case)
    with tempfile.TemporaryDirectory() as name:
        output = _generated(_model(case), case.keys)
        defines = (f"-DROUNDS={ROUNDS}",)
        program = _built(output, MAIN, Path(name), case.source, defines, compiler)
        done = subprocess.run([program], input=sent.tobytes(), capture_output=True, check=False)
    assert done.returncode == 0, (done.returncode, done.stderr.decode())
    made = np.frombuffer(done.stdout, case.dtype).reshape((ROUNDS, *case.shape))
    np.testing.assert_array_equal(made, converted(case, sent))


def _conv() -> bytes:
    weights = np.random.default_rng(2).integers(-127, 128, (2, 3, 3, 3))
    return assemble(
        tensors=[
            T("x", "int8", (1, 6, 4, 3), scale=2 / 255, zero_point=-1),
            T("w", "int8", (2, 3, 3, 3), data=weights, scales=[0.01, 0.02]),
            T("out", "int8", (1, 2, 1, 2), scale=0.02, zero_point=4),
        ],
        nodes=[
            N("CONV_2D", ["x", "w", -1], ["out"], {"strideH": 2, "strideW": 2, "padding": "valid"})
        ],
        inputs=["x"],
        outputs=["out"],
    )


@pytest.mark.parametrize("accept", ["uint8", "float32"])
@pytest.mark.parametrize("order", ["bgr", "rgb"])
def test_rows_of_a_stream_are_converted_and_pushed(accept: str, order: str, tmp_path: Path) -> None:
    """The last of the six rows is looked at by no window, and counts all the same."""
    case = Case(
        "int8", 2 / 255, -1, (1, 6, 4, 3), accept, (124.0, 116.0, 104.0), (127.5,), order, None
    )
    output = _generated(_conv(), f"stream = true; {case.keys}")
    assert "net_push_x" in output.files["net.h"]
    program = _built(output, STREAM, tmp_path, accept, ("-DROW=12",))
    pictures = np.random.default_rng(1).integers(0, 256, (2, 72)).astype(accept)
    done = subprocess.run([program], input=pictures.tobytes(), capture_output=True, check=False)
    assert done.returncode == 0, (done.returncode, done.stderr.decode())
    expected = [tflm(_conv(), [x])[0].tobytes() for x in converted(case, pictures)]
    assert done.stdout == b"".join(expected)


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ("accept = uint8; layout = nchw; stream = true", "use `layout = nhwc`"),
        ("order = bgr; stream = true", "rows of `x` have 8 values"),
        ("accept = float32; stream = true; normalize = affine(std = [1, 2, 3])", "3 channels"),
    ],
)
def test_what_needs_more_than_a_row(keys: str, says: str) -> None:
    """A view makes rows of 8 values of a picture with 3 channels: they end within a pixel."""
    weights = np.ones((1, 2, 2, 1))
    model = assemble(
        tensors=[
            T("x", "int8", (1, 4, 4, 3), scale=2.0),
            T("shape", "int32", (4,), data=[1, 6, 8, 1]),
            T("view", "int8", (1, 6, 8, 1), scale=2.0),
            T("w", "int8", (1, 2, 2, 1), data=weights, scales=[0.5]),
            T("out", "int8", (1, 5, 7, 1), scale=9.0),
        ],
        nodes=[
            N("RESHAPE", ["x", "shape"], ["view"]),
            N("CONV_2D", ["view", "w", -1], ["out"], {**_STEPS, "padding": "valid"}),
        ],
        inputs=["x"],
        outputs=["out"],
    )
    text = f'mflow 1\nmodel net {{ source = "m.tflite"; targets = [host]\ninput x {{ {keys} }} }}\n'
    files = {"a.mflow": text.encode(), "m.tflite": model}
    found = check(Request("a.mflow"), Overlay(files)).diagnostics
    (finding,) = [d for d in found if d.rule.code != "MF3068"]
    assert finding.rule.code == "MF3069"
    assert finding.span is not None and finding.span.line == 3
    assert says in f"{finding.message} | {finding.help}"
    whole = text.replace("stream = true", "stream = false")
    found = check(Request("a.mflow"), Overlay({**files, "a.mflow": whole.encode()})).diagnostics
    assert {d.rule.code for d in found} <= {"MF3068"}


def test_no_table_where_a_sum_does(tmp_path: Path) -> None:
    case = Case("int8", 1 / 255, -128, (1, 2, 2, 3), "uint8", (0.0,), (255.0,), None, None)
    source = _generated(_model(case), case.keys).files["net.c"]
    assert "to[i] = (int8_t)(from[i] - 128);" in source and "_table" not in source


def test_one_table_serves_channels_that_agree() -> None:
    case = Case("int8", 0.02, 0, (1, 2, 2, 3), "uint8", (9.0,) * 3, (57.0,) * 3, "bgr", None)
    output = _generated(_model(case), case.keys)
    assert output.files["net.c"].count("_table[from[i + (2 - c)]]") == 1
    assert "Costs 256 bytes of tables" in output.files["net.h"]
    assert "(x - 9) / 57, the first and the last channel are exchanged." in output.files["net.h"]
    assert "`net_convert_x(from)` takes 12 `uint8_t`" in output.files["README.md"]


def test_without_the_keys_there_is_no_function() -> None:
    case = Case("int8", 0.02, 0, (1, 2, 2, 3), None, (0.0,), (1.0,), "rgb", "nhwc")
    files = _generated(_model(case), case.keys).files
    assert all("_convert_" not in text for text in files.values())


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_with_an_arena_of_the_callers(compiler: str, tmp_path: Path) -> None:
    model = _model(Case("int8", 0.02, 0, (1, 4), None, (0.0,), (1.0,), None, None))
    text = 'mflow 1\nmodel net { source = "m.tflite"; targets = [host]; arena = caller\n'
    text += "input x { accept = uint8; normalize = affine(std = 100) } }\n"
    files = {"a.mflow": text.encode(), "m.tflite": model}
    (output,) = generate(check(Request("a.mflow"), Overlay(files)))
    main = '#include "net.h"\nint main(void) { const uint8_t from[4] = {1, 2, 3, 4};\n'
    main += "  return net_convert_x(from) == net_E_ARENA ? 0 : 1;\n}\n"
    write({**output.files, "main.c": main}, tmp_path)
    command = [need(compiler), *STRICT, "-O2", "main.c", "net.c", "-o", "program"]
    subprocess.run(command, cwd=tmp_path, check=True)
    subprocess.run([tmp_path / "program"], check=True)
    cxx = [need("g++"), "-std=c++11", "-Wall", "-Wextra", "-pedantic", "-Werror", "-x", "c++"]
    subprocess.run([*cxx, "-fsyntax-only", "main.c"], cwd=tmp_path, check=True)
