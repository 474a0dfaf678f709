/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* softmax_s8 for Arm's MVE: four elements at a time. */
/* Needs mf_functions.h and mf_mve.h. */
#ifndef MF_SOFTMAX_S8_MVE_H
#define MF_SOFTMAX_S8_MVE_H

/* x / 2^exponent, rounded to nearest, ties away from zero. exponent: 1 or more. */
MF_KERNEL int32x4_t mf_softmax_s8_round_shift(int32x4_t x, int32_t exponent) {
  return vrshlq_s32(vqaddq_s32(x, vshrq_n_s32(x, 31)), mf_mve_words(-exponent));
}

/* exp(x) in Q0 for x in [-1/4, 0), Q0, as mf_exp_of_last_quarter works it out. */
MF_KERNEL int32x4_t mf_softmax_s8_last_quarter(int32x4_t x) {
  const int32_t exp_minus_eighth = 1895147668;
  const int32_t one_third = 715827883;
  const int32x4_t x1 = vaddq_n_s32(x, (int32_t)1 << 28);
  const int32x4_t x2 = vqrdmulhq_s32(x1, x1);
  const int32x4_t x3 = vqrdmulhq_s32(x2, x1);
  const int32x4_t x4 = vqrdmulhq_s32(x2, x2);
  const int32x4_t sum = vaddq_s32(mf_softmax_s8_round_shift(x4, 2), x3);
  const int32x4_t cubic = vaddq_s32(vqrdmulhq_n_s32(sum, one_third), x2);
  const int32x4_t terms = vaddq_s32(x1, mf_softmax_s8_round_shift(cubic, 1));
  return vaddq_n_s32(vqrdmulhq_n_s32(terms, exp_minus_eighth), exp_minus_eighth);
}

/* All bits where a word is below 0, else none. */
MF_KERNEL int32x4_t mf_softmax_s8_below(int32x4_t x) { return vshrq_n_s32(x, 31); }

/* exp(x) in Q0 for x <= 0 in Q5, as mf_exp_of_negative works it out. */
MF_KERNEL int32x4_t mf_softmax_s8_exp(int32x4_t x) {
  static const MF_ROM int32_t exp_of_powers[7] = {
      1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242,
  }; /* k = -2 to 4, Q0 */
  const int32_t quarter = (int32_t)1 << 24;
  const int32x4_t last = vsubq_n_s32(vandq_s32(x, mf_mve_words(quarter - 1)), quarter);
  const int32x4_t rest = vsubq_s32(last, x), negative = mf_softmax_s8_below(x);
  int32x4_t result = mf_softmax_s8_last_quarter(vshlq_n_s32(last, 5));
  for (int32_t k = 0; k < 7; k++) {
    const int32x4_t counts = mf_softmax_s8_below(vshlq_r_s32(rest, 7 - k));
    const int32x4_t product = vqrdmulhq_n_s32(result, exp_of_powers[k]);
    result = veorq_s32(result, vandq_s32(veorq_s32(result, product), counts));
  }
  return vorrq_s32(vandq_s32(result, negative), vbicq_s32(mf_mve_words(INT32_MAX), negative));
}

/* exp of the differences of up to four elements from the largest one, Q0; 0 where they are below the least, and where
   there is no element. */
MF_INNER int32x4_t mf_softmax_s8_exps(const int8_t *x, int32_t highest, int32_t left,
                                      const MF_ROM mf_softmax_s8_params *p) {
  const int32x4_t lanes = vreinterpretq_s32_u32(vidupq_n_u32(0, 1));
  const int32x4_t difference = vsubq_n_s32(vldrbq_z_s32(x, vctp32q((uint32_t)left)), highest);
  const int32x4_t scaled = vqrdmulhq_n_s32(vshlq_r_s32(difference, p->shift), p->multiplier);
  const int32x4_t there = mf_softmax_s8_below(vsubq_n_s32(lanes, left));
  const int32x4_t small = mf_softmax_s8_below(vsubq_n_s32(difference, p->least));
  return vandq_s32(vbicq_s32(mf_softmax_s8_exp(scaled), small), there);
}

MF_KERNEL int32_t mf_softmax_s8_highest(const int8_t *x, int32_t depth) {
  int8_t highest = INT8_MIN;
  for (; depth > 0; depth -= 16, x += 16) {
    const mve_pred16_t here = vctp8q((uint32_t)depth);
    highest = vmaxvq_p_s8(highest, vldrbq_z_s8(x, here), here);
  }
  return highest;
}

/* The sum of the exponentials, Q12. */
MF_KERNEL uint32_t mf_softmax_s8_sum(const int8_t *x, int32_t highest,
                                     const MF_ROM mf_softmax_s8_params *p) {
  uint32_t sum = 0;
  for (int32_t i = 0; i < p->depth; i += 4) {
    const int32x4_t exps = mf_softmax_s8_exps(x + i, highest, p->depth - i, p);
    sum = vaddvaq_u32(sum, vreinterpretq_u32_s32(mf_softmax_s8_round_shift(exps, 12)));
  }
  return sum;
}

/* Stores up to four shares as out_bits bits, less half their range. */
MF_KERNEL void mf_softmax_s8_store(void *out, int32_t i, int32_t left, int32_t out_bits,
                                   int32x4_t shares) {
  const int32_t half = (int32_t)1 << (out_bits - 1);
  const int32x4_t most = vminq_s32(shares, mf_mve_words(2 * half - 1));
  const int32x4_t values = vsubq_n_s32(most, half);
  if (out_bits == 8)
    vstrbq_p_s32((int8_t *)out + i, values, vctp32q((uint32_t)left));
  else
    vstrhq_p_s32((int16_t *)out + i, values, vctp32q((uint32_t)left));
}

/* The exponents stay below 32 but for sums above 512, whose shares all round to 0. */
MF_KERNEL void mf_softmax_s8_row(const int8_t *x, void *out, int32_t first,
                                 const MF_ROM mf_softmax_s8_params *p) {
  const int32_t depth = p->depth, highest = mf_softmax_s8_highest(x, depth);
  uint32_t sum = mf_softmax_s8_sum(x, highest, p);
  int32_t exponent = 12 + 31 - p->out_bits;
  for (; sum < 0x80000000u; sum <<= 1) exponent--;
  const int32_t reciprocal =
      exponent < 32 ? mf_reciprocal_of_one_plus((int32_t)(sum - 0x80000000u)) : 0;
  for (int32_t i = 0; i < depth; i += 4) {
    const int32x4_t exps = mf_softmax_s8_exps(x + i, highest, depth - i, p);
    const int32x4_t shares = vqrdmulhq_n_s32(exps, reciprocal);
    mf_softmax_s8_store(out, first + i, depth - i, p->out_bits,
                        mf_softmax_s8_round_shift(shares, exponent));
  }
}

MF_ENTRY void mf_softmax_s8(const int8_t *in, void *out, const MF_ROM mf_softmax_s8_params *p) {
  for (int32_t r = 0; r < p->rows; r++, in += p->depth) mf_softmax_s8_row(in, out, r * p->depth, p);
}

#endif
