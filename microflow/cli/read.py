"""Reads a file that the user names on the command line."""

from __future__ import annotations

from pathlib import Path

from microflow.diag import Diagnostic, Diagnostics, Rule

CANNOT_READ = Rule(
    "MF6106",
    "cannot-read",
    """A file named on the command line could not be read

The file does not exist, is a folder, or may not be read by this user.

    mflowc run wake.mflow sounds/yes.wav    # is it sounds/ or sound/?

Remedy: check the path; paths are relative to the folder in which the command runs.
""",
)


def read_bytes(path: Path) -> tuple[bytes | None, Diagnostics]:
    """Returns the file's bytes, or None and why it cannot be read."""
    try:
        return path.read_bytes(), ()
    except OSError as error:
        return None, (cannot_read(path, error),)


def cannot_read(path: Path, error: OSError) -> Diagnostic:
    """Returns the finding that the system refused to read `path`."""
    reason = error.strerror or str(error)
    return Diagnostic(
        CANNOT_READ, f"cannot read {path.as_posix()}: {reason}", "check the path of the file"
    )
