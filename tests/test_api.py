"""The public functions of the package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import microflow
from microflow.files import Overlay
from tests.cli.models import manifest, relu, unsupported, write


def test_importing_the_package_loads_nothing() -> None:
    script = "import sys, microflow; print([m for m in sys.modules if m.startswith('microflow.')])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )
    assert done.stdout == "[]\n"


def test_every_public_name_is_there() -> None:
    assert all(getattr(microflow, name) is not None for name in microflow.__all__)
    assert set(microflow.__all__) <= set(dir(microflow))
    with pytest.raises(AttributeError):
        _ = microflow.nothing


def test_from_a_path_to_c(tmp_path: Path) -> None:
    analysis = microflow.analyse(write(tmp_path, relu()), prefix="wake")
    assert not analysis.diagnostics
    (output,) = microflow.build(analysis)
    assert output.target.name == "host" and "wake.c" in output.files


def test_a_self_test_is_computed_or_stops_a_build(monkeypatch: pytest.MonkeyPatch) -> None:
    body = "  emit { selftest = true }\n"
    files = Overlay({"m.mflow": manifest(body).encode(), "m.tflite": relu()})
    analysis = microflow.analyse("m.mflow", files=files)
    (output,) = microflow.build(analysis)
    assert "m_selftest(void)" in output.files["m.h"]
    monkeypatch.setenv("CC", "no-such-compiler")
    with pytest.raises(ValueError, match="MF6040"):
        microflow.build(analysis)


def test_from_memory() -> None:
    files = Overlay({"m.mflow": manifest("").encode(), "m.tflite": relu()})
    (output,) = microflow.build(microflow.analyse("m.mflow", files=files))
    assert "m.h" in output.files


def test_errors_are_returned_and_stop_a_build(tmp_path: Path) -> None:
    analysis = microflow.analyse(write(tmp_path, unsupported()))
    assert [d.rule.code for d in analysis.diagnostics] == ["MF4001"]
    with pytest.raises(ValueError, match="MF4001: builtin operator CONV_3D"):
        microflow.build(analysis)
