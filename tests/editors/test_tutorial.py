"""What docs/tutorial.md shows: its manifest compiles, its commands run, its pictures are there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from microflow.analysis import Request, check
from microflow.files import Disk, Overlay

from ..need import need, need_module
from .playing import IMAGES, ROOT

TUTORIAL = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
BUILD = TUTORIAL.partition("## Build")[2].partition("\n## ")[0]
_MOST_BYTES = 60_000


def manifest() -> str:
    """The manifest with which the tutorial ends."""
    (shown,) = re.findall(r"```mflow\n(mflow 1\n.*?)```", TUTORIAL, re.DOTALL)
    return str(shown)


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the example as the tutorial leaves it."""
    folder = tmp_path / "examples" / "speech"
    shutil.copytree(ROOT / "examples" / "speech", folder, ignore=shutil.ignore_patterns("gen"))
    shutil.copytree(ROOT / "models" / "speech", tmp_path / "models" / "speech")
    (folder / "speech.mflow").write_text(manifest(), "utf-8")
    return folder


def test_its_manifest_fits_by_its_fix_alone() -> None:
    path = str(ROOT / "examples" / "speech" / "tutorial.mflow")
    found = {}
    for name, text in {
        "mended": manifest(),
        "broken": re.sub(r".*stream.*\n", "", manifest()),
    }.items():
        files = Overlay({path: text.encode()}, Disk())
        found[name] = [d.rule.code for d in check(Request(path), files).diagnostics]
    assert found == {"mended": [], "broken": ["MF5001"]}


def test_its_commands_run(example: Path) -> None:
    need("gcc")
    need_module("tflite_micro", "mflowc[verify]")
    commands = re.findall(r"^mflowc (.*)$", BUILD, re.MULTILINE)
    printed = {}
    for command in commands:
        done = subprocess.run(
            [sys.executable, "-m", "microflow", *command.split()],
            cwd=example,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        printed[command.split()[0]] = done.stdout
    assert "scores: yes" in printed["run"]
    assert "passed" in printed["verify"]
    header = (example / "gen" / "speech.h").read_text("utf-8")
    assert all(name in header for name in re.findall(r"speech_\w+", BUILD.rpartition("```c")[2]))


def test_its_pictures_are_there_and_small() -> None:
    shown = set(re.findall(r"\(img/([\w.]+)\)", TUTORIAL))
    assert shown == {p.name for p in IMAGES.iterdir()}
    assert all(p.stat().st_size < _MOST_BYTES for p in IMAGES.iterdir())
