/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* add_s8 in plain C. */
#ifndef MF_ADD_S8_PORTABLE_H
#define MF_ADD_S8_PORTABLE_H

/* An operand in the common scale. */
MF_KERNEL int32_t mf_add_s8_scaled(int8_t x, int32_t zero_point, int32_t multiplier,
                                   int32_t shift) {
  return mf_requantise((x - zero_point) * ((int32_t)1 << 20), multiplier, shift);
}

MF_KERNEL int8_t mf_add_s8_one(int8_t a, int8_t b, const MF_ROM mf_add_s8_params *p) {
  const int32_t sum = mf_add_s8_scaled(a, p->a_zero_point, p->a_multiplier, p->a_shift) +
                      mf_add_s8_scaled(b, p->b_zero_point, p->b_multiplier, p->b_shift);
  return mf_output_s8(sum, p->out_multiplier, p->out_shift, p->out_zero_point, p->out_min,
                      p->out_max);
}

MF_ENTRY void mf_add_s8(const int8_t *a, const int8_t *b, int8_t *out,
                        const MF_ROM mf_add_s8_params *p) {
  for (int32_t r = 0; r < p->runs; r++) {
    const int8_t *x = a + mf_run_offset(r, p->outer, p->extents, p->a_strides);
    const int8_t *y = b + mf_run_offset(r, p->outer, p->extents, p->b_strides);
    for (int32_t i = 0; i < p->count; i++, x += p->a_step, y += p->b_step)
      *out++ = mf_add_s8_one(*x, *y, p);
  }
}

#endif
