/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* add_s32 in plain C. */
#ifndef MF_ADD_S32_PORTABLE_H
#define MF_ADD_S32_PORTABLE_H

MF_ENTRY void mf_add_s32(const int32_t *a, const int32_t *b, int32_t *out,
                         const MF_ROM mf_add_s32_params *p) {
  for (int32_t r = 0; r < p->runs; r++) {
    const int32_t *x = a + mf_run_offset(r, p->outer, p->extents, p->a_strides);
    const int32_t *y = b + mf_run_offset(r, p->outer, p->extents, p->b_strides);
    for (int32_t i = 0; i < p->count; i++, x += p->a_step, y += p->b_step)
      *out++ = mf_wrapping_add(*x, *y);
  }
}

#endif
