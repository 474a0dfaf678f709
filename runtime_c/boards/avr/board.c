/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Talks to the simulator through three registers that a chip uses for nothing (GPIOR0 to 2). */
#include <stdint.h>

#include "board.h"

#define EXIT_PORT  (*(volatile uint8_t *)0x3E) /* written: the exit code */
#define DATA_PORT  (*(volatile uint8_t *)0x4A) /* read: the next byte of input; written: output */
#define READY_PORT (*(volatile uint8_t *)0x4B) /* read: 1 while there is input */

int mf_board_read(void *to, size_t bytes) {
  for (uint8_t *at = (uint8_t *)to; bytes > 0; bytes--) {
    if (!READY_PORT) return 0;
    *at++ = DATA_PORT;
  }
  return 1;
}

void mf_board_write(const void *from, size_t bytes) {
  for (const uint8_t *at = (const uint8_t *)from; bytes > 0; bytes--) DATA_PORT = *at++;
}

void mf_board_exit(int status) {
  for (;;) EXIT_PORT = (uint8_t)status;
}

/* The simulator watches the stack pointer itself. */
int mf_board_stack_whole(void) { return 1; }
