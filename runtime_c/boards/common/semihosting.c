/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Files and exit by semihosting, as Arm defines it and RISC-V took it over. */
#include <stdint.h>

#include "board.h"

enum {
  SYS_OPEN = 0x01,
  SYS_WRITE0 = 0x04,
  SYS_WRITE = 0x05,
  SYS_READ = 0x06,
  SYS_EXIT_EXTENDED = 0x20
};
enum { READ_BINARY = 1, WRITE_BINARY = 5 };

#define APPLICATION_EXIT 0x20026u

/* The family's trap into the emulator. */
long mf_board_trap(long operation, const void *argument);

static long input_file, output_file; /* 0: not open yet */

static uintptr_t opened(const char *name, uintptr_t length, uintptr_t mode) {
  const uintptr_t block[3] = {(uintptr_t)name, mode, length};
  return (uintptr_t)mf_board_trap(SYS_OPEN, block);
}

/* Returns how many bytes were not transferred. */
static long transfer(long operation, uintptr_t file, const void *memory, size_t bytes) {
  const uintptr_t block[3] = {file, (uintptr_t)memory, bytes};
  return mf_board_trap(operation, block);
}

int mf_board_read(void *to, size_t bytes) {
  if (input_file == 0) input_file = (long)opened("input.bin", 9, READ_BINARY);
  return transfer(SYS_READ, (uintptr_t)input_file, to, bytes) == 0;
}

void mf_board_write(const void *from, size_t bytes) {
  if (output_file == 0) output_file = (long)opened("output.bin", 10, WRITE_BINARY);
  transfer(SYS_WRITE, (uintptr_t)output_file, from, bytes);
}

void mf_board_print(const char *text) { mf_board_trap(SYS_WRITE0, text); }

void mf_board_exit(int status) {
  const uintptr_t block[2] = {APPLICATION_EXIT, (uintptr_t)status};
  for (;;) mf_board_trap(SYS_EXIT_EXTENDED, block);
}
