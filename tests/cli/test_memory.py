"""What commands say of memories, and the option that streams an input."""

from __future__ import annotations

from pathlib import Path

import pytest

import microflow
from tests.cli.command import mflowc
from tests.cli.models import relu, scores, write

BOARD = "target board : nrf52840 { memory dtcm { kind = ram; size = 16KiB } }\n"


def _two(folder: Path, first: str = "", second: str = "", rest: str = "") -> None:
    """Writes a manifest with two models for one target."""
    text = f"mflow 1\n{rest}"
    for name, model, body in (("a", relu(), first), ("b", scores(), second)):
        (folder / f"{name}.tflite").write_bytes(model)
        text += f'model {name} {{\n  source = "{name}.tflite"\n  targets = [board]\n  {body}\n}}\n'
    (folder / "m.mflow").write_text(text)


def test_one_model_on_a_plain_chip_needs_no_table(tmp_path: Path) -> None:
    write(tmp_path, relu())
    assert "memory" not in mflowc("check", "m.mflow", cwd=tmp_path).out


@pytest.mark.parametrize("command", ["check", "build"])
def test_a_line_for_each_memory_in_use(command: str, tmp_path: Path) -> None:
    shared = "arena = both; place { arena = dtcm }"
    _two(tmp_path, shared, shared, f"{BOARD}arena both {{ }}\n")
    data = mflowc(command, "m.mflow", "--json", cwd=tmp_path).results
    a, b = data
    assert a["memories"] == b["memories"]
    names = [m["memory"] for m in a["memories"]]
    assert names == ["flash", "ram", "dtcm"]
    flash, ram, dtcm = a["memories"]
    largest = max(a["arena_bytes"], b["arena_bytes"])
    assert (dtcm["kind"], dtcm["size"], dtcm["bytes"]) == ("ram", 16384, largest)
    assert dtcm["takers"] == [
        {"what": "arena", "models": ["a", "b"], "bytes": largest, "arena": "both"}
    ]
    assert ram["bytes"] == max(a["stack_bytes"], b["stack_bytes"])
    assert flash["size"] == 1024 * 1024
    out = mflowc(command, "m.mflow", cwd=tmp_path).out
    rows = [line.split(maxsplit=4) for line in out.splitlines() if line.startswith("board ")]
    assert [row[:2] for row in rows] == [["board", name] for name in names]
    assert rows[2][2:] == [str(largest), "16,384", f"arena both of a, b {largest}"]
    deepest = "a" if a["stack_bytes"] >= b["stack_bytes"] else "b"
    assert rows[1][2:4] == [f"~{ram['bytes']:,}", "262,144"]
    assert rows[1][4] == f"stack of {deepest} ~{ram['bytes']:,}"


def test_models_that_do_not_fit_together(tmp_path: Path) -> None:
    _two(tmp_path, rest=BOARD)
    taken = mflowc("check", "m.mflow", "--json", cwd=tmp_path).results[0]["memories"][1]["bytes"]
    _two(tmp_path, rest=f"target board : nrf52840 {{ memory ram {{ size = {taken - 1}B }} }}\n")
    for command in ("check", "build"):
        done = mflowc(command, "m.mflow", "--json", cwd=tmp_path)
        assert (done.code, done.codes) == (1, ["MF5003"])
        assert any(
            note.startswith("arena of 'a': ") for note in done.document["diagnostics"][0]["notes"]
        )


def test_models_that_run_alone_need_not_fit_together(tmp_path: Path) -> None:
    """`run`, `verify` and `bench` link each model by itself."""
    from microflow.cli.run import analyse_on

    _two(tmp_path, rest=BOARD)
    taken = mflowc("check", "m.mflow", "--json", cwd=tmp_path).results[0]["memories"][1]["bytes"]
    _two(tmp_path, rest=f"target board : nrf52840 {{ memory ram {{ size = {taken - 1}B }} }}\n")
    assert analyse_on(tmp_path / "m.mflow", None).diagnostics == ()
    _two(tmp_path, rest="target board : nrf52840 { memory ram { size = 16B } }\n")
    codes = {d.rule.code for d in analyse_on(tmp_path / "m.mflow", None).diagnostics}
    assert codes == {"MF5002"}
    assert analyse_on(tmp_path / "m.mflow", "host").diagnostics == ()


@pytest.mark.parametrize(
    "command",
    [
        ["check", "m.mflow"],
        ["build", "m.mflow"],
        ["run", "m.mflow", "x.csv"],
        ["verify", "m.mflow"],
        ["bench", "m.mflow"],
        ["check", "m.tflite"],
    ],
    ids=" ".join,
)
def test_an_input_that_is_not_there_cannot_be_streamed(command: list[str], tmp_path: Path) -> None:
    write(tmp_path, relu("image"))
    done = mflowc(*command, "--stream", "imgae", "--json", cwd=tmp_path)
    assert (done.code, done.codes) == (1, ["MF3062"])
    assert done.document["diagnostics"][0]["help"] == "did you mean `image`?"


def test_the_option_overrides_the_manifest(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    write(tmp_path, relu("image"))
    for stream, expected in ((None, False), ("image", True)):
        project = microflow.analyse(tmp_path / "m.mflow", stream=stream).project
        assert project is not None
        assert [p.stream for p in project.models[0].inputs] == [expected]
