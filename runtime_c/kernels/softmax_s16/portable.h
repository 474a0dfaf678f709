/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* softmax_s16 in plain C. */
#ifndef MF_SOFTMAX_S16_PORTABLE_H
#define MF_SOFTMAX_S16_PORTABLE_H

/* The value of a table at x, -32768 to 32767, interpolated. */
MF_INNER int32_t mf_softmax_s16_at(const MF_ROM int16_t *table, int32_t x) {
  const MF_ROM int16_t *entry = table + 256 + (ptrdiff_t)(x >> 7);
  const int32_t from = entry[0], to = entry[1];
  return from + (((to - from) * (x & 127) + 64) >> 7);
}

/* exp of the difference of an element from the largest one, Q0.15. */
MF_KERNEL int32_t mf_softmax_s16_exp(int32_t difference, const MF_ROM mf_softmax_s16_params *p) {
  const int32_t scaled = mf_requantise(difference, p->multiplier, p->shift);
  const int32_t x = mf_clamp(mf_wrapping_add(scaled, INT16_MAX), INT16_MIN, INT16_MAX);
  return mf_softmax_s16_at(p->exponents, x);
}

/* The exponentials are kept in the output until their sum is known. Less its leading zeros, it lies between 1 and
   2, where the table of reciprocals is. */
MF_KERNEL void mf_softmax_s16_row(const int16_t *x, int16_t *y,
                                  const MF_ROM mf_softmax_s16_params *p) {
  int16_t highest = INT16_MIN;
  uint32_t sum = 0;
  int32_t shift = 30;
  for (int32_t i = 0; i < p->depth; i++) highest = x[i] > highest ? x[i] : highest;
  for (int32_t i = 0; i < p->depth; i++) {
    const int32_t power = mf_softmax_s16_exp((int32_t)x[i] - highest, p);
    y[i] = (int16_t)power;
    sum += (uint32_t)power;
  }
  for (; sum < 0x40000000u; sum <<= 1) shift--;
  const int32_t above_one = (int32_t)((sum + 8192u) >> 14) - 98304;
  const int32_t at = mf_clamp(above_one, INT16_MIN, INT16_MAX);
  const int32_t reciprocal = mf_softmax_s16_at(p->reciprocal, at);
  for (int32_t i = 0; i < p->depth; i++) {
    const int32_t share = (y[i] * reciprocal + ((int32_t)1 << (shift - 1))) >> shift;
    y[i] = (int16_t)mf_clamp(share, 0, INT16_MAX);
  }
}

MF_ENTRY void mf_softmax_s16(const int16_t *in, int16_t *out,
                             const MF_ROM mf_softmax_s16_params *p) {
  for (int32_t r = 0; r < p->rows; r++, in += p->depth, out += p->depth)
    mf_softmax_s16_row(in, out, p);
}

#endif
