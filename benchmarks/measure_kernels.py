"""Measures code and stack of every kernel on this computer and writes the core's size table.

    python benchmarks/measure_kernels.py [--check]

Each kernel is compiled alone, as P.c would use it several times: the bytes of its functions, and
the sum of their stack frames as `-fstack-usage` reports them (calls are never nested deeper than
one function of each). The table goes to microflow/targets/cores/<core>.sizes.toml.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUNTIME = ROOT / "runtime_c"
CORE = "x86-64"
FLAGS = ("-std=c99", "-O2", "-ffp-contract=off", "-ffunction-sections", "-fstack-usage")
PROTOTYPE = r"MF_KERNEL void mf_{}\(([^)]*)\)"


def main() -> int:
    """Writes the table, or with --check compares it; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    parser.add_argument("--cc", default="gcc")
    options = parser.parse_args()
    table = render_table(options.cc)
    path = ROOT / "microflow" / "targets" / "cores" / f"{CORE}.sizes.toml"
    if not options.check:
        path.write_text(table, "utf-8")
        return 0
    same = path.is_file() and path.read_text("utf-8") == table
    print("fresh" if same else f"{path.name} is stale: run benchmarks/measure_kernels.py")
    return 0 if same else 1


def render_table(compiler: str) -> str:
    """Returns the TOML text of all kernels, sorted by name."""
    version = subprocess.run(
        [compiler, "-dumpfullversion"], capture_output=True, text=True, check=True
    ).stdout.strip()
    lines = [
        "# Code and stack of each kernel in bytes; written by benchmarks/measure_kernels.py.",
        f'compiler = "gcc {version} -O2"',
        "margin = 0.6        # of code: the compiler specialises a kernel that is called once",
        "call_code = 20      # of each kernel call",
        "base = { code = 64, stack = 64 }  # the run function and access to inputs and outputs",
        "",
        "[kernels]",
    ]
    for folder in sorted((RUNTIME / "kernels").iterdir()):
        code, stack = measure(folder.name, compiler)
        lines.append(f"{folder.name} = {{ code = {code}, stack = {stack} }}")
    return "\n".join(lines) + "\n"


def measure(kernel: str, compiler: str) -> tuple[int, int]:
    """Returns (bytes of code, bytes of stack) of one kernel compiled with `compiler`."""
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
        source = Path(scratch) / "probe.c"
        source.write_text(text, "utf-8")
        subprocess.run([compiler, *FLAGS, "-c", "probe.c"], cwd=scratch, check=True)
        return _code(scratch), _stack(scratch)


def _code(folder: str) -> int:
    listed = subprocess.run(
        ["size", "-A", "probe.o"], cwd=folder, capture_output=True, text=True, check=True
    ).stdout
    return sum(int(n) for n in re.findall(r"^\.text\S*\s+(\d+)", listed, re.MULTILINE))


def _stack(folder: str) -> int:
    usage = (Path(folder) / "probe.su").read_text("utf-8")
    # the return address of each call comes on top of its frame
    return sum(int(line.split("\t")[1]) + 8 for line in usage.splitlines())


if __name__ == "__main__":
    sys.exit(main())
