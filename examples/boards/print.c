/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "print.h"

#include "board.h"

enum { DIGITS = 10 };

void print_text(const char *text) { mf_board_print(text); }

/* Prints at least `least` digits, at most DIGITS. */
static void print_digits(uint32_t value, int least) {
  char text[DIGITS + 1];
  int at = DIGITS;
  text[at] = 0;
  while (at > 0 && (value > 0u || DIGITS - at < least)) {
    text[--at] = (char)('0' + value % 10u);
    value /= 10u;
  }
  print_text(text + at);
}

/* Prints the sign and returns the magnitude. */
static uint32_t print_sign(int32_t value) {
  if (value >= 0) return (uint32_t)value;
  print_text("-");
  return 0u - (uint32_t)value;
}

void print_number(int32_t value) { print_digits(print_sign(value), 1); }

void print_millionths(int32_t value) {
  const uint32_t thousandths = (print_sign(value) + 500u) / 1000u;
  print_digits(thousandths / 1000u, 1);
  print_text(".");
  print_digits(thousandths % 1000u, 3);
}
