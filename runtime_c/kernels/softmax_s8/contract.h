/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* softmax_s8: the shares of exp(beta * in) in its sum over each vector, int8 to int8 or int16.

   The output's scale is 2^-out_bits and its zero point the least value of its type. "Qm" is a
   format with m integer bits and 31 - m fractional ones: differences from the largest element
   are Q5, sums of exponentials Q12. */
/* Needs mf_functions.h. */
#ifndef MF_SOFTMAX_S8_CONTRACT_H
#define MF_SOFTMAX_S8_CONTRACT_H

typedef struct {
  int32_t rows;       /* vectors, each normalised by itself */
  int32_t depth;      /* elements of a vector, 1 or more */
  int32_t multiplier; /* Q0.31, of a difference on its way to Q5 */
  int16_t shift;      /* 0 to 31, left */
  int16_t least;      /* difference below which a share is 0: -255 to 0 */
  int16_t out_bits;   /* 8 or 16 */
} mf_softmax_s8_params;

/* A vector is read whole before the first of its results is written, then element by element:
   `out` may be `in` where it is int8. */
MF_ENTRY void mf_softmax_s8(const int8_t *in, void *out, const MF_ROM mf_softmax_s8_params *p);

#endif
