"""PlatformIO: a library for any platform and framework."""

from __future__ import annotations

from microflow.firmware._package import Firmware, Package, rendered, sources


def _render(firmware: Firmware) -> dict[str, str]:
    templates = {
        "library.json": "platformio/library.json.j2",
        "examples/run/platformio.ini": "platformio/platformio.ini.j2",
        "examples/run/src/main.c": "main.c.j2",
    }
    return {**sources(firmware, "src/"), **rendered("platformio", firmware, templates)}


PACKAGE = Package("platformio", "a PlatformIO library with an example for this computer", _render)
