"""Every example checks, verifies, builds under strict flags, and does what its README says."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.command import mflowc
from tests.need import need
from tests.run_model import STRICT

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(p.parent.name for p in (ROOT / "examples").glob("*/*.mflow"))
SPEECH = ROOT / "examples" / "speech"


def test_there_are_examples_of_every_model() -> None:
    models = sorted(p.parent.name for p in (ROOT / "models").glob("*/*.tflite"))
    assert models == EXAMPLES


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_is_verified_against_the_reference(name: str) -> None:
    need("gcc")
    folder = ROOT / "examples" / name
    (result,) = mflowc("verify", f"{name}.mflow", "--count", "4", "--json", cwd=folder).results
    assert result["passed"] and result["oracle"] == "tflite-micro"
    assert all(output["differing"] == 0 for output in result["outputs"])


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_the_example_builds_without_a_warning(name: str, compiler: str, tmp_path: Path) -> None:
    manifest = ROOT / "examples" / name / f"{name}.mflow"
    arguments = ("--target", "host", "--out", tmp_path, "--json")
    assert mflowc("build", manifest, *arguments).code == 0
    boards = [ROOT / "examples" / "boards", ROOT / "runtime_c" / "boards" / "common"]
    include = [f"-I{folder}" for folder in (tmp_path, *boards)]
    sources = [tmp_path / f"{name}.c", manifest.parent / "firmware.c", boards[0] / "print.c"]
    command = [need(compiler), *STRICT, "-O2", *include, "-c", *sources]
    subprocess.run(command, cwd=tmp_path, check=True)


@pytest.fixture(scope="module")
def listener(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The speech example's program."""
    folder = tmp_path_factory.mktemp("speech")
    arguments = ("--target", "host", "--out", folder, "--json")
    assert mflowc("build", SPEECH / "speech.mflow", *arguments).code == 0
    sources = [SPEECH / "main.c", folder / "speech.c"]
    flags = [*STRICT, "-O2", f"-I{folder}", "-fsanitize=address,undefined"]
    subprocess.run([need("gcc"), *flags, "-o", folder / "speech", *sources], check=True)
    return folder / "speech"


@pytest.mark.parametrize("word", ["yes", "no"])
def test_the_speech_example_hears_the_word(listener: Path, word: str) -> None:
    sound = SPEECH / f"{word}.wav"
    said = subprocess.run([listener, sound], capture_output=True, text=True, check=True).stdout
    assert said.startswith(f"heard: {word}\n")
    assert re.search(r"^arena: \d+ bytes$", said, re.MULTILINE)
    scores = [float(n) for n in re.findall(r"^  \w+ +([\d.]+)$", said, re.MULTILINE)]
    assert len(scores) == 4 and abs(sum(scores) - 1) < 0.02


def test_run_gives_the_same_answer_as_the_program(listener: Path) -> None:
    results = mflowc("run", "speech.mflow", "yes.wav", "--json", cwd=SPEECH).results
    (output,) = results[0]["outputs"]
    assert output["label"] == "yes"
    command = [listener, SPEECH / "yes.wav"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert f"{output['score']:.3f}" in said


@pytest.mark.parametrize(
    "damage", [b"", b"RIFF", b"RIFF\x00\x00\x00\x00WAVEdata\xff\xff\xff\xff", b"x" * 64]
)
def test_the_speech_example_refuses_what_is_no_sound(
    listener: Path, damage: bytes, tmp_path: Path
) -> None:
    sound = tmp_path / "bad.wav"
    sound.write_bytes(damage)
    done = subprocess.run([listener, sound], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "bad.wav: " in done.stderr


def test_the_front_end_is_what_its_generator_writes(tmp_path: Path) -> None:
    shutil.copytree(SPEECH, tmp_path / "speech", ignore=shutil.ignore_patterns("gen"))
    script = tmp_path / "speech" / "tables.py"
    header = tmp_path / "speech" / "log_mel.h"
    before = header.read_bytes()
    subprocess.run(["python3", script], cwd=script.parent, check=True, capture_output=True)
    assert header.read_bytes() == before


@pytest.mark.parametrize("language", ["c", "c++"])
def test_the_front_end_is_plain_c_and_c_plus_plus(language: str, tmp_path: Path) -> None:
    source = tmp_path / "use.c"
    source.write_text(
        f'#include "{SPEECH}/log_mel.h"\n'
        "void use(const int16_t *pcm, int8_t *out);\n"
        "void use(const int16_t *pcm, int8_t *out) { mf_frontend(pcm, 16000, out); }\n"
    )
    standard = "-std=c99" if language == "c" else "-std=c++11"
    flags = ["-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-pedantic", "-Werror", standard]
    command = [need("gcc"), "-x", language, *flags, "-c", source, "-o", tmp_path / "use.o"]
    subprocess.run(command, check=True)
