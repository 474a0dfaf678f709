"""What is said when the fault is ours."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

from microflow.diag import Diagnostic, Rule

OUR_BUG = 3
_FRAMES = 4

INTERNAL = Rule(
    "MF9001",
    "internal-error",
    """The compiler has a bug

Mistakes in a manifest or a model are reported as such; this is something nobody foresaw. Nothing
was written.

    MFLOW_DEBUG=1 mflowc check wake.mflow    # prints the whole traceback

Remedy: please report it with the message, the version (`mflowc --version`), the manifest and, where
you may share it, the model. `mflowc inspect` prints what a model consists of without its weights.
""",
)


def internal_error(error: BaseException, version: str) -> Diagnostic:
    """Returns the finding that asks for a report: the version and the innermost frames."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    where = [f"{_module(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames]
    python = ".".join(map(str, sys.version_info[:3]))
    return Diagnostic(
        INTERNAL,
        f"internal error: {type(error).__name__}: {_first_line(error)}",
        "please report this; MFLOW_DEBUG=1 prints the whole traceback",
        notes=(f"mflowc {version}, Python {python}, {sys.platform}", "\n".join(where)),
    )


def print_traceback(error: BaseException) -> None:
    """Prints the whole traceback where the user asked for it."""
    if os.environ.get("MFLOW_DEBUG") == "1":
        traceback.print_exception(error)


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0][:200]


def _module(filename: str) -> str:
    """The file without what it tells of the user's computer."""
    path = Path(filename)
    parts = path.parts
    start = len(parts) - 1 - parts[::-1].index("microflow") if "microflow" in parts else -1
    return "/".join(parts[start:])
