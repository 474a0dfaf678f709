"""Measures code and stack of every kernel on each core and writes the cores' size tables.

    python benchmarks/measure_kernels.py [--check [--sealed]] [CORE…]

Each kernel is compiled alone, as P.c would use it several times. For each function that its
contract offers: the bytes of all functions that it calls, and the stack of their deepest chain.
Chains are read from the linked machine code, library functions included; on this computer from what
gcc says of calls, without the library. The functions of pulls.c stand for those that are generated
to make rows on demand. The tables are microflow/targets/cores/<core>.sizes.toml; a core whose
compiler is not installed is left as it is.

A table ends with its seal: a digest of itself and of all that it was measured from. With --sealed a
table whose seal is whole is fresh, and only the others are measured again.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs
from attrs import frozen

from microflow.codegen.contract import PORTABLE, needs, variant
from microflow.plan.routines import PULLS, has_pointers, takes_one_row
from microflow.targets import FrameRule, KernelSize, core_names, load_core
from microflow.toolchain.callgraph import Function, read_usage
from microflow.toolchain.cross import Toolchain, find_toolchain
from microflow.toolchain.stack import Program, link_program, written_stack

BENCHMARKS = Path(__file__).parent
ROOT = BENCHMARKS.parent
RUNTIME = ROOT / "runtime_c"
CORES = ROOT / "microflow" / "targets" / "cores"
SEAL = "# sealed "
SOURCES = ("callgraph", "cross", "elf", "stack")  # those that read what compilers make
HOST = "x86-64"
HOST_FLAGS = ("-std=c99", "-O2", "-ffp-contract=off", "-ffunction-sections", "-fcallgraph-info=su")
COPY = re.compile(r"\.\d+$")  # ends the symbol of a copied function, but not its name
PROTOTYPE = r"MF_ENTRY void mf_{}\(([^)]*)\)"
ROWS_HEADERS = ("../include/mf_band.h", "../include/mf_kernel.h")
ROWS = 3  # for which the functions of pulls.c have pointers, where they take several
# Bytes of each kernel call; and of the run function and the access to inputs and outputs.
CALL_CODE = {HOST: 20, "avr5": 16, "rv32imc": 22}  # 14 on the other cores
BASE_CODE = {"cortex-m55": 36, "rv32imc": 40}  # 64 on the other cores
SHORTENED = ("rv32ec", "rv32imc")  # by the linker, which knows how near functions are
# How far the sum of functions was from the code of linked images of the reference models.
EXACT = ("cortex-m0", "cortex-m3", "cortex-m33", "cortex-m4", "cortex-m55", "cortex-m7", "rv32imc")
MARGIN = dict.fromkeys(EXACT, 0.05)  # 0.1 on the other cores


@frozen
class Caller:
    """The frame of a function that calls kernels: what its own call pushes or saves, and the rest.

    From the calling conventions: which registers outlive a call, how the stack is aligned.
    """

    link: int
    rule: FrameRule


ARM = Caller(4, FrameRule(4, 8, spare=2, arguments=4, align=8, saved_align=4))
CALLERS = {
    HOST: Caller(8, FrameRule(8, 6, arguments=6, align=16, saved_align=8)),
    "avr5": Caller(2, FrameRule(local=2, arguments=9)),  # addresses are constants of two bytes
    "lx106": Caller(4, FrameRule(4, 4, uses=3, arguments=6, align=16, saved_align=16)),
    "rv32ec": Caller(4, FrameRule(4, 2, arguments=6, align=4, saved_align=4)),
    "rv32imc": Caller(4, FrameRule(4, 12, arguments=8, align=16, saved_align=16)),
}  # ARM on the other cores


def main() -> int:
    """Writes the tables, or with --check compares them; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    parser.add_argument("--sealed", action="store_true", help="believe a table whose seal is whole")
    parser.add_argument("cores", nargs="*", default=[HOST, *core_names()])
    options = parser.parse_args()
    here = [core for core in options.cores if shutil.which(gcc(core))]
    stale = [core for core in here if not refresh(core, options.check, options.sealed)]
    if stale:
        print(f"stale: {', '.join(stale)}: run benchmarks/measure_kernels.py")
    return 1 if stale else 0


def gcc(core: str) -> str:
    """Returns the command of the core's gcc."""
    compiler = None if core == HOST else load_core(core).compiler
    return "gcc" if compiler is None else compiler.gcc


def refresh(core: str, check: bool, sealed: bool) -> bool:
    """Writes the core's table, or with `check` tells whether it is fresh.

    A table that another version of the compiler made is not compared.
    """
    path = CORES / f"{core}.sizes.toml"
    if not check:
        path.write_text(seal(render_table(core), core), "utf-8")
        return True
    if not path.is_file():
        return False
    kept = path.read_text("utf-8")
    table = kept.partition(SEAL)[0]
    if sealed and kept == seal(table, core):
        return True
    return f'"{compiler_name(core)}"' not in table or table == render_table(core)


