"""Replaces what a file of the user's holds: whole or not at all, with its permissions."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path

from microflow.cli.write_output import CANNOT_WRITE
from microflow.diag import Diagnostic


def replace_file(path: Path, data: bytes) -> None:
    """Replaces the bytes of an existing file; a link keeps pointing to it. Raises `OSError`."""
    place = path.resolve(strict=True)
    if not os.access(place, os.W_OK):  # renaming onto it would succeed all the same
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    handle, name = tempfile.mkstemp(prefix=".mflowc-", dir=place.parent)
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        shutil.copymode(place, new)
        new.replace(place)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def cannot_replace(error: OSError, path: Path) -> Diagnostic:
    """Returns the finding that the system refused to replace `path`."""
    reason = error.strerror or str(error)
    remedy = "see that the file and its folder may be written"
    return Diagnostic(CANNOT_WRITE, f"cannot write {path.as_posix()}: {reason}", remedy)
