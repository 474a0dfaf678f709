/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* board.h: what test images and the programs in examples/ ask of the emulated board that they run on. */
#ifndef MF_BOARD_H
#define MF_BOARD_H

#include <stddef.h>

/* Exit codes beside 0 (done) and 1 (the model refused to run). */
#define MF_BOARD_FAULT 70 /* an exception of the processor */
#define MF_BOARD_STACK 71 /* the stack grew into the variables */

/* Fetches that many bytes from the host; returns 0 where it has no more. */
int mf_board_read(void *to, size_t bytes);

/* Hands bytes to the host. */
void mf_board_write(const void *from, size_t bytes);

/* Prints text on the emulator's console. */
void mf_board_print(const char *text);

/* Ends the emulator with this exit code. */
void mf_board_exit(int status);

/* Calls model_run and returns its status. Its last store before the call is made at the stack pointer,
   from which the host knows where the stack of model_run begins; mf_board_left is where it ends. */
int mf_board_run(void);

/* Tells whether the words below the stack are as the start-up code left them. */
int mf_board_stack_whole(void);

#endif
