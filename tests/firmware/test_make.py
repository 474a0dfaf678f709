"""The Make package, built for real, on this computer and for other cores."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .packages import output, packed, run, write


@pytest.mark.parametrize("model", ["quantised", "floating"])
def test_library_example_and_install(model: str, tmp_path: Path) -> None:
    package = write(packed("make", output(model=model)), tmp_path / "net")
    said = run(["make", "example", "CFLAGS=-Og -Wall -Wextra -Werror"], package)
    assert said.index("-Og") < said.index("-O2 -ffp-contract=off")
    assert "net y[0] = " in run([package / "build" / "net_example"], package)
    run(["make", "install", f"PREFIX={tmp_path / 'there'}"], package)
    there = tmp_path / "there"
    for command in (["gcc"], ["g++", "-x", "c++"]):
        run([*command, package / "examples/main.c", "-x", "none", f"-I{there}/include",
             f"-L{there}/lib", "-lnet", "-lm", "-o", "app"], tmp_path)  # fmt: skip
        assert "net y[0] = " in run([tmp_path / "app"], tmp_path)
    assert run(["make", "-q"], package) == ""
    run(["make", "clean"], package)
    assert not (package / "build").exists()


def test_two_models_in_one_library(tmp_path: Path) -> None:
    package = write(packed("make", output(model="quantised floating")), tmp_path)
    run(["make", "example", "CFLAGS=-Wall -Wextra -Werror"], package)
    said = run([package / "build" / "net_example"], package)
    assert "net_quantised y[0] = " in said and "net_floating y[0] = 250 / 1000" in said
    readme = (package / "README.md").read_text()
    assert "net_quantised_selftest()" in readme and "net_floating_selftest()" in readme


def test_a_header_that_changed_is_seen(tmp_path: Path) -> None:
    package = write(packed("make"), tmp_path)
    run(["make"], package)
    header = package / "microflow" / "mf_port.h"
    header.write_text(header.read_text() + "\n")
    later = (package / "build" / "net.o").stat().st_mtime + 5
    os.utime(header, (later, later))
    assert "net.c" in run(["make"], package)


@pytest.mark.parametrize(
    ("target", "compiler", "flags"),
    [
        ("nrf52840", "arm-none-eabi-gcc", "-mcpu=cortex-m4 -mthumb"),
        ("atmega328p", "avr-gcc", "-mmcu=atmega328p"),
    ],
)
def test_cross_compiled(target: str, compiler: str, flags: str, tmp_path: Path) -> None:
    package = write(packed("make", output(target)), tmp_path)
    tools = [f"CC={compiler}", f"AR={compiler.removesuffix('gcc')}ar"]
    run([compiler, "--version"], package)
    run(["make", *tools, f"CFLAGS={flags} -Wall -Wextra -Werror"], package)
    assert (package / "build" / "libnet.a").is_file()
