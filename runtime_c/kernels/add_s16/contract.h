/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* add_s16: out = a + b, int16, each with its own scale, the operands broadcast against each other.

   Both operands are scaled up by 2^15, brought to a common scale, added, and brought to the output's. */
/* Needs mf_broadcast.h. */
#ifndef MF_ADD_S16_CONTRACT_H
#define MF_ADD_S16_CONTRACT_H

typedef struct {
  int32_t runs;                    /* runs of the output */
  int32_t count;                   /* elements of a run */
  int16_t a_step;                  /* elements a advances by within a run: 1, or 0 if repeated */
  int16_t b_step;                  /* the same of b */
  int16_t outer;                   /* dimensions around a run, 0 to 7 */
  int16_t a_zero_point;            /* -32768 to 32767 */
  int16_t b_zero_point;            /* -32768 to 32767 */
  int16_t out_zero_point;          /* -32768 to 32767 */
  int16_t out_min;                 /* clamp, -32768 to 32767 */
  int16_t out_max;                 /* clamp, -32768 to 32767 */
  int8_t a_shift;                  /* -31 to 0, to the right */
  int8_t b_shift;                  /* -31 to 0, to the right */
  int8_t out_shift;                /* -31 to 0, to the right */
  int32_t a_multiplier;            /* Q0.31: a's scale over twice the larger scale */
  int32_t b_multiplier;            /* Q0.31: the same of b */
  int32_t out_multiplier;          /* Q0.31: twice the larger scale over 2^15 times the output's */
  const MF_ROM int32_t *extents;   /* [outer], from the innermost */
  const MF_ROM int32_t *a_strides; /* [outer], elements; 0 where a is repeated */
  const MF_ROM int32_t *b_strides; /* [outer], elements; 0 where b is repeated */
} mf_add_s16_params;

/* Computes the whole output in ascending order. `out` may be an operand that is not repeated. */
MF_ENTRY void mf_add_s16(const int16_t *a, const int16_t *b, int16_t *out,
                         const MF_ROM mf_add_s16_params *p);

#endif
