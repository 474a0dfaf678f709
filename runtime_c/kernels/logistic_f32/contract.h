/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* logistic_f32: out = 1 / (1 + exp(-in)), float32.

   The results equal the reference's where expf is the same, and lie within 4 units in the last place
   of them where the two expf err by at most one. */
/* Needs mf_map.h. */
#ifndef MF_LOGISTIC_F32_CONTRACT_H
#define MF_LOGISTIC_F32_CONTRACT_H

typedef struct {
  int32_t count; /* elements */
} mf_logistic_f32_params;

/* Each element is read before it is written: `out` may be `in`. */
MF_ENTRY void mf_logistic_f32(const float *in, float *out, const MF_ROM mf_logistic_f32_params *p);

#endif
