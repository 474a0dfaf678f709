/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* print.h: text and numbers on the board's console, without printf. */
#ifndef PRINT_H
#define PRINT_H

#include <stdint.h>

/* A constant real number as a whole number of millionths. */
#define MILLIONTHS(real) ((int32_t)((real)*1e6f + 0.5f))

void print_text(const char *text);
void print_number(int32_t value);

/* Prints with three decimals, rounded to nearest. */
void print_millionths(int32_t value);

#endif
