/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Cortex-M: vectors, reset, semihosting. */
    .syntax unified
    .thumb

    .section .vectors, "a", %progbits
    .word mf_stack_high
    .word mf_board_reset
    .rept 14
    .word exception
    .endr

    .text
    .thumb_func
    .global mf_board_reset
    .type mf_board_reset, %function
mf_board_reset:
    ldr r0, =mf_stack_high
    mov sp, r0
#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
    /* CPACR: full access to the floating-point and vector unit */
    ldr r0, =0xE000ED88
    ldr r1, [r0]
    orr r1, r1, #0xF00000
    str r1, [r0]
    dsb
    isb
#endif
    bl mf_board_start

    /* The stack pointer may be where no memory is. */
    .thumb_func
    .type exception, %function
exception:
    mov r0, sp
    ldr r1, =mf_stack_high
    mov sp, r1
    bl mf_board_fault

    .thumb_func
    .global mf_board_trap
    .type mf_board_trap, %function
mf_board_trap:
    bkpt 0xab
    bx lr
