"""CMSIS-Pack: a description with one component, to be zipped into a pack."""

from __future__ import annotations

from microflow.firmware._package import Firmware, Package, rendered, sources

VENDOR = "mflowc"


def _render(firmware: Firmware) -> dict[str, str]:
    templates = {
        f"{VENDOR}.{firmware.prefix}.pdsc": "cmsis_pack/pack.pdsc.j2",
        "examples/main.c": "main.c.j2",
    }
    copied = sources(firmware, "source/", flags_inside=True)
    return {**copied, **rendered("cmsis_pack", firmware, templates)}


PACKAGE = Package(
    "cmsis_pack", "the folder of a CMSIS-Pack: one component, not yet zipped", _render
)
