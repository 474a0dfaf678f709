/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* relu_f32: out = in, clamped, float32; NaN stays. */
#ifndef MF_RELU_F32_CONTRACT_H
#define MF_RELU_F32_CONTRACT_H

typedef struct {
  int32_t count; /* elements */
  float out_min; /* clamp */
  float out_max; /* clamp, may be infinite */
} mf_relu_f32_params;

/* Each element is read before it is written: `out` may be `in`. */
MF_ENTRY void mf_relu_f32(const float *in, float *out, const MF_ROM mf_relu_f32_params *p);

#endif
