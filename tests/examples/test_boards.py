"""Every example runs on every board that holds it, and prints what the reference computes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from microflow.graph.tensor import Tensor
from microflow.importer.tflite import import_model
from microflow.targets import load_target
from microflow.toolchain.frontend import build_frontend, run_frontend
from tests.cli.command import mflowc
from tests.need import need
from tests.oracle import tflm

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
CHIPS = ("nrf52840", "atsamv71", "lm3s6965", "esp32", "atmega328p")
BOARDS = ("host", *CHIPS)
TOO_LARGE = {("speech", "atmega328p"), ("person", "atmega328p")}
PAIRS = [(n, b) for n in ("sine", "speech", "person") for b in BOARDS if (n, b) not in TOO_LARGE]

Array = NDArray[Any]


def make(name: str, board: str, out: Path, *goals: str) -> subprocess.CompletedProcess[str]:
    """Runs make in the folder of an example."""
    command = ["make", "-C", EXAMPLES / name, f"BOARD={board}", f"OUT={out}", *goals]
    command.append(f"MFLOWC={sys.executable} -m microflow")
    return subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )


def need_board(board: str) -> None:
    need("make")
    chip = load_target(board)
    compiler, emulator = chip.core.compiler, chip.board
    need("gcc" if compiler is None else compiler.gcc)
    if emulator is not None:
        need(emulator.program or "simavr")


def tensors(name: str) -> tuple[bytes, Tensor, Tensor]:
    """The model, its input and its output."""
    model = (ROOT / "models" / name / f"{name}.tflite").read_bytes()
    graph, _ = import_model(model, name)
    assert graph is not None
    return model, graph.tensors[graph.inputs[0]], graph.tensors[graph.outputs[0]]


def affine(tensor: Tensor) -> tuple[int, int]:
    """Scale in millionths, as the C computes it in single precision, and zero point."""
    assert tensor.quantization is not None
    scale = np.float32(tensor.quantization.scales[0])
    return int(scale * np.float32(1e6) + np.float32(0.5)), tensor.quantization.zero_points[0]


def decimals(millionths: int) -> str:
    thousandths = (abs(millionths) + 500) // 1000
    return f"{'-' if millionths < 0 else ''}{thousandths // 1000}.{thousandths % 1000:03}"


def sine_lines(_: Path) -> Iterator[str]:
    model, angle, sine = tensors("sine")
    (step, zero), (scale, middle) = affine(angle), affine(sine)
    for eighth in range(8):
        real = 785398 * eighth
        quantised = min((real + step // 2) // step + zero, 127)
        (made,) = tflm(model, [np.full((1, 1), quantised, np.int8)])
        yield f"sine({decimals(real)}) = {decimals((int(made.item()) - middle) * scale)}"


def class_line(name: str, labels: tuple[str, ...], given: str, tensor: Array) -> str:
    model, _, scores = tensors(name)
    scale, zero = affine(scores)
    (made,) = tflm(model, [tensor])
    best = int(made.argmax())
    return f"{given}: {labels[best]}, {decimals((int(made.ravel()[best]) - zero) * scale)}"


def speech_lines(folder: Path) -> Iterator[str]:
    _, features, _ = tensors("speech")
    frontend, failed = build_frontend(str(EXAMPLES / "speech" / "log_mel.h"), features, folder)
    assert frontend is not None, failed
    for word in ("yes", "no"):
        pcm = np.frombuffer((EXAMPLES / "speech" / f"{word}.wav").read_bytes()[44:], "<i2")
        made, failed = run_frontend(frontend, pcm.tolist())
        assert made is not None, failed
        tensor = np.frombuffer(made.data, np.int8).reshape(features.shape)
        yield class_line("speech", ("silence", "unknown", "yes", "no"), f"{word}.wav", tensor)


def person_lines(folder: Path) -> Iterator[str]:
    (folder / "dump.c").write_text(
        "#include <stdio.h>\n"
        f'#include "{EXAMPLES}/person/pictures.h"\n'
        "#define DUMP(p) draw(p, sizeof p / sizeof *p, at); fwrite(at, 1, sizeof at, stdout)\n"
        "int main(void) { static int8_t at[96 * 96]; DUMP(person_picture); DUMP(car_picture); }\n"
    )
    subprocess.run([need("gcc"), "dump.c", "-o", "dump"], cwd=folder, check=True)
    drawn = subprocess.run([folder / "dump"], capture_output=True, check=True).stdout
    pictures = np.frombuffer(drawn, np.int8).reshape(2, 1, 96, 96, 1)
    for given, picture in zip(("a face", "a car"), pictures, strict=True):
        yield class_line("person", ("no_person", "person"), given, picture)


@cache
def wanted(name: str) -> list[str]:
    """The lines that the example prints, from what the reference computes."""
    lines = {"sine": sine_lines, "speech": speech_lines, "person": person_lines}[name]
    with TemporaryDirectory() as folder:
        return list(lines(Path(folder)))


def printed(text: str) -> list[str]:
    """The program's lines: simavr prints them in colour, with a dot at the end."""
    plain = re.sub(r"\x1b\[\d*m", "", text)
    found = re.findall(r"^(?:sine\(|\w+\.wav: |a \w+: ).*$", plain, re.MULTILINE)
    return [line.rstrip(".") for line in found]


