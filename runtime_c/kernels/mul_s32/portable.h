/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mul_s32 in plain C. */
#ifndef MF_MUL_S32_PORTABLE_H
#define MF_MUL_S32_PORTABLE_H

MF_KERNEL int32_t mf_mul_s32_one(int32_t a, int32_t b, const MF_ROM mf_mul_s32_params *p) {
  const int32_t product = (int32_t)((uint32_t)a * (uint32_t)b);
  return mf_clamp(product, p->out_min, p->out_max);
}

MF_ENTRY void mf_mul_s32(const int32_t *a, const int32_t *b, int32_t *out,
                         const MF_ROM mf_mul_s32_params *p) {
  for (int32_t r = 0; r < p->runs; r++) {
    const int32_t *x = a + mf_run_offset(r, p->outer, p->extents, p->a_strides);
    const int32_t *y = b + mf_run_offset(r, p->outer, p->extents, p->b_strides);
    for (int32_t i = 0; i < p->count; i++, x += p->a_step, y += p->b_step)
      *out++ = mf_mul_s32_one(*x, *y, p);
  }
}

#endif
