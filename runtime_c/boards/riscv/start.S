/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* RISC-V, machine mode: reset, traps, semihosting. */
    .section .vectors, "ax", @progbits
    .global mf_board_reset
    .type mf_board_reset, @function
mf_board_reset:
    .option push
    .option norelax
    la gp, __global_pointer$
    .option pop
    la sp, mf_stack_high
    la t0, trapped
    csrw mtvec, t0
    tail mf_board_start
    .balign 4
trapped:
    mv a0, sp
    la sp, mf_stack_high
    tail mf_board_fault

    /* The three instructions that the emulator takes for a call lie uncompressed in one page. */
    .section .text.mf_board_trap, "ax", @progbits
    .balign 16
    .global mf_board_trap
    .type mf_board_trap, @function
mf_board_trap:
    .option push
    .option norvc
    slli x0, x0, 0x1f
    ebreak
    srai x0, x0, 7
    .option pop
    ret
