/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* sqrt_f32: out = the square root of in, or one over it, float32; NaN below zero.

   IEEE 754 rounds square roots to nearest, so that the results lie within 0 units in the last place of the
   reference's. */
#ifndef MF_SQRT_F32_CONTRACT_H
#define MF_SQRT_F32_CONTRACT_H

typedef struct {
  int32_t count;      /* elements */
  int16_t reciprocal; /* 1: one over the root; else 0 */
} mf_sqrt_f32_params;

/* Each element is read before it is written: `out` may be `in`. */
MF_ENTRY void mf_sqrt_f32(const float *in, float *out, const MF_ROM mf_sqrt_f32_params *p);

#endif
