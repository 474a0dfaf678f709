"""The self-test: it passes where nothing is wrong, here and on chips, and sees corruption."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.codegen.cdata import Vector
from microflow.codegen.lower import lower_unit
from microflow.codegen.render import render_unit
from microflow.compilation import compile_model
from microflow.importer.tflite import import_model
from microflow.targets import load_target
from microflow.toolchain import image
from microflow.toolchain.board import run_image
from microflow.toolchain.selftest import CANDIDATES, draw, selftest_vector

from ..need import need
from ..run_model import SANITIZE, STRICT, bind_graph
from .packages import floating, output, quantised, run, write

ASK = """\
#include <stdio.h>
#include "net.h"
int main(void) {
  printf("%d", net_selftest());
  return 0;
}
"""


def _bound(model: bytes):  # type: ignore[no-untyped-def]
    graph, _ = import_model(model, "model")
    assert graph is not None
    return bind_graph(graph)


def _status(files: dict[str, str], folder: Path, compiler: str = "gcc") -> int:
    write({**files, "ask.c": ASK}, folder)
    flags = (*STRICT, "-O1", *(SANITIZE if compiler == "gcc" else ()))
    run([compiler, *flags, "ask.c", "net.c", "-lm", "-o", "ask"], folder)
    return int(run([folder / "ask"], folder))


@pytest.mark.parametrize("model", ["quantised", "floating"])
@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_it_passes_here(model: str, compiler: str, tmp_path: Path) -> None:
    assert _status(dict(output(model=model).files), tmp_path, compiler) == 0


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("fully_connected_0_weights", "a weight"),
        ("fully_connected_0_bias", "a bias"),
        ("selftest_input_x", "the vector"),
        ("selftest_output_y", "the expected output"),
    ],
)
def test_a_corrupted_constant_is_found(table: str, says: str, tmp_path: Path) -> None:
    files = dict(output().files)
    head, _, body = files["net.c"].partition(f" {table}[] = {{\n")
    assert body, f"{says}: no table {table}"
    numbers, _, tail = body.partition("};")
    first, *rest = numbers.strip().split(",")
    changed = ",".join([str(int(first) ^ 64), *rest])
    files["net.c"] = f"{head} {table}[] = {{\n    {changed}\n}};{tail}"
    assert _status(files, tmp_path) == -3


def test_the_names_are_those_of_the_contract() -> None:
    with_test, without = output().files["net.h"], output(selftest=False).files["net.h"]
    assert "net_status net_selftest(void);" in with_test and "selftest(void)" not in without
    for header in (with_test, without):
        assert "net_E_SELFTEST = -3" in header
    assert "Costs 10 bytes of flash" in with_test  # six of input, four of output
    assert "selftest" not in output(selftest=False).files["net.c"]


def test_it_costs_nothing_where_it_is_not_called(tmp_path: Path) -> None:
    main = '#include "net.h"\nint main(void) { return net_run(); }\n'
    folder = write({**output().files, "m.c": main}, tmp_path)
    sections = ["-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections", "-O2"]
    run(["gcc", *sections, "m.c", "net.c", "-o", "app"], folder)
    assert "selftest" not in run(["nm", "app"], folder)


def test_models_of_one_unit_have_one_each(tmp_path: Path) -> None:
    core = load_target("host").core
    bound = _bound(quantised())
    vector, _ = selftest_vector(bound)
    assert vector is not None
    models = [compile_model(evolve(bound, name=n), core) for n in ("one", "one_selftest", "two")]
    unit = lower_unit("net", models, core, {"one": vector, "one_selftest": vector})
    folder = write(render_unit(unit), tmp_path)
    run(["gcc", *STRICT, "-c", "net.c"], folder)
    symbols = run(["nm", "-g", "--defined-only", "net.o"], folder)
    assert "net_one_selftest\n" in symbols and "net_one_selftest_selftest\n" in symbols
    assert "net_two_selftest" not in symbols


@pytest.mark.parametrize("model", [quantised, floating])
def test_the_vector_is_what_the_model_computes_and_tells_most(model: object) -> None:
    bound = _bound(model())  # type: ignore[operator]
    vector, failed = selftest_vector(bound)
    assert vector is not None and not failed
    assert selftest_vector(bound) == (vector, ())
    inputs = [tuple(draw(p, bound.sha256, i) for p in bound.inputs) for i in range(CANDIDATES)]
    assert vector.inputs in inputs and len(set(inputs)) == CANDIDATES
    kind = bound.outputs[0].tensor.dtype.numpy
    assert len(np.unique(np.frombuffer(vector.outputs[0], kind))) >= 3


def test_the_same_vector_in_another_process() -> None:
    script = (
        "from tests.firmware.test_selftest import _bound, quantised, floating, draw\n"
        "print([draw(_bound(m()).inputs[0], 'a', 3) for m in (quantised, floating)])"
    )
    done = [
        subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[2], check=True,
                       env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin"}, capture_output=True)
        for seed in "12"
    ]  # fmt: skip
    assert done[0].stdout == done[1].stdout and len(done[0].stdout) > 30


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.tuples(st.floats(-1e6, 0), st.floats(1, 1e6)))
def test_drawn_floats_are_in_range_and_exact(number: int, real: tuple[float, float]) -> None:
    port = evolve(_bound(floating()).inputs[0], real=real)
    values = np.frombuffer(draw(port, "seed", number), "<f4")
    assert values.shape == (4,)
    assert (values >= np.float32(real[0])).all() and (values <= np.float32(real[1])).all()


@pytest.mark.parametrize(
    ("compiler", "hint"), [("no-such-compiler", "MF6040"), ("false", "MF6040")]
)
def test_without_a_compiler_there_is_no_vector(
    compiler: str, hint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CC", compiler)
    bound = evolve(_bound(quantised()), selftest=True, selftest_span=_bound(quantised()).span)
    vector, found = selftest_vector(bound)
    assert vector is None
    assert [d.rule.code for d in found] == [hint]
    assert found[0].span == bound.selftest_span and "or remove `selftest`" in found[0].help


MAIN = """\
#include <string.h>
#include "board.h"
#include "model.h"
int main(void) {
  int8_t said[4];
  while (mf_board_read(model_input_input0(), 6)) {
    if (mf_board_run() != model_OK) return 1;
    memset(said, model_selftest(), sizeof said);
    mf_board_write(said, sizeof said);
  }
  return 0;
}
"""


@pytest.mark.parametrize("target", ["atmega328p", "lm3s6965"])
@pytest.mark.parametrize("damage", [0, 1])
def test_on_the_chip_itself(target: str, damage: int, tmp_path: Path) -> None:
    """The vector made here, read from the chip's own program memory, compared there."""
    chip = load_target(target)
    assert chip.core.compiler is not None
    need(chip.core.compiler.gcc)
    bound = _bound(quantised())
    vector, _ = selftest_vector(bound)
    assert vector is not None
    expected = vector.outputs[0][:-1] + bytes([vector.outputs[0][-1] ^ damage])
    given = {bound.name: Vector(vector.inputs, (expected,))}
    with (
        patch.object(image, "lower_unit", lambda p, c, core: lower_unit(p, c, core, given)),
        patch.object(image, "render_board_program", lambda model: MAIN),
    ):
        built, failed = image.build_image(compile_model(bound, chip.core), chip, tmp_path)
    assert built is not None, [(d.message, d.notes) for d in failed]
    done, failed = run_image(built, [[bytes(6)]])
    assert done is not None, [(d.message, d.notes) for d in failed]
    assert set(done.outputs[0][0]) == {0xFD if damage else 0}  # P_E_SELFTEST is -3
