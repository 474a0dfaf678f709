/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* logical_u8: a function of two truth values, the operands broadcast against each other. Any byte but 0 is
   true; the result is 0 or 1. */
/* Needs mf_broadcast.h. */
#ifndef MF_LOGICAL_U8_CONTRACT_H
#define MF_LOGICAL_U8_CONTRACT_H

typedef struct {
  int32_t runs;                    /* runs of the output */
  int32_t count;                   /* elements of a run */
  int16_t a_step;                  /* elements a advances by within a run: 1, or 0 if repeated */
  int16_t b_step;                  /* the same of b */
  int16_t outer;                   /* dimensions around a run, 0 to 7 */
  int8_t outcomes;                 /* true where: 1 neither is, 2 only b, 4 only a, 8 both */
  const MF_ROM int32_t *extents;   /* [outer], from the innermost */
  const MF_ROM int32_t *a_strides; /* [outer], elements; 0 where a is repeated */
  const MF_ROM int32_t *b_strides; /* [outer], elements; 0 where b is repeated */
} mf_logical_u8_params;

/* Computes the whole output in ascending order. `out` may be an operand that is not repeated. */
MF_ENTRY void mf_logical_u8(const uint8_t *a, const uint8_t *b, uint8_t *out,
                            const MF_ROM mf_logical_u8_params *p);

#endif
