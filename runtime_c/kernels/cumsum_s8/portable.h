/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* cumsum_s8 in plain C. */
#ifndef MF_CUMSUM_S8_PORTABLE_H
#define MF_CUMSUM_S8_PORTABLE_H

/* The reference's sum is 2^19 times this one, modulo 2^32. */
MF_KERNEL int8_t mf_cumsum_s8_output(uint32_t sum, const MF_ROM mf_cumsum_s8_params *p) {
  return mf_output_s8((int32_t)(sum << 19), p->out_multiplier, p->out_shift, p->out_zero_point,
                      INT8_MIN, INT8_MAX);
}

/* Sums up `depth` elements that lie `step` apart, from the first of them on. */
MF_KERNEL void mf_cumsum_s8_line(const int8_t *in, int8_t *out, int32_t depth, ptrdiff_t step,
                                 const MF_ROM mf_cumsum_s8_params *p) {
  uint32_t sum = (uint32_t)-p->in_zero_point;
  for (ptrdiff_t at = 0; depth > 0; depth--, at += step) {
    const uint32_t with = sum + (uint32_t)(in[at] - p->in_zero_point);
    out[at] = mf_cumsum_s8_output(p->exclusive ? sum : with, p);
    sum = with;
  }
}

MF_ENTRY void mf_cumsum_s8(const int8_t *in, const void *axis, int8_t *out,
                           const MF_ROM mf_cumsum_s8_params *p) {
  const MF_ROM int32_t *lines = p->lines + (p->axes > 1 ? 3 * mf_axis(axis, p->axes) : 0);
  const int32_t inner = lines[2], size = lines[1] * inner, start = p->reverse ? size - inner : 0;
  for (int32_t o = 0, group = start; o < lines[0]; o++, group += size)
    for (int32_t i = group; i < group + inner; i++)
      mf_cumsum_s8_line(in + i, out + i, lines[1], (ptrdiff_t)(p->reverse ? -inner : inner), p);
}

#endif
