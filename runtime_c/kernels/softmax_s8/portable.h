/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* softmax_s8 in plain C. */
#ifndef MF_SOFTMAX_S8_PORTABLE_H
#define MF_SOFTMAX_S8_PORTABLE_H

/* exp of the difference of an element from the largest one, Q0. */
MF_INNER int32_t mf_softmax_s8_exp_of(int32_t difference, const MF_ROM mf_softmax_s8_params *p) {
  const int32_t shifted = (int32_t)((uint32_t)difference << p->shift);
  return mf_exp_of_negative(mf_high_mul(shifted, p->multiplier));
}

MF_KERNEL int8_t mf_softmax_s8_highest(const int8_t *x, int depth) {
  int8_t highest = INT8_MIN;
  for (int i = 0; i < depth; i++) highest = x[i] > highest ? x[i] : highest;
  return highest;
}

/* The sum of the exponentials, Q12. */
MF_KERNEL uint32_t mf_softmax_s8_sum(const int8_t *x, int8_t highest,
                                     const MF_ROM mf_softmax_s8_params *p) {
  uint32_t sum = 0;
  for (int i = 0; i < (int)p->depth; i++) {
    const int difference = x[i] - highest;
    if (difference >= p->least)
      sum += (uint32_t)mf_round_shift(mf_softmax_s8_exp_of(difference, p), 12);
  }
  return sum;
}

/* Stores a share as out_bits bits, less half their range. */
MF_KERNEL void mf_softmax_s8_store(void *out, int i, int out_bits, int32_t share) {
  const int32_t half = (int32_t)1 << (out_bits - 1);
  const int32_t value = (share < 2 * half ? share : 2 * half - 1) - half;
  if (out_bits == 8)
    ((int8_t *)out)[i] = (int8_t)value;
  else
    ((int16_t *)out)[i] = (int16_t)value;
}

/* The exponents stay below 32 but for sums above 512, whose shares all round to 0. */
MF_KERNEL void mf_softmax_s8_row(const int8_t *x, void *out, int first,
                                 const MF_ROM mf_softmax_s8_params *p) {
  const int depth = (int)p->depth;
  const int8_t highest = mf_softmax_s8_highest(x, depth);
  uint32_t sum = mf_softmax_s8_sum(x, highest, p);
  int32_t exponent = 12 + 31 - p->out_bits;
  for (; sum < 0x80000000u; sum <<= 1) exponent--;
  const int32_t reciprocal = mf_reciprocal_of_one_plus((int32_t)(sum - 0x80000000u));
  for (int i = 0; i < depth; i++) {
    const int difference = x[i] - highest;
    int32_t share = 0;
    if (difference >= p->least && exponent < 32) {
      share = mf_high_mul(reciprocal, mf_softmax_s8_exp_of(difference, p));
      share = mf_round_shift(share, exponent);
    }
    mf_softmax_s8_store(out, first + i, p->out_bits, share);
  }
}

MF_ENTRY void mf_softmax_s8(const int8_t *in, void *out, const MF_ROM mf_softmax_s8_params *p) {
  for (int r = 0; r < (int)p->rows; r++, in += p->depth)
    mf_softmax_s8_row(in, out, r * (int)p->depth, p);
}

#endif
