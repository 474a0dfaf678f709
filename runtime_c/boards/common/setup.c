/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Prepares the memory of a board with one address space, then runs the program. */
#include <stdint.h>

#include "board.h"

#define GUARD_WORDS 16
#define GUARD_VALUE 0x5AFEC0DEu

/* From the linker script. Volatile, so that no loop here becomes a call of memcpy or memset. */
extern volatile uint32_t mf_data[], mf_data_end[], mf_bss[], mf_bss_end[], mf_stack_low[];
extern const volatile uint32_t mf_data_image[];

int main(void);
void mf_board_start(void);
void mf_board_fault(const volatile uint32_t *stack);

/* Called by the reset code, on an empty stack. */
void mf_board_start(void) {
  const volatile uint32_t *from = mf_data_image;
  for (volatile uint32_t *to = mf_data; to < mf_data_end; to++) *to = *from++;
  for (volatile uint32_t *to = mf_bss; to < mf_bss_end; to++) *to = 0;
  for (int i = 0; i < GUARD_WORDS; i++) mf_stack_low[i] = GUARD_VALUE;
  mf_board_exit(main());
}

int mf_board_stack_whole(void) {
  int whole = 1;
  for (int i = 0; i < GUARD_WORDS; i++) whole &= mf_stack_low[i] == GUARD_VALUE;
  return whole;
}

/* Every exception of the processor ends here: `stack` is where its stack pointer was. A large frame may
   pass over the guard without a write to it. */
void mf_board_fault(const volatile uint32_t *stack) {
  const int inside = stack >= mf_stack_low && mf_board_stack_whole();
  mf_board_exit(inside ? MF_BOARD_FAULT : MF_BOARD_STACK);
}
