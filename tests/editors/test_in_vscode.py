"""The extension in a real editor. `make test-editors` installs what it needs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ..need import need_npm

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / ".venv" / "editors"
RUNNER = ROOT / "editors" / "vscode" / "test" / "editor" / "run.mjs"
SUITE = ROOT / "editors" / "vscode" / "dist" / "test" / "editor" / "suite.js"


@pytest.mark.full
def test_the_extension_in_an_editor(tmp_path: Path) -> None:
    """A mistake is shown and mended; hover, task and report work."""
    if not (TOOLS / ".installed").exists() or shutil.which("chromium") is None:
        pytest.skip("code-server and Chromium are not installed: make test-editors")
    need_npm()
    for script in ("package", "bundle-tests"):
        subprocess.run([ROOT / "tools" / "npm", "run", script], check=True, capture_output=True)
    model = ROOT / "models" / "sine" / "sine.tflite"
    shutil.copy(model, tmp_path)
    manifest = 'mflow 1\n\nmodel sine {\n  source  = "sine.tflite"\n  targets = [hosst]\n}\n'
    (tmp_path / "sine.mflow").write_text(manifest, "utf-8")
    node = Path(sys.executable).with_name("node")
    done = subprocess.run(
        [node, RUNNER, TOOLS, tmp_path, SUITE, sys.executable],
        env={**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "suite: 0 report: true" in done.stdout
