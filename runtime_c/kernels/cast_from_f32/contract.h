/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* cast_from_f32: floats as integers, rounded towards zero and held within the type's limits, or as
   what is 0 and what is not. What is no number becomes 0, and true. */
/* Needs mf_integers.h. */
#ifndef MF_CAST_FROM_F32_CONTRACT_H
#define MF_CAST_FROM_F32_CONTRACT_H

typedef struct {
  int32_t count;     /* elements */
  int16_t out_bytes; /* of an element of the output: 1, 2 or 4 */
  int16_t to_bool;   /* 1: the output is 1 where the input is not 0 */
  float least;       /* the least number of the output's type */
  float beyond;      /* the greatest, and 1 */
  int32_t low;       /* what is written below the least */
  int32_t high;      /* what is written above the greatest: its 32 bits */
} mf_cast_from_f32_params;

/* Each element is read before it is written: where both sizes are equal, `out` may be `in`. */
MF_ENTRY void mf_cast_from_f32(const float *in, void *out, const MF_ROM mf_cast_from_f32_params *p);

#endif
