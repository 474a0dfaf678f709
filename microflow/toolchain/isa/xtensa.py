"""Xtensa code of the call0 convention, as the instruction set architecture manual encodes it."""

from __future__ import annotations

from collections.abc import Iterator

from microflow.toolchain.isa.step import (
    Pattern,
    Step,
    computed,
    indirect,
    match,
    pushed,
    signed,
    variable,
)

_NARROW_FROM = 8  # the least low four bits of an instruction of two bytes


def decode(code: bytes, address: int) -> Iterator[Step]:
    """Yields the steps of `code`, which lies at `address` and holds no data."""
    at = 0
    while at < len(code):
        narrow = code[at] & 15 >= _NARROW_FROM
        size = 2 if narrow else 3
        word = int.from_bytes(code[at : at + size], "little")
        step = match(_NARROW if narrow else _WIDE, word, address + at)
        at += size
        if step is not None:
            yield step


def _call(code: int, address: int) -> Step:
    return Step(target=(address & ~3) + 4 + signed(code >> 6, 18) * 4, calls=True)


_NARROW: tuple[Pattern, ...] = (
    (0x0F0F, 0x0109, lambda c, _: Step(touches=c >> 12 << 2)),  # S32I.N to a1
    (0xFF0F, 0x010D, lambda c, _: Step(touches=0)),  # MOV.N of a1
    (0x0F0F, 0x010B, lambda c, _: Step(touches=0)),  # ADDI.N of a1
)
_WIDE: tuple[Pattern, ...] = (
    (0x00FFFF, 0x00C112, lambda c, _: pushed(signed(c >> 16, 8))),  # ADDI to a1
    (0x00FFFF, 0x00D112, lambda c, _: pushed(signed(c >> 16, 8) << 8)),  # ADDMI to a1
    (0xFFFF0F, 0xC01100, variable),  # SUB of a register from a1
    (0x00FF0F, 0x004102, lambda c, _: Step(touches=c >> 16)),  # S8I to a1
    (0x00FF0F, 0x005102, lambda c, _: Step(touches=c >> 16 << 1)),  # S16I
    (0x00FF0F, 0x006102, lambda c, _: Step(touches=c >> 16 << 2)),  # S32I
    (0x00FF0F, 0x00C102, lambda c, _: Step(touches=signed(c >> 16, 8))),  # ADDI of a1
    (0xFF0FFF, 0x200110, lambda c, _: Step(touches=0)),  # MOV of a1
    (0xFFF0FF, 0x0000C0, indirect),  # CALLX0
    (0xFFF0FF, 0x0000A0, computed),  # JX
    (0x00003F, 0x000005, _call),  # CALL0
    (0x00003F, 0x000006, lambda c, a: Step(target=a + 4 + signed(c >> 6, 18))),  # J
)
