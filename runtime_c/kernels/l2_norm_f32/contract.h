/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* l2_norm_f32: each vector over the root of the sum of its squares, which is at least 10^-6, float32.

   IEEE 754 rounds square roots to nearest, so that the results lie within 0 units in the last place of the
   reference's. */
#ifndef MF_L2_NORM_F32_CONTRACT_H
#define MF_L2_NORM_F32_CONTRACT_H

typedef struct {
  int32_t rows;  /* vectors, each normalised by itself */
  int32_t depth; /* elements of a vector */
} mf_l2_norm_f32_params;

/* A vector is read whole before the first of its results is written, then element by element: `out` may be `in`. */
MF_ENTRY void mf_l2_norm_f32(const float *in, float *out, const MF_ROM mf_l2_norm_f32_params *p);

#endif
