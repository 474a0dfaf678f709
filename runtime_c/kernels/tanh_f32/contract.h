/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* tanh_f32: out = tanh(in), float32.

   The results equal the reference's where tanhf is the same, and lie within 4 units in the last place of them where
   the two tanhf err by at most two. */
/* Needs mf_map.h. */
#ifndef MF_TANH_F32_CONTRACT_H
#define MF_TANH_F32_CONTRACT_H

typedef struct {
  int32_t count; /* elements */
} mf_tanh_f32_params;

/* Each element is read before it is written: `out` may be `in`. */
MF_ENTRY void mf_tanh_f32(const float *in, float *out, const MF_ROM mf_tanh_f32_params *p);

#endif
