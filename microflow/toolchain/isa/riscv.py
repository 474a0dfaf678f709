"""RISC-V code of 32 bits with compressed instructions, as the unprivileged manual encodes it."""

from __future__ import annotations

from collections.abc import Iterator

from microflow.toolchain.isa.step import (
    Pattern,
    Step,
    computed,
    indirect,
    match,
    nothing,
    pushed,
    signed,
    variable,
)

_LINKS = (1, 5)  # registers that hold return addresses
_AUIPC = 0x17


def decode(code: bytes, address: int) -> Iterator[Step]:
    """Yields the steps of `code`, which lies at `address`."""
    at, before = 0, 0  # the instruction before
    while at < len(code):
        size = 4 if code[at] & 3 == 3 else 2
        word = int.from_bytes(code[at : at + size], "little")
        far = size == 4 and word & 0x7F == 0x67 and before & 0xFFF == _far_base(word)
        patterns = _WIDE if size == 4 else _NARROW
        step = _far(word, before, address + at) if far else match(patterns, word, address + at)
        at, before = at + size, word
        if step is not None:
            yield step


def _far_base(code: int) -> int:
    """The low bits of an AUIPC that makes the address to which a JALR adds."""
    return (code >> 15 & 31) << 7 | _AUIPC


def _far(code: int, before: int, address: int) -> Step:
    distance = signed(before & 0xFFFFF000, 32) + signed(code >> 20, 12)
    return Step(target=address - 4 + distance, calls=code >> 7 & 31 in _LINKS)


def _adjust16(code: int, _: int) -> Step | None:
    low = code >> 2 & 0x10 | code << 3 & 0x20 | code << 1 & 0x40 | code << 4 & 0x180
    return pushed(signed(code >> 3 & 0x200 | low, 10))


def _near(code: int, address: int) -> Step:
    """C.JAL or C.J."""
    low = code >> 2 & 0xE | code >> 7 & 0x10 | code << 3 & 0x20 | code >> 1 & 0x40
    high = code << 1 & 0x80 | code >> 1 & 0x300 | code << 2 & 0x400 | code >> 1 & 0x800
    return Step(target=address + signed(high | low, 12), calls=not code & 0x8000)


def _jump(code: int, address: int) -> Step:
    low = code >> 20 & 0x7FE | code >> 9 & 0x800
    distance = signed(code >> 11 & 0x100000 | code & 0xFF000 | low, 21)
    return Step(target=address + distance, calls=code >> 7 & 31 in _LINKS)


def _store(code: int, _: int) -> Step:
    return Step(touches=signed(code >> 20 & 0xFE0 | code >> 7 & 31, 12))


def _address4(code: int, _: int) -> Step:
    low = code >> 4 & 4 | code >> 2 & 8
    return Step(touches=code >> 7 & 0x30 | code >> 1 & 0x3C0 | low)


_NARROW: tuple[Pattern, ...] = (
    (0xFFFF, 0x0000, nothing),  # no instruction
    (0xE003, 0x0000, _address4),  # C.ADDI4SPN
    (0xEF83, 0x6101, _adjust16),  # C.ADDI16SP
    (0xEF83, 0x0101, lambda c, _: pushed(signed(c >> 7 & 0x20 | c >> 2 & 0x1F, 6))),  # C.ADDI
    (0xE003, 0xC002, lambda c, _: Step(touches=c >> 7 & 0x3C | c >> 1 & 0xC0)),  # C.SWSP
    (0xE003, 0xE002, lambda c, _: Step(touches=c >> 7 & 0x3C | c >> 1 & 0xC0)),  # C.FSWSP
    (0xF07F, 0x800A, lambda c, _: Step(touches=0)),  # C.MV from SP
    (0xFFFF, 0x9002, nothing),  # C.EBREAK
    (0xF07F, 0x9002, indirect),  # C.JALR
    (0xFDFF, 0x8082, nothing),  # C.JR to x1 or x5: a return
    (0xF07F, 0x8002, computed),  # C.JR
    (0xFF83, 0x9102, variable),  # C.ADD to SP
    (0x6003, 0x2001, _near),
)
_WIDE: tuple[Pattern, ...] = (
    (0x000FFFFF, 0x00010113, lambda c, _: pushed(signed(c >> 20, 12))),  # ADDI to SP
    (0x000FF07F, 0x00010013, lambda c, _: Step(touches=signed(c >> 20, 12))),  # ADDI of SP
    (0x000F807F, 0x00010023, _store),  # to SP
    (0x000F807F, 0x00010027, _store),  # of floats
    (0x00000FFF, 0x00000133, variable),  # arithmetic of registers, to SP
    (0x0000007F, 0x0000006F, _jump),  # JAL
    (0x000DFFFF, 0x00008067, nothing),  # JALR to x1 or x5 without a link: a return
    (0x00000FFF, 0x00000067, computed),  # JALR without a link
    (0x0000007F, 0x00000067, indirect),  # JALR
)
