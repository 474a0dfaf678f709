"""Finds and runs C compilers."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from microflow.diag import Diagnostic, Diagnostics, Rule

NO_COMPILER = Rule(
    "MF6001",
    "no-c-compiler",
    """No C compiler was found

`run` and `verify` build the generated C on this computer. They take the compiler that the
environment variable `CC` names, else `cc`, `gcc` or `clang` from the search path.

Remedy: install one (Debian and Ubuntu: `apt-get install gcc libc6-dev`), or set `CC`.
""",
)

COMPILER_FAILED = Rule(
    "MF6002",
    "c-compiler-failed",
    """The C compiler rejected the generated code

The generated C is plain C99 and compiles without warnings on gcc and clang. A failure points at a
broken compiler installation (missing headers, say), at flags in `CC`, or at a bug of ours.

Remedy: read the compiler's message in the note. If the code itself is at fault, please report it.
""",
)

PROGRAM_FAILED = Rule(
    "MF6003",
    "program-failed",
    """The compiled model ended abnormally

The generated program crashed, was ended by a sanitizer, or stopped before it had written all of
its outputs. That is a bug of ours unless memory or disk ran out.

Remedy: read the note; please report it together with the model's operators (`mflowc inspect`).
""",
)

TIMED_OUT = Rule(
    "MF6004",
    "timed-out",
    """A program took longer than its time limit

A compiler, a compiled model or an emulator did not finish in time and was ended.

Remedy: run it on fewer inputs, or on a faster machine. An emulated chip that never ends on a single
small input hangs: please report that.
""",
)

COMPILE_SECONDS = 300


def find_compiler() -> str | None:
    """Returns the C compiler for this computer: `CC`, else the first usual one."""
    wanted = os.environ.get("CC")
    candidates = (wanted,) if wanted else ("cc", "gcc", "clang")
    return next((found for name in candidates if (found := shutil.which(name))), None)


def compile_c(
    compiler: str | None,
    sources: Sequence[Path],
    program: Path,
    flags: Sequence[str],
    libraries: Sequence[str] = ("-lm",),
) -> Diagnostics:
    """Compiles and links `sources` into `program`; returns what went wrong."""
    if compiler is None:
        wanted = os.environ.get("CC")
        named = f"CC names '{wanted}', which is not there" if wanted else "none of cc, gcc, clang"
        return (
            Diagnostic(NO_COMPILER, f"no C compiler: {named}", "apt-get install gcc libc6-dev"),
        )
    command = [compiler, *flags, "-o", str(program), *map(str, sources), *libraries]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=COMPILE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return (Diagnostic(TIMED_OUT, f"{compiler} ran out of time", "try fewer optimisations"),)
    if done.returncode == 0:
        return ()
    said = "\n".join(done.stderr.strip().splitlines()[:20])
    return (
        Diagnostic(
            COMPILER_FAILED,
            f"{Path(compiler).name} failed with exit code {done.returncode}",
            "read what the compiler said",
            notes=(said,),
        ),
    )
