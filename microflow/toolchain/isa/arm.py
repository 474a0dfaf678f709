"""Thumb code of Armv6-M to Armv8.1-M, as the Arm architecture reference manuals encode it."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from attrs import evolve

from microflow.toolchain.isa.step import (
    Pattern,
    Step,
    computed,
    indirect,
    loaded,
    match,
    nothing,
    signed,
    variable,
)

_WIDE_FROM = 0xE800  # the least first halfword of a wide instruction


def decode(code: bytes, address: int) -> Iterator[Step]:
    """Yields the steps of `code`, which lies at `address` and holds no data."""
    halves = (half for (half,) in struct.iter_unpack("<H", code))
    popped = 0  # registers that have just been popped: a jump to one returns
    for half in halves:
        wide = half >= _WIDE_FROM
        word = half << 16 | next(halves, 0) if wide else half
        step = match(_WIDE if wide else _NARROW, word, address)
        if step is not None and not _returns(half, popped):
            yield evolve(step, at=address)
        popped = _popped(half, popped)
        address += 4 if wide else 2


def _popped(half: int, before: int) -> int:
    """The registers whose values come from the stack, behind POP and what adds to SP."""
    if half & 0xFF00 == 0xBC00:
        return before | half & 0xFF
    return before if half & 0xFF80 == 0xB000 else 0


def _returns(half: int, popped: int) -> bool:
    """Tells whether BX goes where the stack said: Armv6-M pops no LR."""
    return half & 0xFF87 == 0x4700 and bool(popped >> (half >> 3 & 15) & 1)


def _immediate(code: int) -> int:
    """The 12 bits of a constant: plain, or (Thumb's modified immediate) a byte and its place."""
    plain = _plain(code)
    if code & 0x02000000 or plain < 0x100:
        return plain
    if plain < 0x400:
        return (plain & 0xFF) * (0, 0x00010001, 0x01000100, 0x01010101)[plain >> 8]
    return (0x80 | plain & 0x7F) << (32 - (plain >> 7))


def _plain(code: int) -> int:
    """The 12 bits of a constant as they are."""
    return (code >> 26 & 1) << 11 | (code >> 12 & 7) << 8 | code & 0xFF


def _branch(code: int, address: int) -> Step:
    """BL or B of 25 bits."""
    sign = code >> 26 & 1
    i1, i2 = (1 ^ (code >> bit & 1) ^ sign for bit in (13, 11))
    high = sign << 23 | i1 << 22 | i2 << 21 | (code >> 16 & 0x3FF) << 11
    distance = signed(high | code & 0x7FF, 24) * 2
    return Step(target=address + 4 + distance, calls=bool(code & 0x4000))


def _ahead(address: int, distance: int) -> Step:
    """ADR."""
    return Step(takes=(address + 4 & ~3) + distance)


def _near(code: int, address: int, bits: int) -> Step:
    """B of 8 or 11 bits."""
    return Step(target=address + 4 + signed(code & (1 << bits) - 1, bits) * 2)


_NARROW: tuple[Pattern, ...] = (
    (0xFE00, 0xB400, lambda c, _: Step(grows=4 * (c & 0x1FF).bit_count(), touches=0)),  # PUSH
    (0xFF80, 0xB080, lambda c, _: Step(grows=4 * (c & 0x7F))),  # SUB SP
    (0xF800, 0x9000, lambda c, _: Step(touches=4 * (c & 0xFF))),  # STR to SP
    (0xF800, 0xA000, lambda c, a: _ahead(a, 4 * (c & 0xFF))),  # ADR
    (0xF800, 0xA800, lambda c, _: Step(touches=4 * (c & 0xFF))),  # ADD of SP
    (0xFF78, 0x4668, lambda c, _: Step(touches=0)),  # MOV from SP
    (0xFF87, 0x4485, variable),  # ADD SP with a register
    (0xFF87, 0x4780, indirect),  # BLX
    (0xFFFF, 0x4770, nothing),  # BX LR
    (0xFF87, 0x4700, computed),  # BX; MOV PC is a switch's
    (0xF800, 0xE000, lambda c, a: _near(c, a, 11)),  # B
    (0xFE00, 0xDE00, nothing),  # UDF, SVC
    (0xF000, 0xD000, lambda c, a: _near(c, a, 8)),  # B with a condition
)
_WIDE: tuple[Pattern, ...] = (
    (0xFFFF0F00, 0xF84D0D00, lambda c, _: Step(grows=c & 0xFF, touches=0)),  # PUSH of one
    (0xFFFF0000, 0xE92D0000, lambda c, _: Step(grows=4 * (c & 0xFFFF).bit_count(), touches=0)),
    (0xFFFF0000, 0xE96D0000, lambda c, _: Step(grows=4 * (c & 0xFF), touches=0)),  # STRD
    (0xFFBF0000, 0xED2D0000, lambda c, _: Step(grows=4 * (c & 0xFF), touches=0)),  # VPUSH
    (0xFBFF8F00, 0xF1AD0D00, lambda c, _: Step(grows=_immediate(c))),  # SUB SP
    (0xFBFF8F00, 0xF2AD0D00, lambda c, _: Step(grows=_immediate(c))),  # SUBW SP
    (0xFFFF0F00, 0xEBAD0D00, variable),  # SUB SP with a register
    (0xFBFF8000, 0xF10D0000, lambda c, _: Step(touches=_immediate(c))),  # ADD of SP
    (0xFBFF8000, 0xF20D0000, lambda c, _: Step(touches=_immediate(c))),  # ADDW of SP
    (0xFFFF0000, 0xF88D0000, lambda c, _: Step(touches=c & 0xFFF)),  # STRB to SP
    (0xFFFF0000, 0xF8AD0000, lambda c, _: Step(touches=c & 0xFFF)),  # STRH
    (0xFFFF0000, 0xF8CD0000, lambda c, _: Step(touches=c & 0xFFF)),  # STR
    (0xFFFF0000, 0xE9CD0000, lambda c, _: Step(touches=4 * (c & 0xFF))),  # STRD
    (0xFFBF0E00, 0xED8D0A00, lambda c, _: Step(touches=4 * (c & 0xFF))),  # VSTR
    (0xFF7FF000, 0xF85FF000, computed),  # LDR PC from a literal; from a table is a switch's
    (0xFFFF0F00, 0xF85D0B00, nothing),  # POP of one, and what is above it
    (0xFFF0F000, 0xF8D0F000, loaded),  # LDR PC behind a register
    (0xFFF0F800, 0xF850F800, loaded),  # LDR PC in front of one, or moving it
    (0xFFFF8000, 0xE8BD8000, nothing),  # POP
    (0xFE508000, 0xE8108000, loaded),  # LDM with PC
    (0xFBFF8000, 0xF20F0000, lambda c, a: _ahead(a, _plain(c))),  # ADR
    (0xFBFF8000, 0xF2AF0000, lambda c, a: _ahead(a, -_plain(c))),  # ADR, backwards
    (0xF800D000, 0xF000D000, _branch),  # BL
    (0xF800D000, 0xF0009000, _branch),  # B
)
