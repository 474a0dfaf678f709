"""``mflowc verify``: passes where it should, and fails where it should."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cli.command import Done, mflowc
from tests.cli.models import relu, scores, write
from tests.need import need


@pytest.fixture(autouse=True)
def _compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", need("gcc"))


def verify(folder: Path, *arguments: str) -> Done:
    return mflowc("verify", *arguments, "--json", cwd=folder)


def vectors(folder: Path, **arrays: Any) -> None:
    np.savez(folder / "v.npz", **arrays)


INPUTS = np.array([[[1, -2, 3, -4]], [[5, 6, -7, 8]]], np.int8)


def test_against_the_reference(tmp_path: Path) -> None:
    write(tmp_path, scores())
    (result,) = verify(tmp_path, "m.mflow", "--count", "3").results
    assert (result["model"], result["target"], result["passed"]) == ("m", "host", True)
    assert (result["profile"], result["oracle"], result["steps"]) == ("tflm", "tflite-micro", 3)
    assert result["outputs"] == [
        {"name": "p", "elements": 9, "differing": 0, "max_difference": 0.0}
    ]
    assert result["first_difference"] is None


def test_against_vectors(tmp_path: Path) -> None:
    write(tmp_path, relu(), None)
    vectors(tmp_path, in0=INPUTS, out0=np.maximum(INPUTS, 0))
    (result,) = verify(tmp_path, "m.tflite", "--vectors", "v.npz").results
    assert (result["passed"], result["oracle"], result["steps"]) == (True, "vectors", 2)
    assert result["outputs"][0]["elements"] == 8


def test_corrupted_vectors_fail(tmp_path: Path) -> None:
    write(tmp_path, relu(), None)
    wrong = np.maximum(INPUTS, 0)
    wrong[1, 0, 3] -= 5
    vectors(tmp_path, in0=INPUTS, out0=wrong)
    done = verify(tmp_path, "m.tflite", "--vectors", "v.npz")
    assert (done.code, done.codes) == (1, ["MF6020"])
    (result,) = done.document["results"]
    assert result["passed"] is False
    assert (result["outputs"][0]["differing"], result["outputs"][0]["max_difference"]) == (1, 5.0)
    shown = mflowc("verify", "m.tflite", "--vectors", "v.npz", cwd=tmp_path)
    assert shown.code == 1 and "m: FAILED" in shown.out


@pytest.mark.parametrize(
    ("name", "code"), [("gone.npz", "MF6106"), ("bad.npz", "MF6021"), ("v.npz", "MF6022")]
)
def test_vectors_that_do_not_fit(tmp_path: Path, name: str, code: str) -> None:
    write(tmp_path, relu())
    (tmp_path / "bad.npz").write_bytes(b"nonsense")
    vectors(tmp_path, in0=INPUTS)
    done = verify(tmp_path, "m.mflow", "--vectors", name)
    assert (done.code, done.codes) == (1, [code])


def manifest(folder: Path, block: str) -> None:
    write(folder, relu(), f"  verify {{ {block} }}\n")


def test_the_manifest_names_vectors_and_a_tolerance(tmp_path: Path) -> None:
    manifest(tmp_path, 'vectors = "v.npz"; tolerance = 2lsb')
    off = np.maximum(INPUTS, 0) + np.array([0, 2, -2, 1], np.int8)
    vectors(tmp_path, in0=INPUTS, out0=off)
    (result,) = verify(tmp_path, "m.mflow").results
    assert (result["passed"], result["oracle"], result["steps"]) == (True, "vectors", 2)
    assert (result["outputs"][0]["differing"], result["outputs"][0]["max_difference"]) == (6, 2.0)
    assert result["tolerance"] == "2lsb in integer outputs"
    shown = mflowc("verify", "m.mflow", cwd=tmp_path)
    assert "m: passed" in shown.out and "(tolerance: 2lsb in integer outputs)" in shown.out
    vectors(tmp_path, in0=INPUTS, out0=off + np.array([0, 1, 0, 0], np.int8))
    assert verify(tmp_path, "m.mflow").codes == ["MF6020"]


def test_the_command_line_comes_before_the_manifest(tmp_path: Path) -> None:
    manifest(tmp_path, 'vectors = "v.npz"')
    vectors(tmp_path, in0=INPUTS, out0=np.maximum(INPUTS, 0) + 1)
    assert verify(tmp_path, "m.mflow").codes == ["MF6020"]
    (result,) = verify(tmp_path, "m.mflow", "--count", "2").results
    assert (result["passed"], result["oracle"]) == (True, "tflite-micro")
    np.savez(tmp_path / "right.npz", in0=INPUTS, out0=np.maximum(INPUTS, 0))
    (result,) = verify(tmp_path, "m.mflow", "--vectors", "right.npz").results
    assert (result["passed"], result["oracle"]) == (True, "vectors")


def test_vectors_of_the_manifest_that_are_not_there(tmp_path: Path) -> None:
    manifest(tmp_path, 'vectors = "gone.npz"')
    done = mflowc("check", "m.mflow", cwd=tmp_path)
    assert done.code == 1 and "m.mflow:6:22" in done.err and "MF3070" in done.err
    assert verify(tmp_path, "m.mflow").codes == ["MF3070"]


def test_every_model_of_a_manifest(tmp_path: Path) -> None:
    one, two = write(tmp_path, relu(), name="one"), write(tmp_path, scores(), name="two")
    text = one.read_text() + two.read_text().removeprefix("mflow 1\n")
    (tmp_path / "m.mflow").write_text(text)
    results = verify(tmp_path, "m.mflow", "--count", "1").results
    assert [r["model"] for r in results] == ["one", "two"]
    results = verify(tmp_path, "m.mflow", "--count", "1", "--model", "two").results
    assert [r["model"] for r in results] == ["two"]
    vectors(tmp_path, in0=INPUTS, out0=INPUTS)
    assert mflowc("verify", "m.mflow", "--vectors", "v.npz", cwd=tmp_path).code == 2


def test_the_words_for_people(tmp_path: Path) -> None:
    write(tmp_path, scores())
    done = mflowc("verify", "m.mflow", "--count", "2", cwd=tmp_path)
    assert done.code == 0
    assert done.out.startswith("m: passed, profile tflm, 2 steps against tflite-micro (tolerance:")
    assert done.out.splitlines()[-1].split() == ["p", "6", "0", "0"]
    assert done.err == "comparing m with the reference ...\n"
