"""The row contract: bands of several rows give what whole pictures give."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.need import need
from tests.run_model import SANITIZE, STRICT

RUNTIME = Path(__file__).parents[2] / "runtime_c"


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_rows_at_once(compiler: str, tmp_path: Path) -> None:
    program = tmp_path / "rows"
    include = [f"-I{RUNTIME / folder}" for folder in ("include", "kernels")]
    command = [need(compiler), *STRICT, *SANITIZE, "-O1", *include, "-o", str(program)]
    subprocess.run([*command, str(RUNTIME / "tests" / "rows.c")], check=True)
    ran = subprocess.run([program], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
