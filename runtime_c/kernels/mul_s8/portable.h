/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mul_s8 in plain C. */
#ifndef MF_MUL_S8_PORTABLE_H
#define MF_MUL_S8_PORTABLE_H

MF_KERNEL int8_t mf_mul_s8_one(int8_t a, int8_t b, const MF_ROM mf_mul_s8_params *p) {
  const int32_t x = (int32_t)a - p->a_zero_point;
  const int32_t y = (int32_t)b - p->b_zero_point;
  return mf_output_s8(x * y, p->multiplier, p->shift, p->out_zero_point, p->out_min, p->out_max);
}

MF_ENTRY void mf_mul_s8(const int8_t *a, const int8_t *b, int8_t *out,
                        const MF_ROM mf_mul_s8_params *p) {
  for (int32_t r = 0; r < p->runs; r++) {
    const int8_t *x = a + mf_run_offset(r, p->outer, p->extents, p->a_strides);
    const int8_t *y = b + mf_run_offset(r, p->outer, p->extents, p->b_strides);
    for (int32_t i = 0; i < p->count; i++, x += p->a_step, y += p->b_step)
      *out++ = mf_mul_s8_one(*x, *y, p);
  }
}

#endif
