/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* log_softmax_f32: out = in - log(sum of exp(in)) over each vector, float32.

   The results equal the reference's where expf and logf are the same, and lie within 16 units in the last place (up to
   1000 elements) where the two err by at most one, but for results near 0: there, within as many of the largest
   difference. */
#ifndef MF_LOG_SOFTMAX_F32_CONTRACT_H
#define MF_LOG_SOFTMAX_F32_CONTRACT_H

typedef struct {
  int32_t rows;  /* vectors, each normalised by itself */
  int32_t depth; /* elements of a vector, 1 or more */
} mf_log_softmax_f32_params;

/* A vector is read whole before the first of its results is written, then element by element: `out` may be `in`. */
MF_ENTRY void mf_log_softmax_f32(const float *in, float *out,
                                 const MF_ROM mf_log_softmax_f32_params *p);

#endif
