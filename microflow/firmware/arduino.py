"""Arduino: a library in the 1.5 layout."""

from __future__ import annotations

from microflow.firmware._package import Firmware, Package, rendered, sources


def _render(firmware: Firmware) -> dict[str, str]:
    sketch = f"{firmware.prefix}_run"
    templates = {
        "library.properties": "arduino/library.properties.j2",
        f"examples/{sketch}/{sketch}.ino": "arduino/example.ino.j2",
    }
    # Code for 16-bit pointers keeps data where a 32-bit core may not read it, not the other way round.
    architectures = "avr" if firmware.target.core.pointer_bytes == 2 else "*"
    printed = rendered("arduino", firmware, templates, architectures=architectures)
    return {**sources(firmware, "src/", flags_inside=True), **printed}


PACKAGE = Package("arduino", "an Arduino library (layout 1.5) with a sketch", _render)
