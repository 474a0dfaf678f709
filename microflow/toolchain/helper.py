"""Builds the small programs that measurements need on this computer, once, and keeps them.

They are kept in the user's cache folder under a digest of everything that makes them.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from attrs import frozen

from microflow.diag import Diagnostic, Diagnostics, Rule
from microflow.resources import resource
from microflow.toolchain.cache import cache_folder
from microflow.toolchain.compiler import compile_c, find_compiler
from microflow.toolchain.cross import install_hint

NO_HELPER = Rule(
    "MF6034",
    "no-measuring-program",
    """A program that measuring needs could not be built

Two small programs are compiled on this computer when they are first needed, and kept in the cache
folder: a plugin for QEMU that counts instructions, and a runner for AVR images on libsimavr. The
compiler said no; most often a package is missing.

    apt-get install gcc libc6-dev                  # for both
    apt-get install libsimavr-dev libelf-dev       # for AVR

Remedy: install what the message names.
""",
)

_EMULATORS = "runtime_c/boards/emulators"


@frozen
class Helper:
    """How a program is built: `sources` in our emulators' folder, flags, libraries.

    `packages` are what it needs of Debian beside a C compiler.
    """

    name: str
    sources: tuple[str, ...]
    flags: tuple[str, ...]
    libraries: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()


def build_helper(helper: Helper) -> tuple[Path | None, Diagnostics]:
    """Returns the path of the program, which is built unless it is there already."""
    compiler = find_compiler()
    try:
        folder = cache_folder() / _digest(helper, compiler)
        folder.mkdir(parents=True, exist_ok=True)
        return _built(helper, compiler, folder / helper.name)
    except OSError as error:
        return None, (_failed(helper, str(error), "set XDG_CACHE_HOME to a folder of yours"),)


def _built(helper: Helper, compiler: str | None, program: Path) -> tuple[Path | None, Diagnostics]:
    if program.is_file():
        return program, ()
    sources = [resource(_EMULATORS) / source for source in helper.sources]
    with tempfile.TemporaryDirectory(dir=program.parent) as scratch:
        fresh = Path(scratch) / program.name
        failed = compile_c(compiler, sources, fresh, helper.flags, helper.libraries)
        if not failed:
            fresh.replace(program)  # whole or not at all, whoever else builds it
            return program, ()
    install = install_hint(("gcc", "libc6-dev", *helper.packages))
    return None, tuple(_failed(helper, "\n".join((d.message, *d.notes)), install) for d in failed)


def _failed(helper: Helper, said: str, remedy: str) -> Diagnostic:
    return Diagnostic(NO_HELPER, f"{helper.name} could not be built", remedy, notes=(said,))


def _digest(helper: Helper, compiler: str | None) -> str:
    """Changes with everything that the program is made of."""
    digest = hashlib.sha256(repr((helper, compiler)).encode())
    for path in sorted(resource(_EMULATORS).iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
