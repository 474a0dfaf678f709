/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* AVR: vectors, reset, memory. */
#define SPL 0x3d
#define SPH 0x3e
#define SREG 0x3f

    .section .vectors, "ax", @progbits
    jmp mf_board_reset
    .rept 25
    jmp mf_board_fault
    .endr

    .text
    .global mf_board_reset
    .type mf_board_reset, @function
mf_board_reset:
    clr r1
    out SREG, r1
    ldi r28, lo8(mf_stack_high)
    ldi r29, hi8(mf_stack_high)
    out SPH, r29
    out SPL, r28

    ldi r26, lo8(mf_data)
    ldi r27, hi8(mf_data)
    ldi r30, lo8(mf_data_image)
    ldi r31, hi8(mf_data_image)
    ldi r18, hi8(mf_data_end)
    rjmp 2f
1:  lpm r0, Z+
    st X+, r0
2:  cpi r26, lo8(mf_data_end)
    cpc r27, r18
    brne 1b

    ldi r26, lo8(mf_bss)
    ldi r27, hi8(mf_bss)
    ldi r18, hi8(mf_bss_end)
    rjmp 4f
3:  st X+, r1
4:  cpi r26, lo8(mf_bss_end)
    cpc r27, r18
    brne 3b

    call main
    call mf_board_exit

mf_board_fault:
    ldi r24, 70
    clr r25
    call mf_board_exit
