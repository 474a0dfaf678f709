"""Kernels, generated code and boards compile for every core without a warning."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from microflow.codegen.contract import PORTABLE, needs, variant
from microflow.codegen.lower import lower_unit
from microflow.codegen.render import render_unit
from microflow.resources import resource
from microflow.targets import load_core
from microflow.toolchain.cross import Toolchain, find_toolchain
from tests.need import need, need_core
from tests.toolchain.small import compiled_for, float_model, int8_model

PROTOTYPE = r"MF_ENTRY void mf_{}\(([^)]*)\)"
WARNINGS = ("-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror")


def all_kernels(isa: tuple[str, ...] = (PORTABLE,)) -> str:
    """Returns a file of C that calls every kernel, in the first of its variants in `isa`."""
    lines = ['#include "mf_port.h"', '#include "mf_kernel.h"']
    for folder in sorted(resource("runtime_c/kernels").iterdir()):
        name = folder.name
        contract = (folder / "contract.h").read_text("utf-8")
        found = re.search(PROTOTYPE.format(name), contract)
        assert found is not None, name
        arguments = ", ".join(re.findall(r"(\w+)(?:,|$)", found[1]))
        which = variant(name, isa)
        lines += [f'#include "{header}"' for header in needs(name, which)]
        lines += [f'#include "{name}/contract.h"', f'#include "{name}/{which}.h"']
        lines += [f"void use_{name}({found[1]});"]
        lines += [f"void use_{name}({found[1]}) {{ mf_{name}({arguments}); }}"]
    return "\n".join(lines) + "\n"


def compile_strictly(
    toolchain: Toolchain, source: Path, folder: Path, include: list[str], level: str = "-O2"
) -> None:
    """Compiles one file; any warning fails the test."""
    strict: tuple[str, ...] = WARNINGS
    if toolchain.description.standard == "c99" and source.suffix == ".c":
        strict = (*WARNINGS, "-pedantic")
    command = [*toolchain.command, *toolchain.code_flags, level, *strict, *include]
    command += ["-c", str(source), "-o", "strict.o"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def toolchain_of(core: str) -> Toolchain:
    found, _ = find_toolchain(need_core(core))
    assert found is not None
    return found


@pytest.mark.parametrize("core", ["avr5", "cortex-m0", "cortex-m4", "lx106", "rv32imc"])
def test_kernels(core: str, tmp_path: Path) -> None:
    source = tmp_path / "kernels.c"
    source.write_text(all_kernels(), "utf-8")
    include = [f"-I{resource(f'runtime_c/{name}')}" for name in ("include", "kernels")]
    compile_strictly(toolchain_of(core), source, tmp_path, include)


@pytest.mark.parametrize("core", ["cortex-m4", "cortex-m55"])
def test_kernels_for_debuggers(core: str, tmp_path: Path) -> None:
    """Without the optimiser, registers are enough for what assembly asks for."""
    source = tmp_path / "kernels.c"
    source.write_text(all_kernels(load_core(core).isa), "utf-8")
    include = [f"-I{resource(f'runtime_c/{name}')}" for name in ("include", "kernels")]
    compile_strictly(toolchain_of(core), source, tmp_path, include, "-O0")


@pytest.mark.parametrize("core", ["avr5", "cortex-m0", "lx106", "rv32imc"])
@pytest.mark.parametrize("model", [int8_model(), float_model()], ids=["int8", "float"])
def test_generated_code(core: str, model: bytes, tmp_path: Path) -> None:
    toolchain = toolchain_of(core)
    compiled = compiled_for(model, load_core(core))
    for path, text in render_unit(lower_unit("m", [compiled], load_core(core))).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    compile_strictly(toolchain, tmp_path / "m.c", tmp_path, [])


@pytest.mark.parametrize("core", ["avr5", "cortex-m55", "lx106", "rv32imc"])
def test_the_boards(core: str, tmp_path: Path) -> None:
    toolchain = toolchain_of(core)
    boards = resource("runtime_c/boards")
    for source in toolchain.description.sources:
        compile_strictly(toolchain, boards / source, tmp_path, [f"-I{boards / 'common'}"])


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_the_emulators_programs(compiler: str, tmp_path: Path) -> None:
    need(compiler)
    need_core("avr5")
    flags = ("-O1", *WARNINGS, "-DMF_PLUGIN_API=1", "-isystem", "/usr/include/simavr")
    for source in sorted(resource("runtime_c/boards/emulators").glob("*.c")):
        command = [compiler, *flags, "-c", str(source), "-o", "program.o"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
