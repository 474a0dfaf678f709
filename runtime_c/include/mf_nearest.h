/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_nearest.h: floats rounded to int8 as XNNPACK does it: to nearest, ties to even. Include mf_kernel.h first. */
#ifndef MF_NEAREST_H
#define MF_NEAREST_H

/* The whole number nearest to x, plus `zero_point`, within `low` to `high` of int8. Floats around 1.5 * 2^23 are whole
   numbers, as the steps between their bits are: an addition rounds to one of them. */
MF_KERNEL int8_t mf_nearest_s8(float x, int32_t zero_point, int32_t low, int32_t high) {
  const float nearest = mf_clamp_f32(x, -512.0f, 512.0f) + 12582912.0f;
  int32_t bits;
  memcpy(&bits, &nearest, sizeof bits);
  return (int8_t)mf_clamp(bits - 0x4b400000 + zero_point, low, high);
}

#endif
