"""The ESP-IDF component, under stand-ins of the two ways in which ESP-IDF evaluates it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import yaml

from ..need import need
from .packages import packed, run, write

# ESP-IDF first runs every script to learn what it requires: registering ends the script.
REQUIREMENTS = """\
macro(idf_component_register)
  cmake_parse_arguments(_ "" "" "SRCS;INCLUDE_DIRS;REQUIRES" ${ARGN})
  message("srcs=${__SRCS} include=${__INCLUDE_DIRS} requires=${__REQUIRES}")
  return()
endmacro()
include(${COMPONENT}/CMakeLists.txt)
"""
# Then it makes a library of each.
PROJECT = """\
cmake_minimum_required(VERSION 3.16)
project(stub C)
macro(idf_component_register)
  cmake_parse_arguments(_ "" "" "SRCS;INCLUDE_DIRS;REQUIRES" ${ARGN})
  get_filename_component(COMPONENT_LIB ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  add_library(${COMPONENT_LIB} STATIC ${__SRCS})
  target_include_directories(${COMPONENT_LIB} PUBLIC ${__INCLUDE_DIRS})
  target_compile_options(${COMPONENT_LIB} PRIVATE -Og)
  target_link_libraries(${COMPONENT_LIB} PRIVATE ${__REQUIRES})
endmacro()
add_subdirectory(net)
add_subdirectory(net/examples/run/main)
add_executable(program start.c)
target_link_libraries(program PRIVATE main net m)
"""


def test_the_requirements_can_be_read(tmp_path: Path) -> None:
    folder = write({**packed("esp_idf"), "stub.cmake": REQUIREMENTS}, tmp_path)
    for place, said in (
        (".", "srcs=net.c include=. requires="),
        ("examples/run/main", "srcs=main.c include= requires=net"),
    ):
        command = [need("cmake"), f"-DCOMPONENT={folder / place}", "-P", "stub.cmake"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
        assert done.stderr.strip() == said


def test_component_and_example_build(tmp_path: Path) -> None:
    write(packed("esp_idf"), tmp_path / "net")
    start = "void app_main(void);\nint main(void) { app_main(); return 0; }\n"
    write({"CMakeLists.txt": PROJECT, "start.c": start}, tmp_path)
    run(["cmake", "-S", ".", "-B", "build"], tmp_path)
    lines = run(["cmake", "--build", "build", "--verbose"], tmp_path).splitlines()
    line = next(i for i in lines if " -c " in i and "net.c" in i)
    assert line.index("-Og") < line.index("-O2") and "-ffp-contract=off" in line
    assert "net y[0] = " in run([tmp_path / "build" / "program"], tmp_path)


def test_the_manifest() -> None:
    manifest = yaml.safe_load(packed("esp_idf")["idf_component.yml"])
    assert manifest["version"] == "1.0.0"
    assert manifest["dependencies"] == {"idf": ">=4.4"}
    assert set(manifest) == {"version", "description", "dependencies"}


def test_the_example_names_the_folder_of_the_component() -> None:
    text = packed("esp_idf")["examples/run/CMakeLists.txt"]
    assert '"${CMAKE_CURRENT_LIST_DIR}/../.."' in text
    assert "include($ENV{IDF_PATH}/tools/cmake/project.cmake)" in text
