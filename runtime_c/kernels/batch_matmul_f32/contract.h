/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* batch_matmul_f32: out[n][i][j] = sum over k of a[n][i][k] * b[n][k][j], float32.

   Single precision, every step rounded, from the first term to the last.

   Either operand may be transposed, which its strides tell, and repeated for several matrices. */
/* Needs mf_broadcast.h. */
#ifndef MF_BATCH_MATMUL_F32_CONTRACT_H
#define MF_BATCH_MATMUL_F32_CONTRACT_H

typedef struct {
  int32_t runs;                    /* matrices of the output */
  int32_t rows;                    /* of a matrix of the output */
  int32_t columns;                 /* of a matrix of the output */
  int32_t depth;                   /* terms of a sum */
  int32_t a_row;                   /* elements from a row of a to the next */
  int32_t a_step;                  /* elements from a term of a row to the next */
  int32_t b_column;                /* elements from a column of b to the next */
  int32_t b_step;                  /* elements from a term of a column to the next */
  int16_t outer;                   /* dimensions around a matrix, 0 to 3 */
  const MF_ROM int32_t *extents;   /* [outer], from the innermost */
  const MF_ROM int32_t *a_strides; /* [outer], elements; 0 where a is repeated */
  const MF_ROM int32_t *b_strides; /* [outer], elements; 0 where b is repeated */
} mf_batch_matmul_f32_params;

/* Computes the whole output in ascending order; it overlaps no operand. */
MF_ENTRY void mf_batch_matmul_f32(const float *a, const float *b, float *out,
                                  const MF_ROM mf_batch_matmul_f32_params *p);

#endif
