"""Finds the compilers of cores: gcc where it is installed, else zig from the Python package."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from attrs import frozen

from microflow.diag import Diagnostic, Diagnostics, Rule
from microflow.resources import resource
from microflow.targets import Core, CrossCompiler
from microflow.toolchain.compiler import COMPILE_SECONDS, TIMED_OUT

NO_CROSS_COMPILER = Rule(
    "MF6030",
    "no-cross-compiler",
    """No compiler for the target's core was found

To run a model on a target, its C is compiled for the target's core: by gcc where that is installed,
else by zig, which compiles for all cores but Xtensa and comes as a Python package.

    pip install 'mflowc[zig]'                    # any system, no rights needed
    apt-get install gcc-arm-none-eabi libnewlib-arm-none-eabi     # Debian and Ubuntu, Cortex-M

Remedy: install one of them; the message names the packages for this core. A compiler that is
installed elsewhere has to be on the search path.
""",
)

NOT_EMULATED = Rule(
    "MF6031",
    "not-emulated",
    """The target has no emulator

`run --on`, `verify --on` and `bench --on` run the generated C on an emulated board. This target's
core has none: it is this computer, on which `run` and `verify` run without `--on`.

Remedy: name a chip or a core (`mflowc targets` lists them).
""",
)

CROSS_COMPILER_FAILED = Rule(
    "MF6032",
    "cross-compiler-failed",
    """The target's compiler or linker rejected the generated code

The generated C is compiled for the target and linked with a small start-up of ours. The compiler
said no: its installation may be incomplete (headers or libraries are packages of their own), or its
version too old. LX106 comes without a C library: the image brings basic arithmetic in single and
double precision and the functions that `runtime_c/boards/libc/math.h` declares. A model that needs
another function of the mathematics library cannot be linked there.

Remedy: read the compiler's message in the note. The files are kept in the folder that another note
names, until this happens again: the command can be repeated there. If the code itself is at fault,
please report it.
""",
)

_STRICT_FLOATS = "-ffp-contract=off"
_SECTIONS = ("-ffunction-sections", "-fdata-sections")


@frozen
class Toolchain:
    """A compiler for a core: the command with the core's flags, and what surrounds it.

    Without a `libc` the image brings the few functions of the C library that it needs.
    """

    command: tuple[str, ...]
    description: CrossCompiler
    libc: bool
    zig: bool = False

    @property
    def name(self) -> str:
        """How messages call it."""
        return "zig cc" if self.zig else Path(self.command[0]).name

    @property
    def code_flags(self) -> tuple[str, ...]:
        """The flags of every file of C."""
        plain = (f"-std={self.description.standard}", "-O2", _STRICT_FLOATS, *_SECTIONS)
        if self.libc:
            return plain
        return (*plain, "-ffreestanding", "-I", str(resource("runtime_c/boards/libc")))

    @property
    def libc_sources(self) -> tuple[str, ...]:
        """What stands for a C library where there is none: files among those of the boards."""
        return () if self.libc else ("libc/memory.c", "libc/expf.c", "libc/mathf.c")

    @property
    def libraries(self) -> tuple[str, ...]:
        """What is linked behind the image's own files; zig adds its own."""
        if self.libc:
            return ("-lm", "-lc", "-lgcc")
        return () if self.zig else ("-nostdlib", "-lgcc")

    @property
    def model_flags(self) -> tuple[str, ...]:
        """The flags of the model's own file."""
        tuned = () if self.zig else self.description.model_flags
        return (*self.code_flags, *tuned)


def find_toolchain(core: Core) -> tuple[Toolchain | None, Diagnostics]:
    """Returns what compiles for `core`, or what to install."""
    described = core.compiler
    if described is None:
        return None, (not_emulated(core),)
    gcc = shutil.which(described.gcc)
    if gcc is not None:
        return Toolchain((gcc, *described.flags), described, described.libc), ()
    if described.zig and importlib.util.find_spec("ziglang") is not None:
        command = (sys.executable, "-m", "ziglang", "cc", *described.zig)
        return Toolchain(command, described, libc=False, zig=True), ()
    wanted = f"{described.gcc} or zig" if described.zig else described.gcc
    return None, (
        Diagnostic(
            NO_CROSS_COMPILER,
            f"there is no compiler for {core.name}: neither {wanted} was found"
            if described.zig
            else f"there is no compiler for {core.name}: {wanted} was not found",
            install_hint(described.packages, "mflowc[zig]" if described.zig else None),
        ),
    )


@cache
def compiler_version(toolchain: Toolchain) -> str:
    """Returns the compiler's name and version."""
    if toolchain.zig:
        return f"zig cc {importlib.metadata.version('ziglang')}"
    command = (toolchain.command[0], "-dumpfullversion", "-dumpversion")
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return f"{toolchain.name} {said.strip()}"


def not_emulated(core: Core) -> Diagnostic:
    """Returns the finding that `core` runs on no emulator."""
    return Diagnostic(
        NOT_EMULATED,
        f"{core.name} is this computer, which is not emulated",
        "name a chip or a core with `--on`; `run` and `verify` run here without it",
    )


def install_hint(packages: Sequence[str], python_package: str | None = None) -> str:
    """Returns the commands that install what is missing."""
    apt = f"apt-get install --no-install-recommends {' '.join(packages)}"
    return f"{apt}, or: pip install '{python_package}'" if python_package else apt


def call_compiler(toolchain: Toolchain, arguments: Sequence[str], folder: Path) -> Diagnostics:
    """Runs the compiler in `folder`; returns what went wrong."""
    command = [*toolchain.command, *arguments]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=COMPILE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return (Diagnostic(TIMED_OUT, f"{toolchain.name} ran out of time", "try a smaller model"),)
    if done.returncode == 0:
        return ()
    said = "\n".join(done.stderr.strip().splitlines()[:20])
    return (
        Diagnostic(
            CROSS_COMPILER_FAILED,
            f"{toolchain.name} failed with exit code {done.returncode}",
            "read what the compiler said",
            notes=(said, f"the command was: {shlex.join(command)}"),
        ),
    )
