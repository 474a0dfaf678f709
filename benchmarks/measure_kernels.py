"""Measures code and stack of every kernel on each core and writes the cores' size tables.

    python benchmarks/measure_kernels.py [--check] [CORE…]

Each kernel is compiled alone, as P.c would use it several times: the bytes of its functions, and
the sum of their stack frames as `-fstack-usage` reports them (calls are never nested deeper than
one function of each). The tables are microflow/targets/cores/<core>.sizes.toml; a core whose
compiler is not installed is left as it is.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from attrs import frozen

from microflow.targets import core_names, load_core

ROOT = Path(__file__).parents[1]
RUNTIME = ROOT / "runtime_c"
CORES = ROOT / "microflow" / "targets" / "cores"
HOST = "x86-64"
FLAGS = ("-O2", "-ffp-contract=off", "-ffunction-sections", "-fstack-usage")
PROTOTYPE = r"MF_ENTRY void mf_{}\(([^)]*)\)"
# Bytes of each kernel call; and of the run function and the access to inputs and outputs.
CALL_CODE = {HOST: 20, "avr5": 16, "rv32imc": 22}  # 14 on the other cores
BASE_CODE = {"rv32imc": 40}  # 64 on the other cores
# How far the sum of kernels was from the code of linked images (sine, speech, keyword spotting);
# elsewhere arithmetic that comes from libgcc adds more.
MARGIN = dict.fromkeys(("cortex-m3", "cortex-m4", "cortex-m7", "cortex-m55", "rv32imc"), 0.05)


@frozen
class Toolchain:
    """The gcc of a core: its command, its flags, and the bytes that a call pushes."""

    core: str
    gcc: str
    flags: tuple[str, ...]
    pushed: int


def main() -> int:
    """Writes the tables, or with --check compares them; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    parser.add_argument("cores", nargs="*", default=[HOST, *core_names()])
    options = parser.parse_args()
    chosen = [toolchain(core) for core in options.cores]
    stale = [t.core for t in chosen if shutil.which(t.gcc) and not refresh(t, options.check)]
    if stale:
        print(f"stale: {', '.join(stale)}: run benchmarks/measure_kernels.py")
    return 1 if stale else 0


def toolchain(core: str) -> Toolchain:
    """Returns the gcc of `core`."""
    if core == HOST:
        return Toolchain(core, "gcc", ("-std=c99",), 8)
    compiler = load_core(core).compiler
    assert compiler is not None
    library = () if compiler.libc else ("-ffreestanding", f"-I{RUNTIME}/boards/libc")
    flags = (f"-std={compiler.standard}", *compiler.flags, *compiler.model_flags, *library)
    return Toolchain(core, compiler.gcc, flags, 2 if core == "avr5" else 0)


def refresh(tools: Toolchain, check: bool) -> bool:
    """Writes the core's table, or with `check` tells whether it is fresh.

    A table that another version of the compiler made is not compared.
    """
    path = CORES / f"{tools.core}.sizes.toml"
    if not check:
        path.write_text(render_table(tools), "utf-8")
        return True
    if not path.is_file():
        return False
    kept = path.read_text("utf-8")
    return f'"{compiler_name(tools)}"' not in kept or kept == render_table(tools)


def compiler_name(tools: Toolchain) -> str:
    """Returns the compiler's version and optimisation, as the table names it."""
    version = subprocess.run(
        [tools.gcc, "-dumpversion"], capture_output=True, text=True, check=True
    ).stdout.strip()
    return f"gcc {version} -O2"


def render_table(tools: Toolchain) -> str:
    """Returns the TOML text of all kernels, sorted by name."""
    lines = [
        "# Code and stack of each kernel in bytes; written by benchmarks/measure_kernels.py.",
        f'compiler = "{compiler_name(tools)}"',
        f"margin = {MARGIN.get(tools.core, 0.1)}        # of code, relative",
        f"call_code = {CALL_CODE.get(tools.core, 14)}      # of each kernel call",
        f"base = {{ code = {BASE_CODE.get(tools.core, 64)}, stack = 80 }}  # around the kernels",
        "",
        "[kernels]",
    ]
    for folder in sorted((RUNTIME / "kernels").iterdir()):
        code, stack = measure(folder.name, tools)
        lines.append(f"{folder.name} = {{ code = {code}, stack = {stack} }}")
    return "\n".join(lines) + "\n"


def measure(kernel: str, tools: Toolchain) -> tuple[int, int]:
    """Returns (bytes of code, bytes of stack) of one kernel."""
    folder = RUNTIME / "kernels" / kernel
    found = re.search(PROTOTYPE.format(kernel), (folder / "contract.h").read_text("utf-8"))
    assert found is not None, f"{kernel}/contract.h has no prototype of mf_{kernel}"
    arguments = ", ".join(re.findall(r"(\w+)(?:,|$)", found[1]))
    text = "\n".join(
        [
            f'#include "{RUNTIME}/include/mf_port.h"',
            f'#include "{RUNTIME}/include/mf_kernel.h"',
            f'#include "{folder}/contract.h"',
            f'#include "{folder}/portable.h"',
            f"void probe({found[1]});",
            f"void probe({found[1]}) {{ mf_{kernel}({arguments}); }}",
        ]
    )
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "probe.c").write_text(text, "utf-8")
        command = [tools.gcc, *tools.flags, *FLAGS, "-c", "probe.c"]
        subprocess.run(command, cwd=scratch, check=True)
        return _code(scratch, tools), _stack(scratch, tools)


def _code(folder: str, tools: Toolchain) -> int:
    """The bytes of all functions but the probe itself, which has a section of its own."""
    size = tools.gcc.removesuffix("gcc") + "size"
    listed = subprocess.run(
        [size, "-A", "probe.o"], cwd=folder, capture_output=True, text=True, check=True
    ).stdout
    found = re.findall(r"^\.(?:text|literal)(\S*)\s+(\d+)", listed, re.MULTILINE)
    return sum(int(n) for section, n in found if section != ".probe")


def _stack(folder: str, tools: Toolchain) -> int:
    usage = (Path(folder) / "probe.su").read_text("utf-8")
    frames = [line.split("\t") for line in usage.splitlines()]
    return sum(int(f[1]) + tools.pushed for f in frames if not f[0].endswith(":probe"))


if __name__ == "__main__":
    sys.exit(main())
