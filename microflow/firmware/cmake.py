"""CMake: a library to be added as a folder, fetched, or installed and found."""

from __future__ import annotations

from microflow.firmware._package import Firmware, Package, rendered, sources


def _render(firmware: Firmware) -> dict[str, str]:
    config = f"cmake/{firmware.prefix}Config.cmake"
    templates = {
        "CMakeLists.txt": "cmake/CMakeLists.txt.j2",
        config: "cmake/Config.cmake.j2",
        "examples/main.c": "main.c.j2",
    }
    return {**sources(firmware), **rendered("cmake", firmware, templates)}


PACKAGE = Package(
    "cmake",
    "a CMake project: `add_subdirectory`, `FetchContent`, or `install` and `find_package`",
    _render,
)
