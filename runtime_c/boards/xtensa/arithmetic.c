/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What compilers call and libgcc leaves to the ESP8266's mask ROM: products of 64 bits and divisions. */
#include <stdint.h>

uint64_t __umulsidi3(uint32_t a, uint32_t b);
int64_t __muldi3(int64_t a, int64_t b);
uint32_t __udivsi3(uint32_t a, uint32_t b);
uint32_t __umodsi3(uint32_t a, uint32_t b);
int32_t __divsi3(int32_t a, int32_t b);

/* The product of 32-bit numbers, from those of their halves. */
uint64_t __umulsidi3(uint32_t a, uint32_t b) {
  const uint32_t a0 = a & 0xFFFFu, a1 = a >> 16, b0 = b & 0xFFFFu, b1 = b >> 16;
  const uint32_t low = a0 * b0, cross = a0 * b1;
  const uint32_t middle = a1 * b0 + (low >> 16) + (cross & 0xFFFFu);
  const uint32_t high = a1 * b1 + (cross >> 16) + (middle >> 16);
  return (uint64_t)high << 32 | (middle << 16 | (low & 0xFFFFu));
}

int64_t __muldi3(int64_t a, int64_t b) {
  const uint32_t a0 = (uint32_t)a, a1 = (uint32_t)((uint64_t)a >> 32);
  const uint32_t b0 = (uint32_t)b, b1 = (uint32_t)((uint64_t)b >> 32);
  return (int64_t)(__umulsidi3(a0, b0) + ((uint64_t)(a0 * b1 + a1 * b0) << 32));
}

/* Schoolbook division, bit by bit; the remainder comes back through the pointer. */
static uint32_t divided(uint32_t a, uint32_t b, uint32_t *rest) {
  uint32_t quotient = 0, left = 0;
  for (int32_t i = 31; i >= 0; i--) {
    const uint32_t carry = left >> 31;
    left = left << 1 | (a >> i & 1u);
    quotient <<= 1;
    if (carry || left >= b) left -= b, quotient |= 1u;
  }
  *rest = left;
  return quotient;
}

static uint32_t magnitude(int32_t x) { return x < 0 ? 0u - (uint32_t)x : (uint32_t)x; }

uint32_t __udivsi3(uint32_t a, uint32_t b) {
  uint32_t rest;
  return divided(a, b, &rest);
}

uint32_t __umodsi3(uint32_t a, uint32_t b) {
  uint32_t rest;
  divided(a, b, &rest);
  return rest;
}

int32_t __divsi3(int32_t a, int32_t b) {
  const uint32_t quotient = __udivsi3(magnitude(a), magnitude(b));
  return (int32_t)((a < 0) != (b < 0) ? 0u - quotient : quotient);
}
