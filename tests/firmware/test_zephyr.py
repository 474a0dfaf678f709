"""The Zephyr module: description, option, and build script under stand-ins of Zephyr's own."""

from __future__ import annotations

from pathlib import Path

import kconfiglib
import pytest
import yaml

from .packages import output, packed, run, write

STUB = """\
cmake_minimum_required(VERSION 3.20)
project(stub C)
# As Zephyr's extensions do: a library of the module's own, and include paths for everybody.
macro(zephyr_library_named name)
  set(ZEPHYR_CURRENT_LIBRARY ${name})
  add_library(${name} STATIC)
endmacro()
function(zephyr_library_sources)
  target_sources(${ZEPHYR_CURRENT_LIBRARY} PRIVATE ${ARGN})
endfunction()
function(zephyr_include_directories)
  include_directories(${ARGN})
  target_include_directories(app PRIVATE ${ARGN})
endfunction()
add_compile_options(-Os)
add_executable(app module/samples/run/src/main.c)
add_subdirectory(module)
if(TARGET net)
  target_link_libraries(app PRIVATE net m)
endif()
"""


def test_the_description() -> None:
    """The keys that Zephyr's schema of module.yml knows, naming things that are there."""
    files = packed("zephyr")
    module = yaml.safe_load(files["zephyr/module.yml"])
    assert module == {"name": "net", "build": {"cmake": ".", "kconfig": "Kconfig"}}
    assert {"CMakeLists.txt", "Kconfig"} <= set(files)
    named = packed("zephyr", output(prefix="on"))["zephyr/module.yml"]
    assert yaml.safe_load(named)["name"] == "on"


@pytest.mark.parametrize("model", ["quantised", "floating"])
def test_the_option(model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = packed("zephyr", output(model=model))
    write(files, tmp_path)
    (tmp_path / "Zephyr").write_text('config REQUIRES_FULL_LIBC\n\tbool\n\nsource "Kconfig"\n')
    monkeypatch.chdir(tmp_path)
    options = kconfiglib.Kconfig("Zephyr", warn_to_stderr=False)
    assert options.syms["MICROFLOW_NET"].str_value == "n"
    options.load_config("samples/run/prj.conf")
    assert options.warnings == []
    assert options.syms["MICROFLOW_NET"].str_value == "y"
    libc = options.syms["REQUIRES_FULL_LIBC"].str_value
    assert libc == ("y" if model == "floating" else "n")


@pytest.mark.parametrize("enabled", [True, False])
def test_the_build_script(enabled: bool, tmp_path: Path) -> None:
    write(packed("zephyr"), tmp_path / "module")
    (tmp_path / "CMakeLists.txt").write_text(STUB)
    option = ["-DCONFIG_MICROFLOW_NET=y"] if enabled else []
    run(["cmake", "-S", ".", "-B", "build", *option], tmp_path)
    if not enabled:
        assert not list((tmp_path / "build" / "module").rglob("net.dir"))
        return
    lines = run(["cmake", "--build", "build", "--verbose"], tmp_path).splitlines()
    line = next(i for i in lines if " -c " in i and "net.c" in i)
    assert line.index("-Os") < line.index("-O2") and "-ffp-contract=off" in line
    assert "net y[0] = " in run([tmp_path / "build" / "app"], tmp_path)


def test_the_sample_finds_the_module(tmp_path: Path) -> None:
    """A stand-in of the Zephyr package records which modules the sample asks for."""
    package = write(packed("zephyr"), tmp_path / "net")
    stub = (
        'file(WRITE "${CMAKE_BINARY_DIR}/asked" "${ZEPHYR_EXTRA_MODULES}")\nadd_executable(app)\n'
    )
    write({"ZephyrConfig.cmake": stub}, tmp_path / "sdk")
    sample = package / "samples" / "run"
    run(["cmake", "-S", sample, "-B", "build", f"-DZephyr_DIR={tmp_path}/sdk"], tmp_path)
    asked = Path((tmp_path / "build" / "asked").read_text())
    assert asked.resolve() == package.resolve()
