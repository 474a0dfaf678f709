/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* add_f32 in plain C. */
#ifndef MF_ADD_F32_PORTABLE_H
#define MF_ADD_F32_PORTABLE_H

MF_ENTRY void mf_add_f32(const float *a, const float *b, float *out,
                         const MF_ROM mf_add_f32_params *p) {
  for (int32_t r = 0; r < p->runs; r++) {
    const float *x = a + mf_run_offset(r, p->outer, p->extents, p->a_strides);
    const float *y = b + mf_run_offset(r, p->outer, p->extents, p->b_strides);
    for (int32_t i = 0; i < p->count; i++, x += p->a_step, y += p->b_step)
      *out++ = mf_clamp_f32(*x + *y, p->out_min, p->out_max);
  }
}

#endif
