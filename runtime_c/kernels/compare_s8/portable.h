/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* compare_s8 in plain C. */
#ifndef MF_COMPARE_S8_PORTABLE_H
#define MF_COMPARE_S8_PORTABLE_H

MF_KERNEL uint8_t mf_compare_s8_one(int8_t a, int8_t b, const MF_ROM mf_compare_s8_params *p) {
  const int32_t x =
      mf_requantise(((int32_t)a - p->a_zero_point) * 256, p->a_multiplier, p->a_shift);
  const int32_t y =
      mf_requantise(((int32_t)b - p->b_zero_point) * 256, p->b_multiplier, p->b_shift);
  return (uint8_t)((p->outcomes >> (1 - (x < y) + (x > y))) & 1);
}

MF_BROADCAST(compare_s8, int8_t, uint8_t)

#endif
