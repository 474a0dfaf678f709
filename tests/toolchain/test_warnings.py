"""Every kernel compiles for every core without a warning, in one file, as a model would use it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from microflow.resources import resource
from microflow.toolchain.cross import find_toolchain
from tests.need import need_core

PROTOTYPE = r"MF_ENTRY void mf_{}\(([^)]*)\)"
WARNINGS = ("-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror")


def all_kernels() -> str:
    """Returns a file of C that calls every kernel."""
    lines = ['#include "mf_port.h"', '#include "mf_kernel.h"']
    for folder in sorted(resource("runtime_c/kernels").iterdir()):
        name = folder.name
        contract = (folder / "contract.h").read_text("utf-8")
        found = re.search(PROTOTYPE.format(name), contract)
        assert found is not None, name
        arguments = ", ".join(re.findall(r"(\w+)(?:,|$)", found[1]))
        lines += [f'#include "{name}/contract.h"', f'#include "{name}/portable.h"']
        lines += [f"void use_{name}({found[1]});"]
        lines += [f"void use_{name}({found[1]}) {{ mf_{name}({arguments}); }}"]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("core", ["avr5", "cortex-m0", "cortex-m4", "lx106", "rv32imc"])
def test_kernels(core: str, tmp_path: Path) -> None:
    toolchain, _ = find_toolchain(need_core(core))
    assert toolchain is not None
    (tmp_path / "kernels.c").write_text(all_kernels(), "utf-8")
    strict = (*WARNINGS, "-pedantic") if toolchain.description.standard == "c99" else WARNINGS
    include = [f"-I{resource(f'runtime_c/{name}')}" for name in ("include", "kernels")]
    command = [*toolchain.command, *toolchain.code_flags, *strict, *include]
    done = subprocess.run(
        [*command, "-c", "kernels.c"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("core", ["avr5", "cortex-m55", "lx106", "rv32imc"])
def test_the_boards(core: str, tmp_path: Path) -> None:
    toolchain, _ = find_toolchain(need_core(core))
    assert toolchain is not None
    boards = resource("runtime_c/boards")
    for source in toolchain.description.sources:
        include = f"-I{boards / 'common'}"
        command = [*toolchain.command, *toolchain.code_flags, *WARNINGS, include]
        done = subprocess.run(
            [*command, "-c", str(boards / source), "-o", "board.o"],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_the_emulators_programs(compiler: str, tmp_path: Path) -> None:
    from tests.need import need

    need(compiler)
    need_core("avr5")
    folder = resource("runtime_c/boards/emulators")
    flags = ("-O1", *WARNINGS, "-DMF_PLUGIN_API=1", "-isystem", "/usr/include/simavr")
    for source in sorted(folder.glob("*.c")):
        done = subprocess.run(
            [compiler, *flags, "-c", str(source), "-o", "program.o"],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
