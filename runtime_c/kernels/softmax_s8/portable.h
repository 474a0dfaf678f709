/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* softmax_s8 in plain C. */
#ifndef MF_SOFTMAX_S8_PORTABLE_H
#define MF_SOFTMAX_S8_PORTABLE_H

/* exp(x) in Q0 for x in [-1/4, 0), Q0: the Taylor polynomial of degree four around -1/8. */
MF_KERNEL int32_t mf_softmax_s8_exp_of_last_quarter(int32_t x) {
  const int32_t exp_minus_eighth = 1895147668;
  const int32_t one_third = 715827883;
  const int32_t x1 = x + ((int32_t)1 << 28);
  const int32_t x2 = mf_high_mul(x1, x1);
  const int32_t x3 = mf_high_mul(x2, x1);
  const int32_t x4 = mf_high_mul(x2, x2);
  const int32_t cubic = mf_high_mul(mf_round_shift(x4, 2) + x3, one_third) + x2;
  const int32_t terms = x1 + mf_round_shift(cubic, 1);
  return exp_minus_eighth + mf_high_mul(terms, exp_minus_eighth);
}

/* exp(x) in Q0 for x <= 0 in Q5: the polynomial for the last quarter, times exp(-2^k) for every
   bit of what remains. */
MF_KERNEL int32_t mf_softmax_s8_exp(int32_t x) {
  static const MF_ROM int32_t exp_of_powers[7] = {
      1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242,
  }; /* k = -2 to 4, Q0 */
  const int32_t quarter = (int32_t)1 << 24;
  const int32_t last = (x & (quarter - 1)) - quarter;
  const int32_t rest = last - x;
  int32_t result = mf_softmax_s8_exp_of_last_quarter(last * 32);
  if (x == 0) return INT32_MAX;
  for (int32_t k = 0; k < 7; k++)
    if (rest & (quarter << k)) result = mf_high_mul(result, exp_of_powers[k]);
  return result;
}

/* 1 / (1 + x) in Q0 for x in [0, 1), Q0: three steps of Newton's method in Q2. */
MF_KERNEL int32_t mf_softmax_s8_reciprocal_of_one_plus(int32_t x) {
  const int32_t half_denominator = (int32_t)(((uint32_t)x + 0x80000000u) >> 1);
  int32_t estimate = 1515870810 + mf_high_mul(half_denominator, -1010580540); /* 48/17, -32/17 */
  for (int32_t k = 0; k < 3; k++) {
    const int32_t rest = ((int32_t)1 << 29) - mf_high_mul(half_denominator, estimate);
    estimate += mf_high_mul(estimate, rest) * 4;
  }
  return estimate > INT32_MAX / 2 ? INT32_MAX : estimate * 2;
}

/* exp of the difference of an element from the largest one, Q0. */
MF_INNER int32_t mf_softmax_s8_exp_of(int32_t difference, const MF_ROM mf_softmax_s8_params *p) {
  const int32_t shifted = (int32_t)((uint32_t)difference << p->shift);
  return mf_softmax_s8_exp(mf_high_mul(shifted, p->multiplier));
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
  const int32_t reciprocal = mf_softmax_s8_reciprocal_of_one_plus((int32_t)(sum - 0x80000000u));
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
