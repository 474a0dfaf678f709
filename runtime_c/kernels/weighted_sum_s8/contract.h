/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* weighted_sum_s8: out = a * a_factor + b * b_factor, int8, the operands broadcast against each other.

   The factors are whole numbers of 2^-shift; a sum of products is rounded once. */
/* Needs mf_broadcast.h. */
#ifndef MF_WEIGHTED_SUM_S8_CONTRACT_H
#define MF_WEIGHTED_SUM_S8_CONTRACT_H

typedef struct {
  int32_t runs;                    /* runs of the output */
  int32_t count;                   /* elements of a run */
  int16_t a_step;                  /* elements a advances by within a run: 1, or 0 if repeated */
  int16_t b_step;                  /* the same of b */
  int16_t outer;                   /* dimensions around a run, 0 to 7 */
  int16_t a_zero_point;            /* -128 to 127 */
  int16_t b_zero_point;            /* -128 to 127 */
  int16_t out_zero_point;          /* -128 to 127 */
  int16_t out_min;                 /* clamp, -128 to 127 */
  int16_t out_max;                 /* clamp, -128 to 127 */
  int8_t shift;                    /* 13 to 30 */
  int32_t a_factor;                /* -2^21 to 2^21 */
  int32_t b_factor;                /* -2^21 to 2^21 */
  const MF_ROM int32_t *extents;   /* [outer], from the innermost */
  const MF_ROM int32_t *a_strides; /* [outer], elements; 0 where a is repeated */
  const MF_ROM int32_t *b_strides; /* [outer], elements; 0 where b is repeated */
} mf_weighted_sum_s8_params;

/* Computes the whole output in ascending order. `out` may be an operand that is not repeated. */
MF_ENTRY void mf_weighted_sum_s8(const int8_t *a, const int8_t *b, int8_t *out,
                                 const MF_ROM mf_weighted_sum_s8_params *p);

#endif
