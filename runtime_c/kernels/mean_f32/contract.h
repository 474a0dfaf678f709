/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mean_f32: the mean or the sum over some dimensions, float.

   The input is seen as [kept0][over0][kept1][over1][kept2] and added up over `over0` and `over1`;
   neighbouring dimensions of one kind are merged, absent ones have size 1. Elements are added in the order
   they lie in memory. */
#ifndef MF_MEAN_F32_CONTRACT_H
#define MF_MEAN_F32_CONTRACT_H

typedef struct {
  int32_t kept0; /* elements */
  int32_t over0; /* elements, 1 or more */
  int32_t kept1; /* elements */
  int32_t over1; /* elements, 1 or more */
  int32_t kept2; /* elements */
  float divisor; /* of a sum: its elements where the mean is wanted, else 1 */
} mf_mean_f32_params;

/* Computes all outputs. The input is read until the last output is written. */
MF_ENTRY void mf_mean_f32(const float *in, float *out, const MF_ROM mf_mean_f32_params *p);

/* The same where kept0, over1 and kept2 are 1: begin, then add the input from the first element to the last
   in one piece or several, then end. A piece is `count` elements from element `first` on, which lie at
   `in`, both multiples of kept1. `sums` has room for kept1 sums. */
MF_ENTRY void mf_mean_f32_begin(float *sums, const MF_ROM mf_mean_f32_params *p);
MF_ENTRY void mf_mean_f32_add(const float *in, int32_t first, int32_t count, float *sums,
                              const MF_ROM mf_mean_f32_params *p);
MF_ENTRY void mf_mean_f32_end(const float *sums, float *out, const MF_ROM mf_mean_f32_params *p);

#endif
