/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* compare_s8: whether the relation of a to b is one of some, int8, each with its own scale below 1, the
   operands broadcast against each other. The result is 0 or 1.

   Both operands are scaled up by 2^8 and multiplied by their scales. */
/* Needs mf_broadcast.h. */
#ifndef MF_COMPARE_S8_CONTRACT_H
#define MF_COMPARE_S8_CONTRACT_H

typedef struct {
  int32_t runs;                    /* runs of the output */
  int32_t count;                   /* elements of a run */
  int16_t a_step;                  /* elements a advances by within a run: 1, or 0 if repeated */
  int16_t b_step;                  /* the same of b */
  int16_t outer;                   /* dimensions around a run, 0 to 7 */
  int8_t outcomes;                 /* the relations that are true: 1 less, 2 equal, 4 greater */
  int16_t a_zero_point;            /* -128 to 127 */
  int16_t b_zero_point;            /* -128 to 127 */
  int8_t a_shift;                  /* -31 to 0, to the right */
  int8_t b_shift;                  /* -31 to 0, to the right */
  int32_t a_multiplier;            /* Q0.31: a's scale */
  int32_t b_multiplier;            /* Q0.31: b's scale */
  const MF_ROM int32_t *extents;   /* [outer], from the innermost */
  const MF_ROM int32_t *a_strides; /* [outer], elements; 0 where a is repeated */
  const MF_ROM int32_t *b_strides; /* [outer], elements; 0 where b is repeated */
} mf_compare_s8_params;

/* Computes the whole output in ascending order. `out` may be an operand that is not repeated. */
MF_ENTRY void mf_compare_s8(const int8_t *a, const int8_t *b, uint8_t *out,
                            const MF_ROM mf_compare_s8_params *p);

#endif
