"""The Arduino library: the rules of the library specification, and what the boards' compilers say.

The specification is that of arduino.github.io/arduino-cli (layout 1.5, revision 2.2).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .packages import output, packed, run, write

FIELDS = {
    "name", "version", "author", "maintainer", "sentence", "paragraph", "category", "url",
    "architectures", "depends", "dot_a_linkage", "includes", "precompiled", "ldflags",
}  # fmt: skip
REQUIRED = FIELDS - {"depends", "dot_a_linkage", "includes", "precompiled", "ldflags"}
CATEGORIES = {
    "Display", "Communication", "Signal Input/Output", "Sensors", "Device Control", "Timing",
    "Data Storage", "Data Processing", "Other",
}  # fmt: skip
BOARDS = {
    "atmega328p": ("avr-gcc", "-mmcu=atmega328p", "gnu11"),  # Uno
    "nrf52840": (  # Nano 33 BLE
        "arm-none-eabi-gcc",
        "-mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16",
        "gnu11",
    ),
}
STUB = """\
#include <stddef.h>
#include <string.h>
struct Port {
  void begin(long);
  void println(const char *);
  void println(long);
  void println(double);
};
extern struct Port Serial;
void delay(unsigned long);
void setup(void);
void loop(void);
"""


def broken_rules(files: dict[str, str]) -> list[str]:
    """Returns what a library has wrong; a strict reading of the specification."""
    lines = files["library.properties"].splitlines()
    pairs = [tuple(line.split("=", 1)) for line in lines]
    fields = dict(pairs)
    name = fields.get("name", "")
    sketches = [p.split("/") for p in files if p.startswith("examples/")]
    rules = {
        "a field stands twice": len(fields) == len(pairs),
        "an unknown field": set(fields) <= FIELDS,
        "a required field is missing": all(fields.get(f, "").strip() for f in REQUIRED),
        "the name": re.fullmatch(r"(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9 _.-]{0,62}", name),
        "no semantic version": re.fullmatch(r"\d+\.\d+\.\d+", fields.get("version", "")),
        "the category": fields.get("category") in CATEGORIES,
        "no address": re.match("https?://", fields.get("url", "")),
        "the sentence ends no sentence": fields.get("sentence", "").endswith("."),
        "an architecture": re.fullmatch(r"\*|[a-z0-9_,]+", fields.get("architectures", "")),
        "an include is not in src": all(
            f"src/{i.strip()}" in files for i in fields.get("includes", "").split(",") if i
        ),
        "a sketch is not named like its folder": all(
            len(p) == 3 and p[2] == f"{p[1]}.ino" for p in sketches
        ),
        "a file where none may be": all(
            p.startswith(("src/", "examples/")) or p in ("library.properties", "README.md")
            for p in files
        ),
    }  # fmt: skip
    return [rule for rule, kept in rules.items() if not kept]


@pytest.mark.parametrize("target", ["host", *BOARDS])
def test_the_rules_of_the_specification(target: str) -> None:
    assert broken_rules(packed("arduino", output(target))) == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("name=net", "name=-net", "the name"),
        ("version=1.0.0", "version=1.0", "no semantic version"),
        ("category=Data Processing", "category=AI", "the category"),
        ("author=mflowc\n", "", "a required field is missing"),
        ("includes=net.h", "includes=other.h", "an include is not in src"),
    ],
)
def test_the_checker_sees_mistakes(old: str, new: str, rule: str) -> None:
    files = packed("arduino")
    files["library.properties"] = files["library.properties"].replace(old, new)
    assert broken_rules(files) == [rule]


def test_code_for_an_avr_is_for_avrs_alone() -> None:
    said = {t: packed("arduino", output(t))["library.properties"] for t in BOARDS}
    assert "architectures=avr\n" in said["atmega328p"]
    assert "architectures=*\n" in said["nrf52840"]


@pytest.mark.parametrize("target", BOARDS)
def test_library_and_sketch_compile_as_the_ide_does(target: str, tmp_path: Path) -> None:
    """With flags like those of the boards' cores, which ask for size."""
    compiler, flags, standard = BOARDS[target]
    folder = write(packed("arduino", output(target)), tmp_path)
    (folder / "Arduino.h").write_text(STUB)
    common = [*flags.split(), "-Os", "-Wall", "-Wextra", "-Werror", "-ffunction-sections", "-Isrc"]
    run([compiler, *common, f"-std={standard}", "-c", "src/net.c"], folder)
    sketch = folder / "examples/net_run/net_run.ino"
    cxx = [compiler.replace("gcc", "g++"), *common, "-std=gnu++11", "-I.", "-include", "Arduino.h"]
    run([*cxx, "-x", "c++", "-c", sketch, "-o", "sketch.o"], folder)
    run([*cxx, "-fsyntax-only", "-x", "c++", "src/net.h"], folder)


def test_the_source_asks_for_speed_itself(tmp_path: Path) -> None:
    """Under -Os the library's copy becomes about as large as the plain source under -O2."""
    made = output("nrf52840")
    write({**packed("arduino", made), **packed("make", made)}, tmp_path)
    compiler, flags, _ = BOARDS["nrf52840"]

    def code_bytes(source: str, level: str) -> int:
        run([compiler, *flags.split(), level, "-c", source, "-o", "x.o"], tmp_path)
        return int(run(["arm-none-eabi-size", "x.o"], tmp_path).splitlines()[1].split()[0])

    small, fast = code_bytes("net.c", "-Os"), code_bytes("net.c", "-O2")
    assert fast > 1.05 * small
    assert code_bytes("src/net.c", "-Os") > (small + fast) / 2


def test_one_source_serves_uno_and_nano_33_ble(tmp_path: Path) -> None:
    """What is built for the 32-bit board compiles for the 8-bit one too."""
    folder = write(packed("arduino", output("nrf52840")), tmp_path)
    compiler, flags, standard = BOARDS["atmega328p"]
    run([compiler, *flags.split(), "-Os", f"-std={standard}", "-Isrc", "-c", "src/net.c"], folder)
