/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* softmax_f32: out = exp(beta * in) / sum of exp(beta * in) over each vector, float32.

   The results equal the reference's where expf is the same, and lie within 16 units in the last place
   of them (up to 1000 elements) where the two expf err by at most one. */
#ifndef MF_SOFTMAX_F32_CONTRACT_H
#define MF_SOFTMAX_F32_CONTRACT_H

typedef struct {
  int32_t rows;  /* vectors, each normalised by itself */
  int32_t depth; /* elements of a vector, 1 or more */
  float beta;    /* the inverse temperature */
} mf_softmax_f32_params;

/* A vector is read whole before the first of its results is written, then element by element:
   `out` may be `in`. */
MF_ENTRY void mf_softmax_f32(const float *in, float *out, const MF_ROM mf_softmax_f32_params *p);

#endif
