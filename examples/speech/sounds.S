/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The two recordings as they are, in flash. */
    .section .rodata
    .balign 4
    .global yes_wav
yes_wav:
    .incbin "yes.wav"
    .balign 4
    .global no_wav
no_wav:
    .incbin "no.wav"
#ifdef __linux__
    .section .note.GNU-stack, "", %progbits
#endif
