"""Zephyr: a module that an application enables in its configuration."""

from __future__ import annotations

from microflow.firmware._package import Firmware, Package, rendered, sources


def _render(firmware: Firmware) -> dict[str, str]:
    templates = {
        "zephyr/module.yml": "zephyr/module.yml.j2",
        "CMakeLists.txt": "zephyr/CMakeLists.txt.j2",
        "Kconfig": "zephyr/Kconfig.j2",
        "samples/run/CMakeLists.txt": "zephyr/sample.txt.j2",
        "samples/run/prj.conf": "zephyr/prj.conf.j2",
        "samples/run/src/main.c": "main.c.j2",
    }
    return {**sources(firmware), **rendered("zephyr", firmware, templates)}


PACKAGE = Package("zephyr", "a Zephyr module with its Kconfig option and a sample", _render)
