/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* string.h for compilers that come without a C library: what generated code and compilers call. */
#ifndef MF_LIBC_STRING_H
#define MF_LIBC_STRING_H

#include <stddef.h>

void *memcpy(void *to, const void *from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *to, int value, size_t bytes);
int memcmp(const void *a, const void *b, size_t bytes);

#endif
