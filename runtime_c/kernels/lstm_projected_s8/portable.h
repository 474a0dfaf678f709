/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* lstm_projected_s8 in plain C. */
#ifndef MF_LSTM_PROJECTED_S8_PORTABLE_H
#define MF_LSTM_PROJECTED_S8_PORTABLE_H

MF_KERNEL int32_t mf_lstm_projected_s8_saturated(int32_t x) {
  return mf_clamp(x, INT16_MIN, INT16_MAX);
}

/* The high half of 2ab of 16 bits, rounded to nearest, ties away from zero. */
MF_KERNEL int32_t mf_lstm_projected_s8_mul(int32_t a, int32_t b) {
  const int32_t product = a * b;
  const int32_t nudge = product < 0 ? 1 - ((int32_t)1 << 14) : (int32_t)1 << 14;
  return mf_lstm_projected_s8_saturated((product + nudge) / 32768);
}

/* exp(x) in Q0 for x <= 0 with `bits` of whole part: a polynomial for the last quarter, times exp(-2^k) for every bit
   of what remains. */
MF_KERNEL int32_t mf_lstm_projected_s8_exp(int32_t x, int32_t bits) {
  static const MF_ROM int16_t exp_of_powers[7] = {25520, 19875, 12055, 4435, 600, 11, 0};
  const int32_t exp_minus_eighth = 28918, one_third = 10923;
  const int32_t quarter = (int32_t)1 << (13 - bits);
  const int32_t last = (x & (quarter - 1)) - quarter;
  const int32_t rest = last - x;
  const int32_t x1 = last * ((int32_t)1 << bits) + 4096;
  const int32_t x2 = mf_lstm_projected_s8_mul(x1, x1);
  const int32_t x3 = mf_lstm_projected_s8_mul(x2, x1);
  const int32_t x4 = mf_round_shift(mf_lstm_projected_s8_mul(x2, x2), 2);
  const int32_t cubic = mf_lstm_projected_s8_mul(x4 + x3, one_third) + x2;
  const int32_t terms = x1 + mf_round_shift(cubic, 1);
  int32_t result = exp_minus_eighth + mf_lstm_projected_s8_mul(exp_minus_eighth, terms);
  if (x == 0) return INT16_MAX;
  for (int32_t k = 0; k < 7 && k - 2 < bits; k++)
    if (rest & (quarter << k)) result = mf_lstm_projected_s8_mul(result, exp_of_powers[k]);
  return bits > 5 && x < -((int32_t)1 << (20 - bits)) ? 0 : result;
}

/* 2 / (1 + x) in Q2 for x in [0, 1), Q0: three steps of Newton's method. */
MF_KERNEL int32_t mf_lstm_projected_s8_reciprocal(int32_t x) {
  const int32_t half = (x + INT16_MAX + 1) / 2;
  int32_t estimate = 23130 + mf_lstm_projected_s8_mul(half, -15420); /* 48/17, -32/17 */
  for (int32_t k = 0; k < 3; k++) {
    const int32_t rest = ((int32_t)1 << 13) - mf_lstm_projected_s8_mul(half, estimate);
    const int32_t step = mf_lstm_projected_s8_mul(estimate, rest);
    estimate += mf_lstm_projected_s8_saturated(step * 4);
  }
  return estimate;
}

MF_KERNEL int32_t mf_lstm_projected_s8_logistic(int32_t x) {
  const int32_t power = mf_lstm_projected_s8_exp(x > 0 ? -x : x, 3);
  const int32_t above = mf_lstm_projected_s8_saturated(mf_lstm_projected_s8_reciprocal(power) * 2);
  if (x == 0) return (int32_t)1 << 14;
  return x > 0 ? above : INT16_MAX - above;
}

/* tanh of x with `bits` of whole part. */
MF_KERNEL int32_t mf_lstm_projected_s8_tanh(int32_t x, int32_t bits) {
  const int32_t power = mf_lstm_projected_s8_exp(x > 0 ? -x : x, bits + 1);
  const int32_t twice = mf_lstm_projected_s8_reciprocal(power);
  const int32_t size = mf_lstm_projected_s8_saturated((twice - ((int32_t)1 << 13)) * 4);
  return x == 0 ? 0 : x > 0 ? size : -size;
}

/* Normalises a gate of all cells: to mean 0 and deviation 1, times weights, plus biases. */
MF_KERNEL void mf_lstm_projected_s8_normalise(int16_t *gate, int g,
                                              const MF_ROM mf_lstm_projected_s8_params *p) {
  const int32_t n = p->cells, guard = (int32_t)1 << 20;
  int64_t sum = 0, squares = 0;
  int32_t shift;
  for (int32_t c = 0; c < n; c++) {
    sum += gate[c];
    squares += (int32_t)gate[c] * gate[c];
  }
  const int32_t mean = (int32_t)mf_quotient_s64(sum * 1024, n);
  const int32_t variance = (int32_t)((squares * (guard / n) - (int64_t)mean * mean) / guard);
  const int32_t inverse = mf_inverse_sqrt(variance < 1 ? p->norm_least[g] : variance, &shift);
  for (int32_t c = 0; c < n; c++) {
    const ptrdiff_t at = (ptrdiff_t)(g * n + c);
    const int32_t scaled = mf_requantise(1024 * gate[c] - mean, inverse, shift);
    const int64_t weighted = (int64_t)scaled * p->norms[at] + p->norm_bias[at];
    const int32_t rounded = (int32_t)((weighted > 0 ? weighted + 512 : weighted - 512) / 1024);
    const int32_t made = mf_requantise(rounded, p->norm_multiplier[g], p->norm_shift[g] + 12);
    gate[c] = (int16_t)mf_lstm_projected_s8_saturated(made);
  }
}

