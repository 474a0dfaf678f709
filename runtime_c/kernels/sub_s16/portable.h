/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* sub_s16 in plain C. */
#ifndef MF_SUB_S16_PORTABLE_H
#define MF_SUB_S16_PORTABLE_H

MF_KERNEL int16_t mf_sub_s16_one(int16_t a, int16_t b, const MF_ROM mf_sub_s16_params *p) {
  const int32_t up = (int32_t)1 << p->left_shift;
  const int32_t x = mf_requantise(((int32_t)a - p->a_zero_point) * up, p->a_multiplier, p->a_shift);
  const int32_t y = mf_requantise(((int32_t)b - p->b_zero_point) * up, p->b_multiplier, p->b_shift);
  const int32_t made = p->square ? (x - y) * (x - y) : x - y;
  return mf_output_s16(made, p->out_multiplier, p->out_shift, 0, p->out_zero_point, p->out_min,
                       p->out_max);
}

MF_BROADCAST(sub_s16, int16_t, int16_t)

#endif
