/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* div_s8 in plain C. */
#ifndef MF_DIV_S8_PORTABLE_H
#define MF_DIV_S8_PORTABLE_H

/* A positive number as value * 2^(31 - bits), of 2^30 or more. */
typedef struct {
  int32_t value;
  int32_t bits;
} mf_div_s8_reciprocal;

/* 1 / y in Q0.31. Where y is 0, what Newton's method gives for 0 with sums that wrap. */
MF_KERNEL mf_div_s8_reciprocal mf_div_s8_inverse(int32_t y) {
  mf_div_s8_reciprocal found = {-1515870788, -1};
  for (int32_t left = y; left > 0; left >>= 1) found.bits++;
  if (y > 0)
    found.value =
        mf_reciprocal_of_one_plus((int32_t)(((uint32_t)y << (31 - found.bits)) - 0x80000000u));
  return found;
}

/* The bits by which x can be shifted to the left. */
MF_KERNEL int32_t mf_div_s8_headroom(int32_t x) {
  int32_t bits = 31;
  for (int32_t left = x < 0 ? ~x : x; left > 0; left >>= 1) bits--;
  return bits;
}

/* x / 2^exponent, rounded to nearest, ties away from zero, for exponents of 0 to 31. */
MF_KERNEL int32_t mf_div_s8_shifted(int32_t x, int32_t exponent) {
  const uint32_t wide = (uint32_t)exponent & 63u;
  const int32_t mask = wide > 31u ? -1 : (int32_t)(((uint32_t)1 << wide) - 1u);
  const int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> ((uint32_t)exponent & 31u)) + ((x & mask) > threshold ? 1 : 0);
}

MF_KERNEL int8_t mf_div_s8_one(int8_t a, int8_t b, const MF_ROM mf_div_s8_params *p) {
  const int32_t x = (int32_t)a - p->a_zero_point, y = (int32_t)b - p->b_zero_point;
  const int32_t numerator = y < 0 ? -x : x;
  const mf_div_s8_reciprocal inverse = mf_div_s8_inverse(y < 0 ? -y : y);
  const int32_t headroom = mf_div_s8_headroom(numerator);
  const int32_t normal = (int32_t)((uint32_t)numerator << headroom);
  const int32_t quotient = mf_high_mul(mf_high_mul(normal, inverse.value), p->multiplier);
  const int32_t made = mf_div_s8_shifted(quotient, headroom + inverse.bits - p->shift);
  return (int8_t)mf_clamp(mf_wrapping_add(made, p->out_zero_point), p->out_min, p->out_max);
}

MF_BROADCAST(div_s8, int8_t, int8_t)

#endif
