"""Which of the built-in chips would hold something."""

from __future__ import annotations

from microflow.targets import chip_names, load_target


def fitting_chips(ram_bytes: int, flash_bytes: int) -> tuple[str, ...]:
    """Returns the names of the chips with that much RAM and flash, smallest RAM first."""
    chips = (load_target(name) for name in chip_names())
    fitting = (
        (chip.ram, chip.name)
        for chip in chips
        if chip.ram is not None and chip.ram >= ram_bytes
        if chip.flash is None or chip.flash >= flash_bytes
    )
    return tuple(name for _, name in sorted(fitting))
