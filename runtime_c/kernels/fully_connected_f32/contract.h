/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* fully_connected_f32: out[b][o] = sum over i of in[b][i] * weights[o][i], plus bias[o].

   Single precision, every step rounded: the sum goes from the first input to the last and the bias is
   added to it. */
#ifndef MF_FULLY_CONNECTED_F32_CONTRACT_H
#define MF_FULLY_CONNECTED_F32_CONTRACT_H

typedef struct {
  int32_t batches;             /* vectors, 1 or more */
  int32_t in_c;                /* elements of an input vector */
  int32_t out_c;               /* elements of an output vector */
  float out_min;               /* clamp */
  float out_max;               /* clamp */
  const MF_ROM float *weights; /* [out_c][in_c] */
  const MF_ROM float *bias;    /* [out_c] */
} mf_fully_connected_f32_params;

/* Computes all output vectors. The input is read until the last output is written. */
MF_ENTRY void mf_fully_connected_f32(const float *in, float *out,
                                     const MF_ROM mf_fully_connected_f32_params *p);

/* The same of a single vector that arrives in pieces: begin, then add the inputs from the first to the last
   in one piece or several, then end. A piece is `count` inputs from input `first` on, which lie at `in`.
   `sums` has room for out_c sums. */
MF_ENTRY void mf_fully_connected_f32_begin(float *sums,
                                           const MF_ROM mf_fully_connected_f32_params *p);
MF_ENTRY void mf_fully_connected_f32_add(const float *in, int32_t first, int32_t count, float *sums,
                                         const MF_ROM mf_fully_connected_f32_params *p);
MF_ENTRY void mf_fully_connected_f32_end(const float *sums, float *out,
                                         const MF_ROM mf_fully_connected_f32_params *p);

#endif
