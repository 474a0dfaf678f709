"""Arduino: a library in the 1.5 layout."""

from __future__ import annotations

from microflow.firmware._package import Firmware, Package, rendered, sources


def _render(firmware: Firmware) -> dict[str, str]:
    sketch = f"{firmware.prefix}_run"
    templates = {
        "library.properties": "arduino/library.properties.j2",
        f"examples/{sketch}/{sketch}.ino": "arduino/example.ino.j2",
    }
    # The arena of an 8-bit core is not aligned as a 32-bit core needs it; the other way is fine.
    architectures = "avr" if firmware.target.core.pointer_bytes == 2 else "*"
    printed = rendered("arduino", firmware, templates, architectures=architectures)
    return {**sources(firmware, "src/", flags_inside=True), **printed}


PACKAGE = Package("arduino", "an Arduino library (layout 1.5) with a sketch", _render)
