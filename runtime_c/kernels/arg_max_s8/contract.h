/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* arg_max_s8: the position of the greatest, or the least, along one dimension; of the first where several are
   equal. int8.

   The input is seen as [outer][depth][inner]. */
#ifndef MF_ARG_MAX_S8_CONTRACT_H
#define MF_ARG_MAX_S8_CONTRACT_H

typedef struct {
  int32_t outer; /* elements */
  int32_t depth; /* elements, 1 or more */
  int32_t inner; /* elements */
  int8_t sign;   /* 1: the greatest; -1: the least */
  int8_t wide;   /* 1: positions are int64; 0: int32 */
} mf_arg_max_s8_params;

/* Computes all positions. The input is read until the last output is written. */
MF_ENTRY void mf_arg_max_s8(const int8_t *in, void *out, const MF_ROM mf_arg_max_s8_params *p);

#endif
