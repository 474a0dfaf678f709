"""The generated folders in use: every compiler, optimisation and language, two models together."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ..need import absent, need, need_sanitizers
from ..run_model import SANITIZE, STRICT
from .product import MAIN, compile_and_run, expected, generated, printed, write, write_both

_SOURCES = ("main.c", "kws.c", "mix.c")
_CXX = ("-std=c++11", "-Wall", "-Wextra", "-pedantic", "-Werror")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_both(tmp_path)
    return tmp_path


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("optimise", ["-O0", "-O2", "-Os"])
def test_two_models_in_one_program(folder: Path, compiler: str, optimise: str) -> None:
    command = (need(compiler), *STRICT, optimise)
    assert compile_and_run(folder, command, _SOURCES) == expected()


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_sanitizers_find_nothing(folder: Path, compiler: str) -> None:
    command = (need_sanitizers(compiler), *STRICT, "-O1", *SANITIZE)
    assert compile_and_run(folder, command, _SOURCES) == expected()


@pytest.mark.parametrize(("cxx", "cc"), [("g++", "gcc"), ("clang++", "clang")])
def test_the_headers_are_cxx_too(folder: Path, cxx: str, cc: str) -> None:
    for name in ("kws", "mix"):
        subprocess.run([need(cc), *STRICT, "-O2", "-c", f"{name}.c"], cwd=folder, check=True)
    main = (need(cxx), *_CXX, "-x", "c++", "main.c", "-x", "none")
    assert compile_and_run(folder, main, ["kws.o", "mix.o"]) == expected()


def test_each_header_stands_by_itself(folder: Path) -> None:
    for name in ("kws", "mix"):
        (folder / "alone.c").write_text(f'#include "{name}.h"\n#include "{name}.h"\n')
        for command in ((need("gcc"), *STRICT), (need("g++"), *_CXX, "-x", "c++")):
            subprocess.run([*command, "-fsyntax-only", "alone.c"], cwd=folder, check=True)


@pytest.mark.parametrize(
    ("compiler", "flags"),
    [
        ("gcc", ("-O3", "-march=native", "-ffp-contract=fast")),
        ("clang", ("-O3", "-march=native", "-ffp-contract=on")),
    ],
)
def test_fused_products_of_other_flags_change_nothing(
    folder: Path, compiler: str, flags: tuple[str, ...]
) -> None:
    """The files themselves switch contraction off, whatever the application is built with."""
    strict = [flag for flag in STRICT if flag != "-ffp-contract=off"]
    assert compile_and_run(folder, (need(compiler), *strict, *flags), _SOURCES) == expected()


def test_on_32_bit(folder: Path) -> None:
    trial = [need("gcc"), "-m32", "-x", "c", "-", "-o", "trial"]
    program = b"#include <stdio.h>\nint main(void) { return 0; }"
    done = subprocess.run(trial, cwd=folder, input=program, capture_output=True, check=False)
    if done.returncode != 0:
        absent("gcc builds nothing for 32 bits: apt-get install gcc-multilib")
    command = (need("gcc"), *STRICT, "-m32", "-msse2", "-mfpmath=sse", "-O2")
    assert compile_and_run(folder, command, _SOURCES) == expected()


@pytest.mark.parametrize("name", ["kws", "mix"])
def test_the_hook_between_layers(folder: Path, name: str) -> None:
    """`MF_ON_LAYER` is called after each layer, in order, with the indices of the report."""
    (folder / "hook.h").write_text(
        "void on_layer(int index);\n#define MF_ON_LAYER(index) on_layer(index)\n"
    )
    (folder / "hook.c").write_text(
        f'#include <stdio.h>\n#include "hook.h"\n#include "{name}.h"\n'
        'void on_layer(int index) { printf("%d\\n", index); }\n'
        f"int main(void) {{ return {name}_run() == {name}_OK ? 0 : 1; }}\n"
    )
    command = [need("gcc"), *STRICT, "-include", "hook.h", "hook.c", f"{name}.c", "-lm"]
    subprocess.run([*command, "-o", "hook"], cwd=folder, check=True)
    said = subprocess.run([folder / "hook"], capture_output=True, text=True, check=True).stdout
    layers = [line.split("/* ")[1].split(":")[0] for line in _layer_comments(name)]
    assert said.split() == layers
    assert layers == sorted(layers, key=int) and len(layers) >= 4


def _layer_comments(name: str) -> list[str]:
    """The comments that introduce the layers in the generated C."""
    body = generated(name).files[f"{name}.c"].split(f"{name}_run(void) {{")[1].split("\n}")[0]
    return [line for line in body.splitlines() if line.startswith("  /* ") and "->" in line]


def test_unused_functions_cost_nothing(folder: Path) -> None:
    """An application that only runs links neither `predict` nor the labels."""
    (folder / "bare.c").write_text('#include "kws.h"\nint main(void) { return kws_run(); }\n')
    sections = ("-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections", "-O2")
    command = [need("gcc"), *STRICT, *sections, "bare.c", "kws.c", "-o", "bare"]
    subprocess.run(command, cwd=folder, check=True)
    symbols = subprocess.run(
        [need("nm"), "bare"], cwd=folder, capture_output=True, text=True, check=True
    ).stdout
    assert "kws_run" in symbols
    for unused in ("kws_predict", "kws_infer", "kws_decode_scores", "kws_scores_labels"):
        assert unused not in symbols


def test_the_makefile_of_the_folder_builds_a_library(tmp_path: Path) -> None:
    """`CMakeLists.txt` makes the target that an application links."""
    for name in ("kws", "mix"):
        write(generated(name).files, tmp_path / name)
    write({"main.c": MAIN}, tmp_path)
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.16)\nproject(app C)\n"
        "add_subdirectory(kws)\nadd_subdirectory(mix)\n"
        "add_executable(program main.c)\ntarget_link_libraries(program PRIVATE kws mix)\n"
    )
    build = tmp_path / "build"
    configure = [need("cmake"), "-S", str(tmp_path), "-B", str(build)]
    subprocess.run(configure, check=True, capture_output=True)
    subprocess.run([need("cmake"), "--build", str(build)], check=True, capture_output=True)
    assert printed(build / "program") == expected()


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("threshold", ["0.0", "0.001", "0.996"])
def test_thresholds_at_the_ends_of_the_range(tmp_path: Path, compiler: str, threshold: str) -> None:
    """No comparison that is always true or false: compilers warn of those."""
    write(generated("kws", "threshold = 0.3", f"threshold = {threshold}").files, tmp_path)
    command = [need(compiler), *STRICT, "-c", "kws.c"]
    subprocess.run(command, cwd=tmp_path, check=True)
