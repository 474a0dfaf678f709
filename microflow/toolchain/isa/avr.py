"""AVR code, as the instruction set manual encodes it; of chips of up to 128 KiB of flash."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

from microflow.toolchain.isa.step import (
    Pattern,
    Step,
    computed,
    indirect,
    match,
    signed,
    variable,
)

PUSHED = 2  # bytes, by a call
_ENDS = ((0xFFEF, 0x9508), (0xF000, 0xC000), (0xFE0E, 0x940C))  # RET and RETI, RJMP, JMP
_SAVED = 18  # bytes: all registers that calls keep, by libgcc's __prologue_saves__
_FRAME = struct.Struct("<6H")  # LDI of r26, r27, r30 and r31, JMP
_LOADS = (0xE0A0, 0xE0B0, 0xE0E0, 0xE0F0)
_TWO_WORDS = ((0xFE0C, 0x940C), (0xFC0F, 0x9000))  # JMP and CALL, LDS and STS


def decode(code: bytes, address: int) -> Iterator[Step]:
    """Yields the steps of `code`, which lies at `address`. It may run on into what follows.

    gcc 5 leaves jumps behind the end of a function's last block, which nothing reaches.
    """
    yield from _saves(code, address)
    steps = list(_steps(code, address))
    targets = {step.target for _, _, step in steps}
    yield from (step for at, dead, step in steps if not dead or at in targets)


def _saves(code: bytes, address: int) -> Iterator[Step]:
    """The step of a function that begins with saving all registers: r27:r26 are its variables."""
    if len(code) < _FRAME.size:
        return
    *loads, jump, _ = _FRAME.unpack_from(code)
    if all(c & 0xF0F0 == load for c, load in zip(loads, _LOADS, strict=True)) and (
        jump & 0xFE0E == 0x940C
    ):
        low, high = (c >> 4 & 0xF0 | c & 0xF for c in loads[:2])
        yield Step(grows=_SAVED + low + 256 * high, touches=0, at=address)


def _steps(code: bytes, address: int) -> Iterator[tuple[int, bool, Step]]:
    """Yields (address, whether the instruction before does not go on, step)."""
    halves = (half for (half,) in struct.iter_unpack("<H", code))
    ended = False
    for half in halves:
        wide = _any(_TWO_WORDS, half)
        step = match(_PATTERNS, half | (next(halves, 0) << 16 if wide else 0), address)
        if step is not None:
            yield address, ended, step
        ended = _any(_ENDS, half)
        address += 4 if wide else 2
    if not ended:
        yield address, False, Step(target=address)


def _any(patterns: Iterable[tuple[int, int]], code: int) -> bool:
    return any(code & mask == value for mask, value in patterns)


def _far(code: int, _: int) -> Step:
    """JMP or CALL, whose second word is the high one here."""
    target = (code >> 3 & 0x3E | code & 1) << 16 | code >> 16
    return Step(target=2 * target, calls=bool(code & 2))


def _near(code: int, address: int) -> Step:
    """RJMP or RCALL; the call of what follows makes room on the stack."""
    distance = signed(code & 0xFFF, 12) * 2
    if code == 0xD000:
        return Step(grows=PUSHED, touches=0)
    return Step(target=address + 2 + distance, calls=bool(code & 0x1000))


def _branch(code: int, address: int) -> Step:
    return Step(target=address + 2 + signed(code >> 3 & 0x7F, 7) * 2)


_PATTERNS: tuple[Pattern, ...] = (
    (0xFFFFFE0F, 0x920F, lambda c, _: Step(grows=1, touches=0)),  # PUSH
    (0xFFFFFE0F, 0xBE0D, variable),  # OUT to the low half of the stack pointer
    (0xFFFFFFEF, 0x9409, computed),  # IJMP, EIJMP
    (0xFFFFFFEF, 0x9509, indirect),  # ICALL, EICALL
    (0x0000FE0C, 0x940C, _far),
    (0xFFFFE000, 0xC000, _near),
    (0xFFFFF800, 0xF000, _branch),
)
