/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* clamp_s8: out = in + offset, clamped, for 8-bit tensors of one scale.

   A uint8 operand is read and written as int8 by flipping its top bit, with a zero point less by 128. */
#ifndef MF_CLAMP_S8_CONTRACT_H
#define MF_CLAMP_S8_CONTRACT_H

typedef struct {
  int32_t count;   /* elements */
  int16_t offset;  /* output's zero point less the input's, -255 to 255 */
  int16_t out_min; /* clamp, -128 to 127 */
  int16_t out_max; /* clamp, -128 to 127 */
  int8_t in_flip;  /* 0; -128 where the input is uint8 */
  int8_t out_flip; /* 0; -128 where the output is uint8; 1 where it is a bool that is negated */
} mf_clamp_s8_params;

/* Each element is read before it is written: `out` may be `in`. */
MF_ENTRY void mf_clamp_s8(const void *in, void *out, const MF_ROM mf_clamp_s8_params *p);

#endif
