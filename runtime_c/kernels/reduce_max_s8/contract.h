/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* reduce_max_s8: the greatest, or the least, over some dimensions, int8 or bool.

   The input is seen as [kept0][over0][kept1][over1][kept2] and searched over `over0` and `over1`;
   neighbouring dimensions of one kind are merged, absent ones have size 1. */
#ifndef MF_REDUCE_MAX_S8_CONTRACT_H
#define MF_REDUCE_MAX_S8_CONTRACT_H

typedef struct {
  int32_t kept0; /* elements */
  int32_t over0; /* elements, 1 or more */
  int32_t kept1; /* elements */
  int32_t over1; /* elements, 1 or more */
  int32_t kept2; /* elements */
  int8_t sign;   /* 1: the greatest; -1: the least */
} mf_reduce_max_s8_params;

/* Computes all outputs. The input is read until the last output is written. */
MF_ENTRY void mf_reduce_max_s8(const void *in, void *out, const MF_ROM mf_reduce_max_s8_params *p);

/* The same where kept0, over1 and kept2 are 1: begin, then add the input from the first element to the last
   in one piece or several, then end. A piece is `count` elements from element `first` on, which lie at
   `in`, both multiples of kept1. `sums` has room for kept1 elements of 4 bytes. */
MF_ENTRY void mf_reduce_max_s8_begin(int32_t *sums, const MF_ROM mf_reduce_max_s8_params *p);
MF_ENTRY void mf_reduce_max_s8_add(const void *in, int32_t first, int32_t count, int32_t *sums,
                                   const MF_ROM mf_reduce_max_s8_params *p);
MF_ENTRY void mf_reduce_max_s8_end(const int32_t *sums, void *out,
                                   const MF_ROM mf_reduce_max_s8_params *p);

#endif
