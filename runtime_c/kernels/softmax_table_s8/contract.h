/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* softmax_table_s8: the shares of exp(beta * in) in its sum over each vector, int8, in single precision.

   The output's scale is 2^-8 and its zero point -128. */
#ifndef MF_SOFTMAX_TABLE_S8_CONTRACT_H
#define MF_SOFTMAX_TABLE_S8_CONTRACT_H

typedef struct {
  int32_t rows;                  /* vectors, each normalised by itself */
  int32_t depth;                 /* elements of a vector, 1 or more */
  const MF_ROM float *exponents; /* [256]: exp of 0 to -255 steps of the input, times beta */
} mf_softmax_table_s8_params;

/* A vector is read whole before the first of its results is written, then element by element:
   `out` may be `in`. */
MF_ENTRY void mf_softmax_table_s8(const int8_t *in, int8_t *out,
                                  const MF_ROM mf_softmax_table_s8_params *p);

#endif
