"""Machine code as far as the stack goes: what its instructions push, store and call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from attrs import frozen

from microflow.toolchain.isa import arm, avr, riscv, xtensa
from microflow.toolchain.isa.step import Step


@frozen
class InstructionSet:
    """How code of a machine is read. A call pushes `pushed` bytes by itself.

    With `gaps`, library functions have parts in front of their symbols.
    """

    decode: Callable[[bytes, int], Iterator[Step]]
    pushed: int = 0
    gaps: bool = False


# By the machine's number in ELF files.
INSTRUCTION_SETS: Mapping[int, InstructionSet] = {
    40: InstructionSet(arm.decode),
    83: InstructionSet(avr.decode, avr.PUSHED, gaps=True),
    94: InstructionSet(xtensa.decode),
    243: InstructionSet(riscv.decode),
}
