"""The accuracy that the models' cards state is recomputed, on data that training never saw."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.need import absent

MODELS = Path(__file__).parents[2] / "models"


@pytest.mark.full
@pytest.mark.parametrize("name", ["sine", "speech", "person"])
def test_the_model_is_as_good_as_its_floor(name: str) -> None:
    done = subprocess.run(
        [sys.executable, MODELS / name / "evaluate.py"], capture_output=True, text=True, check=False
    )
    if done.returncode == 2:
        absent(done.stderr.strip())
    assert done.returncode == 0, done.stdout + done.stderr
