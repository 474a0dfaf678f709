"""Weights and arenas lie in the sections that the manifest asks for, where linkers find them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from microflow.analysis import Output, Request, check, generate
from microflow.files import Overlay

from ..firmware.packages import floating, quantised
from ..need import need
from ..run_model import STRICT

PAGE = (Path(__file__).parents[2] / "docs" / "memory.md").read_text("utf-8")
MODEL = (
    'model {} {{\n  source = "{}.tflite"\n  targets = [{}]\n  emit {{ prefix = "net" }}\n  {}\n}}\n'
)
PLACES = "memory dtcm { kind = ram; size = 64KiB }; memory qspi { kind = flash; size = 1MiB }"


def _output(*models: tuple[str, str], target: str = "board", rest: str = "") -> Output:
    """The folder of models, each a name and what its block says, on a chip with more memories."""
    text = f"mflow 1\ntarget board : atsamv71 {{ {PLACES} }}\n{rest}\n"
    text += "".join(MODEL.format(n, n.split("_")[0], target, body) for n, body in models)
    files = {"quantised.tflite": quantised(), "floating.tflite": floating()}
    analysis = check(Request("a.mflow"), Overlay({"a.mflow": text.encode(), **files}))
    assert not analysis.diagnostics, [d.message for d in analysis.diagnostics]
    (made,) = generate(analysis)
    return made


def _write(made: Output, folder: Path) -> Path:
    for path, text in made.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return folder


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(
        [need(command[0]), *command[1:]], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _symbols(objdump: str, file: str, folder: Path) -> dict[str, tuple[str, str, int]]:
    """The section, the address and the bytes of each object."""
    table = re.findall(
        r"^(\w+) .{7} (\S+)\t(\w+) (\w+)$", _run([objdump, "-t", file], folder), re.M
    )
    return {name: (section, at, int(size, 16)) for at, section, size, name in table}


PLACED = ("quantised", "place { weights = qspi; arena = dtcm }")


def test_without_a_place_the_build_decides() -> None:
    source = _output(("quantised", "")).files["net.c"]
    assert "MF_SECTION(" not in source
    assert "MF_SECTION_ARENA uint8_t arena[net_ARENA_BYTES];" in source
    assert source.count("MF_SECTION_WEIGHTS ") == source.count("[] = {")


@pytest.mark.parametrize("name", ["ram", "flash"])
def test_the_usual_memories_need_no_section(name: str) -> None:
    key = "arena" if name == "ram" else "weights"
    made = _output(("quantised", f"place {{ {key} = {name} }}"))
    assert made.files["net.c"] == _output(("quantised", "")).files["net.c"]


@pytest.mark.parametrize("compiler", ["gcc", "clang", "arm-none-eabi-gcc"])
def test_weights_and_arena_lie_in_their_sections(compiler: str, tmp_path: Path) -> None:
    folder = _write(_output(PLACED), tmp_path)
    _run([compiler, *STRICT, "-O2", "-c", "net.c"], folder)
    symbols = _symbols("arm-none-eabi-objdump" if "arm" in compiler else "objdump", "net.o", folder)
    assert symbols["arena"][0] == ".dtcm"
    tables = {
        section for name, (section, _, _) in symbols.items() if re.search("weights|bias", name)
    }
    assert tables == {".qspi"}
    placed = {name for name, (section, _, _) in symbols.items() if section in (".qspi", ".dtcm")}
    assert not any(name.endswith("_params") for name in placed)


def test_the_build_can_have_it_otherwise(tmp_path: Path) -> None:
    folder = _write(_output(PLACED), tmp_path)
    _run(["gcc", *STRICT, "-O2", "-DMF_SECTION(name)=", "-c", "net.c"], folder)
    assert _symbols("objdump", "net.o", folder)["arena"][0] == ".bss"


def test_each_model_has_its_own_places(tmp_path: Path) -> None:
    made = _output(PLACED, ("floating", ""), ("quantised_b", "place { arena = dtcm }"))
    folder = _write(made, tmp_path)
    _run(["gcc", *STRICT, "-O2", "-c", "net.c"], folder)
    symbols = _symbols("objdump", "net.o", folder)
    where = {name: symbols[f"{name}_arena"][0] for name in ("quantised", "floating", "quantised_b")}
    assert where == {"quantised": ".dtcm", "floating": ".bss", "quantised_b": ".dtcm"}
    assert symbols["quantised_fully_connected_0_weights"][0] == ".qspi"
    assert symbols["quantised_b_fully_connected_0_weights"][0] == ".rodata"


@pytest.mark.parametrize(
    ("arena", "section", "alignment"),
    [
        ("arena a { }", ".dtcm", 8),
        ("arena a { align = 2 }", ".dtcm", 8),
        ("arena a { align = 64 }", ".dtcm", 64),
        ('arena a { section = ".noinit.mflow" }', ".noinit.mflow", 8),
    ],
)
def test_a_shared_arena_has_a_section_and_an_alignment(
    arena: str, section: str, alignment: int
) -> None:
    body = "arena = a; place { arena = dtcm }"
    source = _output(("quantised", body), ("floating", body), rest=arena).files["net.c"]
    (line,) = [line for line in source.splitlines() if " a_arena[" in line]
    array = f"uint8_t a_arena[{_largest(source)}];"
    assert line == f'static MF_ALIGNED({alignment}) MF_SECTION("{section}") {array}'


def _largest(source: str) -> int:
    arrays = re.findall(r"uint8_t \w+\[(\d+)\]", source)
    assert len(arrays) == 1
    return int(arrays[0])


def test_a_model_alone_may_name_its_arena(tmp_path: Path) -> None:
    rest = 'arena a { align = 16; section = ".noinit" }'
    folder = _write(_output(("quantised", "arena = a"), target="host", rest=rest), tmp_path)
    assert "also that of" not in (folder / "net.h").read_text()
    _run(["gcc", *STRICT, "-O2", "-c", "net.c"], folder)
    assert _symbols("objdump", "net.o", folder)["a_arena"][0] == ".noinit"


def test_on_an_avr_an_arena_has_a_section(tmp_path: Path) -> None:
    rest = 'arena a { section = ".noinit.mflow" }'
    folder = _write(_output(("quantised", "arena = a"), target="atmega328p", rest=rest), tmp_path)
    _run(
        ["avr-gcc", "-mmcu=atmega328p", "-std=gnu11", "-O2", "-Wall", "-Werror", "-c", "net.c"],
        folder,
    )
    assert _symbols("avr-objdump", "net.o", folder)["a_arena"][0] == ".noinit.mflow"


def test_the_lines_of_the_page_place_it_all(tmp_path: Path) -> None:
    """`docs/memory.md` shows what a linker script needs; here it is linked, and nothing is lost."""
    (lines,) = re.findall(r"```ld\n(.*?)```", PAGE, re.DOTALL)
    folder = _write(_output(PLACED), tmp_path)
    code = ".text : { *(.text .text.* .rodata .rodata.*) } > FLASH"
    data = ".bss : { *(.data .bss .bss.*) } > RAM"
    script = f"{lines}\nENTRY(net_run)\nSECTIONS {{\n{code}\n{data}\n}}\n"
    (folder / "script.ld").write_text(script)
    flags = ["-mcpu=cortex-m7", "-mthumb", "-O2", "-nostartfiles", "-Wl,--fatal-warnings"]
    command = ["arm-none-eabi-gcc", *flags, "-T", "script.ld", "net.c", "-o", "image.elf"]
    _run(command, folder)
    symbols = _symbols("arm-none-eabi-objdump", "image.elf", folder)
    origins = {
        name.lower(): int(origin, 16)
        for name, origin in re.findall(r"(\w+) +\(\w+\) +: ORIGIN = (0x\w+)", lines)
    }
    assert set(origins) == {"flash", "ram", "dtcm", "qspi"}
    for symbol, home in (("arena", "dtcm"), ("fully_connected_0_weights", "qspi")):
        assert 0 <= int(symbols[symbol][1], 16) - origins[home] < 0x10000
    headers = _run(["arm-none-eabi-objdump", "-h", "image.elf"], folder)
    flags_of = dict(re.findall(r"^ +\d+ (\S+) .*\n +(.*)$", headers, re.M))
    assert "LOAD" not in flags_of[".dtcm"].replace("NEVER_LOAD", "") and "LOAD" in flags_of[".qspi"]
