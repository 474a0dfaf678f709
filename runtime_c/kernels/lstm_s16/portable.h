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

/* The sum of n values. */
MF_KERNEL int64_t mf_lstm_s16_total(const void *x, int n, const MF_ROM mf_lstm_s16_params *p) {
  int64_t total = 0;
  for (int i = 0; i < n; i++) total += p->wide ? ((const int16_t *)x)[i] : ((const int8_t *)x)[i];
  return total;
}

/* `bias` less what n values have of it where the weights of gate g have one of `zeros`. */
MF_KERNEL int64_t mf_lstm_s16_centred(const void *x, int n, int64_t bias, int g,
                                      const MF_ROM int32_t *zeros,
                                      const MF_ROM mf_lstm_s16_params *p) {
  return zeros == NULL || zeros[g] == 0 ? bias : bias - zeros[g] * mf_lstm_s16_total(x, n, p);
}

/* The products of n values with the weights of a cell's four gates, which lie `step` apart, summed. */
MF_KERNEL void mf_lstm_s16_sums(const void *x, const MF_ROM int8_t *w, ptrdiff_t step, int n,
                                int64_t *sum, const MF_ROM mf_lstm_s16_params *p) {
  int32_t narrow[MF_LANES] = {0, 0, 0, 0};
  if (!p->wide) mf_dots_s8((const int8_t *)x, w, step, n, MF_LANES, narrow);
  for (int g = 0; g < MF_LANES; g++) sum[g] = narrow[g];
  if (p->wide) mf_dots_s16((const int16_t *)x, w, step, n, MF_LANES, sum);
}

/* The share of a sum in a gate. */
MF_KERNEL int32_t mf_lstm_s16_share(int64_t sum, int64_t bias, int32_t multiplier, int32_t shift,
                                    const MF_ROM mf_lstm_s16_params *p) {
  const int64_t biased = p->wide ? bias + sum : mf_wrapping_add((int32_t)bias, (int32_t)sum);
  return mf_output_s16(biased, multiplier, shift, p->wide, 0, INT16_MIN, INT16_MAX);
}

/* The gates of cell c before their functions. */
MF_KERNEL void mf_lstm_s16_gates(const void *in, const void *own, int32_t c, int32_t *gates,
                                 const MF_ROM mf_lstm_s16_params *p) {
  const int in_c = (int)p->in_c, cells = (int)p->cells;
  const ptrdiff_t in_row = (ptrdiff_t)p->in_c, own_row = (ptrdiff_t)p->cells;
  int64_t sum[MF_LANES];
  mf_lstm_s16_sums(in, p->in_weights + (ptrdiff_t)(c * p->in_c), own_row * in_row, in_c, sum, p);
  for (int g = 0; g < MF_LANES; g++) {
    const ptrdiff_t row = (ptrdiff_t)(g * p->cells + c);
    const int64_t bias = mf_lstm_s16_centred(
        in, in_c, p->wide ? p->wide_bias[row] : p->in_bias[row], g, p->in_zeros, p);
    gates[g] = mf_lstm_s16_share(sum[g], bias, p->in_multiplier[g], p->in_shift[g], p);
  }
  mf_lstm_s16_sums(own, p->own_weights + (ptrdiff_t)(c * p->cells), own_row * own_row, cells, sum,
                   p);
  for (int g = 0; g < MF_LANES; g++) {
    const ptrdiff_t row = (ptrdiff_t)(g * p->cells + c);
    const int64_t kept = p->wide_own_bias != NULL ? p->wide_own_bias[row] : 0;
    const int64_t bias =
        mf_lstm_s16_centred(own, cells, p->wide ? kept : p->own_bias[row], g, p->own_zeros, p);
    const int32_t share = mf_lstm_s16_share(sum[g], bias, p->own_multiplier[g], p->own_shift[g], p);
    gates[g] = mf_lstm_s16_saturated(gates[g] + share);
  }
}

MF_KERNEL int32_t mf_lstm_s16_logistic(int32_t x, const MF_ROM mf_lstm_s16_params *p) {
  const int32_t middle = ((int32_t)1 << 24) + ((int32_t)1 << 9);
  return (mf_sigmoid_rise(3 * x, 9, 10, p->table) + middle) >> 10;
}

/* tanh of an argument in the table's units. */
MF_KERNEL int32_t mf_lstm_s16_tanh(int32_t argument, const MF_ROM mf_lstm_s16_params *p) {
  return (mf_sigmoid_rise(argument, 8, 8, p->table) + ((int32_t)1 << 7)) >> 8;
}

/* The new value of a cell. */
MF_KERNEL int32_t mf_lstm_s16_updated(const int32_t *gates, int32_t old,
                                      const MF_ROM mf_lstm_s16_params *p) {
  const int32_t input = mf_lstm_s16_logistic(gates[0], p);
  const int32_t forget = mf_lstm_s16_logistic(gates[1], p);
  const int32_t candidate = mf_lstm_s16_tanh(3 * gates[2], p);
  const int32_t kept = mf_requantise(forget * old, p->forget_multiplier, p->forget_shift);
  const int32_t made = mf_requantise(input * candidate, p->update_multiplier, p->update_shift);
  const int32_t sum =
      mf_lstm_s16_saturated(mf_lstm_s16_saturated(kept) + mf_lstm_s16_saturated(made));
  return p->clip > 0 ? mf_clamp(sum, -p->clip, p->clip) : sum;
}

/* The output of a cell. */
MF_KERNEL int32_t mf_lstm_s16_output(const int32_t *gates, int32_t cell,
                                     const MF_ROM mf_lstm_s16_params *p) {
  const uint32_t rounding = p->tanh_shift > 0 ? (uint32_t)1 << (p->tanh_shift - 1) : 0u;
  const uint32_t product = (uint32_t)cell * (uint32_t)p->tanh_multiplier + rounding;
  const int32_t height = mf_lstm_s16_tanh((int32_t)product >> p->tanh_shift, p);
  const int32_t gate = mf_lstm_s16_logistic(gates[3], p);
  const int32_t scaled = mf_requantise(height * gate, p->out_multiplier, p->out_shift);
  return mf_wrapping_add(scaled, p->out_zero_point);
}

/* One step: `out` gets what follows from `in` and from `own`, the outputs before. */
MF_KERNEL void mf_lstm_s16_step(const void *in, const void *own, int16_t *cell, void *out,
                                const MF_ROM mf_lstm_s16_params *p) {
  for (int32_t c = 0; c < p->cells; c++) {
    int32_t gates[MF_LANES];
    mf_lstm_s16_gates(in, own, c, gates, p);
    cell[c] = (int16_t)mf_lstm_s16_updated(gates, cell[c], p);
    const int32_t made = mf_lstm_s16_output(gates, cell[c], p);
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
