/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fully_connected_s8 in plain C. */
#ifndef MF_FULLY_CONNECTED_S8_PORTABLE_H
#define MF_FULLY_CONNECTED_S8_PORTABLE_H

/* What the weights' zero point takes from every sum over the input vector `x`. */
MF_KERNEL int32_t mf_fully_connected_s8_offset(const int8_t *x,
                                               const MF_ROM mf_fully_connected_s8_params *p) {
  int32_t sum = 0;
  if (p->weights_zero_point == 0) return 0;
  for (int32_t i = 0; i < p->in_c; i++) sum += x[i];
  return -sum * p->weights_zero_point;
}

MF_KERNEL void mf_fully_connected_s8_vector(const int8_t *in, int8_t *out,
                                            const MF_ROM mf_fully_connected_s8_params *p) {
  const int32_t start = mf_fully_connected_s8_offset(in, p);
  for (int32_t o = 0, lanes; o < p->out_c; o += lanes) {
    int32_t sum[MF_LANES] = {start, start, start, start};
    lanes = mf_lanes(p->out_c - o);
    mf_dots_s8(in, p->weights + (ptrdiff_t)o * p->in_c, p->in_c, p->in_c, lanes, sum);
    for (int32_t i = 0; i < lanes; i++) {
      const int32_t s = (o + i) * p->scale_step;
      out[o + i] = mf_output_s8(mf_wrapping_add(sum[i], p->bias[o + i]), p->multiplier[s],
                                p->shift[s], p->out_zero_point, p->out_min, p->out_max);
    }
  }
}

MF_ENTRY void mf_fully_connected_s8(const int8_t *in, int8_t *out,
                                    const MF_ROM mf_fully_connected_s8_params *p) {
  for (int32_t b = 0; b < p->batches; b++, in += p->in_c, out += p->out_c)
    mf_fully_connected_s8_vector(in, out, p);
}

#endif
