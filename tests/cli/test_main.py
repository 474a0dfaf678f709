"""What every command has in common: exit codes, streams, colours, our own bugs."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from unittest.mock import patch

import pytest

from microflow.cli import COMMANDS
from tests.cli.command import mflowc
from tests.cli.models import relu, unsupported, write
from tests.need import need

ROOT = Path(__file__).parents[2]
NAMES = tuple(command.__name__ for command in COMMANDS)
RUN = [sys.executable, "-m", "microflow"]


def environment(**extra: str) -> Mapping[str, str]:
    hidden = ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "TERM")
    kept = {key: value for key, value in os.environ.items() if key not in hidden}
    return {**kept, "PYTHONPATH": str(ROOT), "TERM": "xterm", **extra}


def test_the_commands() -> None:
    first = ("init", "check", "fmt", "build", "run", "verify", "bench")
    assert (*first, "explore", "report", "inspect", "explain", "targets", "ops", "lsp") == NAMES
    shown = mflowc("--help")
    assert shown.code == 0
    assert all(re.search(rf"\b{name}\b", shown.out) for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_explains_itself(name: str) -> None:
    shown = mflowc(name, "--help")
    assert shown.code == 0 and shown.err == ""
    assert "--json" in shown.out or name == "lsp"
    assert f"mflowc {name} " in shown.out or name == "targets"
    assert "[bold]" not in shown.out and "\x1b" not in shown.out


def test_the_version() -> None:
    shown = mflowc("--version")
    assert shown.code == 0 and re.fullmatch(r"mflowc (\d+\.\d+\.\d+\S*|unknown)\n", shown.out)


@pytest.mark.parametrize(
    "arguments",
    [
        ["chekc"],
        ["check"],
        ["check", "a.mflow", "b.mflow"],
        ["check", "a.mflow", "--nonsense"],
        ["check", "a.mflow", "--optimize", "size"],
        ["explain", "MF501"],
        ["targets", "hots"],
        ["fmt"],
        ["fmt", "-", "a.mflow"],
        ["init", "m.tflite", "--target", "hots"],
        ["run", "m.tflite", "x.npy", "--on"],
        ["verify", "m.tflite", "--vectors", "v.npz", "--count", "3"],
        ["verify", "m.tflite", "--count", "0"],
    ],
)
def test_a_wrong_command_line_is_2(arguments: list[str], tmp_path: Path) -> None:
    done = mflowc(*arguments, cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err


def test_the_codes_of_clean_and_of_errors(tmp_path: Path) -> None:
    assert mflowc("check", write(tmp_path, relu())).code == 0
    assert mflowc("check", write(tmp_path, unsupported())).code == 1


def test_warnings_do_not_fail(tmp_path: Path) -> None:
    (tmp_path / "m.mflow").write_text("mflow 1\n")
    done = mflowc("check", "m.mflow", "--json", cwd=tmp_path)
    assert done.code == 0
    assert [d["severity"] for d in done.document["diagnostics"]] == ["warning"]


def test_findings_go_to_stderr_and_results_to_stdout(tmp_path: Path) -> None:
    done = mflowc("check", write(tmp_path, relu(), "  budget { latency = 1ms }\n"))
    assert done.code == 0
    assert done.err.startswith("note[MF5010]") and done.err.endswith("\n1 note\n")
    assert done.out.startswith("model ") and "MF5010" not in done.out


class TestOurBugs:
    """An exception that nobody foresaw."""

    def crash(self, tmp_path: Path, *options: str) -> tuple[int, str, str]:
        path = write(tmp_path, relu())
        with patch("microflow.analysis.check", side_effect=RuntimeError("boom\nsecond line")):
            done = mflowc("check", path, *options)
        return done.code, done.out, done.err

    def test_ask_for_a_report(self, tmp_path: Path) -> None:
        code, out, err = self.crash(tmp_path)
        assert (code, out) == (3, "")
        assert err.startswith("error[MF9001]: internal error: RuntimeError: boom\n")
        assert "  = note: mflowc " in err and "please report" in err
        assert re.search(r"microflow/cli/check\.py:\d+ in analyse\n", err)
        assert "Traceback" not in err and str(tmp_path) not in err and str(ROOT) not in err
        assert len(err.splitlines()) < 12

    def test_show_the_traceback_where_asked(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MFLOW_DEBUG", "1")
        code, _, err = self.crash(tmp_path)
        assert code == 3
        assert "Traceback (most recent call last)" in err and "second line" in err

    def test_are_json_where_json_is_asked_for(self, tmp_path: Path) -> None:
        path = write(tmp_path, relu())
        with patch("microflow.analysis.check", side_effect=RuntimeError("boom")):
            done = mflowc("check", path, "--json")
        assert done.code == 3 and done.codes == ["MF9001"]


@pytest.mark.parametrize("where", ["microflow.analysis.check", "microflow.cli._app"])
def test_control_c_is_130(tmp_path: Path, where: str) -> None:
    path = write(tmp_path, relu())
    with patch(where, side_effect=KeyboardInterrupt):
        done = mflowc("check", path)
    assert (done.code, done.out, done.err) == (130, "", "")


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_reader_that_leaves(options: list[str]) -> None:
    process = subprocess.Popen(
        [*RUN, "explain", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        text=True,
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(60) == 141


def in_terminal(arguments: list[str], cwd: Path, env: Mapping[str, str]) -> str:
    """What a command prints to stderr, which is a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*RUN, *arguments], stdout=subprocess.PIPE, stderr=theirs, cwd=cwd, env=env
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # how Linux says that the other side closed
            break
        if not part:
            break
        shown += part
    os.close(ours)
    process.communicate()
    return shown.decode()


