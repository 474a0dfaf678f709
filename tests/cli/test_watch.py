"""``check --watch``."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
from attrs import frozen

from microflow.cli import watch
from microflow.files import Disk
from tests.cli.command import mflowc
from tests.cli.models import manifest, relu, scores, write
from tests.cli.test_main import environment

PATIENCE = 60  # seconds, on a machine that is busy
# A shell without job control starts what runs in the background with SIGINT ignored.
RUN = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from microflow.__main__ import main; main()"
)


@frozen
class Watching:
    """A running ``mflowc check --watch``, whose findings go to the file `out`."""

    process: subprocess.Popen[bytes]
    out: Path

    def rounds(self, number: int) -> list[str]:
        """The text of each round, once there are `number` of them."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            text = self.out.read_text("utf-8")
            if text.count("--- watching ") >= number and text.endswith("\n"):
                return text.split("--- watching ")
            assert self.process.poll() is None, text
            time.sleep(0.02)
        raise AssertionError(f"no round {number}: {self.out.read_text('utf-8')}")


@contextmanager
def watching(folder: Path, *options: str) -> Iterator[Watching]:
    out = folder / "out.txt"
    with out.open("wb") as stream:
        command = [sys.executable, "-c", RUN, "check", "m.mflow", "--watch", *options]
        process = subprocess.Popen(
            command, stdout=stream, stderr=stream, cwd=folder, env=environment()
        )
    try:
        yield Watching(process, out)
    finally:
        process.kill()
        process.wait(PATIENCE)


def test_it_repeats_until_control_c(tmp_path: Path) -> None:
    path = write(tmp_path, scores())
    with watching(tmp_path) as seen:
        first, second = seen.rounds(1)
        assert first.startswith("model ") and second == "m.mflow, m.tflite\n"
        path.write_text(manifest("  optimise = ram\n"), "utf-8")
        *_, text, last = seen.rounds(2)
        assert text.startswith("m.mflow, m.tflite\n--- m.mflow changed\nerror[MF2001]")
        assert last == "m.mflow, m.tflite\n"
        (tmp_path / "m.tflite").unlink()
        assert "--- m.tflite changed\nerror[" in seen.rounds(3)[2]
        write(tmp_path, scores())
        seen.rounds(4)
        assert "\x1b" not in seen.out.read_text("utf-8")
        seen.process.send_signal(signal.SIGINT)
        assert seen.process.wait(PATIENCE) == 130
        assert "Traceback" not in seen.out.read_text("utf-8")


def test_concise_rounds_are_told_apart(tmp_path: Path) -> None:
    path = write(tmp_path, scores(), "  optimise = ram\n")
    with watching(tmp_path, "--format", "concise") as seen:
        assert seen.rounds(1)[0].startswith("m.mflow:6:3: error[MF2001]: ")
        path.write_text(manifest(""), "utf-8")
        assert seen.rounds(2)[1:] == [
            "m.mflow, m.tflite\n--- m.mflow changed\n",
            "m.mflow, m.tflite\n",
        ]


def test_a_manifest_that_comes_later(tmp_path: Path) -> None:
    with watching(tmp_path) as seen:
        assert seen.rounds(1)[0].startswith("error[MF6106]")
        (tmp_path / "m.tflite").write_bytes(relu())
        (tmp_path / "m.mflow").write_text(manifest(""), "utf-8")
        assert "\nmodel " in seen.rounds(2)[1]


def test_files_that_a_manifest_uses_and_names(tmp_path: Path) -> None:
    path = write(tmp_path, scores(), '  input x { frontend = "front.h" }\n')
    path.write_text(path.read_text().replace("mflow 1\n", 'mflow 1\nuse "board.mflow"\n'))
    with watching(tmp_path) as seen:
        assert "error[" in seen.rounds(1)[0]
        (tmp_path / "board.mflow").write_text("mflow 1\ntarget board : atmega328p { }\n")
        assert "--- board.mflow changed\n" in seen.rounds(2)[1]
        (tmp_path / "front.h").write_text("/* front end */\n")
        assert "--- front.h changed\nmodel " in seen.rounds(3)[2]


def test_a_terminal_is_cleared(tmp_path: Path) -> None:
    write(tmp_path, scores())
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, "check", "m.mflow", "-w"],
        stdout=theirs,
        stderr=theirs,
        cwd=tmp_path,
        env=environment(),
    )
    os.close(theirs)
    try:
        shown = b""
        while b"--- watching " not in shown:
            shown += os.read(ours, 4096)
        assert shown.startswith(b"\x1b[2J\x1b[Hmodel ")
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130
    finally:
        process.kill()
        os.close(ours)


@pytest.mark.parametrize(
    "options", [["--json"], ["--format", "sarif"], ["--fix"], ["--diff"], ["--fix", "--diff"]]
)
def test_what_does_not_go_together(options: list[str], tmp_path: Path) -> None:
    write(tmp_path, scores(), "  optimise = ram\n")
    done = mflowc("check", "m.mflow", "--watch", *options, cwd=tmp_path)
    assert (done.code, done.out) == (2, "") and "--watch" in done.err
    assert "optimise" in (tmp_path / "m.mflow").read_text("utf-8")


def test_every_file_that_is_looked_at_counts(tmp_path: Path) -> None:
    there, header, absent = (tmp_path / name for name in ("a", "b.h", "c"))
    there.write_bytes(b"12")
    header.write_bytes(b"123")
    seen = watch.Seen()
    assert seen.read(str(there)) == Disk().read(str(there))
    assert seen.size(str(header)) == 3
    with pytest.raises(FileNotFoundError):
        seen.read(str(absent))
    assert list(seen.stamps) == [str(there), str(header), str(absent)]
    assert seen.stamps[str(absent)] is None
    absent.write_bytes(b"")
    with patch.object(watch, "POLL", 0.01):
        assert list(watch.wait(seen.stamps)) == [str(absent)]


def test_a_file_is_left_to_come_to_rest(tmp_path: Path) -> None:
    """An editor that empties a file before it writes it must not be met half way."""
    path = tmp_path / "m.mflow"
    path.write_bytes(b"before")
    seen = watch.Seen()
    seen.note(str(path))
    texts = iter([b"", b"half", b"the whole text"])
    naps = []

    def nap(seconds: float) -> None:
        naps.append(seconds)
        if (text := next(texts, None)) is not None:
            path.write_bytes(text)

    with patch.object(watch.time, "sleep", nap):
        changed = watch.wait(seen.stamps)
    assert path.read_bytes() == b"the whole text"
    assert changed == {str(path): watch.stamp(str(path))} and len(naps) == 4
