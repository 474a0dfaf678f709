"""``mflowc build`` gives the static bound of the stack where there is a compiler for the target."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

from tests.cli.command import mflowc
from tests.cli.models import relu, scores, write
from tests.need import need_core


def test_a_bound_beside_the_estimate(tmp_path: Path) -> None:
    need_core("cortex-m4")
    write(tmp_path, scores())
    (result,) = mflowc("build", "m.mflow", "-t", "nrf52840", "--json", cwd=tmp_path).results
    bound = result["stack_bound"]
    assert bound["chain"][:2] == ["m_run", "mf_softmax_s8"]
    assert bound["compiler"].startswith("arm-none-eabi-gcc ")
    assert bound["reason"] is None
    assert 0 < bound["bytes"] <= result["stack_bytes"] + 8
    done = mflowc("build", "m.mflow", "-t", "nrf52840", cwd=tmp_path)
    (line,) = [line for line in done.out.splitlines() if line.startswith("stack of")]
    begin = f"stack of m on nrf52840 by {bound['compiler']}: at most {bound['bytes']} bytes (m_run"
    assert line.startswith(begin)


def test_every_model_of_a_target_has_one(tmp_path: Path) -> None:
    need_core("cortex-m4")
    need_core("rv32imc")
    (tmp_path / "a.tflite").write_bytes(scores())
    (tmp_path / "b.tflite").write_bytes(relu())
    models = (
        f'model {n} {{\n  source = "{n}.tflite"\n  targets = [nrf52840, esp32c3]\n}}\n'
        for n in "ab"
    )
    (tmp_path / "m.mflow").write_text("mflow 1\n\n" + "\n".join(models))
    results = mflowc("build", "m.mflow", "--prefix", "q", "--json", cwd=tmp_path).results
    chains = {(r["model"], r["target"]): r["stack_bound"]["chain"] for r in results}
    assert len(chains) == 4
    assert all(chain[0] == f"q_{model}_run" for (model, _), chain in chains.items())


def test_no_compiler_no_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, scores())
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    done = mflowc("build", "m.mflow", "-t", "nrf52840", cwd=tmp_path)
    assert done.code == 0 and done.err == ""
    assert "stack of" not in done.out
    (result,) = mflowc("build", "m.mflow", "-t", "nrf52840", "--json", cwd=tmp_path).results
    assert result["stack_bound"] is None


def test_this_computer_has_none(tmp_path: Path) -> None:
    write(tmp_path, scores())
    (result,) = mflowc("build", "m.mflow", "--json", cwd=tmp_path).results
    assert result["stack_bound"] is None


def test_what_is_written_does_not_depend_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, scores())
    assert mflowc("build", "m.mflow", "-t", "nrf52840", "-o", "a", cwd=tmp_path).code == 0
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert mflowc("build", "m.mflow", "-t", "nrf52840", "-o", "b", cwd=tmp_path).code == 0
    report = "m.report.json"
    assert (tmp_path / "a" / report).read_bytes() == (tmp_path / "b" / report).read_bytes()
