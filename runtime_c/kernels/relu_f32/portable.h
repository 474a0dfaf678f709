/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* relu_f32 in plain C. */
#ifndef MF_RELU_F32_PORTABLE_H
#define MF_RELU_F32_PORTABLE_H

MF_ENTRY void mf_relu_f32(const float *in, float *out, const MF_ROM mf_relu_f32_params *p) {
  for (int32_t i = 0; i < p->count; i++) out[i] = mf_clamp_f32(in[i], p->out_min, p->out_max);
}

#endif