def test_colours_in_a_terminal_only(tmp_path: Path) -> None:
    write(tmp_path, unsupported())
    command = ["check", "m.mflow"]
    assert "\x1b[1;31merror[MF4001]\x1b[0m" in in_terminal(command, tmp_path, environment())
    for env in (environment(NO_COLOR="1"), environment(TERM="dumb")):
        shown = in_terminal(command, tmp_path, env)
        assert "error[MF4001]" in shown and "\x1b" not in shown
    assert "\x1b" not in mflowc(*command, cwd=tmp_path).err


def test_what_takes_long_is_shown(tmp_path: Path) -> None:
    write(tmp_path, relu())
    (tmp_path / "x.csv").write_text("1,2,3,4\n")
    command = ["run", "m.mflow", "x.csv"]
    shown = in_terminal(command, tmp_path, environment(CC=need("gcc")))
    assert "building and running on this computer …" in shown
    assert shown.endswith("\x1b[2K"), "the line is cleared in the end"
    assert mflowc(*command, cwd=tmp_path).err == "building and running on this computer ...\n"


def test_text_that_the_encoding_lacks(tmp_path: Path) -> None:
    (tmp_path / "m.mflow").write_text('mflow 1\nmodel m { "日本" = 1 }\n', "utf-8")
    done = subprocess.run(
        [*RUN, "check", "m.mflow"],
        capture_output=True,
        cwd=tmp_path,
        env=environment(PYTHONIOENCODING="ascii"),
        check=False,
    )
    assert done.returncode == 1
    assert rb"\u65e5\u672c" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["--help"], ("numpy", "lsprotocol", "pygls", "jinja2", "lark", "cattrs")),
        (["--version"], ("numpy", "lsprotocol", "pygls", "jinja2", "lark", "rich")),
        (["targets"], ("numpy", "lsprotocol", "pygls", "jinja2", "rich")),
        (["check", "m.mflow"], ("lsprotocol", "pygls", "jinja2", "rich", "tflite", "pydantic")),
        (["report", "m.mflow"], ("lsprotocol", "pygls", "jinja2", "rich", "tflite")),
    ],
)
def test_a_command_loads_only_what_it_needs(
    arguments: list[str], absent: tuple[str, ...], tmp_path: Path
) -> None:
    write(tmp_path, relu())
    script = (
        "import sys, runpy\n"
        "try:\n    runpy.run_module('microflow', run_name='__main__')\n"
        "except SystemExit as end:\n    code = end.code\n"
        f"print(code or 0, [m for m in {absent!r} if m in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment(),
        check=True,
    )
    assert done.stderr.splitlines()[-1] == "0 []"


def test_python_m_is_the_same_command() -> None:
    done = subprocess.run([*RUN, "targets"], capture_output=True, env=environment(), check=True)
    assert done.stdout.decode() == mflowc("targets").out
