"""What instructions do to the stack: encodings as the manuals have them."""

from __future__ import annotations

import pytest

from microflow.toolchain.isa import arm, avr, riscv, xtensa
from microflow.toolchain.isa.step import COMPUTED, INDIRECT, LOADED, VARIABLE, Step

AT = 0x1000

ARM = [
    ("f0b5", Step(20, 0)),  # push {r4-r7, lr}
    ("8bb0", Step(44)),  # sub sp, #44
    ("2de9f04f", Step(36, 0)),  # push.w {r4-r11, lr}
    ("4df804ed", Step(4, 0)),  # str lr, [sp, #-4]!
    ("6de90445", Step(16, 0)),  # strd r4, r5, [sp, #-16]!
    ("2ded048b", Step(16, 0)),  # vpush {d8-d9}
    ("adf5807d", Step(256)),  # sub.w sp, sp, #256
    ("adf20c4d", Step(1036)),  # subw sp, sp, #1036
    ("0392", Step(touches=12)),  # str r2, [sp, #12]
    ("01aa", Step(touches=4)),  # add r2, sp, #4
    ("6a46", Step(touches=0)),  # mov r2, sp
    ("cde90212", Step(touches=8)),  # strd r1, r2, [sp, #8]
    ("8ded048a", Step(touches=16)),  # vstr s16, [sp, #16]
    ("a544", Step(problem=VARIABLE)),  # add sp, r4
    ("9847", Step(problem=INDIRECT)),  # blx r3
    ("1847", Step(problem=COMPUTED)),  # bx r3
    ("ddf820f0", Step(problem=LOADED)),  # ldr pc, [sp, #32]
    ("5bf804fb", Step(problem=LOADED)),  # ldr pc, [r11], #4
    ("bbe8aa80", Step(problem=LOADED)),  # ldm r11!, {r1, r3, r5, r7, pc}
    ("13a8", Step(touches=76)),  # add r0, sp, #76
    ("13a0", Step(takes=AT + 80)),  # adr r0
    ("0ff21c05", Step(takes=AT + 32)),  # adr.w r5
    ("aff20405", Step(takes=AT)),  # adr.w r5, backwards
    ("00f002f8", Step(target=AT + 8, calls=True)),  # bl
    ("fff7feff", Step(target=AT, calls=True)),  # bl to itself
    ("00f002b8", Step(target=AT + 8)),  # b.w
    ("fee7", Step(target=AT)),  # b to itself
    ("02d0", Step(target=AT + 8)),  # beq
    ("7047", None),  # bx lr
    ("30bd", None),  # pop {r4, r5, pc}
    ("bde8f08f", None),  # pop {r4-r11, pc}
    ("5df804fb", None),  # ldr pc, [sp], #4
    ("08bc02b01847", None),  # pop {r3}; add sp, #8; bx r3
    ("08bc00bf1847", Step(problem=COMPUTED)),  # pop {r3}; nop; bx r3
    ("08bc1047", Step(problem=COMPUTED)),  # pop {r3}; bx r2
    ("0bb0", None),  # add sp, #44
]
RISCV = [
    ("4111", Step(16)),  # addi sp, sp, -16
    ("3971", Step(64)),  # addi sp, sp, -64, compressed
    ("130101f0", Step(256)),  # addi sp, sp, -256
    ("06c6", Step(touches=12)),  # sw ra, 12(sp), compressed
    ("23241104", Step(touches=72)),  # sw ra, 72(sp)
    ("2c08", Step(touches=24)),  # addi a1, sp, 24
    ("8a85", Step(touches=0)),  # mv a1, sp
    ("8297", Step(problem=INDIRECT)),  # jalr a5
    ("8287", Step(problem=COMPUTED)),  # jr a5
    ("8280", None),  # ret
    ("8282", None),  # jr t0: a return too
    ("1691", Step(problem=VARIABLE)),  # add sp, sp, t0: compressed
    ("ef008000", Step(target=AT + 8, calls=True)),  # jal ra, +8
    ("6ff0dfff", Step(target=AT - 4)),  # j -4
    ("2120", Step(target=AT + 8, calls=True)),  # c.jal +8
    ("f5bf", Step(target=AT - 4)),  # c.j -4
    ("97000000e7808000", Step(target=AT + 8, calls=True)),  # call +8
    ("4161", None),  # addi sp, sp, 16
]
XTENSA = [
    ("12c1d0", Step(48)),  # addi a1, a1, -48
    ("12d1ff", Step(256)),  # addmi a1, a1, -256
    ("c9a1", Step(touches=40)),  # s32i.n a12, a1, 40
    ("02611b", Step(touches=108)),  # s32i a0, a1, 108
    ("4d01", Step(touches=0)),  # mov.n a4, a1
    ("42c110", Step(touches=16)),  # addi a4, a1, 16
    ("9011c0", Step(problem=VARIABLE)),  # sub a1, a1, a9
    ("c00000", Step(problem=INDIRECT)),  # callx0 a0
    ("a00300", Step(problem=COMPUTED)),  # jx a3
    ("850000", Step(target=AT + 12, calls=True)),  # call0
    ("c60100", Step(target=AT + 11)),  # j
    ("0df0", None),  # ret.n
    ("12c110", None),  # addi a1, a1, 16
]
AVR = [
    ("cf93", Step(1, 0)),  # push r28
    ("00d0", Step(2, 0)),  # rcall .+0: room for two bytes
    ("cdbf", Step(problem=VARIABLE)),  # out SPL, r28
    ("0995", Step(problem=INDIRECT)),  # icall
    ("0994", Step(problem=COMPUTED)),  # ijmp
    ("0e940e09", Step(target=0x121C, calls=True)),  # call
    ("0c940e09", Step(target=0x121C)),  # jmp
    ("02d0", Step(target=AT + 6, calls=True)),  # rcall
    ("fdcf", Step(target=AT - 4)),  # rjmp
    ("11f0", Step(target=AT + 6)),  # breq
    ("0895", None),  # ret
]


def steps(module: object, code: str) -> list[Step]:
    """Returns what the code does, without what AVR code runs on into."""
    found = list(module.decode(bytes.fromhex(code), AT))  # type: ignore[attr-defined]
    end = AT + len(code) // 2
    return [s for s in found if s != Step(target=end)]


@pytest.mark.parametrize(("code", "step"), ARM)
def test_arm(code: str, step: Step | None) -> None:
    assert steps(arm, code) == ([] if step is None else [step])


@pytest.mark.parametrize(("code", "step"), XTENSA)
def test_xtensa(code: str, step: Step | None) -> None:
    assert steps(xtensa, code) == ([] if step is None else [step])


@pytest.mark.parametrize(("code", "step"), AVR)
def test_avr(code: str, step: Step | None) -> None:
    assert steps(avr, code) == ([] if step is None else [step])


@pytest.mark.parametrize(("code", "step"), RISCV)
def test_riscv(code: str, step: Step | None) -> None:
    assert steps(riscv, code) == ([] if step is None else [step])


def test_avr_code_that_runs_on() -> None:
    behind = Step(target=AT + 2)
    assert list(avr.decode(bytes.fromhex("0000"), AT)) == [behind]  # nop
    assert list(avr.decode(bytes.fromhex("0895"), AT)) == []  # ret


def test_avr_jumps_that_nothing_reaches() -> None:
    """Behind a return, unless a branch leads there."""
    ret, out, branch = "0895", "10c0", "11f0"  # to what lies behind the return
    assert steps(avr, ret + out + ret) == []
    reached = steps(avr, branch + "0000" + ret + out)
    assert [s.target for s in reached] == [AT + 6, AT + 6 + 2 + 32]
