"""The hooks of mf_port.h that packages document: sections of their own, and the layer hook."""

from __future__ import annotations

from pathlib import Path

import pytest

from .packages import output, packed, run, write

CONFIG = """\
#define MF_SECTION_WEIGHTS __attribute__((section(".model_weights")))
#define MF_SECTION_ARENA __attribute__((section(".noinit.model")))
void on_layer(int index);
#define MF_ON_LAYER(index) on_layer(index)
"""
DEFINES = [
    '-DMF_SECTION_WEIGHTS=__attribute__((section(".model_weights")))',
    '-DMF_SECTION_ARENA=__attribute__((section(".noinit.model")))',
]


def _sections(objdump: str, folder: Path) -> dict[str, tuple[int, str]]:
    """The sections of net.o: bytes and flags by name."""
    lines = run([objdump, "-h", "net.o"], folder).splitlines()[5:]
    pairs = zip(lines[::2], lines[1::2], strict=True)
    return {
        head.split()[1]: (int(head.split()[2], 16), flags.strip())
        for head, flags in pairs
        if head.split()[0].isdigit()
    }


@pytest.mark.parametrize("how", ["header", "defines"])
@pytest.mark.parametrize(
    ("compiler", "objdump", "target", "flags"),
    [
        ("gcc", "objdump", "host", []),
        ("clang", "objdump", "host", []),
        ("arm-none-eabi-gcc", "arm-none-eabi-objdump", "nrf52840", ["-mcpu=cortex-m4", "-mthumb"]),
    ],
)
def test_weights_and_arena_lie_where_the_build_says(
    compiler: str, objdump: str, target: str, flags: list[str], how: str, tmp_path: Path
) -> None:
    made = output(target)
    folder = write(packed("make", made), tmp_path)
    if how == "header":
        (folder / "microflow_config.h").write_text(CONFIG)
    given = ["-I."] if how == "header" else DEFINES
    run([compiler, *flags, "-O2", "-Wall", "-Wextra", "-Werror", *given, "-c", "net.c"], folder)
    sections = _sections(objdump, folder)
    weights, arena = sections[".model_weights"], sections[".noinit.model"]
    assert weights[0] >= 24 and "READONLY" in weights[1] and "ALLOC" in weights[1]
    assert arena[0] == _arena_bytes(made.files["net.h"]) and "READONLY" not in arena[1]
    symbols = run([objdump, "-t", "net.o"], folder)
    placed = {line.split()[-1]: line for line in symbols.splitlines() if line.strip()}
    assert ".noinit.model" in placed["arena"]
    assert ".model_weights" in placed["fully_connected_0_weights"]


def test_on_an_avr_the_arena_can_be_placed(tmp_path: Path) -> None:
    """Constants have their own address space there, and stay in it."""
    folder = write(packed("make", output("atmega328p")), tmp_path)
    flags = ["-mmcu=atmega328p", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", DEFINES[1]]
    run(["avr-gcc", *flags, "-c", "net.c"], folder)
    sections = _sections("avr-objdump", folder)
    assert ".noinit.model" in sections and ".progmem.data" in sections
    assert sections.get(".data", (0, ""))[0] == sections.get(".rodata", (0, ""))[0] == 0


def test_a_header_of_the_application_hooks_layers(tmp_path: Path) -> None:
    folder = write(packed("make"), tmp_path)
    (folder / "microflow_config.h").write_text(CONFIG)
    (folder / "hook.c").write_text(
        "#include <stdio.h>\nvoid on_layer(int index);\n"
        'void on_layer(int index) { printf("layer %d\\n", index); }\n'
    )
    run(["gcc", "-O2", "-I.", "examples/main.c", "net.c", "hook.c", "-o", "app"], folder)
    said = run([folder / "app"], folder).splitlines()
    assert said[:2] == ["layer 0", "layer 0"] and said[2].startswith("net y[0]")  # two runs


def _arena_bytes(header: str) -> int:
    return int(header.partition("net_ARENA_BYTES ")[2].partition(" ")[0])
