/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* elu_f32: out = in where it is 0 or more, else exp(in) - 1, float32.

   The results equal the reference's where expm1f is the same, and lie within 8 units in the last place of them where
   expm1f errs by at most two; without one, where expf and logf err by at most one. */
/* Needs mf_map.h. */
#ifndef MF_ELU_F32_CONTRACT_H
#define MF_ELU_F32_CONTRACT_H

typedef struct {
  int32_t count; /* elements */
} mf_elu_f32_params;

/* Each element is read before it is written: `out` may be `in`. */
MF_ENTRY void mf_elu_f32(const float *in, float *out, const MF_ROM mf_elu_f32_params *p);

#endif
