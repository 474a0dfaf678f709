/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* extremum_s16: the greater or the lesser of two elements, int16, the operands broadcast against each
   other. */
/* Needs mf_broadcast.h. */
#ifndef MF_EXTREMUM_S16_CONTRACT_H
#define MF_EXTREMUM_S16_CONTRACT_H

typedef struct {
  int32_t runs;                    /* runs of the output */
  int32_t count;                   /* elements of a run */
  int16_t a_step;                  /* elements a advances by within a run: 1, or 0 if repeated */
  int16_t b_step;                  /* the same of b */
  int16_t outer;                   /* dimensions around a run, 0 to 7 */
  int8_t greatest;                 /* 1: the greater; 0: the lesser */
  const MF_ROM int32_t *extents;   /* [outer], from the innermost */
  const MF_ROM int32_t *a_strides; /* [outer], elements; 0 where a is repeated */
  const MF_ROM int32_t *b_strides; /* [outer], elements; 0 where b is repeated */
} mf_extremum_s16_params;

/* Computes the whole output in ascending order. `out` may be an operand that is not repeated. */
MF_ENTRY void mf_extremum_s16(const int16_t *a, const int16_t *b, int16_t *out,
                              const MF_ROM mf_extremum_s16_params *p);

#endif
