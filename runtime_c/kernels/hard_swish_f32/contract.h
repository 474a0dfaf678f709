/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* hard_swish_f32: out = in * (in + 3 within 0 to 6) / 6, float32. */
/* Needs mf_map.h. */
#ifndef MF_HARD_SWISH_F32_CONTRACT_H
#define MF_HARD_SWISH_F32_CONTRACT_H

typedef struct {
  int32_t count; /* elements */
} mf_hard_swish_f32_params;

/* Each element is read before it is written: `out` may be `in`. */
MF_ENTRY void mf_hard_swish_f32(const float *in, float *out,
                                const MF_ROM mf_hard_swish_f32_params *p);

#endif
