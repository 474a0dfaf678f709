/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Xtensa LX106, call0 convention: reset, exception vectors, the simulator's calls. */
    .section .vectors, "ax", @progbits
    .global mf_board_reset
    .type mf_board_reset, @function
mf_board_reset:
    j 1f
    .align 4
    .literal_position
1:  movi a0, started
    jx a0

    /* Every vector of the core: debug, NMI, kernel, user and double exception. */
    .align 1024
exceptions:
    .rept 8
    .align 16
    j fault
    .endr
    .align 16
    .literal_position
fault:
    mov a2, a1
    movi a1, mf_stack_high
    movi a0, mf_board_fault
    jx a0

    .section .text.mf_board_reset, "ax", @progbits
    .align 4
    .literal_position
started:
    movi a1, mf_stack_high
    movi a2, exceptions
    wsr a2, vecbase
    movi a2, 0
    wsr a2, ps /* leaves the exception mode of the reset */
    rsync
    movi a0, mf_board_start
    callx0 a0

    .section .text.mf_board_trap, "ax", @progbits
    .align 4
    .global mf_board_trap
    .type mf_board_trap, @function
mf_board_trap:
    simcall
    ret
