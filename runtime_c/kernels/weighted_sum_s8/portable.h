/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* weighted_sum_s8 in plain C. */
#ifndef MF_WEIGHTED_SUM_S8_PORTABLE_H
#define MF_WEIGHTED_SUM_S8_PORTABLE_H

/* Sums are below 2^31: 2^21 times 255 for each operand, and half of 2^30. */
MF_KERNEL int8_t mf_weighted_sum_s8_one(int8_t a, int8_t b,
                                        const MF_ROM mf_weighted_sum_s8_params *p) {
  const int32_t sum = (a - p->a_zero_point) * p->a_factor + (b - p->b_zero_point) * p->b_factor;
  const int32_t rounded = (sum + ((int32_t)1 << (p->shift - 1))) >> p->shift;
  return (int8_t)mf_clamp(rounded + p->out_zero_point, p->out_min, p->out_max);
}

MF_BROADCAST(weighted_sum_s8, int8_t, int8_t)

#endif
