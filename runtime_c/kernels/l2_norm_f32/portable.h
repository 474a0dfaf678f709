/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* l2_norm_f32 in plain C. */
#ifndef MF_L2_NORM_F32_PORTABLE_H
#define MF_L2_NORM_F32_PORTABLE_H

#include <math.h>

MF_KERNEL void mf_l2_norm_f32_row(const float *x, float *y, int32_t depth) {
  float sum = 0.0f;
  for (int32_t i = 0; i < depth; i++) sum += x[i] * x[i];
  const float root = sqrtf(sum);
  const float norm = root < 1e-6f ? 1e-6f : root;
  for (int32_t i = 0; i < depth; i++) y[i] = x[i] / norm;
}

MF_ENTRY void mf_l2_norm_f32(const float *in, float *out, const MF_ROM mf_l2_norm_f32_params *p) {
  for (int32_t r = 0; r < p->rows; r++, in += p->depth, out += p->depth)
    mf_l2_norm_f32_row(in, out, p->depth);
}

#endif
