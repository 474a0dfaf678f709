/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* cos_f32: out = cos(in), radians, float32.

   The results equal the reference's where cosf is the same, and lie within 4 units in the last place of them where
   the two cosf err by at most two. */
/* Needs mf_map.h. */
#ifndef MF_COS_F32_CONTRACT_H
#define MF_COS_F32_CONTRACT_H

typedef struct {
  int32_t count; /* elements */
} mf_cos_f32_params;

/* Each element is read before it is written: `out` may be `in`. */
MF_ENTRY void mf_cos_f32(const float *in, float *out, const MF_ROM mf_cos_f32_params *p);

#endif
