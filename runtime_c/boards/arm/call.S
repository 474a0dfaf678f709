/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Cortex-M: the call of the model, between marks. */
    .syntax unified
    .thumb

    .text
    .thumb_func
    .global mf_board_run
    .type mf_board_run, %function
mf_board_run:
    push {r4, lr}
    str r4, [sp]
    bl model_run
    .global mf_board_left
    .type mf_board_left, %function
    .thumb_func
mf_board_left:
    pop {r4, pc}
