/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mul_s16 in plain C. */
#ifndef MF_MUL_S16_PORTABLE_H
#define MF_MUL_S16_PORTABLE_H

MF_KERNEL int16_t mf_mul_s16_one(int16_t a, int16_t b, const MF_ROM mf_mul_s16_params *p) {
  return mf_output_s16((int32_t)a * b, p->multiplier, p->shift, 0, 0, p->out_min, p->out_max);
}

MF_BROADCAST(mul_s16, int16_t, int16_t)

#endif
