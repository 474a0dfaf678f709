/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fully_connected_once_s8 in plain C. */
#ifndef MF_FULLY_CONNECTED_ONCE_S8_PORTABLE_H
#define MF_FULLY_CONNECTED_ONCE_S8_PORTABLE_H

/* x * multiplier * 2^(shift - 31), rounded to nearest, ties up. */
MF_WIDE int32_t mf_fully_connected_once_s8_scaled(int32_t x, int32_t multiplier, int32_t shift) {
  const int64_t half = (int64_t)1 << (30 - shift);
  return (int32_t)(((int64_t)x * multiplier + half) >> (31 - shift));
}

MF_KERNEL void mf_fully_connected_once_s8_vector(
    const int8_t *in, int8_t *out, const MF_ROM mf_fully_connected_once_s8_params *p) {
  const int in_c = (int)p->in_c, out_c = (int)p->out_c;
  int32_t start = 0;
  for (int i = 0; i < in_c; i++) start -= in[i];
  start *= p->weights_zero_point;
  for (int o = 0, lanes; o < out_c; o += lanes) {
    int32_t sum[MF_LANES] = {start, start, start, start};
    lanes = (int)mf_lanes(out_c - o);
    mf_dots_s8(in, p->weights + (ptrdiff_t)o * in_c, (ptrdiff_t)in_c, in_c, lanes, sum);
    for (int i = 0; i < lanes; i++) {
      const int s = (o + i) * p->scale_step;
      const int32_t biased = mf_wrapping_add(sum[i], p->bias[o + i]);
      const int32_t scaled =
          mf_fully_connected_once_s8_scaled(biased, p->multiplier[s], p->shift[s]);
      out[o + i] =
          (int8_t)mf_clamp(mf_wrapping_add(scaled, p->out_zero_point), p->out_min, p->out_max);
    }
  }
}

MF_ENTRY void mf_fully_connected_once_s8(const int8_t *in, int8_t *out,
                                         const MF_ROM mf_fully_connected_once_s8_params *p) {
  for (int32_t b = 0; b < p->batches; b++, in += p->in_c, out += p->out_c)
    mf_fully_connected_once_s8_vector(in, out, p);
}

#endif