@pytest.mark.parametrize(("name", "board"), PAIRS)
def test_the_program_prints_what_the_reference_computes(
    name: str, board: str, tmp_path: Path
) -> None:
    need_board(board)
    done = make(name, board, tmp_path, "run")
    assert done.returncode == 0, done.stdout
    assert printed(done.stdout) == wanted(name), done.stdout


def test_the_examples_are_right() -> None:
    assert [line.split(",")[0] for line in wanted("speech")] == ["yes.wav: yes", "no.wav: no"]
    assert [line.split(",")[0] for line in wanted("person")] == [
        "a face: person",
        "a car: no_person",
    ]


@pytest.mark.parametrize("name", ["sine", "speech", "person"])
def test_the_readme_shows_what_is_printed(name: str) -> None:
    text = (EXAMPLES / name / "README.md").read_text("utf-8")
    shown = printed(text)
    assert shown and shown == wanted(name)[: len(shown)]


@pytest.mark.parametrize("name", ["sine", "speech", "person"])
def test_the_manifest_names_the_boards_that_hold_the_model(name: str) -> None:
    results = mflowc("check", f"{name}.mflow", "--json", cwd=EXAMPLES / name).results
    assert {r["target"] for r in results} == {b for n, b in PAIRS if n == name}


@pytest.mark.parametrize(("name", "board"), sorted(TOO_LARGE))
def test_a_board_that_is_too_small_is_refused(name: str, board: str, tmp_path: Path) -> None:
    need("make")
    done = make(name, board, tmp_path)
    assert done.returncode == 2 and "MF5002" in done.stdout and "fewer" in done.stdout


def test_a_board_that_is_not_there(tmp_path: Path) -> None:
    need("make")
    done = make("sine", "nrf5284", tmp_path)
    assert done.returncode == 2
    assert all(board in done.stdout for board in ("there is no board 'nrf5284'", *BOARDS))


@pytest.mark.parametrize("board", CHIPS)
def test_a_board_is_as_the_compiler_knows_it(board: str, tmp_path: Path) -> None:
    """Its flags and its memories; the ESP32's stand-in has the sizes alone."""
    need("make")
    chip = load_target(board)
    assert chip.core.compiler is not None and chip.board is not None
    command = make("sine", board, tmp_path, "-n").stdout
    assert all(f" {flag} " in command for flag in chip.core.compiler.flags), command
    folder = EXAMPLES / "boards" / board
    said = re.findall(r"ORIGIN = (\w+), LENGTH = (\d+)K", (folder / "memory.ld").read_text("ascii"))
    places = [(int(origin, 16), int(size) * 1024) for origin, size in said]
    assert [size for _, size in places] == [chip.flash, chip.ram]
    stand_in = (chip.board.flash.origin, chip.board.ram.origin)
    origins = (chip.flash_origin, chip.ram_origin) if board != "esp32" else stand_in
    assert tuple(origin for origin, _ in places) == origins
    assert (folder / "README.md").read_text("utf-8").startswith("# ")
