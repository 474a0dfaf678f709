/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* AVR: the call of the model, between marks. */
    .section .text.mf_board_run, "ax", @progbits
    .global mf_board_run
    .type mf_board_run, @function
mf_board_run:
    call model_run
    .global mf_board_left
    .type mf_board_left, @function
mf_board_left:
    ret
