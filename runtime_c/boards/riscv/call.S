/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* RISC-V: the call of the model, between marks. */
    .section .text.mf_board_run, "ax", @progbits
    .global mf_board_run
    .type mf_board_run, @function
mf_board_run:
    addi sp, sp, -16
    sw ra, 12(sp)
    sw ra, 0(sp)
    call model_run
    .global mf_board_left
    .type mf_board_left, @function
mf_board_left:
    lw ra, 12(sp)
    addi sp, sp, 16
    ret