/* Gate g of cell c before it is normalised. */
MF_KERNEL int32_t mf_lstm_projected_s8_sum(const int8_t *in, const int8_t *own, const int16_t *cell,
                                           int g, int32_t c,
                                           const MF_ROM mf_lstm_projected_s8_params *p) {
  const ptrdiff_t row = (ptrdiff_t)(g * p->cells + c);
  const MF_ROM int8_t *v = p->in_weights + row * (ptrdiff_t)p->in_c;
  const MF_ROM int8_t *w = p->own_weights + row * (ptrdiff_t)p->out_c;
  const int32_t of_in = mf_wrapping_add(p->in_bias[row], mf_dot_s8(in, v, (int)p->in_c));
  const int32_t of_own = mf_wrapping_add(p->own_bias[row], mf_dot_s8(own, w, (int)p->out_c));
  int32_t sum = mf_requantise(of_in, p->in_multiplier[g], p->in_shift[g]);
  sum = mf_wrapping_add(mf_requantise(of_own, p->own_multiplier[g], p->own_shift[g]),
                        mf_lstm_projected_s8_saturated(sum));
  sum = mf_lstm_projected_s8_saturated(sum);
  if (p->peepholes == NULL) return sum;
  const int32_t of_cell = mf_requantise((int32_t)p->peepholes[row] * cell[c],
                                        p->peephole_multiplier[g], p->peephole_shift[g]);
  return mf_lstm_projected_s8_saturated(mf_wrapping_add(of_cell, sum));
}

/* Gate g of all cells. */
MF_KERNEL void mf_lstm_projected_s8_gate(const int8_t *in, const int8_t *own, const int16_t *cell,
                                         int g, int16_t *gate,
                                         const MF_ROM mf_lstm_projected_s8_params *p) {
  for (int32_t c = 0; c < p->cells; c++)
    gate[c] = (int16_t)mf_lstm_projected_s8_sum(in, own, cell, g, c, p);
  if (p->norms != NULL) mf_lstm_projected_s8_normalise(gate, g, p);
  for (int32_t c = 0; c < p->cells; c++)
    gate[c] = (int16_t)(g == 2 ? mf_lstm_projected_s8_tanh(gate[c], 3)
                               : mf_lstm_projected_s8_logistic(gate[c]));
}

/* The outputs that follow from hidden values. */
MF_KERNEL void mf_lstm_projected_s8_project(const int8_t *hidden, int8_t *out,
                                            const MF_ROM mf_lstm_projected_s8_params *p) {
  const MF_ROM int8_t *w = p->projection;
  const int32_t limit = p->projection_clip;
  for (int32_t o = 0; o < p->out_c; o++, w += p->cells) {
    const int32_t sum = mf_wrapping_add(p->projection_bias[o], mf_dot_s8(hidden, w, (int)p->cells));
    const int32_t made = mf_output_s8(sum, p->projection_multiplier, p->projection_shift,
                                      p->out_zero_point, INT8_MIN, INT8_MAX);
    out[o] = (int8_t)(limit > 0 ? mf_clamp(made, -limit, limit) : made);
  }
}

/* One step: `out` gets what follows from `in` and from `own`, the outputs before. */
MF_KERNEL void mf_lstm_projected_s8_step(const int8_t *in, const int8_t *own, int16_t *cell,
                                         int8_t *out, int16_t *gates,
                                         const MF_ROM mf_lstm_projected_s8_params *p) {
  const int32_t n = p->cells;
  int16_t *const forget = gates + n, *const candidate = forget + n;
  int8_t *const hidden = p->projection != NULL ? (int8_t *)(candidate + n) : out;
  for (int g = 0; g < 3; g++) mf_lstm_projected_s8_gate(in, own, cell, g, gates + g * n, p);
  for (int32_t c = 0; c < n; c++) {
    const int32_t kept = mf_round_shift((int32_t)forget[c] * cell[c], 15);
    const int32_t made = mf_round_shift((int32_t)gates[c] * candidate[c], p->update_shift);
    const int32_t sum = mf_lstm_projected_s8_saturated((int16_t)kept + (int16_t)made);
    cell[c] = (int16_t)(p->clip > 0 ? mf_clamp(sum, -p->clip, p->clip) : sum);
  }
  mf_lstm_projected_s8_gate(in, own, cell, 3, gates, p);
  for (int32_t c = 0; c < n; c++) {
    const int32_t height = mf_lstm_projected_s8_tanh(cell[c], p->cell_bits);
    hidden[c] = mf_output_s8(height * gates[c], p->hidden_multiplier, p->hidden_shift,
                             p->hidden_zero_point, INT8_MIN, INT8_MAX);
  }
  if (p->projection != NULL) mf_lstm_projected_s8_project(hidden, out, p);
}

MF_ENTRY void mf_lstm_projected_s8(const int8_t *in, int8_t *own, int16_t *cell, int8_t *out,
                                   void *scratch, const MF_ROM mf_lstm_projected_s8_params *p) {
  for (int32_t b = 0; b < p->batches; b++, own += p->out_c, cell += p->cells)
    for (int32_t t = 0; t < p->steps; t++) {
      int8_t *const made = out + (ptrdiff_t)(b * p->out_batch + t * p->out_step);
      const int8_t *const given = in + (ptrdiff_t)(b * p->in_batch + t * p->in_step);
      mf_lstm_projected_s8_step(given, own, cell, made, (int16_t *)scratch, p);
      memcpy(own, made, (size_t)p->out_c);
    }
}

#endif
