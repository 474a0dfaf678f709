/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Xtensa LX106, call0 convention: the call of the model, between marks. */
    .section .text.mf_board_run, "ax", @progbits
    .align 4
    .literal_position
    .global mf_board_run
    .type mf_board_run, @function
mf_board_run:
    addi a1, a1, -16
    s32i a0, a1, 12
    s32i a0, a1, 0
    movi a0, model_run
    callx0 a0
    .global mf_board_left
    .type mf_board_left, @function
mf_board_left:
    l32i a0, a1, 12
    addi a1, a1, 16
    ret
