/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fully_connected_f32 in plain C. */
#ifndef MF_FULLY_CONNECTED_F32_PORTABLE_H
#define MF_FULLY_CONNECTED_F32_PORTABLE_H

MF_KERNEL void mf_fully_connected_f32_vector(const float *in, float *out,
                                             const MF_ROM mf_fully_connected_f32_params *p) {
  for (int32_t o = 0, lanes; o < p->out_c; o += lanes) {
    float sum[MF_LANES] = {0};
    lanes = mf_lanes(p->out_c - o);
    mf_dots_f32(in, p->weights + (ptrdiff_t)o * p->in_c, p->in_c, p->in_c, lanes, sum);
    for (int32_t i = 0; i < lanes; i++)
      out[o + i] = mf_clamp_f32(sum[i] + p->bias[o + i], p->out_min, p->out_max);
  }
}

MF_ENTRY void mf_fully_connected_f32(const float *in, float *out,
                                     const MF_ROM mf_fully_connected_f32_params *p) {
  for (int32_t b = 0; b < p->batches; b++, in += p->in_c, out += p->out_c)
    mf_fully_connected_f32_vector(in, out, p);
}

#endif
