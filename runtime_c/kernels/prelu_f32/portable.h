/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* prelu_f32 in plain C. */
#ifndef MF_PRELU_F32_PORTABLE_H
#define MF_PRELU_F32_PORTABLE_H

MF_ENTRY void mf_prelu_f32(const float *in, const float *alpha, float *out,
                           const MF_ROM mf_prelu_f32_params *p) {
  for (int32_t r = 0; r < p->runs; r++) {
    const float *x = in + mf_run_offset(r, p->outer, p->extents, p->a_strides);
    const float *factor = alpha + mf_run_offset(r, p->outer, p->extents, p->b_strides);
    for (int32_t i = 0; i < p->count; i++, x += p->a_step, factor += p->b_step)
      *out++ = *x >= 0.0f ? *x : *x * *factor;
  }
}

#endif