def seal(table: str, core: str) -> str:
    """Returns the table with its seal."""
    toolchain = (ROOT / "microflow" / "toolchain" / f"{name}.py" for name in SOURCES)
    headers = sorted(path for path in RUNTIME.rglob("*.h") if "boards" not in path.parts)
    own = (Path(__file__), BENCHMARKS / "pulls.c", CORES / f"{core}.toml")
    digest = hashlib.sha256(table.encode())
    for path in (*own, *toolchain, *headers):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return f"{table}{SEAL}{digest.hexdigest()[:16]}\n"


def compiler_name(core: str) -> str:
    """Returns the compiler's version and optimisation, as the table names it."""
    version = subprocess.run(
        [gcc(core), "-dumpversion"], capture_output=True, text=True, check=True
    ).stdout.strip()
    return f"gcc {version} -O2"


def render_table(core: str) -> str:
    """Returns the TOML text of all kernels, sorted by name."""
    caller = CALLERS.get(core, ARM)
    base = f"base = {{ code = {BASE_CODE.get(core, 64)}, stack = {caller.link} }}"
    rule = ", ".join(f"{name} = {value}" for name, value in attrs.asdict(caller.rule).items())
    lines = [
        "# Code and stack of each function in bytes; written by benchmarks/measure_kernels.py.",
        f'compiler = "{compiler_name(core)}"',
        f"margin = {MARGIN.get(core, 0.1)}        # of code, relative",
        f"call_code = {CALL_CODE.get(core, 14)}      # of each kernel call",
        f"{base}  # around the kernels; the return address",
        f"frame = {{ {rule} }}",
        "",
        "[pulls]  # functions that make rows",
        *table_rows(measure_pulls(core)),
        "",
        "[kernels]",
    ]
    isa = load_core(core).isa
    kernels = sorted(folder.name for folder in (RUNTIME / "kernels").iterdir())
    several = [k for k in kernels if variant(k, isa) != PORTABLE]
    found = measure_all([ROWS_HEADERS, *(headers(k, isa) for k in kernels)], core)
    lines += [*table_rows(found.entries), "", "[code]  # of each function", *code_rows(found)]
    if several:
        plain = measure_all([headers(k, (PORTABLE,)) for k in several], core)
        lines += [
            "",
            "[plain]  # in plain C, of kernels that have more",
            *table_rows(plain.entries),
        ]
        lines += ["", "[plain_code]", *code_rows(plain)]
    return "\n".join(lines) + "\n"


def measure_all(lists: Sequence[Sequence[str]], core: str) -> Measured:
    """Returns what all functions take that lists of headers offer."""
    with tempfile.TemporaryDirectory() as folder:
        found = [measure(each, core, Path(folder)) for each in lists]
    entries = {name: size for each in found for name, size in each.entries.items()}
    return Measured(entries, {name: size for each in found for name, size in each.code.items()})


def code_rows(found: Measured) -> list[str]:
    """Returns lines of TOML."""
    return [f'"{name}" = {found.code[name]}' for name in sorted(found.code)]


def table_rows(found: Mapping[str, KernelSize]) -> list[str]:
    """Returns lines of TOML."""
    return [f"{name} = {{ {_fields(size)} }}" for name, size in found.items()]


def _fields(size: KernelSize) -> str:
    names = ", ".join(f'"{name}"' for name in size.functions)
    listed = f", functions = [{names}]" if names else ""
    return f"code = {size.code}, stack = {size.stack}{listed}"


def headers(kernel: str, isa: tuple[str, ...]) -> tuple[str, ...]:
    """Returns the headers of a kernel, behind those that it needs."""
    taken = variant(kernel, isa)
    needed = (f"../include/{header}" for header in needs(kernel, taken))
    return (*needed, f"{kernel}/contract.h", f"{kernel}/{taken}.h")


@frozen
class Measured:
    """The functions that a header offers, and the code of each function that they call."""

    entries: dict[str, KernelSize]
    code: dict[str, int]


def measure(headers: Sequence[str], core: str, folder: Path) -> Measured:
    """Returns what each function takes that `headers` offer, with all that it calls."""
    entries = prototypes(headers)
    (folder / "probe.c").write_text(probe(headers, entries), "utf-8")
    roots = [f"probe_{entry}" for entry in entries]
    program = compile_here(folder) if core == HOST else compile_for(core, roots, folder)
    linked = {name: f.code for name, f in program.functions.items()}
    own = code_bytes(folder, core)
    if core in SHORTENED:
        own = {name: linked.get(name, size) for name, size in own.items()}
    code = linked | own
    sizes = {entry: entry_size(program, entry, own) for entry in entries}
    used = {name for size in sizes.values() for name in size.functions}
    return Measured(sizes, {name: code[name] for name in used if code[name]})


