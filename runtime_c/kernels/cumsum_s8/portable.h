/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* cumsum_s8 in plain C. */
#ifndef MF_CUMSUM_S8_PORTABLE_H
#define MF_CUMSUM_S8_PORTABLE_H

/* The reference's sum is 2^19 times this one, modulo 2^32. */
MF_KERNEL int8_t mf_cumsum_s8_output(uint32_t sum, const MF_ROM mf_cumsum_s8_params *p) {
  return mf_output_s8((int32_t)(sum << 19), p->out_multiplier, p->out_shift, p->out_zero_point,
                      INT8_MIN, INT8_MAX);
}

/* Sums up the elements that lie `step` apart, from the first of them on. */
MF_KERNEL void mf_cumsum_s8_line(const int8_t *in, int8_t *out, ptrdiff_t step,
                                 const MF_ROM mf_cumsum_s8_params *p) {
  uint32_t sum = (uint32_t)-p->in_zero_point;
  for (ptrdiff_t left = (ptrdiff_t)p->depth, at = 0; left > 0; left--, at += step) {
    const uint32_t with = sum + (uint32_t)(in[at] - p->in_zero_point);
    out[at] = mf_cumsum_s8_output(p->exclusive ? sum : with, p);
    sum = with;
  }
}

MF_ENTRY void mf_cumsum_s8(const int8_t *in, int8_t *out, const MF_ROM mf_cumsum_s8_params *p) {
  const int32_t size = p->depth * p->inner, start = p->reverse ? size - p->inner : 0;
  const ptrdiff_t step = (ptrdiff_t)(p->reverse ? -p->inner : p->inner);
  for (int32_t o = 0, group = start; o < p->outer; o++, group += size)
    for (int32_t i = group; i < group + p->inner; i++) mf_cumsum_s8_line(in + i, out + i, step, p);
}

#endif
