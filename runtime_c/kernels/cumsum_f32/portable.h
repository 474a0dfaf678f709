/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* cumsum_f32 in plain C. */
#ifndef MF_CUMSUM_F32_PORTABLE_H
#define MF_CUMSUM_F32_PORTABLE_H

/* Sums up the elements that lie `step` apart, from the first of them on. */
MF_KERNEL void mf_cumsum_f32_line(const float *in, float *out, ptrdiff_t step,
                                  const MF_ROM mf_cumsum_f32_params *p) {
  float sum = 0.0f;
  for (ptrdiff_t left = (ptrdiff_t)p->depth, at = 0; left > 0; left--, at += step) {
    const float with = sum + in[at];
    out[at] = p->exclusive ? sum : with;
    sum = with;
  }
}

MF_ENTRY void mf_cumsum_f32(const float *in, float *out, const MF_ROM mf_cumsum_f32_params *p) {
  const int32_t size = p->depth * p->inner, start = p->reverse ? size - p->inner : 0;
  const ptrdiff_t step = (ptrdiff_t)(p->reverse ? -p->inner : p->inner);
  for (int32_t o = 0, group = start; o < p->outer; o++, group += size)
    for (int32_t i = group; i < group + p->inner; i++) mf_cumsum_f32_line(in + i, out + i, step, p);
}

#endif
