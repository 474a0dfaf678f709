"""The CMake package, built for real: as a folder, fetched, and installed and found."""

from __future__ import annotations

from pathlib import Path

import pytest

from .packages import output, packed, run, write

APP = """\
cmake_minimum_required(VERSION 3.14)
project(app C CXX)
{use}
add_executable(in_c main.c)
add_executable(in_cxx main.cpp)
target_link_libraries(in_c PRIVATE net::net)
target_link_libraries(in_cxx PRIVATE net::net)
"""
USES = {
    "folder": "add_subdirectory(net)",
    "fetched": "include(FetchContent)\n"
    'FetchContent_Declare(net SOURCE_DIR "${CMAKE_CURRENT_SOURCE_DIR}/net")\n'
    "FetchContent_MakeAvailable(net)",
    "installed": "find_package(net 1.0 REQUIRED)",
}


def _build(folder: Path, *options: str) -> Path:
    run(["cmake", "-S", ".", "-B", "build", *options], folder)
    run(["cmake", "--build", "build", "--verbose"], folder)
    return folder / "build"


@pytest.mark.parametrize(
    ("use", "model"),
    [("folder", "quantised"), ("fetched", "floating"), ("installed", "floating")],
)
def test_an_application(use: str, model: str, tmp_path: Path) -> None:
    files = packed("cmake", output(model=model))
    package = write(files, tmp_path / "app" / "net")
    app = write(
        {
            "CMakeLists.txt": APP.format(use=USES[use]),
            "main.c": files["examples/main.c"],
            "main.cpp": files["examples/main.c"],
        },
        tmp_path / "app",
    )
    prefix = tmp_path / "installed"
    if use == "installed":
        _build(package)
        run(["cmake", "--install", "build", "--prefix", prefix], package)
        package.rename(tmp_path / "elsewhere")
    build = _build(app, f"-DCMAKE_PREFIX_PATH={prefix}")
    said = {run([build / program], build) for program in ("in_c", "in_cxx")}
    assert len(said) == 1 and "net y[0] = " in said.pop()


def test_flags_are_set_on_the_model_alone(tmp_path: Path) -> None:
    package = write(packed("cmake"), tmp_path)
    run(["cmake", "-S", ".", "-B", "build", "-DCMAKE_BUILD_TYPE=Debug"], package)
    lines = run(["cmake", "--build", "build", "--verbose"], package).splitlines()
    compiled = {
        name: next(i for i in lines if " -c " in i and name in i) for name in ("net.c", "main.c")
    }
    for flag in ("-O2", "-ffp-contract=off", "-ffunction-sections"):
        assert flag in compiled["net.c"] and flag not in compiled["main.c"]
    assert "net y[0] = " in run([package / "build" / "net_example"], package)


def test_a_prefix_that_is_the_name_of_a_library(tmp_path: Path) -> None:
    package = write(packed("cmake", output(model="floating", prefix="m")), tmp_path)
    assert "m y[0] = " in run([_build(package) / "m_example"], package)
