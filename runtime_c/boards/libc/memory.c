/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Copies and fills, by words where everything is aligned. */
#include <stdint.h>

#include "string.h"

/* A compiler that knows these loops would replace them by calls of what they define. */
#define HIDE(pointer) __asm__("" : "+r"(pointer))

typedef uintptr_t __attribute__((may_alias)) word;

static int aligned(uintptr_t address) { return address % sizeof(word) == 0; }

void *memcpy(void *to, const void *from, size_t bytes) {
  uint8_t *t = to;
  const uint8_t *f = from;
  if (aligned((uintptr_t)t | (uintptr_t)f))
    for (; bytes >= sizeof(word); bytes -= sizeof(word), t += sizeof(word), f += sizeof(word)) {
      *(word *)(void *)t = *(const word *)(const void *)f;
      HIDE(t);
    }
  for (; bytes > 0; bytes--) {
    *t++ = *f++;
    HIDE(t);
  }
  return to;
}

void *memmove(void *to, const void *from, size_t bytes) {
  uint8_t *t = to;
  const uint8_t *f = from;
  if (t <= f || t >= f + bytes) return memcpy(to, from, bytes); /* ascending order is safe */
  for (; bytes > 0; bytes--) {
    t[bytes - 1] = f[bytes - 1];
    HIDE(t);
  }
  return to;
}

void *memset(void *to, int value, size_t bytes) {
  const word fill = (word)-1 / 255u * (uint8_t)value;
  uint8_t *t = to;
  if (aligned((uintptr_t)t))
    for (; bytes >= sizeof(word); bytes -= sizeof(word), t += sizeof(word)) {
      *(word *)(void *)t = fill;
      HIDE(t);
    }
  for (; bytes > 0; bytes--) {
    *t++ = (uint8_t)value;
    HIDE(t);
  }
  return to;
}

int memcmp(const void *a, const void *b, size_t bytes) {
  const uint8_t *x = a, *y = b;
  for (; bytes > 0; bytes--, x++, y++)
    if (*x != *y) return *x - *y;
  return 0;
}
