/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* softmax_f32 in plain C. */
#ifndef MF_SOFTMAX_F32_PORTABLE_H
#define MF_SOFTMAX_F32_PORTABLE_H

#include <math.h>

MF_KERNEL void mf_softmax_f32_row(const float *x, float *y, int32_t depth, float beta) {
  float highest = -3.402823466e38f;
  float sum = 0.0f;
  for (int32_t i = 0; i < depth; i++) highest = x[i] > highest ? x[i] : highest;
  for (int32_t i = 0; i < depth; i++) {
    y[i] = expf((x[i] - highest) * beta);
    sum += y[i];
  }
  for (int32_t i = 0; i < depth; i++) y[i] /= sum;
}

MF_ENTRY void mf_softmax_f32(const float *in, float *out, const MF_ROM mf_softmax_f32_params *p) {
  for (int32_t r = 0; r < p->rows; r++, in += p->depth, out += p->depth)
    mf_softmax_f32_row(in, out, p->depth, p->beta);
}

#endif
