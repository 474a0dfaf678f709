/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* cast: integers in a type of another size, wrapping, or as what is 0 and what is not. */
/* Needs mf_integers.h. */
#ifndef MF_CAST_CONTRACT_H
#define MF_CAST_CONTRACT_H

typedef struct {
  int32_t count;     /* elements */
  int16_t in_bytes;  /* of an element of the input: 1, 2 or 4 */
  int16_t in_signed; /* 1: below 0 is possible */
  int16_t out_bytes; /* of an element of the output: 1, 2 or 4 */
  int16_t to_bool;   /* 1: the output is 1 where the input is not 0 */
} mf_cast_params;

/* Each element is read before it is written: where both sizes are equal, `out` may be `in`. */
MF_ENTRY void mf_cast(const void *in, void *out, const MF_ROM mf_cast_params *p);

#endif
