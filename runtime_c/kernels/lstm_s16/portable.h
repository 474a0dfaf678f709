/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* lstm_s16 in plain C. */
#ifndef MF_LSTM_S16_PORTABLE_H
#define MF_LSTM_S16_PORTABLE_H

/* What element `at` of the inputs or outputs is. */
MF_KERNEL void *mf_lstm_s16_at(const void *values, ptrdiff_t at,
                               const MF_ROM mf_lstm_s16_params *p) {
  return (void *)((const uint8_t *)values + (p->wide ? 2 * at : at));
}

MF_KERNEL int32_t mf_lstm_s16_saturated(int32_t x) { return mf_clamp(x, INT16_MIN, INT16_MAX); }

/* The share of n values in gate g of a cell, whose weights are row `row`. */
MF_KERNEL int32_t mf_lstm_s16_share(const void *x, const MF_ROM int8_t *w, int n, int64_t bias,
                                    int32_t multiplier, int32_t shift,
                                    const MF_ROM mf_lstm_s16_params *p) {
  int64_t sum = bias;
  if (p->wide)
    mf_dots_s16((const int16_t *)x, w, 0, n, 1, &sum);
  else
    sum = mf_wrapping_add((int32_t)bias, mf_dot_s8((const int8_t *)x, w, n));
  return mf_output_s16(sum, multiplier, shift, p->wide, 0, INT16_MIN, INT16_MAX);
}

/* Gate g of cell c before its function. */
MF_KERNEL int32_t mf_lstm_s16_gate(const void *in, const void *own, int g, int32_t c,
                                   const MF_ROM mf_lstm_s16_params *p) {
  const ptrdiff_t row = (ptrdiff_t)(g * p->cells + c);
  const int64_t in_bias = p->wide ? p->wide_bias[row] : p->in_bias[row];
  const int32_t own_bias = p->wide ? 0 : p->own_bias[row];
  const int32_t of_in =
      mf_lstm_s16_share(in, p->in_weights + row * (ptrdiff_t)p->in_c, (int)p->in_c, in_bias,
                        p->in_multiplier[g], p->in_shift[g], p);
  const int32_t of_own =
      mf_lstm_s16_share(own, p->own_weights + row * (ptrdiff_t)p->cells, (int)p->cells, own_bias,
                        p->own_multiplier[g], p->own_shift[g], p);
  return mf_lstm_s16_saturated(of_in + of_own);
}

MF_KERNEL int32_t mf_lstm_s16_logistic(int32_t x, const MF_ROM mf_lstm_s16_params *p) {
  const int32_t middle = ((int32_t)1 << 24) + ((int32_t)1 << 9);
  return (mf_sigmoid_rise(3 * x, 9, 10, p->table) + middle) >> 10;
}

/* tanh of an argument in the table's units. */
MF_KERNEL int32_t mf_lstm_s16_tanh(int32_t argument, const MF_ROM mf_lstm_s16_params *p) {
  return (mf_sigmoid_rise(argument, 8, 8, p->table) + ((int32_t)1 << 7)) >> 8;
}

/* The new value of cell c. */
MF_KERNEL int32_t mf_lstm_s16_updated(const void *in, const void *own, int32_t old, int32_t c,
                                      const MF_ROM mf_lstm_s16_params *p) {
  const int32_t input = mf_lstm_s16_logistic(mf_lstm_s16_gate(in, own, 0, c, p), p);
  const int32_t forget = mf_lstm_s16_logistic(mf_lstm_s16_gate(in, own, 1, c, p), p);
  const int32_t candidate = mf_lstm_s16_tanh(3 * mf_lstm_s16_gate(in, own, 2, c, p), p);
  const int32_t kept = mf_requantise(forget * old, p->forget_multiplier, p->forget_shift);
  const int32_t made = mf_requantise(input * candidate, p->update_multiplier, p->update_shift);
  const int32_t sum =
      mf_lstm_s16_saturated(mf_lstm_s16_saturated(kept) + mf_lstm_s16_saturated(made));
  return p->clip > 0 ? mf_clamp(sum, -p->clip, p->clip) : sum;
}

/* The output of cell c. */
MF_KERNEL int32_t mf_lstm_s16_output(const void *in, const void *own, int32_t cell, int32_t c,
                                     const MF_ROM mf_lstm_s16_params *p) {
  const uint32_t rounding = p->tanh_shift > 0 ? (uint32_t)1 << (p->tanh_shift - 1) : 0u;
  const uint32_t product = (uint32_t)cell * (uint32_t)p->tanh_multiplier + rounding;
  const int32_t height = mf_lstm_s16_tanh((int32_t)product >> p->tanh_shift, p);
  const int32_t gate = mf_lstm_s16_logistic(mf_lstm_s16_gate(in, own, 3, c, p), p);
  const int32_t scaled = mf_requantise(height * gate, p->out_multiplier, p->out_shift);
  return mf_wrapping_add(scaled, p->out_zero_point);
}

/* One step: `out` gets what follows from `in` and from `own`, the outputs before. */
MF_KERNEL void mf_lstm_s16_step(const void *in, const void *own, int16_t *cell, void *out,
                                const MF_ROM mf_lstm_s16_params *p) {
  for (int32_t c = 0; c < p->cells; c++) {
    cell[c] = (int16_t)mf_lstm_s16_updated(in, own, cell[c], c, p);
    const int32_t made = mf_lstm_s16_output(in, own, cell[c], c, p);
    if (p->wide)
      ((int16_t *)out)[c] = (int16_t)mf_lstm_s16_saturated(made);
    else
      ((int8_t *)out)[c] = (int8_t)mf_clamp(made, INT8_MIN, INT8_MAX);
  }
}

MF_ENTRY void mf_lstm_s16(const void *in, void *own, int16_t *cell, void *out,
                          const MF_ROM mf_lstm_s16_params *p) {
  const size_t bytes = (size_t)p->cells << p->wide;
  for (int32_t b = 0; b < p->batches; b++, cell += p->cells) {
    void *const before = mf_lstm_s16_at(own, (ptrdiff_t)(b * p->cells), p);
    for (int32_t t = 0; t < p->steps; t++) {
      const ptrdiff_t from = (ptrdiff_t)(b * p->in_batch + t * p->in_step);
      const ptrdiff_t to = (ptrdiff_t)(b * p->out_batch + t * p->out_step);
      void *const made = mf_lstm_s16_at(out, to, p);
      mf_lstm_s16_step(mf_lstm_s16_at(in, from, p), before, cell, made, p);
      memcpy(before, made, bytes);
    }
  }
}

#endif
