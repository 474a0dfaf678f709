"""The wheel is complete: installed alone, outside the checkout, it compiles an example."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (found,) = folder.glob("mflowc-*.whl")
    return found


def test_the_wheel_holds_grammar_and_runtime(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "microflow/_data/grammar/mflow.lark" in names
    assert "microflow/_data/docs/rules.md" in names
    assert "microflow/py.typed" in names
    runtime = ROOT / "runtime_c"
    for folder in ("include", "kernels", "boards"):
        for path in filter(Path.is_file, (runtime / folder).rglob("*")):
            assert f"microflow/_data/runtime_c/{path.relative_to(runtime)}" in names
    assert not any(n.startswith(("tests/", "models/", "examples/")) for n in names)


def test_the_wheel_compiles_an_example_elsewhere(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    subprocess.run([home / "bin" / "pip", "install", "-q", str(wheel)], check=True)
    for folder in ("examples", "models"):
        for name in ("sine",):
            shutil.copytree(ROOT / folder / name, tmp_path / folder / name)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        [
            home / "bin" / "mflowc",
            "build",
            "sine.mflow",
            "--target",
            "host",
            "--out",
            "gen",
            "--json",
        ],
        cwd=tmp_path / "examples" / "sine",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["results"][0]["arena_bytes"] > 0
    generated = tmp_path / "examples" / "sine" / "gen"
    assert (generated / "sine.c").is_file() and (generated / "microflow" / "mf_port.h").is_file()
    subprocess.run(
        ["cc", "-std=c99", "-O2", "-c", "sine.c", "-o", "sine.o"], cwd=generated, check=True
    )
