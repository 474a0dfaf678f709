/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* add_n_f32: out = 0 + a + b, float32, in this order: the sum of negative zeros is zero. */
#ifndef MF_ADD_N_F32_CONTRACT_H
#define MF_ADD_N_F32_CONTRACT_H

typedef struct {
  int32_t count; /* elements */
} mf_add_n_f32_params;

/* Each element is read before it is written: `out` may be `a` or `b`. */
MF_ENTRY void mf_add_n_f32(const float *a, const float *b, float *out,
                           const MF_ROM mf_add_n_f32_params *p);

#endif
