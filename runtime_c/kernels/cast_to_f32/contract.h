/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* cast_to_f32: integers as floats, rounded to nearest. */
/* Needs mf_integers.h. */
#ifndef MF_CAST_TO_F32_CONTRACT_H
#define MF_CAST_TO_F32_CONTRACT_H

typedef struct {
  int32_t count;     /* elements */
  int16_t in_bytes;  /* of an element of the input: 1, 2 or 4 */
  int16_t in_signed; /* 1: below 0 is possible */
} mf_cast_to_f32_params;

/* Each element is read before it is written. */
MF_ENTRY void mf_cast_to_f32(const void *in, float *out, const MF_ROM mf_cast_to_f32_params *p);

#endif
