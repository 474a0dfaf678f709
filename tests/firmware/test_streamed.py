"""Programs in packages: an input that is streamed, memory that the program gives."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from microflow.analysis import Request, check, generate
from microflow.files import Disk
from tests.assemble import N, T, assemble
from tests.need import need

_MANIFEST = """mflow 1

model net {
  source  = "net.tflite"
  targets = [host]
  arena   = caller
  input x { stream = true }
  emit { package = [arduino, esp_idf, make] }
}
"""


def _files(folder: Path) -> dict[str, str]:
    tensors = [T(name, "int8", (1, 8, 4, 1), scale=0.5) for name in ("x", "y")]
    model = assemble(tensors, [N("RELU", ["x"], ["y"])], ["x"], ["y"])
    (folder / "net.tflite").write_bytes(model)
    (folder / "net.mflow").write_text(_MANIFEST, "utf-8")
    analysis = check(Request(str(folder / "net.mflow")), Disk())
    assert not analysis.diagnostics
    (output,) = generate(analysis)
    return dict(output.files)


def test_the_program_gives_memory_and_pushes_rows(tmp_path: Path) -> None:
    files = _files(tmp_path)
    for path, text in files.items():
        place = tmp_path / "out" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    make = next(p.parent for p in (tmp_path / "out").rglob("Makefile"))
    subprocess.run(
        [need("make"), "example", f"CC={need('gcc')}", "CFLAGS=-Wall -Wextra -Werror"],
        cwd=make,
        check=True,
        capture_output=True,
    )
    done = subprocess.run([make / "build" / "net_example"], check=True, capture_output=True)
    assert done.stdout.startswith(b"net y[0] = ")


@pytest.mark.parametrize("ending", [".ino", "main.c"])
def test_no_program_calls_what_is_not_there(ending: str, tmp_path: Path) -> None:
    programs = [
        t for p, t in _files(tmp_path).items() if p.endswith(ending) and "int main" not in t
    ]
    assert programs
    for text in programs:
        assert "net_push_x(" in text and "net_set_arena(" in text
        assert "net_run(" not in text and "net_input_x(" not in text
