"""The extension in a real editor, in a real browser. `tools/install-editors` installs both."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest

from microflow.analysis import Request, check
from microflow.files import Disk

from ..need import absent, need, need_npm
from .playing import IMAGES, ROOT, TOOLS, pack, play_tutorial, run
from .test_tutorial import manifest

SUITE = ROOT / "editors" / "vscode" / "dist" / "test" / "editor" / "suite.js"


@pytest.fixture(scope="module")
def packed() -> None:
    """The packaged extension and its bundled suite, in an editor that is installed."""
    need("chromium")
    if not (TOOLS / ".installed").exists():
        absent("code-server is not installed: make test-editors")
    need_npm()
    pack()


@pytest.mark.usefixtures("packed")
def test_the_extension_in_an_editor(tmp_path: Path) -> None:
    """A mistake is shown and mended; hover, completion, layout, task and report work."""
    shutil.copy(ROOT / "models" / "sine" / "sine.tflite", tmp_path)
    manifest = 'mflow 1\n\nmodel sine {\n  source = "sine.tflite"\n  targets = [hosst]\n}\n'
    path = tmp_path / "sine.mflow"
    path.write_text(manifest, "utf-8")
    boards = "mflow 1\n\ntarget board : nrf52840 {\n  clokc = 32MHz\n}\n"
    (tmp_path / "boards.mflow").write_text(boards, "utf-8")
    suite, _, report = run("run.mjs", tmp_path, SUITE, sys.executable).partition("suite: 0\n")
    assert report, suite
    result, _ = check(Request(str(path)), Disk()).results
    assert "mflowc report" in report and "sine\non host" in report
    assert f"RAM\n~{result.sizes.ram_bytes:,} bytes" in report
    assert f"{result.sizes.macs:,} MACs" in report


@pytest.mark.usefixtures("packed")
def test_the_tutorial_goes_as_it_is_written(tmp_path: Path) -> None:
    """With mouse and keys; it ends with the manifest that the page shows, and its C."""
    example, printed = play_tutorial(tmp_path / "copy", tmp_path / "pictures")
    assert (example / "speech.mflow").read_text("utf-8") == manifest()
    assert (example / "gen" / "speech.h").is_file()
    said = dict(re.findall(r"^(\w+): (.*)$", printed, re.MULTILINE))
    (result,) = check(Request(str(example / "speech.mflow")), Disk()).results
    assert said["lens"].startswith("nrf52840: ")
    assert "MF5001" in said["message"] and "more than its budget of 4,096" in said["message"]
    assert f"row by row ({result.sizes.ram_bytes:,} bytes of RAM)" in said["message"]
    taken = {p.name for p in (tmp_path / "pictures").iterdir()}
    assert taken == {p.name for p in IMAGES.iterdir()}, "make pictures"
