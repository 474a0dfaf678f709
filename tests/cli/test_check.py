"""``mflowc check``."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli.command import mflowc
from tests.cli.models import relu, scores, write


def test_what_a_model_takes(tmp_path: Path) -> None:
    write(tmp_path, scores(), "  budget { ram = 1MiB }\n")
    (result,) = mflowc("check", "m.mflow", "--json", cwd=tmp_path).results
    assert (result["model"], result["target"], result["profile"]) == ("m", "host", "tflm")
    assert result["arena_bytes"] >= 6
    assert result["flash_bytes"] == result["code_bytes"] + result["constant_bytes"]
    assert result["ram_bytes"] == result["arena_bytes"] + result["stack_bytes"]
    assert set(result["estimated"]) <= {"code_bytes", "flash_bytes", "stack_bytes", "ram_bytes"}


def test_the_table_marks_estimates(tmp_path: Path) -> None:
    write(tmp_path, scores())
    (result,) = mflowc("check", "m.mflow", "--json", cwd=tmp_path).results
    heading, _, row, note = mflowc("check", "m.mflow", cwd=tmp_path).out.splitlines()
    assert heading.split() == [
        "model",
        "target",
        "arena",
        "stack",
        "RAM",
        "constants",
        "code",
        "flash",
        "MACs",
    ]
    cells = dict(zip(heading.split(), row.split(), strict=True))
    assert cells["arena"] == f"{result['arena_bytes']:,}"
    assert cells["flash"] == f"~{result['flash_bytes']:,}"
    assert note == "bytes; ~ marks estimates"


def test_a_bare_model(tmp_path: Path) -> None:
    path = write(tmp_path, relu(), None)
    (result,) = mflowc("check", path, "--json").results
    assert (result["model"], result["target"]) == ("m", "host")
    assert mflowc("check", path, "--target", "host", "--json").results == [result]


def test_places_in_a_bare_model_are_explained(tmp_path: Path) -> None:
    write(tmp_path, scores(3000), None)
    done = mflowc("check", "m.tflite", "--target", "atmega328p", cwd=tmp_path)
    assert done.code == 1 and "MF5002" in done.err
    assert done.err.endswith(
        "lines of m.tflite are those of the manifest that 'mflowc init m.tflite' writes\n"
    )


def test_without_places_nothing_is_to_be_explained(tmp_path: Path) -> None:
    write(tmp_path, relu(), None)
    done = mflowc("check", "m.tflite", "--target", "nowhere", cwd=tmp_path)
    assert done.code == 1 and "MF2013" in done.err and "mflowc init" not in done.err


def test_five_mistakes_are_five_findings(tmp_path: Path) -> None:
    body = (
        "  optimise = ram\n"
        "  budget { ram = 16KB }\n"
        '  input x { tensor = "y" }\n'
        "  output p { shape = [1, 4] }\n"
        '  emit { prefix = "2fast" }\n'
    )
    write(tmp_path, scores(), body)
    done = mflowc("check", "m.mflow", "--json", cwd=tmp_path)
    assert done.code == 1 and done.document["results"] == []
    found = done.document["diagnostics"]
    assert [d["span"]["line"] for d in found] == [6, 7, 8, 9, 10]
    assert len({d["code"] for d in found}) == 5
    assert all(d["help"] and d["span"]["path"] == "m.mflow" for d in found)
    shown = mflowc("check", "m.mflow", cwd=tmp_path).err
    assert re.findall(r" --> (.*)", shown) == [
        f"m.mflow:{d['span']['line']}:{d['span']['column']}" for d in found
    ]
    assert shown.splitlines()[-1] == "5 errors"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for name in ("nix.mflow", "nix.tflite", "."):
        done = mflowc("check", name, "--json", cwd=tmp_path)
        assert (done.code, done.codes) == (1, ["MF6106"])
        assert name in done.messages[0]


def test_names_from_a_model_are_not_obeyed(tmp_path: Path) -> None:
    evil = "\x1b[2J\n evil"
    write(tmp_path, relu(evil), '  input x { tensor = "nothing" }\n')
    done = mflowc("check", "m.mflow", cwd=tmp_path)
    assert done.code == 1
    assert "evil" in done.err and "\x1b" not in done.err
    shown = mflowc("inspect", "m.tflite", cwd=tmp_path)
    assert r"\x1b[2J\n evil" in shown.out and "\x1b" not in shown.out
