/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* lstm_f32 in plain C. */
#ifndef MF_LSTM_F32_PORTABLE_H
#define MF_LSTM_F32_PORTABLE_H

#include <math.h>

/* Above this input the result rounds to 1; below -9, 1 + exp(-x) rounds to exp(-x). */
#define MF_LSTM_F32_UPPER 16.619047164916992188f
#define MF_LSTM_F32_LOWER -9.0f

MF_KERNEL float mf_lstm_f32_logistic(float x) {
  if (x > MF_LSTM_F32_UPPER) return 1.0f;
  if (x < MF_LSTM_F32_LOWER) return expf(x);
  return 1.0f / (1.0f + expf(-x));
}

MF_KERNEL float mf_lstm_f32_finite(float x, const MF_ROM mf_lstm_f32_params *p) {
  return mf_clamp_f32(x, -p->largest, p->largest);
}

/* Gate g of cell c before its function. */
MF_KERNEL float mf_lstm_f32_gate(const float *in, const float *own, int g, int32_t c,
                                 const MF_ROM mf_lstm_f32_params *p) {
  const ptrdiff_t row = (ptrdiff_t)(g * p->cells + c);
  const float of_in =
      mf_dot_f32(in, p->in_weights + row * (ptrdiff_t)p->in_c, p->in_c, 0.0f) + p->bias[row];
  const float of_own = mf_dot_f32(own, p->own_weights + row * (ptrdiff_t)p->cells, p->cells, 0.0f);
  return mf_lstm_f32_finite(of_in, p) + mf_lstm_f32_finite(of_own, p);
}

/* The new value of cell c. */
MF_KERNEL float mf_lstm_f32_updated(const float *in, const float *own, float old, int32_t c,
                                    const MF_ROM mf_lstm_f32_params *p) {
  const float input = mf_lstm_f32_logistic(mf_lstm_f32_gate(in, own, 0, c, p));
  const float forget = mf_lstm_f32_logistic(mf_lstm_f32_gate(in, own, 1, c, p));
  const float candidate = tanhf(mf_lstm_f32_gate(in, own, 2, c, p));
  const float sum = mf_lstm_f32_finite(forget * old, p) + mf_lstm_f32_finite(input * candidate, p);
  return p->clip > 0.0f ? mf_clamp_f32(sum, -p->clip, p->clip) : sum;
}

MF_KERNEL void mf_lstm_f32_step(const float *in, const float *own, float *cell, float *out,
                                const MF_ROM mf_lstm_f32_params *p) {
  for (int32_t c = 0; c < p->cells; c++) {
    cell[c] = mf_lstm_f32_updated(in, own, cell[c], c, p);
    const float gate = mf_lstm_f32_logistic(mf_lstm_f32_gate(in, own, 3, c, p));
    out[c] = mf_lstm_f32_finite(tanhf(cell[c]) * gate, p);
  }
}

MF_ENTRY void mf_lstm_f32(const float *in, float *own, float *cell, float *out,
                          const MF_ROM mf_lstm_f32_params *p) {
  for (int32_t b = 0; b < p->batches; b++, own += p->cells, cell += p->cells)
    for (int32_t t = 0; t < p->steps; t++) {
      float *const made = out + (ptrdiff_t)(b * p->out_batch + t * p->out_step);
      const float *const given = in + (ptrdiff_t)(b * p->in_batch + t * p->in_step);
      mf_lstm_f32_step(given, own, cell, made, p);
      memcpy(own, made, (size_t)p->cells * sizeof *own);
    }
}

#endif
