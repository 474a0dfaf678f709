/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* cumsum_f32 in plain C. */
#ifndef MF_CUMSUM_F32_PORTABLE_H
#define MF_CUMSUM_F32_PORTABLE_H

/* Sums up `depth` elements that lie `step` apart, from the first of them on. */
MF_KERNEL void mf_cumsum_f32_line(const float *in, float *out, int32_t depth, ptrdiff_t step,
                                  const MF_ROM mf_cumsum_f32_params *p) {
  float sum = 0.0f;
  for (ptrdiff_t at = 0; depth > 0; depth--, at += step) {
    const float with = sum + in[at];
    out[at] = p->exclusive ? sum : with;
    sum = with;
  }
}

MF_ENTRY void mf_cumsum_f32(const float *in, const void *axis, float *out,
                            const MF_ROM mf_cumsum_f32_params *p) {
  const MF_ROM int32_t *lines = p->lines + (p->axes > 1 ? 3 * mf_axis(axis, p->axes) : 0);
  const int32_t inner = lines[2], size = lines[1] * inner, start = p->reverse ? size - inner : 0;
  for (int32_t o = 0, group = start; o < lines[0]; o++, group += size)
    for (int32_t i = group; i < group + inner; i++)
      mf_cumsum_f32_line(in + i, out + i, lines[1], (ptrdiff_t)(p->reverse ? -inner : inner), p);
}

#endif
