/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Files, console and exit by the calls of the Xtensa simulator. */
#include <stdint.h>

#include "board.h"

enum { SYS_EXIT = 1, SYS_READ = 3, SYS_WRITE = 4, SYS_OPEN = 5 };
enum { READ_ONLY = 0, WRITE_ONLY = 1 };
enum { CONSOLE = 1 };

/* Passes a call and its arguments in the registers in which they arrive. */
int mf_board_trap(int call, uintptr_t a, uintptr_t b, uintptr_t c);

static int input_file, output_file; /* 0: not open yet */

/* Opens a file that the host has made. */
static int opened(const char *name, uintptr_t flags) {
  return mf_board_trap(SYS_OPEN, (uintptr_t)name, flags, 0);
}

int mf_board_read(void *to, size_t bytes) {
  if (input_file == 0) input_file = opened("input.bin", READ_ONLY);
  for (char *at = to; bytes > 0;) {
    const int got = mf_board_trap(SYS_READ, (uintptr_t)input_file, (uintptr_t)at, bytes);
    if (got <= 0) return 0;
    at += got;
    bytes -= (size_t)got;
  }
  return 1;
}

static void written(int file, const char *at, size_t bytes) {
  while (bytes > 0) {
    const int put = mf_board_trap(SYS_WRITE, (uintptr_t)file, (uintptr_t)at, bytes);
    if (put <= 0) mf_board_exit(MF_BOARD_FAULT);
    at += put;
    bytes -= (size_t)put;
  }
}

void mf_board_write(const void *from, size_t bytes) {
  if (output_file == 0) output_file = opened("output.bin", WRITE_ONLY);
  written(output_file, from, bytes);
}

void mf_board_print(const char *text) {
  size_t length = 0;
  while (text[length] != 0) length++;
  written(CONSOLE, text, length);
}

void mf_board_exit(int status) {
  for (;;) mf_board_trap(SYS_EXIT, (uintptr_t)status, 0, 0);
}
