"""Runs AVR images in libsimavr, which counts cycles as the chip does."""

from __future__ import annotations

from pathlib import Path

from microflow.diag import Diagnostics
from microflow.toolchain.emulator import INPUT, OUTPUT, Session, launch
from microflow.toolchain.helper import Helper, build_helper

_RUNNER = Helper(
    "avr_runner",
    ("avr_runner.c", "marks.c"),
    ("-std=gnu99", "-O2"),
    libraries=("-lsimavr", "-lelf"),
    packages=("libsimavr-dev", "libelf-dev"),
)


def run_simavr(session: Session) -> tuple[int | None, str, Diagnostics]:
    """Runs the session; returns the exit code, what the runner said, and why it could not run."""
    runner, missing = build_helper(_RUNNER)
    if runner is None:
        return None, "", missing
    files = (session.image, session.marks, INPUT, OUTPUT, session.counts)
    return launch((str(Path(runner)), session.emulator.board, *files), session)
