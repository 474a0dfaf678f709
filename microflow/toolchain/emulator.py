"""What running an image in any emulator has in common: files, time, and what went wrong."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from attrs import frozen

from microflow.diag import Diagnostic, Diagnostics, Rule
from microflow.targets import Emulator
from microflow.toolchain.compiler import TIMED_OUT
from microflow.toolchain.cross import install_hint

NO_EMULATOR = Rule(
    "MF6035",
    "no-emulator",
    """The emulator is not installed

`--on` runs the generated C on an emulated board: in QEMU, or in libsimavr for AVR.

    apt-get install qemu-system-arm        # Cortex-M
    apt-get install qemu-system-misc       # RISC-V and Xtensa

Remedy: install the packages that the message names.
""",
)

# The names of a session's files, in the folder in which the emulator runs.
INPUT, OUTPUT = "input.bin", "output.bin"
_FEWER = "give it fewer inputs: `verify` takes `--count 1`"


@frozen
class Session:
    """One start of an emulator in `folder`; the other names are relative to it."""

    emulator: Emulator
    folder: Path
    image: str
    counted: bool
    seconds: float
    marks: str = "marks.txt"
    counts: str = "counts.txt"


def launch(command: Sequence[str], session: Session) -> tuple[int | None, str, Diagnostics]:
    """Runs `command`; returns its exit code and what it said, or that it ran out of time."""
    try:
        done = subprocess.run(
            command,
            cwd=session.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=session.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        message = f"the emulator did not finish within {session.seconds:g} seconds"
        return None, "", (Diagnostic(TIMED_OUT, message, _FEWER),)
    said = "\n".join((done.stdout + done.stderr).strip().splitlines()[:20])
    return done.returncode, said, ()


def no_emulator(emulator: Emulator) -> Diagnostic:
    """Returns the finding that QEMU is not there."""
    return Diagnostic(
        NO_EMULATOR, f"{emulator.program} is not installed", install_hint(emulator.packages)
    )
