/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* compare_f32: whether the relation of a to b is one of some, float32, the operands broadcast against each
   other. The result is 0 or 1. */
/* Needs mf_broadcast.h. */
#ifndef MF_COMPARE_F32_CONTRACT_H
#define MF_COMPARE_F32_CONTRACT_H

typedef struct {
  int32_t runs;    /* runs of the output */
  int32_t count;   /* elements of a run */
  int16_t a_step;  /* elements a advances by within a run: 1, or 0 if repeated */
  int16_t b_step;  /* the same of b */
  int16_t outer;   /* dimensions around a run, 0 to 7 */
  int8_t outcomes; /* the relations that are true: 1 less, 2 equal, 4 greater, 8 unordered */
  const MF_ROM int32_t *extents;   /* [outer], from the innermost */
  const MF_ROM int32_t *a_strides; /* [outer], elements; 0 where a is repeated */
  const MF_ROM int32_t *b_strides; /* [outer], elements; 0 where b is repeated */
} mf_compare_f32_params;

/* Computes the whole output in ascending order. `out` may begin where an operand that is not repeated
   begins, or below it. */
MF_ENTRY void mf_compare_f32(const float *a, const float *b, uint8_t *out,
                             const MF_ROM mf_compare_f32_params *p);

#endif
