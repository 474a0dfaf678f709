/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* sub_f32: out = a - b, or its square, clamped, float32, the operands broadcast against each other. */
/* Needs mf_broadcast.h. */
#ifndef MF_SUB_F32_CONTRACT_H
#define MF_SUB_F32_CONTRACT_H

typedef struct {
  int32_t runs;                    /* runs of the output */
  int32_t count;                   /* elements of a run */
  int16_t a_step;                  /* elements a advances by within a run: 1, or 0 if repeated */
  int16_t b_step;                  /* the same of b */
  int16_t outer;                   /* dimensions around a run, 0 to 7 */
  int8_t square;                   /* 1: the difference is squared; 0: it is not */
  float out_min;                   /* clamp */
  float out_max;                   /* clamp */
  const MF_ROM int32_t *extents;   /* [outer], from the innermost */
  const MF_ROM int32_t *a_strides; /* [outer], elements; 0 where a is repeated */
  const MF_ROM int32_t *b_strides; /* [outer], elements; 0 where b is repeated */
} mf_sub_f32_params;

/* Computes the whole output in ascending order. `out` may be an operand that is not repeated. */
MF_ENTRY void mf_sub_f32(const float *a, const float *b, float *out,
                         const MF_ROM mf_sub_f32_params *p);

#endif
