"""What the decoders of all instruction sets have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import field, frozen

INDIRECT = "calls where a register points"
COMPUTED = "jumps where a register points"
LOADED = "jumps where memory says"
VARIABLE = "has a frame of variable size"


@frozen
class Step:
    """What one instruction does. Those that do none of this are left out.

    The stack pointer goes down by `grows` bytes; the lowest byte that is stored to, or whose
    address is taken, lies `touches` bytes above it. The processor may go on at `target`. `problem`
    says what cannot be followed. `takes` is the address that it computes from its own.
    """

    grows: int = 0
    touches: int | None = None
    target: int | None = None
    calls: bool = False  # the target comes back
    problem: str = ""
    takes: int | None = None
    at: int = field(default=0, eq=False)  # its own address, where the decoder says it


# (mask, value, what an instruction is whose masked bits have the value, from it and its address).
Pattern = tuple[int, int, Callable[[int, int], Step | None]]


def match(patterns: Sequence[Pattern], code: int, address: int) -> Step | None:
    """Returns what the first pattern that fits makes of the instruction `code`."""
    found = (make for mask, value, make in patterns if code & mask == value)
    return next((make(code, address) for make in found), None)


def pushed(constant: int) -> Step | None:
    """Returns the step of adding `constant` to the stack pointer; None where it goes up."""
    return Step(grows=-constant) if constant < 0 else None


def computed(_code: int, _address: int) -> Step:
    """Returns the step of a jump to an address in a register."""
    return Step(problem=COMPUTED)


def loaded(_code: int, _address: int) -> Step:
    """Returns the step of a jump to an address that is loaded with it."""
    return Step(problem=LOADED)


def indirect(_code: int, _address: int) -> Step:
    """Returns the step of a call to an address in a register."""
    return Step(problem=INDIRECT)


def variable(_code: int, _address: int) -> Step:
    """Returns the step of moving the stack pointer by what is in a register."""
    return Step(problem=VARIABLE)


def nothing(_code: int, _address: int) -> None:
    """Returns no step: the instruction only looks like another."""


def signed(value: int, bits: int) -> int:
    """Returns a field of `bits` bits as a signed number."""
    return value - (value >> (bits - 1) << bits)
