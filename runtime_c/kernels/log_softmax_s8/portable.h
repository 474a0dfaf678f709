/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* log_softmax_s8 in plain C. */
#ifndef MF_LOG_SOFTMAX_S8_PORTABLE_H
#define MF_LOG_SOFTMAX_S8_PORTABLE_H

MF_KERNEL int32_t mf_log_softmax_s8_leading_zeros(int32_t x) {
  int32_t zeros = 0;
  for (uint32_t bits = (uint32_t)x; bits < 0x80000000u; bits <<= 1) zeros++;
  return zeros;
}

/* log(r / sqrt(sqrt(1/2))), Q6, for r in Q0 near that root: a quotient of polynomials. The constants are Q0. */
MF_KERNEL int32_t mf_log_softmax_s8_near(int32_t r) {
  const int32_t fourth_root = 1805811301;  /* (1/2)^(1/4) */
  const int32_t numerator = 117049297;     /* 11/240 * 2^(1/4) */
  const int32_t square_factor = 127690142; /* 1/20 * 2^(1/4) */
  const int32_t constant = 1057819769;     /* 2 / 2^(1/4) - 2^(1/4) */
  const int32_t factor = 638450708;        /* 1/4 * 2^(1/4) */
  const int32_t half_sum = (int32_t)(((uint32_t)r + (uint32_t)fourth_root + 1u) >> 1);
  const int32_t q = (r - fourth_root) * 2;
  const int32_t square = mf_high_mul(q, q);
  const int32_t above = mf_high_mul(q, r) + mf_high_mul(mf_high_mul(q, square), numerator);
  const int32_t inner = constant + q + mf_high_mul(square_factor, square);
  const int32_t below = mf_high_mul(half_sum, inner) + mf_high_mul(factor, q);
  return mf_high_mul(mf_round_shift(above, 6), mf_reciprocal_of_one_plus(below));
}

/* log(x), Q5, for x of 1 or more, Q12. x is 2^k * r with r between sqrt(1/2) and 1; k goes in steps of 1/2, which
   are those of x and of x * sqrt(1/2). */
MF_INNER int32_t mf_log_softmax_s8_log(int32_t x) {
  const int32_t log_2 = 1488522236, sqrt_half = 1518500250; /* Q0 */
  const int32_t one = (int32_t)1 << 25, quarter = one / 4;  /* Q6 */
  const int32_t zeros = mf_log_softmax_s8_leading_zeros(x);
  const int32_t whole = mf_high_mul((int32_t)((uint32_t)x << (zeros - 1)), sqrt_half);
  const int32_t r_of_whole = mf_shift_saturating(whole, 1);
  const int32_t room = mf_log_softmax_s8_leading_zeros(mf_high_mul(x, sqrt_half)) - 1;
  const int32_t r_of_half = mf_shift_saturating(x, room);
  const int32_t k_of_whole = (12 - zeros) * one + quarter;
  const int32_t k_of_half = (12 - room) * one - quarter;
  const int32_t r = r_of_whole < r_of_half ? r_of_whole : r_of_half;
  const int32_t k = k_of_whole > k_of_half ? k_of_whole : k_of_half;
  return mf_shift_saturating(mf_high_mul(k, log_2) + mf_log_softmax_s8_near(r), 1);
}

/* The logarithm of the sum of exp over a vector's differences from its largest element, Q5. */
MF_KERNEL int32_t mf_log_softmax_s8_log_sum(const int8_t *x, int8_t highest,
                                            const MF_ROM mf_log_softmax_s8_params *p) {
  int32_t sum = 0;
  for (int32_t i = 0; i < p->depth; i++) {
    const int32_t difference = (int32_t)x[i] - highest;
    if (difference < p->least) continue;
    sum +=
        mf_round_shift(mf_exp_of_negative(mf_requantise(difference, p->multiplier, p->shift)), 12);
  }
  return mf_log_softmax_s8_log(sum);
}

/* Differences down to `least` are subtracted from; what is below does not fit Q5. */
MF_KERNEL void mf_log_softmax_s8_row(const int8_t *x, int8_t *y,
                                     const MF_ROM mf_log_softmax_s8_params *p) {
  int8_t highest = INT8_MIN;
  for (int32_t i = 0; i < p->depth; i++) highest = x[i] > highest ? x[i] : highest;
  const int32_t log_sum = mf_log_softmax_s8_log_sum(x, highest, p);
  const int32_t room =
      mf_requantise(mf_wrapping_add(log_sum, INT32_MIN), p->reverse_multiplier, p->reverse_shift);
  const int32_t least = room > p->least - 1 ? room : p->least - 1;
  for (int32_t i = 0; i < p->depth; i++) {
    const int32_t difference = (int32_t)x[i] - highest;
    int32_t value = INT8_MIN;
    if (difference > least) {
      const int32_t scaled = mf_requantise(difference, p->multiplier, p->shift);
      value = mf_clamp(mf_round_shift(scaled - log_sum, 22) + INT8_MAX, INT8_MIN, INT8_MAX);
    }
    y[i] = (int8_t)value;
  }
}

MF_ENTRY void mf_log_softmax_s8(const int8_t *in, int8_t *out,
                                const MF_ROM mf_log_softmax_s8_params *p) {
  for (int32_t r = 0; r < p->rows; r++, in += p->depth, out += p->depth)
    mf_log_softmax_s8_row(in, out, p);
}

#endif
