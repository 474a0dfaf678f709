/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* l2_norm_s8: each vector over the root of the sum of its squares, int8. The output's scale is 2^-7 and its zero
   point 0. */
/* Needs mf_functions.h. */
#ifndef MF_L2_NORM_S8_CONTRACT_H
#define MF_L2_NORM_S8_CONTRACT_H

typedef struct {
  int32_t rows;          /* vectors, each normalised by itself */
  int32_t depth;         /* elements of a vector */
  int16_t in_zero_point; /* -128 to 127 */
  int16_t early;         /* 0 to 7: bits to the left before values are scaled; 7 in all */
} mf_l2_norm_s8_params;

/* A vector is read whole before the first of its results is written, then element by element: `out` may be `in`. */
MF_ENTRY void mf_l2_norm_s8(const int8_t *in, int8_t *out, const MF_ROM mf_l2_norm_s8_params *p);

#endif
