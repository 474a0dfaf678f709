"""A model of the cycles that a Cortex-M4 takes, from the code that ran.

Instruction counts alone mislead, since loads of several words lower them without lowering cycles.
The figures are those of the Cortex-M4 reference manual (ARM DDI 0439, table 3-1, and table 7-1 for
floats) for memory without wait states. Where it gives a range, the middle is taken: a jump refills
the pipeline in 2 cycles, an integer division takes 7. Single loads and stores that follow each
other overlap: n of them take n + 1 cycles. This is a model, not a measurement.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from itertools import islice

from microflow.targets import Core
from microflow.toolchain.board import Block
from microflow.toolchain.elf import Elf

REFILL = 2
_WIDE_FROM = 0xE800  # the least first halfword of a wide instruction


class _Kind(Enum):
    """What decides the cycles of an instruction."""

    SINGLE = auto()  # a load or store of one word: 2, or 1 behind another
    LIST8 = auto()  # one more than the registers in the low byte
    LIST9 = auto()  # the same with a ninth bit, PC or LR
    LIST16 = auto()  # the same in the second halfword
    FLOATS = auto()  # one more than the words that the second halfword counts


# (mask, value, kind or cycles), tried in order; all else takes one cycle.
_NARROW: tuple[tuple[int, int, _Kind | int], ...] = (
    (0xF800, 0x4800, _Kind.SINGLE),  # LDR from a literal
    (0xF000, 0x5000, _Kind.SINGLE),  # register offset
    (0xE000, 0x6000, _Kind.SINGLE),  # immediate offset: words and bytes
    (0xE000, 0x8000, _Kind.SINGLE),  # halfwords, SP-relative
    (0xF600, 0xB400, _Kind.LIST9),  # PUSH, POP
    (0xF000, 0xC000, _Kind.LIST8),  # STM, LDM
)
_WIDE: tuple[tuple[int, int, _Kind | int], ...] = (
    (0xFFF0FFE0, 0xE8D0F000, 2),  # TBB, TBH
    (0xFE400000, 0xE8400000, 3),  # LDRD, STRD and exclusives
    (0xFE400000, 0xE8000000, _Kind.LIST16),  # LDM, STM, PUSH, POP
    (0xFF200E00, 0xED000A00, _Kind.SINGLE),  # VLDR, VSTR
    (0xFFE00E00, 0xEC400A00, 2),  # VMOV of two registers
    (0xFE000E00, 0xEC000A00, _Kind.FLOATS),  # VLDM, VSTM, VPUSH, VPOP
    (0xFFB00E10, 0xEE800A00, 14),  # VDIV
    (0xFFBF0ED0, 0xEEB10AC0, 14),  # VSQRT
    (0xFFA00E10, 0xEE000A00, 3),  # VMLA and the like
    (0xFFB00E10, 0xEE900A00, 3),  # VFNMA, VFNMS
    (0xFFB00E10, 0xEEA00A00, 3),  # VFMA, VFMS
    (0xFFD0F0F0, 0xFB90F0F0, 7),  # SDIV, UDIV
    (0xFE000000, 0xF8000000, _Kind.SINGLE),  # loads and stores
)


def model_cycles(core: Core, elf: Elf, blocks: Sequence[Block]) -> int | None:
    """Returns the modelled cycles of the first run, None for a core that has no model."""
    if not core.cycle_model:
        return None
    return sum(_block_cycles(_code(elf, block.address), block) for block in blocks)


def _code(elf: Elf, address: int) -> bytes:
    """Returns the code from `address` to the end of its section."""
    section = next(s for s in elf.sections if s.in_flash and 0 <= address - s.address < s.size)
    return elf.data[section.offset + address - section.address : section.offset + section.size]


def _block_cycles(code: bytes, block: Block) -> int:
    """Jumps at a block's end refill the pipeline."""
    total, behind = 0, False
    for instruction in islice(_instructions(code), block.instructions):
        kind = _kind(instruction)
        single = kind is _Kind.SINGLE
        total += 1 if single and behind else _cycles(kind, instruction)
        behind = single
    return total * block.executions + REFILL * block.jumps


def _instructions(code: bytes) -> Iterator[int]:
    """Yields Thumb instructions, wide ones as their first halfword above the second."""
    halves = (half for (half,) in struct.iter_unpack("<H", code))
    for half in halves:
        yield half << 16 | next(halves) if half >= _WIDE_FROM else half


def _kind(instruction: int) -> _Kind | int:
    table = _WIDE if instruction > 0xFFFF else _NARROW
    return next((kind for mask, value, kind in table if instruction & mask == value), 1)


def _cycles(kind: _Kind | int, instruction: int) -> int:
    match kind:
        case int():
            return kind
        case _Kind.SINGLE:
            return 2
        case _Kind.LIST8:
            return 1 + (instruction & 0xFF).bit_count()
        case _Kind.LIST9:
            return 1 + (instruction & 0x1FF).bit_count()
        case _Kind.LIST16:
            return 1 + (instruction & 0xFFFF).bit_count()
        case _Kind.FLOATS:
            return 1 + (instruction & 0xFF)
