"""ESP-IDF: a component, which has the name of its folder."""

from __future__ import annotations

from microflow.firmware._package import Firmware, Package, rendered, sources


def _render(firmware: Firmware) -> dict[str, str]:
    templates = {
        "CMakeLists.txt": "esp_idf/CMakeLists.txt.j2",
        "idf_component.yml": "esp_idf/idf_component.yml.j2",
        "examples/run/CMakeLists.txt": "esp_idf/project.txt.j2",
        "examples/run/main/CMakeLists.txt": "esp_idf/main.txt.j2",
        "examples/run/main/main.c": "esp_idf/main.c.j2",
    }
    return {**sources(firmware), **rendered("esp_idf", firmware, templates)}


PACKAGE = Package("esp_idf", "an ESP-IDF component with an example project", _render)
