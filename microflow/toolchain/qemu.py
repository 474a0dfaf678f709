"""Runs images in QEMU, with our plugin where instructions are counted."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from microflow.diag import Diagnostics
from microflow.toolchain.emulator import Session, launch, no_emulator
from microflow.toolchain.helper import Helper, build_helper

_QUIET = ("-display", "none", "-monitor", "none", "-serial", "null", "-parallel", "none")
_SEMIHOSTING = ("-semihosting-config", "enable=on,target=native")
_INTERFACE_2 = 9  # QEMU's first version with the second version of the plugin interface


def run_qemu(session: Session) -> tuple[int | None, str, Diagnostics]:
    """Runs the session; returns the exit code, what QEMU said, and why it could not run."""
    emulator = session.emulator
    qemu = shutil.which(emulator.program)
    if qemu is None:
        return None, "", (no_emulator(emulator),)
    plugin: tuple[str, ...] = ()
    if session.counted:
        library, missing = _plugin(qemu)
        if library is None:
            return None, "", missing
        name = str(library).replace(",", ",,")
        plugin = ("-plugin", f"{name},marks={session.marks},out={session.counts}")
    command = (qemu, *emulator.arguments, *_QUIET, *_SEMIHOSTING, *plugin, "-kernel", session.image)
    return launch(command, session)


def _plugin(qemu: str) -> tuple[Path | None, Diagnostics]:
    """Returns the counting plugin for this QEMU."""
    interface = 2 if _major_version(qemu) >= _INTERFACE_2 else 1
    flags = ("-std=c99", "-O2", "-fPIC", "-shared", "-fvisibility=hidden")
    return build_helper(
        Helper(
            f"count{interface}.so", ("count.c", "marks.c"), (*flags, f"-DMF_PLUGIN_API={interface}")
        )
    )


@cache
def _major_version(qemu: str) -> int:
    said = subprocess.run([qemu, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"version (\d+)\.", said)
    return int(found[1]) if found else 0
