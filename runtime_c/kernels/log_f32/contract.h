/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* log_f32: out = log(in), the natural logarithm, float32; NaN below zero.

   The results equal the reference's where logf is the same, and lie within 4 units in the last place of them where
   the two logf err by at most two. */
/* Needs mf_map.h. */
#ifndef MF_LOG_F32_CONTRACT_H
#define MF_LOG_F32_CONTRACT_H

typedef struct {
  int32_t count; /* elements */
} mf_log_f32_params;

/* Each element is read before it is written: `out` may be `in`. */
MF_ENTRY void mf_log_f32(const float *in, float *out, const MF_ROM mf_log_f32_params *p);

#endif
