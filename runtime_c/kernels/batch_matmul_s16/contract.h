/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* batch_matmul_s16: out[n][i][j] = sum over k of a[n][i][k] * b[n][k][j], int16 with the zero point 0.

   Either operand may be transposed, which its strides tell, and repeated for several matrices. */
/* Needs mf_broadcast.h. */
#ifndef MF_BATCH_MATMUL_S16_CONTRACT_H
#define MF_BATCH_MATMUL_S16_CONTRACT_H

typedef struct {
  int32_t runs;                  /* matrices of the output */
  int32_t rows;                  /* of a matrix of the output */
  int32_t columns;               /* of a matrix of the output */
  int32_t depth;                 /* terms of a sum */
  int32_t a_row;                 /* elements from a row of a to the next */
  int32_t a_step;                /* elements from a term of a row to the next */
  int32_t b_column;              /* elements from a column of b to the next */
  int32_t b_step;                /* elements from a term of a column to the next */
  int16_t outer;                 /* dimensions around a matrix, 0 to 3 */
  int8_t shift;                  /* -31 to 14, left where positive */
  int32_t multiplier;            /* Q0.15: the product of the operands' scales over the output's */
  const MF_ROM int32_t *extents; /* [outer], from the innermost */
  const MF_ROM int32_t *a_strides; /* [outer], elements; 0 where a is repeated */
  const MF_ROM int32_t *b_strides; /* [outer], elements; 0 where b is repeated */
} mf_batch_matmul_s16_params;

/* Computes the whole output in ascending order; it overlaps no operand. */
MF_ENTRY void mf_batch_matmul_s16(const int16_t *a, const int16_t *b, int16_t *out,
                                  const MF_ROM mf_batch_matmul_s16_params *p);

#endif