def entry_size(program: Program, entry: str, own: Mapping[str, int]) -> KernelSize:
    """Returns the size of a function with all that it calls; `own` is the code of the probe's."""
    found = written_stack(program, f"mf_{entry}")
    assert found.bytes is not None, str(found)
    names = sorted(called(program.functions, f"mf_{entry}"))
    return KernelSize(sum(own.get(name, 0) for name in names), found.bytes, tuple(names))


def called(functions: Mapping[str, Function], name: str) -> set[str]:
    """Returns a function and all that it calls."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        at = waiting.pop()
        if at not in found:
            found.add(at)
            waiting += (*functions[at].calls, *functions[at].jumps)
    return found


def measure_pulls(core: str) -> dict[str, KernelSize]:
    """Returns what the functions of pulls.c take: mean code, largest frame without row pointers."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(BENCHMARKS / "pulls.c", folder / "probe.c")
        compile_object(folder, core)
        frames = read_usage((folder / "probe.su").read_text("utf-8"))
        code = code_bytes(folder, core)
    found = {kind: [n for n in frames if re.sub(r"\d", "", n) == kind] for kind in PULLS}
    pointer = load_core(core).pointer_bytes
    return {
        kind: KernelSize(
            round(sum(code[name] for name in names) / len(names)),
            max(frames[name] or 0 for name in names) - pointer * _pointers(kind),
        )
        for kind, names in found.items()
    }


def _pointers(kind: str) -> int:
    """The rows for which functions of this kind in pulls.c have pointers."""
    if not has_pointers(kind):
        return 0
    return 1 if takes_one_row(kind) else ROWS


def prototypes(headers: Sequence[str]) -> dict[str, str]:
    """Returns the parameters of each function that headers offer, by its name without mf_."""
    texts = ((RUNTIME / "kernels" / header).read_text("utf-8") for header in headers)
    found = dict(re.findall(r"MF_ENTRY void mf_(\w+)\(([^)]*)\)", "".join(texts)))
    assert found, f"{headers[0]} has no prototype"
    return {name: found[name] for name in sorted(found)}


def probe(headers: Sequence[str], entries: Mapping[str, str]) -> str:
    """Returns a file of C with functions that call those of `headers` with their own arguments."""
    own = (f"../kernels/{header}" for header in headers)
    lines = [f'#include "{RUNTIME}/include/{h}"' for h in ("mf_port.h", "mf_kernel.h", *own)]
    for name, parameters in entries.items():
        arguments = ", ".join(re.findall(r"(\w+)(?:,|$)", parameters))
        lines.append(f"void probe_{name}({parameters});")
        lines.append(f"void probe_{name}({parameters}) {{ mf_{name}({arguments}); }}")
    return "\n".join(lines)


def compile_for(core: str, roots: Sequence[str], folder: Path) -> Program:
    """Returns what the core's gcc makes of the probe, with the library functions it needs."""
    program = link_program(toolchain(core), "probe.c", roots, folder)
    assert program is not None, f"{core}: the probe does not compile"
    return program


def toolchain(core: str) -> Toolchain:
    """Returns the gcc of a core."""
    found, _ = find_toolchain(load_core(core))
    assert found is not None and not found.zig
    return found


def compile_here(folder: Path) -> Program:
    """Returns what this computer's gcc says of the probe; library functions take nothing."""
    compile_object(folder, HOST)
    return Program(read_calls((folder / "probe.ci").read_text("utf-8")), "")


def compile_object(folder: Path, core: str) -> None:
    """Compiles the probe, which may include the runtime's headers."""
    flags = HOST_FLAGS if core == HOST else toolchain(core).model_flags
    command = ["gcc"] if core == HOST else toolchain(core).command
    include = f"-I{RUNTIME}/include"
    subprocess.run(
        [*command, *flags, include, "-fstack-usage", "-c", "probe.c"], cwd=folder, check=True
    )


def read_calls(text: str) -> dict[str, Function]:
    """Returns the functions of a call graph that gcc writes with -fcallgraph-info=su."""
    nodes = re.findall(r'node: \{ title: "([^"]+)" label: "([^"]+)"', text)
    edges = re.findall(r'edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"', text)
    frames = {title: re.search(r"(\d+) bytes \(static\)", label) for title, label in nodes}
    calls = {t: tuple(_name(b) for a, b in edges if a == t) for t in frames}
    return {_name(t): Function(int(f[1]) if f else 0, 0, calls[t]) for t, f in frames.items()}


def _name(title: str) -> str:
    """A static function's title begins with its file."""
    return title.rpartition(":")[2]


def code_bytes(folder: Path, core: str) -> dict[str, int]:
    """Returns the bytes of each function of the probe: each has a section of its own."""
    command = [gcc(core).removesuffix("gcc") + "size", "-A", "probe.o"]
    listed = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
    found = re.findall(r"^\.text\.(\S+)\s+(\d+)", listed, re.MULTILINE)
    return {COPY.sub("", name) if core == HOST else name: int(size) for name, size in found}


if __name__ == "__main__":
    sys.exit(main())
