"""Make: a static library, cross-compiled by setting CC and AR."""

from __future__ import annotations

from microflow.firmware._package import Firmware, Package, rendered, sources


def _render(firmware: Firmware) -> dict[str, str]:
    templates = {"Makefile": "make/Makefile.j2", "examples/main.c": "main.c.j2"}
    return {**sources(firmware), **rendered("make", firmware, templates)}


PACKAGE = Package("make", "a Makefile for a static library, its example and `install`", _render)
