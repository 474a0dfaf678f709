/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mul_s8 with Arm's DSP extension: products are scaled by its rounding multiplication. */
/* Needs mf_acle.h and mf_broadcast.h. */
#ifndef MF_MUL_S8_DSP_H
#define MF_MUL_S8_DSP_H

/* x * y / 2^right and so on, as mf_requantise does it where `half` is 2^(right - 1): a number below zero is less by one
   before its half is added, so that ties go away from zero. The product's sign stands for the number's. */
MF_KERNEL int32_t mf_mul_s8_scaled(int32_t x, int32_t y, int32_t multiplier, int32_t half,
                                   int32_t right) {
  const int32_t twice = 2 * x * y;
  return mf_smmlar(twice, multiplier, half + (twice >> 31)) >> right;
}

/* A run whose products shift to the right. */
MF_KERNEL int8_t *mf_mul_s8_run(const int8_t *a, const int8_t *b, int8_t *out,
                                const MF_ROM mf_mul_s8_params *p) {
  const int32_t right = -p->shift, half = (int32_t)1 << (right - 1), multiplier = p->multiplier;
  const int32_t a_zero = p->a_zero_point, b_zero = p->b_zero_point, zero = p->out_zero_point;
  const int32_t low = p->out_min, high = p->out_max, a_step = p->a_step, b_step = p->b_step;
  for (int8_t *end = out + p->count; out != end; a += a_step, b += b_step) {
    const int32_t made = mf_mul_s8_scaled(*a - a_zero, *b - b_zero, multiplier, half, right);
    *out++ = (int8_t)mf_clamp(made + zero, low, high);
  }
  return out;
}

MF_KERNEL int8_t mf_mul_s8_one(int8_t a, int8_t b, const MF_ROM mf_mul_s8_params *p) {
  const int32_t product = (a - p->a_zero_point) * (b - p->b_zero_point);
  return mf_output_s8(product, p->multiplier, p->shift, p->out_zero_point, p->out_min, p->out_max);
}

MF_ENTRY void mf_mul_s8(const int8_t *a, const int8_t *b, int8_t *out,
                        const MF_ROM mf_mul_s8_params *p) {
  for (int32_t r = 0; r < p->runs; r++) {
    const int8_t *x = a + mf_run_offset(r, p->outer, p->extents, p->a_strides);
    const int8_t *y = b + mf_run_offset(r, p->outer, p->extents, p->b_strides);
    if (p->shift < 0)
      out = mf_mul_s8_run(x, y, out, p);
    else
      for (int32_t i = 0; i < p->count; i++, x += p->a_step, y += p->b_step)
        *out++ = mf_mul_s8_one(*x, *y, p);
  }
}

#endif
