/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mf_functions.h: exponential and other functions in fixed point. Include mf_kernel.h first. */
#ifndef MF_FUNCTIONS_H
#define MF_FUNCTIONS_H

/* x * 2^exponent, saturating. */
MF_KERNEL int32_t mf_shift_saturating(int32_t x, int32_t exponent) {
  const int32_t most = INT32_MAX >> exponent;
  if (x > most) return INT32_MAX;
  return x < -most ? INT32_MIN : (int32_t)((uint32_t)x << exponent);
}

/* 1 / sqrt(x) as a multiplier in Q0.31 and a shift of 0 or less; x below 1 counts as 1. x is brought to Q3 between
   1/4 and 1 by powers of four; then five steps of Newton's method. */
MF_INNER int32_t mf_inverse_sqrt(int32_t x, int32_t *shift) {
  int32_t right = 11;
  int32_t root = (int32_t)1 << 28;
  *shift = 0;
  if (x <= 1) return INT32_MAX;
  for (; x >= (int32_t)1 << 29; x /= 4) right++;
  for (; x < (int32_t)1 << 27; x *= 4) right--;
  const int32_t half = mf_round_shift(x >> 1, 1);
  for (int k = 0; k < 5; k++) {
    const int32_t cube = mf_shift_saturating(mf_high_mul(mf_high_mul(root, root), root), 6);
    const int32_t step = mf_high_mul(root, (int32_t)3 << 27) - mf_high_mul(half, cube);
    root = mf_shift_saturating(step, 3);
  }
  root = mf_high_mul(root, 1518500250); /* sqrt(1/2) */
  if (right < 0) return (int32_t)((uint32_t)root << -right);
  *shift = -right;
  return root;
}

/* exp(x) in Q0 for x in [-1/4, 0), Q0: the Taylor polynomial of degree four around -1/8. */
MF_KERNEL int32_t mf_exp_of_last_quarter(int32_t x) {
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
MF_KERNEL int32_t mf_exp_of_negative(int32_t x) {
  static const MF_ROM int32_t exp_of_powers[7] = {
      1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242,
  }; /* k = -2 to 4, Q0 */
  const int32_t quarter = (int32_t)1 << 24;
  const int32_t last = (x & (quarter - 1)) - quarter;
  const int32_t rest = last - x;
  int32_t result = mf_exp_of_last_quarter(last * 32);
  if (x == 0) return INT32_MAX;
  for (int32_t k = 0; k < 7; k++)
    if (rest & (quarter << k)) result = mf_high_mul(result, exp_of_powers[k]);
  return result;
}

/* 1 / (1 + x) in Q0 for x in [0, 1), Q0: three steps of Newton's method in Q2. */
MF_KERNEL int32_t mf_reciprocal_of_one_plus(int32_t x) {
  const int32_t half_denominator = (int32_t)(((uint32_t)x + 0x80000000u) >> 1);
  int32_t estimate = 1515870810 + mf_high_mul(half_denominator, -1010580540); /* 48/17, -32/17 */
  for (int32_t k = 0; k < 3; k++) {
    const int32_t rest = ((int32_t)1 << 29) - mf_high_mul(half_denominator, estimate);
    estimate += mf_high_mul(estimate, rest) * 4;
  }
  return estimate > INT32_MAX / 2 ? INT32_MAX : estimate * 2;
}

/* How far the logistic function is from its middle, in steps of 2^-(16 + index_shift). `table` holds 256 values of it
   for arguments of 0 and above, one each 2^index_shift units, in steps of 2^-16; between two it is interpolated. Where
   it ends, all but one of the 2^out_shift steps that the caller will drop is missing to 1. */
MF_KERNEL int32_t mf_sigmoid_rise(int32_t argument, int32_t index_shift, int32_t out_shift,
                                  const MF_ROM uint16_t *table) {
  const int32_t half = (int32_t)1 << (15 + index_shift);
  const uint32_t size = argument < 0 ? 0u - (uint32_t)argument : (uint32_t)argument;
  const uint32_t index = size >> index_shift;
  int32_t rise = half - ((int32_t)1 << out_shift);
  if (index < 255) {
    const int32_t from = table[index], to = table[index + 1];
    const int32_t part = (int32_t)(size - (index << index_shift));
    rise = from * ((int32_t)1 << index_shift) + part * (to - from) - half;
  }
  return argument < 0 ? -rise - 1 : rise;
}

#endif
