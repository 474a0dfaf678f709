/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* l2_norm_s8 in plain C. */
#ifndef MF_L2_NORM_S8_PORTABLE_H
#define MF_L2_NORM_S8_PORTABLE_H

MF_KERNEL void mf_l2_norm_s8_row(const int8_t *x, int8_t *y, const MF_ROM mf_l2_norm_s8_params *p) {
  const int32_t depth = p->depth, zero_point = p->in_zero_point;
  uint32_t sum = 0;
  int32_t shift;
  for (int32_t i = 0; i < depth; i++) {
    const int32_t steps = (int32_t)x[i] - zero_point;
    sum += (uint32_t)(steps * steps);
  }
  const int32_t multiplier = mf_inverse_sqrt((int32_t)sum, &shift);
  for (int32_t i = 0; i < depth; i++) {
    const int32_t steps = ((int32_t)x[i] - zero_point) * ((int32_t)1 << p->early);
    y[i] = mf_output_s8(steps, multiplier, shift + 7 - p->early, 0, INT8_MIN, INT8_MAX);
  }
}

MF_ENTRY void mf_l2_norm_s8(const int8_t *in, int8_t *out, const MF_ROM mf_l2_norm_s8_params *p) {
  for (int32_t r = 0; r < p->rows; r++, in += p->depth, out += p->depth)
    mf_l2_norm_s8_row(in, out, p);
}

#endif
