/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fully_connected_f32 in plain C. */
#ifndef MF_FULLY_CONNECTED_F32_PORTABLE_H
#define MF_FULLY_CONNECTED_F32_PORTABLE_H

/* Adds n inputs from input `first` on to the sums of the outputs o to o + lanes. */
MF_KERNEL void mf_fully_connected_f32_lanes(const float *in, int32_t first, int32_t n, int32_t o,
                                            int32_t lanes, float *sum,
                                            const MF_ROM mf_fully_connected_f32_params *p) {
  mf_dots_f32(in, p->weights + (ptrdiff_t)o * p->in_c + first, p->in_c, n, lanes, sum);
}

/* Writes the outputs o to o + lanes. */
MF_KERNEL void mf_fully_connected_f32_write(const float *sum, int32_t o, int32_t lanes, float *out,
                                            const MF_ROM mf_fully_connected_f32_params *p) {
  for (int32_t i = 0; i < lanes; i++, o++)
    out[o] = mf_clamp_f32(sum[i] + p->bias[o], p->out_min, p->out_max);
}

MF_KERNEL void mf_fully_connected_f32_vector(const float *in, float *out,
                                             const MF_ROM mf_fully_connected_f32_params *p) {
  for (int32_t o = 0, lanes; o < p->out_c; o += lanes) {
    float sum[MF_LANES] = {0};
    lanes = mf_lanes(p->out_c - o);
    mf_fully_connected_f32_lanes(in, 0, p->in_c, o, lanes, sum, p);
    mf_fully_connected_f32_write(sum, o, lanes, out, p);
  }
}

MF_ENTRY void mf_fully_connected_f32(const float *in, float *out,
                                     const MF_ROM mf_fully_connected_f32_params *p) {
  for (int32_t b = 0; b < p->batches; b++, in += p->in_c, out += p->out_c)
    mf_fully_connected_f32_vector(in, out, p);
}

MF_ENTRY void mf_fully_connected_f32_begin(float *sums,
                                           const MF_ROM mf_fully_connected_f32_params *p) {
  memset(sums, 0, (size_t)p->out_c * sizeof *sums);
}

MF_ENTRY void mf_fully_connected_f32_add(const float *in, int32_t first, int32_t count, float *sums,
                                         const MF_ROM mf_fully_connected_f32_params *p) {
  for (int32_t o = 0, lanes; o < p->out_c; o += lanes) {
    lanes = mf_lanes(p->out_c - o);
    mf_fully_connected_f32_lanes(in, first, count, o, lanes, sums + o, p);
  }
}

MF_ENTRY void mf_fully_connected_f32_end(const float *sums, float *out,
                                         const MF_ROM mf_fully_connected_f32_params *p) {
  mf_fully_connected_f32_write(sums, 0, p->out_c, out, p);
}

#endif
