"""``mflowc init``."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest

from tests.assemble import assemble
from tests.cli.command import mflowc
from tests.cli.models import relu, scores, two_inputs, unsupported, write


@pytest.mark.parametrize("model", [relu(), scores(), two_inputs(), relu("a b\x1b\n'\"\\")])
def test_the_manifest_is_clean(tmp_path: Path, model: bytes) -> None:
    write(tmp_path, model, None)
    done = mflowc("init", "m.tflite", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert done.out == "wrote m.mflow; next: mflowc check m.mflow\n"
    checked = mflowc("check", "m.mflow", "--json", cwd=tmp_path)
    assert (checked.code, checked.document["diagnostics"]) == (0, [])


def test_elsewhere_the_model_is_named_from_there(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    write(tmp_path / "models", relu(), None)
    out = "boards/one/uno.mflow"
    (result,) = mflowc("init", "models/m.tflite", "--out", out, "--json", cwd=tmp_path).results
    assert result == {"model": "models/m.tflite", "target": "host", "out": out}
    assert '"../../models/m.tflite"' in (tmp_path / out).read_text("utf-8")
    assert mflowc("check", out, cwd=tmp_path).code == 0


def test_a_manifest_that_is_there_stays(tmp_path: Path) -> None:
    path = write(tmp_path, relu())
    before = path.read_text()
    done = mflowc("init", "m.tflite", "--json", cwd=tmp_path)
    assert (done.code, done.codes, done.messages) == (1, ["MF6107"], ["m.mflow exists already"])
    assert path.read_text() == before
    assert mflowc("init", "m.tflite", "--force", cwd=tmp_path).code == 0
    assert path.read_text() != before


@pytest.mark.parametrize(
    ("model", "code"),
    [(b"nonsense", "MF3001"), (unsupported(), "MF4001"), (assemble([], [], [], []), "MF3009")],
)
def test_a_model_that_cannot_be_compiled(tmp_path: Path, model: bytes, code: str) -> None:
    write(tmp_path, model, None)
    done = mflowc("init", "m.tflite", "--json", cwd=tmp_path)
    assert (done.code, done.codes) == (1, [code])
    assert done.messages[0].startswith("m.tflite: ")
    assert not (tmp_path / "m.mflow").exists()


def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    assert mflowc("init", "m.tflite", "--json", cwd=tmp_path).codes == ["MF6106"]


def test_a_disk_that_refuses(tmp_path: Path) -> None:
    write(tmp_path, relu(), None)
    with patch.object(Path, "write_bytes", side_effect=OSError(30, "Read-only file system")):
        done = mflowc("init", "m.tflite", "--json", cwd=tmp_path)
    assert (done.code, done.codes) == (1, ["MF6105"])
    assert [p.name for p in tmp_path.iterdir()] == ["m.tflite"]
