/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mean_s8: the mean or the sum over some dimensions, int8.

   The input is seen as [kept0][over0][kept1][over1][kept2] and added up over `over0` and `over1`;
   neighbouring dimensions of one kind are merged, absent ones have size 1. The division of a mean by the
   number of elements is part of the multiplier. */
#ifndef MF_MEAN_S8_CONTRACT_H
#define MF_MEAN_S8_CONTRACT_H

typedef struct {
  int32_t kept0;          /* elements */
  int32_t over0;          /* elements, 1 or more */
  int32_t kept1;          /* elements */
  int32_t over1;          /* elements, 1 or more */
  int32_t kept2;          /* elements */
  int32_t bias;           /* minus the input's zero point for every element of a sum */
  int32_t multiplier;     /* Q0.31, 0 to 2^31 - 1 */
  int16_t shift;          /* -31 to 30, left where positive */
  int16_t out_zero_point; /* -128 to 127 */
} mf_mean_s8_params;

/* Computes all outputs. The input is read until the last output is written. */
MF_ENTRY void mf_mean_s8(const int8_t *in, int8_t *out, const MF_ROM mf_mean_s8_params *p);

/* The same where kept0, over1 and kept2 are 1: begin, then add the input from the first element to the last
   in one piece or several, then end. A piece is `count` elements from element `first` on, which lie at
   `in`, both multiples of kept1. `sums` has room for kept1 sums. */
MF_ENTRY void mf_mean_s8_begin(int32_t *sums, const MF_ROM mf_mean_s8_params *p);
MF_ENTRY void mf_mean_s8_add(const int8_t *in, int32_t first, int32_t count, int32_t *sums,
                             const MF_ROM mf_mean_s8_params *p);
MF_ENTRY void mf_mean_s8_end(const int32_t *sums, int8_t *out, const MF_ROM mf_mean_s8_params *p);

#endif
