"""Every target, each with the memory that it has, gives the reference's bytes or says what is over.

Reference models of the corpus where that is there, else our own, which are of the same size.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from attrs import evolve

from microflow.targets import chip_names, core_names, load_target, target_names
from microflow.toolchain.board import run_image
from microflow.toolchain.image import Image, memories
from tests.cli.command import mflowc
from tests.need import corpus_entries, corpus_folder, need_core
from tests.oracle import tflm_steps
from tests.toolchain.small import as_bytes, built, draw, layer_model

MODELS = Path(__file__).parents[2] / "models"
CHIPS = [name for name in chip_names() if name != "host"]
TARGETS = [name for name in target_names() if name != "host"]
# Bytes of RAM and flash with which a target has to hold a model; the bytes of its weights alone.
LEAST = {
    "sine": (2 << 10, 4 << 10),
    "speech": (16 << 10, 32 << 10),
    "person": (56 << 10, 240 << 10),
}
WEIGHTS = {"sine": 321, "speech": 16_832, "person": 210_000}
CORPUS = {
    "sine": "microflow_rs__sine",
    "speech": "microflow_rs__speech",
    "person": "microflow_rs__person_detect",
}


def model_file(name: str) -> Path:
    files = {e["name"]: corpus_folder() / e["file"] for e in corpus_entries()}
    return files.get(CORPUS[name], MODELS / name / f"{name}.tflite")


def must_hold(target: str, name: str) -> bool:
    chip, (ram, flash) = load_target(target), LEAST[name]
    assert chip.ram is not None
    return chip.ram >= ram and (chip.flash is None or chip.flash >= flash)


def cannot_hold(target: str, name: str) -> bool:
    flash = load_target(target).flash
    return flash is not None and flash < WEIGHTS[name]


def test_the_boards_of_the_examples_hold_what_they_should() -> None:
    fitting = {name: {t for t in TARGETS if must_hold(t, name)} for name in LEAST}
    assert fitting["sine"] == set(TARGETS)
    assert {t for t in TARGETS if (load_target(t).ram or 0) >= 16 << 10} == fitting["speech"]
    assert {"esp32", "atsamv71", "nrf52840", "lm3s6965"} <= fitting["person"]
    assert cannot_hold("ch32v003", "speech") and cannot_hold("gd32vf103", "person")


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", LEAST)
def test_the_reference_s_bytes_or_what_is_over(name: str, target: str) -> None:
    need_core(load_target(target).core.name)
    done = mflowc("verify", model_file(name), "--on", target, "--count", "2", "--json")
    assert not cannot_hold(target, name) or done.code == 1
    if done.code == 1 and not must_hold(target, name):
        assert set(done.codes) <= {"MF5002", "MF6033"}
        for found in done.document["diagnostics"]:
            assert re.search(rf"{target} .*[\d,]+, [\d,]+ (fewer|more)", found["message"])
            assert "choose a larger chip" in found["help"]
        return
    (result,) = done.results
    assert result["passed"] and result["oracle"] == "tflite-micro" and result["steps"] == 2
    assert all(output["differing"] == 0 for output in result["outputs"])
    assert result["emulated_as"].startswith(load_target(target).core.name)


def test_the_page_has_every_core_with_its_chips_and_boards() -> None:
    page = (Path(__file__).parents[2] / "docs" / "targets.md").read_text("utf-8")
    rows = re.findall(r"^\| `([\w-]+)` \| (.*) \| (.*) \|$", page, re.MULTILINE)
    assert sorted(core for core, *_ in rows) == sorted(core_names())
    for core, chips, boards in rows:
        named = re.findall(r"`(\w+)`", chips)
        assert named == [name for name in CHIPS if load_target(name).core.name == core]
        for target in (core, *named):
            board = load_target(target).board
            assert board is not None and f"`{board.board}`" in boards


@pytest.mark.parametrize("name", CHIPS)
def test_a_chip_is_described_with_its_source(name: str) -> None:
    chip = load_target(name)
    assert chip.name == name and chip.core.compiler is not None and chip.board is not None
    assert chip.ram and chip.clock and chip.source and chip.description
    assert chip.ram_origin is not None and (chip.flash is None or chip.flash_origin is not None)


def run_small(image: Image) -> None:
    steps = [[draw("int8", (1, 8))]]
    run, failed = run_image(image, as_bytes(steps))
    assert run is not None, [(d.message, d.notes) for d in failed]
    assert [list(step) for step in run.outputs] == as_bytes(tflm_steps(layer_model(), steps))


@pytest.mark.parametrize(
    ("core", "flash", "ram"),
    [
        ("cortex-m4", 0x26000, 0x20002000),
        ("rv32imc", 0x80200000, 0x80500000),
        ("lx106", 0x50010000, 0x60001000),
        ("avr5", 0, 0x800200),
    ],
)
def test_a_chip_of_one_s_own_keeps_its_memory_map(
    core: str, flash: int, ram: int, tmp_path: Path
) -> None:
    need_core(core)
    own = evolve(
        load_target(core), flash=8192, ram=1024, flash_origin=flash, ram_origin=ram, name="own"
    )
    image = built(layer_model(), own, tmp_path)
    at = image.elf.addresses
    assert flash <= at["model_run"] < flash + 8192
    assert ram <= at["mf_bss"] < at["mf_stack_high"] <= ram + 1024
    run_small(image)


def test_a_memory_that_the_board_has_not_keeps_its_size_alone(tmp_path: Path) -> None:
    need_core("cortex-m4")
    board = load_target("cortex-m4")
    own = evolve(board, flash=8192, ram=1024, flash_origin=0x08000000, ram_origin=0x24000000)
    assert own.board is not None
    flash, ram = memories(own, own.board)
    assert (flash.origin, flash.size) == (own.board.flash.origin, 8192)
    assert (ram.origin, ram.size) == (own.board.ram.origin, 1024)
    run_small(built(layer_model(), own, tmp_path))


def test_a_board_with_less_than_the_chip_says_so() -> None:
    chip = load_target("stm32n657")
    assert chip.board is not None and chip.ram is not None
    assert memories(chip, chip.board)[1] == chip.board.ram
    assert chip.board.ram.size < chip.ram


def test_a_manifest_s_own_chip_is_emulated(tmp_path: Path) -> None:
    need_core("cortex-m4")
    manifest = tmp_path / "m.mflow"
    manifest.write_text(
        "mflow 1\n"
        "target behind : nrf52840 {\n"
        "  memory flash { origin = 0x26000; size = 16KiB }\n"
        "  memory ram { origin = 0x20002000; size = 1KiB }\n"
        "}\n"
        "target lean : behind { memory ram { size = 520B } }\n"
        f'model sine {{ source = "{MODELS}/sine/sine.tflite"; targets = [behind, lean] }}\n'
    )
    (result,) = mflowc("verify", manifest, "--on", "behind", "--count", "1", "--json").results
    assert result["passed"] and result["target"] == "behind"
    done = mflowc("verify", manifest, "--on", "lean", "--count", "1", "--json")
    assert done.codes == ["MF6033"]
    assert re.search(
        r"image for lean needs [\d,]+ bytes of RAM, \d+ more than its 520", done.messages[0]
    )


def test_memories_beyond_flash_and_ram_count(tmp_path: Path) -> None:
    need_core("cortex-m4")
    manifest = tmp_path / "m.mflow"
    manifest.write_text(
        "mflow 1\n"
        "target board : stm32l4 {\n"
        "  memory flash { size = 20KiB }\n"
        "  memory qspi { kind = flash; size = 1MiB; origin = 0x90000000 }\n"
        "}\n"
        f'model person {{ source = "{MODELS}/person/person.tflite"; targets = [board]\n'
        "  place { weights = qspi } }\n"
    )
    (result,) = mflowc("verify", manifest, "--on", "board", "--count", "1", "--json").results
    assert result["passed"]
