"""The folder in which programs and files of ours stay between runs of the compiler."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def cache_folder() -> Path:
    """Returns our folder in the user's cache, which need not be there yet."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "microflow"


def keep(folder: Path) -> Path | None:
    """Copies `folder` to where it stays until the next one; None where nothing can be kept."""
    place = cache_folder() / "rejected"
    try:
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(folder, place)
    except OSError:
        return None
    return place
