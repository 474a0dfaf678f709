"""Runs scripts that drive the extension in code-server; takes the pictures of docs/tutorial.md.

`python -m tests.editors.playing` plays the tutorial and writes the pictures into docs/img.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / ".venv" / "editors"
IMAGES = ROOT / "docs" / "img"
_DIST = ROOT / "editors" / "vscode" / "dist"
_SCRIPTS = ROOT / "editors" / "vscode" / "test" / "editor"
_COLOURS = 256


@contextmanager
def alone() -> Iterator[None]:
    """Keeps other workers of a test run from writing into the extension's folder meanwhile."""
    _DIST.mkdir(exist_ok=True)
    with (_DIST / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def pack() -> None:
    """Packs the extension, and bundles the suite that runs inside of an editor; once a test run."""
    run_of_tests = os.environ.get("PYTEST_XDIST_TESTRUNUID", "")
    stamp = _DIST / ".packed"
    with alone():
        if run_of_tests and stamp.exists() and stamp.read_text("utf-8") == run_of_tests:
            return
        for script in ("package", "bundle-tests"):
            subprocess.run([ROOT / "tools" / "npm", "run", script], check=True, capture_output=True)
        stamp.write_text(run_of_tests, "utf-8")


def run(script: str, *arguments: object) -> str:
    """Runs a script that opens an editor; returns what it prints."""
    node = Path(sys.executable).with_name("node")
    done = subprocess.run(
        [node, _SCRIPTS / script, TOOLS, *map(str, arguments)],
        env={**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def play_tutorial(folder: Path, pictures: Path) -> tuple[Path, str]:
    """Plays the tutorial with a copy of the speech example; returns it and what the user reads."""
    example = folder / "examples" / "speech"
    ours = shutil.ignore_patterns("gen")
    shutil.copytree(ROOT / "examples" / "speech", example, ignore=ours)
    shutil.copytree(ROOT / "models" / "speech", folder / "models" / "speech")
    pictures.mkdir(parents=True, exist_ok=True)
    return example, run("tutorial.mjs", example, sys.executable, pictures)


def _take() -> None:
    pack()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        play_tutorial(place / "copy", place / "pictures")
        IMAGES.mkdir(exist_ok=True)
        for taken in sorted((place / "pictures").glob("*.png")):
            with Image.open(taken) as picture:
                few = picture.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
                few.save(IMAGES / taken.name, optimize=True)


if __name__ == "__main__":
    _take()
