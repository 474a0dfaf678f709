/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* log_softmax_f32 in plain C. */
#ifndef MF_LOG_SOFTMAX_F32_PORTABLE_H
#define MF_LOG_SOFTMAX_F32_PORTABLE_H

#include <math.h>

MF_KERNEL void mf_log_softmax_f32_row(const float *x, float *y, int32_t depth) {
  float highest = -3.402823466e38f;
  float sum = 0.0f;
  for (int32_t i = 0; i < depth; i++) highest = x[i] > highest ? x[i] : highest;
  for (int32_t i = 0; i < depth; i++) sum += expf(x[i] - highest);
  const float log_sum = logf(sum);
  for (int32_t i = 0; i < depth; i++) y[i] = x[i] - highest - log_sum;
}

MF_ENTRY void mf_log_softmax_f32(const float *in, float *out,
                                 const MF_ROM mf_log_softmax_f32_params *p) {
  for (int32_t r = 0; r < p->rows; r++, in += p->depth, out += p->depth)
    mf_log_softmax_f32_row(in, out, p->depth);
}

#endif
