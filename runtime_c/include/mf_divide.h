/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_divide.h: divisions of 64 bits, which libraries of small cores lack, or make with unknown stack.
   Include mf_port.h first. */
#ifndef MF_DIVIDE_H
#define MF_DIVIDE_H

/* a / b, bit by bit, and what is left; b is 1 to 2^63. */
MF_INNER uint64_t mf_divide_u64(uint64_t a, uint64_t b, uint64_t *rest) {
  uint64_t left = 0;
  for (int i = 0; i < 64; i++) {
    left = left << 1 | a >> 63;
    a <<= 1;
    if (left >= b) left -= b, a |= 1u;
  }
  *rest = left;
  return a;
}

MF_KERNEL uint64_t mf_magnitude_s64(int64_t x) { return x < 0 ? 0u - (uint64_t)x : (uint64_t)x; }

/* a / b, truncated; b is 1 or more. */
MF_KERNEL int64_t mf_quotient_s64(int64_t a, int32_t b) {
  uint64_t rest;
  const uint64_t size = mf_divide_u64(mf_magnitude_s64(a), (uint64_t)b, &rest);
  return (int64_t)(a < 0 ? 0u - size : size);
}

#endif
